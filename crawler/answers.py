"""Answers as the site meant them: unpacked even where mislabelled, whole, and fetched again where cut."""

import zlib
from typing import Any

from scrapy import Request
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import ResponseDataLossError
from scrapy.http import HtmlResponse, Response

from archive.extract.blocked import whole
from archive.ingest import is_html

CUT = "cut"
SAME_LENGTH = 0.02
"""Two answers without an end whose lengths differ by no more are a page that has none."""
HABIT = 3
"""Pages without an end after which a site is one that writes none."""


class Unpacking(HttpCompressionMiddleware):
    """Scrapy's, but a plain page that is labelled as packed is the page, and a packed one that is cut is marked."""

    def process_response(self, request: Request, response: Response, spider: Any = None) -> Any:
        packed = b"gzip" in (response.headers.get("Content-Encoding") or b"")
        try:
            unpacked = super().process_response(request, response)
        except (OSError, EOFError, zlib.error):
            headers = response.headers.copy()
            del headers["Content-Encoding"]
            return super().process_response(request, response.replace(headers=headers))
        if packed and _is_cut(response.body):
            return unpacked.replace(flags=[*unpacked.flags, CUT])
        return unpacked


class Wholeness:
    """Fetches a page without an end once more, unpacked, before it is believed."""

    def __init__(self) -> None:
        self.endless = 0

    def process_response(self, request: Request, response: Response) -> Response | Request:
        cut = CUT in response.flags
        if response.status != 200 or not (cut or self._lacks_end(response)):
            return response
        before = request.meta.get("cut_at")
        if before is None:
            headers = request.headers.copy()
            headers["Accept-Encoding"] = "identity"
            meta = request.meta | {"cut_at": len(response.body)}
            return request.replace(headers=headers, dont_filter=True, meta=meta)
        if cut or abs(len(response.body) - before) > SAME_LENGTH * max(before, len(response.body)):
            raise ResponseDataLossError(response.url)
        self.endless += 1
        return response

    def _lacks_end(self, response: Response) -> bool:
        if self.endless >= HABIT or not isinstance(response, HtmlResponse):
            return False
        return is_html(response.body) and not whole(response.body)


def _is_cut(packed: bytes) -> bool:
    """Whether a gzip stream ends before its end."""
    stream = zlib.decompressobj(wbits=31)
    while packed:
        stream.decompress(packed, 1 << 20)
        packed = stream.unconsumed_tail
    return not stream.eof
