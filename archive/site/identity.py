"""Which publication it is that a site serves: its SHA-256, which the list beside the file holds."""

import asyncio
from pathlib import Path
from weakref import WeakKeyDictionary

from archive.kept import sha256_of
from archive.site.datasette_api import Database

_known: WeakKeyDictionary[Database, str | None] = WeakKeyDictionary()
"""Looked up once: a Datasette serves one publication, whatever takes the place of its file."""


async def identity(db: Database, published_at: str | None) -> str | None:
    """The SHA-256 of the publication made at that time; None where no list beside it names it."""
    if db not in _known:
        _known[db] = await asyncio.to_thread(sha256_of, Path(db.path), published_at) if db.path else None
    return _known[db]
