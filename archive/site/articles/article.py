"""One article of the published database, as its page, its .json and its .txt show it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC

from archive.site.datasette_api import Database, Row
from archive.site.formats import moment_of, paragraphs, web_address
from archive.site.search.facets import FacetValue

_ARTICLE = """
    SELECT a.*, s.name AS source_name, s.show, s.rights
    FROM articles AS a JOIN sources AS s ON s.id = a.source WHERE a.id = :id
"""
_VERSION = "SELECT * FROM revisions WHERE n = :n AND version = :version"
_VERSIONS = "SELECT version, captured, capture, sha256 FROM revisions WHERE n = :n ORDER BY captured, capture"
_PLACES = """
    SELECT p.level, p.slug, p.full_name, p.province, ap.role
    FROM article_places AS ap JOIN places AS p ON p.id = ap.place
    WHERE ap.n = :n ORDER BY ap.in_title DESC, ap.count DESC, p.slug
"""
_STRUCK = "SELECT date, reason FROM withdrawals WHERE n = :n ORDER BY number"
_YEARS = "SELECT year, role, evidence FROM article_school_years WHERE n = :n ORDER BY main DESC, year"


@dataclass(frozen=True, slots=True)
class VersionEntry:
    """One version: its number from 1, when it was captured, which capture of crawl.db it is, and the SHA-256 of the
    captured bytes (None when they were not at hand at publication)."""

    version: int
    captured: str
    capture: int
    sha256: str | None


@dataclass(frozen=True, slots=True)
class Struck:
    """A passage that was withdrawn from an article: the day it was decided, and why."""

    date: str
    reason: str


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """An article with what is known of it, in its newest version or in an older one.

    `version` is the one shown, `captured` when that was first captured, `sha256` the hash of its captured bytes.
    `paragraphs` are without the lead. `roles` says of each school year what the text does with it.
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
    sha256: str | None
    versions: tuple[VersionEntry, ...]
    districts: tuple[FacetValue, ...]
    provinces: tuple[FacetValue, ...]
    school_years: tuple[FacetValue, ...]
    successor_of: tuple[FacetValue, ...]
    unnamed: frozenset[str]
    inferred: frozenset[str]
    roles: Mapping[str, str]
    struck: tuple[Struck, ...] = ()

    @property
    def shown(self) -> VersionEntry:
        """The version shown."""
        return next(entry for entry in self.versions if entry.version == self.version)

    def neighbour(self, step: int) -> VersionEntry | None:
        """The version so many before (-1) or after (1) the one shown."""
        place = self.versions.index(self.shown) + step
        return self.versions[place] if 0 <= place < len(self.versions) else None

    @property
    def wayback(self) -> str | None:
        """Where the Wayback Machine lists its copies of the page, nearest to the capture; None for no web page."""
        moment, url = moment_of(self.captured), web_address(self.url)
        return f"https://web.archive.org/web/{moment.astimezone(UTC):%Y%m%d%H%M%S}*/{url}" if moment and url else None

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
        VersionEntry(entry["version"], entry["captured"], entry["capture"], entry["sha256"])
        for entry in (await db.execute(_VERSIONS, n)).rows
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
        sha256=shown.sha256,
        versions=versions,
        districts=_places([place for place in places if place["role"] != "successor"], "district"),
        successor_of=_places([place for place in places if place["role"] == "successor"], "district"),
        provinces=_places(places, "province"),
        school_years=tuple(FacetValue(entry["year"], entry["year"], None, 0) for entry in years),
        unnamed=frozenset(entry["slug"] for entry in places if entry["role"] == "source"),
        inferred=frozenset(entry["year"] for entry in years if entry["evidence"] == "inferred"),
        struck=tuple(Struck(entry["date"], entry["reason"]) for entry in (await db.execute(_STRUCK, n)).rows),
        roles={entry["year"]: entry["role"] for entry in years},
        captions=tuple(json.loads(text["captions"])),
        **{name: text[name] for name in _TEXT},
    )


_TEXT = ("title", "url", "published", "published_from", "author", "credit", "lead", "body", "kind")


def _places(rows: Sequence[Row], level: str) -> tuple[FacetValue, ...]:
    return tuple(FacetValue(row["slug"], row["full_name"], row["province"], 0) for row in rows if row["level"] == level)
