"""The whole site as plain files, for hosts that run no Python: the server's own pages, written down one by one.

Every address of the server that people cite is a file here (/bai/<id> is bai/<id>/index.html). Links are relative, so
the folder can lie anywhere; a search is made in the reader's browser. In Vietnamese only.
"""

import asyncio
import json
import re
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archive.database import connect_read_only
from archive.errors import ArchiveError
from archive.serve import datasette
from archive.static.place import put_in_place
from archive.static.writing import Writer

_ADDRESS = re.compile(r"https?://[a-z0-9.-]+(:[0-9]+)?(/[A-Za-z0-9.-]+)*/?")
_NOTES = "SELECT key, value FROM publication WHERE key IN ('published_at', 'articles')"


@dataclass(frozen=True, slots=True)
class Static:
    """What was written: where, how many articles, files and bytes, and how long it took."""

    folder: Path
    articles: int
    files: int
    bytes: int
    seconds: float


def write_static(
    site_db: Path,
    folder: Path,
    progress: Callable[[int, int], None] | None = None,
    *,
    address: str,
    metadata: Path = Path("metadata.yml"),
) -> Static:
    """Write the publication as a static site and put it in the place of the one that `folder` held.

    `address` is where it will be found (https://tin.example or https://tin.example/kho): feeds, citations and the
    sitemap need it, links do not. `progress` is told how many articles of how many are written. Raises ArchiveError
    when the folder holds something else, the publication cannot be served or Pagefind is not installed.
    """
    if not _ADDRESS.fullmatch(address):
        raise ArchiveError(address, "this is no address of a site", "give one such as https://tin.example")
    started = time.perf_counter()
    application = datasette(site_db, metadata)
    try:
        with closing(connect_read_only(site_db)) as db:
            notes = dict(db.execute(_NOTES).fetchall())
        with put_in_place(folder, json.dumps(notes | {"address": address})) as new:
            files, size = asyncio.run(_written(application, site_db, new, address, int(notes["articles"]), progress))
    finally:
        for database in application.databases.values():
            database.close()
        application.executor.shutdown()
    return Static(folder, int(notes["articles"]), files, size, time.perf_counter() - started)


async def _written(
    application: Any,
    site_db: Path,
    folder: Path,
    address: str,
    total: int,
    progress: Callable[[int, int], None] | None,
) -> tuple[int, int]:
    writer = Writer(application, site_db, folder, address.rstrip("/"))
    await writer.write(lambda done: progress(done, total) if progress else None)
    files = [path.stat().st_size for path in folder.rglob("*") if path.is_file()]
    return len(files), sum(files)
