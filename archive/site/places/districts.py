"""Districts and provinces as their pages show them: what they are and became, what the archive holds of them and when.

All counts were taken when the archive was published (bake.sql): nothing here counts articles.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from archive.site.datasette_api import Database, Row
from archive.site.places import coverage
from archive.site.places.coverage import Gap, Known
from archive.site.places.outline import SourceEntry, sources
from archive.site.search.hits import Hit, load_hits
from archive.site.search.request import SUCCESSOR, SearchRequest
from archive.text import fold

NEWEST = 10
"""How many of its newest articles a page shows."""
WRITERS = 30
"""How many of its sources a page lists."""

_UNIT = "SELECT * FROM units WHERE level = :level AND slug = :slug"
_LINKS = """
    SELECT later, kind, date, other_level, other_slug, other_name, other_province
    FROM unit_links WHERE unit = :unit ORDER BY date, other_name
"""
_YEARS = "SELECT year, about, mentioned, source, successor FROM district_years WHERE unit = :unit"
_FACET = "SELECT id, articles FROM facet_counts WHERE facet = :facet AND value = :value"
_WRITERS = """
    SELECT source, articles, first_capture, last_capture, first_article, last_article
    FROM value_sources WHERE facet = :facet ORDER BY articles DESC, source
"""
# An undated article stands where it was found, which is no news: behind the dated ones among the latest.
_NEWEST = """
    SELECT undated, n FROM (
        SELECT a.published IS NULL AS undated, af.n FROM article_facets AS af CROSS JOIN articles AS a ON a.n = af.n
        WHERE af.facet = :facet ORDER BY af.n DESC LIMIT 200
    ) ORDER BY undated, n DESC LIMIT :limit
"""
_DISTRICTS = """
    SELECT u.id, u.level, u.slug, u.code, u.valid_to, u.name, u.full_name, u.province, u.province_2025,
        coalesce(d.about, 0) AS about, coalesce(d.mentioned, 0) AS mentioned, coalesce(d.source, 0) AS source,
        coalesce(d.successor, 0) AS successor
    FROM units AS u LEFT JOIN district_years AS d ON d.unit = u.id AND d.year = ''
    WHERE u.level = 'district' AND (:province IS NULL OR u.province = :province)
"""


@dataclass(frozen=True, slots=True)
class Counted:
    """Articles by what they say of a district: about it, mentioning it, of its own source and naming no district, and
    naming only communes of 2025 on its ground."""

    about: int = 0
    mentioned: int = 0
    source: int = 0
    successor: int = 0

    @property
    def own(self) -> int:
        """About it, by their words or by their source."""
        return self.about + self.source

    @property
    def all(self) -> int:
        """What the search for the district finds."""
        return self.about + self.mentioned + self.source


@dataclass(frozen=True, slots=True)
class YearCell:
    """A district in one school year. `gap` says why no article is about it; None where one is. `address` is the
    search."""

    year: str
    counted: Counted
    gap: Gap | None
    address: str


@dataclass(frozen=True, slots=True)
class Writer:
    """A source that writes about a place, and how many articles."""

    entry: SourceEntry
    articles: int


@dataclass(frozen=True, slots=True)
class Holding:
    """What the archive holds of a place or year: `captured` the first and last capture of its articles, `dated` the
    oldest and newest dates, its sources (the most productive WRITERS of `sources`), its newest articles."""

    articles: int
    captured: tuple[str, str] | None
    dated: tuple[str | None, str | None]
    sources: int
    writers: tuple[Writer, ...]
    newest: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class DistrictPage:
    """One district. `before` and `after` are units it came of and became, `communes` those of 2025 on its ground,
    `own` the sources at home in it."""

    unit: Row
    before: tuple[Row, ...]
    after: tuple[Row, ...]
    communes: tuple[Row, ...]
    counted: Counted
    years: tuple[YearCell, ...]
    own: tuple[SourceEntry, ...]
    holding: Holding


async def load_unit(db: Database, level: str, slug: str) -> Row | None:
    """A unit of the gazetteer by its level and slug."""
    return (await db.execute(_UNIT, {"level": level, "slug": slug})).first()


async def load_links(db: Database, unit: Row) -> list[Row]:
    """What a unit became and came of, the oldest first."""
    return list((await db.execute(_LINKS, {"unit": unit["id"]})).rows)


async def load_districts(db: Database, province: str | None = None) -> list[Row]:
    """The districts of a province (as it was; None: all), with their counts, by name."""
    rows = (await db.execute(_DISTRICTS, {"province": province})).rows
    return sorted(rows, key=lambda row: (fold(row["province"]), fold(row["name"]), row["valid_to"]))


async def load_holding(db: Database, *values: tuple[str, str]) -> Holding:
    """What the archive holds of some (facet, value) of which no article has two."""
    facets = [row for facet, value in values for row in (await db.execute(_FACET, _named(facet, value))).rows]
    rows = [row for facet in facets for row in (await db.execute(_WRITERS, {"facet": facet["id"]})).rows]
    if not rows:
        return Holding(0, None, (None, None), 0, (), ())
    articles: Counter[str] = Counter()
    for row in rows:
        articles[row["source"]] += row["articles"]
    most = articles.most_common(WRITERS)
    entries = {entry.id: entry for entry in await sources(db, ids=[source for source, _ in most])}
    first, last = [[row[key] for row in rows if row[key]] for key in ("first_article", "last_article")]
    found: set[tuple[int, int]] = set()
    for facet in facets:
        latest = (await db.execute(_NEWEST, {"facet": facet["id"], "limit": NEWEST})).rows
        found |= {(row["undated"], -row["n"]) for row in latest}
    return Holding(
        articles=articles.total(),
        captured=(min(row["first_capture"] for row in rows), max(row["last_capture"] for row in rows)),
        dated=(min(first, default=None), max(last, default=None)),
        sources=len(articles),
        writers=tuple(Writer(entries[source], count) for source, count in most),
        newest=await load_hits(db, [{"n": -before} for _, before in sorted(found)[:NEWEST]]),
    )


async def load_district(db: Database, slug: str, today: date, *, successors: bool) -> DistrictPage | None:
    """The page of a district, with the articles on its communes of 2025 if so wanted; None if there is no such."""
    unit = await load_unit(db, "district", slug)
    if unit is None:
        return None
    links = await load_links(db, unit)
    by_year = {row["year"]: _counted(row) for row in (await db.execute(_YEARS, {"unit": unit["id"]})).rows}
    own = tuple(await sources(db, homes=[unit["code"]]))
    values = [("district", slug), *([(SUCCESSOR, slug)] if successors else [])]
    search = SearchRequest.everything().with_value("huyen", slug).with_successors(successors)
    return DistrictPage(
        unit=unit,
        before=tuple(row for row in links if not row["later"]),
        after=tuple(row for row in links if row["later"] and row["kind"] != "2025"),
        communes=tuple(row for row in links if row["later"] and row["kind"] == "2025"),
        counted=by_year.get("", Counted()),
        years=tuple(reversed(_cells(by_year, times_known(own), unit["valid_to"], today, search))),
        own=own,
        holding=await load_holding(db, *values),
    )


def times_known(own: Sequence[SourceEntry]) -> list[Known]:
    """Over what time each of some sources is known; those without a dated article left out."""
    found = []
    for entry in own:
        lost = min((c.since for c in entry.conditions if c.name in coverage.LOST and c.since), default=None)
        time = coverage.known(entry.first, entry.last, entry.looked, lost)
        found += [time] if time else []
    return found


def years_of(by_year: Mapping[str, object], times: Sequence[Known], valid_to: str, today: date) -> list[str]:
    """The school years a page lists, the oldest first: from the first one known to the end of the district (for all
    of them in June 2025) or today, and every one that an article names. [] where nothing is known."""
    named = [year for year in by_year if year]
    if not named and not times:
        return []
    ended = coverage.year_of(min(today, date.fromisoformat(valid_to) if valid_to else date(2025, 6, 30)))
    first = min([*named, *filter(None, [coverage.first_known(times)]), ended])
    return sorted({*coverage.years_between(first, ended), *named})


def _cells(
    by_year: Mapping[str, Counted], times: Sequence[Known], valid_to: str, today: date, search: SearchRequest
) -> list[YearCell]:
    cells = []
    for year in years_of(by_year, times, valid_to, today):
        counted = by_year.get(year, Counted())
        gap = None if counted.own else coverage.gap(times, year, today)
        cells.append(YearCell(year, counted, gap, search.with_value("nam-hoc", year).address()))
    return cells


def _counted(row: Row) -> Counted:
    return Counted(row["about"], row["mentioned"], row["source"], row["successor"])


def _named(facet: str, value: str) -> dict[str, object]:
    return {"facet": facet, "value": value}
