import dataclasses
import hashlib
import json
import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st
from sqlite_utils import Database

from archive.addresses import article_id
from archive.capture import Capture
from archive.capture_schema import SCHEMA_VERSION, migrations
from archive.captures import CaptureStore
from archive.compression import WINDOW
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
        tls="verified",
    )


def file(name: str = "ke-hoach.pdf", body: bytes = b"%PDF-1.4 k\xe1\xba\xbf ho\xe1\xba\xa1ch" * 300) -> Capture:
    """A file that pages link."""
    url = f"{SOURCE.site}/files/{name}"
    headers = (("Content-Type", "application/pdf"),)
    return Capture(SOURCE, url=url, final_url=url, fetched="2024-05-01T08:00:05.000+00:00", body=body, headers=headers)


def templated(template: str, number: int) -> Capture:
    """A page of 10 KB, most of which all pages of its template share."""
    frame, text = random.Random(template), random.Random(number)
    menu = "".join(f"<li id={frame.randbytes(8).hex()}><a>{frame.randbytes(8).hex()}</a></li>" for _ in range(180))
    body = f"<!DOCTYPE html><html lang=vi><body><ul>{menu}</ul><article>{text.randbytes(500).hex()}</article></html>"
    url = f"{SOURCE.site}/{template}-{number}"
    return dataclasses.replace(capture(1, body.encode()), url=url, final_url=url)


def dictionaries(store: CaptureStore) -> int:
    return int(store.connection.execute("SELECT count(*) FROM dictionaries").fetchone()[0])


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
        assert dictionaries(store) == 2


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


@pytest.mark.parametrize("column", ["body", "headers"])
def test_whatever_byte_is_damaged_verify_ends_and_no_wrong_bytes_come_back(tmp_path: Path, column: str) -> None:
    with closing(CaptureStore(tmp_path / "crawl.db")) as store:
        store.put(capture(1))
        damaged = store.put(capture(2))
        stored = store.connection.execute(f"SELECT {column} FROM captures WHERE id = ?", (damaged,)).fetchone()[0]
        found = 0
        for place in range(len(stored)):
            for bit in (0x01, 0x80):
                wrong = bytearray(stored)
                wrong[place] ^= bit
                store.connection.execute(f"UPDATE captures SET {column} = ? WHERE id = ?", (bytes(wrong), damaged))
                faults = store.verify()
                found += len(faults)
                assert faults or store.get(damaged) == capture(2)
        assert found > 1.9 * len(stored)


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


def test_a_files_page_and_the_files_come_back(tmp_path: Path) -> None:
    with closing(CaptureStore(tmp_path / "crawl.db")) as store:
        page = store.put(capture(1), [file(), file("ảnh.jpg", b"\xff\xd8\xff" * 500)])
        assert store.files_of(page) == [file(), file("ảnh.jpg", b"\xff\xd8\xff" * 500)]
        assert store.get(page) == capture(1)
        assert len(store.ids()) == 3
        assert store.page_ids() == [page]
        assert store.verify() == []


def test_a_file_that_two_pages_link_is_one_capture(tmp_path: Path) -> None:
    with closing(CaptureStore(tmp_path / "crawl.db")) as store:
        later = dataclasses.replace(file(), fetched="2024-06-01T00:00:00.000+00:00")
        one, two = store.put(capture(1), [file()]), store.put(capture(2), [later])
        assert store.files_of(one) == store.files_of(two) == [file()]
        assert len(store.ids()) == 3
        assert sorted(store.attachments()) == [(one, 1), (two, 1)]


def test_files_keep_the_order_of_their_page(tmp_path: Path) -> None:
    with closing(CaptureStore(tmp_path / "crawl.db")) as store:
        one, two = file("1.pdf", b"%PDF one"), file("2.pdf", b"%PDF two")
        store.put(capture(1), [one])
        assert store.files_of(store.put(capture(2), [two, one])) == [two, one]


def test_a_file_of_the_same_page_again_is_linked_once(tmp_path: Path) -> None:
    with closing(CaptureStore(tmp_path / "crawl.db")) as store:
        assert store.put(capture(1), [file()]) == store.put(capture(1), [file(), file()])
        assert len(store.attachments()) == 1


def test_the_newest_capture_of_a_file_is_found_by_its_address(tmp_path: Path) -> None:
    with closing(CaptureStore(tmp_path / "crawl.db")) as store:
        edited = dataclasses.replace(file(body=b"%PDF-1.4 new"), fetched="2024-07-01T00:00:00.000+00:00")
        assert store.file_at(file().url, SOURCE) is None
        store.put(capture(1), [file()])
        store.put(capture(2), [edited])
        assert store.file_at(file().url + "#page=2", SOURCE) == edited


def test_a_file_is_no_article(tmp_path: Path) -> None:
    with closing(CaptureStore(tmp_path / "crawl.db")) as store:
        store.put(capture(1), [file()])
        store.set_gone(file().url, SOURCE, "2024-06-01T00:00:00+00:00")
        assert store.gone() == {}
        addresses = dict(store.connection.execute("SELECT url, article FROM addresses").fetchall())
        assert addresses == {
            capture(1).final_url: article_id(capture(1).final_url, SOURCE),
            file().url: None,
        }


def test_a_file_that_a_listing_names_later_becomes_a_page(tmp_path: Path) -> None:
    with closing(CaptureStore(tmp_path / "crawl.db")) as store:
        store.put(capture(1), [file()])
        asked = dataclasses.replace(file(), fetched="2024-06-01T00:00:00.000+00:00")
        page = store.put(asked)
        assert page in store.page_ids()
        assert store.article_of(asked) == article_id(asked.final_url, SOURCE)
        assert store.verify() == []


def test_bytes_of_a_source_are_stored_once(tmp_path: Path) -> None:
    with closing(CaptureStore(tmp_path / "crawl.db")) as store:
        again = dataclasses.replace(
            capture(1),
            url=f"{SOURCE.site}/ban-sao",
            final_url=f"{SOURCE.site}/ban-sao",
            headers=(("A", "b"),),
            tls=None,
        )
        elsewhere = dataclasses.replace(file("khac.pdf"), source=dataclasses.replace(SOURCE, id="c.d"))
        copy = dataclasses.replace(file("ban-sao.pdf"), fetched="2024-06-01T00:00:00.000+00:00")
        wanted = [capture(1), again, elsewhere]
        ids = [store.put(wanted[0]), store.put(again, [file(), copy]), store.put(elsewhere)]
        assert [store.get(one) for one in ids] == wanted
        assert store.files_of(ids[1]) == [file(), copy]
        rows = store.connection.execute("SELECT sha256, same_as IS NULL, length(body) > 0 FROM captures").fetchall()
        assert sorted(map(tuple, rows)) == sorted(
            [
                (capture(1).sha256, 1, 1),
                (capture(1).sha256, 0, 0),
                (file().sha256, 1, 1),
                (file().sha256, 0, 0),
                (file().sha256, 1, 1),
            ]
        )


def test_a_link_that_leads_nowhere_is_found(tmp_path: Path) -> None:
    with closing(CaptureStore(tmp_path / "crawl.db")) as store:
        page = store.put(capture(1), [file()])
        copy = store.put(dataclasses.replace(capture(1), fetched="2024-06-01T00:00:00.000+00:00"))
        store.connection.execute("PRAGMA foreign_keys = OFF")
        store.connection.execute("DELETE FROM captures WHERE id = 1")
        assert store.verify() == [f"file 1 of page {page}: one of them is missing; restore crawl.db from a backup"]
        store.connection.execute("DELETE FROM captures WHERE id = ?", (page,))
        faults = store.verify()
        assert len(faults) == 2
        assert f"capture {copy} " in faults[0]
        assert f"capture {page}, which holds its bytes, is missing" in faults[0]


def test_a_rollback_of_the_callers_leaves_nothing_wrong_behind(tmp_path: Path) -> None:
    CaptureStore(tmp_path / "crawl.db").close()
    connection = connect(tmp_path / "crawl.db")
    store = CaptureStore(connection)
    store.put(capture(1))
    assert store.get(1) == capture(1)
    connection.rollback()
    other = dataclasses.replace(SOURCE, id="c.d", site="https://c.example.vn")
    wanted = [capture(number, source=other) for number in (2, 3)]
    assert [store.get(store.put(one)) for one in wanted] == wanted
    connection.commit()
    connection.close()
    with closing(CaptureStore(tmp_path / "crawl.db")) as fresh:
        assert list(fresh) == wanted


def test_a_relaunched_site_gets_a_second_dictionary(tmp_path: Path) -> None:
    old = [templated("old", number) for number in range(2 * WINDOW)]
    new = [templated("new", number) for number in range(3 * WINDOW)]
    with closing(CaptureStore(tmp_path / "crawl.db")) as store:
        ids = [store.put(one) for one in old]
        assert dictionaries(store) == 1
        ids += [store.put(one) for one in new]
        assert dictionaries(store) == 2
        kept = [row[0] for row in store.connection.execute("SELECT length(body) FROM captures ORDER BY id")]
        assert sum(kept[-WINDOW:]) < 1.1 * sum(kept[:WINDOW]) < 0.3 * sum(kept[2 * WINDOW : 3 * WINDOW])
    with closing(CaptureStore(tmp_path / "crawl.db")) as store:
        assert [store.get(one) for one in ids] == old + new
        assert store.verify() == []


def test_a_crawl_of_few_pages_a_night_notices_a_relaunch_too(tmp_path: Path) -> None:
    with closing(CaptureStore(tmp_path / "crawl.db")) as store:
        for number in range(WINDOW):
            store.put(templated("old", number))
    for night in range(WINDOW):
        with closing(CaptureStore(tmp_path / "crawl.db")) as store:
            assert night > 2 or dictionaries(store) == 1
            store.put(templated("new", night))
            assert night < 20 or dictionaries(store) == 2


def test_only_pages_make_and_use_dictionaries(tmp_path: Path) -> None:
    with closing(CaptureStore(tmp_path / "crawl.db")) as store:
        store.put(dataclasses.replace(capture(1, b'{"json": "' + b"x" * 9000 + b'"}')), [file()])
        store.put(capture(2, b"<html>too little to teach anything</html>"))
        assert dictionaries(store) == 0
        store.put(capture(3), [file("khac.pdf", b"%PDF " * 999)])
        used = store.connection.execute("SELECT url FROM captures WHERE dictionary IS NOT NULL").fetchall()
        assert [row["url"] for row in used] == [capture(3).url]


def test_a_file_of_the_first_version_opens_with_all_its_captures(tmp_path: Path) -> None:
    path = tmp_path / "crawl.db"
    old = connect(path)
    migrations.apply(Database(old), stop_before="m002_files")
    old.execute("INSERT INTO source_records VALUES (1, ?, ?)", (SOURCE.id, SOURCE.to_json()))
    first = capture(1).body
    packed = zstandard.ZstdCompressor().compress(first)
    sha256 = hashlib.sha256(first).hexdigest()
    old.execute("INSERT INTO dictionaries VALUES (1, ?, ?, ?)", (SOURCE.id, sha256, packed))
    dictionary = zstandard.ZstdCompressionDict(first, dict_type=zstandard.DICT_TYPE_RAWCONTENT)
    for number in (1, 2, 3):
        one = dataclasses.replace(capture(number), tls=None)
        article = article_id(one.final_url, SOURCE)
        old.execute("INSERT INTO addresses VALUES (?, ?, ?, ?)", (number, one.final_url, article, None))
        old.execute(
            "INSERT INTO captures VALUES (?, 1, ?, ?, ?, ?, 200, ?, ?, ?, ?, 1, ?)",
            (number, number, one.url, one.final_url, one.fetched, json.dumps(one.headers), one.listed, one.sha256,
             len(one.body), zstandard.ZstdCompressor(level=3, dict_data=dictionary).compress(one.body)),
        )  # fmt: skip
    old.execute("PRAGMA user_version = 1")
    old.commit()
    old.close()
    with closing(CaptureStore(path)) as store:
        assert list(store) == [dataclasses.replace(capture(number), tls=None) for number in (1, 2, 3)]
        assert store.verify() == []
        assert store.connection.execute("PRAGMA foreign_key_check").fetchall() == []
        assert store.connection.execute("PRAGMA user_version").fetchone()[0] == SCHEMA_VERSION
        assert store.put(dataclasses.replace(capture(2), tls=None)) == 2
        page = store.put(capture(4), [file()])
        assert store.page_ids() == [1, 2, 3, page]
        with pytest.raises(sqlite3.IntegrityError):
            store.connection.execute("DELETE FROM addresses WHERE id = 1")
