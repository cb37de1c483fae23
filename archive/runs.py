"""The crawler's runs, as status, publish and harvest read them; the crawler alone writes them."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from archive.database import connect_read_only, explained

RECENT = 30
"""How many runs of a source are read whole: more than that in a row says nothing new."""


@dataclass(frozen=True, slots=True)
class RunRow:
    """One run of one source; `refused` and `failed` count pages by reason.

    `not_modified` are the 304 answers among the unchanged; `read` the pages that should be articles and were read,
    `titled`, `dated`, `bodied` how many of them gave that; `body_length` the mean of their bodies in characters.
    """

    source: str
    started: str
    ended: str
    state: str
    reason: str | None
    requests: int
    pages: int
    bytes: int
    new: int
    edited: int
    unchanged: int
    refused: dict[str, int]
    failed: dict[str, int]
    not_modified: int = 0
    gone: int = 0
    read: int = 0
    titled: int = 0
    dated: int = 0
    bodied: int = 0
    body_length: int = 0

    @property
    def seconds(self) -> float:
        return (datetime.fromisoformat(self.ended) - datetime.fromisoformat(self.started)).total_seconds()

    def as_dict(self) -> dict[str, Any]:
        return asdict(self) | {"seconds": self.seconds}


@dataclass(frozen=True, slots=True)
class Fill:
    """What the pages of some runs held: how many were read since when, the shares (0 to 1) of them that had a title,
    a date, a body, and the mean length of a body in characters."""

    since: str
    pages: int
    title: float
    date: float
    body: float
    body_length: float


@dataclass(frozen=True, slots=True)
class History:
    """The runs of a source: since when, the newest RECENT of them (newest first, never none), the fill of the newest
    ones with enough pages, and of all before those; None where there are none."""

    first: str
    runs: tuple[RunRow, ...]
    fill: Fill | None = None
    fill_before: Fill | None = None


_NEWEST = "SELECT * FROM runs WHERE id IN (SELECT max(id) FROM runs GROUP BY source)"
_RECENT = """
SELECT runs.* FROM (SELECT DISTINCT source FROM runs) AS known JOIN runs ON runs.id IN (
    SELECT id FROM runs WHERE source = known.source ORDER BY started DESC, id DESC LIMIT :recent
) ORDER BY runs.source, runs.started DESC, runs.id DESC
"""
_FIRST = "SELECT source, min(started) AS started FROM runs GROUP BY source"
_FILLS = """
SELECT source, newer >= :enough AS before, min(started) AS since, sum(read) AS pages,
    1.0 * sum(titled) / sum(read) AS title, 1.0 * sum(dated) / sum(read) AS date, 1.0 * sum(bodied) / sum(read) AS body,
    coalesce(1.0 * sum(body_length * bodied) / sum(bodied), 0) AS body_length
FROM (
    SELECT *, coalesce(sum(read) OVER (
        PARTITION BY source ORDER BY started DESC, id DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ), 0) AS newer FROM runs WHERE read > 0
) GROUP BY source, before
"""


def latest_runs(crawl_db: Path) -> dict[str, RunRow]:
    """The newest run of each source by id; empty when nothing was crawled yet. Raises ArchiveError."""
    with _opened(crawl_db) as connection:
        return {row["source"]: _row(row) for row in connection.execute(_NEWEST)} if connection else {}


def histories(crawl_db: Path, *, enough: int) -> dict[str, History]:
    """The history of each source by id; empty when nothing was crawled yet. Raises ArchiveError.

    `fill` is of the newest runs that together read `enough` pages, or of all where they read fewer.
    """
    with _opened(crawl_db) as connection:
        if connection is None:
            return {}
        fills = _fills(connection, enough)
        runs: dict[str, list[RunRow]] = {}
        for row in connection.execute(_RECENT, {"recent": RECENT}):
            runs.setdefault(row["source"], []).append(_row(row))
        return {
            source: History(first, tuple(runs[source]), fills.get((source, 0)), fills.get((source, 1)))
            for source, first in connection.execute(_FIRST)
        }


def _fills(connection: sqlite3.Connection, enough: int) -> dict[tuple[str, int], Fill]:
    """The fills by source and whether they are of the runs before; none in a file of before they were counted."""
    if "read" not in {row["name"] for row in connection.execute("PRAGMA table_info(runs)")}:
        return {}
    return {
        (source, before): Fill(*values)
        for source, before, *values in connection.execute(_FILLS, {"enough": enough})
    }  # fmt: skip


@contextmanager
def _opened(crawl_db: Path) -> Iterator[sqlite3.Connection | None]:
    """The file, None when it is not there or holds no runs."""
    if not crawl_db.exists():
        yield None
        return
    with closing(connect_read_only(crawl_db)) as connection, explained(crawl_db):
        connection.execute("BEGIN")  # one state of the file, also while a crawl writes
        there = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'runs'").fetchone()
        yield connection if there else None


def _row(row: sqlite3.Row) -> RunRow:
    values = {name: row[name] for name in row.keys() if name != "id"}  # noqa: SIM118
    return RunRow(**(values | {name: json.loads(row[name]) for name in ("refused", "failed")}))
