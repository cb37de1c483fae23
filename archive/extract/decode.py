"""Bytes to text: what old Vietnamese sites declare is often wrong, what the bytes are is not."""

import codecs
import re
from collections.abc import Mapping

_DECLARED = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_HEAD = 2048


def decode(body: bytes, headers: Mapping[str, str] | None = None) -> str:
    """The text of a page. Bytes that are valid UTF-8 are UTF-8 whatever they are labelled; then the declared
    charset, then windows-1258; what is still no text becomes U+FFFD.
    """
    for mark, charset in ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if body.startswith(mark):
            return body.decode(charset, "replace").removeprefix("\ufeff")
    for charset in ("utf-8", *_declared(body, headers or {}), "cp1258"):
        try:
            return body.decode(charset)
        except (UnicodeDecodeError, LookupError):
            continue
    return body.decode("utf-8", "replace")


def _declared(body: bytes, headers: Mapping[str, str]) -> list[str]:
    content_type = next((value for name, value in headers.items() if name.lower() == "content-type"), "")
    named = re.search(r"charset=[\"']?([\w-]+)", content_type, re.IGNORECASE)
    meta = _DECLARED.search(body[:_HEAD])
    charsets = [named[1] if named else "", meta[1].decode("ascii") if meta else ""]
    # A page that is not valid UTF-8 but says so is most often windows-1258.
    return [charset for charset in charsets if charset and charset.lower() not in ("utf-8", "utf8")]
