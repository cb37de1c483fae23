"""Captures as WARC 1.1, which every web archive reads.

A capture is a `response` record behind a `metadata` record of JSON with what WARC has no field for: the record of its
source, its exact time, the address asked for, the listing's date, the TLS state, the files it links. Metadata first,
and files before the page that links them, so that a reader needs to hold nothing back.
"""

import json
import os
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4, uuid5

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from archive import __version__
from archive.capture import Capture
from archive.captures import CaptureStore
from archive.errors import ArchiveError, PurgedError

FORMAT = "union-news-archive capture 1"
"""How a metadata record of ours is known."""
_NO_LONGER_TRUE = {"content-encoding", "transfer-encoding", "content-length"}
"""Headers of the transport: the body is stored as it was after decoding."""
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")


@dataclass(frozen=True, slots=True)
class Links:
    """Which captures are pages, and which page links which files."""

    pages: frozenset[int]
    files_of: dict[int, list[int]]
    pages_of: dict[int, list[int]]


def export_warc(
    captures: CaptureStore,
    path: Path,
    sources: Collection[str] = (),
    progress: Callable[[int, int], None] | None = None,
) -> int:
    """Write all captures, or those of some sources (ids), to a new file; gzipped when its name ends with .gz.

    Returns how many captures it holds. The file is there whole or not at all. Raises ArchiveError when it
    exists, cannot be written, a source has no captures, or a capture is damaged.
    """
    if path.exists():
        raise ArchiveError(path, "this file is there already", "move it away, or name another one")
    for source in sources:
        if not captures.ids([source]):
            raise ArchiveError(source, "there are no captures of this source", "see `union-archive status` for the ids")
    part = path.with_name(f"{path.name}.part")
    try:
        with part.open("wb") as file:
            writer = WARCWriter(file, gzip=path.suffix == ".gz", warc_version="1.1")
            written = _write(captures, writer, path.name, captures.ids(sources), progress)
        os.replace(part, path)
    except OSError as error:
        raise ArchiveError(
            path, f"cannot be written ({error.strerror})", "free some space, or name a file in another folder"
        ) from error
    finally:
        part.unlink(missing_ok=True)
    return written


def _write(
    captures: CaptureStore,
    writer: WARCWriter,
    name: str,
    ids: list[int],
    progress: Callable[[int, int], None] | None,
) -> int:
    writer.write_record(_about(writer, name))
    links = _links(captures)
    export, ordered = uuid4(), list(_files_first(ids, links))
    written = 0
    for done, capture_id in enumerate(ordered, start=1):
        with suppress(PurgedError):  # there is nothing to write
            capture = captures.get(capture_id)
            for record in _records(writer, capture, capture_id, links, export):
                writer.write_record(record)
            written += 1
        if progress:
            progress(done, len(ordered))
    return written


def capture_warc(page: Capture, files: Sequence[Capture] = ()) -> bytes:
    """One page and the files it links as the bytes of a .warc.gz, in the form of export_warc."""
    content, numbers = BytesIO(), list(range(1, len(files) + 1))
    writer = WARCWriter(content, gzip=True, warc_version="1.1")
    writer.write_record(_about(writer, f"{page.sha256}.warc.gz"))
    links, export = Links(frozenset({0}), {0: numbers}, {number: [0] for number in numbers}), uuid4()
    for number, capture in (*zip(numbers, files, strict=True), (0, page)):
        for record in _records(writer, capture, number, links, export):
            writer.write_record(record)
    return content.getvalue()


def _about(writer: WARCWriter, name: str) -> Any:
    """The first record of a file."""
    about = {
        "software": f"union-news-archive/{__version__}",
        "format": "WARC File Format 1.1",
        "conformsTo": "https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
        "description": "responses as captured, after content decoding; metadata records are JSON",
    }
    return writer.create_warcinfo_record(name, about)


def _links(captures: CaptureStore) -> Links:
    files_of, pages_of = defaultdict(list), defaultdict(list)
    for page, file in captures.attachments():
        files_of[page].append(file)
        pages_of[file].append(page)
    return Links(frozenset(captures.page_ids()), dict(files_of), dict(pages_of))


def _files_first(ids: Iterable[int], links: Links) -> Iterator[int]:
    written = set()
    for capture_id in ids:
        for one in (*links.files_of.get(capture_id, ()), capture_id):
            if one not in written:
                written.add(one)
                yield one


def _records(writer: WARCWriter, capture: Capture, capture_id: int, links: Links, export: UUID) -> Iterator[Any]:
    """The metadata and the response record of a capture."""
    fields = {"WARC-Date": _warc_date(capture.fetched)}
    note = {
        "format": FORMAT,
        "source": asdict(capture.source),
        "fetched": capture.fetched,
        "asked": capture.url if capture.url != capture.final_url else None,
        "listed": capture.listed,
        "tls": capture.tls,
        "file": capture_id not in links.pages,
        "files": [_record_id(export, file) for file in links.files_of.get(capture_id, ())],
    }
    content = json.dumps(note, ensure_ascii=False).encode()
    yield writer.create_warc_record(
        capture.final_url,
        "metadata",
        payload=BytesIO(content),
        length=len(content),
        warc_content_type="application/json",
        warc_headers_dict=fields | {"WARC-Concurrent-To": _record_id(export, capture_id)},
    )
    response = writer.create_warc_record(
        capture.final_url,
        "response",
        payload=BytesIO(capture.body),
        length=len(capture.body),
        http_headers=_http_headers(capture),
        warc_headers_dict=fields | {"WARC-Record-ID": _record_id(export, capture_id)},
    )
    for page in links.pages_of.get(capture_id, ()):
        response.rec_headers.add_header("WARC-Concurrent-To", _record_id(export, page))
    yield response


def _http_headers(capture: Capture) -> StatusAndHeaders:
    """Status line and headers as captured, but for what is no longer true or what no HTTP header can hold."""
    headers = [
        (name, _CONTROL.sub(" ", value))
        for name, value in capture.headers
        if name.lower() not in _NO_LONGER_TRUE and _HEADER_NAME.fullmatch(name)
    ]
    known = capture.status in set(HTTPStatus)
    return StatusAndHeaders(
        f"{capture.status} {HTTPStatus(capture.status).phrase if known else ''}".strip(),
        [*headers, ("Content-Length", str(len(capture.body)))],
        protocol="HTTP/1.1",
    )


def _record_id(export: UUID, capture_id: int) -> str:
    """The same capture has one id within an export, so that records can name others that come later."""
    return f"<urn:uuid:{uuid5(export, str(capture_id))}>"


def _warc_date(fetched: str) -> str:
    """A capture's time as WARC writes it: in UTC, with the milliseconds that WARC 1.1 allows."""
    return datetime.fromisoformat(fetched).astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
