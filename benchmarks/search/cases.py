"""What is asked of the site, and of stock Datasette for the same thing."""

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from random import Random
from urllib.parse import urlencode

from archive.text import fold
from benchmarks.search.stock import FACETS
from benchmarks.search.words import FREQUENT, RARE

TABLE = "/stock/articles"
RATIO_FROM = 100_000
"""From how many articles on there is a goal beside stock Datasette: of few, most of an answer's time is no search."""


@dataclass(frozen=True, slots=True)
class Case:
    """Addresses of one kind, each asked once, so that nothing counts that a server has kept from before. `stock` may be
    empty; `p95` is the most that ours may take (ms), `ratio` the least that stock's time is of ours, `same` says that
    both must find as many articles."""

    name: str
    ours: Sequence[str]
    stock: Sequence[str] = ()
    p95: float | None = None
    ratio: float | None = None
    same: bool = False


def cases(site_db: Path, requests: int) -> list[Case]:
    """The cases with as many addresses each."""
    random = Random("requests")
    with closing(sqlite3.connect(f"{site_db.resolve().as_uri()}?mode=ro", uri=True)) as db:
        last = db.execute("SELECT max(n) FROM articles").fetchone()[0]
        numbers = [random.randrange(1, last + 1) for _ in range(requests)]
        ids = [db.execute("SELECT id FROM articles WHERE n = ?", (n,)).fetchone()[0] for n in numbers]
        districts = _values(db, "district")
        years = _values(db, "school_year")
        months = [f"{2012 + n % 12}-{1 + n % 9:02}-01" for n in range(requests)]
    both = [(random.choice(districts[:60]), random.choice(years[:12])) for _ in range(requests)]
    # Stock Datasette is asked with all accents, which both find; those are the first ones.
    phrases = [(form(phrase), phrase) for form in (str, fold, str.upper, str.title) for phrase in FREQUENT][:requests]
    rare = [RARE[n % len(RARE)] for n in range(requests)]
    labels = [(d[1], y[1]) for d, y in both]

    def each(make: Callable[[int], str]) -> list[str]:
        return [make(n) for n in range(requests)]

    return [
        Case(
            "rare word, all facets",
            each(lambda n: _search(q=rare[n])),
            each(lambda n: _table(_search=rare[n])),
            same=True,
        ),
        Case(
            "frequent phrase by relevance, all facets",
            each(lambda n: _search(q=phrases[n][0])),
            each(lambda n: _table(_search=f'"{phrases[n][1]}"')),
            p95=300,
            ratio=20 if last >= RATIO_FROM else None,
            same=True,
        ),
        Case("frequent phrase by date, all facets", each(lambda n: _search(q=phrases[n][0], xep="moi-nhat"))),
        Case(
            "district + school year by date",
            each(lambda n: _search(huyen=both[n][0][0], **{"nam-hoc": both[n][1][0]}, xep="moi-nhat")),
            each(lambda n: _table(district=labels[n][0], school_year=labels[n][1], _sort_desc="published")),
            p95=50,
        ),
        Case(
            "the same with a frequent phrase",
            each(lambda n: _search(q=phrases[n][0], huyen=both[n][0][0], **{"nam-hoc": both[n][1][0]}, xep="moi-nhat")),
            p95=50,
        ),
        Case("article page", each(lambda n: f"/bai/{ids[n]}"), each(lambda n: f"{TABLE}/{numbers[n]}")),
        Case("home", each(lambda n: "/"), each(lambda n: "/")),
        Case("district and year in the words", each(lambda n: _search(q=fold(f"{both[n][0][1]} {both[n][1][0]}")))),
        Case(
            "district + school year, frequent phrase by relevance",
            each(lambda n: _search(q=phrases[n][0], huyen=both[n][0][0], **{"nam-hoc": both[n][1][0]})),
        ),
        Case(
            "frequent phrase since a day",
            each(lambda n: _search(q=phrases[n][0], tu=months[n])),
        ),
        Case("frequent phrase, page 50", each(lambda n: _search(q=phrases[n][0], trang="50"))),
        Case("two frequent phrases", each(lambda n: _search(q=f'"{phrases[n][0]}" "{FREQUENT[(n + 5) % 12]}"'))),
        Case("no words at all", each(lambda n: _search(trang=str(n + 1)))),
        Case("misspelt word", each(lambda n: _search(q=f"{rare[n]}x"))),
        Case("district page", each(lambda n: f"/huyen/{both[n][0][0]}")),
        Case("school year page", each(lambda n: f"/nam-hoc/{both[n][1][0]}")),
        Case("figures", each(lambda n: "/so-lieu?" + urlencode({"q": phrases[n][0]}))),
        Case("figures of a district", each(lambda n: "/so-lieu?" + urlencode({"huyen": both[n][0][0]}))),
        Case("charts", each(lambda n: "/bieu-do")),
        Case("sources", each(lambda n: "/nguon")),
        Case("completion", each(lambda n: "/goi-y.json?" + urlencode({"q": fold(both[n][0][1])[:7]}))),
        Case("feed", each(lambda n: "/feed.atom")),
    ]


def _values(db: sqlite3.Connection, facet: str) -> list[tuple[str, str]]:
    sql = "SELECT value, label FROM facet_counts WHERE facet = ? ORDER BY articles DESC"
    return db.execute(sql, (facet,)).fetchall()


def _search(**parameters: str) -> str:
    return "/tim-kiem?" + urlencode(parameters)


def _table(**parameters: str) -> str:
    return f"{TABLE}?" + urlencode([*parameters.items(), *(("_facet", facet) for facet in FACETS)])
