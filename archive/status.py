"""What the archive holds and how its sources fare, from the databases alone."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from archive.database import connect_read_only, explained
from archive.health import Health, HealthWarning, read_health
from archive.runs import Fill


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """One source: what is kept of it, its last run (None where it never ran), what its newest pages held (None where
    no run read any), and its warnings."""

    id: str
    name: str
    articles: int
    undated: int
    last_article: str | None
    districts: int
    school_years: int
    last_run: str | None
    state: str | None
    reason: str | None
    pages: int | None
    new: int | None
    seconds: float | None
    rates: Fill | None
    warnings: tuple[HealthWarning, ...]

    @property
    def remarks(self) -> Iterator[str]:
        """What an operator should do something about: one line each, cause and cure."""
        for warning in self.warnings:
            yield f"{self.id}: {warning.detail}; {warning.cure}"
        if self.state == "failed" and not {"blocked", "failing"} & {warning.kind for warning in self.warnings}:
            yield f"{self.id}: the last run failed: {self.reason}; look at that address, it is asked again next run"


@dataclass(frozen=True, slots=True)
class Status:
    """The whole archive."""

    articles: int
    undated: int
    revisions: int
    gone: int
    districts: int
    school_years: int
    sources: list[SourceStatus]

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


_COUNTS = """
SELECT count(*) AS articles, count(*) - count(published) AS undated, coalesce(sum(revisions), 0) AS revisions,
    count(gone_at) AS gone,
    (SELECT count(DISTINCT code || valid_to) FROM article_places
        WHERE level = 'district' AND role <> 'successor') AS districts,
    (SELECT count(DISTINCT year) FROM article_school_years) AS school_years
FROM articles
"""
_SOURCES = """
SELECT id, name,
    (SELECT count(*) FROM articles WHERE source = sources.id) AS articles,
    (SELECT count(*) FROM articles WHERE source = sources.id AND published IS NULL) AS undated,
    (SELECT max(published) FROM articles WHERE source = sources.id) AS last_article,
    (SELECT count(DISTINCT code || valid_to) FROM article_places JOIN articles ON articles.id = article
        WHERE articles.source = sources.id AND level = 'district' AND role <> 'successor') AS districts,
    (SELECT count(DISTINCT year) FROM article_school_years JOIN articles ON articles.id = article
        WHERE articles.source = sources.id) AS school_years
FROM sources ORDER BY id
"""
_NO_COUNTS = {"articles": 0, "undated": 0, "revisions": 0, "gone": 0, "districts": 0, "school_years": 0}
_NOTHING_KEPT = {"articles": 0, "undated": 0, "last_article": None, "districts": 0, "school_years": 0}


def status(archive_db: Path, crawl_db: Path, *, now: datetime | None = None) -> Status:
    """Count the archive and judge its sources as of `now` (an aware time; None: this moment).

    A source that was run is listed also when nothing is kept of it. Raises ArchiveError when there is neither an
    archive nor a run.
    """
    with explained(archive_db):
        health = read_health(crawl_db, archive_db, now=now or datetime.now(UTC))
        counts, kept = (_NO_COUNTS, {}) if health and not archive_db.exists() else _counted(archive_db)
    sources = [
        _source({"id": source, "name": source, **_NOTHING_KEPT} | kept.get(source, {}), found)
        for source, found in health.items()
    ]
    return Status(**counts, sources=sources)


def _counted(archive_db: Path) -> tuple[dict[str, int], dict[str, dict[str, Any]]]:
    """The counts of the whole, and those of each source by id."""
    with closing(connect_read_only(archive_db)) as connection:
        counts = dict(connection.execute(_COUNTS).fetchone())
        return counts, {row["id"]: dict(row) for row in connection.execute(_SOURCES)}


def _source(kept: dict[str, Any], health: Health) -> SourceStatus:
    run = health.last
    return SourceStatus(
        **kept,
        last_run=run.ended if run else None,
        state=run.state if run else None,
        reason=run.reason if run else None,
        pages=run.pages if run else None,
        new=run.new if run else None,
        seconds=run.seconds if run else None,
        rates=health.fill,
        warnings=health.warnings,
    )
