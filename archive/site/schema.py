"""The published database: its version, the scripts that make it, and whether a file is one."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from importlib.resources import files
from pathlib import Path

from archive.database import check_version, connect_read_only, explained
from archive.errors import ArchiveError

VERSION = 4
"""Of schema.sql, stored as user_version. A site refuses a file of another version."""


def script(name: str) -> str:
    """One of the SQL files of this folder."""
    return files("archive.site").joinpath(name).read_text("utf-8")


def statements(name: str) -> Iterator[str]:
    """The statements of one of these files, each with the comment before it."""
    statement = ""
    for line in script(name).splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement.strip()
            statement = ""


def check_published(path: Path) -> None:
    """Raises ArchiveError when there is no file, or it is not what `union-archive publish` makes today."""
    if not path.is_file():
        raise ArchiveError(path, "there is no published archive", "run `union-archive publish` first")
    with closing(connect_read_only(path)) as db, explained(path):
        if check_version(db, path, VERSION) < VERSION or not _has_notes(db):
            raise ArchiveError(path, "this is no published archive of today's form", "run `union-archive publish`")


def _has_notes(db: sqlite3.Connection) -> bool:
    return db.execute("SELECT 1 FROM sqlite_master WHERE name = 'publication'").fetchone() is not None
