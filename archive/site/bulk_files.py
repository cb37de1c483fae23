"""/tai-ve: the database and the corpus as files, each with its size, day and hash."""

import asyncio
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archive.kept import place_of
from archive.site.datasette_api import DATABASE, Database, Datasette, Request, Response, database
from archive.site.identity import identity
from archive.site.shared import error_page, page, publication, tell
from archive.site.streaming import Stream, pieces_of, streamed

FOLDER, MANIFEST = "bulk", "manifest.json"
"""What archive.bulk leaves beside the database."""
TYPES = {
    ".gz": "application/gzip",
    ".parquet": "application/vnd.apache.parquet",
    ".md": "text/markdown; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class BulkFile:
    """A file to download: its address, its size, its SHA-256 in hexadecimal if it is known."""

    name: str
    address: str
    bytes: int
    sha256: str | None


async def files(datasette: Datasette, request: Request) -> Response:
    """The page. Files of another publication than the one that is served are not listed: they may hold what was
    withdrawn since."""
    db = _database(datasette)
    manifest = await _manifest(db)
    known = manifest.get("database", {})
    size = (await asyncio.to_thread(Path(db.path).stat)).st_size if db.path else 0
    whole = BulkFile(
        f"{DATABASE}.db",
        datasette.urls.path(f"/{DATABASE}.db"),
        size,
        await identity(db, (await publication(db)).get("published_at"))
        or (known.get("sha256") if known.get("bytes") == size else None),
    )
    listed = [
        BulkFile(entry["name"], datasette.urls.path(f"/tai-ve/{entry['name']}"), entry["bytes"], entry["sha256"])
        for entry in manifest.get("files", ())
    ]
    return await page(datasette, request, "bulk.html", files=[*listed, whole])


async def file(datasette: Datasette, request: Request) -> Response | Stream:
    """One file of the manifest."""
    db, name = _database(datasette), request.url_vars["name"]
    names = {entry["name"] for entry in (await _manifest(db)).get("files", ())}
    path = _folder(db.path or "") / name
    if name not in names or not path.is_file():
        title, note = tell(request, "error.not_found"), tell(request, "error.not_found_note")
        return await error_page(datasette, request, 404, title, note)
    opened = await asyncio.to_thread(path.open, "rb")
    return await streamed(
        datasette, request, pieces_of(opened), TYPES.get(path.suffix, "application/octet-stream"), name
    )


async def _manifest(db: Database) -> dict[str, Any]:
    """What was written of the publication that is served; empty when that is nothing."""
    if not db.path:
        return {}
    path = _folder(db.path) / MANIFEST
    try:
        found: dict[str, Any] = json.loads(await asyncio.to_thread(path.read_text, "utf-8"))
    except (OSError, ValueError):
        return {}
    current = (await publication(db)).get("published_at")
    return found if isinstance(found, dict) and found.get("published_at") == current else {}


def _folder(path: str) -> Path:
    """Beside the current publication, also where one is served from a file of its own."""
    return place_of(Path(path)).with_name(FOLDER)


def _database(datasette: Datasette) -> Database:
    db = database(datasette)
    if db is None:
        raise LookupError("the plugin registers its pages only where the archive is served")
    return db
