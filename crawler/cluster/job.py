"""The job of a worker: one host crawled from its seed to its shard, under the host's lock and its lease."""

import hashlib
import os
import shutil
import socket
import subprocess
import sys
import time
import uuid
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from archive.captures import open_crawl_db
from archive.errors import ArchiveError
from archive.lock import HANDED_DOWN, locked
from crawler.cluster.lease import LEASE, HeldError, Lease, held, take
from crawler.cluster.merge import adopt
from crawler.cluster.store import SEEDS, SHARDS, ShardStore, in_a_name
from crawler.cluster.task import Task, read_task
from crawler.tables import migrations

LOCK_WAIT = 30.0
"""Seconds that a job waits for the Scrapy process of a killed worker to end: that takes it less than one."""
LEASE_WAIT = LEASE + 30
"""Seconds that it waits for the lease of a machine that may be dead."""
CARRIED = ("UNION_ARCHIVE_CONTACT", "UNION_ARCHIVE_ALLOW_PRIVATE", "UNION_ARCHIVE_DELAY")
"""What of the driver's environment a crawl goes by, wherever it runs."""
TOLD = 4000
"""Characters of what Scrapy said on standard error that a report repeats."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a job ended: the name of its shard in the store, None when there is none, and lines for a person."""

    host: str
    shard: str | None
    told: tuple[str, ...] = ()


def seed_name(run: str, host: str) -> str:
    return f"{SEEDS}/{run}-{in_a_name(host)}"


def shard_name(host: str, token: int, run: str) -> str:
    return f"{SHARDS}/{in_a_name(host)}/{token:010d}-{run}"


def crawl_host(address: str, host: str, run: str) -> Outcome:
    """Crawl a host on this machine from the seed of this run, and send its shard home, also when the crawl failed.

    What an earlier crawl left here, because its worker was killed, is taken over: none of its pages is fetched again.
    """
    try:
        return _crawl_host(ShardStore(address), host, run)
    except ArchiveError as error:  # as text: it comes whole through any pipe
        return Outcome(host, None, (f"{host}: {error}",))


def _crawl_host(store: ShardStore, host: str, run: str) -> Outcome:
    for name in store.names(f"{SHARDS}/{in_a_name(host)}"):
        if name.endswith(f"-{run}"):  # sent by a worker that died before it could say so
            return Outcome(host, name)
    room = work_folder()
    lock = room / "locks" / in_a_name(host)
    shards = room / "shards" / hashlib.sha256(store.address.encode()).hexdigest()[:12] / in_a_name(host)
    holder = f"{socket.gethostname()}, process {os.getpid()}"
    with ExitStack() as stack:
        file = _locked_soon(stack, lock, host)
        lease = _taken_soon(store, host, machine_of(room), holder)
        lost = stack.enter_context(held(store, lease))
        shard = shards / f"{lease.token:010d}" / "crawl.db"
        shard.parent.mkdir(parents=True, exist_ok=True)
        told = _seeded(store, seed_name(run, host), shard)
        told += _scrapy(shard, lock, file, lost)
        if lost.is_set():
            raise ArchiveError(
                f"{host}, token {lease.token}",
                "its lease was lost to another crawl",
                "what it fetched stays here for the next crawl; look at the network to the store, and at the clocks",
            )
        return _sent(store, lease, run, shard, told)


def work_folder() -> Path:
    """Where this machine keeps its locks and the shards at work: a local disk's folder, this user's alone."""
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "union-archive"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise ArchiveError(
            folder, f"cannot be made ({error.strerror})", "set XDG_CACHE_HOME to a folder on a local disk"
        ) from error
    return folder


def machine_of(room: Path) -> str:
    """The name of what shares this folder's locks: two jobs with the same one never crawl a host at once."""
    path, new = room / "machine", room / f"machine.{uuid.uuid4().hex}"
    new.write_text(uuid.uuid4().hex, "utf-8")
    try:
        os.link(new, path)
    except FileExistsError:
        pass
    finally:
        new.unlink()
    return path.read_text("utf-8")


def _locked_soon(stack: ExitStack, lock: Path, host: str) -> int:
    """The lock of a host on this machine; waits for one who is about to end. Raises ArchiveError."""
    until = time.monotonic() + LOCK_WAIT
    while True:
        try:
            return stack.enter_context(locked(lock, f"another crawl of {host} is at work on this machine"))
        except ArchiveError:
            if time.monotonic() > until:
                raise
        time.sleep(0.2)


def _taken_soon(store: ShardStore, host: str, machine: str, holder: str) -> Lease:
    """The lease of a host; waits until the one of a dead machine runs out. Raises HeldError, ArchiveError."""
    until = time.monotonic() + LEASE_WAIT
    while True:
        try:
            return take(store, host, machine, holder)
        except HeldError:
            if time.monotonic() > until:
                raise
            time.sleep(1)


def _seeded(store: ShardStore, name: str, shard: Path) -> list[str]:
    """Fetch the seed, and take into it what crawls that were cut off have left beside it; lines for a person."""
    new = shard.with_name("seed.db")
    try:
        store.fetch(name, new)
    except FileNotFoundError as error:
        raise ArchiveError(name, "the seed is gone: its harvest has ended", "run `scrapy harvest` again") from error
    told = []
    for left in sorted(shard.parent.parent.glob("*/crawl.db")):
        try:
            adopt(left, new)
        except ArchiveError as error:  # the crawl goes on without it
            told.append(f"{error}; it is kept as {left.name}.damaged")
            left.rename(left.with_name(f"{left.name}.damaged"))
    new.rename(shard)
    for folder in shard.parent.parent.iterdir():
        if folder != shard.parent and not list(folder.glob("*.damaged")):
            shutil.rmtree(folder)
    return told


def _scrapy(shard: Path, lock: Path, file: int, lost: Event) -> list[str]:
    """Run Scrapy on a shard until it ends, or the lease is lost; what it said of faults."""
    with closing(open_crawl_db(shard, migrations)) as connection:
        task = read_task(connection)
    none = shard.with_name("sources")
    none.mkdir(exist_ok=True)
    log = shard.with_name("log")
    with (
        log.open("wb") as errors,
        subprocess.Popen(  # noqa: S603 (our own module)
            [sys.executable, "-m", "crawler.cluster.crawl", str(lock)],
            env=_environment(task, shard.parent, file) | {"UNION_ARCHIVE_SOURCES": str(none)},
            stdin=subprocess.PIPE,  # its closing ends the process
            stdout=subprocess.DEVNULL,
            stderr=errors,
            pass_fds=[file],
            start_new_session=True,
        ) as process,
    ):
        while process.poll() is None:
            if lost.wait(0.2):
                process.kill()
    said = log.read_text("utf-8", "replace").strip()[-TOLD:]
    if process.returncode < 0:
        said += f"\n{task.host}: Scrapy was ended by signal {-process.returncode}; what it had fetched is kept"
    return [line for line in said.splitlines() if line]


def _environment(task: Task, folder: Path, file: int) -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if name not in CARRIED}
    return own | dict(task.environment) | {"UNION_ARCHIVE_DATA": str(folder), HANDED_DOWN: str(file)}


def _sent(store: ShardStore, lease: Lease, run: str, shard: Path, told: list[str]) -> Outcome:
    """Send a copy of the shard without the texts it was seeded with; here nothing of it is kept."""
    whole = shard.with_name("shard.db")
    whole.unlink(missing_ok=True)
    with closing(open_crawl_db(shard, migrations)) as connection:
        connection.execute("VACUUM INTO ?", (str(whole),))
    with closing(open_crawl_db(whole, migrations)) as connection:
        connection.execute("DELETE FROM texts")
        connection.commit()
        connection.execute("VACUUM")
        connection.execute("PRAGMA journal_mode = DELETE")
    name = shard_name(lease.host, lease.token, run)
    store.send(name, whole)
    shutil.rmtree(shard.parent)
    return Outcome(lease.host, name, tuple(told))
