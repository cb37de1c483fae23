"""One number for all that an archive derives from its captures, to compare two of them."""

import hashlib
from contextlib import closing
from pathlib import Path

from archive.database import connect_read_only, explained
from archive.store import ANNOTATIONS

_KEYS = {
    "sources": "id",
    "articles": "id",
    "revisions": "article, captured, capture",
    "article_places": "article, level, code, valid_to",
    "article_school_years": "article, year",
    "article_figures": "article, start",
    "article_movements": "article, start",
    "article_schools": "article, start",
    "article_organisations": "article, start, name",
    "article_sentences": "article, start",
    "corrections": "article, field",
    "withdrawals": "article, passage",
    "ingested": "capture",
}
"""Table → its key. Stories are not among them: they are found when the archive is published."""
assert _KEYS.keys() >= ANNOTATIONS.keys()


def checksum(archive_db: Path) -> str:
    """SHA-256 over every row of every table in the order of the keys: equal where two archives hold the same articles,
    versions and annotations, to the byte. Raises ArchiveError when the file cannot be read."""
    digest = hashlib.sha256()
    with explained(archive_db), closing(connect_read_only(archive_db)) as db:
        db.row_factory = None
        for table, key in _KEYS.items():
            digest.update(table.encode())
            for row in db.execute(f"SELECT * FROM {table} ORDER BY {key}"):  # noqa: S608
                digest.update(repr(row).encode())
    return digest.hexdigest()
