"""School years as their pages show them, and all of them at a glance."""

from collections.abc import Sequence
from dataclasses import dataclass

from archive.site.datasette_api import Database, Row
from archive.site.places.districts import Holding, load_holding
from archive.site.places.svg import Point

MOST_DISTRICTS = 100
"""How many districts a school year's page lists."""
MONTHS_BEFORE, MONTHS_AFTER = 3, 15
"""The months of the curve, counted from the September in which the year begins: articles look ahead, and back."""

_YEARS = """
    SELECT c.value AS year, c.articles FROM facet_counts AS c WHERE c.facet = 'school_year' ORDER BY c.value
"""
_ROLES = "SELECT role, articles, inferred FROM school_year_roles WHERE year = :year"
_MONTHS = "SELECT month, articles FROM school_year_months WHERE year = :year ORDER BY month"
_DISTRICTS = """
    SELECT u.slug, u.full_name, u.province, d.about + d.mentioned + d.source AS articles
    FROM district_years AS d JOIN units AS u ON u.id = d.unit
    WHERE d.year = :year AND d.about + d.mentioned + d.source > 0
    ORDER BY articles DESC, u.slug
"""


@dataclass(frozen=True, slots=True)
class YearPage:
    """One school year. `past`, `ahead`, `mention` count articles by what they do with it, `inferred` those whose date
    alone suggests it. `months` are (YYYY-MM, articles) of the curve, `outside` the dated articles beyond it, `undated`
    those without a date. `earlier` and `later` are the years that the archive has beside it."""

    year: str
    earlier: str | None
    later: str | None
    past: int
    ahead: int
    mention: int
    inferred: int
    months: tuple[Point, ...]
    outside: int
    undated: int
    districts: tuple[Row, ...]
    more_districts: int
    holding: Holding


async def load_years(db: Database) -> list[Point]:
    """Every school year of the archive with its articles, the oldest first."""
    return [Point(row["year"], row["articles"]) for row in (await db.execute(_YEARS)).rows]


async def load_year(db: Database, year: str) -> YearPage | None:
    """The page of a school year; None if no article names it."""
    years = [point.label for point in await load_years(db)]
    if year not in years:
        return None
    roles = {row["role"]: row for row in (await db.execute(_ROLES, {"year": year})).rows}
    months = {row["month"]: row["articles"] for row in (await db.execute(_MONTHS, {"year": year})).rows}
    curve = [Point(month, months.get(month, 0)) for month in months_of(year)]
    undated = months.pop("", 0)
    districts = (await db.execute(_DISTRICTS, {"year": year})).rows
    place = years.index(year)
    return YearPage(
        year=year,
        earlier=years[place - 1] if place else None,
        later=years[place + 1] if place + 1 < len(years) else None,
        past=_of(roles.get("past")),
        ahead=_of(roles.get("ahead")),
        mention=_of(roles.get("mention")),
        inferred=sum(row["inferred"] for row in roles.values()),
        months=tuple(curve),
        outside=sum(months.values()) - sum(point.value for point in curve),
        undated=undated,
        districts=tuple(districts[:MOST_DISTRICTS]),
        more_districts=max(0, len(districts) - MOST_DISTRICTS),
        holding=await load_holding(db, ("school_year", year)),
    )


def months_of(year: str) -> list[str]:
    """The months of a school year's curve as YYYY-MM."""
    september = int(year[:4]) * 12 + 8
    months = range(september - MONTHS_BEFORE, september + MONTHS_AFTER)
    return [f"{month // 12}-{month % 12 + 1:02}" for month in months]


def shortened(years: Sequence[Point]) -> list[Point]:
    """The same with labels for a drawing: 2019-2020 as 2019–20."""
    return [Point(f"{point.label[:4]}–{point.label[-2:]}", point.value) for point in years]


def _of(row: Row | None) -> int:
    return row["articles"] if row else 0
