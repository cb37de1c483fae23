"""The captures of crawl.db as files of a thousand ids each, so that a backup writes only those that have changed.

Captures are put once, under growing ids, and hardly ever changed after that: a purge or a migration changes some, a
crawl only the last segment. Whether a segment has changed is told by its fingerprint: every column of its rows but the
bytes of the page, of which only the length counts. So a byte that goes bad in crawl.db never replaces the good one in
the backup, and what a purge erased is gone from the next backup, file and all.
"""

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import groupby
from pathlib import Path

ROWS = 1000
"""Ids a segment has: about 4 MB of pages."""
BYTES_COLUMN = "body"

Row = tuple[object, ...]


def fingerprints(crawl: sqlite3.Connection) -> Iterator[tuple[int, int, str]]:
    """The number of each segment that has rows, how many they are, and their fingerprint."""
    columns = _columns(crawl)
    shown = ", ".join(f'length("{name}")' if name == BYTES_COLUMN else f'"{name}"' for name in columns)
    rows = crawl.execute(f"SELECT id, {shown} FROM captures ORDER BY id")  # noqa: S608
    for number, some in groupby(rows, key=lambda row: int(row[0] - 1) // ROWS):
        digest, count = hashlib.sha256(repr(columns).encode()), 0
        for row in some:
            digest.update(repr(tuple(row)).encode("utf-8", "surrogateescape"))
            count += 1
        yield number, count, digest.hexdigest()


def bounds(number: int) -> tuple[int, int]:
    """The first and the last id of a segment."""
    return number * ROWS + 1, (number + 1) * ROWS


def write_segment(crawl: sqlite3.Connection, number: int, path: Path, earlier: Path | None) -> None:
    """Write a segment's rows as a database file. A row that the earlier file of the segment has as well, but for bytes
    that went bad since, is taken from there."""
    columns = _columns(crawl)
    kept = _kept(earlier, columns)
    place = columns.index(BYTES_COLUMN)
    rows = crawl.execute(f"SELECT {_listed(columns)} FROM captures WHERE id BETWEEN ? AND ?", bounds(number))  # noqa: S608
    with closing(new_database(path, crawl)) as segment:
        segment.execute(f"CREATE TABLE captures ({_listed(columns)})")
        insert(segment, "captures", columns, (kept.get(_seen(row := tuple(found), place), row) for found in rows))
        segment.execute("COMMIT")


def read_segment(path: Path, crawl: sqlite3.Connection) -> None:
    """Put a segment's rows into a crawl.db that has none of them."""
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as segment:
        columns = [row[1] for row in segment.execute("PRAGMA table_info(captures)")]
        insert(crawl, "captures", columns, segment.execute(f"SELECT {_listed(columns)} FROM captures ORDER BY rowid"))  # noqa: S608


def new_database(path: Path, like: sqlite3.Connection) -> sqlite3.Connection:
    """A new file with the page size of another one, in a transaction; whoever writes it syncs it at the end."""
    database = sqlite3.connect(path, isolation_level=None)
    database.execute(f"PRAGMA page_size = {like.execute('PRAGMA page_size').fetchone()[0]}")
    database.execute("PRAGMA journal_mode = OFF")  # a file that is not finished is thrown away
    database.execute("PRAGMA synchronous = OFF")
    database.execute("BEGIN")
    return database


def insert(database: sqlite3.Connection, table: str, columns: list[str], rows: Iterable[Row]) -> None:
    marks = ", ".join("?" * len(columns))
    database.executemany(f'INSERT INTO "{table}" ({_listed(columns)}) VALUES ({marks})', rows)  # noqa: S608


def _kept(earlier: Path | None, columns: list[str]) -> dict[Row, Row]:
    """The rows of a segment's earlier file by all of them that a fingerprint sees."""
    if earlier is None:
        return {}
    with closing(sqlite3.connect(f"{earlier.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as segment:
        if [row[1] for row in segment.execute("PRAGMA table_info(captures)")] != columns:
            return {}
        place = columns.index(BYTES_COLUMN)
        return {_seen(row, place): row for row in segment.execute(f"SELECT {_listed(columns)} FROM captures")}  # noqa: S608


def _seen(row: Row, place: int) -> Row:
    content = row[place]
    assert isinstance(content, bytes | str)
    return (*row[:place], len(content), *row[place + 1 :])


def _columns(crawl: sqlite3.Connection) -> list[str]:
    return [row[1] for row in crawl.execute("PRAGMA table_info(captures)")]


def _listed(columns: list[str]) -> str:
    return ", ".join(f'"{name}"' for name in columns)
