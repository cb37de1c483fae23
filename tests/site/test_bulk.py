"""The corpus to take away: what it holds, that it obeys the sources, and the page that offers it."""

import gzip
import hashlib
import json
import sqlite3
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from site_archive import ARTICLES, BINH_LUC_SOURCE, HIDDEN_WORD, Page, Site, build, pages, text

from archive import bulk
from archive.cli import main
from archive.errors import ArchiveError
from archive.publish import publish
from archive.site import bulk_files

JSONL, PARQUET = f"{bulk.STEM}.jsonl.gz", f"{bulk.STEM}.parquet"


@pytest.fixture
def site_db(tmp_path: Path) -> Path:
    path = tmp_path / "site" / "union-news.db"
    publish(build(tmp_path / "archive.db", pages()), path)
    return path


def corpus(folder: Path) -> list[dict[str, Any]]:
    with gzip.open(folder / JSONL, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def test_both_files_hold_every_article_alike(site_db: Path) -> None:
    made = bulk.write_bulk(site_db)
    assert made.articles == ARTICLES
    assert made.folder == site_db.with_name("bulk")
    records = corpus(made.folder)
    with sqlite3.connect(site_db) as db:
        assert [record["id"] for record in records] == [
            row[0] for row in db.execute("SELECT id FROM articles ORDER BY n")
        ]
    assert pq.read_table(made.folder / PARQUET).to_pylist() == records
    (meeting,) = [record for record in records if record["author"] == "Quốc Nghị"]
    assert meeting["school_years"] == ["2019-2020", "2020-2021"]
    assert meeting["districts"] == ["dam-ha-quang-ninh"]
    assert meeting["captions"] == ["Các tập thể có thành tích xuất sắc", "Quang cảnh hội nghị"]
    assert meeting["version_path"] == f"/bai/{meeting['id']}/ban-luu/1"
    assert [record["published"] for record in records].count(None) == 1


def test_what_a_source_hides_is_not_in_it(site_db: Path) -> None:
    folder = bulk.write_bulk(site_db).folder
    records = corpus(folder)
    assert HIDDEN_WORD not in json.dumps(records, ensure_ascii=False)
    assert {record["show"]: record["rights"] for record in records}["excerpt"] == "Chỉ trích đoạn"
    assert [record["body"] for record in records if record["show"] == "record"] == [""]


def test_the_datasheet_names_every_field_and_counts(site_db: Path) -> None:
    folder = bulk.write_bulk(site_db).folder
    sheet = (folder / "DATASHEET.md").read_text("utf-8")
    assert all(field in sheet for field in corpus(folder)[0])
    assert f"{ARTICLES} bài của 4 nguồn, đăng từ 05/04/2016 đến 10/10/2022; 1 bài không rõ ngày" in sheet
    assert "excerpt 1, full 10, record 1" in sheet
    assert "thuộc về nguồn" in (folder / "LICENCE.txt").read_text("utf-8")


def test_the_same_publication_gives_the_same_bytes(site_db: Path, tmp_path: Path) -> None:
    first, second = (bulk.write_bulk(site_db, tmp_path / name).folder for name in ("a", "b"))
    for file in first.iterdir():
        assert file.read_bytes() == (second / file.name).read_bytes(), file.name


def test_a_failure_leaves_the_old_files(site_db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = bulk.write_bulk(site_db).folder
    before = {file.name: file.read_bytes() for file in folder.iterdir()}

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device: the disk is full")

    monkeypatch.setattr(bulk, "_write_words", full)
    with pytest.raises(ArchiveError, match="full"):
        bulk.write_bulk(site_db)
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before
    assert [path.name for path in site_db.parent.iterdir() if "bulk" in path.name] == ["bulk"]


def test_no_publication_no_corpus(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="union-archive publish"):
        bulk.write_bulk(tmp_path / "union-news.db")


def test_without_pyarrow_there_is_no_parquet(site_db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "find_spec", lambda _: None)
    assert set(bulk.write_bulk(site_db).sizes) == {JSONL, "DATASHEET.md", "LICENCE.txt", bulk.MANIFEST}


def test_the_command(site_db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNION_ARCHIVE_DATA", str(site_db.parent.parent))
    done = CliRunner().invoke(main, ["export", "--bulk"])
    assert done.exit_code == 0, done.output
    assert f"{ARTICLES} articles" in done.output
    assert PARQUET in done.output
    for wrong in ([], ["--bulk", "--warc", "x.warc"], ["--bulk", "--source", "a"]):
        assert CliRunner().invoke(main, ["export", *wrong]).exit_code == 2


def test_the_site_offers_them_with_their_hashes(site_db: Path) -> None:
    assert (bulk.FOLDER, bulk.MANIFEST) == (bulk_files.FOLDER, bulk_files.MANIFEST)
    folder = bulk.write_bulk(site_db).folder
    site = Site(site_db)
    page = site.get("/tai-ve").text
    for name in (JSONL, PARQUET, "DATASHEET.md", "LICENCE.txt"):
        response = site.get(f"/tai-ve/{name}")
        assert response.status_code == 200
        assert response.content == (folder / name).read_bytes()
        assert hashlib.sha256(response.content).hexdigest() in page
        assert response.headers["x-content-type-options"] == "nosniff"
    whole = site.get("/union-news.db")
    assert whole.status_code == 200
    assert hashlib.sha256(whole.content).hexdigest() in page
    assert "Tải toàn bộ kho" in site.get("/gioi-thieu").text
    for name in ("manifest.json", "khong-co", "..%2Funion-news.db", "%2e%2e%2farchive.db"):
        assert site.get(f"/tai-ve/{name}").status_code in (302, 404)
    site.close()


def test_files_of_another_publication_are_not_offered(site_db: Path) -> None:
    bulk.write_bulk(site_db)
    manifest = site_db.with_name("bulk") / bulk.MANIFEST
    manifest.write_text(manifest.read_text("utf-8").replace('"published_at": "2', '"published_at": "1'), "utf-8")
    site = Site(site_db)
    page = site.get("/tai-ve")
    assert page.status_code == 200
    assert JSONL not in page.text
    assert "union-news.db" in page.text
    assert site.get(f"/tai-ve/{JSONL}").status_code == 404
    site.close()


def many() -> Iterator[Page]:
    for number in range(3000):
        article = text(f"Tin {number}", "chữ " * 400, published="2020-01-02")
        yield f"https://x.example/{number}", BINH_LUC_SOURCE, article, [], [], "2020-01-03T00:00:00+00:00"


@pytest.mark.soak
def test_memory_does_not_grow_with_the_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "BATCH", 100)
    monkeypatch.setattr(bulk, "ROW_GROUP", 500)
    publish(build(tmp_path / "archive.db", many()), tmp_path / "union-news.db")
    tracemalloc.start()
    try:
        made = bulk.write_bulk(tmp_path / "union-news.db")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert made.articles == 3000
    assert peak < 8_000_000  # of 6 MB of text as UTF-8, more as Python keeps it
    assert pq.ParquetFile(made.folder / PARQUET).num_row_groups == 6
