"""A row of the captures' table, read back into a capture, with a check of its bytes."""

import hashlib
import json
import sqlite3
from functools import lru_cache

import zstandard

from archive.capture import Capture
from archive.compression import HEADERS_MOST, Dictionaries, Dictionary
from archive.errors import DamagedError, PurgedError
from archive.sources import Source

RESTORE = "restore crawl.db from a backup"
ERASED = b"erased on request"
"""What stands in the place of a body whose bytes were erased (archive.purge)."""

SELECT = """
SELECT captures.id, captures.url, captures.final_url, captures.fetched, captures.status, captures.headers,
    captures.listed, captures.sha256, captures.size, captures.tls, captures.same_as, captures.dictionary,
    iif(captures.same_as IS NULL, captures.body, holder.body) AS stored,
    dictionaries.sha256 AS dictionary_sha256, source_records.record AS record_json
FROM captures JOIN source_records ON source_records.id = captures.record
    LEFT JOIN dictionaries ON dictionaries.id = captures.dictionary
    LEFT JOIN captures AS holder ON holder.id = captures.same_as
WHERE captures.id = ?
"""


def capture_of(row: sqlite3.Row, dictionaries: Dictionaries) -> Capture:
    """The capture of a row of SELECT. Raises DamagedError when its bytes are not what was stored, PurgedError when they
    were erased."""
    thing = f"capture {row['id']} ({row['final_url']})"
    if row["stored"] is None:
        raise DamagedError(thing, f"capture {row['same_as']}, which holds its bytes, is missing", RESTORE)
    if row["stored"] == ERASED:
        raise PurgedError(thing, "its bytes were erased on request", "only their hash is kept")
    dictionary = Dictionary(row["dictionary"], row["dictionary_sha256"]) if row["dictionary"] is not None else None
    try:
        body = dictionaries.decompress(row["stored"], dictionary, row["size"])
        packed = row["headers"]  # text in files of before the second migration
        said = json.loads(
            packed if isinstance(packed, str) else dictionaries.decompress(packed, dictionary, HEADERS_MOST)
        )
        headers = tuple((name, value) for name, value in said)
    except (zstandard.ZstdError, ValueError, TypeError) as error:
        raise DamagedError(thing, f"its bytes are damaged ({error})", RESTORE) from error
    if hashlib.sha256(body).hexdigest() != row["sha256"]:
        raise DamagedError(thing, "its bytes are not what was stored", RESTORE)
    return described(row, body, headers)


def described(row: sqlite3.Row, body: bytes = b"", headers: tuple[tuple[str, str], ...] = ()) -> Capture:
    """The capture of a row of SELECT with these bytes and headers. Raises DamagedError if its source is damaged."""
    try:
        source = _source(row["record_json"])
    except (ValueError, TypeError) as error:
        raise DamagedError(f"capture {row['id']}", f"the record of its source is damaged ({error})", RESTORE) from error
    return Capture(
        source=source,
        url=row["url"],
        final_url=row["final_url"],
        fetched=row["fetched"],
        body=body,
        status=row["status"],
        headers=headers,
        listed=row["listed"],
        tls=row["tls"],
    )


@lru_cache(maxsize=1024)
def _source(record: str) -> Source:
    return Source.from_json(record)
