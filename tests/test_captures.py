import dataclasses
import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.addresses import article_id
from archive.capture import Capture
from archive.captures import SCHEMA_VERSION, CaptureStore
from archive.database import connect
from archive.errors import ArchiveError
from archive.sources import Source

SOURCE = Source(id="a.b", name="A", family="mastercms", site="https://a.example.vn", listing=("/tin",))


def capture(number: int = 1, body: bytes | None = None, source: Source = SOURCE) -> Capture:
    words = random.Random(number).choices(
        ["công", "đoàn", "cơ", "sở", "trường", "học", "năm", "học", "sáng", "kiến"], k=400
    )
    page = (
        "<html><head><title>x</title></head><body>"
        + "<div class=menu>…</div>" * 60
        + " ".join(words)
        + "</body></html>"
    )
    return Capture(
        source=source,
        url=f"{source.site}/tin-{number}.html?fbclid=1",
        final_url=f"{source.site}/tin-{number}.html",
        fetched=f"2024-05-{number:02}T08:00:00.000+00:00",
        body=page.encode() if body is None else body,
        headers=(("Content-Type", "text/html"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")),
        listed="31/12/2023",
    )


def test_what_is_put_is_got(tmp_path: Path) -> None:
    with closing(CaptureStore(str(tmp_path / "crawl.db"))) as store:
        wanted = [capture(number) for number in (3, 1, 2)]
        ids = [store.put(one) for one in wanted]
        assert [store.get(one) for one in ids] == wanted
        assert [one.fetched for one in store] == sorted(one.fetched for one in wanted)
        assert store.verify() == []
        assert store.put(wanted[0]) == ids[0]
        assert len(store.ids()) == 3


@given(st.binary(max_size=5000))
def test_any_bytes_come_back(body: bytes) -> None:
    connection = sqlite3.connect(":memory:")
    connection.row_factory = sqlite3.Row
    from sqlite_utils import Database

    from archive.captures import migrations

    migrations.apply(Database(connection))
    store = CaptureStore(connection)
    store.put(capture(1))
    wanted = capture(2, body)
    assert store.get(store.put(wanted)) == wanted


def test_pages_of_one_site_share_a_dictionary(tmp_path: Path) -> None:
    with closing(CaptureStore(tmp_path / "crawl.db")) as store:
        for number in range(1, 20):
            store.put(capture(number))
        other = dataclasses.replace(SOURCE, id="c.d", site="https://c.example.vn")
        store.put(capture(1, source=other))
        sizes = store.connection.execute("SELECT sum(size), sum(length(body)) FROM captures WHERE id > 1").fetchone()
        assert sizes[1] < 0.3 * sizes[0]
        assert store.connection.execute("SELECT count(*) FROM dictionaries").fetchone()[0] == 2


@pytest.mark.parametrize("twice", ["put", "set_gone"])
def test_a_store_of_its_own_file_leaves_no_lock_behind(tmp_path: Path, twice: str) -> None:
    with closing(CaptureStore(tmp_path / "crawl.db")) as store:
        store.put(capture())
        if twice == "put":
            store.put(capture())
        else:
            store.set_gone(capture().final_url, SOURCE, "2024-06-01T00:00:00+00:00")
        with closing(sqlite3.connect(tmp_path / "crawl.db", timeout=0.1)) as other:
            other.execute("BEGIN IMMEDIATE")


def test_on_a_callers_connection_nothing_is_committed(tmp_path: Path) -> None:
    CaptureStore(tmp_path / "crawl.db").close()
    connection = connect(tmp_path / "crawl.db")
    store = CaptureStore(connection)
    store.put(capture())
    connection.rollback()
    assert store.ids() == []


def test_a_damaged_byte_is_found(tmp_path: Path) -> None:
    with closing(CaptureStore(tmp_path / "crawl.db")) as store:
        good, bad = store.put(capture(1)), store.put(capture(2))
        body = bytearray(store.connection.execute("SELECT body FROM captures WHERE id = ?", (bad,)).fetchone()[0])
        body[len(body) // 2] ^= 0xFF
        store.connection.execute("UPDATE captures SET body = ? WHERE id = ?", (bytes(body), bad))
        (fault,) = store.verify()
        assert f"capture {bad} " in fault
        assert "restore crawl.db from a backup" in fault
        assert store.get(good) == capture(1)


def test_a_file_of_a_newer_program_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "crawl.db"
    CaptureStore(path).close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    before = path.read_bytes()
    with pytest.raises(ArchiveError, match=r"newer version.*upgrade union-news-archive"):
        CaptureStore(path)
    assert path.read_bytes() == before


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    path = tmp_path / "crawl.db"
    path.write_text("Đây không phải cơ sở dữ liệu. " * 100)
    with pytest.raises(ArchiveError, match=r"crawl.db: this is no usable database.*restore it from a backup"):
        CaptureStore(path)


def test_an_address_keeps_its_id_when_the_records_family_changes(tmp_path: Path) -> None:
    with closing(CaptureStore(tmp_path / "crawl.db")) as store:
        store.put(capture(1))
        before = store.article_of(capture(1))
        other = capture(1, source=dataclasses.replace(SOURCE, family="listing"))
        assert article_id(other.final_url, other.source) != before
        assert store.article_of(other) == before
        later = dataclasses.replace(other, fetched="2024-06-01T08:00:00.000+00:00")
        store.put(later)
        assert store.article_of(later) == before


def test_gone_is_every_address_of_an_article(tmp_path: Path) -> None:
    with closing(CaptureStore(tmp_path / "crawl.db")) as store:
        store.put(capture(1))
        store.put(capture(2))
        store.set_gone(capture(1).final_url, SOURCE, "2024-06-01T00:00:00+00:00")
        assert list(store.gone().values()) == ["2024-06-01T00:00:00+00:00"]
        store.set_gone(capture(1).final_url, SOURCE, None)
        assert store.gone() == {}
