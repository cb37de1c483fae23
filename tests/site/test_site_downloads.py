"""A result taken away whole: every format read back by a library of that format, in bounded memory."""

import asyncio
import csv
import io
import json
import sqlite3
import tracemalloc
from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from typing import Any
from xml.etree import ElementTree as ET

import bibtexparser
import feedparser
import openpyxl
import pytest
import rispy
from site_archive import ARTICLES, BINH_LUC, BINH_LUC_SOURCE, Page, Site, build, text

from archive.publish import publish
from archive.site import downloads, sheets
from archive.site.sheets import Column, Workbook, csv_rows

MANY = 1203
"""More than one batch, and more than one page of a feed."""
FORMULAS = ["=HYPERLINK(\"http://x.example\";\"a\")", "+84 tin", "-tin", "@tin", "＝1+1"]  # fmt: skip


def many_pages() -> Iterator[Page]:
    for number in range(MANY):
        title = FORMULAS[number] if number < len(FORMULAS) else f'Tin số {number}, “trích”, "kép"'
        day = f"{2000 + number // 300}-{number // 28 % 12 + 1:02}-{number % 28 + 1:02}"
        article = text(title, "Công đoàn huyện.", published=None if number == 7 else day, author="Hà, Thu")
        yield (f"https://binhluc.example/{number}", BINH_LUC_SOURCE, article, [BINH_LUC], [], f"{day}T03:00:00+00:00")


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("many")
    publish(build(folder / "archive.db", many_pages()), folder / "union-news.db")
    site = Site(folder / "union-news.db")
    yield site
    site.close()


def in_order(site: Site) -> list[str]:
    """The ids of all articles, newest first, from the database itself."""
    with sqlite3.connect(f"file:{site.path}?immutable=1", uri=True) as db:
        return [row[0] for row in db.execute("SELECT id FROM articles ORDER BY n DESC")]


def table(response: Any) -> list[dict[str, str]]:
    assert response.status_code == 200
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"), newline="")))


def test_csv_holds_the_whole_result_in_order(many: Site) -> None:
    response = many.get("/tim-kiem.csv")
    assert response.content.startswith(b"\xef\xbb\xbf")
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert "attachment" in response.headers["content-disposition"]
    assert response.content.count(b"\r\n") == MANY + 1
    rows = table(response)
    assert [row["Mã bài"] for row in rows] == in_order(many)
    assert {row["Huyện"] for row in rows} == {"Huyện Bình Lục"}
    assert [row["Ngày đăng"] for row in rows].count("") == 1
    titles = {row["Tiêu đề"] for row in rows}
    assert {f"'{formula}" for formula in FORMULAS} <= titles
    assert 'Tin số 9, “trích”, "kép"' in titles


def test_jsonl_holds_the_texts(many: Site) -> None:
    records = [json.loads(line) for line in many.get("/tim-kiem.jsonl").text.splitlines()]
    assert [record["id"] for record in records] == in_order(many)
    assert {record["body"] for record in records} == {"Công đoàn huyện."}


def test_citation_files_hold_the_whole_result(many: Site) -> None:
    keys = [f"ha-nam.binh-luc-{identifier}" for identifier in in_order(many)]
    library = bibtexparser.parse_string(many.get("/tim-kiem.bib").text)
    assert not library.failed_blocks
    assert [entry.key for entry in library.entries] == keys
    records = rispy.loads(many.get("/tim-kiem.ris").text)
    assert [record["id"] for record in records] == keys
    assert {tuple(record["authors"]) for record in records} == {("Hà, Thu",)}
    items = many.json("/tim-kiem.csl.json")
    assert [item["id"] for item in items] == keys
    assert sum("issued" not in item for item in items) == 1


def sheet(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content)).active


def test_xlsx_has_real_dates_and_no_formulas(many: Site) -> None:
    response = many.get("/tim-kiem.xlsx")
    found = sheet(response.content)
    rows = list(found.iter_rows())
    assert len(rows) == MANY + 1
    assert [cell.value for cell in rows[0]][:3] == ["Mã bài", "Ngày đăng", "Tiêu đề"]
    assert [row[0].value for row in rows[1:]] == in_order(many)
    assert {row[1].data_type for row in rows[1:] if row[1].value is not None} == {"d"}
    assert {row[1].number_format for row in rows[1:] if row[1].value is not None} == {"dd/mm/yyyy"}
    assert isinstance(rows[1][1].value, datetime)
    assert not {"f"} & {cell.data_type for row in rows for cell in row}
    assert set(FORMULAS) <= {row[2].value for row in rows}
    assert found.freeze_panes == "A2"
    assert found.auto_filter.ref == f"A1:R{MANY + 1}"
    assert found.column_dimensions["C"].width == pytest.approx(60, abs=1)
    english = sheet(many.get("/tim-kiem.xlsx", lang="en").content)
    assert english["B1"].value == "Published"


def test_a_full_sheet_is_followed_by_another() -> None:
    file = io.BytesIO()
    book = Workbook(file, "Kết quả", [Column("a"), Column("b")], sheet_rows=3)
    book.add([[n, f"=dòng {n}"] for n in range(7)])
    book.close()
    sheets_ = openpyxl.load_workbook(file).worksheets
    assert [one.title for one in sheets_] == ["Kết quả", "Kết quả 2", "Kết quả 3"]
    assert [[row[0].value for row in one.iter_rows(min_row=2)] for one in sheets_] == [[0, 1, 2], [3, 4, 5], [6]]
    assert {one["A1"].value for one in sheets_} == {"a"}


def test_numbers_are_numbers_and_long_texts_fit() -> None:
    file = io.BytesIO()
    book = Workbook(file, "s", [Column("a")] * 4)
    book.add([[-1.5, -7, "-7", "x" * 40_000]])
    book.close()
    row = next(iter(openpyxl.load_workbook(file).active.iter_rows(min_row=2)))  # type: ignore[union-attr]
    assert [cell.data_type for cell in row] == ["n", "n", "s", "s"]
    assert [row[0].value, row[1].value, row[2].value] == [-1.5, -7, "-7"]
    assert len(str(row[3].value)) == 32_767
    assert csv_rows([[-1.5, -7, "-7", "\tx", "\rx", "x\r\ny", None]]) == '-1.5,-7,\'-7,\'\tx,"\'\rx","x\r\ny",\r\n'


def test_a_search_takes_its_parameters_along(site: Site) -> None:
    for params in ({"q": "binh luc"}, {"huyen": "dam-ha-quang-ninh"}, {"q": "đầm hà", "nam-hoc": "2019-2020"}):
        wanted = site.json("/tim-kiem.json", **params)
        ids = [result["id"] for result in wanted["results"]]
        rows = table(site.get("/tim-kiem.csv", **params))
        assert sorted(row["Mã bài"] for row in rows) == sorted(ids)
    assert len(table(site.get("/tim-kiem.csv"))) == ARTICLES
    # The page asked for plays no part: a download is the whole.
    assert len(table(site.get("/tim-kiem.csv", trang=2))) == ARTICLES


def test_what_a_source_hides_is_in_no_file(site: Site) -> None:
    from site_archive import HIDDEN_WORD

    for ending in ("csv", "jsonl", "bib", "ris", "csl.json", "atom"):
        assert HIDDEN_WORD not in site.get(f"/tim-kiem.{ending}").text


@pytest.mark.parametrize("ending", [*downloads.TYPES, "atom"])
def test_nothing_found_and_bad_searches(site: Site, ending: str) -> None:
    nothing = site.get(f"/tim-kiem.{ending}", q="khôngcógìđâu")
    assert nothing.status_code == 200
    if ending == "csl.json":
        assert nothing.json() == []
    assert site.get(f"/tim-kiem.{ending}", q="x" * 5000).status_code == 400
    assert site.get(f"/tim-kiem.{ending}", xep="x").status_code == 400


@pytest.mark.parametrize("ending", [*downloads.TYPES, "atom"])
def test_security_headers_on_streams(site: Site, ending: str) -> None:
    headers = site.get(f"/tim-kiem.{ending}").headers
    assert len(headers.get_list("content-security-policy")) == 1
    assert headers["x-content-type-options"] == "nosniff"


def feed(site: Site, path: str) -> Any:
    response = site.get(path)
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("application/atom+xml")
    ET.fromstring(response.content)
    found = feedparser.parse(response.content)
    assert not found.bozo
    return found


def test_atom_pages_lead_through_the_whole_result(many: Site) -> None:
    path, ids, pages = "/tim-kiem.atom?q=c%C3%B4ng+%C4%91o%C3%A0n", [], 0
    while path:
        found = feed(many, path)
        pages += 1
        ids += [entry.link.rpartition("/")[2] for entry in found.entries]
        following = [link.href for link in found.feed.links if link.rel == "next"]
        path = following[0].removeprefix("http://localhost") if following else ""
    assert pages == -(-MANY // downloads.FEED_ENTRIES)
    assert ids == in_order(many)
    assert len(set(ids)) == MANY


def test_the_feed_of_the_newest(many: Site) -> None:
    found = feed(many, "/feed.atom")
    assert len(found.entries) == downloads.NEWS
    entry = found.entries[0]
    assert entry.author == "Hà, Thu"
    assert entry.link == entry.id
    assert {tag.label for tag in entry.tags} == {"Huyện Bình Lục"}
    assert entry.published.endswith("+07:00")
    assert "via" in {link.rel for link in entry.links}


def test_a_districts_feed(site: Site) -> None:
    response = site.get("/huyen/dam-ha-quang-ninh.atom")
    assert response.headers["location"] == "/tim-kiem.atom?huyen=dam-ha-quang-ninh"
    found = feed(site, response.headers["location"])
    assert {entry.link.rpartition("/")[2] for entry in found.entries} == {
        result["id"] for result in site.json("/tim-kiem.json", huyen="dam-ha-quang-ninh")["results"]
    }


def test_the_page_of_results_links_every_file(site: Site) -> None:
    page = site.get("/tim-kiem", q="dam ha").text
    for ending in ("xlsx", "csv", "jsonl", "bib", "ris", "csl.json", "atom"):
        assert f'href="/tim-kiem.{ending}?q=dam+ha"' in page


ROWS = 20_000


async def _rows() -> AsyncIterator[list[list[sheets.Cell]]]:
    for start in range(0, ROWS, 1000):
        yield [[n, f"tiêu đề {n} " * 10, "chữ " * 20] for n in range(start, start + 1000)]


@pytest.mark.soak
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_memory_does_not_grow_with_the_result(kind: str) -> None:
    async def whole() -> int:
        size = 0
        async for piece in downloads.table_pieces(_rows(), [Column("a"), Column("b"), Column("c")], kind, "s"):
            size += len(piece)
        return size

    tracemalloc.start()
    try:
        size = asyncio.run(whole())
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert size > (3_000_000 if kind == "csv" else 100_000)
    assert peak < 8_000_000
