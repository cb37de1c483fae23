"""The ids that sources go by: those of the records, and those that a crawl has kept the records of."""

from collections.abc import Iterable
from contextlib import closing
from difflib import get_close_matches
from pathlib import Path

from archive.database import connect_read_only, explained
from archive.sources import registry


def crawled_records(crawl_db: Path) -> dict[str, str]:
    """The newest record (as Source.to_json gives it) of each source that was crawled or captured, by id; none where the
    file or its tables are not there yet. Raises ArchiveError when it cannot be read."""
    if not crawl_db.exists():
        return {}
    with explained(crawl_db), closing(connect_read_only(crawl_db)) as connection:
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'source_records'").fetchone():
            return {}
        return dict(map(tuple, connection.execute("SELECT source, record FROM source_records ORDER BY id")))


def captured_ids(crawl_db: Path) -> frozenset[str]:
    """The sources that were crawled or captured. Raises ArchiveError as `crawled_records`."""
    return frozenset(crawled_records(crawl_db))


def known_ids(crawl_db: Path) -> frozenset[str]:
    """The sources that have a record now, or had one when they were captured. Raises ArchiveError, SourceError."""
    return captured_ids(crawl_db) | {source.id for source in registry()}


def near_ids(identifier: str, known: Iterable[str]) -> str:
    """What to do about an id that no source has: the ids it may be meant for, and where all are."""
    near = get_close_matches(identifier, sorted(known), n=3, cutoff=0.6)
    meant = f"did you mean {' or '.join(near)}? " if near else ""
    return f"{meant}`scrapy list` shows them"
