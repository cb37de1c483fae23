"""All captures again, into a new archive.db that takes the old one's place when it is whole."""

import os
import sqlite3
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from archive import ingest
from archive.captures import CaptureStore
from archive.errors import ArchiveError
from archive.store import Store


def rebuild(crawl_db: Path, archive_db: Path, progress: Callable[[int, int], None] | None = None) -> Counter[str]:
    """Derive archive.db anew from the captures; until that is done the old file stays as it is.

    Returns how many captures were new articles, revisions, unchanged, refused. Raises ArchiveError.
    """
    if not crawl_db.exists():
        raise ArchiveError(crawl_db, "there are no captures to rebuild from", "run `scrapy harvest` first")
    fresh = archive_db.with_suffix(".rebuilding")
    _remove(fresh)
    captures = CaptureStore(crawl_db)
    try:
        store = Store(fresh)
        try:
            outcomes = ingest.build(captures, store, progress)
        finally:
            store.close()
    finally:
        captures.close()
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
