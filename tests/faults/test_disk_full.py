"""A disk that fills up at any write, the real thing: a small file system, with more or less room left on it.

Whatever was being done then ends with one line, what was there before stays, and with room again the same command gives
what it gives on an empty disk.
"""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from archive.backup import backup, restore
from archive.decisions import read_decisions
from archive.errors import ArchiveError
from archive.folder import DataFolder
from archive.publish import publish
from archive.rebuild import rebuild
from archive.verify import verify, verify_backup
from tests.conftest import Operator
from tests.crawler.test_harvest import contents, harvest, query
from tests.filled import EDITED, LATER, fill, page, put, take

KB = 1024
ROOM = [*range(0, 128, 16), *range(128, 1024, 96), 1200, 1600, 2300, 3000, 6000, 12000]
"""Kilobytes left on the disk: from none to enough for all that is done here."""


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=48m", "tmpfs", str(place)]
    if os.geteuid() or subprocess.run(mount, check=False).returncode:
        pytest.skip("a small file system can be mounted by root only")
    yield place
    subprocess.run(["umount", place], check=True)


def leave(disk: Path, room: int) -> None:
    """Fill the disk but for so many kilobytes."""
    free = shutil.disk_usage(disk).free
    with (disk / "ballast").open("wb") as ballast:
        os.posix_fallocate(ballast.fileno(), 0, max(1, free - room * KB))


def make_room(disk: Path) -> None:
    (disk / "ballast").unlink()


def names(place: Path) -> set[str]:
    """The files of a folder but those that SQLite keeps beside an open database."""
    return {
        str(path.relative_to(place))
        for path in place.rglob("*")
        if path.is_file() and not path.name.endswith(("-wal", "-shm"))
    }


def do_rebuild(folder: DataFolder, other: Path) -> None:
    rebuild(folder.crawl_db, folder.archive_db, decisions=read_decisions(folder))


def do_build(folder: DataFolder, other: Path) -> None:
    take(folder)


def do_publish(folder: DataFolder, other: Path) -> None:
    publish(folder.archive_db, folder.site_db, crawl_db=folder.crawl_db)


def do_backup(folder: DataFolder, other: Path) -> None:
    backup(folder, other / "backup")


def do_restore(folder: DataFolder, other: Path) -> None:
    restore(other / "earlier", DataFolder(other / "restored"))


def state(folder: DataFolder, other: Path) -> dict[str, Any]:
    """What must be as it was when a command failed, and as it should be when one did not."""
    return {
        # Publishing finds out which articles are one story, and that stays.
        "archive": {table: rows for table, rows in contents(folder.archive_db).items() if table != "stories"},
        "captures": query(folder.crawl_db, "SELECT * FROM captures"),
        "published": query(folder.site_db, "SELECT id, title, revisions FROM articles ORDER BY n"),
        "backup": sorted(names(other / "backup")) if (other / "backup" / "manifest.json").exists() else None,
        "restored": (other / "restored" / "crawl.db").exists(),
    }


@pytest.mark.soak
@pytest.mark.parametrize("command", [do_build, do_rebuild, do_publish, do_backup, do_restore])
def test_a_full_disk_is_named_and_nothing_is_lost(
    tmp_path: Path, disk: Path, command: Callable[[DataFolder, Path], None]
) -> None:
    whole = fill(tmp_path / "whole", articles=12)
    backup(whole, tmp_path / "earlier")
    put(whole, *(page(number) for number in range(20, 60)), page(1, EDITED + " Lần nữa.", fetched=LATER[:-1] + "1"))
    seen: list[str] = []
    wanted: dict[str, Any] | None = None
    for room in ROOM:
        place = disk / f"{room}"
        folder = DataFolder(place / "data")
        shutil.copytree(whole.root, folder.root)
        shutil.copytree(tmp_path / "earlier", place / "earlier")
        shutil.copytree(tmp_path / "earlier", place / "backup")
        if command in (do_publish, do_backup):
            take(folder)
        before = state(folder, place)
        leave(disk, room)
        try:
            command(folder, place)
            seen.append("done")
        except ArchiveError as error:
            assert str(error).endswith("the disk is full; free some space, then run this again"), error
            assert str(error).startswith(str(place))
            seen.append("full")
        make_room(disk)
        if seen[-1] == "full":
            now = state(folder, place)
            if command is do_build:  # what was taken before the disk was full is taken
                assert set(before["archive"]["articles"]) <= set(now["archive"]["articles"])
                now["archive"] = before["archive"]
            assert (now | {"backup": None}) == (before | {"backup": None}), room
            assert not {name for name in names(place) if ".new" in name or name.startswith("restored/restoring")}
            if command is do_backup:
                assert verify_backup(place / "backup", seed=1).problems == [], room
            command(folder, place)
        assert verify(folder, seed=1, sample=5).problems == []
        if command is do_restore:
            assert verify(DataFolder(place / "restored"), seed=1, sample=5).problems == []
        result = state(folder, place)
        wanted = wanted or result
        assert result == wanted, room
        shutil.rmtree(place)
    assert {"full", "done"} == set(seen), "there was too little room, and enough"
    assert seen == sorted(seen, reverse=True), "the more room the better"


@pytest.mark.soak
def test_a_harvest_onto_a_full_disk(sample: Operator, tmp_path: Path, disk: Path) -> None:
    harvest(sample)
    wanted = query(sample.folder.archive_db, "SELECT id, title, body FROM articles ORDER BY id")
    statuses = set()
    for room in (40, 150, 400, 900, 4000, 16000):
        operator = Operator(DataFolder(disk / str(room)), sample.environment)
        harvest(operator, "mau.dam-ha")
        leave(disk, room)
        done = operator.run("scrapy", "harvest")
        make_room(disk)
        statuses.add(done.returncode)
        assert "Traceback" not in done.stderr, room
        if done.returncode:
            assert "the disk is full" in done.stderr or "database or disk is full" in done.stderr, done.stderr
        else:
            assert done.stderr == ""
        assert verify(operator.folder, seed=1).problems == []
        harvest(operator)
        assert query(operator.folder.archive_db, "SELECT id, title, body FROM articles ORDER BY id") == wanted, room
        shutil.rmtree(operator.folder.root)
    assert statuses == {0, 1}


@pytest.mark.parametrize("command", ["build", "rebuild", "publish", "backup", "restore"])
def test_the_command_ends_with_one_line_and_status_1(tmp_path: Path, disk: Path, command: str) -> None:
    folder = fill(disk / "data")
    backup(folder, disk / "backup")
    put(folder, page(20))
    leave(disk, 8)
    arguments = {"backup": [disk / "backup"], "restore": [disk / "backup", "--to", disk / "restored"]}
    done = Operator(folder).run("union-archive", command, *arguments.get(command, []))
    assert done.returncode == 1, done.stdout
    (line,) = done.stderr.splitlines()
    assert line.startswith(str(disk))
    assert line.endswith(": the disk is full; free some space, then run this again")
