"""archive.db (and the runs of crawl.db) → union-news.db: one baked, sorted, indexed, read-only database.

It is made beside the published one, checked, and swapped in whole; a publication that fails leaves the old
one as it was. `serve` changes to the new one by itself; a plain Datasette keeps the old file open until it is
started again.
"""

import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

from archive import __version__
from archive.bake import prepare
from archive.database import PAGE_SIZE, check_version, connect_read_only, explained
from archive.decisions import read_withdrawals
from archive.errors import ArchiveError
from archive.folder import DataFolder
from archive.health import read_health
from archive.kept import place_of
from archive.site.schema import VERSION, script, statements
from archive.site.search.query import parse
from archive.sources import Source
from archive.store_schema import SCHEMA_VERSION as ARCHIVE_VERSION
from archive.store_withdrawn import settle_archive
from archive.stories import compare_waiting
from archive.text import fold
from archive.whole_file import beside, swap
from archive.withdrawals import drop_bulk

MOST_FREE = 1_000
"""A file with less than one free page in so many is as good as one that is written again."""
CACHE_KB = 128_000
"""What is looked up in no order while the file is made, and checked, stays in memory."""

Result = TypeVar("Result")
Told = Callable[[str, float], None]
"""Called after each step of a publication with its statement and how many seconds it took."""


@dataclass(frozen=True, slots=True)
class Publication:
    """What was published, where, and how long it took."""

    path: Path
    articles: int
    districts: int
    school_years: int
    bytes: int
    seconds: float


def publish(
    archive_db: Path,
    site_db: Path,
    *,
    crawl_db: Path | None = None,
    records: Sequence[Source] = (),
    told: Told = lambda statement, seconds: None,
) -> Publication:
    """Bake the archive into `site_db` and return what it holds.

    `crawl_db`, if given and there, says how the runs of each source went and what the hash of each capture is;
    `records`, what a source is called and may be shown of it now, whatever its record said at the captures. Raises
    ArchiveError when a file is missing, damaged or of a newer schema, or the result does not stand up to its check.
    """
    started, now = time.perf_counter(), datetime.now(UTC)
    with _damage_is_of(archive_db):
        with closing(connect_read_only(archive_db)) as archive:
            if check_version(archive, archive_db, ARCHIVE_VERSION) < ARCHIVE_VERSION:
                raise ArchiveError(archive_db, "empty, or written by an older version", "run `union-archive rebuild`")
        withdrawals = read_withdrawals(DataFolder(archive_db.parent))
        settled = settle_archive(archive_db, withdrawals)
        drop_bulk(place_of(site_db), withdrawals, settled=bool(settled))
        compare_waiting(archive_db)
    with explained(site_db), beside(site_db) as new, explained(site_db):  # a full disk is seen before it is cleared
        with _damage_is_of(archive_db):
            expected = _bake(new, archive_db, crawl_db, records, now, told)
        notes = _timed(told, "the check", lambda: _checked(new, site_db, expected))
        swap(new, site_db)
        return Publication(
            path=site_db,
            articles=notes["articles"],
            districts=notes["districts"],
            school_years=notes["school_years"],
            bytes=site_db.stat().st_size,
            seconds=time.perf_counter() - started,
        )


@contextmanager
def _damage_is_of(archive_db: Path) -> Iterator[None]:
    """A database error that is neither the disk's nor a lock's is one of the archive that is being read, which the
    captures can make anew."""
    try:
        yield
    except (sqlite3.DatabaseError, ArchiveError) as error:
        cause = error.__cause__ if isinstance(error, ArchiveError) else error
        if not isinstance(cause, sqlite3.DatabaseError) or isinstance(cause, sqlite3.OperationalError):
            raise
        if cause.sqlite_errorcode == sqlite3.SQLITE_NOTADB:  # any other file
            raise
        raise ArchiveError(
            archive_db,
            f"cannot be read to its end ({cause})",
            "run `union-archive rebuild`, then publish again",
        ) from error


def _bake(
    new: Path, archive_db: Path, crawl_db: Path | None, records: Sequence[Source], now: datetime, told: Told
) -> dict[str, int]:
    """Make the new file; how many rows it must have, by table."""
    with closing(sqlite3.connect(f"{new.resolve().as_uri()}?mode=rwc", uri=True, isolation_level=None)) as db:
        # If this file is half written nobody misses it; it is synced before it is swapped in.
        db.execute(f"PRAGMA page_size = {PAGE_SIZE}")
        db.execute("PRAGMA synchronous = OFF")
        db.execute("PRAGMA journal_mode = OFF")
        db.executescript(script("schema.sql"))
        db.execute(f"PRAGMA user_version = {VERSION}")
        db.execute("ATTACH ? AS archive", (f"{archive_db.resolve().as_uri()}?mode=ro",))
        for part in ("main", "archive", "temp"):
            db.execute(f"PRAGMA {part}.cache_size = -{CACHE_KB}")
        health = _timed(told, "the health of sources", lambda: read_health(crawl_db, archive_db, now=now))
        _timed(told, "captures, places, names, reprints", lambda: prepare(db, archive_db, crawl_db, health, records))
        notes = {
            "published_at": now.isoformat(timespec="seconds"),
            "schema_version": str(VERSION),
            "program_version": __version__,
        }
        db.executemany("INSERT INTO publication VALUES (?, ?)", notes.items())
        for statement in statements("bake.sql"):
            _timed(told, statement, partial(db.execute, statement))
        if _number(db, "PRAGMA freelist_count") * MOST_FREE > _number(db, "PRAGMA page_count"):
            _timed(told, "VACUUM", partial(db.execute, "VACUUM"))
        return dict(db.execute("SELECT name, rows FROM temp.expected").fetchall())


def _timed(told: Told, step: str, work: Callable[[], Result]) -> Result:
    started = time.perf_counter()
    result = work()
    told(step, time.perf_counter() - started)
    return result


def _number(db: sqlite3.Connection, sql: str) -> int:
    return int(db.execute(sql).fetchone()[0])


def _checked(new: Path, site_db: Path, expected: dict[str, int]) -> dict[str, int]:
    """The counts among the notes of a new file. Raises ArchiveError when it is not whole."""
    with closing(connect_read_only(new)) as db:
        db.execute(f"PRAGMA cache_size = -{CACHE_KB}")
        problems = [str(row[0]) for row in db.execute("PRAGMA integrity_check") if row[0] != "ok"]
        problems += [f"{row[0]} row {row[1]} refers to nothing" for row in db.execute("PRAGMA foreign_key_check")]
        found = {row["name"]: row["rows"] for row in db.execute(_ROWS)}
        problems += [
            f"{table} has {found[table]} rows instead of {rows}"
            for table, rows in expected.items()
            if found[table] != rows
        ]
        problems += _search_problems(db)
        if problems:
            raise ArchiveError(
                site_db,
                f"the new publication failed its check and was thrown away ({'; '.join(problems[:3])})",
                "the published file is as it was; run `union-archive rebuild`, then publish again",
            )
        return {row["key"]: int(row["value"]) for row in db.execute(_COUNTS)}


_ROWS = """
    SELECT 'sources' AS name, count(*) AS rows FROM sources
    UNION ALL SELECT 'articles', count(*) FROM articles
    UNION ALL SELECT 'revisions', count(*) FROM revisions
    UNION ALL SELECT 'article_places', count(*) FROM article_places
    UNION ALL SELECT 'article_school_years', count(*) FROM article_school_years
    UNION ALL SELECT 'figures', count(*) FROM figures
    UNION ALL SELECT 'movements', count(*) FROM movements
    UNION ALL SELECT 'schools', count(*) FROM schools
    UNION ALL SELECT 'organisations', count(*) FROM organisations
    UNION ALL SELECT 'articles_fts', count(*) FROM articles_fts_docsize
"""
_COUNTS = "SELECT key, value FROM publication WHERE key IN ('articles', 'districts', 'school_years')"


def _search_problems(db: sqlite3.Connection) -> list[str]:
    """The newest article with plain words in its title must be found by them, with accents and without."""
    for row in db.execute("SELECT n, title FROM articles ORDER BY n DESC LIMIT 100"):
        words = [word for word in row["title"].split() if word.isalnum() and fold(word).isascii()]
        readings = parse(" ".join(word for word in words[:8] if len(word) <= 30)).readings
        if not readings:
            continue
        return [
            f"article {row['n']} is not found by its title"
            for match in (readings[-1].exact[0], readings[-1].folded[0])
            if not db.execute(
                "SELECT 1 FROM articles_fts WHERE articles_fts MATCH ? AND +rowid = ?", (match, row["n"])
            ).fetchone()
        ]
    return []
