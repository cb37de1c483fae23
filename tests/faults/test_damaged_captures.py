"""A capture with a damaged byte: it is named and passed over, everything else goes on, the text it gave stays."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from archive.captures import CaptureStore
from archive.damage import article_of
from archive.decisions import read_decisions
from archive.extract.article import Article, Link
from archive.folder import DataFolder
from archive.publish import publish
from archive.rebuild import rebuild
from archive.store import columns_of
from tests.conftest import Operator
from tests.crawler.test_harvest import harvest, query
from tests.filled import DAMAGE, LATER, execute, fill, page, put, take
from tests.test_captures import file
from tests.test_ingest import SOURCE

SPOILT = (
    DAMAGE,
    "UPDATE captures SET body = x'' WHERE id = {}",
    "UPDATE captures SET sha256 = 'x' WHERE id = {}",
    "UPDATE captures SET headers = x'00' WHERE id = {}",
    "UPDATE captures SET final_url = CAST(x'68c3' AS TEXT) WHERE id = {}",
    "UPDATE captures SET same_as = 99 WHERE id = {}",
)


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return fill(tmp_path / "data")


def texts(folder: DataFolder) -> list[Any]:
    return query(folder.archive_db, "SELECT * FROM revisions ORDER BY article, captured")


def rebuilt(folder: DataFolder) -> list[str]:
    faults: list[str] = []
    rebuild(folder.crawl_db, folder.archive_db, decisions=read_decisions(folder), faults=faults)
    return faults


@pytest.mark.parametrize("spoil", [*SPOILT[:4], SPOILT[5]])
@pytest.mark.parametrize("capture", [3, 6])
def test_a_rebuild_keeps_the_text_that_was_read(folder: DataFolder, spoil: str, capture: int) -> None:
    """Capture 3 is an article's only one, 6 the second version of another's."""
    before, annotations = texts(folder), query(folder.archive_db, "SELECT * FROM article_school_years ORDER BY 1, 2")
    execute(folder.crawl_db, spoil.format(capture))
    for _ in range(2):
        (fault,) = rebuilt(folder)
        assert fault.startswith(f"capture {capture} (")
        assert fault.endswith("restore crawl.db from a backup; its article keeps the text it had")
        assert texts(folder) == before
        assert query(folder.archive_db, "SELECT * FROM article_school_years ORDER BY 1, 2") == annotations
    publish(folder.archive_db, folder.site_db, crawl_db=folder.crawl_db)
    assert query(folder.site_db, "SELECT count(*) FROM articles") == [(5,)]


@pytest.mark.parametrize("spoil", SPOILT)
def test_a_build_passes_over_what_is_damaged_and_takes_it_when_it_is_whole_again(
    folder: DataFolder, tmp_path: Path, spoil: str
) -> None:
    put(folder, page(8), page(9), page(2, fetched=LATER))
    whole = folder.crawl_db.with_name("whole.db")
    with closing(sqlite3.connect(folder.crawl_db)) as db, closing(sqlite3.connect(whole)) as copy:
        db.backup(copy)
        (first,) = db.execute("SELECT max(id) - 2 FROM captures").fetchone()
    execute(folder.crawl_db, spoil.format(first))
    (fault,) = take(folder)
    assert fault.startswith(f"capture {first}")
    assert fault.endswith("; it is passed over")
    assert query(folder.archive_db, "SELECT count(*) FROM articles") == [(6,)]
    assert take(folder) == [fault], "it is named each time"
    publish(folder.archive_db, folder.site_db, crawl_db=folder.crawl_db)
    for ending in ("-wal", "-shm"):
        folder.crawl_db.with_name(f"crawl.db{ending}").unlink(missing_ok=True)
    whole.replace(folder.crawl_db)
    assert take(folder) == []
    assert query(folder.archive_db, "SELECT count(*) FROM articles") == [(7,)]


def test_a_damaged_file_costs_no_page_that_reads_without_it(folder: DataFolder) -> None:
    with closing(CaptureStore(folder.crawl_db)) as store:
        number = store.put(page(8), [replace(file("khac.pdf", b"%PDF" + bytes(range(1, 256)) * 3), source=SOURCE)]) - 1
    execute(folder.crawl_db, DAMAGE.format(number))
    (fault,) = take(folder)
    assert fault.startswith(f"capture {number} (")
    assert fault.endswith("; its page is read without it")
    assert query(folder.archive_db, "SELECT count(*) FROM articles") == [(6,)]


@pytest.mark.soak
def test_a_damaged_database_page_is_named(folder: DataFolder) -> None:
    execute(folder.crawl_db, "PRAGMA wal_checkpoint(TRUNCATE)")
    with closing(sqlite3.connect(folder.crawl_db)) as db:
        (root,) = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'captures'").fetchone()
    content = bytearray(folder.crawl_db.read_bytes())
    content[(root - 1) * 8192 : root * 8192] = b"\xff" * 8192
    folder.crawl_db.write_bytes(content)
    before = folder.archive_db.read_bytes()
    operator = Operator(folder)
    for command in ("build", "rebuild", "backup", "verify"):
        more = [folder.root.parent / "backup"] if command == "backup" else []
        done = operator.run("union-archive", command, *more)
        assert done.returncode == 1, command
        line = done.stderr.splitlines()[0]
        assert line.startswith(str(folder.crawl_db)), command
        assert "restore it from" in line, command
        assert "Traceback" not in done.stderr
    assert folder.archive_db.read_bytes() == before


@pytest.mark.soak
def test_the_commands_name_it_and_do_their_work(operator: Operator) -> None:
    folder = fill(operator.folder.root)
    put(folder, page(8), page(9))
    execute(folder.crawl_db, DAMAGE.format(3), DAMAGE.format(8))
    for command, said in (("build", "2 captures: 1 new articles"), ("rebuild", "8 captures: 6 new articles")):
        done = operator.run("union-archive", command)
        assert done.returncode == 1
        assert done.stdout.startswith(said)
        assert done.stdout.rstrip().endswith("1 damaged")
        assert [line.partition(" (")[0] for line in done.stderr.splitlines()] == (
            ["capture 8"] if command == "build" else ["capture 3", "capture 8"]
        )
    done = operator.run("union-archive", "publish")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.soak
def test_a_harvest_goes_on_beside_a_damaged_capture(sample: Operator) -> None:
    harvest(sample, "mau.dam-ha")
    (lost,) = query(sample.folder.archive_db, "SELECT capture, article FROM ingested ORDER BY capture LIMIT 1")
    execute(sample.folder.crawl_db, DAMAGE.format(lost[0]))
    execute(sample.folder.archive_db, "PRAGMA foreign_keys = OFF", f"DELETE FROM ingested WHERE capture = {lost[0]}")
    done = sample.run("scrapy", "harvest", "--json")
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"capture {lost[0]} (")
    assert query(sample.folder.archive_db, "SELECT count(*) FROM articles WHERE id = ?", lost[1]) == [(1,)]
    assert query(sample.folder.archive_db, "SELECT count(*) FROM articles")[0][0] > 60


def test_an_article_comes_back_from_its_row() -> None:
    article = Article(
        title="Tiêu đề", paragraphs=["Một.", "Hai | ba"], lead="Dẫn.", published="2020-01-02", published_from="line",
        author="A", credit="B", captions=["c"], tables=[[["a", "b"]]], links=[Link("https://x.example", "x")],
        kind="text", extractor="layout x",
    )  # fmt: skip
    for one in (article, replace(article, lead=None), replace(article, paragraphs=[]), Article("T", ["T"])):
        row: dict[str, object] = {
            "article": "i",
            "captured": "t",
            "capture": 1,
            "hash": "h",
            "url": "u",
            **columns_of(one),
        }
        back = article_of(row)
        assert back.text_hash == one.text_hash
        assert back == one
