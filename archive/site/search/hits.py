"""The articles of a result, as lists show them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from archive.site.datasette_api import Database, Row
from archive.site.formats import marked, shortened
from archive.site.search import statements
from archive.site.search.facets import FacetValue
from archive.site.search.request import SUCCESSOR


@dataclass(frozen=True, slots=True)
class StoryPlace:
    """Another article of the same story."""

    id: str
    source_name: str
    published: str | None


@dataclass(frozen=True, slots=True)
class Hit:
    """One article of a result. `marked_title` and `snippet` are HTML, escaped, the hits inside <mark>. `successor_of`
    are the districts in whose place the communes stand that it names, `also` the other places of its story."""

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
    successor_of: tuple[FacetValue, ...] = ()
    also: tuple[StoryPlace, ...] = ()


async def newest(db: Database, limit: int) -> tuple[Hit, ...]:
    """The newest articles; undated ones were only found lately, which is no news."""
    rows = (await db.execute(statements.NEWEST_DATED, {"limit": limit})).rows
    return await load_hits(db, rows)


async def load_hits(db: Database, found: Sequence[Row]) -> tuple[Hit, ...]:
    """The articles of some rows (n; title and snippet where words were searched for), in their order."""
    if not found:
        return ()
    ns = {"ns": json.dumps([row["n"] for row in found])}
    marks = {row["n"]: row for row in found if "snippet" in row.keys()}  # noqa: SIM118 - sqlite3.Row iterates values
    facets: dict[tuple[int, str], list[FacetValue]] = {}
    for row in (await db.execute(statements.FACETS_OF_ARTICLES, ns)).rows:
        value = FacetValue(row["value"], row["label"], None, 0)
        facets.setdefault((row["n"], row["facet"]), []).append(value)
    also: dict[int, list[StoryPlace]] = {}
    for row in (await db.execute(statements.PLACES_OF_STORIES, ns)).rows:
        also.setdefault(row["n"], []).append(StoryPlace(row["id"], row["source_name"], row["published"]))
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
            successor_of=tuple(facets.get((row["n"], SUCCESSOR), ())),
            also=tuple(also.get(row["n"], ())),
        )
        for row in (await db.execute(statements.ARTICLES, ns)).rows
    )
