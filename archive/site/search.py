"""Finding articles in the published database: a request in, a page of results with its facets out."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from markupsafe import Markup, escape

from archive.site import statements
from archive.site.datasette_api import Database, QueryInterrupted, Row
from archive.site.formats import marked, shortened
from archive.site.query import Match
from archive.site.request import PARAMETERS, RELEVANCE, SearchRequest

PAGE_SIZE = 20
FACET_TIME_LIMIT_MS = 500
"""Facets are worth half a second; a search that matches too much to count by then is shown without."""

_EXACT_COLUMNS = {"title": 0, "body": 1}
_FOLDED_COLUMNS = {"title": 2, "body": 3}


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One value a search can be narrowed to, and how many articles of the result have it."""

    value: str
    label: str
    hint: str | None
    articles: int
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """One article of a result. `marked_title` and `snippet` are HTML, escaped, the hits inside <mark>."""

    id: str
    title: str
    marked_title: Markup
    url: str
    source: str
    source_name: str
    published: str | None
    snippet: Markup
    districts: tuple[FacetValue, ...]
    school_years: tuple[FacetValue, ...]


@dataclass(frozen=True, slots=True)
class SearchResult:
    """A page of hits. `facets` by parameter, None when there was no time to count them.

    `phrase_missing`: nothing held the query as one phrase, so these are the articles with all its words.
    `chosen` holds the labels of the values the request names, known or not.
    """

    request: SearchRequest
    total: int
    hits: tuple[Hit, ...]
    facets: Mapping[str, tuple[FacetValue, ...]] | None
    phrase_missing: bool = False
    chosen: Mapping[str, tuple[FacetValue, ...]] = field(default_factory=dict)

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE_SIZE))


async def search(db: Database, request: SearchRequest, *, with_facets: bool = True) -> SearchResult:
    """Run a search. Raises QueryInterrupted when it takes longer than the site's time limit."""
    run = _Run(db, request, await _facet_values(db))
    await run.choose_reading()
    found, total = await run.page()
    facets = await run.facets() if with_facets else None
    return SearchResult(
        request,
        total,
        await _hits(db, found),
        facets,
        phrase_missing=run.phrase_missing,
        chosen=run.chosen_values(),
    )


async def newest(db: Database, limit: int) -> tuple[Hit, ...]:
    """The newest articles; undated ones were only found lately, which is no news."""
    rows = (await db.execute(statements.NEWEST_DATED, {"limit": limit})).rows
    return await _hits(db, rows)


class _Run:
    """One search on its way: the reading that applies, the filters resolved."""

    def __init__(self, db: Database, request: SearchRequest, values: Sequence[Row]):
        self.db = db
        self.request = request
        self.values = values
        self.match: Match | None = None
        self.phrase_missing = False
        self.ids = {(row["facet"], row["value"]): row["id"] for row in values}

    async def choose_reading(self) -> None:
        """The narrowest reading of the query that finds anything in the whole archive.

        Filters play no part, so that narrowing a search never changes what its words mean.
        """
        readings = self.request.query.readings
        for reading in readings:
            self.match = reading
            if len(readings) == 1 or (await self._rows(statements.ANY_MATCH, match=reading.folded)):
                break
            self.phrase_missing = True

    async def page(self) -> tuple[list[Row], int]:
        """The rows of the page asked for (n; title and snippet if there are words), and how many in all."""
        limit, offset = PAGE_SIZE, (self.request.page - 1) * PAGE_SIZE
        filters = self._filters()
        if self.match is None:
            if self.request.query.text:  # words, but none with a letter or digit
                return [], 0
            count, page = (
                (statements.COUNT_ALL, statements.ALL_BY_DATE)
                if filters is None
                else (statements.COUNT_CHOSEN, statements.CHOSEN_BY_DATE)
            )
            return await self._rows(page, filters=filters, limit=limit, offset=offset), await self._count(count, None)
        total = await self._count(statements.COUNT_MATCHING, self.match.folded)
        if self.request.sort != RELEVANCE:
            return await self._some(statements.HITS_BY_DATE, self.match.folded, _FOLDED_COLUMNS, limit, offset), total
        # Two tiers, not one score: an article that repeats "đám hạ" must not pass one with one "Đầm Hà".
        exact = await self._count(statements.COUNT_MATCHING, self.match.exact)
        by_rank = statements.HITS_BY_RANK
        rows = await self._some(by_rank, self.match.exact, _EXACT_COLUMNS, limit, offset) if offset < exact else []
        if len(rows) < limit:
            rest, start = limit - len(rows), max(0, offset - exact)
            rows += await self._some(by_rank, self.match.folded_only, _FOLDED_COLUMNS, rest, start)
        return rows, total

    async def facets(self) -> dict[str, tuple[FacetValue, ...]] | None:
        """Counts by parameter. A facet with values chosen is counted without them: what others would add."""
        try:
            counts = await self._facet_counts(self._filters())
            by_parameter = dict.fromkeys(PARAMETERS, counts)
            for parameter in PARAMETERS:
                if self.request.values(parameter):
                    by_parameter[parameter] = await self._facet_counts(self._filters(without=parameter))
        except QueryInterrupted:
            return None
        return {parameter: self._facet(parameter, by_parameter[parameter]) for parameter in PARAMETERS}

    def chosen_values(self) -> dict[str, tuple[FacetValue, ...]]:
        """The values the request names, in its order; one the archive does not know is its own label."""
        known = {(row["facet"], row["value"]): row for row in self.values}
        chosen: dict[str, tuple[FacetValue, ...]] = {}
        for parameter, facet in PARAMETERS.items():
            rows = [(value, known.get((facet, value))) for value in self.request.values(parameter)]
            chosen[parameter] = tuple(
                facet_value(row, chosen=True) if row else FacetValue(value, value, None, 0, True) for value, row in rows
            )
        return chosen

    def _facet(self, parameter: str, counts: Mapping[int, int]) -> tuple[FacetValue, ...]:
        chosen = set(self.request.values(parameter))
        values = [
            facet_value(row, counts.get(row["id"], 0), chosen=row["value"] in chosen)
            for row in self.values
            if row["facet"] == PARAMETERS[parameter] and (row["id"] in counts or row["value"] in chosen)
        ]
        return tuple(in_order(PARAMETERS[parameter], values))

    async def _facet_counts(self, filters: str | None) -> dict[int, int]:
        if self.match is not None:
            rows = await self._facet_rows(statements.FACETS_OF_MATCHING, filters)
        elif self.request.query.text:
            return {}
        elif filters is not None:
            rows = await self._facet_rows(statements.FACETS_OF_CHOSEN, filters)
        else:
            rows = list(self.values)
        return {row["id"]: row["articles"] for row in rows}

    async def _facet_rows(self, sql: str, filters: str | None) -> list[Row]:
        params = {"filters": filters, "match": self.match.folded if self.match else None}
        return list((await self.db.execute(sql, params, custom_time_limit=FACET_TIME_LIMIT_MS)).rows)

    def _filters(self, without: str | None = None) -> str | None:
        """The :filters of the statements. An unknown value has no id: alone it finds nothing."""
        wanted = [
            [self.ids[facet, value] for value in self.request.values(parameter) if (facet, value) in self.ids]
            for parameter, facet in PARAMETERS.items()
            if parameter != without and self.request.values(parameter)
        ]
        return json.dumps(wanted) if wanted else None

    async def _some(self, sql: str, match: str, columns: Mapping[str, int], limit: int, offset: int) -> list[Row]:
        return await self._rows(sql, match=match, filters=self._filters(), limit=limit, offset=offset, **columns)

    async def _count(self, sql: str, match: str | None) -> int:
        return int((await self.db.execute(sql, {"match": match, "filters": self._filters()})).single_value())

    async def _rows(self, sql: str, **params: object) -> list[Row]:
        return list((await self.db.execute(sql, params)).rows)


def facet_value(row: Row, articles: int | None = None, *, chosen: bool = False) -> FacetValue:
    """A row of facet_counts, with another count if one is given."""
    count = row["articles"] if articles is None else articles
    return FacetValue(row["value"], row["label"], row["hint"], count, chosen)


def in_order(facet: str, values: Sequence[FacetValue]) -> list[FacetValue]:
    """What is chosen first; then years from the newest, everything else from the most frequent."""
    if facet == "school_year":
        return sorted(values, key=lambda value: (value.chosen, value.value), reverse=True)
    return sorted(values, key=lambda value: (not value.chosen, -value.articles, value.label, value.value))


async def _facet_values(db: Database) -> Sequence[Row]:
    return (await db.execute(statements.FACET_VALUES)).rows


async def _hits(db: Database, found: Sequence[Row]) -> tuple[Hit, ...]:
    if not found:
        return ()
    ns = {"ns": json.dumps([row["n"] for row in found])}
    marks = {row["n"]: row for row in found if "snippet" in row.keys()}  # noqa: SIM118 - sqlite3.Row iterates values
    facets: dict[tuple[int, str], list[FacetValue]] = {}
    for row in (await db.execute(statements.FACETS_OF_ARTICLES, ns)).rows:
        value = FacetValue(row["value"], row["label"], None, 0)
        facets.setdefault((row["n"], row["facet"]), []).append(value)
    return tuple(
        Hit(
            id=row["id"],
            title=row["title"],
            marked_title=marked(marks[row["n"]]["title"]) if row["n"] in marks else escape(row["title"]),
            url=row["url"],
            source=row["source"],
            source_name=row["source_name"],
            published=row["published"],
            snippet=marked(marks[row["n"]]["snippet"] if row["n"] in marks else shortened(row["beginning"], 240)),
            districts=tuple(facets.get((row["n"], "district"), ())),
            school_years=tuple(facets.get((row["n"], "school_year"), ())),
        )
        for row in (await db.execute(statements.ARTICLES, ns)).rows
    )
