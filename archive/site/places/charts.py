"""The charts of /bieu-do: what each counts, as points for a drawing, rows for a table and lines of a CSV file."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from archive.site.datasette_api import Database
from archive.site.places.svg import Point
from archive.site.search.request import SearchRequest
from archive.site.sheets import BOM, Cell, csv_rows

MOST = 20
"""Bars of a chart that could have hundreds; its CSV has all."""

Shape = Literal["columns", "curve", "rows"]


@dataclass(frozen=True, slots=True)
class Kind:
    """A chart that can be asked for: its SQL gives label, value and, where there is one, what to search for by
    `parameter` or the slug to show under `path`."""

    shape: Shape
    sql: str
    path: str | None = None
    parameter: str | None = None


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "nam": Kind(
            "columns",
            "SELECT substr(month, 1, 4) AS label, sum(articles) AS value, substr(month, 1, 4) AS target FROM monthly"
            " WHERE month <> '' GROUP BY label ORDER BY label",
            parameter="nam",
        ),
        "nam-hoc": Kind(
            "curve",
            "SELECT value AS label, articles AS value, value AS target FROM facet_counts"
            " WHERE facet = 'school_year' ORDER BY label",
            path="/nam-hoc/",
        ),
        "huyen": Kind(
            "rows",
            "SELECT label || iif(hint IS NULL, '', ', ' || hint) AS label, articles AS value, value AS target"
            " FROM facet_counts WHERE facet = 'district' ORDER BY articles DESC, target",
            path="/huyen/",
        ),
        "nguon": Kind(
            "rows",
            "SELECT name AS label, articles AS value, id AS target FROM sources WHERE articles > 0"
            " ORDER BY articles DESC, id",
            parameter="nguon",
        ),
        "don-vi": Kind(
            "rows",
            "SELECT unit AS label, sum(figures) AS value, NULL AS target FROM figure_units"
            " GROUP BY unit ORDER BY value DESC, unit",
        ),
    }
)
"""By the name in the address, in the order of the page."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a chart's table; `address` leads to what it counts."""

    label: str
    value: int
    address: str | None


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart: its lines (of `rows` the highest MOST) and how many there are in all."""

    name: str
    shape: Shape
    lines: tuple[Line, ...]
    whole: int

    @property
    def points(self) -> list[Point]:
        """For the drawing; a school year is shortened to 2019–20."""
        if self.name == "nam-hoc":
            return [Point(f"{line.label[:4]}–{line.label[-2:]}", line.value) for line in self.lines]
        return [Point(line.label, line.value) for line in self.lines]


async def load_chart(db: Database, name: str, *, whole: bool = False) -> Chart | None:
    """A chart by its name, with all its lines if so wanted; None if there is no such chart."""
    kind = KINDS.get(name)
    if kind is None:
        return None
    rows = (await db.execute(kind.sql)).rows
    shown = rows if whole or kind.shape != "rows" else rows[:MOST]
    lines = tuple(Line(row["label"], row["value"], _address(kind, row["target"])) for row in shown)
    return Chart(name, kind.shape, lines, len(rows))


def as_csv(chart: Chart, label: str, value: str) -> str:
    """A chart as CSV under two headings."""
    rows: list[list[Cell]] = [[line.label, line.value] for line in chart.lines]
    return BOM + csv_rows([[label, value], *rows])


def _address(kind: Kind, target: str | None) -> str | None:
    if target is None:
        return None
    if kind.path:
        return kind.path + target
    return SearchRequest.everything().with_value(kind.parameter or "", target).address()
