"""archive.db → union-news.db: what is in it, and that a failure changes nothing."""

import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from site_archive import (
    ARTICLES,
    DAM_HA_SOURCE,
    EXCERPT_SOURCE,
    HIDDEN_WORD,
    Page,
    article_id,
    build,
    pages,
    text,
)

from archive import publish as publishing
from archive.bake import shown_text
from archive.database import PAGE_SIZE
from archive.errors import ArchiveError
from archive.publish import publish
from tests.run_rows import run, write_runs


def rows(path: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(f"file:{path}?immutable=1", uri=True)) as db:
        return db.execute(sql).fetchall()


def test_publication_says_what_it_holds(archive_db: Path, tmp_path: Path) -> None:
    path = tmp_path / "site" / "union-news.db"
    publication = publish(archive_db, path)
    assert (publication.path, publication.articles, publication.districts, publication.school_years) == (
        path,
        ARTICLES,
        4,
        4,
    )
    assert publication.bytes == path.stat().st_size
    assert publication.seconds > 0
    assert [file.name for file in path.parent.iterdir()] == ["union-news.db"], "nothing is left beside it"


def test_articles_stand_in_the_order_of_time(site_db: Path) -> None:
    found = rows(site_db, "SELECT n, coalesce(published, first_seen) FROM articles ORDER BY n")
    assert [n for n, _ in found] == list(range(1, ARTICLES + 1))
    assert [day for _, day in found] == sorted(str(day) for _, day in found)


def test_ties_follow_the_id(tmp_path: Path) -> None:
    seen = "2020-01-02T00:00:00+00:00"
    day = text("a", "b", published="2020-01-01")
    same_day: list[Page] = [(f"https://x.example/{n}", DAM_HA_SOURCE, day, [], [], seen) for n in range(5)]
    site = tmp_path / "union-news.db"
    publish(build(tmp_path / "archive.db", same_day), site)
    assert rows(site, "SELECT id FROM articles ORDER BY n") == rows(site, "SELECT id FROM articles ORDER BY id")


def test_counts_are_those_of_the_archive(archive_db: Path, site_db: Path) -> None:
    for table in ("articles", "revisions", "article_school_years", "sources"):
        counting = f"SELECT count(*) FROM {table}"
        assert rows(site_db, counting) == rows(archive_db, counting), table
    no_communes = "SELECT count(*) FROM article_places WHERE level <> 'commune'"
    assert rows(site_db, "SELECT count(*) FROM article_places") == rows(archive_db, no_communes)


def test_versions_are_numbered_by_capture(site_db: Path) -> None:
    found = rows(
        site_db,
        "SELECT r.version, r.captured, a.revisions FROM revisions AS r JOIN articles AS a USING (n) "
        "WHERE a.url LIKE '%cao-phong' ORDER BY r.version",
    )
    assert found == [(1, "2022-07-02T03:00:00+00:00", 2), (2, "2022-07-09T20:00:00+00:00", 2)]


def test_places_have_slug_and_both_provinces(site_db: Path) -> None:
    sql = "SELECT level, full_name, province, province_2025, articles FROM places WHERE slug = '{}'"
    assert rows(site_db, sql.format("binh-luc-ha-nam")) == [("district", "Huyện Bình Lục", "Hà Nam", "Ninh Bình", 3)]
    assert rows(site_db, sql.format("quang-ninh")) == [("province", "Tỉnh Quảng Ninh", "Quảng Ninh", "Quảng Ninh", 3)]


def test_facet_counts_are_the_counts_of_articles(site_db: Path) -> None:
    sql = """
        SELECT facet, value, articles, (SELECT count(*) FROM article_facets AS af WHERE af.facet = f.id)
        FROM facet_counts AS f
    """
    found = {(facet, value): (said, counted) for facet, value, said, counted in rows(site_db, sql)}
    assert all(said == counted for said, counted in found.values())
    assert found["district", "dam-ha-quang-ninh"] == (3, 3)
    assert found["school_year", "2019-2020"] == (2, 2)
    assert found["province", "ha-nam"] == (3, 3)
    assert found["province_2025", "ninh-binh"] == (3, 3), "the province of 2025 has the districts of the old one"
    assert ("province", "ninh-binh") not in found
    assert found["source", "ha-nam.binh-luc"] == (6, 6)


def test_a_source_shows_no_more_than_it_allows(site_db: Path) -> None:
    dump = "\n".join(str(row) for table in ("articles", "revisions") for row in rows(site_db, f"SELECT * FROM {table}"))
    assert HIDDEN_WORD not in dump
    index = 'SELECT count(*) FROM articles_fts WHERE articles_fts MATCH \'"dang" OR "bi" OR "mat"\''
    assert rows(site_db, index) == [(0,)]


def test_shown_text() -> None:
    long = "từ " * 400
    assert shown_text("full", "l", long) == ("l", long)
    assert shown_text("record", "l", long) == (None, "")
    assert shown_text("excerpt", "l", long) == ("l", "l")
    lead, body = shown_text("excerpt", None, long)
    assert lead is None
    assert body.endswith("từ…")
    assert len(body) <= 301


def test_the_file_is_baked(site_db: Path) -> None:
    assert rows(site_db, "PRAGMA journal_mode") != [("wal",)]
    assert rows(site_db, "PRAGMA freelist_count") == [(0,)]
    assert rows(site_db, "SELECT count(*) > 0 FROM sqlite_stat1") == [(1,)]
    assert rows(site_db, "SELECT v FROM articles_fts_config WHERE k = 'rank'") == [("bm25(10.0, 4.0, 5.0, 1.0)",)]


def test_sample_is_noted_when_a_source_is_one(site_db: Path, tmp_path: Path) -> None:
    noted = "SELECT value FROM publication WHERE key = 'sample'"
    assert rows(site_db, noted) == [("0",)]
    sample = replace(DAM_HA_SOURCE, sample=True)
    page: Page = ("https://x.example/1", sample, text("a", "b"), [], [], "2020-01-02T00:00:00+00:00")
    publish(build(tmp_path / "archive.db", [page]), tmp_path / "union-news.db")
    assert rows(tmp_path / "union-news.db", noted) == [("1",)]


def test_last_runs_come_from_crawl_db(archive_db: Path, tmp_path: Path) -> None:
    runs = [run("ha-nam.binh-luc", 9, state="failed", reason="DNS"), run("ha-nam.binh-luc", 1), run("unknown")]
    crawl = write_runs(tmp_path / "crawl.db", runs)
    site = tmp_path / "union-news.db"
    publish(archive_db, site, crawl_db=crawl)
    found = {row[0]: row[1:] for row in rows(site, "SELECT id, last_run, state, reason FROM sources")}
    assert found["ha-nam.binh-luc"] == (runs[1].ended, "ok", None)
    assert found[EXCERPT_SOURCE.id] == (None, None, None)


def test_without_a_crawl_db_there_are_no_runs(archive_db: Path, tmp_path: Path) -> None:
    empty = tmp_path / "crawl.db"
    with closing(sqlite3.connect(empty)) as db, db:
        db.execute("CREATE TABLE other (x)")
    for crawl in (empty, tmp_path / "none.db"):
        publish(archive_db, tmp_path / "union-news.db", crawl_db=crawl)
        assert rows(tmp_path / "union-news.db", "SELECT count(last_run) FROM sources") == [(0,)]


def test_an_empty_archive_can_be_published(tmp_path: Path) -> None:
    archive = tmp_path / "archive.db"
    build(archive, [])
    assert publish(archive, tmp_path / "union-news.db").articles == 0


@pytest.fixture
def published(archive_db: Path, tmp_path: Path) -> tuple[Path, bytes]:
    """A published site, and its bytes."""
    path = tmp_path / "site" / "union-news.db"
    publish(archive_db, path)
    return path, path.read_bytes()


def check_refused(archive: Path, published: tuple[Path, bytes], message: str) -> None:
    path, before = published
    with pytest.raises(ArchiveError, match=message):
        publish(archive, path)
    assert path.read_bytes() == before, "the old publication stays"
    assert [file.name for file in path.parent.iterdir()] == ["union-news.db"]


def test_no_archive(published: tuple[Path, bytes], tmp_path: Path) -> None:
    check_refused(tmp_path / "none.db", published, "no such file")


def test_an_archive_of_a_newer_schema(archive_db: Path, published: tuple[Path, bytes], tmp_path: Path) -> None:
    newer = Path(shutil.copy(archive_db, tmp_path / "newer.db"))
    with closing(sqlite3.connect(newer)) as db:
        db.execute("PRAGMA user_version = 999")
    check_refused(newer, published, "newer version.*upgrade")


def test_an_empty_file(published: tuple[Path, bytes], tmp_path: Path) -> None:
    empty = tmp_path / "empty.db"
    empty.touch()
    check_refused(empty, published, "rebuild")


def test_no_database(published: tuple[Path, bytes], tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    other.write_text("đây không phải cơ sở dữ liệu" * 100)
    check_refused(other, published, "no usable database")


def test_a_damaged_archive(published: tuple[Path, bytes], tmp_path: Path) -> None:
    damaged = build(tmp_path / "damaged.db", pages())
    content = bytearray(damaged.read_bytes())
    content[PAGE_SIZE:] = b"\xff" * (len(content) - PAGE_SIZE)
    damaged.write_bytes(content)
    check_refused(damaged, published, "damaged.db.*rebuild")


@pytest.mark.parametrize(
    ("harm", "message"),
    [
        ("DELETE FROM article_school_years", "article_school_years has"),
        ("DELETE FROM sources", "refers to nothing"),
        ("INSERT INTO articles_fts(articles_fts) VALUES ('delete-all')", "not found by its title"),
    ],
)
def test_a_publication_that_is_not_whole(
    archive_db: Path, published: tuple[Path, bytes], monkeypatch: pytest.MonkeyPatch, harm: str, message: str
) -> None:
    bake = publishing._bake

    def harmed(new: Path, *more: object) -> dict[str, int]:
        expected = bake(new, *more)  # type: ignore[arg-type]
        with closing(sqlite3.connect(new)) as db, db:
            db.execute(harm)
        return expected

    monkeypatch.setattr(publishing, "_bake", harmed)
    check_refused(archive_db, published, message)


def test_a_kill_in_the_middle_is_swept_up(archive_db: Path, published: tuple[Path, bytes]) -> None:
    path, _ = published
    (path.parent / "union-news.db.99999999.new").write_text("half")
    publish(archive_db, path)
    assert [file.name for file in path.parent.iterdir()] == ["union-news.db"]


def test_a_folder_in_the_way(archive_db: Path, tmp_path: Path) -> None:
    path = tmp_path / "union-news.db"
    path.mkdir()
    with pytest.raises(ArchiveError, match=r"union-news\.db"):
        publish(archive_db, path)


def test_the_same_archive_gives_the_same_articles(archive_db: Path, site_db: Path, tmp_path: Path) -> None:
    again = tmp_path / "union-news.db"
    publish(archive_db, again)
    for table in ("articles", "revisions", "places", "article_places", "facet_counts", "article_facets"):
        assert rows(again, f"SELECT * FROM {table}") == rows(site_db, f"SELECT * FROM {table}"), table


def test_ids_are_those_of_the_archive(site_db: Path) -> None:
    wanted = article_id("https://damha.example/hoi-nghi")
    assert rows(site_db, f"SELECT count(*) FROM articles WHERE id = '{wanted}'") == [(1,)]
