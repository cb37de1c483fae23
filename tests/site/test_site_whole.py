"""The whole site: faults, headers, the banner of a sample, and Datasette's own pages beside ours."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from site_archive import DAM_HA_SOURCE, Page, Site, article_id, build, text

from archive.publish import publish
from archive.site import ROUTES

MEETING = "/bai/" + article_id("https://damha.example/hoi-nghi")

SCRIPT = re.compile("<script([^>]*)></script>")

OUR_PAGES = [
    "/",
    "/tim-kiem",
    "/tim-kiem?q=dam+ha",
    MEETING,
    f"{MEETING}/ban-luu/1",
    "/gioi-thieu",
    "/nguon",
    "/bai/khong-co",
]
DATASETTE_PAGES = [
    "/union-news",
    "/union-news/articles",
    "/union-news/articles/1",
    "/union-news/articles?_search=dam+ha",
    "/union-news/articles.json?_shape=array",
    "/union-news/articles.csv",
    "/union-news/article_places?_facet=place",
    "/union-news/sources",
    "/-/versions.json",
]


@pytest.mark.parametrize("path", OUR_PAGES)
def test_pages_are_vietnamese_and_without_scripts(site: Site, path: str) -> None:
    page = site.get(path).text
    assert '<html lang="vi">' in page
    page = re.sub(r'<script type="application/ld\+json">[^<]*</script>', "", page)  # data, not script
    # A script comes from a file of ours: no inline one, which a policy could not tell from an injected one.
    assert all(
        re.fullmatch(r' src="/-/union-archive/[a-z]+\.js\?[0-9a-f]{8}" defer', tag) for tag in SCRIPT.findall(page)
    )
    assert page.count("<script") == len(SCRIPT.findall(page))
    assert "style=" not in page
    assert "<title>" in page
    assert "Dữ liệu mẫu" not in page


def test_a_fault_tells_the_reader_nothing_of_the_inside(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("the inside")

    monkeypatch.setattr("archive.site.pages.newest", broken)
    response = site.get("/")
    assert response.status_code == 500
    assert "the inside" not in response.text
    assert "Trang gặp sự cố" in response.text


@pytest.mark.parametrize(
    "path",
    [*OUR_PAGES, *DATASETTE_PAGES, "/tim-kiem.json", f"{MEETING}.txt", "/robots.txt", "/-/static/app.css"],
)
def test_security_headers_on_everything_once(site: Site, path: str) -> None:
    headers = site.get(path).headers
    for name in ("content-security-policy", "x-content-type-options", "x-frame-options", "referrer-policy"):
        assert len(headers.get_list(name)) == 1, name
    policy = headers["content-security-policy"]
    for rule in (
        "default-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ):
        assert rule in policy
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", DATASETTE_PAGES)
def test_datasettes_own_pages_work(site: Site, path: str) -> None:
    assert site.get(path).status_code == 200


def test_datasettes_search_box_needs_no_accents(site: Site) -> None:
    def ids(query: str) -> set[str]:
        return {row["id"] for row in site.json("/union-news/articles.json", _search=query, _shape="array")}

    assert ids("dam ha") == ids("Đầm Hà") == ids("ĐẦM HÀ")
    assert article_id("https://damha.example/hoi-nghi") in ids("dam ha")
    assert ids("khong ghi ngay") == {article_id("https://binhluc.example/khong-ngay")}
    column = site.json("/union-news/articles.json", _search_title="Bình Lục", _shape="array")
    assert {row["id"] for row in column} == {
        article_id("https://binhluc.example/tong-ket"),
        article_id("https://binhluc.example/khai-giang"),
    }


@pytest.mark.parametrize(
    "path",
    [
        "/union-news?sql=select+1",
        "/union-news.json?sql=select+1",
        "/union-news/articles?_where=1",
        "/union-news/articles_search",
    ],
)
def test_sql_is_refused(site: Site, path: str) -> None:
    assert site.get(path).status_code == 403


def test_metadata_describes_every_table_and_only_columns_that_exist(site: Site) -> None:
    described = site.json("/-/metadata.json")["databases"]["union-news"]["tables"]
    database = site.json("/union-news.json")
    columns = {table["name"]: set(table["columns"]) for table in database["tables"] if not table["hidden"]}
    for view in database["views"]:
        columns[view["name"]] = set(site.json(f"/union-news/{view['name']}.json")["columns"])
    for name, existing in columns.items():
        assert described[name]["title"], name
        assert set(described[name].get("columns", {})) <= existing, name
    hidden = {table["name"] for table in database["tables"] if table["hidden"]}
    assert set(described) <= {*columns, *hidden, "articles_search", "article_lines"}


def test_static_files(site: Site) -> None:
    found = re.search(r'href="(/-/union-archive/site\.css\?[0-9a-f]{8})"', site.get("/").text)
    assert found is not None
    sheet = site.get(found[1])
    assert sheet.headers["content-type"] == "text/css; charset=utf-8"
    assert "max-age=31536000" in sheet.headers["cache-control"]
    assert site.get("/-/union-archive/none.css").status_code == 404
    assert site.get("/-/union-archive/..%2Fschema.sql").status_code in (302, 404)


def test_robots(site: Site) -> None:
    assert "Disallow: /union-news" in site.get("/robots.txt").text


def test_a_sample_says_so_on_every_page(tmp_path: Path) -> None:
    page: Page = (
        "https://x.example/1",
        replace(DAM_HA_SOURCE, sample=True),
        text("Một bài", "chữ"),
        [],
        [],
        "2020-01-02T00:00:00+00:00",
    )
    publish(build(tmp_path / "archive.db", [page]), tmp_path / "union-news.db")
    sample = Site(tmp_path / "union-news.db")
    article = "/bai/" + article_id("https://x.example/1")
    for path in (
        "/",
        "/tim-kiem",
        article,
        "/gioi-thieu",
        "/bai/khong-co",
        "/union-news",
        "/union-news/articles",
    ):
        assert "Dữ liệu mẫu" in sample.get(path).text, path
    sample.close()


def test_an_empty_archive_has_its_pages(tmp_path: Path) -> None:
    publish(build(tmp_path / "archive.db", []), tmp_path / "union-news.db")
    empty = Site(tmp_path / "union-news.db")
    assert "Kho chưa có bài nào." in empty.get("/").text
    for path in ("/tim-kiem", "/tim-kiem?q=dam+ha", "/gioi-thieu", "/nguon", "/union-news"):
        assert empty.get(path).status_code == 200
    empty.close()


def test_routes_are_anchored() -> None:
    assert all(pattern.startswith("^/") and pattern.endswith("$") for pattern, _ in ROUTES)
