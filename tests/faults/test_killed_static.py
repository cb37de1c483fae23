"""The static twin killed with -9: the one that was served stays whole, and what was half written is swept."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.static import place, write_static
from archive.static.place import MARK, put_in_place
from tests.conftest import ROOT
from tests.filled import fill

ADDRESS = "https://tin.example/kho"
METADATA = ROOT / "metadata.yml"


def kills(name: str, times: int, longest: float, data: Path, other: Path) -> Iterator[int]:
    """Start the work, kill it after a while (up to `longest` seconds), again and again."""
    chance = random.Random(name)
    for kill in range(times):
        with subprocess.Popen(
            [sys.executable, "-m", "tests.faults.work", name, str(data), str(other)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stdout
            assert process.stdout.readline() == "begun\n"
            time.sleep(chance.uniform(0, longest))
            os.kill(process.pid, signal.SIGKILL)
            said = process.communicate()[1]
            assert process.returncode == -signal.SIGKILL, said
        yield kill


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.soak
def test_a_killed_twin_leaves_the_one_that_is_served(tmp_path: Path) -> None:
    folder = fill(tmp_path / "data")
    beside = tmp_path / "www"
    written = write_static(folder.site_db, beside / "kho", address=ADDRESS, metadata=METADATA)
    whole = tree(beside / "kho")
    left = 0
    for kill in kills("twin", 8, written.seconds, folder.root, beside):
        assert tree(beside / "kho") == whole, kill
        left += len(list(beside.iterdir())) > 1
        assert len(list(beside.iterdir())) <= 2, "each run sweeps what the one before left"
    assert left, "no kill met a half-written one"
    write_static(folder.site_db, beside / "kho", address=ADDRESS, metadata=METADATA)
    assert tree(beside / "kho") == whole
    assert [path.name for path in beside.iterdir()] == ["kho"]


@pytest.mark.soak
def test_a_kill_while_one_takes_the_place_of_the_other(tmp_path: Path) -> None:
    """All of one twin or all of the other, and never none."""
    with put_in_place(tmp_path / "kho", "0") as new:
        for number in range(40):
            (new / f"{number}.txt").write_text("0")
    seen = set()
    for kill in kills("place", 40, 0.25, tmp_path / "data", tmp_path):
        found = tree(tmp_path / "kho")
        assert len(found) == 41, kill
        assert len(set(found.values())) == 1, kill
        seen.add(found[MARK])
    assert len(seen) > 20
    with put_in_place(tmp_path / "kho", "last"):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["kho"]


def test_what_is_being_written_is_not_swept(tmp_path: Path) -> None:
    (tmp_path / "kho.1.new").mkdir()
    (tmp_path / "kho.1.new" / "half.html").write_text("x")
    (tmp_path / "kho.tin.new").mkdir()
    with subprocess.Popen(
        [sys.executable, "-c", AT_WORK, str(tmp_path / "kho")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdin and other.stdout
        name = other.stdout.readline().strip()
        with put_in_place(tmp_path / "kho", "here"):
            assert (tmp_path / name).is_dir()
            assert not (tmp_path / "kho.1.new").exists()
        other.communicate("\n")
    assert (tmp_path / "kho" / MARK).read_text() == "there", "the last one to finish stays"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kho", "kho.tin.new"]


AT_WORK = """
import sys
from pathlib import Path
from archive.static.place import put_in_place
with put_in_place(Path(sys.argv[1]), "there") as new:
    print(new.name, flush=True)
    input()
"""


def test_a_file_system_that_cannot_exchange(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two renames: what is killed between them is put back by the next one, also if that one fails."""
    monkeypatch.setattr(place, "_EXCHANGE", 1 << 20)  # a flag no kernel knows
    for said in ("one", "two"):
        with put_in_place(tmp_path / "kho", said):
            pass
        assert (tmp_path / "kho" / MARK).read_text() == said
        assert [path.name for path in tmp_path.iterdir()] == ["kho"]
    (tmp_path / "kho").rename(tmp_path / "kho.7.old")
    with pytest.raises(RuntimeError), put_in_place(tmp_path / "kho", "three"):
        raise RuntimeError
    assert (tmp_path / "kho" / MARK).read_text() == "two"
    assert [path.name for path in tmp_path.iterdir()] == ["kho"]
