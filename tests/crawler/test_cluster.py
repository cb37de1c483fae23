"""Shards, leases and fencing without a cluster: what is merged, what is refused, who may crawl a host."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from archive.captures import CaptureStore, open_crawl_db
from archive.decisions import NOTHING_DECIDED
from archive.errors import ArchiveError, DamagedError
from archive.folder import DataFolder
from archive.lock import locked
from archive.rebuild import catch_up
from crawler.cluster import job, lease
from crawler.cluster.driver import ClusterHarvest
from crawler.cluster.job import shard_name
from crawler.cluster.lease import HeldError, beat, give_back, held, newest_token, take
from crawler.cluster.merge import adopt, merge
from crawler.cluster.seed import captured_records, hosts_of, make_seed
from crawler.cluster.store import ShardStore
from crawler.cluster.task import Task, read_task
from crawler.commands.harvest import on_cluster
from crawler.frontier import Frontier
from crawler.known import Answer
from crawler.links import ListedLink
from crawler.tables import migrations
from tests.conftest import ROOT, Operator
from tests.crawler.test_harvest import query
from tests.filled import page
from tests.test_captures import file
from tests.test_ingest import SOURCE

HOST = "vi-du.example.vn"


def whole(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table of a file."""
    tables = [name for (name,) in query(path, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
    return {
        table: query(path, f"SELECT * FROM {table} ORDER BY 1, 2") for table in tables if "_migrations" not in table
    }


def answer(sha256: str | None = None) -> Answer:
    return Answer("2023-05-20", '"1"', None, sha256)


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    """A data folder with three articles that were crawled, and one that waits."""
    folder = DataFolder(tmp_path / "data")
    with closing(Frontier(folder.crawl_db, SOURCE)) as frontier:
        for number in (1, 2, 3):
            one = page(number)
            frontier.keep(one, answer(one.sha256), [replace(file(), source=SOURCE)] if number == 2 else [])
        frontier.add(f"{SOURCE.site}/tin", [ListedLink(page(4).url, None, None)], '"listing"', None)
        frontier.set_backfill_done()
    catch_up(folder.crawl_db, folder.archive_db, decisions=NOTHING_DECIDED)
    return folder


def seeded(folder: DataFolder, path: Path) -> Path:
    task = Task(HOST, "run", (SOURCE,), furniture={SOURCE.id: frozenset({"chia sẻ"})}, settings={"LOG_LEVEL": "ERROR"})
    make_seed(folder, task, captured_records(folder.crawl_db), path)
    return path


def crawled(folder: DataFolder, path: Path, later: str = "2024-01-01T00:00:00.000+00:00") -> Path:
    """A shard as a crawl leaves it: a new page, a changed one with the file of another, one refused, one gone."""
    seeded(folder, path)
    with closing(Frontier(path, SOURCE)) as frontier:
        frontier.add(
            f"{SOURCE.site}/tin", [ListedLink(page(n).url, "01/02/2023", None) for n in (3, 5, 6)], '"2"', None
        )
        frontier.keep(page(4, fetched=later), answer())
        frontier.keep(
            page(1, "Công đoàn huyện sửa lại bài này.", fetched=later), answer(), [replace(file(), source=SOURCE)]
        )
        frontier.keep(replace(page(2), url=page(5).url, final_url=page(5).url, fetched=later), answer())
        frontier.refuse(page(6).url, "no article on the page")
        with frontier.transaction() as connection:
            frontier.captures.set_gone(page(3).final_url, SOURCE, later)
            connection.execute(
                "INSERT INTO runs (source, started, ended, state, requests, pages, bytes, new, edited, unchanged,"
                " refused, failed) VALUES (?, ?, ?, 'ok', 9, 9, 9, 2, 1, 0, '{}', '{}')",
                (SOURCE.id, later, later),
            )
    return path


def test_a_seed_holds_what_a_crawl_needs_and_no_pages(folder: DataFolder, tmp_path: Path) -> None:
    seed = seeded(folder, tmp_path / "seed.db")
    for table in ("frontier", "walks", "listings"):
        assert query(seed, f"SELECT * FROM {table}") == query(folder.crawl_db, f"SELECT * FROM {table}")
    assert query(seed, "SELECT count(*) FROM addresses WHERE article IS NOT NULL") == [(3,)]
    assert query(seed, "SELECT article, hash FROM texts ORDER BY 1") == query(
        folder.archive_db, "SELECT article, hash FROM ingested ORDER BY 1"
    )
    with closing(CaptureStore(seed)) as captures:
        assert captures.page_ids() == []
        assert [one.body for one in captures] == [file().body], "the file of an article whose turn has come"
        task = read_task(captures.connection)
    assert task.sources == (SOURCE,)
    assert task.furniture == {SOURCE.id: frozenset({"chia sẻ"})}
    assert merge(seed, folder.crawl_db).new == 0, "nothing was crawled yet"


def test_a_shard_is_merged_whole_and_twice_is_once(folder: DataFolder, tmp_path: Path) -> None:
    shard = crawled(folder, tmp_path / "shard.db")
    before = whole(folder.crawl_db)
    merged = merge(shard, folder.crawl_db)
    assert (merged.pages, merged.new) == (3, 3)
    after = whole(folder.crawl_db)
    assert len(after["captures"]) == len(before["captures"]) + 3, "the file was home"
    state = "SELECT url, state, dated FROM frontier ORDER BY url"
    assert query(folder.crawl_db, state) == query(shard, state)
    assert [row[3] for row in after["addresses"] if row[1] == page(3).url] == ["2024-01-01T00:00:00.000+00:00"]
    assert query(folder.crawl_db, "SELECT etag FROM listings") == [('"2"',)]
    assert query(folder.crawl_db, "SELECT new, edited FROM runs") == [(2, 1)]
    assert query(
        folder.crawl_db, "SELECT holder.url FROM captures JOIN captures AS holder ON holder.id = captures.same_as"
    ) == [(page(2).url,)], "bytes that are home are not stored again"
    with closing(CaptureStore(folder.crawl_db)) as captures:
        assert captures.verify() == []
    merge(shard, folder.crawl_db)
    assert whole(folder.crawl_db) == after
    outcomes = catch_up(folder.crawl_db, folder.archive_db, decisions=NOTHING_DECIDED)
    assert outcomes == {"new": 2, "revision": 1}


def test_the_order_of_shards_changes_nothing_that_is_newer(folder: DataFolder, tmp_path: Path) -> None:
    """A shard that comes home after a later crawl brings its captures, and sets nothing back."""
    late = crawled(folder, tmp_path / "late.db")
    with closing(Frontier(folder.crawl_db, SOURCE)) as frontier:
        frontier.keep(page(4, fetched="2025-01-01T00:00:00.000+00:00"), answer())
        frontier.fail(page(2).url, "HTTP 500")
        with frontier.transaction():
            frontier.captures.set_gone(page(3).final_url, SOURCE, "2025-01-01T00:00:00.000+00:00")
    merge(late, folder.crawl_db)
    rows = query(
        folder.crawl_db,
        "SELECT fetched, fails FROM frontier WHERE url IN (?, ?) ORDER BY url",
        page(2).url,
        page(4).url,
    )
    assert rows == [(page(2).fetched, 1), ("2025-01-01T00:00:00.000+00:00", 0)]
    assert query(folder.crawl_db, "SELECT gone_at FROM addresses WHERE url = ?", page(3).url) == [
        ("2025-01-01T00:00:00.000+00:00",)
    ]
    assert query(folder.crawl_db, "SELECT count(*) FROM captures WHERE url = ?", page(4).url) == [(2,)]


def test_what_a_killed_crawl_left_is_taken_into_the_next_seed(folder: DataFolder, tmp_path: Path) -> None:
    left, seed = crawled(folder, tmp_path / "left.db"), seeded(folder, tmp_path / "seed.db")
    adopt(left, seed)
    assert query(seed, "SELECT url, state FROM frontier ORDER BY url") == query(
        left, "SELECT url, state FROM frontier ORDER BY url"
    )
    merge(seed, folder.crawl_db)
    once = whole(folder.crawl_db)
    merge(left, folder.crawl_db)
    assert whole(folder.crawl_db) == once


def test_a_damaged_shard_changes_nothing(folder: DataFolder, tmp_path: Path) -> None:
    shard = crawled(folder, tmp_path / "shard.db")
    with closing(open_crawl_db(shard, migrations)) as connection:
        connection.execute("UPDATE captures SET body = x'00' WHERE url = ?", (page(4).url,))
        connection.commit()
    before = whole(folder.crawl_db)
    with pytest.raises(DamagedError):
        merge(shard, folder.crawl_db)
    assert whole(folder.crawl_db) == before


# The store and its leases, on a folder and on an S3 server of the tests' own.


@pytest.fixture(scope="module")
def bucket() -> Iterator[str]:
    """An s3:// address on a server of this process; the environment that leads there is set meanwhile."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {
            "AWS_ENDPOINT_URL": f"http://{host}:{port}", "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": "us-east-1",
        }.items():  # fmt: skip
            patch.setenv(name, value)
        import s3fs

        # Of its own: what the server holds outlives it, in this process.
        name = f"kho-{uuid4().hex}"
        s3fs.S3FileSystem(skip_instance_cache=True).mkdir(name)
        yield f"s3://{name}/shards"
    server.stop()


@pytest.fixture(params=["file", pytest.param("s3", marks=pytest.mark.soak)])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "file":
        return (tmp_path / "store").as_uri()
    return f"{request.getfixturevalue('bucket')}/{tmp_path.name}"


@pytest.fixture
def store(address: str) -> ShardStore:
    return ShardStore(address)


def test_files_come_back_as_they_were_sent(store: ShardStore, tmp_path: Path) -> None:
    (tmp_path / "here").write_bytes(os.urandom(100_000))
    store.send("shards/a/1", tmp_path / "here")
    store.fetch("shards/a/1", tmp_path / "there")
    assert (tmp_path / "there").read_bytes() == (tmp_path / "here").read_bytes()
    assert store.names("shards") == ["shards/a/1"]
    assert store.set_aside("shards/a/1") == "refused/a/1"
    assert (store.names("shards"), store.names("refused")) == ([], ["refused/a/1"])
    with pytest.raises(FileNotFoundError):
        store.fetch("shards/a/1", tmp_path / "there")
    store.write("shards/a/1", store.read("refused/a/1")[:-10])
    with pytest.raises(DamagedError, match="it is damaged"):
        store.fetch("shards/a/1", tmp_path / "there")
    store.remove("shards/a/1")
    store.remove("shards/a/1")
    with pytest.raises(FileNotFoundError):
        store.read("shards/a/1")


def test_one_of_many_makes_a_file(store: ShardStore) -> None:
    made: list[int] = []

    def make(number: int) -> None:
        try:
            store.create("leases/a/1", str(number).encode())
        except FileExistsError:
            return
        made.append(number)

    threads = [threading.Thread(target=make, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1
    assert store.read("leases/a/1") == str(made[0]).encode()


class Clock:
    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


def test_a_host_has_one_crawl_at_a_time_until_it_says_nothing_more(store: ShardStore) -> None:
    clock = Clock()
    first = take(store, HOST, "machine-1", "node-1, process 7", clock)
    with pytest.raises(HeldError, match="node-1, process 7 crawls it"):
        take(store, HOST, "machine-2", "node-2", clock)
    clock.now += lease.LEASE - 1
    assert beat(store, first, clock)
    clock.now += lease.LEASE - 1
    with pytest.raises(HeldError):
        take(store, HOST, "machine-2", "node-2", clock)
    clock.now += 2
    second = take(store, HOST, "machine-2", "node-2", clock)
    assert (first.token, second.token, newest_token(store, HOST)) == (1, 2, 2)
    assert beat(store, first, clock) is None, "it learns that it was given up"
    give_back(store, second)
    assert take(store, HOST, "machine-1", "node-1", clock).token == 3
    assert store.names("leases") == [f"leases/{HOST}/0000000003"]


def test_the_lock_of_a_machine_says_that_an_earlier_crawl_there_has_ended(store: ShardStore) -> None:
    take(store, HOST, "machine-1", "node-1, process 7", Clock())
    assert take(store, HOST, "machine-1", "node-1, process 9", Clock()).token == 2
    assert take(store, "other.example.vn", "machine-2", "node-2", Clock()).token == 1


def test_a_crawl_beats_while_it_lasts_and_hears_that_its_lease_is_lost(store: ShardStore) -> None:
    mine = take(store, HOST, "machine-1", "node-1")
    with held(store, mine, every=0.02) as lost:
        assert not lost.wait(0.1)
        assert json.loads(store.read(mine.name))["until"] > mine.until
        take(store, HOST, "machine-1", "node-1")
        assert lost.wait(5)
    assert newest_token(store, HOST) == 2


def test_a_shard_of_an_older_token_is_refused_by_name(folder: DataFolder, address: str, tmp_path: Path) -> None:
    harvest = ClusterHarvest(folder, 1, None, address)
    old = take(harvest.store, HOST, "machine-1", "node-1")
    new = take(harvest.store, HOST, "machine-1", "node-1")
    shard, before = crawled(folder, tmp_path / "shard.db"), whole(folder.crawl_db)
    late, right = (shard_name(HOST, one.token, "run") for one in (old, new))
    harvest.store.send(late, shard)
    harvest.store.send("seeds/run-of-a-dead-driver", shard)
    (line,) = harvest.bring_home()
    assert line.startswith(f"{late}: refused, as a crawl with token 2 has begun since")
    assert whole(folder.crawl_db) == before
    harvest.store.send(right, shard)
    assert harvest.bring_home() == []
    assert query(folder.crawl_db, "SELECT count(*) FROM runs") == [(1,)]
    assert harvest.store.names("shards") == harvest.store.names("seeds") == []
    assert harvest.store.names("refused") == [late.replace("shards", "refused", 1)]


def test_a_damaged_shard_is_kept_and_told(folder: DataFolder, tmp_path: Path) -> None:
    harvest = ClusterHarvest(folder, 1, None, None)
    mine = take(harvest.store, HOST, "machine-1", "node-1")
    harvest.store.send(name := shard_name(HOST, mine.token, "run"), crawled(folder, tmp_path / "shard.db"))
    harvest.store.write(name, harvest.store.read(name)[:1000])
    (line,) = harvest.bring_home()
    assert "it is damaged" in line and "is kept as refused/" in line
    assert harvest.bring_home() == []


def test_two_crawls_of_a_host_on_one_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(job, "LOCK_WAIT", 0.1)
    with locked(job.work_folder() / "locks" / HOST):
        outcome = job.crawl_host((tmp_path / "store").as_uri(), HOST, "run")
    assert outcome.shard is None
    assert f"another crawl of {HOST} is at work on this machine" in outcome.told[0]
    assert "process" in outcome.told[0], "it says which"


def test_a_job_whose_shard_is_home_does_nothing_again(store: ShardStore, tmp_path: Path) -> None:
    (tmp_path / "shard").write_bytes(b"x")
    store.send(name := shard_name(HOST, 4, "run"), tmp_path / "shard")
    assert job.crawl_host(store.address, HOST, "run") == job.Outcome(HOST, name)


def test_sources_of_one_host_are_one_job() -> None:
    two = replace(SOURCE, id="a.c", site=SOURCE.site.replace("https://", "https://www."))
    other = replace(SOURCE, id="a.d", site="https://khac.example.vn")
    assert [tuple(one.id for one in some) for some in hosts_of([SOURCE, two, other]).values()] == [
        ("a.b", "a.c"),
        ("a.d",),
    ]


# The command.


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--workers", "0"), "there must be one at least"),
        (("--workers", "2", "--cluster", "tcp://127.0.0.1:1"), "say one"),
        (("--store", "file:///x"), "--store is for --workers and --cluster"),
    ],
)
@pytest.mark.soak
def test_options_that_contradict_each_other(operator: Operator, options: tuple[str, ...], told: str) -> None:
    done = operator.run("scrapy", "harvest", *options)
    assert (done.returncode, told in done.stderr) == (2, True), done.stderr
    assert not operator.folder.root.exists()


@pytest.mark.soak
def test_nobody_at_the_address(sample: Operator, tmp_path: Path) -> None:
    cluster = ("--cluster", "tcp://127.0.0.1:9")
    done = sample.run("scrapy", "harvest", *cluster)
    assert (done.returncode, "name a store with --store" in done.stderr) == (1, True), done.stderr
    done = sample.run("scrapy", "harvest", *cluster, "--store", (tmp_path / "store").as_uri())
    assert (done.returncode, "no Dask scheduler answers there" in done.stderr) == (1, True), done.stderr
    assert "Traceback" not in done.stderr


def test_without_the_extra_the_options_say_what_to_install(monkeypatch: pytest.MonkeyPatch, folder: DataFolder) -> None:
    import argparse

    for name in [name for name in sys.modules if name.startswith(("fsspec", "crawler.cluster"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "fsspec", None)
    options = argparse.Namespace(workers=2, cluster=None, store=None)
    with pytest.raises(
        ArchiveError, match=r"fsspec is not installed; run `pip install 'union-news-archive\[cluster\]'`"
    ):
        on_cluster(folder, options)


@pytest.mark.soak
def test_a_plain_harvest_imports_none_of_it() -> None:
    """Nor does anything that it runs."""
    code = (
        "import sys, crawler.commands.harvest, crawler.commands.crawl, crawler.pipeline, crawler.walk, crawler.reading,"
        " crawler.health; print({'dask', 'distributed', 'fsspec', 's3fs', 'crawler.cluster'} & sys.modules.keys())"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
