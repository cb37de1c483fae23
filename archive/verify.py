"""Whether a data folder, or a backup of one, is whole: captures, databases, decisions, and what comes of them."""

import random
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from archive import ingest
from archive.backup.disk import files_explained
from archive.backup.fill import damage_of, restore
from archive.backup.manifest import MANIFEST, read_manifest
from archive.capture_schema import SCHEMA_VERSION, need_captures, open_crawl_db
from archive.captures import CaptureStore
from archive.database import check_version, connect_read_only, explained
from archive.decisions import NOTHING_DECIDED, Decisions, read_decisions
from archive.errors import ArchiveError
from archive.folder import DataFolder
from archive.publications import DRAFT
from archive.purge import count_erased, still_there
from archive.sources import SourceError
from archive.withdrawals import purged_of

SAMPLE = 50
"""How many articles are read again."""
SHOWN = 20
"""Problems of one kind that are named; the others are counted."""
REBUILD = "run `union-archive rebuild`"
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Check:
    """What was looked at, how many there were, and what is wrong: one line each with thing, cause and cure."""

    name: str
    looked_at: int
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verification:
    """The checks of a folder; `seed` chose the articles that were read again."""

    path: Path
    seed: int
    checks: tuple[Check, ...]

    @property
    def problems(self) -> list[str]:
        return [problem for check in self.checks for problem in check.problems]

    def as_dict(self) -> dict[str, Any]:
        return {"path": str(self.path), "whole": not self.problems, "seed": self.seed,
                "checks": [asdict(check) for check in self.checks]}  # fmt: skip


def verify(folder: DataFolder, *, seed: int, sample: int = SAMPLE, progress: Progress | None = None) -> Verification:
    """Check a data folder; nothing in it is changed. Raises ArchiveError when there are no captures, or a file is
    locked, of a newer version or no database at all."""
    need_captures(folder.crawl_db)
    decisions, decided = _decisions(folder)
    checks = [decided]
    with closing(_crawl(folder.crawl_db)) as crawl:
        captures = CaptureStore(crawl)
        checks.append(_database(captures.connection, folder.crawl_db, "restore it from a backup"))
        with explained(folder.crawl_db):
            checks.append(Check("captures", len(captures.ids()), _named(captures.verify(progress))))
            checks.append(_erased(captures.connection, decisions))
        if folder.archive_db.exists():
            with closing(connect_read_only(folder.archive_db)) as archive, explained(folder.archive_db):
                checks.append(_database(archive, folder.archive_db, REBUILD))
                checks.append(_captured(archive, captures))
                checks.append(_read_again(archive, captures, decisions, random.Random(seed), sample))  # noqa: S311
    published = sorted(path for path in folder.site_db.parent.rglob("*.db") if path.parent.name != DRAFT)
    checks += [_published(path, folder) for path in published]
    return Verification(folder.root, seed, tuple(checks))


def verify_backup(backup: Path, *, seed: int, sample: int = SAMPLE, progress: Progress | None = None) -> Verification:
    """Check a backup: the hash of each file, then all that `verify` does of a data folder restored from it on trial,
    which needs as much room in the folder for temporary files. Raises ArchiveError as restore does."""
    manifest = read_manifest(backup)
    parts = len(list(manifest.parts()))
    lost = [f"{backup}: {line}; take another backup" for line in damage_of(backup, manifest)]
    files = Check("files", parts, _named(lost))
    if lost:
        return Verification(backup, seed, (files,))
    with files_explained(Path(tempfile.gettempdir())), tempfile.TemporaryDirectory(prefix="union-archive-") as trial:
        folder = DataFolder(Path(trial) / "data")
        restore(backup, folder)
        found = verify(folder, seed=seed, sample=sample, progress=progress)
    return Verification(backup, seed, (files, *found.checks))


def is_backup(path: Path) -> bool:
    """Whether a folder holds a backup, rather than being a data folder."""
    return (path / MANIFEST).exists() or not (path / "crawl.db").exists()


def _crawl(path: Path) -> sqlite3.Connection:
    """crawl.db for reading; one of an earlier version is brought to the newest form, as every command does."""
    connection = connect_read_only(path)
    if check_version(connection, path, SCHEMA_VERSION) == SCHEMA_VERSION:
        return connection
    connection.close()
    return open_crawl_db(path)


def _decisions(folder: DataFolder) -> tuple[Decisions, Check]:
    files = len([path for path in folder.decisions.glob("*") if path.is_file()])
    try:
        return read_decisions(folder), Check("decisions", files)
    except (ArchiveError, SourceError) as error:
        return NOTHING_DECIDED, Check("decisions", files, _named(str(error).splitlines()))


def _database(connection: sqlite3.Connection, path: Path, cure: str) -> Check:
    """Whether a file is sound and every reference in it leads to something; how many tables it has."""
    problems = []
    try:
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_master WHERE type = 'table'").fetchone()
        problems += [row[0] for row in connection.execute(f"PRAGMA integrity_check({SHOWN})") if row[0] != "ok"]
        for table, row, parent, _ in connection.execute("PRAGMA foreign_key_check"):
            problems.append(f"row {row} of {table} refers to nothing in {parent}")
    except sqlite3.DatabaseError as error:
        if "locked" in str(error):
            raise
        tables = 0
        problems.append(str(error))
    return Check(path.name, tables, _named([f"{path}: {problem}; {cure}" for problem in problems]))


def _erased(crawl: sqlite3.Connection, decisions: Decisions) -> Check:
    """How many captures were erased on request, and whether all were that the decisions name."""
    waiting = [
        f"capture {capture}: its bytes are still there, and withdrawals.csv purges them; run `union-archive publish`"
        for capture in still_there(crawl, purged_of(decisions.withdrawals))
    ]
    return Check("captures erased on request", count_erased(crawl), _named(waiting))


def _captured(archive: sqlite3.Connection, captures: CaptureStore) -> Check:
    """Whether the capture of every version is there."""
    there = set(captures.ids())
    rows = archive.execute("SELECT article, capture FROM revisions ORDER BY article, captured").fetchall()
    lost = [
        f"article {article}: its capture {capture} is not in crawl.db; restore crawl.db from a backup"
        for article, capture in rows
        if capture not in there
    ]
    return Check("captures of versions", len(rows), _named(lost))


def _read_again(
    archive: sqlite3.Connection, captures: CaptureStore, decisions: Decisions, chance: random.Random, sample: int
) -> Check:
    """Whether some articles, read again from their newest capture, give the text they have."""
    ids = [row[0] for row in archive.execute("SELECT id FROM articles ORDER BY id")]
    chosen = sorted(chance.sample(ids, min(sample, len(ids))))
    return Check(
        "articles read again", len(chosen), _named(list(_read_otherwise(archive, captures, decisions, chosen)))
    )


def _read_otherwise(
    archive: sqlite3.Connection, captures: CaptureStore, decisions: Decisions, chosen: list[str]
) -> Iterator[str]:
    for article in chosen:
        row = archive.execute(
            "SELECT capture, hash FROM ingested WHERE article = ? AND hash IS NOT NULL"
            " ORDER BY captured DESC, capture DESC LIMIT 1",
            (article,),
        ).fetchone()
        if row is None:
            yield f"article {article}: no capture of it was read; {REBUILD}"
            continue
        try:
            capture = captures.get(row["capture"])
            files = captures.files_of(row["capture"])
        except ArchiveError:
            continue  # named among the captures
        reading = ingest.read(capture, files, decisions.furniture_of(capture.source.id))
        if reading.article is None or reading.article.text_hash != row["hash"]:
            yield f"article {article}: capture {row['capture']} gives another text than the archive has; {REBUILD}"


def _published(path: Path, folder: DataFolder) -> Check:
    """Whether a published file, the current one or a kept one, is sound."""
    name = path.relative_to(folder.root).as_posix()
    try:
        with closing(connect_read_only(path)) as connection:
            return replace(_database(connection, path, "run `union-archive publish`"), name=name)
    except ArchiveError as error:
        return Check(name, 0, (str(error),))


def _named(problems: list[str]) -> tuple[str, ...]:
    if len(problems) <= SHOWN:
        return tuple(problems)
    return (*problems[:SHOWN], f"… and {len(problems) - SHOWN} more")
