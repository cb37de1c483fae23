"""WARC files as a stream of records, and the HTTP responses in them. Bounded in memory whatever a file holds."""

import base64
import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr
from dataclasses import dataclass, field
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

from warcio.archiveiterator import WARCIterator
from warcio.bufferedreaders import (
    BufferedReader,
    ChunkedDataReader,
    DecompressingBufferedReader,
)
from warcio.exceptions import ArchiveLoadFailed
from warcio.limitreader import LimitReader
from warcio.statusandheaders import StatusAndHeadersParser

from archive.errors import ArchiveError

BODY_MOST = 8 << 20
HEADERS_MOST = 1 << 20
TOO_LARGE = "larger than 8 MB"
CUT_SHORT = "cut short"
NO_RESPONSE = "no HTTP response"
_AGAIN = "get the file again; what stood before is imported"
_HEADERS_END = re.compile(rb"\r?\n\r?\n")
_STATUS = re.compile(r"[1-5]\d\d")
_LENGTH = re.compile(r"\d{1,12}")


class LeftOutError(Exception):
    """A record that becomes no capture, and why."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP response as it was before it was encoded for the way."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes = field(repr=False)


class BoundedReader(DecompressingBufferedReader):  # type: ignore[misc]
    """Reads WARC, gzipped or not. warcio reads a header to its end, however long: here it ends with an error."""

    header_bytes = 0
    unended = False
    """Whether a gzip member was begun and has not come to its end."""

    def _decompress(self, data: bytes) -> bytes:
        unpacked: bytes = super()._decompress(data)
        self.unended = self.decompressor is not None and not self.decompressor.eof
        return unpacked

    def readline(self, length: int | None = None) -> bytes:
        line: bytes = super().readline(min(length or HEADERS_MOST, HEADERS_MOST))
        self.header_bytes += len(line)
        if self.header_bytes > HEADERS_MOST:
            raise ArchiveLoadFailed("headers longer than 1 MB")
        return line


def records_of(path: Path, progress: Callable[[int, int], None] | None) -> Iterator[Any]:
    """The records of a file, each to be read before the next. Raises ArchiveError where the file is no WARC, damaged or
    cut off; the records before that place were whole."""
    try:
        with path.open("rb") as file:
            total, done = path.stat().st_size, 0
            records = WARCIterator(file, no_record_parse=True)
            records.reader = reader = BoundedReader(file)
            while (record := _next(path, records)) is not None:
                yield record
                _skip_rest(path, records, record)
                done = file.tell()
                if progress:
                    progress(done, total)
            if reader.unended:  # so early that no byte of its record came out
                raise ArchiveError(path, f"it is damaged or cut off at byte {done}", _AGAIN)
            if not done:
                raise ArchiveError(path, "there is no record in it", "name a file that holds WARC")
    except OSError as error:
        raise ArchiveError(path, f"cannot be read ({error.strerror})", "check its name and permissions") from error


def _next(path: Path, records: WARCIterator) -> Any:
    """The next record, which says how long it is; None at the end of the file."""
    records.reader.header_bytes = 0
    with _explained(path, records):
        record = next(records, None)
    if record is not None and not isinstance(record.raw_stream, LimitReader):
        raise ArchiveError(path, f"the record at byte {records.offset} does not say how long it is", _AGAIN)
    return record


def _skip_rest(path: Path, records: WARCIterator, record: Any) -> None:
    """Read a record to its end, and see whether that is where it says."""
    with _explained(path, records):
        records.read_to_end()
    decompressor = records.reader.decompressor
    if decompressor is not None and records.next_line:
        raise ArchiveError(path, "its records are compressed in one piece", "run `warcio recompress` on it first")
    if record.raw_stream.limit or records.err_count or (decompressor is not None and not decompressor.eof):
        raise ArchiveError(path, f"it is damaged or cut off at byte {records.offset}", _AGAIN)


@contextmanager
def _explained(path: Path, records: WARCIterator) -> Iterator[None]:
    """Say in one line what warcio raises, and nothing of what it prints."""
    try:
        with redirect_stderr(StringIO()):
            yield
    except ArchiveLoadFailed as error:
        place = f"at byte {records.offset}" if records.offset else "at its beginning"
        raise ArchiveError(path, f"this is no WARC {place}, or a damaged one", _AGAIN) from error


def block_of(record: Any) -> bytes:
    """The bytes of a record; LeftOutError when they are too many, not all there or others than were written."""
    if record.length > BODY_MOST + HEADERS_MOST:
        raise LeftOutError(TOO_LARGE)
    content: bytes = record.raw_stream.read(record.length)
    if record.rec_headers.get_header("WARC-Truncated") or len(content) < record.length:
        raise LeftOutError(CUT_SHORT)
    if not _fits(content, record.rec_headers.get_header("WARC-Block-Digest") or ""):
        raise LeftOutError("not what its digest says")
    return content


def answer_of(record: Any) -> Answer:
    """The response in a record, decoded; LeftOutError when there is none, or as block_of."""
    content = block_of(record)
    if not _HEADERS_END.search(content[:HEADERS_MOST]):
        raise LeftOutError(NO_RESPONSE)
    block = BytesIO(content)
    http = StatusAndHeadersParser([], verify=False).parse(block)
    if not http.protocol.startswith("HTTP/") or not _STATUS.fullmatch(http.get_statuscode()):
        raise LeftOutError(NO_RESPONSE)
    with redirect_stderr(StringIO()):
        body = _decoded(block, http)
    return Answer(int(http.get_statuscode()), tuple(http.headers), body)


def _fits(content: bytes, digest: str) -> bool:
    """Whether the bytes have the digest, where it is one that can be compared: `sha1:` and base32 or hex digits."""
    algorithm, _, value = digest.partition(":")
    if algorithm.lower() not in ("md5", "sha1", "sha256", "sha512"):
        return True
    found = hashlib.new(algorithm, content, usedforsecurity=False)
    forms = {found.hexdigest(), base64.b32encode(found.digest()).decode().lower().rstrip("=")}
    value = value.lower().rstrip("=")
    return value in forms or len(value) not in map(len, forms)


def _decoded(block: BytesIO, http: Any) -> bytes:
    """The body behind its transfer and content encoding. Not warcio's content_stream, which inflates a chunk at once,
    however much comes out of it."""
    encoding = (http.get_header("content-encoding") or "identity").strip().lower().removeprefix("x-")
    chunked = "chunked" in (http.get_header("transfer-encoding") or "").lower()
    length = http.get_header("content-length") or ""
    stream = ChunkedDataReader(block) if chunked else block
    if encoding not in ("", "identity"):
        if encoding not in BufferedReader.get_supported_decompressors():
            raise LeftOutError("unknown content encoding")
        stream = BufferedReader(stream, decomp_type=encoding)
    body: bytes = stream.read(BODY_MOST + 1)
    if len(body) > BODY_MOST:
        raise LeftOutError(TOO_LARGE)
    decompressor = getattr(stream, "decompressor", None)
    if decompressor is not None and not getattr(decompressor, "eof", True):
        raise LeftOutError(CUT_SHORT)
    if stream is block and _LENGTH.fullmatch(length) and int(length) > len(body):
        raise LeftOutError(CUT_SHORT)
    return body
