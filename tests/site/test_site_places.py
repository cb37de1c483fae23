"""The pages of districts, provinces and school years: what they were and became, counts, and why a cell is empty."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from shutil import copyfile

import pytest
from site_archive import Site, build
from test_site_findings import fill

from archive.annotate import gazetteer
from archive.publish import publish
from archive.site.places import charts, outline, provinces, years
from archive.site.places import districts as places

THE_PAGES = [
    "/",
    "/huyen",
    "/huyen/binh-luc-ha-nam",
    "/tinh",
    "/tinh/ninh-binh",
    "/tinh/ha-noi",
    "/nam-hoc",
    "/nam-hoc/2019-2020",
    "/bieu-do",
]


def words(html: str) -> str:
    """What a reader sees of a page or a part of it."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.fixture(scope="module")
def merged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """An archive with news of a commune that took a district's place."""
    folder = tmp_path_factory.mktemp("merged")
    fill(folder / "archive.db")
    publish(folder / "archive.db", folder / "union-news.db")
    site = Site(folder / "union-news.db")
    yield site
    site.close()


def test_a_district_says_what_it_was_and_what_is_held(site: Site) -> None:
    page = site.get("/huyen/binh-luc-ha-nam").text
    seen = words(page)
    assert "<h1>Huyện Bình Lục</h1>" in page
    assert "Mã 352 · Tồn tại đến 30/06/2025" in seen
    assert "Tỉnh khi ấy Hà Nam Tỉnh từ 01/07/2025 Ninh Bình" in seen
    assert "Bài viết về 3 Bài có nhắc 0" in seen
    assert "Ngày đăng 25/08/2020 – 10/10/2022" in seen
    assert "Lưu từ lần đầu đến lần mới nhất 26/08/2020 – 11/10/2022" in seen
    assert "LĐLĐ huyện Đầm Hà 1 bài" in seen
    assert "Xã Bình Lục" in seen, "a commune of 2025 on its ground"
    assert page.count("<h3>") == 3
    assert 'href="/huyen/binh-luc-ha-nam.atom"' in page


def test_counts_are_those_of_the_search_they_lead_to(site: Site) -> None:
    page = site.get("/huyen/binh-luc-ha-nam").text
    cells = re.findall(r'<td><a href="(/tim-kiem\?[^"]+)" rel="nofollow">(\d+)</a>', page)
    assert len(cells) == 3
    for address, count in cells:
        assert site.json(address.replace("&amp;", "&").replace("/tim-kiem", "/tim-kiem.json"))["total"] == int(count)


def test_communes_stand_apart_and_one_tick_includes_them(merged: Site) -> None:
    page = merged.get("/huyen/binh-luc-ha-nam").text
    assert "Trao nhà ở xã Bình Lục" not in page
    assert "Từ 01/07/2025: các xã, phường trên địa bàn cũ" in page
    assert "1 bài chỉ nêu các xã, phường này" in words(page)
    assert 'aria-checked="false" href="/huyen/binh-luc-ha-nam?ke-thua=1"' in page
    ticked = merged.get("/huyen/binh-luc-ha-nam", **{"ke-thua": "1"}).text
    assert "Trao nhà ở xã Bình Lục" in ticked
    assert 'aria-checked="true" href="/huyen/binh-luc-ha-nam"' in ticked
    (count,) = set(re.findall(r"Tìm trong (\d+) bài này", ticked))
    assert 'href="/tim-kiem?huyen=binh-luc-ha-nam&amp;ke-thua=1"' in ticked
    total = merged.json("/tim-kiem.json", huyen="binh-luc-ha-nam", **{"ke-thua": "1"})["total"]
    assert int(count) == total


def test_units_of_earlier_times_have_their_pages(site: Site) -> None:
    moved = words(site.get("/huyen/me-linh-vinh-phuc").text)
    assert "Tồn tại đến 01/08/2008" in moved
    assert "Từ 01/08/2008 chuyển tỉnh, thành Huyện Mê Linh, Hà Nội" in moved
    assert "Trước 01/08/2008 là Huyện Mê Linh, Vĩnh Phúc" in words(site.get("/huyen/me-linh-ha-noi").text)
    reused = site.get("/huyen/tuy-hoa-huyen-phu-yen-2005").text
    assert 'href="/huyen/dong-hoa-phu-yen"' in reused or "Đông Hòa" in reused
    assert "Từ 31/05/2005 chia ra, có" in words(reused)
    assert "nothing is known" in site.get("/huyen/tuy-hoa-huyen-phu-yen-2005", lang="en").text
    assert site.get("/tinh/ha-tay").status_code == site.get("/tinh/thua-thien-hue").status_code == 200


def test_every_unit_of_the_gazetteer_has_a_page(site: Site) -> None:
    page = site.get("/huyen").text
    slugs = re.findall(r'href="/huyen/([^"]+)"', page)
    assert len(slugs) == len(set(slugs)) == len(gazetteer.all_districts())
    for slug in slugs[::60]:
        assert site.get(f"/huyen/{slug}").status_code == 200, slug
    for province in gazetteer.all_provinces():
        assert site.get(f"/tinh/{province.slug}").status_code == 200, province


def test_a_province_that_is_two_says_both(site: Site) -> None:
    page = site.get("/tinh/ninh-binh").text
    seen = words(page)
    assert "Tên Ninh Bình chỉ cả tỉnh trước và tỉnh từ 01/07/2025" in seen
    assert "Tỉnh đến 30/06/2025 Tỉnh Ninh Bình : 0 bài" in seen
    assert "Tỉnh từ 01/07/2025 Tỉnh Ninh Bình : 3 bài Lập từ Tỉnh Hà Nam , Tỉnh Nam Định , Tỉnh Ninh Bình" in seen
    assert "Huyện Nho Quan" in page
    assert re.search(r'<a href="/tinh/ha-nam">Tỉnh Hà Nam</a></th><td>3</td>', page)
    assert "không nhập với tỉnh nào khác" in site.get("/tinh/ha-noi").text


def test_a_province_shows_its_districts_by_school_year(site: Site) -> None:
    page = site.get("/tinh/ha-nam").text
    (line,) = re.findall(r'<tr><th scope="row"><a href="/huyen/binh-luc-ha-nam">.*?</tr>', page, re.S)
    assert '<a href="/tim-kiem?huyen=binh-luc-ha-nam&amp;nam-hoc=2019-2020" rel="nofollow">1</a>' in line
    assert "Từ 01/07/2025 thuộc Tỉnh Ninh Bình" in words(page)
    assert "LĐLĐ huyện Bình Lục" in page


def test_a_school_year(site: Site) -> None:
    page = site.get("/nam-hoc/2020-2021").text
    seen = words(page)
    assert "Bài nhìn lại (tổng kết, đánh giá) 2 Bài hướng tới (phương hướng, kế hoạch) 0" in seen
    assert 'rel="prev" href="/nam-hoc/2019-2020"' in page
    assert 'rel="next" href="/nam-hoc/2021-2022"' in page
    assert "Huyện Thường Tín" in page
    assert re.search(r'<th scope="row">11/20</th><td>1</td>', page)
    assert page.count("<h3>") == 2
    assert "Ngoài khoảng này: 0 bài; không rõ ngày đăng: 0 bài." in seen
    index = site.get("/nam-hoc").text
    assert re.findall(r'<a href="/nam-hoc/([\d-]+)">Năm', index) == ["2022-2023", "2021-2022", "2020-2021", "2019-2020"]


@pytest.mark.parametrize(
    ("path", "note"),
    [
        ("/huyen/khong-co", "Kho không có bài nào về nơi này."),
        ("/tinh/khong-co", "Kho không có bài nào về nơi này."),
        ("/tinh/binh-luc-ha-nam", "Kho không có bài nào về nơi này."),
        ("/nam-hoc/1066-1067", "Kho không có bài nào về năm học này."),
    ],
)
def test_what_is_not_there(site: Site, path: str, note: str) -> None:
    response = site.get(path)
    assert response.status_code == 404
    assert note in response.text


@pytest.mark.parametrize("path", THE_PAGES)
def test_pages_are_in_both_languages_and_small(site: Site, path: str) -> None:
    for language in ("vi", "en"):
        page = site.get(path, lang=language)
        assert page.status_code == 200
        assert f'<html lang="{language}">' in page.text
        assert len(page.content) < 100_000
        assert "style=" not in page.text
        assert "<script" not in page.text
        assert len(re.findall(r"<h1[ >]", page.text)) == 1
    ids = re.findall(r'\bid="([^"]+)"', site.get(path).text)
    assert len(ids) == len(set(ids))


def test_the_fullest_pages_stay_small(site_db: Path, tmp_path: Path) -> None:
    full = tmp_path / "union-news.db"
    copyfile(site_db, full)
    with closing(sqlite3.connect(full)) as db, db:
        db.execute("DELETE FROM district_years")
        years = [("",), *((f"{year}-{year + 1}",) for year in range(1999, 2025))]
        db.execute("CREATE TEMP TABLE years (year)")
        db.executemany("INSERT INTO temp.years VALUES (?)", years)
        db.execute("""
            INSERT INTO district_years
            SELECT id, year, 12345, 23456, 345, 45 FROM units CROSS JOIN temp.years WHERE level = 'district'
        """)
    site = Site(full)
    for path in ("/huyen", "/tinh/ha-noi", "/tinh/thanh-hoa", "/huyen/dam-ha-quang-ninh"):
        for language in ("vi", "en"):
            assert len(site.get(path, lang=language).content) < 100_000, path
    site.close()


def test_an_empty_archive_has_these_pages(tmp_path: Path) -> None:
    publish(build(tmp_path / "archive.db", []), tmp_path / "union-news.db")
    empty = Site(tmp_path / "union-news.db")
    for path in ("/", "/huyen", "/huyen/dam-ha-quang-ninh", "/tinh", "/tinh/ha-noi", "/nam-hoc", "/bieu-do"):
        assert empty.get(path).status_code == 200, path
    assert empty.get("/nam-hoc/2019-2020").status_code == 404
    empty.close()


def test_no_page_reads_the_articles_one_by_one(site: Site) -> None:
    """A request may look articles up, never count them: no plan scans a table that grows with them."""
    growing = ("articles", "article_places", "article_facets", "article_school_years", "figures", "sentences")
    named = {
        "level": "",
        "slug": "",
        "unit": 1,
        "facet": 1,
        "value": "",
        "limit": 1,
        "province": "",
        "year": "",
        "map": "",
        "ids": None,
        "homes": None,
    }
    for module in (outline, places, provinces, years):
        for name, sql in vars(module).items():
            if name.startswith("_") and name.isupper() and isinstance(sql, str):
                check(site.path, sql, named, growing)
    for kind in charts.KINDS.values():
        check(site.path, kind.sql, named, growing)
    with pytest.raises(AssertionError):
        check(site.path, "SELECT count(*) FROM article_facets AS af", named, growing)


def check(path: Path, sql: str, named: dict[str, object], growing: tuple[str, ...]) -> None:
    with closing(sqlite3.connect(f"file:{path}?immutable=1", uri=True)) as db:
        for step in db.execute(f"EXPLAIN QUERY PLAN {sql}", named):
            scanned = re.match(r"SCAN (\w+)", step[3])
            alias = scanned[1] if scanned else ""
            table = next(iter(re.findall(rf"(\w+) AS {alias}\b", sql)), alias) if alias else ""
            assert table not in growing, (sql, step[3])
