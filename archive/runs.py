"""The crawler's runs, as status, publish and harvest read them; the crawler alone writes them."""

import json
import sqlite3
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from archive.database import connect_read_only


@dataclass(frozen=True, slots=True)
class RunRow:
    """One run of one source; `refused` and `failed` count pages by reason."""

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

    @property
    def seconds(self) -> float:
        return (datetime.fromisoformat(self.ended) - datetime.fromisoformat(self.started)).total_seconds()

    def as_dict(self) -> dict[str, Any]:
        return asdict(self) | {"seconds": self.seconds}


def latest_runs(crawl_db: Path) -> dict[str, RunRow]:
    """The newest run of each source by id; empty when nothing was crawled yet. Raises ArchiveError."""
    if not crawl_db.exists():
        return {}
    with closing(connect_read_only(crawl_db)) as connection:
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'runs'").fetchone():
            return {}
        rows = connection.execute("SELECT * FROM runs WHERE id IN (SELECT max(id) FROM runs GROUP BY source)")
        return {row["source"]: _row(row) for row in rows}


def _row(row: sqlite3.Row) -> RunRow:
    values = {name: row[name] for name in row.keys() if name != "id"}  # noqa: SIM118
    return RunRow(**(values | {name: json.loads(row[name]) for name in ("refused", "failed")}))
