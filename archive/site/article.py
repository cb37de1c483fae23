"""One article of the published database, as its page, its .json and its .txt show it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from archive.site.datasette_api import Database, Row
from archive.site.facets import FacetValue
from archive.site.formats import paragraphs

_ARTICLE = """
    SELECT a.*, s.name AS source_name, s.show, s.rights
    FROM articles AS a JOIN sources AS s ON s.id = a.source WHERE a.id = :id
"""
_VERSION = "SELECT * FROM revisions WHERE n = :n AND version = :version"
_VERSIONS = "SELECT version, captured FROM revisions WHERE n = :n ORDER BY version"
_PLACES = """
    SELECT p.level, p.slug, p.full_name, p.province, ap.role
    FROM article_places AS ap JOIN places AS p ON p.id = ap.place
    WHERE ap.n = :n ORDER BY ap.in_title DESC, ap.count DESC, p.slug
"""
_YEARS = "SELECT year, evidence FROM article_school_years WHERE n = :n ORDER BY main DESC, year"


@dataclass(frozen=True, slots=True)
class VersionEntry:
    """One line of the list of versions: its number from 1, and when it was captured."""

    version: int
    captured: str


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """An article with what is known of it, in its newest version or in an older one.

    `version` is the one shown, `captured` when that was first captured. `paragraphs` are without the lead.
    `successor_of` are the districts in whose place the communes stand that it names; `unnamed` are the slugs of
    districts that only the source suggests, `inferred` the school years that only the date does: what the archive is
    less sure of. `show` is the source's wish: full, excerpt or record; the text was cut to it when it was published.
    """

    id: str
    title: str
    url: str
    source: str
    source_name: str
    show: str
    rights: str | None
    published: str | None
    published_from: str | None
    author: str | None
    credit: str | None
    lead: str | None
    body: str
    captions: tuple[str, ...]
    kind: str
    first_seen: str
    changed: str
    gone_at: str | None
    version: int
    captured: str
    versions: tuple[VersionEntry, ...]
    districts: tuple[FacetValue, ...]
    provinces: tuple[FacetValue, ...]
    school_years: tuple[FacetValue, ...]
    successor_of: tuple[FacetValue, ...]
    unnamed: frozenset[str]
    inferred: frozenset[str]

    @property
    def paragraphs(self) -> list[str]:
        return paragraphs(self.body, self.lead)

    @property
    def is_newest(self) -> bool:
        return self.version == self.versions[-1].version


async def load_article(db: Database, identifier: str, version: int | None = None) -> ArticlePage | None:
    """The article of an id, in its newest version or the given one; None when there is none."""
    row = (await db.execute(_ARTICLE, {"id": identifier})).first()
    if row is None:
        return None
    n = {"n": row["n"]}
    versions = tuple(
        VersionEntry(entry["version"], entry["captured"]) for entry in (await db.execute(_VERSIONS, n)).rows
    )
    text: Row | None = row
    if version is not None:
        text = (await db.execute(_VERSION, {**n, "version": version})).first()
    if text is None:
        return None
    shown = next((entry for entry in versions if entry.version == version), versions[-1])
    places = (await db.execute(_PLACES, n)).rows
    years = (await db.execute(_YEARS, n)).rows
    return ArticlePage(
        id=row["id"],
        source=row["source"],
        source_name=row["source_name"],
        show=row["show"],
        rights=row["rights"],
        first_seen=row["first_seen"],
        changed=row["changed"],
        gone_at=row["gone_at"],
        version=shown.version,
        captured=shown.captured,
        versions=versions,
        districts=_places([place for place in places if place["role"] != "successor"], "district"),
        successor_of=_places([place for place in places if place["role"] == "successor"], "district"),
        provinces=_places(places, "province"),
        school_years=tuple(FacetValue(entry["year"], entry["year"], None, 0) for entry in years),
        unnamed=frozenset(entry["slug"] for entry in places if entry["role"] == "source"),
        inferred=frozenset(entry["year"] for entry in years if entry["evidence"] == "inferred"),
        captions=tuple(json.loads(text["captions"])),
        **{name: text[name] for name in _TEXT},
    )


_TEXT = ("title", "url", "published", "published_from", "author", "credit", "lead", "body", "kind")


def _places(rows: Sequence[Row], level: str) -> tuple[FacetValue, ...]:
    return tuple(FacetValue(row["slug"], row["full_name"], row["province"], 0) for row in rows if row["level"] == level)
