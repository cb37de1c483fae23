"""What a crawl of one host needs of the archive, in a file of crawl.db's own form: its frontier, and no captures but
the files of the articles whose turn has come."""

import json
import sqlite3
from collections.abc import Iterable
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import urlsplit

from archive.addresses import bare_host, canonical
from archive.captures import CaptureStore, open_crawl_db
from archive.database import explained
from archive.errors import DamagedError
from archive.folder import DataFolder
from archive.sources import Source
from crawler.cluster.task import TABLES, Task, put_task
from crawler.frontier import Frontier
from crawler.tables import migrations

# Of all sources that the host ever had: one that is not crawled now may have named the same articles.
_FRONTIER = (
    "INSERT INTO frontier SELECT * FROM home.frontier WHERE source IN (SELECT value FROM json_each(:ids))"
    " ORDER BY home.frontier.rowid",
    "INSERT INTO walks SELECT * FROM home.walks WHERE source IN (SELECT value FROM json_each(:ids))",
    "INSERT INTO listings SELECT * FROM home.listings WHERE source IN (SELECT value FROM json_each(:ids))",
    "INSERT INTO missing_files SELECT * FROM home.missing_files WHERE source IN (SELECT value FROM json_each(:ids))",
)
# An address keeps the article it first named; '0' follows '/' in ASCII, so that this is a range of its index.
_ADDRESSES = (
    "INSERT OR IGNORE INTO addresses (url, article, gone_at) SELECT url, article, gone_at FROM home.addresses"
    " WHERE url >= :site || '/' AND url < :site || '0' ORDER BY id"
)
_SEEDED = "INSERT INTO seeded_addresses SELECT url, gone_at FROM addresses"
_TEXTS = """
    INSERT INTO texts SELECT ingested.article, hash, coalesce(articles.source, w.source) AS whose,
        max(captured), capture
    FROM articles.ingested LEFT JOIN articles.articles ON articles.id = ingested.article
        LEFT JOIN articles.withdrawals AS w ON w.article = ingested.article AND w.passage = ''
    WHERE hash IS NOT NULL AND whose IN (SELECT value FROM json_each(:ids)) GROUP BY ingested.article, hash
"""
_WITHDRAWN = "INSERT INTO withdrawn SELECT article FROM articles.withdrawals WHERE passage = ''"
_FILES = """
    SELECT DISTINCT file FROM attachments WHERE page IN (SELECT id FROM captures WHERE address IN (
        SELECT id FROM addresses WHERE url IN (SELECT value FROM json_each(?)))) ORDER BY file
"""


def hosts_of(sources: Iterable[Source]) -> dict[str, tuple[Source, ...]]:
    """The sources by host, each as `bare_host` gives it, in their order."""
    hosts: dict[str, tuple[Source, ...]] = {}
    for source in sources:
        host = host_of(source)
        hosts[host] = (*hosts.get(host, ()), source)
    return hosts


def host_of(source: Source) -> str:
    return bare_host(urlsplit(source.site).netloc)


def captured_records(crawl_db: Path) -> list[Source]:
    """The records that captures were stored under. Raises ArchiveError."""
    with explained(crawl_db), closing(open_crawl_db(crawl_db, migrations)) as connection:
        rows = connection.execute("SELECT record FROM source_records").fetchall()
    return [Source.from_json(row["record"]) for row in rows]


def make_seed(folder: DataFolder, task: Task, records: Iterable[Source], path: Path) -> None:
    """Write the seed of a task to a new file. `records` are those that its host has or had. Raises ArchiveError."""
    known = (*task.sources, *records)
    ids = {"ids": json.dumps(sorted({source.id for source in known}))}
    with explained(path), closing(open_crawl_db(path, migrations)) as seed:
        for name, database in (("home", folder.crawl_db), ("articles", folder.archive_db)):
            seed.execute(f"ATTACH ? AS {name}", (str(database),))
        with seed:
            for statement in TABLES:
                seed.execute(statement)
            for statement in _FRONTIER:
                seed.execute(statement, ids)
            for site in sorted({source.site.rstrip("/") for source in known}):
                seed.execute(_ADDRESSES, {"site": site})
            seed.execute(_SEEDED)
            seed.execute(_TEXTS, ids)
            seed.execute(_WITHDRAWN)
            put_task(seed, task)
            for source in task.sources:
                _put_files(seed, folder.crawl_db, source, full=task.full)
        seed.execute("PRAGMA main.journal_mode = DELETE")  # one file, to be sent


def _put_files(seed: sqlite3.Connection, crawl_db: Path, source: Source, *, full: bool) -> None:
    """The files of the articles that this run will ask for: those that are there are not fetched again."""
    there, frontier = CaptureStore(seed), Frontier(crawl_db, source)
    with closing(frontier):
        asked = frontier.everything() if full else frontier.revisits()
        urls = json.dumps([canonical(known.url, source) for known in asked])
        for row in frontier.connection.execute(_FILES, (urls,)).fetchall():
            with suppress(DamagedError):  # as at home: it is fetched again, or was erased
                there.put_file(frontier.captures.get(row["file"]))
