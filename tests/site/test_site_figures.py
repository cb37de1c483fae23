"""/so-lieu: every figure with its sentence, its filters, its pages and the files of the whole list."""

import csv
import io
import json
import sqlite3
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree as ET

import feedparser
import openpyxl
import pytest
from site_archive import Site, article_id
from test_site_findings import AFTER, CUT, DISTRICT, FIRST, STORY, fill

from archive.publish import publish
from archive.site.figures import rows as figures
from archive.site.figures.request import FigureRequest


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("figures")
    fill(folder / "archive.db")
    publish(folder / "archive.db", folder / "union-news.db")
    site = Site(folder / "union-news.db")
    yield site
    site.close()


def found(site: Site, **params: object) -> list[dict[str, Any]]:
    """The records of /so-lieu.json, after the page and the CSV were seen to say the same."""
    records: list[dict[str, Any]] = site.json("/so-lieu.json", **params)["results"]
    page = site.get("/so-lieu", **params)
    assert page.status_code == 200
    assert page.text.count('<td class="figure">') == len(records)
    content = site.get("/so-lieu.csv", **params).content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(content, newline="")))
    assert [(float(row["Giá trị"]), row["Câu trong bài"]) for row in rows] == [
        (record["value"], record["sentence"] or "") for record in records
    ]
    return records


def values(site: Site, **params: object) -> list[tuple[float, str]]:
    return [(record["value"], record["unit"]) for record in found(site, **params)]


def all_ids(site: Site) -> list[int]:
    with sqlite3.connect(f"file:{site.path}?immutable=1", uri=True) as db:
        return [row[0] for row in db.execute("SELECT id FROM figures ORDER BY n DESC, id")]


def test_every_figure_with_its_sentence_and_article(told: Site) -> None:
    records = found(told)
    assert len(records) == len(all_ids(told))
    assert [record["published"] for record in records] == sorted(
        (record["published"] for record in records), reverse=True
    )
    (money,) = [r for r in records if r["unit"] == "đồng" and r["article"] == article_id(FIRST)]
    assert (money["value"], money["kind"], money["sentence"]) == (1_500_000_000, "money", STORY[1])
    assert (money["districts"], money["school_years"]) == ([DISTRICT], ["2022-2023"])
    assert money["archive"].endswith(f"/bai/{article_id(FIRST)}/ban-luu/1")


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"don-vi": "tập thể"}, [(14, "tập thể")] * 2),
        ({"loai": "money"}, [(1_500_000_000, "đồng")] * 2),
        ({"loai": "count", "don-vi": "đồng"}, []),
        ({"don-vi": "đồng", "tu": "1.500.000.000"}, [(1_500_000_000, "đồng")] * 2),
        ({"don-vi": "đồng", "tu": "1500000000,5"}, []),
        ({"loai": "count", "tu": "100", "den": "200"}, [(120, "cán bộ")] * 2),
        ({"q": "xay mai am", "loai": "money"}, [(1_500_000_000, "đồng")] * 2),
        ({"q": "xây mái ấm", "loai": "money"}, [(1_500_000_000, "đồng")] * 2),
        ({"q": "xấy mái ấm"}, []),
        ({"q": "ái ấ"}, []),
        ({"q": "ban giao"}, [(1, "căn nhà")]),
        ({"huyen": "khong-co"}, []),
        ({"nam-hoc": "2022-2023", "don-vi": "cán bộ"}, [(120, "cán bộ")] * 2),
        ({"nam-hoc": "1999-2000", "don-vi": "cán bộ"}, []),
        ({"huyen": DISTRICT, "nam-hoc": "2022-2023", "q": "nu can bo"}, [(120, "cán bộ")] * 2),
    ],
)
def test_filters(told: Site, params: dict[str, str], expected: list[tuple[float, str]]) -> None:
    assert values(told, **params) == expected


def test_a_district_may_be_typed_by_name(told: Site) -> None:
    by_slug = found(told, huyen=DISTRICT)
    assert by_slug
    assert article_id(AFTER) not in {record["article"] for record in by_slug}
    for name in ("Bình Lục", "huyện Bình Lục", "binh luc", "BINH-LUC"):
        assert found(told, huyen=name) == by_slug


def test_no_sentence_of_a_source_that_hides_it(told: Site) -> None:
    (record,) = [record for record in found(told) if record["article"] == article_id(CUT)]
    assert record["sentence"] is None
    page = told.get("/so-lieu", huyen=DISTRICT, den="40", loai="count", tu="30").text
    assert "Theo đề nghị của nguồn, không hiển thị câu văn." in page
    assert not found(told, q="đoàn viên mới")


@pytest.mark.parametrize(
    "params",
    [{"loai": "x"}, {"tu": "x", "loai": "count"}, {"tu": "1"}, {"q": "a " * 200}, {"tu": "nan", "loai": "count"}],
)
def test_bad_requests_are_told(told: Site, params: dict[str, str]) -> None:
    for path in ("/so-lieu", "/so-lieu.csv", "/so-lieu.json", "/so-lieu.xlsx", "/so-lieu.atom"):
        assert told.get(path, **params).status_code == 400


@pytest.mark.parametrize("q", ['"', "a OR b", "NEAR(", "{title}:", "\x00", "*", "' OR 1=1 --", "<script>", "-x"])
def test_hostile_words(told: Site, q: str) -> None:
    response = told.get("/so-lieu", q=q, huyen=q, sau="9-9", **{"nam-hoc": q})
    assert response.status_code == 200
    assert "<script>" not in response.text
    assert told.get("/so-lieu.json", q=q, **{"don-vi": q}).status_code == 200


def test_pages_hold_every_figure_once(told: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "PAGE_SIZE", 2)
    for params in ({}, {"huyen": DISTRICT}, {"q": "cong doan"}):
        wanted = [(record["article"], record["value"]) for record in told.json("/so-lieu.json", **params)["results"]]
        assert len(wanted) > 4
        seen, feed = [], told.get("/so-lieu.atom", **params)
        while True:
            ET.fromstring(feed.content)
            parsed = feedparser.parse(feed.content)
            assert not parsed.bozo
            seen += [entry.link.rpartition("/")[2] for entry in parsed.entries]
            following = [link.href for link in parsed.feed.links if link.rel == "next"]
            if not following:
                break
            feed = told.get(following[0].removeprefix("http://localhost"))
        assert seen == [article for article, _ in wanted]


def test_a_page_that_passed_many_articles_leads_on(told: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "PAGE_BATCHES", 1)
    monkeypatch.setattr(figures, "BATCH", 1)
    page = told.get("/so-lieu", q="mái ấm", huyen=DISTRICT).text
    assert 'rel="next nofollow"' in page


def test_xlsx_holds_numbers_and_days(told: Site) -> None:
    content = told.get("/so-lieu.xlsx").content
    rows = list(openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(min_row=2))  # type: ignore[union-attr]
    assert len(rows) == len(all_ids(told))
    assert {row[0].data_type for row in rows} == {"n"}
    assert {row[8].data_type for row in rows} == {"d"}


def test_the_page_says_how_many_and_links_the_files(told: Site) -> None:
    page = told.get("/so-lieu").text
    assert f"<h2>{len(all_ids(told))} số liệu</h2>" in page
    assert 'href="/so-lieu.xlsx?loai=money"' in told.get("/so-lieu", loai="money").text
    assert "<h1>Figures</h1>" in told.get("/so-lieu", lang="en").text


def test_no_list_scans_a_table(told: Site) -> None:
    params = {
        "unit": "x", "kind": "x", "low": 1, "high": 2, "before": 9, "limit": 9, "match": '"a"', "driver": "[1]",
        "ns": "[1]", "groups": "[[1]]",
    }  # fmt: skip
    with sqlite3.connect(f"file:{told.path}?immutable=1", uri=True) as db:
        for name in ("_BY_UNIT", "_BY_KIND", "_BY_FACET", "_BY_FACETS", "_BY_WORDS", "_BY_DATE", "_HAVING", "_FIGURES"):
            plan = [row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {getattr(figures, name)}", params)]
            scans = [step for step in plan if step.startswith("SCAN") and "VIRTUAL TABLE" not in step]
            assert not scans, (name, plan)
            if name in ("_BY_UNIT", "_BY_KIND", "_BY_FACET", "_BY_DATE"):
                assert not [step for step in plan if "TEMP B-TREE" in step], (name, plan)
            if name in ("_BY_UNIT", "_BY_KIND"):
                assert "COVERING INDEX" in " ".join(plan), plan


def test_addresses() -> None:
    assert FigureRequest().address() == "/so-lieu"
    wanted = FigureRequest(text="nhà", unit="căn", low=1.5, districts=("a",), after=(3, 4))
    assert wanted.address("/so-lieu.csv") == "/so-lieu.csv?q=nh%C3%A0&don-vi=c%C4%83n&huyen=a&tu=1.5&sau=3-4"
    assert json.dumps(FigureRequest(low=1e9).address()) == '"/so-lieu?tu=1000000000"'
