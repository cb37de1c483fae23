"""The made-up articles of benchmarks/search: what they claim of themselves is so, and they can be searched."""

import json
import sqlite3
from argparse import Namespace
from contextlib import closing
from pathlib import Path

import pytest

from archive.publish import publish
from benchmarks.search.__main__ import TOO_SLOW, flat, measure, run
from benchmarks.search.archive_file import write_archive
from benchmarks.search.cases import Case, cases
from benchmarks.search.made_up import made
from benchmarks.search.served import RefusedError
from benchmarks.search.stock import FACETS
from benchmarks.search.words import FREQUENT, RARE

ARTICLES = 1_200


def test_an_article_is_made_from_its_number_alone() -> None:
    one = made(17, ARTICLES)
    made(18, ARTICLES)
    assert made(17, ARTICLES) == one
    assert made(7, ARTICLES).content.body == made(6, ARTICLES).content.body


@pytest.mark.parametrize("number", [0, 17, 999])
def test_what_is_found_in_a_text_stands_in_it(number: int) -> None:
    content = made(number, ARTICLES).content
    text = f"{content.title}\n\n{content.body}"
    for _, start, *more in ((row[0], row[3], row[4], row[1]) for row in content.found["figures"]):
        assert text[start : more[0]].endswith(("đồng", str(more[1])))  # type: ignore[misc, index]
    for start, end in content.found["sentences"]:  # type: ignore[misc]
        assert text[start:end].endswith(".")  # type: ignore[misc]
    organisation, *_, start, end, _rule = content.found["organisations"][0]
    assert text[start:end] == organisation  # type: ignore[misc]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("benchmark")
    write_archive(folder / "archive.db", ARTICLES)
    publish(folder / "archive.db", folder / "site" / "union-news.db")
    return folder


def test_words_are_as_frequent_as_they_claim(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "site" / "union-news.db")) as db:

        def found(column: str, words: str) -> int:
            sql = "SELECT count(*) FROM articles_fts WHERE articles_fts MATCH ?"
            return int(db.execute(sql, (f'{column} : "{words}"',)).fetchone()[0])

        assert 0.35 < found("body", FREQUENT[0]) / ARTICLES < 0.45
        assert 25 <= found("body", RARE[0]) <= 40


@pytest.mark.soak
def test_it_measures_both(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = Namespace(articles=ARTICLES, requests=4, stock_requests=4, profile=False, json=folder / "figures.json")
    assert run(folder, options) in (0, 1)
    printed = capsys.readouterr().out
    assert all(case.name in printed for case in cases(folder / "site" / "union-news.db", 4))
    assert "times" in printed


def test_a_goal_that_is_missed_is_said() -> None:
    class Slow:
        def ask(self, address: str) -> tuple[float, bytes]:
            return (60.0 if address == "/ours" else 90.0), b"x" * 500

    case = Case("slow", ["/ours"] * 8, ["/stock"] * 8, p95=50, ratio=2)
    (measured,) = measure([case], Slow(), Slow(), 8)  # type: ignore[arg-type]
    assert (measured.p50, measured.ratio, measured.kilobytes, measured.met) == (60.0, 1.5, 0.5, False)


def test_answers_that_must_not_be_compared_are_said() -> None:
    class Site:
        def __init__(self, total: int, page: bytes = b"") -> None:
            self.total, self.page = total, page

        def ask(self, address: str) -> tuple[float, bytes]:
            if ".json?" not in address:
                return 10.0, self.page
            told = {"total": self.total, "filtered_table_rows_count": self.total}
            return 10.0, json.dumps(told | {"facet_results": {facet: {} for facet in FACETS}}).encode()

    def said(ours: Site, stock: Site) -> str:
        case = Case("same", ["/tim-kiem?q=a"] * 8, ["/stock/articles?_search=a"] * 8, p95=50, same=True)
        (found,) = measure([case], ours, stock, 8)  # type: ignore[arg-type]
        assert found.met is not bool(found.wrong)
        return found.wrong

    assert said(Site(1000), Site(990)) == ""
    assert said(Site(1000), Site(400)) == "1000 hits, of stock Datasette 400"
    assert said(Site(1000, TOO_SLOW), Site(1000)) == "without facets: /tim-kiem?q=a"


def test_an_answer_that_is_refused_ends_nothing() -> None:
    class Refusing:
        def ask(self, address: str) -> tuple[float, bytes]:
            raise RefusedError(address, 400, 2000.0)

    (found,) = measure([Case("slow", ["/so-lieu"] * 8)], Refusing(), Refusing(), 8)  # type: ignore[arg-type]
    assert (found.p50, found.met) == (2000.0, False)
    (row,) = flat([found], 1)
    assert "status 400: MISSED" in row.note
