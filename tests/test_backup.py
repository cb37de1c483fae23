"""Backup and restore: what is restored is what there was, row by row; what was erased is gone; a kill loses nothing."""

import json
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from archive.backup import backup, restore, segments
from archive.backup import fill as filling
from archive.backup import make as making
from archive.backup import manifest as manifests
from archive.backup.manifest import read_manifest
from archive.captures import CaptureStore
from archive.decisions import read_decisions
from archive.errors import ArchiveError
from archive.folder import DataFolder
from archive.kept import current, kept
from archive.lock import locked
from archive.publications import back, publish_and_keep
from archive.publish import publish
from archive.rebuild import rebuild
from archive.verify import verify, verify_backup
from tests.conftest import Operator
from tests.crawler.test_harvest import query
from tests.filled import DAMAGE, EDITED, execute, fill, page, put, take


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return fill(tmp_path / "data")


@pytest.fixture
def small_segments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segments, "ROWS", 3)


def content(path: Path) -> list[str]:
    """A database as SQL: schema and every row; with the rowids of the frontier, which is walked in their order."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
        tables = {row[0] for row in db.execute("SELECT name FROM sqlite_master")}
        rowids = db.execute("SELECT rowid, article FROM frontier").fetchall() if "frontier" in tables else []
        return [*sorted(db.iterdump()), repr(rowids), repr(db.execute("PRAGMA user_version").fetchone())]


def files_in(place: Path) -> dict[str, bytes]:
    return {str(path.relative_to(place)): path.read_bytes() for path in sorted(place.rglob("*")) if path.is_file()}


def addresses(folder: DataFolder) -> list[Any]:
    with closing(sqlite3.connect(f"file:{folder.site_db}?mode=ro", uri=True)) as db:
        return db.execute("SELECT id, url, revisions FROM articles ORDER BY id").fetchall()


def versions(folder: DataFolder) -> list[Any]:
    return query(folder.archive_db, "SELECT * FROM revisions ORDER BY article, captured")


def check_same(one: DataFolder, other: DataFolder) -> None:
    for name in ("crawl.db", "archive.db"):
        assert content(one.root / name) == content(other.root / name), name
    for name in ("decisions", "site"):
        assert files_in(one.root / name) == files_in(other.root / name), name


def test_what_is_restored_is_what_there_was(folder: DataFolder, tmp_path: Path, small_segments: None) -> None:
    execute(folder.crawl_db, "INSERT INTO frontier (rowid, article, source, url, state, first_seen)"
            " VALUES (77, 'y', 'a.b', 'v', 'new', 'f')")  # fmt: skip
    folder.settings.write_text("ping: https://ping.example.org/1\n")
    made = backup(folder, tmp_path / "backup")
    assert (made.captures, made.articles) == (7, 5)
    assert made.written == made.bytes
    other = DataFolder(tmp_path / "other")
    done = restore(tmp_path / "backup", other)
    assert (done.captures, done.articles) == (7, 5)
    check_same(folder, other)
    assert other.settings.read_text() == folder.settings.read_text()
    assert sorted(path.name for path in other.root.iterdir()) == [
        "archive.db", "crawl.db", "decisions", "run.lock", "settings.yml", "site",
    ]  # fmt: skip


def test_all_goes_on_after_a_restore(folder: DataFolder, tmp_path: Path) -> None:
    backup(folder, tmp_path / "backup")
    other = DataFolder(tmp_path / "other")
    restore(tmp_path / "backup", other)
    before = addresses(folder)
    publish(other.archive_db, other.site_db, crawl_db=other.crawl_db)
    assert addresses(other) == before
    put(other, page(6), page(2, EDITED, fetched="2023-08-01T00:00:00.000+00:00"))
    assert take(other) == []
    found = versions(other)
    assert len(found) == 8
    rebuild(other.crawl_db, other.archive_db, decisions=read_decisions(other))
    assert versions(other) == found
    assert verify(other, seed=1).problems == []
    with closing(CaptureStore(other.crawl_db)) as captures:
        assert captures.connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"


def test_a_second_backup_writes_what_is_new(folder: DataFolder, tmp_path: Path, small_segments: None) -> None:
    target = tmp_path / "backup"
    first = backup(folder, target)
    before = {path.name: path.stat().st_mtime_ns for path in (target / "captures").iterdir()}
    assert backup(folder, target).written == 0
    put(folder, page(6))
    second = backup(folder, target)
    after = {path.name: path.stat().st_mtime_ns for path in (target / "captures").iterdir()}
    assert 0 < second.written < first.written
    assert len(before.items() & after.items()) == len(before) - 1, "all segments but the last are as they were"
    assert len(after) == 3
    restore(target, DataFolder(tmp_path / "other"))
    check_same(folder, DataFolder(tmp_path / "other"))
    assert {file for file in files_in(target) if "/" in file} == {part.name for part in read_manifest(target).parts()}


@pytest.mark.parametrize("erase", ["DELETE FROM captures WHERE id = 2", "UPDATE captures SET body = x'' WHERE id = 2"])
def test_what_a_purge_erased_is_in_no_later_backup(
    folder: DataFolder, tmp_path: Path, small_segments: None, erase: str
) -> None:
    target = tmp_path / "backup"
    backup(folder, target)
    with closing(sqlite3.connect(folder.crawl_db)) as db:
        (body,) = db.execute("SELECT body FROM captures WHERE id = 2").fetchone()
    assert any(body in file for file in files_in(target).values())
    execute(folder.crawl_db, "DELETE FROM attachments", erase)
    backup(folder, target)
    assert not any(body in file for file in files_in(target).values())
    restore(target, DataFolder(tmp_path / "other"))
    check_same(folder, DataFolder(tmp_path / "other"))


def test_a_byte_that_goes_bad_never_replaces_the_good_one(
    folder: DataFolder, tmp_path: Path, small_segments: None
) -> None:
    good = content(folder.crawl_db)
    backup(folder, tmp_path / "backup")
    execute(folder.crawl_db, DAMAGE.format(7))
    put(folder, page(6))  # into the segment that holds the damaged one
    backup(folder, tmp_path / "backup")
    other = DataFolder(tmp_path / "other")
    restore(tmp_path / "backup", other)
    assert [line for line in content(other.crawl_db) if 'INTO "captures" VALUES(7,' in line] == [
        line for line in good if 'INTO "captures" VALUES(7,' in line
    ]
    assert verify(other, seed=1).problems == []


def test_ids_that_are_given_anew_are_seen(folder: DataFolder, tmp_path: Path) -> None:
    backup(folder, tmp_path / "backup")
    execute(folder.crawl_db, "DELETE FROM attachments", "DELETE FROM captures WHERE id = 7")
    assert put(folder, page(9)) == [7]
    backup(folder, tmp_path / "backup")
    restore(tmp_path / "backup", DataFolder(tmp_path / "other"))
    check_same(folder, DataFolder(tmp_path / "other"))


def test_a_crawl_that_goes_on_is_seen_at_one_moment(
    folder: DataFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = content(folder.crawl_db), content(folder.archive_db)
    fingerprints = making.fingerprints

    def meanwhile(crawl: sqlite3.Connection) -> Any:
        put(folder, page(8))
        take(folder)
        return fingerprints(crawl)

    monkeypatch.setattr(making, "fingerprints", meanwhile)
    backup(folder, tmp_path / "backup")
    other = DataFolder(tmp_path / "other")
    restore(tmp_path / "backup", other)
    assert (content(other.crawl_db), content(other.archive_db)) == before
    assert content(folder.crawl_db) != before[0]


def test_captures_alone_can_be_backed_up(tmp_path: Path) -> None:
    folder, other = DataFolder(tmp_path / "data"), DataFolder(tmp_path / "other")
    put(folder, page(1))
    assert backup(folder, tmp_path / "backup").articles == 0
    restore(tmp_path / "backup", other)
    assert content(other.crawl_db) == content(folder.crawl_db)
    assert verify(other, seed=1).problems == []


@pytest.mark.parametrize("place", ["data", "data/backup", "."])
def test_no_backup_in_or_around_the_data_folder(folder: DataFolder, tmp_path: Path, place: str) -> None:
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(ArchiveError, match=r"data folder.*name a folder elsewhere"):
        backup(folder, tmp_path / place)
    assert sorted(tmp_path.rglob("*")) == before


def test_no_backup_among_other_files(folder: DataFolder, tmp_path: Path) -> None:
    other = tmp_path / "photos"
    other.mkdir()
    (other / "a.jpg").touch()
    with pytest.raises(ArchiveError, match=r"not empty and no backup \(a.jpg\); name an empty folder"):
        backup(folder, other)
    with pytest.raises(ArchiveError, match="this is no folder"):
        backup(folder, other / "a.jpg")
    assert [path.name for path in other.iterdir()] == ["a.jpg"]


def test_nothing_to_back_up(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="no captures yet; run `scrapy harvest`"):
        backup(DataFolder(tmp_path / "none"), tmp_path / "backup")
    assert not (tmp_path / "backup").exists()


def test_two_backups_at_once(folder: DataFolder, tmp_path: Path) -> None:
    backup(folder, tmp_path / "backup")
    before = files_in(tmp_path / "backup")
    with (
        locked(tmp_path / "backup" / "backup.lock"),
        pytest.raises(ArchiveError, match=r"another backup is at work on this folder.*wait"),
    ):
        backup(folder, tmp_path / "backup")
    assert files_in(tmp_path / "backup").keys() == before.keys()


def test_leftovers_of_a_killed_backup_are_swept_and_files_of_others_stay(folder: DataFolder, tmp_path: Path) -> None:
    target = tmp_path / "backup"
    backup(folder, target)
    left = [target / "files" / "1234.part", target / "captures" / "1234.part", target / "captures" / "000001-0123.db"]
    for path in left:
        path.write_text("half")
    (target / "README").write_text("mine")
    backup(folder, target)
    assert not any(path.exists() for path in left)
    assert (target / "README").exists()
    assert verify_backup(target, seed=1).problems == []


@pytest.mark.parametrize("step", ["write_segment", "write_tables", "_copy_database", "write_manifest"])
def test_a_backup_that_fails_leaves_the_one_before(
    folder: DataFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    target = tmp_path / "backup"
    backup(folder, target)
    wanted = content(folder.crawl_db)
    put(folder, page(6))
    take(folder)
    with monkeypatch.context() as patch:
        patch.setattr(making, step, _no_room)
        with pytest.raises(ArchiveError, match="the disk is full; free some space"):
            backup(folder, target)
    assert verify_backup(target, seed=1).problems == []
    restore(target, DataFolder(tmp_path / "other"))
    assert content(tmp_path / "other" / "crawl.db") == wanted


def _no_room(*_: object) -> None:
    raise OSError(28, os.strerror(28))


@pytest.mark.parametrize("name", ["", "x", "crawl.db", "decisions/corrections.csv", "restoring/crawl.db"])
def test_a_folder_that_is_not_empty_is_not_filled(folder: DataFolder, tmp_path: Path, name: str) -> None:
    backup(folder, tmp_path / "backup")
    other = DataFolder(tmp_path / "other")
    other.root.mkdir()
    if name:
        (other.root / name).parent.mkdir(exist_ok=True)
        (other.root / name).write_text("there already")
    if not name or "restoring" in name:  # what a killed restore left is no content
        restore(tmp_path / "backup", other)
        check_same(folder, other)
        return
    with pytest.raises(ArchiveError, match=r"the folder is not empty.*--to, or move its content away"):
        restore(tmp_path / "backup", other)
    assert [str(path.relative_to(other.root)) for path in other.root.rglob("*") if path.is_file()] == [name]


@pytest.mark.parametrize("step", ["_check", "_move_up"])
def test_a_restore_that_fails_leaves_an_empty_folder(
    folder: DataFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    backup(folder, tmp_path / "backup")
    other = DataFolder(tmp_path / "other")
    with monkeypatch.context() as patch:
        patch.setattr(filling, step, _no_room)
        with pytest.raises(ArchiveError, match="the disk is full"):
            restore(tmp_path / "backup", other)
    assert [path.name for path in other.root.iterdir()] == ["run.lock"]
    restore(tmp_path / "backup", other)
    check_same(folder, other)


def test_a_restore_killed_while_it_moved_is_taken_up_again(folder: DataFolder, tmp_path: Path) -> None:
    backup(folder, tmp_path / "backup")
    other = DataFolder(tmp_path / "other")
    restore(tmp_path / "backup", other)
    (other.root / "restoring").mkdir()
    other.crawl_db.rename(other.root / "restoring" / "crawl.db")
    restore(tmp_path / "backup", other)
    check_same(folder, other)
    (other.root / "restoring").mkdir()
    other.crawl_db.rename(other.root / "restoring" / "crawl.db")
    (other.decisions / "furniture.csv").write_text("somebody wrote here since")
    with pytest.raises(ArchiveError, match=r"not empty \(decisions\)"):
        restore(tmp_path / "backup", other)
    assert (other.decisions / "furniture.csv").read_text() == "somebody wrote here since"


def test_a_damaged_backup_is_not_restored(folder: DataFolder, tmp_path: Path) -> None:
    target, other = tmp_path / "backup", tmp_path / "other"
    backup(folder, target)
    for part in read_manifest(target).parts():
        path = target / part.name
        good = path.read_bytes()
        path.write_bytes(good[:50] + bytes([good[50] ^ 1]) + good[51:])
        with pytest.raises(ArchiveError, match=f"damaged: {part.name} .* is not what was written; take another"):
            restore(target, DataFolder(other))
        path.unlink()
        with pytest.raises(ArchiveError, match="is missing"):
            restore(target, DataFolder(other))
        path.write_bytes(good)
    manifest = target / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"captures": 7', '"captures": 6'))
    with pytest.raises(ArchiveError, match="manifest is damaged"):
        restore(target, DataFolder(other))
    manifest.write_text("{")
    with pytest.raises(ArchiveError, match="manifest is damaged"):
        restore(target, DataFolder(other))
    manifest.unlink()
    with pytest.raises(ArchiveError, match="no finished backup here"):
        restore(target, DataFolder(other))
    assert not other.exists()


def test_a_backup_of_a_newer_version(folder: DataFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "backup"
    backup(folder, target)
    with monkeypatch.context() as patch:
        patch.setitem(filling.KNOWN, "crawl.db", 1)
        with pytest.raises(ArchiveError, match=r"its crawl.db was written by a newer version.*upgrade"):
            restore(target, DataFolder(tmp_path / "other"))
    said = json.loads((target / "manifest.json").read_text())
    (target / "manifest.json").write_text(json.dumps(said | {"format": 99}))
    with pytest.raises(ArchiveError, match=r"newer version of this program \(format 99.*upgrade"):
        restore(target, DataFolder(tmp_path / "other"))
    with pytest.raises(ArchiveError, match="newer version"):
        backup(folder, target)


def test_a_file_is_laid_down_nowhere_else(folder: DataFolder, tmp_path: Path) -> None:
    target = tmp_path / "backup"
    backup(folder, target)
    said = json.loads((target / "manifest.json").read_text())
    said["backup"]["files"][0]["path"] = "../elsewhere"
    said["sha256"] = manifests._hash(said["backup"])
    (target / "manifest.json").write_text(json.dumps(said))
    with pytest.raises(ArchiveError, match="manifest is damaged"):
        restore(target, DataFolder(tmp_path / "other"))


@pytest.mark.soak
def test_the_commands(operator: Operator, tmp_path: Path) -> None:
    folder = fill(operator.folder.root)
    made = operator.run("union-archive", "backup", tmp_path / "backup", "--json")
    assert (made.returncode, made.stderr) == (0, "")
    assert json.loads(made.stdout)["captures"] == 7
    again = operator.run("union-archive", "backup", tmp_path / "backup")
    assert "7 captures, 5 articles" in again.stdout
    assert "of which 0.0 MB are new" in again.stdout
    refused = operator.run("union-archive", "restore", tmp_path / "backup")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "the folder is not empty" in refused.stderr
    done = operator.run("union-archive", "restore", tmp_path / "backup", "--to", tmp_path / "other")
    assert (done.returncode, done.stderr) == (0, "")
    assert "7 captures, 5 articles as of" in done.stdout
    check_same(folder, DataFolder(tmp_path / "other"))
    checked = operator.run("union-archive", "verify", tmp_path / "backup")
    assert (checked.returncode, checked.stderr) == (0, "")
    assert [line.split()[0] for line in checked.stdout.splitlines()[2:4]] == ["files", "decisions"]
    wrong = operator.run("union-archive", "restore", tmp_path / "nowhere", "--to", tmp_path / "third")
    assert (wrong.returncode, wrong.stderr.count("\n")) == (1, 1)


@pytest.mark.soak
def test_a_machine_is_lost_and_comes_back(sample: Operator, tmp_path: Path) -> None:
    """Two runs, a backup, all data gone, a restore, a publication: the same permalinks and counts, and on it goes."""
    folder = sample.folder
    for _ in range(2):
        assert sample.run("union-archive", "run", "--json").returncode == 0
    before = addresses(folder), status_of(sample)
    assert sample.run("union-archive", "backup", tmp_path / "backup").returncode == 0
    shutil.rmtree(folder.root)
    assert sample.run("union-archive", "restore", tmp_path / "backup").returncode == 0
    assert (addresses(folder), status_of(sample)) == before
    assert sample.run("union-archive", "publish").returncode == 0
    assert (addresses(folder), status_of(sample)) == before
    assert sample.run("union-archive", "verify", "--sample", "500").returncode == 0
    rows = json.loads(sample.run("scrapy", "harvest", "--json").stdout)
    assert [(row["new"], row["edited"], row["state"]) for row in rows] == [(0, 0, "ok")] * 5
    again = json.loads(sample.run("union-archive", "backup", tmp_path / "backup", "--json").stdout)
    first = read_manifest(tmp_path / "backup").segments
    assert again["captures"] == sum(part.rows for part in first)
    assert {part.name for part in first} == {str(path.relative_to(tmp_path / "backup"))
                                             for path in (tmp_path / "backup" / "captures").iterdir()}  # fmt: skip


def status_of(operator: Operator) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(operator.run("union-archive", "status", "--json").stdout)
    return said


def test_publications_that_are_kept_come_back(folder: DataFolder, tmp_path: Path) -> None:
    for _ in range(2):
        publish_and_keep(folder.archive_db, folder.site_db, crawl_db=folder.crawl_db)
    made = backup(folder, tmp_path / "backup")
    stored = [part for part in (tmp_path / "backup" / "files").iterdir() if part.name.endswith("union-news.db")]
    assert len(stored) == len({one.sha256 for one in kept(folder.site_db)}), "the current one is one of the kept"
    assert made.written < made.bytes
    other = DataFolder(tmp_path / "other")
    restore(tmp_path / "backup", other)
    assert kept(other.site_db) == kept(folder.site_db)
    assert current(other.site_db, kept(other.site_db)) == current(folder.site_db, kept(folder.site_db))
    back(other.site_db)
    assert verify(other, seed=1).problems == []


def test_a_publication_that_is_being_made_is_none_yet(folder: DataFolder, tmp_path: Path) -> None:
    draft = folder.site_db.parent / "publications" / "new" / "union-news.db"
    draft.parent.mkdir(parents=True)
    draft.write_bytes(b"half")
    assert verify(folder, seed=1).problems == []
    backup(folder, tmp_path / "backup")
    assert [file.path for file in read_manifest(tmp_path / "backup").files if "publications" in file.path] == []
