"""scrapy harvest with workers, over real sites, Dask and Scrapy: killed at every end, whole at the end."""

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from archive.decisions import NOTHING_DECIDED
from archive.folder import DataFolder
from archive.rebuild import catch_up
from crawler.cluster.lease import give_back, take
from crawler.cluster.merge import merge
from crawler.cluster.store import ShardStore
from tests.conftest import ROOT, Operator
from tests.crawler.test_cluster import bucket as bucket
from tests.crawler.test_cluster import whole
from tests.crawler.test_harvest import contents, harvest, query, total
from tests.processes import command_of, is_marked, marked, new_mark
from tests.sites import big, big_pages
from tests.sites.generated import made
from tests.sites.server import SampleWeb

pytestmark = pytest.mark.soak

BIN = Path(sys.executable).parent
SITES, ARTICLES = 20, 30


class Sites:
    """Many small newspapers, each a host of its own, in one thread; `with` serves them."""

    def __init__(self, sites: int, articles: int, delay: float = 0.1) -> None:
        newest = datetime.now(big.HANOI).replace(second=0, microsecond=0) - timedelta(days=1)
        self.delay = delay
        self.articles = [
            [made(1000 * site + n, newest - timedelta(hours=n)) for n in range(articles)] for site in range(sites)
        ]
        self.served = [big._Served(20, True, some) for some in self.articles]
        self.addresses: list[str] = []
        self.loop = asyncio.new_event_loop()
        self.started = threading.Event()
        self.thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> "Sites":
        self.thread.start()
        self.started.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()

    def _serve(self) -> None:
        asyncio.set_event_loop(self.loop)
        servers = [
            self.loop.run_until_complete(
                self.loop.create_server(lambda site=site: big._Wire(site), "127.0.0.1", 0)  # type: ignore[misc]
            )
            for site in self.served
        ]
        self.addresses = [f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}" for server in servers]
        self.started.set()
        self.loop.run_forever()
        for server in servers:
            server.close()

    def wanted(self) -> list[tuple[str, str, str]]:
        return sorted(
            (address + big_pages.article_path(one), one.title, one.body)
            for address, some in zip(self.addresses, self.articles, strict=True)
            for one in some
        )

    def requests(self) -> list[tuple[str, int, int, float]]:
        return [one for site in self.served for one in site.log()]

    def environment(self, folder: Path) -> dict[str, str]:
        records = [
            {
                "id": f"thu.bao-{number}", "name": f"Báo {number} (thử)", "home": "279", "family": "mastercms",
                "site": address, "listing": [big_pages.CATEGORY], "rights": "Dữ liệu thử", "enabled": True,
            }
            for number, address in enumerate(self.addresses)
        ]  # fmt: skip
        folder.mkdir()
        (folder / "many.yml").write_text(yaml.safe_dump(records, allow_unicode=True), "utf-8")
        return {
            "UNION_ARCHIVE_SOURCES": str(folder),
            "UNION_ARCHIVE_ALLOW_PRIVATE": ",".join(address.removeprefix("http://") for address in self.addresses),
            "UNION_ARCHIVE_DELAY": str(self.delay),
        }


@pytest.fixture
def at_home(operator: Operator, tmp_path: Path) -> Operator:
    """An operator whose machine keeps its locks and shards in the test's folder."""
    operator.environment["XDG_CACHE_HOME"] = str(tmp_path / "cache")
    return operator


class Programs:
    """Programs of the operator that a test starts, kills, and leaves none of."""

    def __init__(self, operator: Operator, logs: Path) -> None:
        self.operator, self.logs, self.mark = operator, logs, new_mark()
        self.started: list[subprocess.Popen[bytes]] = []

    def start(self, name: str, *command: str) -> subprocess.Popen[bytes]:
        environment = self.operator.environment | self.mark | {"UNION_ARCHIVE_DATA": str(self.operator.folder.root)}
        with (self.logs / f"{name}.out").open("wb") as out, (self.logs / f"{name}.err").open("wb") as err:
            program = subprocess.Popen(
                [BIN / command[0], *command[1:]], cwd=ROOT, env=os.environ | environment, stdout=out, stderr=err
            )
        self.started.append(program)
        return program

    def told(self, name: str) -> str:
        return (self.logs / f"{name}.err").read_text("utf-8")

    def crawls(self) -> list[int]:
        """The Scrapy processes at work, not their readers."""
        return [pid for pid in marked(self.mark) if "crawler.cluster.crawl" in command_of(pid) and not is_reader(pid)]

    def end(self) -> None:
        for pid in marked(self.mark):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for program in self.started:
            program.wait(10)


def parent_of(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def is_reader(pid: int) -> bool:
    return "crawler.cluster.crawl" in command_of(parent_of(pid))


@pytest.fixture
def programs(at_home: Operator, tmp_path: Path) -> Iterator[Programs]:
    running = Programs(at_home, tmp_path)
    yield running
    running.end()


def until(true: Callable[[], Any], seconds: float = 60) -> Any:
    started = time.monotonic()
    while not (found := true()):
        assert time.monotonic() - started < seconds
        time.sleep(0.02)
    return found


class Keeper:
    """Keeps every shard that comes home, also after the driver has merged and removed it."""

    def __init__(self, store: Path, kept: Path) -> None:
        self.store, self.kept = store, kept
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self._keep, daemon=True)

    def __enter__(self) -> "Keeper":
        self.kept.mkdir()
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ended.set()
        self.thread.join()

    def _keep(self) -> None:
        while not self.ended.wait(0.005):
            for path in self.store.glob("shards/*/[0-9]*"):
                with suppress(FileExistsError, FileNotFoundError):
                    os.link(path, self.kept / f"{path.parent.name}-{path.name}")


def kill_worker(programs: Programs) -> None:
    """One worker that crawls, and its children, at once."""
    crawl = until(programs.crawls)[0]
    worker = parent_of(crawl)
    family = [pid for pid in marked(programs.mark) if worker in (pid, parent_of(pid), parent_of(parent_of(pid)))]
    for pid in family:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def start_cluster(programs: Programs, name: str, workers: int) -> str:
    """A scheduler and workers on this machine; the scheduler's address."""
    file = programs.logs / f"{name}.json"
    programs.start(name, "dask", "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard",
                   "--scheduler-file", str(file))  # fmt: skip
    until(lambda: file.exists() and file.stat().st_size)
    address = str(yaml.safe_load(file.read_text())["address"])
    for number in range(workers):
        programs.start(f"{name}-worker-{number}", "dask", "worker", address, "--host", "127.0.0.1", "--nthreads", "1",
                       "--no-dashboard", "--local-directory", str(programs.logs / "dask"))  # fmt: skip
    return address


def check_whole(folder: DataFolder, sites: Sites) -> None:
    """Every article is there exactly once with its text, captured once; both databases are sound."""
    for database in (folder.crawl_db, folder.archive_db):
        with closing(sqlite3.connect(database)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    wanted = sites.wanted()
    assert sorted(query(folder.archive_db, "SELECT url, title, body FROM articles")) == wanted
    assert query(folder.archive_db, "SELECT count(*) FROM revisions") == [(len(wanted),)]
    assert query(folder.crawl_db, "SELECT count(DISTINCT url) FROM captures") == [(len(wanted),)]
    assert query(folder.crawl_db, "SELECT state, count(*) FROM frontier GROUP BY state") == [("ok", len(wanted))]


def test_workers_killed_and_a_scheduler_killed(at_home: Operator, programs: Programs, tmp_path: Path) -> None:
    store, kept, folder = tmp_path / "store", tmp_path / "kept", at_home.folder
    with Sites(SITES, ARTICLES) as sites, Keeper(store, kept):
        at_home.environment |= sites.environment(tmp_path / "sources")
        # What a worker that was killed has at hand may be killed with the next one too.
        at_home.environment["DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES"] = "9"
        address = start_cluster(programs, "first", workers=3)
        crawl = ("scrapy", "harvest", "--json", "--store", store.as_uri(), "--cluster")
        cut = programs.start("cut", *crawl, address)
        for kill in range(3):
            before = len(sites.requests())
            until(lambda before=before: len(sites.requests()) > before + 25)
            kill_worker(programs)
            assert cut.poll() is None, f"over at kill {kill + 1}: {programs.told('cut')}"
        until(lambda: query(folder.crawl_db, "SELECT count(*) FROM runs") > [(2,)])
        programs.started[0].kill()  # the scheduler
        assert cut.wait(60) == 1
        assert "the Dask scheduler: it went away during the harvest; start it again" in programs.told("cut")
        assert "Traceback" not in programs.told("cut")
        until(lambda: not programs.crawls())
        last = programs.start("last", *crawl, start_cluster(programs, "second", workers=3))
        for _ in range(2):
            before = len(sites.requests())
            until(lambda before=before: len(sites.requests()) > before + 25)
            kill_worker(programs)
        assert last.wait(300) == 0, programs.told("last")
        assert programs.told("last") == ""
        check_whole(folder, sites)
        pages = [one for one in sites.requests() if "bai-viet" in one[0] and one[1] == 200]
    once = whole(folder.crawl_db)
    shards = sorted(kept.iterdir())
    assert len(shards) >= SITES
    anew = DataFolder(tmp_path / "anew")
    for _ in range(2):
        for shard in shards:
            ShardStore(kept.as_uri()).fetch(shard.name, tmp_path / "shard.db")
            merge(tmp_path / "shard.db", folder.crawl_db)
            merge(tmp_path / "shard.db", anew.crawl_db)
        assert whole(folder.crawl_db) == once, "merged again, nothing changes"
    catch_up(anew.crawl_db, anew.archive_db, decisions=NOTHING_DECIDED)
    assert sorted(query(anew.archive_db, "SELECT url, title, body FROM articles")) == sites.wanted()
    # What was fetched and not committed when a kill came is asked for once more, nothing else.
    assert len(pages) <= SITES * ARTICLES + 5 * 5, len(pages)


def test_an_orphan_ends_with_its_worker(at_home: Operator, programs: Programs, tmp_path: Path) -> None:
    """The worker alone is killed: the crawl it started ends by itself, and goes on under another one."""
    with Sites(1, 60) as sites:
        at_home.environment |= sites.environment(tmp_path / "sources")
        run = programs.start("run", "scrapy", "harvest", "--workers", "1")
        orphan = until(lambda: len(sites.requests()) > 20 and programs.crawls())[0]
        os.kill(parent_of(orphan), signal.SIGKILL)
        until(lambda: not is_marked(orphan, programs.mark), seconds=5)
        assert run.wait(120) == 0, programs.told("run")
        check_whole(at_home.folder, sites)
        pages = [path for path, status, *_ in sites.requests() if "bai-viet" in path and status == 200]
        assert len(pages) <= 60 + 2


def test_a_crawl_that_lost_its_lease_ends_and_sends_nothing(
    at_home: Operator, programs: Programs, tmp_path: Path
) -> None:
    """As when its machine was asleep, and another one has begun since."""
    with Sites(1, 60, delay=0.5) as sites:
        at_home.environment |= sites.environment(tmp_path / "sources")
        run = programs.start("run", "scrapy", "harvest", "--workers", "1")
        until(lambda: len(sites.requests()) > 5)
        store = ShardStore((at_home.folder.root / "shards").as_uri())
        machine = (tmp_path / "cache" / "union-archive" / "machine").read_text()
        give_back(store, other := take(store, sites.addresses[0].removeprefix("http://"), machine, "other, process 1"))
        assert run.wait(60) == 1
        assert "its lease was lost to another crawl" in programs.told("run")
        assert (other.token, store.names("shards")) == (2, [])
        at_home.environment["UNION_ARCHIVE_DELAY"] = "0.1"
        again = at_home.run("scrapy", "harvest", "--workers", "1")
        assert (again.returncode, again.stderr) == (0, "")
        check_whole(at_home.folder, sites)
        pages = [path for path, status, *_ in sites.requests() if "bai-viet" in path and status == 200]
        assert len(pages) <= 60 + 2


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT], ids=["kill", "term", "int"])
def test_a_driver_that_ends_takes_all_with_it_and_loses_nothing(
    at_home: Operator, programs: Programs, tmp_path: Path, number: signal.Signals
) -> None:
    with Sites(4, 40) as sites:
        at_home.environment |= sites.environment(tmp_path / "sources")
        run = programs.start("run", "scrapy", "harvest", "--workers", "2")
        until(lambda: len(sites.requests()) > 60)
        run.send_signal(number)
        run.wait(15)
        until(lambda: not marked(programs.mark), seconds=15)
        assert "Traceback" not in programs.told("run")
        if number != signal.SIGKILL:
            assert run.returncode == 1
            assert "asked to end" in programs.told("run")
        again = at_home.run("scrapy", "harvest", "--workers", "2")
        assert (again.returncode, again.stderr) == (0, "")
        check_whole(at_home.folder, sites)
        pages = [path for path, status, *_ in sites.requests() if "bai-viet" in path and status == 200]
        assert len(pages) <= 4 * 40 + 6, "what was fetched before the end is not fetched again"


@pytest.mark.parametrize("where", ["file", "s3"])
def test_a_harvest_by_workers_is_the_harvest_of_one_process(
    sample: Operator, web: SampleWeb, at_home: Operator, tmp_path: Path, where: str, request: pytest.FixtureRequest
) -> None:
    """First crawl, nothing new, an edit, a deletion: the same articles, reports and requests."""
    store = () if where == "file" else ("--store", f"{request.getfixturevalue('bucket')}/whole")
    alone = Operator(DataFolder(tmp_path / "alone"), dict(sample.environment))
    for change in ("", "", "edited", "deleted"):
        if change:
            setattr(web, change, True)
        asked = []
        rows = []
        for operator, options in ((alone, ()), (sample, ("--workers", "2", *store))):
            web.requests.clear()
            rows.append(harvest(operator, *options))
            asked.append(sorted((one.site, one.path, one.status) for one in web.requests))
        assert asked[0] == asked[1]
        names = ("pages", "new", "edited", "unchanged", "refused", "failed", "gone", "state")
        one, other = ([{name: row[name] for name in names} for row in by_source.values()] for by_source in rows)
        assert one == other
    texts = "SELECT id, url, title, published, body, revisions FROM articles ORDER BY id"
    assert query(sample.folder.archive_db, texts) == query(alone.folder.archive_db, texts)
    assert total(rows[1], "new") == 0
    before = contents(sample.folder.archive_db)
    sample.folder.archive_db.unlink()
    assert sample.run("union-archive", "rebuild").returncode == 0
    assert contents(sample.folder.archive_db) == before
