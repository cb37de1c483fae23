"""Rebuilding with workers, and after a cut: the same archive, to the byte."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing, nullcontext
from dataclasses import replace
from itertools import chain
from pathlib import Path

import pytest
from distributed import LocalCluster

from archive.captures import CaptureStore
from archive.checksum import checksum
from archive.decisions import NOTHING_DECIDED, read_decisions
from archive.errors import ArchiveError
from archive.fingerprint import fingerprint
from archive.folder import DataFolder
from archive.ingest import find
from archive.portions import AT_ONCE, cut, waiting
from archive.rebuild import rebuild
from archive.store import Store
from archive.workers import workers
from tests.conftest import ROOT, Operator
from tests.crawler.test_harvest import query
from tests.filled import DAMAGE, EDITED, LATER, execute, fill, page, put
from tests.processes import marked, memory_of, new_mark
from tests.test_captures import file
from tests.test_ingest import SOURCE

HARD_CASES = 70
"""Articles of the folder: more than a portion."""


class CutError(Exception):
    """Stands for a power failure in the middle of a rebuild."""


def hard(root: Path) -> DataFolder:
    """A folder with all that is rebuilt otherwise: a page and a file that are damaged, one page purged, one withdrawn,
    one with a passage withdrawn, a correction, attachments, later versions, a page with the bytes of another one."""
    folder = fill(root, articles=HARD_CASES)
    with closing(CaptureStore(folder.crawl_db)) as captures:
        captures.put(page(8, "Công văn đính kèm của công đoàn huyện."), [replace(file("a.pdf"), source=SOURCE)])
        spoilt = replace(file("b.pdf", b"%PDF" + bytes(range(1, 99))), source=SOURCE)
        broken = captures.put(page(9, "Xem tệp."), [spoilt])
        ids = [captures.article_of(page(number)) for number in range(20)]
    put(folder, page(3, EDITED, fetched=LATER), replace(page(4), fetched=LATER))
    (folder.decisions / "corrections.csv").write_text(
        f"article,field,value,reason,date\n{ids[5]},published,2023-05-21,đọc nhầm,2026-11-23\n", "utf-8"
    )
    (folder.decisions / "withdrawals.csv").write_text(
        "article,passage,reason,date,purge\n"
        f"{ids[6]},,theo yêu cầu,2026-11-23,\n"
        f"{ids[7]},khen 7 tập thể,theo yêu cầu,2026-11-23,\n"
        f"{ids[10]},,theo yêu cầu,2026-11-23,yes\n",
        "utf-8",
    )
    rebuilt(folder)  # what is purged is erased now
    execute(folder.crawl_db, DAMAGE.format(12), DAMAGE.format(broken - 1))
    return folder


def rebuilt(folder: DataFolder) -> None:
    """All captures again, in this process."""
    rebuild(folder.crawl_db, folder.archive_db, decisions=read_decisions(folder))


def cut_off(folder: DataFolder, after: int) -> None:
    """A rebuild that ends in the middle."""

    def step(done: int, total: int) -> None:
        if done > after:
            raise CutError

    with pytest.raises(CutError):
        rebuild(folder.crawl_db, folder.archive_db, step, decisions=read_decisions(folder))


def again(folder: DataFolder) -> tuple[int, list[str]]:
    """How many captures the next rebuild takes, and what it says."""
    told: list[str] = []
    outcomes = rebuild(folder.crawl_db, folder.archive_db, decisions=read_decisions(folder), told=told.append)
    return outcomes.total(), told


def test_a_slice_of_the_captures_reads_as_the_whole_does(tmp_path: Path) -> None:
    folder = hard(tmp_path / "data")
    with closing(CaptureStore(folder.crawl_db)) as captures, closing(Store(tmp_path / "empty.db")) as store:
        portions = list(waiting(captures, store))
        assert [len(portion) for portion in portions] == [AT_ONCE, len(captures.page_ids()) - AT_ONCE]
        assert [*chain(*portions)] == captures.page_ids()
        for portion in portions:
            here = [find(captures, one, {}) for one in portion]
            with closing(CaptureStore(tmp_path / "slice.db")) as part:
                part.connection.deserialize(cut(folder.crawl_db, portion))
                assert [find(part, one, {}) for one in portion] == here


def test_large_files_make_small_portions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = fill(tmp_path / "data", articles=6)
    with closing(CaptureStore(folder.crawl_db)) as captures, closing(Store(tmp_path / "empty.db")) as store:
        largest = max(len(captures.get(one).body) for one in captures.page_ids())
        monkeypatch.setattr("archive.portions.MOST", 2 * largest)
        portions = list(waiting(captures, store))
        assert [*chain(*portions)] == captures.page_ids()
        assert {len(portion) for portion in portions} <= {1, 2, 3}
        assert len(portions) >= 3


def test_a_rebuild_that_was_cut_goes_on(tmp_path: Path) -> None:
    folder = fill(tmp_path / "data", articles=HARD_CASES)
    rebuilt(folder)
    whole, old = checksum(folder.archive_db), folder.archive_db.read_bytes()
    cut_off(folder, AT_ONCE + 2)
    assert folder.archive_db.read_bytes() == old, "until it is done the old one stays"
    taken, told = again(folder)
    assert taken == len(query(folder.archive_db, "SELECT 1 FROM ingested")) - AT_ONCE
    assert told == [f"an earlier rebuild was cut off after {AT_ONCE} captures: it goes on there"]
    assert checksum(folder.archive_db) == whole
    assert not folder.archive_db.with_suffix(".rebuilding").exists()
    assert query(folder.archive_db, "SELECT 1 FROM sqlite_master WHERE name = 'rebuilding'") == []
    assert again(folder)[1] == []


@pytest.mark.parametrize("change", ["decisions", "program", "damage"])
def test_what_another_program_or_decision_began_is_begun_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    folder = fill(tmp_path / "data", articles=HARD_CASES)
    all_of_them, _ = again(folder)
    cut_off(folder, AT_ONCE + 2)
    if change == "decisions":
        with (folder.decisions / "furniture.csv").open("a", encoding="utf-8") as rows:
            rows.write("a.b,Tin cùng chuyên mục,nút của trang,2026-11-24\n")
    elif change == "program":
        monkeypatch.setattr("archive.fingerprint.program", lambda: "a newer one")
    else:
        folder.archive_db.with_suffix(".rebuilding").write_bytes(b"no database" * 999)
        for log in ("-wal", "-shm"):
            folder.archive_db.with_name(f"archive.rebuilding{log}").unlink(missing_ok=True)
    taken, (line,) = again(folder)
    assert (taken, line.rpartition(": ")[2]) == (all_of_them, "it begins anew")


def test_every_decision_is_in_the_fingerprint(tmp_path: Path) -> None:
    folder = hard(tmp_path / "data")
    decisions = read_decisions(folder)
    some = [
        decisions,
        NOTHING_DECIDED,
        *(replace(decisions, **{name: {}}) for name in ("furniture", "corrections", "withdrawals")),
    ]
    assert len({fingerprint(one) for one in some}) == 5
    assert fingerprint(read_decisions(folder)) == fingerprint(decisions)


def test_the_checksum_tells_archives_apart(tmp_path: Path) -> None:
    folder = fill(tmp_path / "data")
    one = checksum(folder.archive_db)
    execute(folder.archive_db, "UPDATE article_school_years SET main = 1 - main")
    assert checksum(folder.archive_db) != one


def test_a_plain_rebuild_needs_no_dask(tmp_path: Path) -> None:
    folder = fill(tmp_path / "data")
    run = (
        "import sys; from archive.cli import main; main(['rebuild'], standalone_mode=False);"
        "sys.exit('distributed' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", run], cwd=ROOT, env={"UNION_ARCHIVE_DATA": str(folder.root)}, capture_output=True
    )
    assert (done.returncode, done.stderr) == (0, b"")


def test_without_the_extra_the_cure_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    cure = r"Dask is not installed; run `pip install 'union-news-archive\[cluster\]'`"
    with pytest.raises(ArchiveError, match=cure), workers(2, None):
        pass


@pytest.mark.soak
def test_workers_give_what_one_process_gives(tmp_path: Path) -> None:
    folder, seen = hard(tmp_path / "data"), []
    for count in (None, 2):
        faults: list[str] = []
        with workers(count, None) if count else nullcontext() as client:
            outcomes = rebuild(
                folder.crawl_db, folder.archive_db, decisions=read_decisions(folder), faults=faults, client=client
            )
        seen.append((outcomes, faults, checksum(folder.archive_db)))
    assert seen[0] == seen[1]
    outcomes, faults, _ = seen[0]
    assert len(faults) == 2
    assert outcomes.keys() >= {"new", "revision", "same", "withdrawn"}


@pytest.mark.soak
def test_a_cluster_elsewhere_needs_no_file_of_ours(operator: Operator) -> None:
    folder = hard(operator.folder.root)
    with LocalCluster(n_workers=1, threads_per_worker=2, host="127.0.0.1", dashboard_address="127.0.0.1:0") as cluster:
        done = operator.run("union-archive", "rebuild", "--cluster", cluster.scheduler_address, "--json")
    assert len(done.stderr.splitlines()) == 2, "what is damaged is named"
    said = json.loads(done.stdout)
    rebuilt(folder)
    assert said["checksum"] == checksum(folder.archive_db)


@pytest.mark.soak
def test_what_was_sent_to_workers_is_not_kept() -> None:
    portions, size = 300, 500_000
    with workers(1, None) as client:
        before, _ = memory_of(os.getpid())
        for _ in range(portions):
            assert client.submit(len, os.urandom(size), pure=False).result() == size
        after, _ = memory_of(os.getpid())
    assert after - before < portions * size / 1e6 / 2


@pytest.mark.soak
def test_a_killed_workers_portion_is_read_by_another(tmp_path: Path) -> None:
    folder = fill(tmp_path / "data", articles=4 * AT_ONCE)
    rebuilt(folder)
    whole = checksum(folder.archive_db)
    with workers(2, None) as client:
        pids = iter(client.run(os.getpid).values())

        def kill(done: int, total: int) -> None:
            if done in (1, AT_ONCE + 1):
                os.kill(next(pids), signal.SIGKILL)

        rebuild(folder.crawl_db, folder.archive_db, kill, decisions=read_decisions(folder), client=client)
    assert checksum(folder.archive_db) == whole


@pytest.mark.soak
@pytest.mark.parametrize("options", [[], ["--workers", "2"]], ids=["alone", "workers"])
def test_a_killed_rebuild_goes_on(operator: Operator, options: list[str]) -> None:
    folder = fill(operator.folder.root, articles=8 * AT_ONCE)
    rebuilt(folder)
    whole, mark = checksum(folder.archive_db), new_mark()
    fresh = folder.archive_db.with_suffix(".rebuilding")
    command = [sys.executable, "-m", "archive", "rebuild", *options]
    environment = {**os.environ, "UNION_ARCHIVE_DATA": str(folder.root), **mark}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE) as process:
        until(lambda: fresh.exists() and query(fresh, "SELECT count(*) FROM sqlite_master")[0][0] > 5)
        until(lambda: query(fresh, "SELECT count(*) FROM ingested")[0][0] >= 2 * AT_ONCE)
        process.kill()
    until(lambda: not marked(mark))
    assert checksum(folder.archive_db) == whole
    done = operator.run("union-archive", "rebuild", "--json", *options)
    assert done.returncode == 0
    assert done.stderr.startswith("an earlier rebuild was cut off after ")
    said = json.loads(done.stdout)
    assert said["checksum"] == whole
    assert said["new"] <= 6 * AT_ONCE


@pytest.mark.soak
def test_nobody_answers_at_the_address(operator: Operator) -> None:
    fill(operator.folder.root)
    for address in ("tcp://127.0.0.1:9", "tls://127.0.0.1:9", "127.0.0.1"):
        done = operator.run("union-archive", "rebuild", "--cluster", address)
        (line,) = done.stderr.splitlines()
        assert done.returncode == 1
        assert line.startswith(f"{address}: no Dask scheduler answers there")
        assert line.endswith("start one with `dask scheduler`, or mend the address")


def until(condition: Callable[[], bool], seconds: float = 120) -> None:
    """Wait for it."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)
