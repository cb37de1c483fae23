"""Provinces as their pages show them: the one of the 63, the one of the 34, or both where they share a name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from archive.site.datasette_api import Database, Row
from archive.site.places import coverage
from archive.site.places.coverage import Gap
from archive.site.places.districts import (
    Counted,
    Holding,
    load_districts,
    load_holding,
    load_links,
    load_unit,
    times_known,
)
from archive.site.places.districts import years_of as years_known
from archive.site.places.outline import sources

LEVELS = ("province", "province_2025")
MOST_YEARS = 15
"""The newest school years of a heat table; its districts' own pages have all."""
SHADES = 5

_YEARS = """
    SELECT y.year, y.articles FROM province_years AS y JOIN facet_counts AS c ON c.id = y.facet
    WHERE c.facet = :facet AND c.value = :value
"""
_DISTRICT_YEARS = """
    SELECT d.unit, d.year, d.about, d.mentioned, d.source, d.successor FROM units AS u
    JOIN district_years AS d ON d.unit = u.id AND d.year <> ''
    WHERE u.level = 'district' AND u.province = :province
"""
_COUNT = "SELECT facet, value, articles FROM facet_counts WHERE facet IN ('province', 'province_2025')"
_PROVINCES = "SELECT * FROM units WHERE level IN ('province', 'province_2025')"
_TILES = """
    SELECT t.tile_row, t.tile_column, t.short, u.name, u.full_name, u.slug, u.level
    FROM province_tiles AS t JOIN units AS u ON u.id = t.unit WHERE t.map = :map ORDER BY t.tile_row, t.tile_column
"""


@dataclass(frozen=True, slots=True)
class HeatCell:
    """Articles of one row in one school year, its shade (0 none to SHADES), why there is none, and the search for them
    ("" where there is none)."""

    articles: int
    shade: int
    gap: Gap | None
    address: str


@dataclass(frozen=True, slots=True)
class HeatRow:
    """A district or province: its label, address, all its articles, and a cell for each school year of the table."""

    label: str
    note: str | None
    address: str
    articles: int
    cells: tuple[HeatCell, ...]


@dataclass(frozen=True, slots=True)
class Heat:
    """A table of places by school years."""

    years: tuple[str, ...]
    rows: tuple[HeatRow, ...]


@dataclass(frozen=True, slots=True)
class ProvincePage:
    """A province as it was (`then`), as of 2025 (`now`), or both. `before` and `after` are units that `then` came of
    and became, `made_of` the provinces in `now`."""

    then: Row | None
    now: Row | None
    before: tuple[Row, ...]
    after: tuple[Row, ...]
    made_of: tuple[Row, ...]
    articles: Mapping[str, int]
    districts: Heat
    provinces: Heat
    holding: Holding


@dataclass(frozen=True, slots=True)
class Tile:
    """One province of a tile map."""

    row: int
    column: int
    name: str
    short: str
    slug: str
    articles: int
    shade: int


async def load_province(db: Database, slug: str, today: date) -> ProvincePage | None:
    """The page of a province; None if there is no such."""
    then, now = [await load_unit(db, level, slug) for level in LEVELS]
    if then is None and now is None:
        return None
    links = await load_links(db, then) if then else []
    made_of = await load_links(db, now) if now else []
    counts = await _counts(db)
    return ProvincePage(
        then=then,
        now=now,
        before=tuple(row for row in links if not row["later"]),
        after=tuple(row for row in links if row["later"]),
        made_of=tuple(made_of),
        articles={level: counts.get((level, slug), 0) for level in LEVELS},
        districts=await _districts(db, then, today) if then else Heat((), ()),
        provinces=await _made_of(db, made_of, counts) if len(made_of) > 1 else Heat((), ()),
        # A province of 2025 has all that its namesake had.
        holding=await load_holding(db, (LEVELS[1] if now else LEVELS[0], slug)),
    )


async def load_provinces(db: Database) -> list[tuple[Row, int]]:
    """Every province of each time, with its articles."""
    counts = await _counts(db)
    return [(row, counts.get((row["level"], row["slug"]), 0)) for row in (await db.execute(_PROVINCES)).rows]


@dataclass(frozen=True, slots=True)
class TileMap:
    """A tile map from north to south, and its legend: shade, and the lowest and highest number that has it."""

    tiles: tuple[Tile, ...]
    legend: tuple[tuple[int, int, int], ...]


async def load_tiles(db: Database, name: str) -> TileMap:
    """The tile map "34" or "63"."""
    counts = await _counts(db)
    rows = (await db.execute(_TILES, {"map": name})).rows
    articles = [counts.get((row["level"], row["slug"]), 0) for row in rows]
    most = max(articles, default=0)
    tiles = [
        Tile(
            row["tile_row"], row["tile_column"], row["full_name"], row["short"] or row["name"], row["slug"], count,
            shade(count, most),
        )
        for row, count in zip(rows, articles, strict=True)
    ]  # fmt: skip
    return TileMap(tuple(tiles), tuple(legend(most)))


def shade(articles: int, most: int) -> int:
    """0 for none, else 1 to SHADES by the share of the highest count, each step half of the next."""
    if not articles:
        return 0
    steps = 0
    while steps < SHADES - 1 and articles * 2 ** (steps + 1) <= most:
        steps += 1
    return SHADES - steps


def legend(most: int) -> list[tuple[int, int, int]]:
    """Each shade that can occur, with the lowest and highest number that has it."""
    bounds = [(0, 0, 0)]
    for number in range(1, SHADES + 1):
        low = most // 2 ** (SHADES - number + 1) + 1 if number > 1 else 1
        bounds.append((number, low, most // 2 ** (SHADES - number)))
    return [(number, low, high) for number, low, high in bounds if low <= high]


async def _counts(db: Database) -> dict[tuple[str, str], int]:
    return {(row["facet"], row["value"]): row["articles"] for row in (await db.execute(_COUNT)).rows}


async def _districts(db: Database, province: Row, today: date) -> Heat:
    """The districts of a province as it was, by school year: those of its end, then those that ended before."""
    districts = sorted(await load_districts(db, province["name"]), key=lambda row: bool(row["valid_to"]))
    by_unit: dict[int, dict[str, Counted]] = {row["id"]: {} for row in districts}
    for row in (await db.execute(_DISTRICT_YEARS, {"province": province["name"]})).rows:
        counted = Counted(row["about"], row["mentioned"], row["source"], row["successor"])
        by_unit[row["unit"]][row["year"]] = counted
    entries = await sources(db, homes=[row["code"] for row in districts])
    times = {row["id"]: times_known([e for e in entries if e.home == row["code"]]) for row in districts}
    listed = {row["id"]: years_known(by_unit[row["id"]], times[row["id"]], row["valid_to"], today) for row in districts}
    years = sorted({year for named in listed.values() for year in named}, reverse=True)[:MOST_YEARS]
    most = max((c.all for found in by_unit.values() for c in found.values()), default=0)
    return Heat(
        tuple(years),
        tuple(
            HeatRow(
                row["full_name"],
                row["valid_to"] or None,
                f"/huyen/{row['slug']}",
                row["about"] + row["mentioned"] + row["source"],
                tuple(
                    HeatCell(
                        count := by_unit[row["id"]].get(year, Counted()).all,
                        shade(count, most),
                        None if count else coverage.gap(times[row["id"]], year, today),
                        _search("huyen", row["slug"], year) if count else "",
                    )
                    for year in years
                ),
            )
            for row in districts
        ),
    )


async def _made_of(db: Database, provinces: Sequence[Row], counts: Mapping[tuple[str, str], int]) -> Heat:
    by_slug: dict[str, dict[str, int]] = {}
    for row in provinces:
        values = {"facet": "province", "value": row["other_slug"]}
        by_slug[row["other_slug"]] = {r["year"]: r["articles"] for r in (await db.execute(_YEARS, values)).rows}
    years = sorted({year for found in by_slug.values() for year in found}, reverse=True)[:MOST_YEARS]
    most = max((count for found in by_slug.values() for count in found.values()), default=0)
    rows = []
    for row in provinces:
        slug, found = row["other_slug"], by_slug[row["other_slug"]]
        cells = tuple(
            HeatCell(found.get(y, 0), shade(found.get(y, 0), most), None, _search("tinh-cu", slug, y)) for y in years
        )
        rows.append(HeatRow(row["other_name"], None, f"/tinh/{slug}", counts.get(("province", slug), 0), cells))
    return Heat(tuple(years), tuple(rows))


def _search(parameter: str, value: str, year: str) -> str:
    """As SearchRequest.address() of these two: a table has hundreds, all of slugs and years that need no quoting."""
    return f"/tim-kiem?{parameter}={value}&nam-hoc={year}"
