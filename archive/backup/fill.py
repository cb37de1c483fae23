"""Backup → an empty data folder, whole or not at all: everything is made in a folder inside it and checked there, then
moved up, crawl.db last."""

import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from archive.backup.disk import copy, files_explained, sha256_of, sync
from archive.backup.manifest import Manifest, Segment, StoredFile, read_manifest
from archive.backup.segments import read_segment
from archive.backup.tables import counts_of, make_indexes, schema_of
from archive.capture_schema import SCHEMA_VERSION as CRAWL_VERSION
from archive.database import explained
from archive.errors import ArchiveError
from archive.folder import DataFolder
from archive.lock import locked
from archive.store_schema import SCHEMA_VERSION as ARCHIVE_VERSION

UNFINISHED = "restoring"
"""The folder inside the data folder in which a restore works; one that is left over was killed."""
KNOWN = {"crawl.db": CRAWL_VERSION, "archive.db": ARCHIVE_VERSION}
CURE = "take another backup"
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored, where to, and from when it is."""

    path: Path
    created: str
    captures: int
    articles: int
    bytes: int
    seconds: float


def restore(backup: Path, folder: DataFolder, progress: Progress | None = None) -> Restored:
    """Fill an empty data folder from a backup; `progress` is told of files done and in all.

    Raises ArchiveError when the folder is not empty, the backup is damaged, not finished or of a newer version, or the
    disk is full; the folder is then as empty as it was.
    """
    started = time.perf_counter()
    manifest = read_manifest(backup)
    for name, version in manifest.schemas.items():
        if version > KNOWN.get(name, version):
            raise ArchiveError(
                backup,
                f"its {name} was written by a newer version of this program (schema {version}, this one knows"
                f" {KNOWN[name]})",
                "upgrade union-news-archive",
            )
    _check_empty(folder, manifest)
    if problems := damage_of(backup, manifest):
        raise ArchiveError(backup, f"the backup is damaged: {'; '.join(problems[:3])}", CURE)
    with files_explained(folder.root), locked(folder.lock):
        _check_empty(folder, manifest)
        with _unfinished(folder, manifest) as new:
            _fill(backup, manifest, new, progress)
            _move_up(new, folder.root)
    return Restored(
        path=folder.root,
        created=manifest.created,
        captures=manifest.tables["crawl.db"]["captures"],
        articles=manifest.tables.get("archive.db", {}).get("articles", 0),
        bytes=manifest.bytes,
        seconds=time.perf_counter() - started,
    )


def damage_of(backup: Path, manifest: Manifest) -> list[str]:
    """The files of a backup that are missing or are not what was written, one line each; none when it is whole."""
    problems = []
    for part in manifest.parts():
        try:
            if sha256_of(backup / part.name) != part.sha256:
                problems.append(f"{part.name}{_what(part)} is not what was written")
        except FileNotFoundError:
            problems.append(f"{part.name}{_what(part)} is missing")
        except OSError as error:
            problems.append(f"{part.name}{_what(part)} cannot be read ({error.strerror})")
    return problems


def _what(part: StoredFile | Segment) -> str:
    if isinstance(part, StoredFile):
        return f" ({part.path})"
    return f" (captures {part.first} to {part.last})"


def _check_empty(folder: DataFolder, manifest: Manifest) -> None:
    """Raises ArchiveError when there is anything in the folder but what a killed restore left."""
    if folder.root.exists() and not folder.root.is_dir():
        raise ArchiveError(folder.root, "this is no folder", "name an empty folder with --to")
    with files_explained(folder.root):
        there = {path.name for path in folder.root.iterdir()} if folder.root.exists() else set()
        there -= {folder.lock.name}
        if UNFINISHED in there and folder.crawl_db.name not in there:  # crawl.db is moved last
            there -= {UNFINISHED, *_moved_up(folder, manifest)}
    if there:
        raise ArchiveError(
            folder.root,
            f"the folder is not empty ({', '.join(sorted(there)[:3])})",
            "name an empty one with --to, or move its content away first",
        )


def _moved_up(folder: DataFolder, manifest: Manifest) -> set[str]:
    """What a killed restore has moved up already: the names under which there is nothing but files of the backup."""
    ours = {file.path: file.sha256 for file in manifest.files}
    names = {path.partition("/")[0] for path in ours} - {folder.crawl_db.name}
    return {
        name
        for name in names
        if all(
            ours.get(path.relative_to(folder.root).as_posix()) == sha256_of(path)
            for path in [folder.root / name, *(folder.root / name).rglob("*")]
            if path.is_file()
        )
    }


@contextmanager
def _unfinished(folder: DataFolder, manifest: Manifest) -> Iterator[Path]:
    """An empty folder to work in; whatever is left in it at the end is removed, and so is what a killed one left."""
    new = folder.root / UNFINISHED
    if new.exists():
        for name in (UNFINISHED, *_moved_up(folder, manifest)):
            left = folder.root / name
            if left.is_dir():
                shutil.rmtree(left)
            else:
                left.unlink(missing_ok=True)
    new.mkdir()
    try:
        yield new
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _fill(backup: Path, manifest: Manifest, new: Path, progress: Progress | None) -> None:
    total = len(list(manifest.parts()))
    for done, file in enumerate(manifest.files, start=1):
        copy(backup / file.name, new / file.path)
        if progress:
            progress(done, total)
    crawl_db = new / "crawl.db"
    with explained(crawl_db), closing(sqlite3.connect(crawl_db, isolation_level=None)) as crawl:
        crawl.execute("PRAGMA journal_mode = OFF")  # until it is whole nobody misses it
        crawl.execute("PRAGMA synchronous = OFF")
        crawl.execute("BEGIN")
        for done, segment in enumerate(manifest.segments, start=len(manifest.files) + 1):
            read_segment(backup / segment.name, crawl)
            if progress:
                progress(done, total)
        make_indexes(crawl)
        crawl.execute("COMMIT")
    sync(crawl_db)
    for name, tables in manifest.tables.items():
        _check(backup, new / name, manifest.schemas[name], tables)


def _check(backup: Path, database: Path, schema: int, tables: dict[str, int]) -> None:
    """Raises ArchiveError when a restored database is not sound, or does not hold what the backup says."""
    with explained(database), closing(sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True)) as found:
        problems = [row[0] for row in found.execute("PRAGMA integrity_check(3)") if row[0] != "ok"]
        counts = counts_of(found)
        problems += [
            f"{table} has {counts.get(table, 0)} rows instead of {rows}"
            for table, rows in tables.items()
            if counts.get(table) != rows
        ]
        if schema_of(found) != schema:
            problems.append(f"its schema is {schema_of(found)} instead of {schema}")
    if problems:
        raise ArchiveError(backup, f"{database.name} is not what it was: {'; '.join(problems[:3])}", CURE)


def _move_up(new: Path, root: Path) -> None:
    """Make the restored files those of the data folder."""
    for path in sorted(new.iterdir(), key=lambda path: path.name == "crawl.db"):
        path.replace(root / path.name)
    sync(root)
