"""kill -9 at random moments of a crawl: the next run goes on, and at the end every article is there exactly once."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.conftest import ROOT, Operator
from tests.crawler.test_harvest import contents, harvest
from tests.sites.server import SampleWeb

KILLS = 12


@pytest.mark.soak
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM], ids=["kill", "term"])
def test_a_crawl_killed_at_any_moment_ends_whole(sample: Operator, web: SampleWeb, number: signal.Signals) -> None:
    sample.environment["UNION_ARCHIVE_DELAY"] = "0.05"
    chance = random.Random(number)
    environment = os.environ | sample.environment | {"UNION_ARCHIVE_DATA": str(sample.folder.root)}
    killed = 0
    for _ in range(KILLS):
        crawl = subprocess.Popen(
            [Path(sys.executable).parent / "scrapy", "harvest"],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            crawl.wait(chance.uniform(0.8, 2.2))
        except subprocess.TimeoutExpired:
            killed += 1
            crawl.send_signal(number)
            started = time.monotonic()
            crawl.wait(15)
            assert time.monotonic() - started < 10
    assert killed >= KILLS // 2
    harvest(sample)
    for database in (sample.folder.crawl_db, sample.folder.archive_db):
        with closing(sqlite3.connect(database)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    found = contents(sample.folder.archive_db)
    assert len(found["articles"]) == len({row[2] for row in found["articles"]}) == 70
    assert len(found["revisions"]) == 70
    with closing(sqlite3.connect(sample.folder.crawl_db)) as connection:
        assert connection.execute("SELECT count(*) FROM captures").fetchone() == (70,)
    sample.folder.archive_db.unlink()
    assert sample.run("union-archive", "rebuild").returncode == 0
    assert contents(sample.folder.archive_db) == found
