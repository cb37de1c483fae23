"""The real commands over the sample web: what a crawl finds, what the next one asks for, what rebuild gives again."""

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Operator
from tests.sites import content
from tests.sites.server import SampleWeb
from tests.sites.systems import SYSTEMS

DERIVED = (
    "articles", "revisions", "article_places", "article_school_years", "article_figures", "article_movements",
    "article_schools", "article_organisations", "article_sentences", "corrections", "stories", "ingested",
)  # fmt: skip


def harvest(operator: Operator, *ids: str) -> dict[str, dict[str, Any]]:
    done = operator.run("scrapy", "harvest", "--json", *ids)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return {row["source"]: row for row in json.loads(done.stdout)}


def total(rows: dict[str, dict[str, Any]], what: str) -> int:
    return sum(row[what] for row in rows.values())


def query(path: Path, sql: str, *values: object) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(sql, values).fetchall()


def contents(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    return {table: sorted(query(path, f"SELECT * FROM {table}"), key=repr) for table in DERIVED}


def test_a_first_harvest_finds_every_article(sample: Operator) -> None:
    rows = harvest(sample)
    assert {source: row["new"] for source, row in rows.items()} == dict.fromkeys(sorted(SYSTEMS), 14)
    found = json.loads(sample.run("union-archive", "status", "--json").stdout)
    assert found["articles"] >= 60
    assert [source["id"] for source in found["sources"]] == sorted(SYSTEMS)
    assert {source["state"] for source in found["sources"]} == {"ok"}
    assert found["undated"] <= 0.1 * found["articles"]
    archive = sample.folder.archive_db
    assert query(archive, "SELECT count(*) FROM articles WHERE trim(title) = '' OR trim(body) = ''") == [(0,)]
    for site in SYSTEMS:
        wanted = {(article.title, article.published) for article in content.articles(site)}
        assert set(query(archive, "SELECT title, published FROM articles WHERE source = ?", site)) == wanted


@pytest.mark.soak
def test_every_district_and_school_year_of_the_sample_is_found(sample: Operator) -> None:
    harvest(sample)
    archive = sample.folder.archive_db
    for site in SYSTEMS:
        for article in content.articles(site):
            named = query(
                archive,
                "SELECT code FROM article_places JOIN articles ON id = article"
                " WHERE title = ? AND source = ? AND level = 'district' AND article_places.role != 'source'",
                article.title, site,
            )  # fmt: skip
            assert {code for (code,) in named} == set(article.districts), article.slug
            years = query(
                archive,
                "SELECT year FROM article_school_years JOIN articles ON id = article"
                " WHERE title = ? AND source = ? AND evidence = 'text'",
                article.title, site,
            )  # fmt: skip
            assert {year for (year,) in years} == {year["year"] for year in article.school_years}, article.slug


def test_a_second_harvest_over_an_unchanged_web_stores_nothing(sample: Operator, web: SampleWeb) -> None:
    first = harvest(sample)
    before = contents(sample.folder.archive_db)
    captures = query(sample.folder.crawl_db, "SELECT count(*) FROM captures")
    web.requests.clear()
    second = harvest(sample)
    assert total(second, "new") == total(second, "edited") == 0
    assert total(second, "unchanged") == total(first, "new")
    assert contents(sample.folder.archive_db) == before
    assert query(sample.folder.crawl_db, "SELECT count(*) FROM captures") == captures
    listings = [
        request for request in web.requests if request.site == "mau.dam-ha" and "Tin-tuc-su-kien" in request.path
    ]
    assert len(listings) == 1
    unchanged = [request.status for request in web.requests if request.site == "mau.dam-ha" and "nid=" in request.path]
    assert unchanged == [304] * 14


def test_rebuild_gives_the_same_archive(sample: Operator, web: SampleWeb) -> None:
    harvest(sample)
    web.edited = True
    harvest(sample)
    before = contents(sample.folder.archive_db)
    assert len(before["revisions"]) == 71
    sample.folder.archive_db.unlink()
    done = sample.run("union-archive", "rebuild")
    assert done.returncode == 0, done.stderr
    assert "71 captures: 70 new articles, 1 revisions" in done.stdout
    assert contents(sample.folder.archive_db) == before


def test_an_edit_becomes_a_revision(sample: Operator, web: SampleWeb) -> None:
    harvest(sample)
    web.edited = True
    second = harvest(sample)
    assert (total(second, "new"), total(second, "edited")) == (0, 1)
    assert second["mau.thuong-tin"]["edited"] == 1
    (edited,) = (article for article in content.articles("mau.thuong-tin") if article.edited)
    texts = query(
        sample.folder.archive_db,
        "SELECT revisions.body FROM revisions JOIN articles ON id = article WHERE revisions.title = ?"
        " ORDER BY revisions.captured",
        edited.title,
    )
    old, new = (text for (text,) in texts)
    assert all(paragraph in old for paragraph in edited.paragraphs)
    assert all(paragraph in new for paragraph in edited.after_edit().paragraphs)
    assert old != new
    assert total(harvest(sample), "edited") == 0


@pytest.mark.soak
def test_a_deleted_article_stays_and_is_gone_after_two_looks_a_day_apart(sample: Operator, web: SampleWeb) -> None:
    harvest(sample)
    web.deleted = True
    harvest(sample)
    archive, crawl = sample.folder.archive_db, sample.folder.crawl_db
    assert query(archive, "SELECT count(*) FROM articles WHERE gone_at IS NOT NULL") == [(0,)]
    yesterday = (datetime.now(UTC) - timedelta(hours=25)).isoformat(timespec="seconds")
    with closing(sqlite3.connect(crawl)) as connection, connection:
        assert (
            connection.execute(
                "UPDATE frontier SET missing_since = ? WHERE missing_since IS NOT NULL", (yesterday,)
            ).rowcount
            == 1
        )
    harvest(sample)
    gone = query(archive, "SELECT title, gone_at FROM articles WHERE gone_at IS NOT NULL")
    (deleted,) = (article for article in content.articles("mau.phu-xuyen") if article.deletable)
    assert gone == [(deleted.title, yesterday)]
    assert query(archive, "SELECT count(*) FROM articles") == [(70,)]


@pytest.mark.soak
def test_crawl_exports_news_as_any_scrapy_user_expects(sample: Operator, tmp_path: Path) -> None:
    export = tmp_path / "new.jsonl"
    done = sample.run("scrapy", "crawl", "mau.dam-ha", "-O", export)
    assert done.returncode == 0, done.stderr
    items = [json.loads(line) for line in export.read_text("utf-8").splitlines()]
    assert {item["title"] for item in items} == {article.title for article in content.articles("mau.dam-ha")}
    assert {"id", "source", "url", "published", "body", "captions", "links"} <= items[0].keys()
    assert query(sample.folder.archive_db, "SELECT count(*) FROM articles") == [(14,)]
    done = sample.run("scrapy", "crawl", "mau.dam-ha", "-O", export)
    assert done.returncode == 0, done.stderr
    assert export.read_text("utf-8") == ""


@pytest.mark.soak
def test_an_archive_that_lags_behind_its_captures_is_brought_up_to_them(sample: Operator) -> None:
    harvest(sample, "mau.dam-ha")
    before = contents(sample.folder.archive_db)
    sample.folder.archive_db.unlink()
    rows = harvest(sample, "mau.dam-ha")
    assert (total(rows, "new"), total(rows, "edited")) == (0, 0)
    assert contents(sample.folder.archive_db) == before
    assert query(sample.folder.crawl_db, "SELECT count(*) FROM captures") == [(14,)]


@pytest.mark.soak
def test_a_crawl_that_was_cut_off_goes_on_where_it_was(sample: Operator) -> None:
    sample.environment["UNION_ARCHIVE_DELAY"] = "0.2"  # else all pages are under way when the second item comes
    cut = sample.run("scrapy", "crawl", "mau.binh-luc", "-s", "CLOSESPIDER_ITEMCOUNT=2")
    assert cut.returncode == 0
    ((before,),) = query(sample.folder.archive_db, "SELECT count(*) FROM articles")
    assert before < 14
    assert harvest(sample, "mau.binh-luc")["mau.binh-luc"]["new"] == 14 - before


@pytest.mark.soak
def test_a_record_that_changes_its_family_changes_no_article(sample: Operator, tmp_path: Path) -> None:
    records = tmp_path / "sources" / "sample.yml"
    right = records.read_text("utf-8")
    records.write_text(right.replace("family: sharepoint", "family: listing"), "utf-8")
    assert harvest(sample, "mau.dam-ha")["mau.dam-ha"]["new"] == 14
    ids = query(sample.folder.archive_db, "SELECT id, url FROM articles ORDER BY id")
    records.write_text(right, "utf-8")
    row = harvest(sample, "mau.dam-ha")["mau.dam-ha"]
    assert (row["new"], row["edited"]) == (0, 0)
    assert query(sample.folder.archive_db, "SELECT id, url FROM articles ORDER BY id") == ids
    sample.folder.archive_db.unlink()
    assert sample.run("union-archive", "rebuild").returncode == 0
    assert query(sample.folder.archive_db, "SELECT id, url FROM articles ORDER BY id") == ids


@pytest.mark.soak
def test_a_hand_written_spider_stands_beside_the_records(sample: Operator, web: SampleWeb, tmp_path: Path) -> None:
    (tmp_path / "ours").mkdir()
    (tmp_path / "ours" / "__init__.py").write_text("")
    (tmp_path / "ours" / "mine.py").write_text(
        "from scrapy import Request\n"
        "from archive.sources import Source\n"
        "from crawler.spiders.sharepoint import Family\n"
        "class Mine(Family):\n"
        "    name = 'mine'\n"
        "    source = Source(id='mine', name='Của tôi', family='sharepoint', listing=('/x',), home='200',\n"
        f"                    site='{web.addresses['mau.dam-ha']}')\n"
        "    async def start(self):\n"
        f"        path = '{SYSTEMS['mau.dam-ha'].listing_path(2)}'\n"
        "        yield Request(self.source.site + path, self.parse, meta={'listing': True})\n",
        "utf-8",
    )
    sample.environment["PYTHONPATH"] = str(tmp_path)
    modules = "SPIDER_MODULES=crawler.spiders,ours"
    assert "mine" in sample.run("scrapy", "list", "-s", modules).stdout.split()
    done = sample.run("scrapy", "crawl", "mine", "-s", modules)
    assert done.returncode == 0, done.stderr
    assert query(sample.folder.archive_db, "SELECT source, count(*) FROM articles GROUP BY source") == [("mine", 9)]


@pytest.mark.soak
def test_parse_and_shell_show_and_store_nothing(sample: Operator, web: SampleWeb) -> None:
    site = "mau.dam-ha"
    article = content.articles(site)[1]
    address = web.addresses[site] + SYSTEMS[site].article_path(article)
    shown = sample.run("scrapy", "parse", "--spider", site, "-c", "parse_article", "--nocolour", address).stdout
    assert article.title in shown
    listing = sample.run(
        "scrapy", "parse", "--spider", site, "--nocolour", web.addresses[site] + SYSTEMS[site].listing_path(1)
    )
    assert listing.stdout.count("ChiTietTinTuc.aspx?nid=") == 5
    shell = sample.run(
        "scrapy", "shell", "-c", "spider.name + ' ' + next(spider.parse_article(response)).title", address
    )
    assert f"{site} {article.title}" in shell.stdout
    assert not sample.folder.crawl_db.exists()
    assert not sample.folder.archive_db.exists()


@pytest.mark.soak
def test_disabled_sources_are_crawled_only_by_name(sample: Operator, tmp_path: Path) -> None:
    records = tmp_path / "sources" / "sample.yml"
    records.write_text(records.read_text("utf-8").replace("enabled: true", "enabled: false"), "utf-8")
    refused = sample.run("scrapy", "harvest")
    assert refused.returncode == 2
    assert "no source is enabled" in refused.stderr
    assert harvest(sample, "mau.dam-ha").keys() == {"mau.dam-ha"}


@pytest.mark.soak
def test_only_the_main_part_of_a_listing_is_followed(sample: Operator, web: SampleWeb) -> None:
    rows = harvest(sample, "mau.cao-phong")
    row = rows["mau.cao-phong"]
    assert row["refused"]["no article on the page"] == 3
    asked = [request.path for request in web.requests]
    assert len(asked) == len(set(asked))
    assert "/dang-nhap" not in asked
    web.requests.clear()
    harvest(sample, "mau.cao-phong")
    assert not {"/lien-he", "/van-ban", "/so-do-cong"} & {request.path for request in web.requests}
