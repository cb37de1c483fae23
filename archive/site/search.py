"""Finding articles in the published database: a request in, a page of results with its facets out."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from archive.site import statements
from archive.site.datasette_api import Database, QueryInterrupted, Row
from archive.site.facets import FacetValue, facet_value, in_order
from archive.site.hits import Hit, load_hits
from archive.site.query import Match
from archive.site.request import GROUPS, PARAMETERS, RELEVANCE, SUCCESSOR, SearchRequest

PAGE_SIZE = 20
FACET_TIME_LIMIT_MS = 500
"""Facets are worth half a second; a search that matches too much to count by then is shown without."""

_EXACT_COLUMNS = {"title": 0, "body": 1}
_FOLDED_COLUMNS = {"title": 2, "body": 3}


@dataclass(frozen=True, slots=True)
class SearchResult:
    """A page of hits. `total` are the articles found, `shown` those in the list: one for each story, if so wanted.

    `facets` by parameter, None when there was no time to count them; `successors` the articles that a chosen district
    would have more with the communes that took its place.

    `phrase_missing`: nothing held the query as one phrase, so these are the articles with all its words.
    `chosen` holds the labels of the values the request names, known or not.
    """

    request: SearchRequest
    total: int
    shown: int
    hits: tuple[Hit, ...]
    facets: Mapping[str, tuple[FacetValue, ...]] | None
    successors: int = 0
    phrase_missing: bool = False
    chosen: Mapping[str, tuple[FacetValue, ...]] = field(default_factory=dict)

    @property
    def pages(self) -> int:
        return max(1, -(-self.shown // PAGE_SIZE))


async def search(db: Database, request: SearchRequest) -> SearchResult:
    """A page for people: each story once, with facets. Raises QueryInterrupted beyond the site's time limit."""
    run = await begun(db, request, every=False)
    found, total, shown = await run.page()
    return SearchResult(
        request,
        total,
        shown,
        await load_hits(db, found),
        await run.facets(),
        run.successors(),
        phrase_missing=run.phrase_missing,
        chosen=run.chosen_values(),
    )


async def search_data(db: Database, request: SearchRequest) -> SearchResult:
    """A page for programs: every article, without facets. Raises as search does."""
    run = await begun(db, request, every=True)
    found, total, shown = await run.page()
    return SearchResult(request, total, shown, await load_hits(db, found), None, phrase_missing=run.phrase_missing)


# The page, how many were found, how many of them are shown.
_BY_DATE = (statements.ALL_BY_DATE, statements.COUNT_ALL, statements.COUNT_SHOWN)
_CHOSEN_BY_DATE = (statements.CHOSEN_BY_DATE, statements.COUNT_CHOSEN, statements.COUNT_SHOWN_CHOSEN)


class Run:
    """One search on its way: the reading that applies, the filters resolved."""

    def __init__(self, db: Database, request: SearchRequest, values: Sequence[Row], every: bool):
        self.db = db
        self.request = request
        self.values = values
        self.every = every
        self.counts: Mapping[int, int] = {}
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

    async def page(self) -> tuple[list[Row], int, int]:
        """The rows of the page asked for (n; title and snippet if there are words), how many were found, and how many
        of them are shown on all pages."""
        limit, offset = PAGE_SIZE, (self.request.page - 1) * PAGE_SIZE
        if self.match is None:
            if self.request.query.text:  # words, but none with a letter or digit
                return [], 0, 0
            page, of_all, of_shown = _BY_DATE if self.filters() is None else _CHOSEN_BY_DATE
            rows = await self._rows(page, filters=self.filters(), limit=limit, offset=offset)
            return rows, await self._count(of_all, None), await self._count(of_shown, None)
        total = await self._count(statements.COUNT_MATCHING, self.match.folded)
        shown = await self._shown(self.match.folded)
        if self.request.sort != RELEVANCE:
            rows = await self._some(statements.HITS_BY_DATE, self.match.folded, _FOLDED_COLUMNS, limit, offset)
            return rows, total, shown
        # Two tiers, not one score: an article that repeats "đám hạ" must not pass one with one "Đầm Hà".
        exact = await self._shown(self.match.exact)
        by_rank = statements.HITS_BY_RANK
        rows = await self._some(by_rank, self.match.exact, _EXACT_COLUMNS, limit, offset) if offset < exact else []
        if len(rows) < limit:
            rest, start = limit - len(rows), max(0, offset - exact)
            rows += await self._some(by_rank, self.match.folded_only, _FOLDED_COLUMNS, rest, start)
        return rows, total, shown

    async def facets(self) -> dict[str, tuple[FacetValue, ...]] | None:
        """Counts by parameter. A facet with values chosen is counted without them: what others would add."""
        try:
            counts = await self._facet_counts(self.filters())
            by_parameter = dict.fromkeys(GROUPS, counts)
            for parameter in GROUPS:
                if self.request.values(parameter):
                    by_parameter[parameter] = await self._facet_counts(self.filters(without=parameter))
        except QueryInterrupted:
            return None
        self.counts = by_parameter["huyen"]
        return {parameter: self._facet(parameter, by_parameter[parameter]) for parameter in GROUPS}

    def successors(self) -> int:
        """How many articles name only a commune that took a chosen district's place (facets are counted first)."""
        ids = [self.ids.get((SUCCESSOR, value)) for value in self.request.values("huyen")]
        return sum(self.counts.get(known, 0) for known in ids if known is not None)

    def chosen_values(self) -> dict[str, tuple[FacetValue, ...]]:
        """The values the request names, in its order; one the archive does not know is its own label."""
        known = {(row["facet"], row["value"]): row for row in self.values}
        chosen: dict[str, tuple[FacetValue, ...]] = {}
        for parameter in PARAMETERS:
            facets = (*PARAMETERS[parameter], SUCCESSOR)
            rows = [
                (value, next((known[facet, value] for facet in facets if (facet, value) in known), None))
                for value in self.request.values(parameter)
            ]
            chosen[parameter] = tuple(
                facet_value(row, chosen=True) if row else FacetValue(value, value, None, 0, True) for value, row in rows
            )
        return chosen

    def _facet(self, parameter: str, counts: Mapping[int, int]) -> tuple[FacetValue, ...]:
        chosen = set(self.request.values(parameter))
        (facet,) = PARAMETERS[parameter]
        values = [
            facet_value(row, counts.get(row["id"], 0), chosen=row["value"] in chosen)
            for row in self.values
            if row["facet"] == facet and (row["id"] in counts or row["value"] in chosen)
        ]
        return tuple(in_order(facet, values))

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

    def filters(self, without: str | None = None) -> str | None:
        """The :filters of the statements. An unknown value has no id: alone it finds nothing."""
        wanted = [
            [
                self.ids[facet, value]
                for value in self.request.values(parameter)
                for facet in self.request.facets(parameter)
                if (facet, value) in self.ids
            ]
            for parameter in PARAMETERS
            if parameter != without and self.request.values(parameter)
        ]
        return json.dumps(wanted) if wanted else None

    async def _some(self, sql: str, match: str, columns: Mapping[str, int], limit: int, offset: int) -> list[Row]:
        return await self._rows(sql, match=match, filters=self.filters(), limit=limit, offset=offset, **columns)

    async def _count(self, sql: str, match: str | None) -> int:
        params = {**self._story, "match": match, "filters": self.filters()}
        return int((await self.db.execute(sql, params)).single_value())

    async def _shown(self, match: str) -> int:
        if self.every:
            return await self._count(statements.COUNT_MATCHING, match)
        return await self._count(statements.COUNT_SHOWN_MATCHING, match)

    async def _rows(self, sql: str, **params: object) -> list[Row]:
        return list((await self.db.execute(sql, {**self._story, **params})).rows)

    @property
    def _story(self) -> dict[str, object]:
        return {"every": self.every, "any": self.match.folded if self.match else None}


async def begun(db: Database, request: SearchRequest, *, every: bool) -> Run:
    """A search with its reading chosen: `every` article, or each story once."""
    run = Run(db, request, await _facet_values(db), every)
    await run.choose_reading()
    return run


async def _facet_values(db: Database) -> Sequence[Row]:
    return (await db.execute(statements.FACET_VALUES)).rows
