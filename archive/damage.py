"""Captures whose bytes are damaged: their articles keep the text that an earlier archive.db read of them."""

import json
import sqlite3
from contextlib import closing
from dataclasses import fields
from pathlib import Path
from typing import Any

from archive.database import connect_read_only
from archive.errors import ArchiveError
from archive.extract.article import Article, Link

_JSON = ("captions", "tables", "links")
_READ = """
SELECT revisions.* FROM ingested JOIN revisions ON revisions.article = ingested.article
    AND revisions.hash = ingested.hash
WHERE ingested.capture = ? ORDER BY revisions.captured LIMIT 1
"""


def read_before(archive_db: Path, capture_id: int) -> Article | None:
    """What an archive.db has read of a capture, whatever its version; None when it has nothing, or is damaged too."""
    try:
        with closing(connect_read_only(archive_db)) as archive:
            row = archive.execute(_READ, (capture_id,)).fetchone()
            # A passage may be withdrawn from the text: it keeps the hash it was captured under.
            return article_of(dict(row)).known_as(row["hash"]) if row else None
    except (ArchiveError, sqlite3.Error, ValueError, TypeError, KeyError):
        return None


def article_of(row: dict[str, object]) -> Article:
    """The article of a row of revisions. Raises KeyError, TypeError or ValueError when it is none."""
    known = {field.name for field in fields(Article)}
    said: dict[str, Any] = {
        name: json.loads(str(value)) if name in _JSON else value for name, value in row.items() if name in known
    }
    if "links" in said:
        said["links"] = [Link(**link) for link in said["links"]]
    body = str(row["body"])
    if lead := row.get("lead"):
        body = body.removeprefix(str(lead)).removeprefix("\n\n")
    return Article(paragraphs=body.split("\n\n") if body else [], **said)
