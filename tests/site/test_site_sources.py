"""/nguon: every source with how it fares, baked when it was published, in Vietnamese and English."""

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from site_archive import Site, build
from site_sources import day, shown

from archive.publish import publish
from tests.conftest import Operator


@pytest.fixture(scope="module")
def watched(watched_db: Path) -> Iterator[Site]:
    site = Site(watched_db)
    yield site
    site.close()


def entry(page: str, source: str) -> str:
    """What a reader sees of one source."""
    (row,) = re.findall(rf'<tr id="nguon-{re.escape(source)}">(.*?)</tr>', page, re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", row).split())


def test_health_is_baked(watched_db: Path) -> None:
    with closing(sqlite3.connect(f"file:{watched_db}?immutable=1", uri=True)) as db:
        db.row_factory = sqlite3.Row
        baked = {row["id"]: dict(row) for row in db.execute("SELECT * FROM sources")}
    healthy = baked["ha-nam.binh-luc"]
    assert (healthy["articles"], healthy["undated"], healthy["first_article"]) == (3, 1, "2018-03-05")
    assert (healthy["last_article"], healthy["state"], healthy["warnings"]) == (day(2), "ok", "[]")
    assert (healthy["with_title"], healthy["with_date"], healthy["with_body"]) == (1, 0.8, 1)
    assert (healthy["home_name"], healthy["home_province"]) == ("Huyện Bình Lục", "Hà Nam")
    (silent,) = json.loads(baked["ha-nam.tinh"]["warnings"])
    assert (silent["kind"], silent["since"]) == ("silent", "2025-06-12")
    assert (baked["ha-nam.tinh"]["home_name"], baked["bao.cu"]["home_province"]) == ("Tỉnh Hà Nam", None)


@pytest.mark.parametrize(
    ("source", "seen"),
    [
        (
            "ha-nam.binh-luc",
            f"LĐLĐ huyện Bình Lục Huyện Bình Lục · binhluc.example 3 1 không rõ ngày 05/03/2018 – {shown(2)}"
            f" {shown(1)} Đang theo dõi",
        ),
        ("ha-nam.tinh", f"1 12/06/2025 {shown(1)} Im lặng từ 12/06/2025"),
        ("ha-noi.phu-xuyen", "Mẫu trang đã đổi"),
        ("quang-ninh.dam-ha", f"Lỗi từ {shown(4)}"),
        ("quang-ninh.van-don", f"Bị chặn từ {shown(3)}"),
        ("bao.doc-dia", f"1 1 không rõ ngày – {shown(40)} Chưa xem lại từ {shown(40)}"),
        ("bao.cu", "1 01/01/2017 – Không theo dõi"),
    ],
)
def test_every_source_is_told_in_words(watched: Site, source: str, seen: str) -> None:
    assert entry(watched.get("/nguon").text, source).endswith(seen)


def test_those_in_trouble_stand_first_the_others_by_province(watched: Site) -> None:
    page = watched.get("/nguon").text
    assert re.findall(r'scope="rowgroup"[^>]*>([^<]+)<', page) == ["Cần chú ý", "Toàn quốc", "Hà Nam"]
    troubled = re.findall(r'<tr id="nguon-([^"]+)"', page[: page.index('colspan="5">Toàn quốc')])
    assert troubled == ["quang-ninh.van-don", "quang-ninh.dam-ha", "ha-noi.phu-xuyen", "ha-nam.tinh", "bao.doc-dia"]
    assert "Huyện Vân Đồn, Quảng Ninh" in page, "which no heading says there"
    assert 'href="/tim-kiem?nguon=ha-nam.binh-luc"' in page
    assert '<a href="https://binhluc.example" rel="nofollow noopener">binhluc.example</a>' in page


def test_each_state_that_occurs_is_explained(watched: Site, site: Site) -> None:
    page = watched.get("/nguon").text
    assert len(re.findall(r"<dt>", page)) == 7
    assert re.search(r"Im lặng</a> <small>1 nguồn</small></span></dt>\s*<dd>Trang vẫn mở được", page)
    assert len(re.findall(r"<dt>", site.get("/nguon").text)) == 1, "published without a crawl.db"


def test_hostile_names_and_addresses_are_text(watched: Site) -> None:
    page = watched.get("/nguon").text
    assert "Báo &lt;script&gt;alert(1)&lt;/script&gt; &amp; &#34;bạn&#34;" in page
    assert "javascript:" not in page


def test_in_english(watched: Site) -> None:
    page = watched.get("/nguon", lang="en").text
    assert '<html lang="en">' in page
    assert "<title>Sources – Kho tin công đoàn</title>" in page
    assert entry(page, "ha-nam.tinh").endswith("Silent since 12/06/2025")
    assert '<a href="/nguon" lang="vi" hreflang="vi">Tiếng Việt</a>' in page
    for other in ("xx", "EN", "en'"):
        assert '<html lang="vi">' in watched.get("/nguon", lang=other).text


def test_an_archive_without_sources(tmp_path: Path) -> None:
    publish(build(tmp_path / "archive.db", []), tmp_path / "union-news.db")
    empty = Site(tmp_path / "union-news.db")
    assert "Kho chưa có nguồn nào." in empty.get("/nguon").text
    empty.close()


def test_every_page_leads_to_it(site: Site) -> None:
    for path in ("/", "/tim-kiem", "/gioi-thieu", "/bai/khong-co"):
        assert 'href="/nguon"' in site.get(path).text


@pytest.mark.soak
def test_what_a_harvest_of_the_sample_web_publishes(watched_sample: Operator) -> None:
    assert watched_sample.run("scrapy", "harvest", "mau.dam-ha").returncode == 0
    assert watched_sample.run("union-archive", "publish").returncode == 0
    published = Site(watched_sample.folder.site_db)
    page = published.get("/nguon").text
    assert "Dữ liệu mẫu" in page
    seen = entry(page, "mau.dam-ha")
    assert "14 1 không rõ ngày" in seen
    assert f"{shown(0)} Im lặng từ " in seen
    published.close()
