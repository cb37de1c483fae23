"""The tables that captures live in, from version to version: crawl.db alone is migrated, the rest is derived."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path

from sqlite_utils import Database, Migrations

from archive.database import check_version, connect
from archive.errors import ArchiveError

SCHEMA_VERSION = 2
PAGE_SIZE = 8192
"""Bytes of a database page: one of SQLite's usual 4096 holds but one compressed page of 2 to 4 KB."""

migrations = Migrations("captures")


@migrations()
def m001_captures(db: Database) -> None:
    db.conn.execute("CREATE TABLE source_records (id INTEGER PRIMARY KEY, source TEXT NOT NULL, record TEXT UNIQUE)")
    db.conn.execute(
        "CREATE TABLE addresses (id INTEGER PRIMARY KEY, url TEXT NOT NULL UNIQUE, article TEXT NOT NULL, gone_at TEXT)"
    )
    db.conn.execute("CREATE INDEX addresses_article ON addresses(article)")
    db.conn.execute(
        "CREATE TABLE dictionaries (id INTEGER PRIMARY KEY, source TEXT NOT NULL, sha256 TEXT NOT NULL,"
        " content BLOB NOT NULL)"
    )
    db.conn.execute(
        "CREATE TABLE captures (id INTEGER PRIMARY KEY, record INTEGER NOT NULL REFERENCES source_records(id),"
        " address INTEGER NOT NULL REFERENCES addresses(id), url TEXT NOT NULL, final_url TEXT NOT NULL,"
        " fetched TEXT NOT NULL, status INTEGER NOT NULL, headers TEXT NOT NULL, listed TEXT, sha256 TEXT NOT NULL,"
        " size INTEGER NOT NULL, dictionary INTEGER REFERENCES dictionaries(id), body BLOB NOT NULL,"
        " UNIQUE (address, fetched, sha256))"
    )


@migrations()
def m002_files(db: Database) -> None:
    # SQLite cannot take NOT NULL off a column: the table is made anew.
    db.conn.execute(
        "CREATE TABLE addresses_2 (id INTEGER PRIMARY KEY, url TEXT NOT NULL UNIQUE, article TEXT, gone_at TEXT)"
    )
    db.conn.execute("INSERT INTO addresses_2 SELECT id, url, article, gone_at FROM addresses")
    db.conn.execute("DROP TABLE addresses")
    db.conn.execute("ALTER TABLE addresses_2 RENAME TO addresses")
    db.conn.execute("CREATE INDEX addresses_article ON addresses(article)")
    db.conn.execute("ALTER TABLE captures ADD COLUMN tls TEXT")
    db.conn.execute("ALTER TABLE captures ADD COLUMN same_as INTEGER REFERENCES captures(id)")
    db.conn.execute("CREATE INDEX dictionaries_source ON dictionaries(source)")
    db.conn.execute("CREATE INDEX captures_sha256 ON captures(sha256) WHERE same_as IS NULL")
    db.conn.execute("CREATE INDEX captures_dictionary ON captures(dictionary) WHERE same_as IS NULL")
    db.conn.execute(
        "CREATE TABLE attachments (page INTEGER NOT NULL REFERENCES captures(id), file INTEGER NOT NULL"
        " REFERENCES captures(id), place INTEGER NOT NULL, PRIMARY KEY (page, file)) WITHOUT ROWID"
    )


def open_crawl_db(path: Path, *more: Migrations) -> sqlite3.Connection:
    """Open crawl.db and bring it to the newest form, with the migrations of other owners of tables in it."""
    connection = connect(path)
    try:
        check_version(connection, path, SCHEMA_VERSION)
        _migrate(connection, (migrations, *more))
    except BaseException:
        connection.close()
        raise
    return connection


def need_captures(crawl_db: Path) -> None:
    """Raises ArchiveError when nothing was captured yet: opening the file would make an empty one."""
    if not crawl_db.exists():
        raise ArchiveError(
            crawl_db, "there are no captures yet", "run `scrapy harvest` first, or set UNION_ARCHIVE_DATA"
        )


def _migrate(connection: sqlite3.Connection, owners: Sequence[Migrations]) -> None:
    database = Database(connection)
    if not any(owner.pending(database) for owner in owners):
        return
    connection.execute("PRAGMA foreign_keys = OFF")  # a migration may make a table anew that others refer to
    connection.execute("BEGIN IMMEDIATE")
    with connection:
        for owner in owners:
            owner.apply(database)
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    connection.execute("PRAGMA foreign_keys = ON")
