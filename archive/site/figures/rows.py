"""The figures of all articles, newest article first: a page of them, or all that were asked for.

Ten figures an article make ten million: a list is walked article by article along an index, driven by whichever filter
leaves the fewest, and stops after so many articles with what it has and a way to go on.
"""

import asyncio
import json
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from itertools import groupby

from archive.site.datasette_api import Database, Row
from archive.site.figures.request import BEHIND_ALL, FACETS, FigureRequest, Place

PAGE_SIZE = 50
BATCH = 1000
COMMON_UNITS, COMMON_DISTRICTS = 200, 300
PAGE_BATCHES = 8
"""How many batches of articles a page is looked for in; with less than a page by then, it leads on."""

_RANGE = "(:low IS NULL OR f.value >= :low) AND (:high IS NULL OR f.value <= :high)"
_NEWEST = "n <= :before ORDER BY n DESC LIMIT :limit"
_BY_UNIT = f"SELECT DISTINCT n FROM figures AS f WHERE unit = :unit AND {_RANGE} AND {_NEWEST}"  # noqa: S608 - constants
_BY_KIND = f"SELECT DISTINCT n FROM figures AS f WHERE kind = :kind AND {_RANGE} AND {_NEWEST}"  # noqa: S608 - constants
_BY_FACET = f"SELECT n FROM article_facets WHERE facet = json_extract(:driver, '$[0]') AND {_NEWEST}"  # noqa: S608
_BY_FACETS = f"""
    SELECT DISTINCT n FROM article_facets WHERE facet IN (SELECT value FROM json_each(:driver)) AND {_NEWEST}
"""  # noqa: S608 - constants
_BY_WORDS = """
    SELECT rowid AS n FROM articles_fts WHERE articles_fts MATCH :match AND rowid <= :before
    ORDER BY rowid DESC LIMIT :limit
"""
_BY_DATE = f"SELECT n FROM articles WHERE {_NEWEST}"  # noqa: S608 - constants
_HAVING = """
    SELECT wanted.value AS n FROM json_each(:ns) AS wanted WHERE NOT EXISTS (
        SELECT 1 FROM json_each(:groups) AS g WHERE NOT EXISTS (
            SELECT 1 FROM json_each(g.value) AS o
            JOIN article_facets AS af ON af.n = wanted.value AND af.facet = o.value
        )
    ) ORDER BY wanted.key
"""
_FIGURES = f"""
    SELECT f.id, f.n, f.value, f.unit, f.kind, f.approximate, f.award, f.giver, f.start, f."end",
        s.text AS sentence
    FROM json_each(:ns) AS wanted CROSS JOIN figures AS f ON f.n = wanted.value
    LEFT JOIN sentences AS s ON s.id = f.sentence
    WHERE (:unit IS NULL OR f.unit = :unit) AND (:kind IS NULL OR f.kind = :kind) AND {_RANGE}
    ORDER BY wanted.key, f.id
"""  # noqa: S608 - constants
_VALUES = """
    SELECT fc.id, fc.articles FROM facet_counts AS fc WHERE fc.facet = :facet AND EXISTS (
        SELECT 1 FROM json_each(:values) AS v WHERE fc.value = v.value OR fc.value LIKE v.value || '-%'
    )
"""
_UNIT_ARTICLES = "SELECT coalesce(sum(articles), 0) FROM figure_units WHERE unit = :unit"
_KIND_ARTICLES = "SELECT coalesce(sum(articles), 0) FROM figure_units WHERE kind = :kind"
_SOME_MATCHING = "SELECT count(*) FROM (SELECT 1 FROM articles_fts WHERE articles_fts MATCH :match LIMIT 20000)"
_UNITS = "SELECT unit, sum(figures) AS figures FROM figure_units GROUP BY unit ORDER BY 2 DESC, 1 LIMIT :limit"
_DISTRICTS = """
    SELECT value, label, hint FROM facet_counts WHERE facet = 'district' ORDER BY articles DESC, value LIMIT :limit
"""
_YEARS = "SELECT value FROM facet_counts WHERE facet = 'school_year' ORDER BY value DESC"
_TOTAL = """
    SELECT sum(figures) FROM figure_units WHERE (:unit IS NULL OR unit = :unit) AND (:kind IS NULL OR kind = :kind)
"""


@dataclass(frozen=True, slots=True)
class FigurePage:
    """Some figures, and after what the next page begins: None at the end. `total` is known only where nothing
    but the unit or the kind was asked for."""

    rows: list[Row]
    after: Place | None
    total: int | None


async def load_page(db: Database, request: FigureRequest) -> FigurePage:
    """A page; less than PAGE_SIZE of them, maybe none, where many articles had to be passed over."""
    rows: list[Row] = []
    seen = 0
    after: Place | None = None
    async for ns, found in _walk(db, request, first=100):
        rows += found
        seen += 1
        if len(rows) > PAGE_SIZE:
            break
        if seen == PAGE_BATCHES:
            after = (ns[-1], BEHIND_ALL)
            break
    if len(rows) > PAGE_SIZE:
        end = rows[PAGE_SIZE - 1]
        after = (end["n"], end["id"])
    plain = not (
        request.text or request.districts or request.years or request.low is not None or request.high is not None
    )
    total = (await db.execute(_TOTAL, {"unit": request.unit, "kind": request.kind})).single_value() if plain else None
    return FigurePage(rows[:PAGE_SIZE], after, (total or 0) if plain else None)


async def every_figure(db: Database, request: FigureRequest) -> AsyncGenerator[list[Row], None]:
    """All of them in batches, in the order of the pages."""
    async for _, rows in _walk(db, request.page_after(None), first=BATCH):
        if rows:
            yield rows


@dataclass(frozen=True, slots=True)
class Choices:
    """What the fields of the page propose: the commonest units and districts, and all school years."""

    units: Sequence[Row]
    districts: Sequence[Row]
    years: Sequence[str]


async def choices(db: Database) -> Choices:
    """What may be typed or chosen."""
    units = (await db.execute(_UNITS, {"limit": COMMON_UNITS})).rows
    districts = (await db.execute(_DISTRICTS, {"limit": COMMON_DISTRICTS})).rows
    return Choices(units, districts, [row["value"] for row in (await db.execute(_YEARS)).rows])


async def _walk(
    db: Database, request: FigureRequest, *, first: int
) -> AsyncGenerator[tuple[list[int], list[Row]], None]:
    """The articles in turn, the newest first, with their figures: batches of `first` growing to BATCH."""
    groups = await _groups(db, request)
    if any(not group for group, _ in groups):
        return
    sql, driver = await _driver(db, request, groups)
    params: dict[str, object] = {
        "unit": request.unit, "kind": request.kind, "low": request.low, "high": request.high,
        "match": request.match, "driver": json.dumps(driver),
    }  # fmt: skip
    rest = [group for group, _ in groups if group != driver]
    before, size = request.after[0] if request.after else BEHIND_ALL, first
    while True:
        ns = [int(row["n"]) for row in (await db.execute(sql, {**params, "before": before, "limit": size})).rows]
        if ns:
            yield ns, await _figures(db, request, ns, rest, params)
        if len(ns) < size:
            return
        before, size = ns[-1] - 1, min(BATCH, 2 * size)


async def _figures(
    db: Database, request: FigureRequest, ns: list[int], groups: list[list[int]], params: dict[str, object]
) -> list[Row]:
    """The figures wanted of some articles."""
    if groups:
        wanted = {"ns": json.dumps(ns), "groups": json.dumps(groups)}
        ns = [int(row["n"]) for row in (await db.execute(_HAVING, wanted)).rows]
    rows = (await db.execute(_FIGURES, {**params, "ns": json.dumps(ns)})).rows
    n, identifier = request.after or (0, 0)
    rows = [row for row in rows if row["n"] != n or row["id"] > identifier]
    return await asyncio.to_thread(_holding, request, rows) if request.text else rows


def _holding(request: FigureRequest, rows: Sequence[Row]) -> list[Row]:
    """Those whose sentence holds the words; the figures of a sentence stand together."""
    return [row for text, some in groupby(rows, key=lambda row: row["sentence"]) if request.holds(text) for row in some]


async def _driver(
    db: Database, request: FigureRequest, groups: Sequence[tuple[list[int], int]]
) -> tuple[str, list[int]]:
    """The statement that walks the fewest articles, and the facet values it walks along."""
    choices = [(articles, _BY_FACET if len(group) == 1 else _BY_FACETS, group) for group, articles in groups]
    if request.unit:
        count = (await db.execute(_UNIT_ARTICLES, {"unit": request.unit})).single_value()
        choices.append((count, _BY_UNIT, []))
    elif request.kind:
        count = (await db.execute(_KIND_ARTICLES, {"kind": request.kind})).single_value()
        choices.append((count, _BY_KIND, []))
    if request.match:
        choices.append(((await db.execute(_SOME_MATCHING, {"match": request.match})).single_value(), _BY_WORDS, []))
    if not choices:
        return _BY_DATE, []
    _, sql, driver = min(choices, key=lambda choice: choice[0])
    return sql, driver


async def _groups(db: Database, request: FigureRequest) -> list[tuple[list[int], int]]:
    """For each facet asked for the ids of its values, none for unknown ones, and how many articles have them."""
    found = []
    for facet, values in ((FACETS["huyen"], request.districts), (FACETS["nam-hoc"], request.years)):
        if values:
            rows = (await db.execute(_VALUES, {"facet": facet, "values": json.dumps(values)})).rows
            found.append(([row["id"] for row in rows], sum(row["articles"] for row in rows)))
    return found
