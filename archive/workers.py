"""Processes that share a long job: some on this machine, or those of a Dask cluster that runs already."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from archive.errors import ArchiveError

if TYPE_CHECKING:
    import distributed

PATIENCE = 5
"""Seconds that a scheduler may take to answer."""
LOGGED = 20
"""Messages to each worker that Dask keeps, with the captures in them: at its own thousand that was a gigabyte."""


@contextmanager
def workers(number: int | None, address: str | None) -> Iterator[distributed.Client]:
    """So many processes of one thread each on this machine, or the workers behind a scheduler's `address` like
    tcp://10.0.0.5:8786, for as long as the block lasts; the local ones end with it, and with this process.

    A tls:// address needs the certificates that Dask's own configuration names. Raises ArchiveError when the extra is
    not installed, or nobody answers at the address.
    """
    try:
        import dask
        from distributed import Client, LocalCluster
    except ImportError as error:
        raise ArchiveError(
            "workers", "Dask is not installed", "run `pip install 'union-news-archive[cluster]'`"
        ) from error
    if address:
        _need_scheduler(address)
        with Client(address, timeout=PATIENCE) as client:
            yield client
        return
    dask.config.set({"distributed.admin.low-level-log-length": LOGGED})
    local = LocalCluster(
        n_workers=number,
        threads_per_worker=1,
        host="127.0.0.1",
        dashboard_address="127.0.0.1:0",
        worker_dashboard_address="127.0.0.1:0",
        scheduler_kwargs={"dashboard": False},
        silence_logs=logging.CRITICAL,
    )
    with local as cluster, Client(cluster) as client:
        yield client


def _need_scheduler(address: str) -> None:
    """Ask first: a Client that got no answer takes half a minute to go away."""
    from distributed.core import rpc
    from distributed.security import Security

    async def ask() -> None:
        certificates = Security().get_connection_args("client")
        async with rpc(address, timeout=PATIENCE, connection_args=certificates) as scheduler:
            await scheduler.identity()

    try:
        asyncio.run(asyncio.wait_for(ask(), PATIENCE + 1))
    except (OSError, ValueError, TypeError) as error:  # TypeError: no certificates are configured
        raise ArchiveError(
            address,
            f"no Dask scheduler answers there ({str(error) or 'it says nothing'})",
            "start one with `dask scheduler`, or mend the address",
        ) from error
