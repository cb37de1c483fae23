"""What bake.sql expects to find beside the archive: functions, and temporary tables of what no table of it says."""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import asdict
from datetime import UTC
from pathlib import Path

from archive.annotate import gazetteer
from archive.database import connect_read_only
from archive.health import Health
from archive.reprints import Reprints
from archive.site.articles.captured import captured_hashes
from archive.site.formats import VIETNAM, moment_of, shortened
from archive.site.search.place_names import name_rows
from archive.site.search.terms import indexed
from archive.source_ids import crawled_records
from archive.sources import Source
from archive.text import fold
from archive.units import district_slugs, write_units

EXCERPT_CHARACTERS = 300


def prepare(
    db: sqlite3.Connection,
    archive_db: Path,
    crawl_db: Path | None,
    health: dict[str, Health],
    records: Iterable[Source],
) -> None:
    """Make them on the connection of a new publication, to which the archive is attached. `records`: those of now."""
    for name, arguments, function in (
        ("fold", 1, fold),
        ("slug", 1, gazetteer.slugify),
        ("moment", 2, _moment),
        ("vietnam_day", 1, _vietnam_day),
        ("indexed", 2, indexed),
        ("home_name", 1, _home_name),
        ("home_province", 1, _home_province),
        ("shown_lead", 3, lambda *text: shown_text(*text)[0]),
        ("shown_body", 3, lambda *text: shown_text(*text)[1]),
    ):
        db.create_function(name, arguments, function, deterministic=True)
    write_units(db)
    db.execute("""
        CREATE TEMP TABLE health (source TEXT PRIMARY KEY, last_run TEXT, state TEXT, reason TEXT, warnings TEXT,
            with_title REAL, with_date REAL, with_body REAL)
    """)
    db.executemany("INSERT INTO temp.health VALUES (?, ?, ?, ?, ?, ?, ?, ?)", _health(health))
    db.execute("""
        CREATE TEMP TABLE crawled (id TEXT PRIMARY KEY, name TEXT, home TEXT, family TEXT, site TEXT, sample INTEGER,
            rights TEXT, show TEXT)
    """)
    db.executemany("INSERT INTO temp.crawled VALUES (?, ?, ?, ?, ?, ?, ?, ?)", _crawled(crawl_db))
    db.execute("CREATE TEMP TABLE records (id TEXT PRIMARY KEY, name TEXT, rights TEXT, show TEXT)")
    db.executemany("INSERT INTO temp.records VALUES (?, ?, ?, ?)", ((s.id, s.name, s.rights, s.show) for s in records))
    db.execute("CREATE TEMP TABLE captured (capture INTEGER PRIMARY KEY, fetched TEXT, sha256 TEXT)")
    db.executemany("INSERT INTO temp.captured VALUES (?, ?, ?)", captured_hashes(crawl_db))
    db.execute("CREATE TEMP TABLE nearest (article TEXT, other TEXT, shared INTEGER, here REAL, there REAL)")
    with closing(connect_read_only(archive_db)) as archive:
        pairs = ((r.article, r.other, r.shared, r.here, r.there) for r in Reprints(archive).nearest())
        db.executemany("INSERT INTO temp.nearest VALUES (?, ?, ?, ?, ?)", pairs)
    db.execute("""
        CREATE TEMP TABLE gazetteer (level TEXT, code TEXT, valid_to TEXT, slug TEXT, name TEXT, type TEXT,
            full_name TEXT, province_code TEXT, province TEXT, province_2025_code TEXT, province_2025 TEXT,
            PRIMARY KEY (level, code, valid_to))
    """)
    db.executemany("INSERT INTO temp.gazetteer VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", _gazetteer())
    db.execute("CREATE TEMP TABLE names (key, name, level, kind, code, valid_to, full_name, hint, current)")
    db.executemany("INSERT INTO temp.names VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", name_rows())


def shown_text(show: str, lead: str | None, body: str) -> tuple[str | None, str]:
    """Lead and body as far as the source lets them be shown: full, an excerpt, or only the record."""
    if show == "record":
        return None, ""
    if show == "excerpt":
        return lead, lead or shortened(body, EXCERPT_CHARACTERS)
    return lead, body


def _health(health: dict[str, Health]) -> Iterator[tuple[object, ...]]:
    """The rows of temp.health."""
    for source, found in health.items():
        run, fill = found.last, found.fill
        warnings = json.dumps([asdict(warning) for warning in found.warnings], ensure_ascii=False)
        last = (run.ended, run.state, run.reason) if run else (None, None, None)
        yield source, *last, warnings, *((fill.title, fill.date, fill.body) if fill else (None, None, None))


def _crawled(crawl_db: Path | None) -> Iterator[tuple[object, ...]]:
    """The rows of temp.crawled."""
    for record in crawled_records(crawl_db).values() if crawl_db else ():
        s = Source.from_json(record)
        yield s.id, s.name, s.home, s.family, s.site, s.sample, s.rights, s.show


def _gazetteer() -> Iterator[tuple[str, ...]]:
    """The rows of temp.gazetteer."""
    for d, slug in district_slugs():
        yield ("district", d.code, d.valid_to, slug, d.name, d.type, d.full_name,
               d.province_code, d.province, d.province_2025_code, d.province_2025)  # fmt: skip
    for p in gazetteer.all_provinces():
        yield ("province", p.code, p.valid_to, p.slug, p.name, p.type, p.full_name,
               p.code, p.name, p.province_2025_code, p.province_2025)  # fmt: skip


def _home_name(home: str | None) -> str | None:
    """The district or province a source is at home in; None for a national one."""
    place = gazetteer.district(home or "") or gazetteer.province(home or "")
    return place.full_name if place else None


def _home_province(home: str | None) -> str | None:
    province = gazetteer.province(gazetteer.home_province(home))
    return province.name if province else None


def _vietnam_day(moment: str | None) -> str:
    """The day (ISO) in Vietnam of a date or time, "" where there is none."""
    found = moment_of(moment)
    return found.astimezone(VIETNAM).date().isoformat() if found else ""


def _moment(published: str | None, first_seen: str) -> str:
    """When an article stands in time, comparable: its date, or the first capture of one without a date."""
    moment = moment_of(published) or moment_of(first_seen)
    return moment.astimezone(UTC).isoformat() if moment else ""
