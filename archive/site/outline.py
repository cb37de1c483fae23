"""The archive at a glance: what the home page and the about page list."""

from collections.abc import Mapping, Sequence

from archive.site.datasette_api import Database, Row
from archive.site.request import PARAMETERS
from archive.site.search import FacetValue, facet_value, in_order

_FACETS = "SELECT id, facet, value, label, hint, articles FROM facet_counts"
_SOURCES = "SELECT id, name, site, articles, last_run FROM sources ORDER BY id"


async def facets(db: Database) -> Mapping[str, Sequence[FacetValue]]:
    """Everything articles can be narrowed to, by parameter, with the counts of the whole archive."""
    rows = (await db.execute(_FACETS)).rows
    return {
        parameter: in_order(facet, [facet_value(row) for row in rows if row["facet"] == facet])
        for parameter, facet in PARAMETERS.items()
    }


async def known_value(db: Database, parameter: str, value: str) -> bool:
    """Whether any article has this value."""
    sql = "SELECT 1 FROM facet_counts WHERE facet = :facet AND value = :value"
    return (await db.execute(sql, {"facet": PARAMETERS[parameter], "value": value})).first() is not None


async def sources(db: Database) -> Sequence[Row]:
    """The sources with what a reader may know of them."""
    return (await db.execute(_SOURCES)).rows
