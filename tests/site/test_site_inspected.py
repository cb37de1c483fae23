"""What is known of a published file before Datasette reads it."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from site_archive import Site

from archive.site import schema
from archive.site.inspected import inspected
from archive.site.schema import statements


def test_the_counts_are_those_of_the_file(site_db: Path) -> None:
    known = inspected(site_db)["union-news"]
    with closing(sqlite3.connect(site_db)) as db:
        names = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        counts = {name: db.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}
    tables = known["tables"]
    assert isinstance(tables, dict)
    assert {name: table["count"] for name, table in tables.items()} == counts
    assert known["size"] == site_db.stat().st_size


def test_nothing_is_counted_when_the_site_starts(site_db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    site = Site(site_db)
    execute = site.datasette.get_database("union-news").execute_fn

    async def watched(function: object, *more: object) -> object:
        asked.append(repr(getattr(function, "__closure__", None) and [c.cell_contents for c in function.__closure__]))  # type: ignore[attr-defined]
        return await execute(function, *more)

    monkeypatch.setattr(site.datasette.get_database("union-news"), "execute_fn", watched)
    try:
        assert site.get("/").status_code == 200
        assert site.json("/-/databases.json")[0]["hash"] == inspected(site_db)["union-news"]["hash"]
    finally:
        site.close()
    assert asked
    assert not [statement for statement in asked if "select count(*) from [" in statement]


def test_a_script_is_run_by_statements(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "-- One; two\nSELECT ';' -- three;\n    AS four;\n\nBEGIN;\nCOMMIT;\n"
    monkeypatch.setattr(schema, "script", lambda name: text)
    assert list(statements("any.sql")) == ["-- One; two\nSELECT ';' -- three;\n    AS four;", "BEGIN;", "COMMIT;"]
