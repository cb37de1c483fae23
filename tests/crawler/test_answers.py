"""Answers that lie about themselves: mislabelled, cut, blocked, redirected nowhere. None becomes an article unseen."""

import gzip
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Operator
from tests.sites.small import Reply, article, listing, register, small_site

LONG = "".join(
    f"<p>Công đoàn cơ sở thứ {number} đã tổ chức hội nghị người lao động năm {number}.</p>" for number in range(90)
)
WHOLE = article("Hội nghị người lao động", extra=LONG)
HTML = {"Content-Type": "text/html; charset=utf-8"}
CUT = gzip.compress(WHOLE.body)[:-20]
PACKED = HTML | {"Content-Encoding": "gzip"}


def harvest(operator: Operator) -> dict[str, Any]:
    (row,) = json.loads(operator.run("scrapy", "harvest", "--json").stdout)
    return row


def bodies(operator: Operator) -> list[str]:
    with closing(sqlite3.connect(operator.folder.archive_db)) as connection:
        return [body for (body,) in connection.execute("SELECT body FROM articles ORDER BY url")]


def in_turn(*replies: Reply) -> Any:
    left = list(replies)
    return lambda: left.pop(0) if len(left) > 1 else left[0]


def crawl_one(operator: Operator, folder: Path, reply: Any) -> tuple[dict[str, Any], list[str]]:
    """Harvest a site of two articles, the second of which answers like this."""
    with small_site({"/tin": listing("/a-1.html", "/b-2.html"), "/a-1.html": article("Đại hội")}) as site:
        site.pages["/b-2.html"] = reply
        register(operator, folder, site)
        row = harvest(operator)
    return row, bodies(operator)


def test_a_plain_page_that_is_labelled_as_packed_is_read(operator: Operator, tmp_path: Path) -> None:
    row, texts = crawl_one(operator, tmp_path, Reply(WHOLE.body, headers=PACKED))
    assert row["new"] == 2
    assert "thứ 89" in texts[1]


def test_a_packed_page_is_unpacked(operator: Operator, tmp_path: Path) -> None:
    row, texts = crawl_one(operator, tmp_path, Reply(gzip.compress(WHOLE.body), headers=PACKED))
    assert row["new"] == 2
    assert "thứ 89" in texts[1]


@pytest.mark.soak
def test_a_packed_page_that_is_cut_is_fetched_again(operator: Operator, tmp_path: Path) -> None:
    cut = Reply(CUT, headers=PACKED)
    row, texts = crawl_one(operator, tmp_path, in_turn(cut, WHOLE))
    assert row["new"] == 2
    assert "thứ 89" in texts[1]


@pytest.mark.soak
def test_a_packed_page_that_stays_cut_is_lost_and_named(operator: Operator, tmp_path: Path) -> None:
    row, texts = crawl_one(operator, tmp_path, Reply(CUT, headers=PACKED))
    assert row["failed"] == {"answer cut short": 1}
    assert len(texts) == 1


@pytest.mark.soak
def test_a_page_that_breaks_off_is_fetched_again(operator: Operator, tmp_path: Path) -> None:
    row, texts = crawl_one(operator, tmp_path, in_turn(Reply(WHOLE.body[:3000]), WHOLE))
    assert row["new"] == 2
    assert "thứ 89" in texts[1]


@pytest.mark.soak
def test_a_page_that_breaks_off_elsewhere_each_time_is_lost(operator: Operator, tmp_path: Path) -> None:
    row, texts = crawl_one(operator, tmp_path, in_turn(Reply(WHOLE.body[:3000]), Reply(WHOLE.body[:5000])))
    assert row["failed"] == {"answer cut short": 1}
    assert len(texts) == 1


@pytest.mark.soak
def test_a_site_that_never_writes_an_end_is_read(operator: Operator, tmp_path: Path) -> None:
    endless = Reply(WHOLE.body.replace(b"</body></html>", b""))
    row, texts = crawl_one(operator, tmp_path, endless)
    assert row["new"] == 2
    assert "thứ 89" in texts[1]


@pytest.mark.parametrize("location", ["/b-2.html", "http://khac.example/tin-2.html"])
def test_a_redirect_to_itself_or_off_the_site_is_counted(operator: Operator, tmp_path: Path, location: str) -> None:
    row, texts = crawl_one(operator, tmp_path, Reply(b"", 302, {"Location": location}))
    assert sum(row["failed"].values()) == 1
    assert "redirected to" in next(iter(row["failed"]))
    assert len(texts) == 1


def test_a_page_larger_than_eight_megabytes_is_lost_and_named(operator: Operator, tmp_path: Path) -> None:
    row, texts = crawl_one(operator, tmp_path, Reply(b"<html>" + b"x" * (9 << 20)))
    assert row["failed"] == {"larger than 8 MB": 1}
    assert len(texts) == 1


@pytest.mark.soak
def test_an_article_gone_to_the_front_page_stays_and_is_gone_after_a_day(operator: Operator, tmp_path: Path) -> None:
    with small_site({"/tin": listing("/a-1.html"), "/a-1.html": article("Đại hội")}) as site:
        site.pages["/"] = Reply(b"<html><body><h1>Trang chu</h1></body></html>")
        register(operator, tmp_path, site)
        harvest(operator)
        site.pages["/a-1.html"] = Reply(b"", 301, {"Location": "/"})
        row = harvest(operator)
        assert row["refused"] == {"redirected to the front page or a listing, the stored article stays": 1}
        with closing(sqlite3.connect(operator.folder.crawl_db)) as connection, connection:
            connection.execute("UPDATE frontier SET missing_since = '2020-01-01T00:00:00+00:00'")
        assert harvest(operator)["gone"] == 1
    assert len(bodies(operator)) == 1


@pytest.mark.soak
def test_the_same_article_under_ever_new_addresses_is_stored_once(operator: Operator, tmp_path: Path) -> None:
    visits = iter(range(10, 10_000))
    with small_site({}) as site:

        def every_visit_new() -> Reply:
            number = next(visits)
            for link in range(40):
                site.pages[f"/dai-hoi-{number}{link:02}.html"] = article("Đại hội công đoàn huyện")
            return listing(*(f"/dai-hoi-{number}{link:02}.html" for link in range(40)))

        site.pages["/tin"] = every_visit_new
        register(operator, tmp_path, site)
        row = harvest(operator)
    assert row["new"] == 1
    assert row["refused"]["the same article at another address"] >= 30
    assert "ever new addresses" in row["reason"]
