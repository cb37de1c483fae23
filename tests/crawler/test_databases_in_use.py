"""Databases that are locked or on a read-only file system: the real thing, waited out. Slow, so left to make soak."""

import os
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from archive.folder import DataFolder
from tests.conftest import Operator
from tests.crawler.test_harvest import contents, harvest

pytestmark = pytest.mark.soak


@pytest.mark.parametrize("name", ["crawl.db", "archive.db"])
def test_a_database_locked_for_a_minute_is_named(sample: Operator, name: str) -> None:
    harvest(sample, "mau.dam-ha")
    before = contents(sample.folder.archive_db)
    path = sample.folder.root / name
    with closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        done = sample.run("scrapy", "harvest")
        other.rollback()
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line == f"{path}: the database is locked by another program; wait until it ends, then run this again"
    assert contents(sample.folder.archive_db) == before
    harvest(sample)


@pytest.fixture
def mounted(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "disk"
    place.mkdir()
    if os.geteuid() or subprocess.run(["mount", "-t", "tmpfs", "tmpfs", place], check=False).returncode:
        pytest.skip("a file system can be mounted by root only")
    yield place
    subprocess.run(["umount", place], check=True)


@pytest.mark.parametrize("command", [("scrapy", "harvest"), ("union-archive", "build"), ("union-archive", "publish")])
def test_a_read_only_file_system_is_named(sample: Operator, mounted: Path, command: tuple[str, ...]) -> None:
    operator = Operator(DataFolder(mounted / "data"), sample.environment)
    harvest(operator, "mau.dam-ha")
    before = contents(operator.folder.archive_db)
    subprocess.run(["mount", "-o", "remount,ro", mounted], check=True)
    done = operator.run(*command)
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith(str(operator.folder.root))
    subprocess.run(["mount", "-o", "remount,rw", mounted], check=True)
    assert contents(operator.folder.archive_db) == before
    harvest(operator)
