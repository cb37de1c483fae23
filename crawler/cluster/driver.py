"""The driver of a harvest past one process: what is due, as jobs by host; each shard merged as it comes home."""

import logging
import os
import shutil
import signal
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

from tqdm import tqdm

from archive.decisions import Decisions
from archive.errors import ArchiveError, DamagedError
from archive.folder import DataFolder
from archive.sources import Source, registry
from archive.workers import workers
from crawler.cluster.job import CARRIED, Outcome, crawl_host, seed_name
from crawler.cluster.lease import newest_token
from crawler.cluster.merge import merge
from crawler.cluster.seed import captured_records, hosts_of, make_seed
from crawler.cluster.store import SEEDS, SHARDS, ShardStore
from crawler.cluster.task import Task

if TYPE_CHECKING:
    from distributed import Client, Future

RETRIES = 2
"""How often a job that broke is begun again; one whose worker was killed is anyway, as the scheduler allows."""


class ClusterHarvest:
    """A harvest by so many processes here, or by the workers behind a scheduler's address. All lines that its methods
    return are for a person: what went wrong."""

    def __init__(self, folder: DataFolder, number: int | None, address: str | None, store: str | None):
        """`store` is where seeds and shards pass through; a folder of the data folder where it is None. Raises
        ArchiveError when the workers do not see that folder, or the store cannot be used."""
        if address and not store:
            raise ArchiveError(
                "--cluster", "its workers do not see this data folder", "name a store with --store s3://… or file:///…"
            )
        self.folder, self.number, self.address = folder, number, address
        self.store = ShardStore(store or (folder.root / "shards").resolve().as_uri())
        self.room = folder.root / "cluster"

    def bring_home(self) -> list[str]:
        """Merge the shards that came home when no driver was there to merge them, and forget the seeds of its jobs.
        Raises ArchiveError."""
        told = [line for name in self.store.names(SHARDS) for line in self.take_in(name)]
        for name in self.store.names(SEEDS):
            self.store.remove(name)
        return told

    def crawl(
        self, sources: Sequence[Source], decisions: Decisions, *, full: bool, settings: Mapping[str, Any]
    ) -> list[str]:
        """Crawl the sources under these decisions and settings of Scrapy, `full` as harvest does, hosts side by side;
        merge what comes home.

        Asked to end (SIGINT, SIGTERM) it does at once: what is not home stays with the machine that fetched it, for its
        next crawl of that host. Raises ArchiveError, also when the scheduler goes away.
        """
        told: list[str] = []
        run, hosts = uuid.uuid4().hex[:12], hosts_of(sources)
        environment = {name: os.environ[name] for name in CARRIED if name in os.environ}
        tasks = (
            Task(host, run, some, full, {one.id: decisions.furniture_of(one.id) for one in some}, settings, environment)
            for host, some in hosts.items()
        )
        try:
            with (
                _endable(),
                workers(self.number, self.address) as client,
                tqdm(total=len(hosts), desc="hosts", disable=None, unit="host") as bar,
            ):
                for name in ("distributed", "distributed.client"):  # what matters of it is told as lines
                    logging.getLogger(name).setLevel(logging.CRITICAL)
                futures = {self._submitted(client, host, run): host for host in self._seeded(tasks)}
                for host, outcome in _outcomes(client, futures):
                    told += outcome.told
                    if outcome.shard:
                        told += self.take_in(outcome.shard)
                    self.store.remove(seed_name(run, host))
                    bar.update()
        except KeyboardInterrupt:
            told.append("the harvest was asked to end; what was fetched is home, or waits where it was fetched")
        return told

    def take_in(self, name: str) -> list[str]:
        """Merge a shard of the store and remove it there; one of an older token than its host's newest, or one that is
        damaged, is set aside instead. Raises ArchiveError."""
        _, host, ending = name.split("/")
        token, newest = int(ending.partition("-")[0]), newest_token(self.store, host)
        if token < newest:
            kept = self.store.set_aside(name)
            return [f"{name}: refused, as a crawl with token {newest} has begun since; it is kept as {kept}"]
        try:
            with self._at_work() as shard:
                self.store.fetch(name, shard)
                merge(shard, self.folder.crawl_db)
        except FileNotFoundError:
            return [f"{name}: it is not in the store any more; crawl its host again"]
        except DamagedError as error:
            return [f"{error}; it is kept as {self.store.set_aside(name)}"]
        self.store.remove(name)
        return []

    def _seeded(self, tasks: Iterable[Task]) -> Iterator[str]:
        """The host of each task once its seed is in the store."""
        records = hosts_of([*registry(), *captured_records(self.folder.crawl_db)])
        for task in tasks:
            with self._at_work() as seed:
                make_seed(self.folder, task, records.get(task.host, ()), seed)
                self.store.send(seed_name(task.run, task.host), seed)
            yield task.host

    def _submitted(self, client: "Client", host: str, run: str) -> "Future[Outcome]":
        key = f"harvest-{host}-{run}"
        return client.submit(crawl_host, self.store.address, host, run, key=key, retries=RETRIES, pure=False)

    @contextmanager
    def _at_work(self) -> Iterator[Path]:
        """A file on the disk of the databases, in a folder that a killed driver leaves and the next one sweeps."""
        shutil.rmtree(self.room, ignore_errors=True)
        self.room.mkdir(parents=True)
        try:
            yield self.room / "shard.db"
        finally:
            shutil.rmtree(self.room, ignore_errors=True)


def _outcomes(client: "Client", futures: Mapping["Future[Outcome]", str]) -> Iterator[tuple[str, Outcome]]:
    """Each host with how its job ended, as they end. Raises ArchiveError when the scheduler goes away."""
    from distributed import as_completed

    for future in as_completed(futures):
        host = futures[future]
        if client.status != "running" or future.cancelled():
            raise ArchiveError(
                "the Dask scheduler",
                "it went away during the harvest",
                "start it again, then run the same `scrapy harvest`: nothing that came home is lost",
            )
        if error := future.exception():
            outcome = Outcome(host, None, (f"{host}: its job was lost ({error}); run `scrapy harvest` again",))
        else:
            outcome = future.result()
        future.release()  # else Dask would crawl again for the result of a worker that dies later
        yield host, outcome


@contextmanager
def _endable() -> Iterator[None]:
    """SIGTERM ends as SIGINT does: what is open is closed."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
