"""The captures that wait to be read, a few at a time, and what a process elsewhere needs to read them."""

import json
import sqlite3
from collections.abc import Collection, Iterator
from contextlib import closing
from pathlib import Path

from archive.captures import CaptureStore
from archive.store import Store

AT_ONCE = 64
"""Pages in a portion: half a second's reading, and what a writer's transaction and a killed worker cost at most."""
MOST = 32 << 20
"""Bytes in a portion, unpacked and with the files its pages link; a page that alone has more is a portion."""

Portion = list[int]
"""Ids of pages, in the order of their time."""

_PAGES = "FROM captures JOIN addresses ON addresses.id = address WHERE article IS NOT NULL"
_SIZES = """
    SELECT id, size + (SELECT total(files.size) FROM attachments JOIN captures AS files ON files.id = file
        WHERE page = captures.id) FROM captures WHERE id IN (SELECT value FROM json_each(?))
"""
_TABLES = """
    SELECT sql FROM crawl.sqlite_master
    WHERE type = 'table' AND name IN ('captures', 'attachments', 'source_records', 'dictionaries')
"""
# Foreign keys are not asked for: a capture whose record, dictionary or holder is missing is as damaged there as here.
_CUT = (
    "INSERT INTO main.attachments SELECT * FROM crawl.attachments WHERE page IN (SELECT value FROM json_each(:pages))",
    "INSERT INTO main.captures SELECT * FROM crawl.captures"
    " WHERE id IN (SELECT value FROM json_each(:pages) UNION SELECT file FROM main.attachments)",
    "INSERT OR IGNORE INTO main.captures SELECT * FROM crawl.captures WHERE id IN (SELECT same_as FROM main.captures)",
    "INSERT INTO main.source_records SELECT * FROM crawl.source_records WHERE id IN (SELECT record FROM main.captures)",
    "INSERT INTO main.dictionaries SELECT * FROM crawl.dictionaries WHERE id IN (SELECT dictionary FROM main.captures)",
)


def waiting(captures: CaptureStore, store: Store, again: Collection[int] = ()) -> Iterator[Portion]:
    """The pages that the store has not taken yet, or takes `again`, in the order of their time; what is in memory does
    not grow with their number."""
    rows = captures.connection.execute(f"SELECT captures.id {_PAGES} ORDER BY fetched, captures.id")
    while ids := [row[0] for row in rows.fetchmany(AT_ONCE)]:
        taken = store.taken(ids)
        yield from _of_size(captures, [one for one in ids if one not in taken or one in again])


def number_waiting(captures: CaptureStore, store: Store) -> int:
    """About how many pages wait, for the progress bar."""
    (pages,) = captures.connection.execute(f"SELECT count(*) {_PAGES}").fetchone()
    (taken,) = store.connection.execute("SELECT count(*) FROM ingested").fetchone()
    return max(0, int(pages) - int(taken))


def cut(crawl_db: Path, portion: Portion) -> bytes:
    """A database with the captures of a portion and all that reading them needs, as a CaptureStore reads it. Raises
    sqlite3.DatabaseError where crawl.db is damaged there."""
    with closing(sqlite3.connect(":memory:", uri=True, isolation_level=None)) as db:
        db.execute("ATTACH ? AS crawl", (f"{crawl_db.resolve().as_uri()}?mode=ro",))
        for (statement,) in db.execute(_TABLES).fetchall():
            db.execute(statement)
        for statement in _CUT:
            db.execute(statement, {"pages": json.dumps(portion)})
        return db.serialize()


def _of_size(captures: CaptureStore, ids: Portion) -> Iterator[Portion]:
    sizes: dict[int, float] = dict(map(tuple, captures.connection.execute(_SIZES, (json.dumps(ids),))))
    portion: Portion = []
    size = 0.0
    for one in ids:
        if portion and size + sizes[one] > MOST:
            yield portion
            portion, size = [], 0.0
        portion.append(one)
        size += sizes[one]
    if portion:
        yield portion
