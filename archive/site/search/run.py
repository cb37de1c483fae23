"""One search on its way: the reading of its query that applies, and the numbers of the articles it finds, in order."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from archive.site.datasette_api import Database, Row
from archive.site.search import statements
from archive.site.search.known_values import KnownValues, known_values
from archive.site.search.plan import Reading, clauses, complete, possible
from archive.site.search.request import RELEVANCE, SearchRequest
from archive.site.search.terms import EVERYTHING, facet_clause
from archive.site.search.understanding import Understood, name_keys, understand

LAST = 1 << 62
"""No article has so high a number."""


@dataclass(frozen=True, slots=True)
class Step:
    """A part of a result: what an expression finds between two numbers, both included. `exact`: accents count in it."""

    match: str
    first: int
    last: int
    exact: bool


@dataclass(frozen=True, slots=True)
class Newest:
    """Some articles of a result: how many, and their numbers as a JSON list, which SQLite makes and reads by itself."""

    count: int
    ns: str


class Run:
    """A search with its reading chosen. `reading` is None where there are neither words nor filters."""

    def __init__(
        self, db: Database, request: SearchRequest, values: KnownValues, readings: Sequence[Reading], every: bool
    ):
        self.db = db
        self.request = request
        self.values = values
        self.every = every
        self.readings = readings
        self.reading: Reading | None = None
        self.span = (0, LAST)

    @property
    def phrase_missing(self) -> bool:
        return self.reading is not None and self.reading.words_apart

    @property
    def understood(self) -> Understood:
        return self.reading.understood if self.reading else Understood()

    @property
    def is_everything(self) -> bool:
        """Whether all articles are wanted, so that nothing needs to be looked up."""
        return self.reading is None and not self.request.query.text and not self.request.is_narrowed

    async def choose(self) -> None:
        """The first reading that finds anything in the whole archive; the days that the request names, as numbers.

        Filters play no part, so that narrowing a search never changes what its words mean.
        """
        for reading in self.readings:
            match = complete(reading.all, [], self.request.query)
            if len(self.readings) == 1 or (await self._rows(statements.ANY_MATCH, match=match)):
                self.reading = reading
                break
        else:  # what finds nothing is shown as it was most likely meant
            self.reading = self.readings[0] if self.readings else None
        first, last = 0, LAST
        if self.request.since:
            row = (await self.db.execute(statements.FIRST_SINCE, {"day": self.request.since.isoformat()})).first()
            first = row["first"] if row else LAST
        if self.request.until:
            row = (await self.db.execute(statements.LAST_UNTIL, {"day": self.request.until.isoformat()})).first()
            last = row["last"] if row else -1
        self.span = first, last

    def expression(self, text: str | None = None, *, without: str | None = None, dated: bool | None = None) -> str:
        """What finds the result: an expression for its words (all that the reading finds, if none is given) with all
        filters but those of one parameter."""
        filters = clauses(self.request, self.values.ids, without=without)
        if text is None:
            text = self.reading.all if self.reading else facet_clause([EVERYTHING])
        return complete(text, filters, self.request.query, dated=dated)

    def steps(self) -> list[Step]:
        """The result in the order of its list; a later step may find again what an earlier one found."""
        if self.reading is None and self.request.query.text:  # words, but none with a letter or digit
            return []
        tiers: list[tuple[str | None, bool]] = [(None, False)]
        if self.reading and self.request.sort == RELEVANCE:
            tiers = list(self.reading.tiers)
        if not self.request.is_dated:
            return [Step(self.expression(tier), *self.span, exact) for tier, exact in tiers]
        steps = [Step(self.expression(tier, dated=True), *self.span, exact) for tier, exact in tiers]
        if self.request.undated:  # they have no place among days, hence behind them
            steps += [Step(self.expression(tier, dated=False), 0, LAST, exact) for tier, exact in tiers]
        return steps

    async def page(self, size: int) -> tuple[list[Row], bool]:
        """The rows of the page asked for (n; title and snippet where words are marked), and whether more follow."""
        start = (self.request.page - 1) * size
        if self.is_everything:
            params = {"every": self.every, "limit": size + 1, "offset": start}
            rows = await self._rows(statements.ALL_BY_DATE, **params)
            return rows[:size], len(rows) > size
        found: dict[int, bool] = {}
        for step in self.steps():
            rows = await self._rows(
                statements.HITS, **self._where(step), **self._story, seen=json.dumps(list(found)),
                limit=start + size + 1 - len(found),
            )  # fmt: skip
            found.update((row["n"], step.exact) for row in rows)
            if len(found) > start + size:
                break
        ns = list(found)[start : start + size]
        return await self._marked(ns, found), len(found) > start + size

    async def newest(self, limit: int, *, without: str | None = None) -> Newest | None:
        """The newest articles of the result, up to a limit; None if it is everything. Without the values of one
        parameter, if it is named."""
        if self.is_everything:
            return None
        count, ns = 0, "[]"
        for match, first, last in self._parts(without):
            if count < limit:
                params = {"match": match, "first": first, "last": last, "limit": limit - count}
                (row,) = await self._rows(statements.SOME_HITS, **params)
                ns = row["ns"] if not count else f"{ns[:-1]},{row['ns'][1:]}" if row["found"] else ns
                count += row["found"]
        return Newest(count, ns)

    async def total(self) -> int:
        """How many articles there are."""
        if self.is_everything:
            return await self.note("articles")
        found = 0
        for match, first, last in self._parts(None):
            params = {"match": match, "first": first, "last": last}
            found += int((await self.db.execute(statements.COUNT_MATCHING, params)).single_value())
        return found

    async def told_again(self, newest: Newest) -> int:
        """How many of some hits repeat another of them."""
        return int((await self.db.execute(statements.TOLD_AGAIN, {"ns": newest.ns})).single_value())

    async def left_out(self) -> int:
        """How many articles without a date fit all but the days, counted to UNDATED_CAP and one more."""
        if not self.request.is_dated or not self.steps():
            return 0
        match = self.expression(dated=False)
        params = {"match": match, "first": 0, "last": LAST, "limit": statements.UNDATED_CAP + 1}
        return int((await self.db.execute(statements.COUNT_SOME, params)).single_value())

    async def note(self, key: str) -> int:
        return int((await self.db.execute(statements.COUNTS, {"key": key})).single_value())

    def _parts(self, without: str | None) -> list[tuple[str, int, int]]:
        """The whole result as expressions and spans that share nothing."""
        if self.reading is None and self.request.query.text:
            return []
        if not self.request.is_dated:
            return [(self.expression(without=without), *self.span)]
        parts = [(self.expression(without=without, dated=True), *self.span)]
        return parts + [(self.expression(without=without, dated=False), 0, LAST)] * self.request.undated

    async def _marked(self, ns: Sequence[int], exact: Mapping[int, bool]) -> list[Row]:
        rows: dict[int, Row] = {n: {"n": n} for n in ns}
        if self.reading and self.reading.marks:
            with_accents, without = self.reading.marks
            for match, columns, wanted in ((with_accents, (0, 1), True), (without, (2, 3), False)):
                some = [n for n in ns if exact[n] == wanted]
                if some:
                    params = {"match": match, "title": columns[0], "body": columns[1], "ns": json.dumps(some)}
                    rows.update((row["n"], row) for row in await self._rows(statements.MARKS, **params))
        return [rows[n] for n in ns]

    def _where(self, step: Step) -> dict[str, object]:
        return {"match": step.match, "first": step.first, "last": step.last}

    @property
    def _story(self) -> dict[str, object]:
        # With undated articles the result is two spans: an earlier telling in either counts.
        both = self.request.is_dated and self.request.undated
        first, last = (0, LAST) if both else self.span
        dated = True if self.request.is_dated and not both else None
        return {"every": self.every, "any": self.expression(dated=dated), "from": first, "to": last}

    async def _rows(self, sql: str, **params: object) -> list[Row]:
        return list((await self.db.execute(sql, params)).rows)


async def begun(db: Database, request: SearchRequest, *, every: bool) -> Run:
    """A search with its reading chosen: `every` article, or each story once. Raises QueryInterrupted."""
    values = await known_values(db)
    understood = Understood(rest=request.query.pieces)
    if request.query.pieces and not request.as_words:
        names = (await db.execute(statements.NAMES, {"keys": json.dumps(name_keys(request.query))})).rows
        years = [row["value"] for row in values.of.get("school_year", ())]
        understood = understand(request.query, names, years)
    run = Run(db, request, values, possible(request.query, understood, values.ids), every)
    await run.choose()
    return run
