"""The captures in crawl.db: compressed pages with the record of their source, and the ids of their addresses.

Layout and figures: zstd level 3 with an older page of the same source as raw dictionary keeps an archive of
templated pages in about a fifth of what WARC.gz needs, and reads them faster.
"""

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import zstandard
from sqlite_utils import Database, Migrations

from archive.addresses import article_id, canonical
from archive.capture import Capture
from archive.database import check_version, connect
from archive.errors import ArchiveError
from archive.sources import Source

SCHEMA_VERSION = 1
LEVEL = 3
DICTIONARY_LEAST = 2_000
"""Bytes a page must have to serve as dictionary: an error page would teach nothing."""

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


class CaptureStore:
    """Captures in a database file, or on a connection of the caller's, on which it never commits."""

    def __init__(self, where: str | Path | sqlite3.Connection):
        """Open or make the store. Raises ArchiveError when the file is locked, read-only, or too new."""
        self.owned = not isinstance(where, sqlite3.Connection)
        self.connection = where if isinstance(where, sqlite3.Connection) else open_crawl_db(Path(where))
        self._records: dict[int, Source] = {}
        self._dictionaries: dict[int, zstandard.ZstdCompressionDict] = {}

    def close(self) -> None:
        if self.owned:
            self.connection.close()

    def put(self, capture: Capture) -> int:
        """Store a capture and return its id; the same capture twice is one."""
        with self._transaction():
            return self._put(capture)

    def _put(self, capture: Capture) -> int:
        article = self.article_of(capture)
        address = self.put_address(capture.url, article, capture.source)
        self.put_address(capture.final_url, article, capture.source)
        key = (address, capture.fetched, capture.sha256)
        known = self.connection.execute(
            "SELECT id FROM captures WHERE address = ? AND fetched = ? AND sha256 = ?", key
        ).fetchone()
        if known:
            return int(known["id"])
        dictionary = self._dictionary_for(capture)
        cursor = self.connection.execute(
            "INSERT INTO captures (record, address, url, final_url, fetched, status, headers, listed, sha256,"
            " size, dictionary, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                self._record_id(capture.source),
                address,
                capture.url,
                capture.final_url,
                capture.fetched,
                capture.status,
                json.dumps(capture.headers, ensure_ascii=False),
                capture.listed,
                capture.sha256,
                len(capture.body),
                dictionary,
                zstandard.ZstdCompressor(level=LEVEL, dict_data=self._dictionary(dictionary)).compress(capture.body),
            ),
        )
        return int(cursor.lastrowid or 0)

    def get(self, capture_id: int) -> Capture:
        """Read a capture back. Raises ArchiveError when it is not there or its bytes are not what was stored."""
        row = self.connection.execute(_SELECT + " WHERE captures.id = ?", (capture_id,)).fetchone()
        if row is None:
            raise ArchiveError(f"capture {capture_id}", "there is no such capture", "check the number")
        return self._capture(row)

    def __iter__(self) -> Iterator[Capture]:
        """All captures, in the order of their time."""
        return map(self.get, self.ids())

    def ids(self) -> list[int]:
        """The ids of all captures, in the order of their time."""
        return [row[0] for row in self.connection.execute("SELECT id FROM captures ORDER BY fetched, id")]

    def verify(self) -> list[str]:
        """Read every capture; the faults found, one line each, none when all is well."""
        faults = []
        for capture_id in self.ids():
            try:
                self.get(capture_id)
            except ArchiveError as error:
                faults.append(str(error))
        return faults

    def article_of(self, capture: Capture) -> str:
        """The id of a capture's article: the one its address has had, for ever; else what its identity gives."""
        address = canonical(capture.final_url, capture.source)
        row = self.connection.execute("SELECT article FROM addresses WHERE url = ?", (address,)).fetchone()
        return str(row["article"]) if row else article_id(capture.final_url, capture.source)

    def put_address(self, url: str, article: str, source: Source) -> int:
        """The id of an address, which names this article unless it has named another one before."""
        url = canonical(url, source)
        self.connection.execute("INSERT OR IGNORE INTO addresses (url, article) VALUES (?, ?)", (url, article))
        return int(self.connection.execute("SELECT id FROM addresses WHERE url = ?", (url,)).fetchone()["id"])

    def set_gone(self, url: str, source: Source, when: str | None) -> None:
        """Note when a known address was found to be gone; None: it is there again."""
        with self._transaction():
            self.connection.execute("UPDATE addresses SET gone_at = ? WHERE url = ?", (when, canonical(url, source)))

    def gone(self) -> dict[str, str]:
        """The articles whose addresses are gone, with the time that was found; one living address keeps an article."""
        rows = self.connection.execute(
            "SELECT article, max(gone_at) AS gone_at FROM addresses JOIN (SELECT DISTINCT address FROM captures)"
            " ON address = addresses.id GROUP BY article HAVING count(gone_at) = count(*)"
        )
        return {row["article"]: row["gone_at"] for row in rows}

    def _capture(self, row: sqlite3.Row) -> Capture:
        thing = f"capture {row['id']} ({row['final_url']})"
        try:
            decompressor = zstandard.ZstdDecompressor(dict_data=self._dictionary(row["dictionary"]))
            body = decompressor.decompress(row["body"], max_output_size=row["size"])
        except zstandard.ZstdError as error:
            raise ArchiveError(thing, f"its bytes are damaged ({error})", "restore crawl.db from a backup") from error
        if hashlib.sha256(body).hexdigest() != row["sha256"]:
            raise ArchiveError(thing, "its bytes are not what was stored", "restore crawl.db from a backup")
        if row["record"] not in self._records:
            self._records[row["record"]] = Source.from_json(row["record_json"])
        return Capture(
            source=self._records[row["record"]],
            url=row["url"],
            final_url=row["final_url"],
            fetched=row["fetched"],
            body=body,
            status=row["status"],
            headers=tuple((name, value) for name, value in json.loads(row["headers"])),
            listed=row["listed"],
        )

    def _record_id(self, source: Source) -> int:
        record = source.to_json()
        self.connection.execute(
            "INSERT INTO source_records (source, record) VALUES (?, ?) ON CONFLICT (record) DO NOTHING",
            (source.id, record),
        )
        row = self.connection.execute("SELECT id FROM source_records WHERE record = ?", (record,)).fetchone()
        return int(row["id"])

    def _dictionary_for(self, capture: Capture) -> int | None:
        """The source's newest dictionary; its first real page becomes one."""
        row = self.connection.execute(
            "SELECT id FROM dictionaries WHERE source = ? ORDER BY id DESC LIMIT 1", (capture.source.id,)
        ).fetchone()
        if row:
            return int(row["id"])
        if len(capture.body) < DICTIONARY_LEAST:
            return None
        cursor = self.connection.execute(
            "INSERT INTO dictionaries (source, sha256, content) VALUES (?, ?, ?)",
            (capture.source.id, capture.sha256, zstandard.ZstdCompressor().compress(capture.body)),
        )
        return cursor.lastrowid

    def _dictionary(self, dictionary_id: int | None) -> zstandard.ZstdCompressionDict | None:
        if dictionary_id is None:
            return None
        if dictionary_id not in self._dictionaries:
            self._dictionaries[dictionary_id] = self._load_dictionary(dictionary_id)
        return self._dictionaries[dictionary_id]

    def _load_dictionary(self, dictionary_id: int) -> zstandard.ZstdCompressionDict:
        row = self.connection.execute("SELECT * FROM dictionaries WHERE id = ?", (dictionary_id,)).fetchone()
        content = zstandard.ZstdDecompressor().decompress(row["content"])
        if hashlib.sha256(content).hexdigest() != row["sha256"]:
            raise ArchiveError(
                f"dictionary {dictionary_id}", "its bytes are not what was stored", "restore crawl.db from a backup"
            )
        return zstandard.ZstdCompressionDict(content, dict_type=zstandard.DICT_TYPE_RAWCONTENT)

    def _transaction(self) -> AbstractContextManager[object]:
        """All or nothing in a file of ours; on a connection of the caller's, his transaction goes on."""
        return self.connection if self.owned else nullcontext()


_SELECT = (
    "SELECT captures.*, source_records.record AS record_json FROM captures"
    " JOIN source_records ON source_records.id = captures.record"
)


def need_captures(crawl_db: Path) -> None:
    """Raises ArchiveError when nothing was captured yet: opening the file would make an empty one."""
    if not crawl_db.exists():
        raise ArchiveError(
            crawl_db, "there are no captures yet", "run `scrapy harvest` first, or set UNION_ARCHIVE_DATA"
        )


def open_crawl_db(path: Path, *more: Migrations) -> sqlite3.Connection:
    """Open crawl.db and bring it to the newest form, with the migrations of other owners of tables in it."""
    connection = connect(path)
    check_version(connection, path, SCHEMA_VERSION)
    database = Database(connection)
    for owner in (migrations, *more):
        if owner.pending(database):
            owner.apply(database)
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    return connection
