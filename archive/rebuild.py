"""From the captures' file to the articles': what is missing there, or all of it anew beside the old one."""

import os
import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from archive import ingest
from archive.captures import CaptureStore, need_captures
from archive.damage import read_before
from archive.database import explained
from archive.decisions import Decisions
from archive.errors import ArchiveError
from archive.extract.article import Article
from archive.fingerprint import fingerprint
from archive.purge import erase
from archive.spread import spread
from archive.store import Store
from archive.store_withdrawn import scrub
from archive.withdrawals import purged_of

if TYPE_CHECKING:
    from distributed import Client

CACHE_KB = 64 << 10
"""Of the database while it is written: ids are random, every article touches all tables anywhere. SQLite's own 2 MB
cost the writer an eighth more at 30,000 articles, and the more the larger the file is."""
_MADE_BY = "rebuilding"
"""The table of an unfinished file that says who made it: program and decisions in a word."""


def catch_up(
    crawl_db: Path,
    archive_db: Path,
    progress: Callable[[int, int], None] | None = None,
    *,
    decisions: Decisions,
    faults: list[str] | None = None,
    before: Path | None = None,
    client: "Client | None" = None,
) -> Counter[str]:
    """Take the captures that archive.db has not taken yet, read under the folder's decisions, and mark the articles
    that are gone; both files are made where they are missing.

    Returns how many captures were new articles, revisions, unchanged, refused, damaged; `faults` gets a line for each
    damaged one. What `before`, an archive.db, has read of such a one stays. `client` is that of the workers who read
    (archive.workers), if this process does not. Raises ArchiveError.
    """

    def read(capture_id: int) -> Article | None:
        return read_before(before, capture_id) if before and before.exists() else None

    with explained(crawl_db), closing(CaptureStore(crawl_db)) as captures, closing(Store(archive_db)) as store:
        was = store.connection.execute("SELECT count(*) FROM withdrawals").fetchone()[0]
        store.connection.execute(f"PRAGMA cache_size = -{CACHE_KB}")
        finder = spread(client, crawl_db, captures, decisions.furniture) if client else None
        outcomes = ingest.build(
            captures, store, progress, decisions=decisions, faults=faults, before=read, finder=finder
        )
        erase(captures, purged_of(decisions.withdrawals))
        if store.connection.execute("SELECT count(*) FROM withdrawals").fetchone()[0] != was:
            scrub(store)
        return outcomes


def rebuild(
    crawl_db: Path,
    archive_db: Path,
    progress: Callable[[int, int], None] | None = None,
    *,
    decisions: Decisions,
    faults: list[str] | None = None,
    client: "Client | None" = None,
    told: Callable[[str], None] = lambda line: None,
) -> Counter[str]:
    """Derive archive.db anew from the captures and decisions; until that is done the old file stays as it is.

    One that was cut off is gone on with where the same program began it under the same decisions; `told` gets a line
    that says so, or why not. Returns and raises as catch_up does, of what was left to do.
    """
    need_captures(crawl_db)
    fresh = archive_db.with_suffix(".rebuilding")
    _begin(fresh, fingerprint(decisions), told)
    outcomes = catch_up(crawl_db, fresh, progress, decisions=decisions, faults=faults, before=archive_db, client=client)
    with closing(Store(fresh)) as store, store.transaction():
        store.connection.execute(f"DROP TABLE {_MADE_BY}")
    _retire(archive_db)
    os.replace(fresh, archive_db)
    return outcomes


def _begin(fresh: Path, made_by: str, told: Callable[[str], None]) -> None:
    """Leave what an earlier rebuild has done if it was made by the same, else nothing of it; and note who made it."""
    if fresh.exists():
        was, done = _left(fresh)
        if was == made_by:
            told(f"an earlier rebuild was cut off after {done} captures: it goes on there")
            return
        told("an earlier rebuild was cut off; the program or the decisions have changed since: it begins anew")
    _remove(fresh)
    with closing(Store(fresh)) as store, store.transaction():
        store.connection.execute(f"CREATE TABLE {_MADE_BY} (fingerprint TEXT NOT NULL)")
        store.connection.execute(f"INSERT INTO {_MADE_BY} VALUES (?)", (made_by,))  # noqa: S608


def _left(fresh: Path) -> tuple[str | None, int]:
    """Who made what an earlier rebuild left, None where that cannot be read; and how many captures it has taken."""
    try:
        with closing(sqlite3.connect(fresh)) as db:
            (made_by,) = db.execute(f"SELECT fingerprint FROM {_MADE_BY}").fetchone()  # noqa: S608
            (done,) = db.execute("SELECT count(*) FROM ingested").fetchone()
            return str(made_by), int(done)
    except (sqlite3.DatabaseError, TypeError):
        return None, 0


def _retire(archive_db: Path) -> None:
    """Fold a write-ahead log into the old file: SQLite would play a log left behind into the new one."""
    if archive_db.exists():
        try:
            old = sqlite3.connect(archive_db, timeout=5)
            mode = old.execute("PRAGMA journal_mode = DELETE").fetchone()[0]
            old.close()
        except sqlite3.DatabaseError:
            mode = "damaged"
        if mode == "wal":
            raise ArchiveError(archive_db, "another program has it open", "end that program, then rebuild again")
    for log in ("-wal", "-shm"):
        archive_db.with_name(archive_db.name + log).unlink(missing_ok=True)


def _remove(database: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        database.with_name(database.name + ending).unlink(missing_ok=True)
