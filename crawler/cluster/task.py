"""What a worker is told of a host's crawl, in its seed; and the tables that a seed has beside those of crawl.db."""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from archive.sources import Source

TABLES = (
    "CREATE TABLE task (value TEXT NOT NULL)",
    # The texts that the host's articles have had, as archive.db has them.
    "CREATE TABLE texts (article TEXT NOT NULL, hash TEXT NOT NULL, source TEXT NOT NULL, captured TEXT NOT NULL,"
    " capture INTEGER NOT NULL, PRIMARY KEY (article, hash)) WITHOUT ROWID",
    "CREATE INDEX texts_hash ON texts(hash)",
    "CREATE TABLE withdrawn (article TEXT PRIMARY KEY) WITHOUT ROWID",
    # The marks of gone addresses as they were: what has another one at the end was marked by the crawl.
    "CREATE TABLE seeded_addresses (url TEXT PRIMARY KEY, gone_at TEXT) WITHOUT ROWID",
)


@dataclass(frozen=True, slots=True)
class Task:
    """One crawl of one host: its sources in turn, `full` as of harvest, what `furniture` was decided of each source,
    Scrapy's `settings` and the `environment` of the one who ordered it. `run` names the order."""

    host: str
    run: str
    sources: tuple[Source, ...]
    full: bool = False
    furniture: Mapping[str, frozenset[str]] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)


def put_task(connection: sqlite3.Connection, task: Task) -> None:
    values = {
        "host": task.host,
        "run": task.run,
        "sources": [source.to_json() for source in task.sources],
        "full": task.full,
        "furniture": {source: sorted(texts) for source, texts in task.furniture.items()},
        "settings": dict(task.settings),
        "environment": dict(task.environment),
    }
    connection.execute("INSERT INTO task VALUES (?)", (json.dumps(values, ensure_ascii=False),))


def read_task(connection: sqlite3.Connection) -> Task:
    values = json.loads(connection.execute("SELECT value FROM task").fetchone()[0])
    return Task(
        host=values["host"],
        run=values["run"],
        sources=tuple(map(Source.from_json, values["sources"])),
        full=values["full"],
        furniture={source: frozenset(texts) for source, texts in values["furniture"].items()},
        settings=values["settings"],
        environment=values["environment"],
    )
