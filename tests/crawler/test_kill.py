"""A crawl killed at random moments, again and again: the next run goes on, at the end every article is there once."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.conftest import ROOT, Operator
from tests.crawler.test_harvest import contents, query
from tests.processes import command_of, is_marked, marked, new_mark
from tests.sites.big import BigSite

pytestmark = pytest.mark.soak

ARTICLES = 3000
KILLS = 20
SCRAPY = (Path(sys.executable).parent / "scrapy", "harvest", "--json")
PARENT = (
    "import subprocess, sys\n"
    "crawler = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)\n"
    "print(crawler.pid, flush=True)\n"
    "sys.exit(crawler.wait())\n"
)


class Run:
    """A harvest started by a parent of its own, as cron or a script starts it."""

    def __init__(self, operator: Operator) -> None:
        self.mark = new_mark()
        environment = operator.environment | self.mark | {"UNION_ARCHIVE_DATA": str(operator.folder.root)}
        with tempfile.NamedTemporaryFile("w", dir=operator.folder.root.parent, suffix=".log", delete=False) as log:
            self.log = Path(log.name)
            self.parent = subprocess.Popen(
                [sys.executable, "-c", PARENT, *SCRAPY],
                cwd=ROOT,
                env=os.environ | environment,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,
            )
        assert self.parent.stdout
        with self.parent.stdout as first_line:
            self.crawler = int(first_line.readline())

    def crawls(self) -> bool:
        return is_marked(self.crawler, self.mark)

    def wait_until_all_ended(self, seconds: float) -> float:
        """How long it took; raises AssertionError when something of this run still lives."""
        started = time.monotonic()
        while left := marked(self.mark):
            assert time.monotonic() - started < seconds, f"still there: {[command_of(pid) for pid in left]}"
            time.sleep(0.01)
        return time.monotonic() - started

    def end(self) -> tuple[int, str]:
        """Waits for a run that is left alone; its status and what it said of failures."""
        status = self.parent.wait(120)
        return status, self.log.read_text("utf-8")


Start = Callable[[], Run]


@pytest.fixture
def start(operator: Operator) -> Iterator[Start]:
    """Starts runs of the operator; what a failed test leaves of them is killed."""
    runs: list[Run] = []

    def started() -> Run:
        runs.append(Run(operator))
        return runs[-1]

    yield started
    for run in runs:
        for pid in marked(run.mark):
            os.kill(pid, signal.SIGKILL)
        run.parent.wait(10)


def wait_for_pages(site: BigSite, run: Run, pages: int) -> None:
    """Until the site has answered so many requests more."""
    until = site.count() + pages
    while site.count() < until and run.crawls():
        time.sleep(0.005)


def holds_a_lock(pid: int) -> bool:
    return any(pid == int(line.split()[4]) for line in Path("/proc/locks").read_text().splitlines() if "->" not in line)


def kill_crawler(run: Run, number: signal.Signals, start: Start) -> None:
    os.kill(run.crawler, number)


def kill_parent(run: Run, number: signal.Signals, start: Start) -> None:
    """The parent alone: its orphan goes on and still holds the lock, until it is killed as well."""
    os.kill(run.parent.pid, number)
    run.parent.wait(10)
    # A kill may come before the crawl has begun; it is the lock that the next run must meet.
    while run.crawls() and not holds_a_lock(run.crawler):
        time.sleep(0.01)
    assert run.crawls(), "the crawl ended with its parent"
    # Held still meanwhile: a quick machine would crawl to the end while the other one starts.
    os.kill(run.crawler, signal.SIGSTOP)
    status, told = start().end()
    os.kill(run.crawler, signal.SIGCONT)
    assert status == 1
    assert "another harvest, build or rebuild is at work" in told
    os.kill(run.crawler, number)


def kill_both(run: Run, number: signal.Signals, start: Start) -> None:
    """The whole process group, as a closed terminal or systemd does."""
    os.killpg(run.parent.pid, number)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM], ids=["kill", "term"])
def test_a_crawl_killed_at_any_moment_ends_whole(
    operator: Operator, tmp_path: Path, start: Start, number: signal.Signals
) -> None:
    chance = random.Random(number)
    killed: list[Run] = []
    with BigSite(ARTICLES) as site:
        operator.environment |= site.environment(tmp_path / "sources", delay=0.01)
        for kill in range(KILLS):
            run = start()
            # Some moments are before the first request; the others are spread over the whole crawl.
            pages = chance.randrange(2 * ARTICLES // KILLS) if chance.random() < 0.8 else 0
            wait_for_pages(site, run, pages)
            time.sleep(chance.uniform(0, 0.1 if pages else 2.5))
            assert run.crawls(), f"over at kill {kill + 1}: {run.log.read_text('utf-8')}"
            (kill_crawler, kill_parent, kill_both)[kill % 3](run, number, start)
            if number == signal.SIGTERM:
                assert run.wait_until_all_ended(seconds=10) < 10
            else:
                run.parent.wait(10)
            killed.append(run)
        last = start()
        status, told = last.end()
        assert (status, told) == (0, "")
        for run in (*killed, last):
            run.wait_until_all_ended(seconds=5)
        check_whole(operator, site)


def test_a_rebuild_after_kills_gives_the_same_archive(operator: Operator, tmp_path: Path, start: Start) -> None:
    with BigSite(200) as site:
        operator.environment |= site.environment(tmp_path / "sources")
        for pages in (0, 30, 90):
            run = start()
            wait_for_pages(site, run, pages)
            kill_both(run, signal.SIGKILL, start)
            run.parent.wait(10)
        assert start().end() == (0, "")
        check_whole(operator, site)
    found = contents(operator.folder.archive_db)
    operator.folder.archive_db.unlink()
    assert operator.run("union-archive", "rebuild").returncode == 0
    assert contents(operator.folder.archive_db) == found


@pytest.mark.parametrize(
    ("delay", "hanging"),
    [(2.5, False), (0.01, True), (2.5, True)],
    ids=["slow", "site-hangs", "slow-and-hangs"],
)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["term", "int"])
def test_a_crawl_that_waits_ends_within_ten_seconds(
    operator: Operator, tmp_path: Path, start: Start, delay: float, hanging: bool, number: signal.Signals
) -> None:
    with BigSite(40) as site:
        if hanging:
            site.hang_after(3)
        operator.environment |= site.environment(tmp_path / "sources", delay=delay)
        run = start()
        wait_for_pages(site, run, 3)
        time.sleep(0.5)
        assert run.crawls()
        os.kill(run.crawler, number)
        run.wait_until_all_ended(seconds=10)
        run.end()
        site.hang_after(None)
        operator.environment |= site.environment(tmp_path / "sources")
        assert start().end() == (0, "")
        check_whole(operator, site)


def check_whole(operator: Operator, site: BigSite) -> None:
    """Every article is there exactly once with its text, captured once; both databases are sound."""
    for database in (operator.folder.crawl_db, operator.folder.archive_db):
        with closing(sqlite3.connect(database)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    wanted = [(site.url(one), one.title, one.body, one.published) for one in site.articles]
    found = query(operator.folder.archive_db, "SELECT url, title, body, published FROM articles")
    assert sorted(row[0] for row in found) == sorted(row[0] for row in wanted)
    assert sorted(found) == sorted(wanted)
    assert query(operator.folder.archive_db, "SELECT count(*) FROM revisions") == [(len(wanted),)]
    assert query(operator.folder.crawl_db, "SELECT count(*), count(DISTINCT url) FROM captures") == [
        (len(wanted), len(wanted))
    ]
