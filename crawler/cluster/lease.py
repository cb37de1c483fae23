"""Who may crawl a host, whatever machines there are: a lease in the shard store, with heartbeat and fencing token.

Each crawl of a host takes the token after the last one, by making the file leases/<host>/<token> where there is none:
of all who try it at once one succeeds. Its holder says in it from time to time until when it holds; only the newest
token's shard is merged, so that one who was given up for dead and comes late changes nothing.
"""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace

from archive.errors import ArchiveError
from crawler.cluster.store import ShardStore, in_a_name

LEASE = 90.0
"""Seconds that a lease holds from its last beat; the clocks of the machines must not differ by nearly as much."""
BEAT = 15.0
"""Seconds between two beats: a store that cannot be reached for some of them costs no lease."""

Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to crawl a host. `machine` is where its holder runs, `until` in seconds since 1970."""

    host: str
    token: int
    machine: str
    holder: str
    until: float

    @property
    def name(self) -> str:
        return _name(self.host, self.token)


class HeldError(ArchiveError):
    """Another crawl of the host is at work."""

    def __init__(self, lease: Lease):
        super().__init__(
            lease.host,
            f"{lease.holder} crawls it (token {lease.token}, until {_utc(lease.until)} if it says nothing more)",
            "wait until it ends",
        )


def newest_token(store: ShardStore, host: str) -> int:
    """The token of the last crawl of a host that began; 0 when none did. Raises ArchiveError."""
    names = store.names(f"leases/{in_a_name(host)}")
    return max((int(name.rpartition("/")[2]) for name in names), default=0)


def take(store: ShardStore, host: str, machine: str, holder: str, now: Clock = time.time) -> Lease:
    """Take the lease of a host that nobody holds. Who holds the host's lock on a machine (the caller does on `machine`)
    knows that an earlier holder there has ended. Raises HeldError at once, ArchiveError."""
    while True:
        last = newest_token(store, host)
        if last and (held := _read(store, host, last)) and held.machine != machine and held.until > now():
            raise HeldError(held)
        lease = Lease(host, last + 1, machine, holder, now() + LEASE)
        try:
            store.create(lease.name, _packed(lease))
        except FileExistsError:  # another one was quicker
            continue
        if newest_token(store, host) == lease.token:
            _forget_before(store, lease)
            return lease


def beat(store: ShardStore, lease: Lease, now: Clock = time.time) -> Lease | None:
    """Hold a lease for longer; None when another one has taken the host since. Raises ArchiveError."""
    if newest_token(store, lease.host) != lease.token:
        return None
    longer = replace(lease, until=now() + LEASE)
    store.write(longer.name, _packed(longer))
    return longer


def give_back(store: ShardStore, lease: Lease) -> None:
    """Let the next crawl of the host begin; the token stays known. Raises ArchiveError."""
    store.write(lease.name, _packed(replace(lease, until=0.0)))


@contextmanager
def held(store: ShardStore, lease: Lease, *, every: float = BEAT, now: Clock = time.time) -> Iterator[threading.Event]:
    """Beat while inside, give the lease back at the end; the event says that it was lost."""
    lost, ended = threading.Event(), threading.Event()
    beating = threading.Thread(target=_beat, args=(store, lease, every, now, lost, ended), daemon=True)
    beating.start()
    try:
        yield lost
    finally:
        ended.set()
        beating.join()
    if not lost.is_set():
        give_back(store, lease)


def _beat(
    store: ShardStore, lease: Lease, every: float, now: Clock, lost: threading.Event, ended: threading.Event
) -> None:
    while not ended.wait(every):
        try:
            longer = beat(store, lease, now)
        except ArchiveError:  # the store may answer the next time
            if now() < lease.until:
                continue
            longer = None
        if longer is None:
            lost.set()
            return
        lease = longer


def _read(store: ShardStore, host: str, token: int) -> Lease | None:
    try:
        return Lease(**json.loads(store.read(_name(host, token))))
    except FileNotFoundError:  # a newer one is there, which has swept it
        return None


def _forget_before(store: ShardStore, lease: Lease) -> None:
    for name in store.names(f"leases/{in_a_name(lease.host)}"):
        if name < lease.name:
            store.remove(name)


def _name(host: str, token: int) -> str:
    return f"leases/{in_a_name(host)}/{token:010d}"


def _packed(lease: Lease) -> bytes:
    return json.dumps(asdict(lease), ensure_ascii=False).encode()


def _utc(seconds: float) -> str:
    return time.strftime("%H:%M:%S UTC", time.gmtime(seconds))
