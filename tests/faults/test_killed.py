"""Commands killed with -9 at random moments: what was whole stays whole, and the next one goes on."""

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from archive.backup import backup, restore
from archive.backup.manifest import read_manifest
from archive.folder import DataFolder
from archive.publications import DRAFT, kept, publish_and_keep
from archive.verify import verify, verify_backup
from tests.conftest import ROOT
from tests.crawler.test_harvest import contents, query
from tests.filled import fill

KILLS = 12


def kills(name: str, folder: DataFolder, other: Path) -> Iterator[int]:
    """Start the work, kill it after a while, again and again."""
    chance = random.Random(name)
    for kill in range(KILLS):
        with subprocess.Popen(
            [sys.executable, "-m", "tests.faults.work", name, str(folder.root), str(other)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stdout
            assert process.stdout.readline() == "begun\n"
            time.sleep(chance.uniform(0, 0.6))
            os.kill(process.pid, signal.SIGKILL)
            said = process.communicate()[1]
            assert process.returncode == -signal.SIGKILL, said
        yield kill


@pytest.mark.soak
def test_a_killed_publish_leaves_the_publication_before(tmp_path: Path) -> None:
    folder = fill(tmp_path / "data", articles=40)
    wanted = query(folder.site_db, "SELECT id, title, body FROM articles ORDER BY n")
    for kill in kills("publish", folder, tmp_path):
        assert verify(folder, seed=kill).problems == []
        with closing(sqlite3.connect(f"file:{folder.site_db}?mode=ro", uri=True)) as db:
            assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)], kill
            assert db.execute("SELECT id, title, body FROM articles ORDER BY n").fetchall() == wanted, kill
    publish_and_keep(folder.archive_db, folder.site_db, crawl_db=folder.crawl_db)
    assert query(folder.site_db, "SELECT id, title, body FROM articles ORDER BY n") == wanted
    assert not list(folder.root.rglob("*.new*")), "what the killed ones left is swept"
    names = {path.name for path in (folder.site_db.parent / "publications").iterdir()}
    assert names == {one.name for one in kept(folder.site_db)} and DRAFT not in names
    assert verify(folder, seed=1).problems == []


@pytest.mark.soak
def test_a_killed_backup_leaves_the_backup_before(tmp_path: Path) -> None:
    folder = fill(tmp_path / "data", articles=40)
    target = tmp_path / "backup"
    before = backup(folder, target).captures
    for kill in kills("backup", folder, tmp_path):
        assert verify_backup(target, seed=kill).problems == [], kill
        now = read_manifest(target).tables["crawl.db"]["captures"]
        assert now >= before, "a finished backup is never lost"
        before = now
    backup(folder, target)
    assert {str(path.relative_to(target)) for path in target.rglob("*/*")} == {
        part.name for part in read_manifest(target).parts()
    }
    other = DataFolder(tmp_path / "other")
    restore(target, other)
    assert contents(other.archive_db) == contents(folder.archive_db)


@pytest.mark.soak
def test_a_killed_first_backup_is_none_and_in_nobodys_way(tmp_path: Path) -> None:
    folder = fill(tmp_path / "data", articles=40)
    target = tmp_path / "backup"
    for inside in ("captures", "files"):
        (target / inside).mkdir(parents=True)
    (target / "files" / "123.part").write_text("half")
    (target / "backup.lock").write_text("union-archive backup, process 1, since …")
    backup(folder, target)
    assert verify_backup(target, seed=1).problems == []


@pytest.mark.soak
def test_a_killed_restore_is_taken_up_again(tmp_path: Path) -> None:
    folder = fill(tmp_path / "data", articles=40)
    backup(folder, tmp_path / "backup")
    other = DataFolder(tmp_path / "restored")
    finished = 0
    for kill in kills("restore", folder, tmp_path):
        if other.crawl_db.exists():  # moved last: all is there
            finished += 1
        else:
            restore(tmp_path / "backup", other)
        assert verify(other, seed=1).problems == [], kill
        assert contents(other.archive_db) == contents(folder.archive_db)
        shutil.rmtree(other.root)  # else the next one would rightly refuse to fill it
    assert finished < KILLS
