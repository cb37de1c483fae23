"""crawl.db as every earlier version of the program left it, opened by this one: nothing that was in it is lost."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import zstandard
from sqlite_utils import Database, Migrations

from archive.addresses import article_id
from archive.capture_schema import SCHEMA_VERSION, open_crawl_db
from archive.capture_schema import migrations as capturing
from archive.captures import CaptureStore
from archive.errors import ArchiveError
from archive.folder import DataFolder
from archive.runs import latest_runs
from archive.store import Store
from archive.verify import verify
from crawler.frontier import Frontier
from crawler.tables import migrations as crawling
from tests.filled import page, take
from tests.test_ingest import SOURCE

ARTICLES = 3
MOMENT = "2024-05-01T08:00:00.000+00:00"


def names(owner: Migrations) -> list[str]:
    return [one.name for one in owner.pending(Database(memory=True))]


def versions() -> list[Any]:
    """Every state that a file can have been left in: captures and crawler's tables move on by themselves."""
    newest = len(names(capturing)), len(names(crawling))
    return [
        pytest.param(captures, tables, id=f"captures {captures}, crawler {tables}")
        for captures in range(1, newest[0] + 1)
        for tables in range(newest[1] + 1)
        if (captures, tables) != newest
    ]


def rows(captures_version: int) -> dict[str, list[dict[str, Any]]]:
    """What each table holds by column; a migration that adds a table or a column gets its line here."""
    pages = [page(number) for number in range(1, ARTICLES + 1)]
    pack = zstandard.ZstdCompressor(level=3).compress
    headers = [json.dumps(one.headers) for one in pages]
    ids = [article_id(one.final_url, SOURCE) for one in pages]
    numbered = list(zip(range(1, ARTICLES + 1), pages, ids, headers, strict=True))
    return {
        "source_records": [{"id": 1, "source": SOURCE.id, "record": SOURCE.to_json()}],
        "addresses": [
            {"id": n, "url": one.final_url, "article": article, "gone_at": MOMENT if n == 3 else None}
            for n, one, article, _ in numbered
        ],
        "dictionaries": [{"id": 1, "source": "c.d", "sha256": "0" * 64, "content": pack(b"<html>" * 500)}],
        "captures": [
            {
                "id": n, "record": 1, "address": n, "url": one.url, "final_url": one.final_url,
                "fetched": one.fetched, "status": 200, "listed": "31/12/2023", "sha256": one.sha256,
                "headers": said if captures_version == 1 else pack(said.encode()), "size": len(one.body),
                "dictionary": None, "body": pack(one.body), "tls": "verified", "same_as": None,
            }
            for n, one, _, said in numbered
        ],
        "attachments": [{"page": 1, "file": 2, "place": 0}],
        "frontier": [
            {
                "article": article, "source": SOURCE.id, "url": one.url, "state": state, "reason": "HTTP 500",
                "listed": "31/12/2023", "published": "2023-05-20", "etag": '"x"', "last_modified": "Mon",
                "first_seen": MOMENT, "fetched": MOMENT, "missing_since": None, "fails": n, "dated": "2023-05-19",
                "due": "2024-06-01T08:00:00.000+00:00", "sha256": one.sha256,
            }
            for (n, one, article, _), state in zip(numbered, ("ok", "new", "gone"), strict=True)
        ],
        "walks": [{"source": SOURCE.id, "backfill_done": MOMENT}],
        "runs": [
            {
                "id": 1, "source": SOURCE.id, "started": MOMENT, "ended": MOMENT, "state": "ok", "reason": None,
                "requests": 9, "pages": 8, "bytes": 7, "new": 6, "edited": 5, "unchanged": 4, "refused": '{"a": 1}',
                "failed": "{}", "not_modified": 3, "gone": 2, "read": 8, "titled": 7, "dated": 6, "bodied": 5,
                "body_length": 400,
            }
        ],
        "listings": [{"source": SOURCE.id, "url": SOURCE.site, "etag": '"y"', "last_modified": None}],
        "missing_files": [{"source": SOURCE.id, "url": "f", "fails": 2, "reason": "HTTP 404"}],
    }  # fmt: skip


def write_old(path: Path, captures: int, tables: int) -> dict[str, list[dict[str, Any]]]:
    """A file of an earlier version with rows in each of its tables; what they hold."""
    connection = sqlite3.connect(path)
    database = Database(connection)
    for owner, wanted in ((capturing, captures), (crawling, tables)):
        later = names(owner)[wanted:]
        owner.apply(database, stop_before=later[0] if later else None)
    written: dict[str, list[dict[str, Any]]] = {}
    for table, some in rows(captures).items():
        if table in database.table_names():
            columns = set(database.table(table).columns_dict)
            written[table] = [{name: row[name] for name in columns} for row in some]
            database.table(table).insert_all(written[table])
    assert written.keys() == {name for name in database.table_names() if not name.startswith("_")}
    connection.execute(f"PRAGMA user_version = {captures}")
    connection.commit()
    connection.close()
    return written


def schema(connection: sqlite3.Connection) -> dict[str, object]:
    database = Database(connection)
    return {
        name: (
            {column.name: (column.type, column.notnull, column.is_pk) for column in database.table(name).columns},
            {tuple(index.columns) for index in database.table(name).indexes},
            {(key.column, key.other_table) for key in database.table(name).foreign_keys},
        )
        for name in database.table_names()
    }


@pytest.mark.parametrize(("captures", "tables"), versions())
def test_nothing_is_lost(tmp_path: Path, captures: int, tables: int) -> None:
    folder = DataFolder(tmp_path)
    written = write_old(folder.crawl_db, captures, tables)
    with closing(Frontier(folder.crawl_db, SOURCE)) as frontier:
        connection = frontier.connection
        for table, wanted in written.items():
            found = [dict(row) for row in connection.execute(f"SELECT * FROM {table}")]
            assert [{name: row[name] for name in wanted[0]} for row in found] == wanted, table
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        assert connection.execute("PRAGMA user_version").fetchone()[0] == SCHEMA_VERSION
        assert connection.execute("PRAGMA foreign_keys").fetchone()[0] == 1
        with closing(open_crawl_db(tmp_path / "fresh.db", crawling)) as fresh:
            assert schema(connection) == schema(fresh)
        assert frontier.captures.verify() == []
        if tables:  # the walk goes on where it was
            assert [known.url for known in frontier.waiting()] == [page(2).url]
            assert page(1).url in {known.url for known in frontier.revisits()}
        if tables >= 2:
            assert latest_runs(folder.crawl_db)[SOURCE.id].refused == {"a": 1}
    assert take(folder) == []
    assert verify(folder, seed=1).problems == []
    with closing(CaptureStore(folder.crawl_db)) as store:
        assert [store.get(number).body for number in (1, 2, 3)] == [page(number).body for number in (1, 2, 3)]
        assert list(store.gone()) == [article_id(page(3).url, SOURCE)]


@pytest.mark.parametrize(("captures", "tables"), versions())
def test_a_migration_that_is_cut_off_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, captures: int, tables: int
) -> None:
    path = tmp_path / "crawl.db"
    write_old(path, captures, tables)

    def dump() -> list[str]:
        with closing(sqlite3.connect(path)) as db:
            return list(db.iterdump())

    before = dump()
    broken = Migrations("broken")
    broken()(_fail)
    with pytest.raises(RuntimeError, match="cut off"):
        open_crawl_db(path, crawling, broken)
    assert dump() == before
    open_crawl_db(path, crawling).close()


def _fail(db: Database) -> None:
    raise RuntimeError("cut off")


def test_a_newer_file_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "crawl.db"
    with closing(open_crawl_db(path, crawling)) as db:
        db.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    before = path.read_bytes()
    with pytest.raises(ArchiveError, match=r"newer version of this program.*; upgrade union-news-archive"):
        open_crawl_db(path, crawling)
    assert path.read_bytes() == before


def test_archive_db_is_never_migrated(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    Store(path).close()
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA user_version = 1")
    with pytest.raises(ArchiveError, match=r"older version of this program; run `union-archive rebuild`"):
        Store(path)
