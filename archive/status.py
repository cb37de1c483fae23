"""What the archive holds and how its sources fare, from the databases alone."""

from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from archive.database import connect_read_only
from archive.runs import latest_runs


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """One source: what is kept of it, and its last run (None where it never ran)."""

    id: str
    name: str
    articles: int
    undated: int
    districts: int
    school_years: int
    last_run: str | None
    state: str | None
    reason: str | None
    pages: int | None
    seconds: float | None


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
SELECT count(*) AS articles, count(*) - count(published) AS undated, sum(revisions) AS revisions,
    count(gone_at) AS gone,
    (SELECT count(DISTINCT code || valid_to) FROM article_places WHERE level = 'district') AS districts,
    (SELECT count(DISTINCT year) FROM article_school_years) AS school_years
FROM articles
"""
_SOURCES = """
SELECT id, name,
    (SELECT count(*) FROM articles WHERE source = sources.id) AS articles,
    (SELECT count(*) FROM articles WHERE source = sources.id AND published IS NULL) AS undated,
    (SELECT count(DISTINCT code || valid_to) FROM article_places JOIN articles ON articles.id = article
        WHERE articles.source = sources.id AND level = 'district') AS districts,
    (SELECT count(DISTINCT year) FROM article_school_years JOIN articles ON articles.id = article
        WHERE articles.source = sources.id) AS school_years
FROM sources ORDER BY id
"""


def status(archive_db: Path, crawl_db: Path) -> Status:
    """Count the archive. Raises ArchiveError when there is none."""
    with closing(connect_read_only(archive_db)) as connection:
        counts = dict(connection.execute(_COUNTS).fetchone())
        kept = [dict(row) for row in connection.execute(_SOURCES)]
    runs = latest_runs(crawl_db)
    nothing = {"articles": 0, "undated": 0, "districts": 0, "school_years": 0}
    kept += [{"id": source, "name": source, **nothing} for source in sorted(runs.keys() - {row["id"] for row in kept})]
    sources = [
        SourceStatus(
            **row,
            last_run=run.ended if run else None,
            state=run.state if run else None,
            reason=run.reason if run else None,
            pages=run.pages if run else None,
            seconds=run.seconds if run else None,
        )
        for row in kept
        for run in [runs.get(row["id"])]
    ]
    return Status(**(counts | {"revisions": counts["revisions"] or 0}), sources=sources)
