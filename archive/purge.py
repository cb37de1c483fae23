"""Captured bytes erased on request: of the pages of some articles and the files that hang on them alone.

The rows stay, with time, address, size and hash; what stands in place of a body says so (`capture_rows.ERASED`).
"""

import hashlib
import json
import sqlite3
from collections.abc import Collection
from contextlib import suppress

import zstandard

from archive.capture_rows import ERASED
from archive.captures import CaptureStore
from archive.compression import HEADERS_MOST, LEAST, MOST, Dictionaries, Dictionary
from archive.errors import DamagedError

_PAGES = """
    SELECT captures.id FROM captures JOIN addresses ON addresses.id = address
    WHERE article IN (SELECT value FROM json_each(?))
"""
_FILES = """
    SELECT DISTINCT file FROM attachments WHERE page IN (SELECT value FROM json_each(?1)) AND file NOT IN (
        SELECT file FROM attachments WHERE page NOT IN (SELECT value FROM json_each(?1)))
"""
_THERE = """
    SELECT id FROM captures
    WHERE id IN (SELECT value FROM json_each(?)) AND (same_as IS NOT NULL OR body <> ?)
"""
_ERASED = "SELECT count(*) FROM captures WHERE length(body) = length(?1) AND body = ?1"
_ROW = """
    SELECT captures.id, headers, body, size, same_as, dictionary, dictionaries.sha256 AS dictionary_sha256
    FROM captures LEFT JOIN dictionaries ON dictionaries.id = dictionary WHERE captures.id = ?
"""
_ERASE = "UPDATE captures SET body = ?, same_as = NULL, dictionary = NULL, headers = ? WHERE id = ?"


def erase(captures: CaptureStore, articles: Collection[str]) -> int:
    """Erase the captured bytes of these articles, and write the file anew, so that none is left in it; how many
    captures they were. Nothing to erase costs a look. Raises ArchiveError."""
    db = captures.connection
    erased = still_there(db, articles)
    if not erased:
        return 0
    db.execute("PRAGMA secure_delete = ON")
    db.execute("BEGIN IMMEDIATE")
    with db:
        db.execute("PRAGMA defer_foreign_keys = ON")
        hashes = set()
        for capture_id in erased:
            _hand_over(db, capture_id, erased)
            row = db.execute(_ROW, (capture_id,)).fetchone()
            headers, content_hash = _kept(captures.dictionaries, row)
            hashes.add(content_hash)
            db.execute(_ERASE, (ERASED, captures.dictionaries.compress(headers, None), capture_id))
        for number, sha256 in db.execute("SELECT id, sha256 FROM dictionaries").fetchall():
            if sha256 in hashes:
                _replace(captures, Dictionary(number, sha256))
    db.execute("VACUUM")
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return len(erased)


def still_there(db: sqlite3.Connection, articles: Collection[str]) -> list[int]:
    """The ids of the captures of these articles that `erase` would erase."""
    pages = _ids(db, _PAGES, articles)
    return _ids(db, _THERE, [*pages, *_ids(db, _FILES, pages)], ERASED)


def count_erased(db: sqlite3.Connection) -> int:
    """How many captures were erased."""
    return int(db.execute(_ERASED, (ERASED,)).fetchone()[0])


def _ids(db: sqlite3.Connection, statement: str, among: Collection[object], *more: object) -> list[int]:
    return [row[0] for row in db.execute(statement, (json.dumps(list(among)), *more))]


def _hand_over(db: sqlite3.Connection, holder: int, erased: Collection[int]) -> None:
    """Let a capture of another article hold the bytes that both share."""
    rows = db.execute("SELECT id FROM captures WHERE same_as = ? ORDER BY id", (holder,)).fetchall()
    others = [row[0] for row in rows if row[0] not in erased]
    if others:
        first = others[0]
        db.execute(
            "UPDATE captures SET same_as = NULL, body = (SELECT body FROM captures WHERE id = ?) WHERE id = ?",
            (holder, first),
        )
        db.executemany("UPDATE captures SET same_as = ? WHERE id = ?", [(first, other) for other in others[1:]])


def _kept(dictionaries: Dictionaries, row: sqlite3.Row) -> tuple[bytes, str]:
    """The headers of a capture, and the hash that a dictionary made of it has; those of nothing where it is damaged."""
    try:
        headers, body = _unpacked(dictionaries, row)
    except DamagedError:
        return b"[]", ""
    return headers, hashlib.sha256(body + headers).hexdigest()


def _unpacked(dictionaries: Dictionaries, row: sqlite3.Row) -> tuple[bytes, bytes]:
    """Headers and body of a row; no body where another row holds it. Raises DamagedError."""
    dictionary = Dictionary(row["dictionary"], row["dictionary_sha256"]) if row["dictionary"] is not None else None
    packed = row["headers"]
    try:
        headers = (
            packed.encode() if isinstance(packed, str) else dictionaries.decompress(packed, dictionary, HEADERS_MOST)
        )
        body = dictionaries.decompress(row["body"], dictionary, row["size"]) if row["body"] else b""
    except (zstandard.ZstdError, TypeError) as error:
        raise DamagedError(f"capture {row['id']}", f"its bytes are damaged ({error})", "restore crawl.db") from error
    return headers, body


def _replace(captures: CaptureStore, old: Dictionary) -> None:
    """A dictionary is a page: compress what needs an erased one with another page, and drop it."""
    db, dictionaries = captures.connection, captures.dictionaries
    ids = [row[0] for row in db.execute("SELECT id FROM captures WHERE dictionary = ? ORDER BY id", (old.id,))]
    new: Dictionary | None = None
    for capture_id in ids:
        with suppress(DamagedError):
            headers, body = _unpacked(dictionaries, db.execute(_ROW, (capture_id,)).fetchone())
            if LEAST <= len(body) <= MOST:
                source = db.execute("SELECT source FROM dictionaries WHERE id = ?", (old.id,)).fetchone()[0]
                new = dictionaries.add(source, body + headers)
                break
    for capture_id in ids:
        row = db.execute(_ROW, (capture_id,)).fetchone()
        with suppress(DamagedError):  # stays as damaged as it is
            headers, body = _unpacked(dictionaries, row)
            packed = dictionaries.compress(body, new) if row["body"] else b""
            db.execute(
                "UPDATE captures SET headers = ?, body = ?, dictionary = ? WHERE id = ?",
                (dictionaries.compress(headers, new), packed, new and new.id, capture_id),
            )
    db.execute("UPDATE captures SET dictionary = NULL WHERE dictionary = ?", (old.id,))
    db.execute("DELETE FROM dictionaries WHERE id = ?", (old.id,))
