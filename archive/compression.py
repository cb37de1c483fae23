"""How captures are compressed: zstd, pages with an older page of the same source as raw dictionary.

Level 3 with a dictionary keeps templated pages in a fifth of what WARC.gz needs and reads them faster
(benchmarks/captures.py prints both). A dictionary is immutable and hashed; a site that changes its templates gets a
new one beside the old.
"""

import hashlib
import sqlite3
from collections import Counter
from functools import lru_cache
from typing import NamedTuple

import zstandard

from archive.errors import DamagedError

LEVEL = 3
LEAST, MOST = 2_000, 1 << 19
"""Bytes a page must have to serve as dictionary: an error page would teach nothing, a huge one costs every put."""
WINDOW = 50
"""Pages that are compared: a dictionary is worn when the newest ones shrink less than half as well as the first."""
HEADERS_MOST = 16 << 20
KEPT_COMPRESSORS, KEPT_DECOMPRESSORS = 8, 64
"""Dictionaries kept ready, the least used are dropped: about 0.9 MB each to compress, 0.1 MB to read."""


class Dictionary(NamedTuple):
    """A stored dictionary. What is kept ready is found by id and hash: an id that a rollback freed names another."""

    id: int
    sha256: str


class Dictionaries:
    """The dictionaries table of crawl.db, and compression with what is in it."""

    def __init__(self, connection: sqlite3.Connection):
        self.connection = connection
        self._pages_put: Counter[str] = Counter()
        self._compressor = lru_cache(KEPT_COMPRESSORS)(self._new_compressor)
        self._decompressor = lru_cache(KEPT_DECOMPRESSORS)(self._new_decompressor)

    def choose(self, source: str, body: bytes, headers: bytes) -> Dictionary | None:
        """The dictionary for a page of a source: its newest, or the page itself (with its headers) where the source has
        none or its newest is worn; None for what is no page."""
        if not is_template_page(body):
            return None
        row = self.connection.execute(
            "SELECT id, sha256 FROM dictionaries WHERE source = ? ORDER BY id DESC LIMIT 1", (source,)
        ).fetchone()
        good = LEAST <= len(body) <= MOST
        if row and not (good and self._is_worn(source, row["id"])):
            return Dictionary(row["id"], row["sha256"])
        return self.add(source, body + headers) if good else None

    def compress(self, content: bytes, dictionary: Dictionary | None) -> bytes:
        return self._compressor(dictionary).compress(content)

    def decompress(self, stored: bytes, dictionary: Dictionary | None, most: int) -> bytes:
        """Raises ZstdError when the bytes are damaged or say that they hold more than `most`, DamagedError when the
        dictionary is missing or damaged."""
        if zstandard.frame_content_size(stored) > most:
            raise zstandard.ZstdError("more bytes than there were")
        return self._decompressor(dictionary).decompress(stored)

    def _is_worn(self, source: str, dictionary: int) -> bool:
        """Judged when this store first meets the source and every 50 pages from then on."""
        self._pages_put[source] += 1
        if self._pages_put[source] % WINDOW != 1:
            return False
        row = self.connection.execute(_RATIOS, {"dictionary": dictionary, "pages": WINDOW}).fetchone()
        return bool(row["newest"] and row["newest"] < row["first"] / 2)

    def add(self, source: str, content: bytes) -> Dictionary:
        sha256 = hashlib.sha256(content).hexdigest()
        cursor = self.connection.execute(
            "INSERT INTO dictionaries (source, sha256, content) VALUES (?, ?, ?)",
            (source, sha256, zstandard.ZstdCompressor(level=LEVEL).compress(content)),
        )
        return Dictionary(int(cursor.lastrowid or 0), sha256)

    def _load(self, dictionary: Dictionary) -> zstandard.ZstdCompressionDict:
        row = self.connection.execute("SELECT content FROM dictionaries WHERE id = ?", (dictionary.id,)).fetchone()
        name = f"dictionary {dictionary.id}"
        if row is None:
            raise DamagedError(name, "it is missing", "restore crawl.db from a backup")
        try:
            content = zstandard.ZstdDecompressor().decompress(row["content"])
        except zstandard.ZstdError as error:
            raise DamagedError(name, f"its bytes are damaged ({error})", "restore crawl.db from a backup") from error
        if hashlib.sha256(content).hexdigest() != dictionary.sha256:
            raise DamagedError(name, "its bytes are not what was stored", "restore crawl.db from a backup")
        return zstandard.ZstdCompressionDict(content, dict_type=zstandard.DICT_TYPE_RAWCONTENT)

    def _new_compressor(self, dictionary: Dictionary | None) -> zstandard.ZstdCompressor:
        if dictionary is None:
            return zstandard.ZstdCompressor(level=LEVEL, write_checksum=True)
        content = self._load(dictionary)
        content.precompute_compress(level=LEVEL)
        return zstandard.ZstdCompressor(level=LEVEL, dict_data=content, write_checksum=True)

    def _new_decompressor(self, dictionary: Dictionary | None) -> zstandard.ZstdDecompressor:
        return zstandard.ZstdDecompressor(dict_data=self._load(dictionary) if dictionary else None)


def is_template_page(body: bytes) -> bool:
    """Whether the bytes are a whole HTML page, which shares its frame with others of its site."""
    return b"<html" in body[:2048].lower()


# How many times smaller a dictionary made its first and its newest pages; length() reads no body.
_RATIOS = """
SELECT
    (SELECT total(size) / total(stored) FROM (SELECT size, length(body) AS stored FROM captures
        WHERE dictionary = :dictionary AND same_as IS NULL ORDER BY id LIMIT :pages)) AS first,
    (SELECT total(size) / total(stored) FROM (SELECT size, length(body) AS stored FROM captures
        WHERE dictionary = :dictionary AND same_as IS NULL ORDER BY id DESC LIMIT :pages)) AS newest
"""
