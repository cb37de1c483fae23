"""Data folder → backup. A crawl may go on meanwhile: each database is read as it was at one moment.

Every file is written under a name of its own, the manifest last; only then are the files of the backup before removed.
So whenever it is killed, one whole backup is there: the new one or the one before.
"""

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from archive import __version__
from archive.backup.disk import PART, copy, files_explained, sha256_of, sync
from archive.backup.manifest import (
    CAPTURES,
    FILES,
    LOCK,
    MANIFEST,
    Manifest,
    Segment,
    StoredFile,
    earlier_manifest,
    write_manifest,
)
from archive.backup.segments import bounds, fingerprints, write_segment
from archive.backup.tables import counts_of, schema_of, write_tables
from archive.capture_schema import SCHEMA_VERSION as CRAWL_VERSION
from archive.captures import need_captures
from archive.database import check_version, connect_read_only, explained
from archive.errors import ArchiveError
from archive.folder import DataFolder
from archive.lock import locked
from archive.publications import DRAFT
from archive.store_schema import SCHEMA_VERSION as ARCHIVE_VERSION

COPY_PAGES = 4096
UNFINISHED = (".new", ".new-journal", PART, "-wal", "-shm", ".lock")
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was made: what it holds, how many bytes it has, how many of them were written this time."""

    path: Path
    captures: int
    articles: int
    files: int
    bytes: int
    written: int
    seconds: float


def backup(folder: DataFolder, target: Path, progress: Progress | None = None) -> Made:
    """Make the backup in `target`, or bring the one there up to date; `progress` is told of files done and in all.

    Raises ArchiveError when there is nothing to back up, `target` is no place for it, another backup is at work there,
    a database cannot be read to its end, or the disk is full; the backup that was there stays as it is.
    """
    started = time.perf_counter()
    _check_place(folder, target)
    with files_explained(target), locked(target / LOCK, at_work="another backup is at work on this folder"):
        earlier = earlier_manifest(target)
        sweep(target, earlier)
        writing = _Writing(target, earlier)
        manifest = _written(folder, writing, progress)
        write_manifest(target, manifest)
        sweep(target, manifest)
    return Made(
        path=target,
        captures=manifest.tables["crawl.db"]["captures"],
        articles=manifest.tables.get("archive.db", {}).get("articles", 0),
        files=len(list(manifest.parts())),
        bytes=manifest.bytes,
        written=writing.bytes,
        seconds=time.perf_counter() - started,
    )


def sweep(target: Path, manifest: Manifest | None) -> None:
    """Remove what is no part of a backup: what killed ones left, and what the backup before had. Names that are not
    ours stay."""
    wanted = {part.name for part in manifest.parts()} if manifest else set()
    for inside in (CAPTURES, FILES):
        for file in sorted((target / inside).glob("*")):
            if f"{inside}/{file.name}" not in wanted and (inside == FILES or file.name[:1].isdigit()):
                file.unlink(missing_ok=True)
    (target / f"{MANIFEST}{PART}").unlink(missing_ok=True)


class _Writing:
    """Writes the files of one backup beside those of the one before, and takes over what is there already."""

    def __init__(self, target: Path, earlier: Manifest | None):
        self.target = target
        self.bytes = 0
        self.there: dict[str, StoredFile | Segment] = {part.name: part for part in earlier.parts()} if earlier else {}
        self.segments = {segment.first: segment for segment in earlier.segments} if earlier else {}
        for inside in (CAPTURES, FILES):
            (target / inside).mkdir(parents=True, exist_ok=True)

    def has(self, part: StoredFile | Segment) -> bool:
        """Whether a file is still there as the backup before left it, as far as its size tells."""
        file = self.target / part.name
        return file.is_file() and file.stat().st_size == part.bytes

    def whole(self, part: Segment | None) -> Path | None:
        """The file of a segment whose bytes are what was written."""
        if part is None or not self.has(part) or sha256_of(self.target / part.name) != part.sha256:
            return None
        return self.target / part.name

    def part(self, inside: str) -> Path:
        return self.target / inside / f"{os.getpid()}{PART}"

    def take(self, part: Path, name: str, path: str) -> StoredFile:
        """Give a finished file its name in the backup; `path` is what it restores."""
        sync(part)
        digest, size = sha256_of(part), part.stat().st_size
        stored = f"{part.parent.name}/{digest[:16]}-{name}"
        if part.parent.name == CAPTURES:
            stored = f"{CAPTURES}/{name}-{digest[:16]}.db"
        known = self.there.get(stored)
        if known and known.sha256 == digest and self.has(known):
            part.unlink()
        else:
            part.replace(self.target / stored)
            sync(part.parent)
            self.bytes += size
        # The current publication is a kept one under a second name: it is stored once.
        self.there[stored] = StoredFile(stored, path, size, digest)
        return StoredFile(stored, path, size, digest)


def _written(folder: DataFolder, writing: _Writing, progress: Progress | None) -> Manifest:
    """All files of the backup but its manifest."""
    created = datetime.now(UTC).isoformat(timespec="seconds")
    segments: list[Segment] = []
    files: list[StoredFile] = []
    schemas: dict[str, int] = {}
    tables: dict[str, dict[str, int]] = {}
    # The archive's moment comes first: all that it holds has its capture in the later one of the captures.
    with _moment(folder.archive_db, ARCHIVE_VERSION) as archive, _moment(folder.crawl_db, CRAWL_VERSION) as crawl:
        assert crawl is not None
        published = list(_others(folder))
        with explained(folder.crawl_db), _damage_is_of(folder.crawl_db):
            marks = list(fingerprints(crawl))
        total = len(marks) + len(published) + 1 + (archive is not None)
        for mark in marks:
            with explained(writing.target / CAPTURES), _damage_is_of(folder.crawl_db):
                segments.append(_segment(crawl, writing, *mark))
            _tell(progress, len(segments), total)
        with explained(writing.target / FILES):
            with _damage_is_of(folder.crawl_db):
                write_tables(crawl, part := writing.part(FILES))
            files.append(writing.take(part, "crawl.db", "crawl.db"))
            schemas["crawl.db"], tables["crawl.db"] = schema_of(crawl), counts_of(crawl)
            _tell(progress, len(segments) + len(files), total)
            if archive is not None:
                with _damage_is_of(folder.archive_db):
                    _copy_database(archive, part := writing.part(FILES))
                files.append(writing.take(part, "archive.db", "archive.db"))
                schemas["archive.db"], tables["archive.db"] = schema_of(archive), counts_of(archive)
    for path in published:
        if stored := _stored(folder.root, path, writing):
            files.append(stored)
        _tell(progress, len(segments) + len(files), total)
    return Manifest(created, __version__, schemas, tables, tuple(segments), tuple(files))


def _segment(crawl: sqlite3.Connection, writing: _Writing, number: int, rows: int, fingerprint: str) -> Segment:
    first, last = bounds(number)
    known = writing.segments.get(first)
    if known and known.fingerprint == fingerprint and writing.has(known):
        return known
    write_segment(crawl, number, part := writing.part(CAPTURES), writing.whole(known))
    stored = writing.take(part, f"{number + 1:06}", "crawl.db")
    return Segment(stored.name, first, last, rows, fingerprint, stored.bytes, stored.sha256)


def _copy_database(source: sqlite3.Connection, path: Path) -> None:
    """SQLite's online backup, of the moment that the connection holds."""
    with closing(sqlite3.connect(path)) as copied:
        source.backup(copied, pages=COPY_PAGES)
        copied.execute("PRAGMA journal_mode = DELETE")  # one file, that can be read where nothing can be written


def _stored(root: Path, path: Path, writing: _Writing) -> StoredFile | None:
    """A file as it is; None when it is gone meanwhile, as an old publication may be."""
    name = path.relative_to(root).as_posix()
    try:
        copy(path, part := writing.part(FILES))
    except FileNotFoundError:
        return None
    return writing.take(part, path.name, name)


def _others(folder: DataFolder) -> Iterator[Path]:
    """What was decided, what is published and what a machine that runs by itself was told: files that are not being
    written."""
    yield from (path for path in (folder.settings, folder.told) if path.is_file())
    for inside in (folder.decisions, folder.site_db.parent):
        for path in sorted(inside.rglob("*")):
            unfinished = path.name.endswith(UNFINISHED) or path.parent.name == DRAFT
            if path.is_file() and not unfinished:
                yield path


@contextmanager
def _moment(path: Path, known: int) -> Iterator[sqlite3.Connection | None]:
    """A database as it is now, whatever is written to it meanwhile; None when it is not there."""
    if not path.exists():
        yield None
        return
    with closing(connect_read_only(path)) as connection:
        check_version(connection, path, known)
        with explained(path):
            connection.isolation_level = None
            connection.row_factory = None
            connection.execute("BEGIN")
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        yield connection


@contextmanager
def _damage_is_of(database: Path) -> Iterator[None]:
    """A database error that is neither the disk's nor a lock's is one of the file that is read."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError) and "decode" not in str(error):
            raise
        cure = "restore it from the backup" if database.name == "crawl.db" else "run `union-archive rebuild`"
        raise ArchiveError(database, f"cannot be read to its end ({error})", cure) from error


def _check_place(folder: DataFolder, target: Path) -> None:
    """Raises ArchiveError where a backup would be lost with what it is of, or among files that are none of its."""
    need_captures(folder.crawl_db)
    there, data = target.resolve(), folder.root.resolve()
    if there == data or there.is_relative_to(data) or data.is_relative_to(there):
        raise ArchiveError(
            target, "a backup inside the data folder, or around it, is lost with it", "name a folder elsewhere"
        )
    if target.exists() and not target.is_dir():
        raise ArchiveError(target, "this is no folder", "name a folder for the backup")
    with files_explained(target):
        ours = {CAPTURES, FILES, LOCK, MANIFEST, f"{MANIFEST}{PART}"}
        others = sorted(file.name for file in target.iterdir() if file.name not in ours) if target.is_dir() else []
    if others and not (target / MANIFEST).exists():
        raise ArchiveError(target, f"the folder is not empty and no backup ({others[0]})", "name an empty folder")


def _tell(progress: Progress | None, done: int, total: int) -> None:
    if progress:
        progress(done, total)
