"""Runs as the crawler would have written them, in a crawl.db of their own."""

import json
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import asdict, fields
from datetime import UTC, datetime, timedelta
from pathlib import Path

from archive.runs import RunRow

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)


def run(source: str = "a", days_ago: float = 0, *, state: str = "ok", pages: int = 12, **more: object) -> RunRow:
    """A run that ended some days before NOW; `read` pages all have title, date and body unless said otherwise."""
    ended = (NOW - timedelta(days=days_ago)).isoformat(timespec="milliseconds")
    read = more.get("read", 0)
    values = dict.fromkeys((field.name for field in fields(RunRow)), 0) | {
        "source": source, "started": ended, "ended": ended, "state": state, "reason": None, "pages": pages,
        "refused": {}, "failed": {}, "titled": read, "dated": read, "bodied": read, "body_length": 1000,
    } | more  # fmt: skip
    return RunRow(**values)  # type: ignore[arg-type]


def write_runs(path: Path, runs: Iterable[RunRow], *, without: frozenset[str] = frozenset()) -> Path:
    """A crawl.db that holds these runs and nothing else; `without` some columns, as older programs made it."""
    columns = [field.name for field in fields(RunRow) if field.name not in without]
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(f"CREATE TABLE runs (id INTEGER PRIMARY KEY, {', '.join(columns)})")
        db.execute("CREATE INDEX runs_source ON runs(source, started)")
        for row in runs:
            values = [asdict(row)[name] for name in columns]
            texts = [json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else value for value in values]
            db.execute(f"INSERT INTO runs VALUES (NULL{', ?' * len(columns)})", texts)
    return path
