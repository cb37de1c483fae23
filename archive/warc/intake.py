"""Captures from WARC files: our own exports, and what wget, Browsertrix and other crawlers wrote.

A file is read as a stream and trusted in nothing: a record that is too large, cut short or of another host is left out
and counted under its reason, a file that is damaged is named and what stood before stays.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from archive.addresses import canonical
from archive.capture import Capture
from archive.captures import CaptureStore
from archive.clock import TOLERANCE
from archive.errors import ArchiveError, PurgedError
from archive.ingest import is_html
from archive.sources import Source, problems_of
from archive.warc.export import FORMAT
from archive.warc.reading import HEADERS_MOST, Answer, LeftOutError, answer_of, block_of, records_of

_TYPES = {"warcinfo", "request", "response", "revisit", "metadata", "resource", "conversion", "continuation"}
_ADDRESS = re.compile(r"https?://[^\s\x00-\x20\x7f]{1,2000}", re.IGNORECASE)
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+00:00")


@dataclass(slots=True)
class Imported:
    """What came of some WARC files: captures that are new, that were known; other records by reason; files in which
    something was wrong."""

    new: int = 0
    known: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Note:
    """A metadata record of ours: what it says of the response that follows."""

    response: str
    source: Source
    fetched: str
    asked: str | None
    listed: str | None
    tls: str | None
    is_file: bool
    files: tuple[str, ...]


def import_warcs(
    paths: Iterable[Path],
    captures: CaptureStore,
    source: Source | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Imported:
    """Store what the files hold of captures; what is there already stays as it is.

    `source` says whose the responses are that carry no record of ours; `progress` is told of bytes done and in all.
    """
    imported = Imported()
    for path in paths:
        try:
            _import(path, captures, source, imported, progress)
        except ArchiveError as error:
            imported.faults.append(str(error))
    return imported


def _import(
    path: Path,
    captures: CaptureStore,
    source: Source | None,
    imported: Imported,
    progress: Callable[[int, int], None] | None,
) -> None:
    note: Note | None = None
    stored: dict[str, int] = {}
    newest = max(captures.ids(), default=0)
    for record in records_of(path, progress):
        try:
            if record.rec_type == "metadata":
                note = _note(record)
                continue
            if record.rec_type != "response":
                raise LeftOutError(record.rec_type if record.rec_type in _TYPES else "other record")
            name = record.rec_headers.get_header("WARC-Record-ID")
            if note and note.response == name:
                capture_id = _put_own(captures, _own(record, note), note, stored, imported.left_out)
                stored[name] = capture_id
            elif source:
                capture_id = captures.put(_foreign(record, source))
            else:
                raise ArchiveError(
                    path, "it holds responses without the record of their source", "say whose they are with --source ID"
                )
        except LeftOutError as reason:
            imported.left_out[str(reason)] += 1
            continue
        imported.new += capture_id > newest
        imported.known += capture_id <= newest
        newest = max(newest, capture_id)


def _put_own(
    captures: CaptureStore, capture: Capture, note: Note, stored: dict[str, int], left_out: Counter[str]
) -> int:
    """Store a capture of an export; `stored` are the ids of the captures that came before it, by record."""
    if note.is_file:
        return captures.put_file(capture)
    files = []
    for name in note.files:
        with suppress(KeyError, PurgedError):  # an erased one hangs on its page already
            files.append(captures.get(stored[name]))
    if lost := len([name for name in note.files if name not in stored]):
        left_out["file of a page, not in the WARC"] += lost
    return captures.put(capture, files)


def _own(record: Any, note: Note) -> Capture:
    url, answer = _address(record, note.source), answer_of(record)
    return Capture(
        source=note.source,
        url=note.asked or url,
        final_url=url,
        fetched=note.fetched,
        body=answer.body,
        status=answer.status,
        headers=answer.headers,
        listed=note.listed,
        tls=note.tls,
    )


def _foreign(record: Any, source: Source) -> Capture:
    """The capture of a page of the source; LeftOutError for everything else."""
    url = _address(record, source)
    page = canonical(url, source)
    if urlsplit(page).netloc != urlsplit(source.site).netloc:
        raise LeftOutError("other host")
    answer = answer_of(record)
    if answer.status != 200:
        raise LeftOutError(f"status {answer.status}")
    if page in {canonical(urljoin(source.site, path), source) for path in ("/", *source.listing)}:
        raise LeftOutError("front page or listing")
    if not _says_html(answer) or not is_html(answer.body):
        raise LeftOutError("not HTML")
    fetched = _fetched(record)
    return Capture(source, url=url, final_url=url, fetched=fetched, body=answer.body, headers=answer.headers)


def _note(record: Any) -> Note:
    """What a metadata record of ours says; LeftOutError for those of others."""
    if record.length > HEADERS_MOST:
        raise LeftOutError("metadata")
    try:
        said = json.loads(block_of(record))
    except (ValueError, RecursionError) as error:
        raise LeftOutError("metadata") from error
    if not isinstance(said, dict) or said.get("format") != FORMAT:
        raise LeftOutError("metadata")
    response = record.rec_headers.get_header("WARC-Concurrent-To")
    if not response or not _is_usable(said):
        raise LeftOutError("metadata of ours that is not usable")
    return Note(
        response=response,
        source=Source.from_json(json.dumps(said["source"])),
        fetched=said["fetched"],
        asked=said["asked"],
        listed=said["listed"],
        tls=said["tls"],
        is_file=said["file"] is True,
        files=tuple(said["files"]),
    )


def _is_usable(said: dict[str, Any]) -> bool:
    """Whether a note can be stored: a bad record would break every rebuild that reads it again."""
    if not said.keys() >= {"source", "fetched", "asked", "listed", "tls", "file", "files"}:
        return False
    asked, files = said["asked"], said["files"]
    if said["tls"] not in (None, "verified", "unverified") or not isinstance(files, list):
        return False
    if not all(text is None or isinstance(text, str) for text in (asked, said["listed"], *files)):
        return False
    try:
        json.dumps(said, ensure_ascii=False).encode()  # half a surrogate pair is no text that SQLite takes
        if problems_of(said["source"]) or not _TIME.fullmatch(str(said["fetched"])):
            return False
        datetime.fromisoformat(said["fetched"])
    except ValueError:
        return False
    return asked is None or _is_address(asked, Source.from_json(json.dumps(said["source"])))


def _address(record: Any, source: Source) -> str:
    url = str(record.rec_headers.get_header("WARC-Target-URI") or "")
    if not _is_address(url, source):
        raise LeftOutError("no usable address")
    return url


def _is_address(url: str, source: Source) -> bool:
    try:
        return bool(_ADDRESS.fullmatch(url) and canonical(url, source))
    except ValueError:
        return False


def _fetched(record: Any) -> str:
    """The time of a record, as captures have it."""
    try:
        when = datetime.fromisoformat(record.rec_headers.get_header("WARC-Date") or "")
        when = when if when.tzinfo else when.replace(tzinfo=UTC)
        if when > datetime.now(UTC) + TOLERANCE:
            raise LeftOutError("dated in the future")
        return when.astimezone(UTC).isoformat(timespec="milliseconds")
    except (ValueError, OverflowError) as error:
        raise LeftOutError("no usable date") from error


def _says_html(answer: Answer) -> bool:
    """Whether the content type allows for a page: scripts and styles may hold markup too."""
    said = next((value.lower() for name, value in answer.headers if name.lower() == "content-type"), "")
    return not said or any(media in said for media in ("html", "text/plain", "octet-stream"))
