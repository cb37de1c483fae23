"""Folders that cannot be written, and files of a newer version of the program: named, and nothing is changed."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.backup import backup
from archive.folder import DataFolder
from tests.conftest import Operator
from tests.filled import execute, fill, page, put


@pytest.fixture
def mounted(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "disk"
    place.mkdir()
    if os.geteuid() or subprocess.run(["mount", "-t", "tmpfs", "tmpfs", place], check=False).returncode:
        pytest.skip("a file system can be mounted by root only")
    yield place
    subprocess.run(["umount", place], check=True)


def files(place: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(place.rglob("*")) if path.is_file()}


@pytest.mark.soak
@pytest.mark.parametrize("command", ["harvest", "build", "rebuild", "publish", "backup to", "restore to"])
def test_a_read_only_folder_is_named(sample: Operator, mounted: Path, tmp_path: Path, command: str) -> None:
    folder = fill(mounted / "data")
    put(folder, page(8))
    backup(folder, mounted / "backup")
    operator = Operator(folder, sample.environment)
    arguments: dict[str, tuple[str | Path, ...]] = {
        "harvest": ("scrapy", "harvest"),
        "backup to": ("union-archive", "backup", mounted / "backup"),
        "restore to": ("union-archive", "restore", mounted / "backup", "--to", mounted / "other"),
    }
    before = files(mounted)
    subprocess.run(["mount", "-o", "remount,ro", mounted], check=True)
    done = operator.run(*arguments.get(command, ("union-archive", command)))
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith(str(mounted))
    assert "read-only" in line.lower() or "readonly" in line or "cannot be written" in line or "unable to open" in line
    assert "; make the " in line
    assert files(mounted) == before


@pytest.mark.soak
def test_a_read_only_folder_can_be_checked_and_backed_up(mounted: Path, tmp_path: Path) -> None:
    folder = fill(mounted / "data")
    subprocess.run(["mount", "-o", "remount,ro", mounted], check=True)
    for command in (["verify"], ["backup", tmp_path / "backup"], ["verify", tmp_path / "backup"]):
        done = Operator(folder).run("union-archive", *command)
        assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.soak
def test_a_backup_on_a_read_only_disk_can_be_checked_and_restored(mounted: Path, tmp_path: Path) -> None:
    folder = fill(tmp_path / "data")
    backup(folder, mounted / "backup")
    subprocess.run(["mount", "-o", "remount,ro", mounted], check=True)
    operator = Operator(DataFolder(tmp_path / "other"))
    assert operator.run("union-archive", "verify", mounted / "backup").returncode == 0
    assert operator.run("union-archive", "restore", mounted / "backup").returncode == 0


COMMANDS = {
    "crawl.db": [("scrapy", "harvest"), ("union-archive", "build"), ("union-archive", "rebuild"),
                 ("union-archive", "verify"), ("union-archive", "backup", "{beside}/backup")],
    "archive.db": [("scrapy", "harvest"), ("union-archive", "build"), ("union-archive", "publish"),
                   ("union-archive", "backup", "{beside}/backup")],
    "site/union-news.db": [("union-archive", "serve", "--port", "1")],
}  # fmt: skip


@pytest.mark.soak
@pytest.mark.parametrize("name", COMMANDS)
def test_a_newer_file_is_named_and_left_alone(sample: Operator, tmp_path: Path, name: str) -> None:
    folder = fill(sample.folder.root)
    path = folder.root / name
    execute(path, "PRAGMA user_version = 999", "PRAGMA wal_checkpoint(TRUNCATE)")
    before = path.read_bytes()
    for command in COMMANDS[name]:
        done = sample.run(*(word.format(beside=tmp_path) for word in command))
        assert done.returncode == 1, command
        (line,) = done.stderr.splitlines()
        assert line.startswith(f"{path}: "), command
        assert "newer version" in line, command
        assert "999" in line, command
        assert "upgrade" in line, command
        assert path.read_bytes() == before, command
    assert not (tmp_path / "backup" / "manifest.json").exists()


@pytest.mark.soak
def test_a_rebuild_replaces_a_newer_archive(operator: Operator) -> None:
    """archive.db is derived: after a downgrade it is made anew."""
    folder = fill(operator.folder.root)
    execute(folder.archive_db, "PRAGMA user_version = 999")
    assert operator.run("union-archive", "rebuild").returncode == 0
    assert operator.run("union-archive", "publish").returncode == 0
