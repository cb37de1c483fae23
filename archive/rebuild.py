"""From the captures' file to the articles': what is missing there, or all of it anew beside the old one."""

import os
import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from archive import ingest
from archive.captures import CaptureStore, need_captures
from archive.damage import read_before
from archive.database import explained
from archive.decisions import Decisions
from archive.errors import ArchiveError
from archive.extract.article import Article
from archive.purge import erase
from archive.store import Store
from archive.store_withdrawn import scrub
from archive.withdrawals import purged_of


def catch_up(
    crawl_db: Path,
    archive_db: Path,
    progress: Callable[[int, int], None] | None = None,
    *,
    decisions: Decisions,
    faults: list[str] | None = None,
    before: Path | None = None,
) -> Counter[str]:
    """Take the captures that archive.db has not taken yet, read under the folder's decisions, and mark the articles
    that are gone; both files are made where they are missing.

    Returns how many captures were new articles, revisions, unchanged, refused, damaged; `faults` gets a line for each
    damaged one. What `before`, an archive.db, has read of such a one stays. Raises ArchiveError.
    """

    def read(capture_id: int) -> Article | None:
        return read_before(before, capture_id) if before and before.exists() else None

    with explained(crawl_db), closing(CaptureStore(crawl_db)) as captures, closing(Store(archive_db)) as store:
        was = store.connection.execute("SELECT count(*) FROM withdrawals").fetchone()[0]
        outcomes = ingest.build(captures, store, progress, decisions=decisions, faults=faults, before=read)
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
) -> Counter[str]:
    """Derive archive.db anew from the captures and decisions; until that is done the old file stays as it is.

    Returns and raises as catch_up does.
    """
    need_captures(crawl_db)
    fresh = archive_db.with_suffix(".rebuilding")
    _remove(fresh)
    outcomes = catch_up(crawl_db, fresh, progress, decisions=decisions, faults=faults, before=archive_db)
    _retire(archive_db)
    os.replace(fresh, archive_db)
    return outcomes


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
