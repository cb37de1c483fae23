"""verify: each thing that can be wrong with a data folder or a backup is named, and nothing else is."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from archive.backup import backup
from archive.errors import ArchiveError
from archive.folder import DataFolder
from archive.verify import Verification, verify, verify_backup
from tests.conftest import Operator
from tests.filled import DAMAGE, execute, fill


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return fill(tmp_path / "data")


def problems(found: Verification) -> dict[str, tuple[str, ...]]:
    return {check.name: check.problems for check in found.checks if check.problems}


def test_a_folder_that_is_whole(folder: DataFolder) -> None:
    before = {path.name: path.stat().st_size for path in folder.root.rglob("*.db")}
    found = verify(folder, seed=1)
    assert found.problems == []
    assert {check.name: check.looked_at for check in found.checks if not check.name.endswith(".db")} == {
        "decisions": 1,
        "captures": 7,
        "captures erased on request": 0,
        "captures of versions": 6,
        "articles read again": 5,
    }
    assert {path.name: path.stat().st_size for path in folder.root.rglob("*.db")} == before


@pytest.mark.parametrize(
    ("harm", "check", "said"),
    [
        (DAMAGE.format(1), "captures", "capture 1 (https://a.example.vn/tin/bai-1): its bytes are"),
        ("DELETE FROM source_records", "crawl.db", "row 1 of captures refers to nothing in source_records; restore it"),
        ("DELETE FROM captures WHERE id = 3", "captures of versions", "its capture 3 is not in crawl.db; restore"),
    ],
)
def test_what_is_wrong_with_the_captures_is_named(folder: DataFolder, harm: str, check: str, said: str) -> None:
    execute(folder.crawl_db, harm)
    found = problems(verify(folder, seed=1))
    assert any(said in problem for problem in found[check])


@pytest.mark.parametrize(
    ("harm", "check", "said"),
    [
        (
            "UPDATE ingested SET hash = 'x'",
            "articles read again",
            "another text than the archive has; run `union-",
        ),
        ("DELETE FROM ingested", "articles read again", "no capture of it was read; run `union-archive rebuild`"),
        ("DELETE FROM sources", "archive.db", "of articles refers to nothing in sources; run `union-archive rebuild`"),
    ],
)
def test_what_is_wrong_with_the_archive_is_named(folder: DataFolder, harm: str, check: str, said: str) -> None:
    execute(folder.archive_db, harm)
    found = problems(verify(folder, seed=1))
    assert list(found) == [check]
    assert all(said in problem for problem in found[check])


@pytest.mark.parametrize("name", ["crawl.db", "archive.db", "site/union-news.db"])
def test_a_damaged_file_is_named(folder: DataFolder, name: str) -> None:
    path = folder.root / name
    execute(path, "PRAGMA wal_checkpoint(TRUNCATE)")
    content = bytearray(path.read_bytes())
    content[-8192 * 2 :] = b"\xff" * 8192 * 2
    path.write_bytes(content)
    found = verify(folder, seed=1)
    assert any(problem.startswith(str(path)) for problem in found.problems)


def test_decisions_that_cannot_be_read_are_named(folder: DataFolder) -> None:
    (folder.decisions / "corrections.csv").write_text("article,field\n")
    found = problems(verify(folder, seed=1))
    assert list(found) == ["decisions"]
    assert "corrections.csv: line 1" in found["decisions"][0]


def test_the_seed_chooses_the_sample(folder: DataFolder) -> None:
    execute(folder.archive_db, "UPDATE ingested SET hash = 'x' WHERE capture = 3")
    seen = [bool(verify(folder, seed=seed, sample=1).problems) for seed in range(12)]
    assert len(set(seen)) == 2
    assert seen == [bool(verify(folder, seed=seed, sample=1).problems) for seed in range(12)]


def test_many_problems_of_a_kind_are_counted(tmp_path: Path) -> None:
    folder = fill(tmp_path / "data", articles=30)
    execute(folder.crawl_db, "UPDATE captures SET sha256 = 'x'")
    found = problems(verify(folder, seed=1))["captures"]
    assert len(found) == 21
    assert found[-1] == "… and 12 more"


def test_a_backup_is_restored_on_trial(folder: DataFolder, tmp_path: Path) -> None:
    execute(folder.crawl_db, DAMAGE.format(2))
    backup(folder, tmp_path / "backup")
    found = problems(verify_backup(tmp_path / "backup", seed=1))
    assert list(found) == ["captures"], "what was damaged when it was backed up"
    (file,) = (tmp_path / "backup" / "captures").iterdir()
    file.write_bytes(file.read_bytes()[:-1])
    found = problems(verify_backup(tmp_path / "backup", seed=1))
    assert list(found) == ["files"]
    assert "(captures 1 to 1000) is not what was written; take another backup" in found["files"][0]
    with pytest.raises(ArchiveError, match="no finished backup here"):
        verify_backup(tmp_path / "nowhere", seed=1)


@pytest.mark.soak
def test_the_command_names_each_problem_and_ends_with_1(operator: Operator) -> None:
    folder = fill(operator.folder.root)
    good = operator.run("union-archive", "verify", "--seed", "7")
    assert (good.returncode, good.stderr) == (0, "")
    assert good.stdout.rstrip().endswith("--seed 7")
    execute(folder.crawl_db, DAMAGE.format(1))
    bad = operator.run("union-archive", "verify", folder.root, "--json")
    assert bad.returncode == 1
    said = json.loads(bad.stdout)
    assert said["whole"] is False
    assert [check["name"] for check in said["checks"] if check["problems"]] == ["captures"]
    (line,) = bad.stderr.splitlines()
    assert line.startswith("capture 1 (")
    assert line.endswith("restore crawl.db from a backup")


def test_the_published_file_stays_as_it_is(folder: DataFolder) -> None:
    before = folder.site_db.read_bytes()
    verify(folder, seed=1)
    assert folder.site_db.read_bytes() == before
    with closing(sqlite3.connect(folder.crawl_db)) as db:
        assert db.execute("SELECT count(*) FROM captures").fetchone() == (7,)
