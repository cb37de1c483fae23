"""The captured bytes behind a version: their hashes for a publication, and one capture as a WARC to download.

They live in crawl.db, which is private and never published; a site that has it beside hands out single captures of
sources that are shown in full, another one offers none.
"""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from weakref import WeakKeyDictionary

from archive.capture import Capture
from archive.captures import CaptureStore
from archive.database import connect_read_only, explained
from archive.errors import ArchiveError
from archive.site.datasette_api import Datasette
from archive.warc.export import capture_warc

# Not a setting of metadata.yml: that is public, and where a server keeps its files is not.
_OFFERED: WeakKeyDictionary[Datasette, Path] = WeakKeyDictionary()
_PRIVATE = {"set-cookie", "set-cookie2"}
"""Headers that were for the crawler alone."""


def captured_hashes(crawl_db: Path | None) -> Iterator[tuple[int, str, str]]:
    """Id, time and SHA-256 of every capture; nothing where there is no such file, or no captures in it."""
    if crawl_db is None or not crawl_db.exists():
        return
    with closing(connect_read_only(crawl_db)) as db, explained(crawl_db):
        if db.execute("SELECT 1 FROM sqlite_master WHERE name = 'captures'").fetchone():
            yield from map(tuple, db.execute("SELECT id, fetched, sha256 FROM captures"))


def offer_captures(datasette: Datasette, crawl_db: Path) -> None:
    """Let a site hand out the captures of a crawl.db that need not be there."""
    _OFFERED[datasette] = crawl_db


def offered(datasette: Datasette) -> Path | None:
    """The crawl.db beside a site, None when there is none."""
    path = _OFFERED.get(datasette)
    return path if path and path.exists() else None


def warc_of(crawl_db: Path, capture_id: int, sha256: str) -> bytes | None:
    """A capture and the files its page links as .warc.gz; None when this crawl.db does not hold those bytes."""
    try:
        with closing(connect_read_only(crawl_db)) as db:
            captures = CaptureStore(db)
            page = captures.get(capture_id)
            if page.sha256 != sha256:
                return None
            found = [*captures.files_of(capture_id), page]
    except ArchiveError:
        return None
    *files, public = map(_public, found)
    return capture_warc(public, files)


def _public(capture: Capture) -> Capture:
    return replace(capture, headers=tuple(pair for pair in capture.headers if pair[0].lower() not in _PRIVATE))
