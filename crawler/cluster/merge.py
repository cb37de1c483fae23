"""A shard into crawl.db: everything it has that is news, in one transaction; merged again, it changes nothing."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from archive.captures import CaptureStore, open_crawl_db
from archive.database import explained
from archive.errors import DamagedError
from crawler.tables import migrations

# Of two rows of an article the one that was asked for last, then the one that failed more, is put off for longer.
_FRONTIER = """
INSERT INTO frontier (article, source, url, state, reason, listed, published, etag, last_modified, first_seen, fetched,
    missing_since, fails, dated, due, sha256)
SELECT article, source, url, state, reason, listed, published, etag, last_modified, first_seen, fetched,
    missing_since, fails, dated, due, sha256 FROM shard.frontier WHERE true ORDER BY shard.frontier.rowid
ON CONFLICT (article) DO UPDATE SET url = excluded.url, state = excluded.state, reason = excluded.reason,
    published = excluded.published, etag = excluded.etag, last_modified = excluded.last_modified,
    fetched = excluded.fetched, missing_since = excluded.missing_since, fails = excluded.fails, dated = excluded.dated,
    due = excluded.due, sha256 = excluded.sha256
WHERE (coalesce(excluded.fetched, ''), excluded.fails, coalesce(excluded.due, ''))
    > (coalesce(frontier.fetched, ''), frontier.fails, coalesce(frontier.due, ''))
"""
# What a later listing tells of the date changes nothing else of a row.
_DATES = """
UPDATE frontier SET listed = coalesce(frontier.listed, theirs.listed), dated = coalesce(frontier.dated, theirs.dated)
FROM shard.frontier AS theirs WHERE theirs.article = frontier.article
    AND (frontier.listed IS NULL AND theirs.listed IS NOT NULL OR frontier.dated IS NULL AND theirs.dated IS NOT NULL)
"""
_WALKS = "INSERT OR IGNORE INTO walks SELECT * FROM shard.walks"
_LISTINGS = """
INSERT INTO listings SELECT * FROM shard.listings WHERE true
ON CONFLICT (source, url) DO UPDATE SET etag = excluded.etag, last_modified = excluded.last_modified
WHERE (etag, last_modified) IS NOT (excluded.etag, excluded.last_modified)
"""
_MISSING_FILES = """
INSERT INTO missing_files SELECT * FROM shard.missing_files WHERE true
ON CONFLICT (source, url) DO UPDATE SET fails = excluded.fails, reason = excluded.reason
WHERE excluded.fails > missing_files.fails
"""
_RUNS = """
INSERT INTO runs (source, started, ended, state, reason, requests, pages, bytes, new, edited, unchanged, refused,
    failed, not_modified, gone, read, titled, dated, bodied, body_length)
SELECT source, started, ended, state, reason, requests, pages, bytes, new, edited, unchanged, refused,
    failed, not_modified, gone, read, titled, dated, bodied, body_length FROM shard.runs AS theirs
WHERE NOT EXISTS (SELECT 1 FROM main.runs AS ours WHERE ours.source = theirs.source AND ours.started = theirs.started)
ORDER BY theirs.id
"""
# Only what the crawl has marked, and only where the mark is still the one it knew.
_GONE = """
UPDATE addresses SET gone_at = theirs.gone_at
FROM shard.addresses AS theirs JOIN shard.seeded_addresses AS seeded ON seeded.url = theirs.url
WHERE theirs.url = addresses.url AND theirs.gone_at IS NOT seeded.gone_at AND addresses.gone_at IS seeded.gone_at
"""
_TEXTS = "INSERT OR IGNORE INTO texts SELECT * FROM shard.texts"
STATEMENTS = (_FRONTIER, _DATES, _WALKS, _LISTINGS, _MISSING_FILES, _RUNS, _GONE)


@dataclass(frozen=True, slots=True)
class Merged:
    """What a shard brought: its pages, and how many of them were not home yet."""

    pages: int
    new: int


def merge(shard: Path, crawl_db: Path) -> Merged:
    """Take what a shard has into crawl.db; all of it or, when it is damaged, nothing. Raises ArchiveError,
    DamagedError where that is the shard's.

    Captures go through CaptureStore, which compresses them with the newest dictionary there and stores bytes that are
    home already but once; frontier, walks, listings, runs and marks of gone addresses are rows that know their age.
    """
    return _merge(shard, crawl_db, STATEMENTS)


def adopt(left: Path, seed: Path) -> Merged:
    """Take what an earlier crawl of the host left on this machine into a seed. Raises ArchiveError."""
    return _merge(left, seed, (*STATEMENTS, _TEXTS))


def _merge(shard: Path, crawl_db: Path, statements: tuple[str, ...]) -> Merged:
    _need_whole(shard)
    with (
        explained(crawl_db),
        closing(open_crawl_db(shard, migrations)) as theirs,
        closing(open_crawl_db(crawl_db, migrations)) as ours,
    ):
        ours.execute("ATTACH ? AS shard", (str(shard),))
        there, home = CaptureStore(theirs), CaptureStore(ours)
        pages = there.page_ids()
        ours.execute("BEGIN IMMEDIATE")
        with ours:
            before = _captures(home)
            for page in sorted(pages):
                home.put(there.get(page), there.files_of(page))
            new = _captures(home) - before
            for statement in statements:
                ours.execute(statement)
        return Merged(len(pages), new)


def _need_whole(shard: Path) -> None:
    try:
        with closing(sqlite3.connect(shard)) as connection:
            (fault,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.DatabaseError as error:
        fault = str(error)
    if fault != "ok":
        raise DamagedError(shard, f"the shard is damaged ({fault})", "crawl its host again")


def _captures(store: CaptureStore) -> int:
    return int(store.connection.execute("SELECT count(*) FROM captures").fetchone()[0])
