"""The archive at a glance: what the home page lists, and the sources with how each of them fares."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from archive.site.datasette_api import Database, Row
from archive.site.formats import web_address
from archive.site.search.facets import FacetValue, facet_value
from archive.site.search.request import SearchRequest
from archive.text import fold

_FREQUENT = """
    SELECT id, facet, value, label, hint, articles FROM facet_counts WHERE facet = :facet
    ORDER BY articles DESC, value LIMIT :limit
"""
_SOURCES = """
    SELECT id, name, home, home_name, home_province, site, articles, undated, first_article, last_article, last_run,
        state, warnings
    FROM sources WHERE (:ids IS NULL OR id IN (SELECT value FROM json_each(:ids)))
    AND (:homes IS NULL OR home IN (SELECT value FROM json_each(:homes)))
"""

FOLLOWED = "followed"
"""The condition of a source without a warning."""
_ENDURING = ("blocked", "failing", "silent", "not run lately")
"""The conditions whose beginning tells a reader from when on news may be missing."""


@dataclass(frozen=True, slots=True)
class Condition:
    """How a source fares: `followed`, `no_article`, `last_failed` or the kind of a warning (archive.health) in one
    word, and since when if told."""

    name: str
    since: str | None = None


@dataclass(frozen=True, slots=True)
class SourceEntry:
    """One source as a reader sees it. `home` is the code of its district or province, `place` the name, `site` None
    when no browser may follow it, `first` and `last` the dates of its oldest and newest dated article, `looked` when
    it was last crawled."""

    id: str
    name: str
    home: str | None
    place: str | None
    province: str | None
    site: str | None
    articles: int
    undated: int
    first: str | None
    last: str | None
    looked: str | None
    conditions: tuple[Condition, ...]

    @property
    def host(self) -> str:
        return urlsplit(self.site or "").netloc

    @property
    def search(self) -> str:
        """The address of the search for its articles."""
        return SearchRequest.everything().with_value("nguon", self.id).address()


async def frequent(db: Database, facet: str, limit: int) -> Sequence[FacetValue]:
    """The values of a facet that most articles have."""
    rows = (await db.execute(_FREQUENT, {"facet": facet, "limit": limit})).rows
    return [facet_value(row) for row in rows]


async def sources(
    db: Database, ids: Sequence[str] | None = None, homes: Sequence[str] | None = None
) -> list[SourceEntry]:
    """The sources, the national ones first, then by province and name as folded words sort; if given, only those of
    some ids, or at home in units of some codes."""
    wanted = {"ids": None if ids is None else json.dumps(ids), "homes": None if homes is None else json.dumps(homes)}
    entries = [_entry(row) for row in (await db.execute(_SOURCES, wanted)).rows]
    return sorted(entries, key=lambda entry: (fold(entry.province or ""), fold(entry.name), entry.id))


def _entry(row: Row) -> SourceEntry:
    return SourceEntry(
        id=row["id"],
        name=row["name"],
        home=row["home"],
        place=row["home_name"],
        province=row["home_province"],
        site=web_address(row["site"]),
        articles=row["articles"],
        undated=row["undated"],
        first=row["first_article"],
        last=row["last_article"],
        looked=row["last_run"],
        conditions=_conditions(row),
    )


def _conditions(row: Row) -> tuple[Condition, ...]:
    """What is wrong; of a source without an article also that, and that its one visit failed."""
    found = tuple(map(_condition, json.loads(row["warnings"])))
    if row["articles"]:
        return found or (Condition(FOLLOWED),)
    if row["state"] == "failed" and not {"blocked", "failing"} & {condition.name for condition in found}:
        found = (Condition("last_failed", row["last_run"]), *found)
    return (*found, Condition("no_article"))


def _condition(warning: Mapping[str, str | None]) -> Condition:
    kind = warning["kind"] or ""
    return Condition(kind.replace(" ", "_"), warning["since"] if kind in _ENDURING else None)
