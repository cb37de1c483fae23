"""The articles of a result as rows to take away: what the search found by number, with its places and years."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from archive.site.cite import Address, Citation, day_of, of_row
from archive.site.datasette_api import Database, Row
from archive.site.search import statements
from archive.site.sheets import Cell

_LINES = """
    SELECT a.n, a.id, a.title, a.url, a.source, s.name AS source_name, a.published, a.author, a.credit, a.lead,
        a.kind, a.first_seen, a.changed, a.gone_at, a.version
    FROM json_each(:ns) AS wanted CROSS JOIN articles AS a ON a.n = wanted.value
    JOIN sources AS s ON s.id = a.source ORDER BY wanted.key
"""
_TEXTS = """
    SELECT a.n, a.body, a.captions, s.show, s.rights FROM json_each(:ns) AS wanted
    CROSS JOIN articles AS a ON a.n = wanted.value JOIN sources AS s ON s.id = a.source
"""
FACETS = ("district", "province", "province_2025", "school_year")
WIDTHS: Mapping[str, int] = {
    "column.id": 14, "column.published": 12, "column.title": 60, "column.author": 20, "column.credit": 20,
    "column.source": 26, "column.districts": 24, "column.province": 18, "column.province_2025": 18,
    "column.school_years": 16, "column.lead": 60, "column.url": 40, "column.page": 40, "column.version": 46,
    "column.captured": 12, "column.gone": 12, "column.source_id": 20, "column.kind": 8,
}  # fmt: skip
"""The columns of a table of articles: message of the heading, and width in characters."""


@dataclass(frozen=True, slots=True)
class Line:
    """An article of a result: its row, its citation, and the values of its facets as (value, label)."""

    row: Row
    citation: Citation
    facets: Mapping[str, Sequence[tuple[str, str]]]

    def labels(self, facet: str) -> str:
        return "; ".join(label for _, label in self.facets.get(facet, ()))

    def values(self, facet: str) -> list[str]:
        return [value for value, _ in self.facets.get(facet, ())]


async def load_lines(db: Database, ns: Sequence[int], address: Address) -> list[Line]:
    """The articles of some numbers, in their order."""
    wanted = {"ns": json.dumps(ns)}
    facets: dict[int, dict[str, list[tuple[str, str]]]] = {}
    for row in (await db.execute(statements.FACETS_OF_ARTICLES, wanted)).rows:
        facets.setdefault(row["n"], {}).setdefault(row["facet"], []).append((row["value"], row["label"]))
    rows = (await db.execute(_LINES, wanted)).rows
    return [Line(row, of_row(row, address), facets.get(row["n"], {})) for row in rows]


async def load_records(db: Database, ns: Sequence[int], address: Address) -> list[dict[str, object]]:
    """The same as data, with the text as far as its source lets it be shown."""
    texts = {row["n"]: row for row in (await db.execute(_TEXTS, {"ns": json.dumps(ns)})).rows}
    return [_record(line, texts[line.row["n"]]) for line in await load_lines(db, ns, address)]


def cells(line: Line) -> list[Cell]:
    """An article as a row of a table, its columns those of WIDTHS. A published time is shown as its day."""
    row, cite = line.row, line.citation
    return [
        row["id"], cite.published or row["published"], row["title"], row["author"], row["credit"], row["source_name"],
        line.labels("district"), line.labels("province"), line.labels("province_2025"), line.labels("school_year"),
        row["lead"], row["url"], cite.page, cite.archive, cite.captured,
        day_of(row["gone_at"]), row["source"], row["kind"],
    ]  # fmt: skip


def _record(line: Line, text: Row) -> dict[str, object]:
    row = line.row
    return {
        "id": row["id"],
        "title": row["title"],
        "url": row["url"],
        "page": line.citation.page,
        "archive": line.citation.archive,
        "source": row["source"],
        "source_name": row["source_name"],
        "published": row["published"],
        "author": row["author"],
        "credit": row["credit"],
        "lead": row["lead"],
        "body": text["body"],
        "captions": json.loads(text["captions"]),
        "kind": row["kind"],
        "show": text["show"],
        "rights": text["rights"],
        "districts": line.values("district"),
        "provinces": line.values("province"),
        "provinces_2025": line.values("province_2025"),
        "school_years": line.values("school_year"),
        "first_seen": row["first_seen"],
        "captured": row["changed"],
        "gone_at": row["gone_at"],
        "version": row["version"],
    }
