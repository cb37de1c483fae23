"""A database that another program holds for more than a minute: named after that minute, nothing changed. Backups and
publications of what is only being written to need not wait at all."""

import sqlite3
import subprocess
import sys
import time
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from archive.folder import DataFolder
from archive.lock import locked
from archive.verify import verify
from tests.conftest import ROOT, Operator
from tests.crawler.test_harvest import contents, query
from tests.filled import execute, fill, page, put

BIN = Path(sys.executable).parent


@pytest.mark.soak
@pytest.mark.parametrize("name", ["crawl.db", "archive.db"])
def test_a_database_held_for_a_minute_is_named(tmp_path: Path, name: str) -> None:
    """Held for itself alone, as a program with `locking_mode = EXCLUSIVE` does: not even reading is allowed."""
    commands = {"crawl.db": ["build", "rebuild", "backup", "verify"], "archive.db": ["build", "publish", "backup"]}[
        name
    ]
    with ExitStack() as held:
        running = []
        for command in commands:  # each in a folder of its own, so that they wait side by side
            folder = fill(tmp_path / command / "data")
            before = contents(folder.archive_db), query(folder.site_db, "SELECT id, title FROM articles")
            other = held.enter_context(closing(sqlite3.connect(folder.root / name)))
            other.execute("PRAGMA locking_mode = EXCLUSIVE")
            other.execute("BEGIN EXCLUSIVE")
            other.execute("CREATE TABLE half_written (x)")
            more = [str(tmp_path / command / "backup")] if command == "backup" else []
            process = subprocess.Popen(
                [BIN / "union-archive", command, *more],
                cwd=ROOT,
                env={"UNION_ARCHIVE_DATA": str(folder.root), "PATH": str(BIN)},
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            running.append((command, folder, other, before, process))
        for command, folder, other, before, process in running:
            said = process.communicate(timeout=200)[1]
            assert process.returncode == 1, command
            assert said == (
                f"{folder.root / name}: the database is locked by another program;"
                " wait until it ends, then run this again\n"
            ), command
            other.rollback()
            other.close()
            assert (contents(folder.archive_db), query(folder.site_db, "SELECT id, title FROM articles")) == before
            assert verify(folder, seed=1).problems == []
            assert not (tmp_path / command / "backup" / "manifest.json").exists()


@pytest.mark.soak
def test_a_backup_waits_for_no_writer(operator: Operator, tmp_path: Path) -> None:
    folder = fill(operator.folder.root)
    started = time.monotonic()
    with locked(folder.lock), ExitStack() as held:
        for path in (folder.crawl_db, folder.archive_db):
            other = held.enter_context(closing(sqlite3.connect(path)))
            other.execute("BEGIN IMMEDIATE")
            other.execute("CREATE TABLE half_written (x)")
        done = operator.run("union-archive", "backup", tmp_path / "backup")
    assert (done.returncode, done.stderr) == (0, "")
    assert time.monotonic() - started < 50
    restored = operator.run("union-archive", "restore", tmp_path / "backup", "--to", tmp_path / "other")
    assert restored.returncode == 0, restored.stderr
    assert query(tmp_path / "other" / "crawl.db", "SELECT name FROM sqlite_master WHERE name = 'half_written'") == []


@pytest.mark.parametrize(
    "command",
    [("scrapy", "harvest"), ("union-archive", "build"), ("union-archive", "rebuild"), ("union-archive", "run")],
)
def test_two_at_once(sample: Operator, command: tuple[str, str]) -> None:
    folder = fill(sample.folder.root)
    put(folder, page(8))
    before = contents(folder.archive_db)
    with locked(folder.lock):
        done = sample.run(*command)
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"{folder.lock}: another harvest, build or rebuild is at work on this folder: ")
    assert line.endswith("; wait until it ends")
    assert contents(folder.archive_db) == before


@pytest.mark.soak
def test_two_backups_and_two_restores_at_once(operator: Operator, tmp_path: Path) -> None:
    fill(operator.folder.root)
    assert operator.run("union-archive", "backup", tmp_path / "backup").returncode == 0
    other = DataFolder(tmp_path / "other")
    with locked(tmp_path / "backup" / "backup.lock"), locked(other.lock):
        second = operator.run("union-archive", "backup", tmp_path / "backup")
        third = operator.run("union-archive", "restore", tmp_path / "backup", "--to", other.root)
    assert (second.returncode, third.returncode) == (1, 1)
    assert "backup.lock: another backup is at work on this folder: " in second.stderr
    assert second.stderr.endswith("; wait until it ends\n")
    assert "run.lock: another harvest, build or rebuild is at work" in third.stderr
    assert [path.name for path in other.root.iterdir()] == ["run.lock"]


def test_a_reader_keeps_no_rebuild_from_ending(tmp_path: Path) -> None:
    folder = fill(tmp_path / "data")
    execute(folder.archive_db, "UPDATE articles SET title = 'old'")
    with closing(sqlite3.connect(folder.archive_db)) as reader:
        reader.execute("BEGIN")
        assert reader.execute("SELECT DISTINCT title FROM articles").fetchall() == [("old",)]
        assert Operator(folder).run("union-archive", "rebuild").returncode == 0
        assert reader.execute("SELECT DISTINCT title FROM articles").fetchall() == [("old",)], "its own moment"
    assert len(query(folder.archive_db, "SELECT DISTINCT title FROM articles")) == 5
