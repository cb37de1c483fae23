"""Opening the project's SQLite files: one set of pragmas, and errors a person can act on."""

import errno
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from archive.errors import ArchiveError

BUSY_SECONDS = 60
"""How long a writer waits for another one before it gives up."""
PAGE_SIZE = 8192
"""Bytes a page of a new file has: rows of text and of compressed pages waste less of it than of SQLite's 4096."""


def connect(path: Path, *, busy_seconds: float = BUSY_SECONDS) -> sqlite3.Connection:
    """Open a database for reading and writing (WAL, synchronous=NORMAL), making its folder and file if needed.

    Raises ArchiveError when the place is not writable, the file is no database, or it stays locked.
    """
    with explained(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(path, timeout=busy_seconds)
        try:
            connection.execute(f"PRAGMA page_size = {PAGE_SIZE}")
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA wal_autocheckpoint = 16000")  # 128 MB: a checkpoint waits for the disk
            connection.execute("PRAGMA foreign_keys = ON")
            # A read-only file opens without complaint; the first write would fail in the middle of the work. And
            # SQLite begins a mere reading transaction there: only a write, taken back, shows it.
            connection.execute("BEGIN IMMEDIATE")
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            connection.execute(f"PRAGMA user_version = {version}")
            connection.execute("ROLLBACK")
        except sqlite3.Error:
            connection.close()
            raise
    connection.row_factory = sqlite3.Row
    return connection


def connect_read_only(path: Path) -> sqlite3.Connection:
    """Open an existing database for reading. Raises ArchiveError when it is not there or no database."""
    if not path.exists():
        raise ArchiveError(path, "there is no such file", "run `scrapy harvest` first, or set UNION_ARCHIVE_DATA")
    with explained(path):
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=BUSY_SECONDS)
        connection.execute("SELECT count(*) FROM sqlite_master")
    connection.row_factory = sqlite3.Row
    return connection


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn what SQLite and the file system say about a database into thing, cause and cure."""
    try:
        yield
    except (sqlite3.OperationalError, PermissionError, OSError) as error:
        if "locked" in str(error) or "busy" in str(error):
            raise ArchiveError(
                path, "the database is locked by another program", "wait until it ends, then run this again"
            ) from error
        if "readonly" in str(error) or "unable to open" in str(error) or _is_forbidden(error):
            raise ArchiveError(
                path, f"the database cannot be written ({error})", "make the file and its folder writable"
            ) from error
        if "full" in str(error) or _has_no_room(error, path):
            raise ArchiveError(path, "the disk is full", "free some space, then run this again") from error
        raise ArchiveError(path, str(error), "check the file and its folder") from error
    except sqlite3.DatabaseError as error:
        raise ArchiveError(
            path, f"this is no usable database ({error})", "move it away, or restore it from a backup"
        ) from error


def _is_forbidden(error: Exception) -> bool:
    return isinstance(error, OSError) and error.errno in (errno.EACCES, errno.EPERM, errno.EROFS)


def _has_no_room(error: Exception, path: Path) -> bool:
    """Whether the system said so, or SQLite met it where it can only say that it could not write."""
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return True
    if "disk I/O error" not in str(error):
        return False
    try:
        return shutil.disk_usage(path if path.is_dir() else path.parent).free < 1 << 16
    except OSError:
        return False


def check_version(connection: sqlite3.Connection, path: Path, known: int) -> int:
    """The schema version of a file (0 for a new one). Raises ArchiveError when a newer program wrote it."""
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if version > known:
        raise ArchiveError(
            path,
            f"written by a newer version of this program (schema {version}, this one knows {known})",
            "upgrade union-news-archive",
        )
    return version
