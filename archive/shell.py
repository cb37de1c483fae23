"""The ASGI application that `serve` runs: it changes to a new publication without a pause.

Datasette 0.65 keeps its connections by thread and database name, so a file that is replaced under it gives rows of
both. Here each publication has a Datasette of its own, opened whole before it gets its first request; every request
stays with the one it began with, and an old one is closed when its last request has ended.
"""

import asyncio
import logging
import os
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from datasette.database import WriteTask  # type: ignore[import-untyped]

from archive.errors import ArchiveError
from archive.kept import current, file_of, kept
from archive.site.datasette_api import App, Receive, Scope, Send

LOOK_SECONDS = 1.0
"""How often, at most, the current file is looked at; only requests make anybody look."""
WARM = ("/", "/tim-kiem?q=c%C3%B4ng+%C4%91o%C3%A0n")
"""What a new publication must answer before it is shown; it fills what is looked up once."""

Open = Callable[[Path], Any]
"""Makes the Datasette of a published file. Raises ArchiveError when it cannot be served."""
Stamp = tuple[int, int, int, int]

log = logging.getLogger(__name__)


class Opened:
    """One publication that is being served, by a Datasette of its own."""

    def __init__(self, path: Path, datasette: Any):
        self.path = path
        self.datasette = datasette
        self.app: App = datasette.client.app
        self.requests = 0
        for database in datasette.databases.values():
            database._execute_writes = partial(_until_ended, database._execute_writes)

    async def warm(self) -> None:
        """Open all connections and answer the first requests. Raises what the site raises; ArchiveError when one of
        them ends in an error page."""
        for path in WARM:
            answer = await self.datasette.client.get(path)
            if answer.status_code >= 500:
                raise ArchiveError(path, f"was answered with status {answer.status_code}", "publish again")

    async def close(self) -> None:
        """Give back its threads, connections and memory, once what is still being read has been read."""
        databases = list(self.datasette.databases.values())
        for database in databases:
            _end_writing(database)
        await asyncio.to_thread(self.datasette.executor.shutdown)
        for database in databases:
            database.close()


class Shell:
    """An ASGI application over the publication that is the current one.

    `site_db` is the current file, `opened` makes a Datasette of a file. Raises ArchiveError when there is nothing to
    serve at first; later a file that cannot be served leaves the one before in place, and the log says why.
    """

    def __init__(self, site_db: Path, opened: Open):
        self._site_db = site_db
        self._open = opened
        self._seen = _stamp(site_db)
        path = _own_file(site_db)
        self._now = Opened(path, opened(path))
        self._starting: asyncio.Task[None] | None = None
        self._changing: asyncio.Task[None] | None = None
        self._closing: set[asyncio.Task[None]] = set()
        self._look_at = 0.0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        if self._starting is None:  # Datasette lets a second request in before the first one's start is over
            self._starting = asyncio.ensure_future(self._now.warm())
        await asyncio.shield(self._starting)
        await self._look()
        pinned = self._now
        pinned.requests += 1
        try:
            await pinned.app(scope, receive, send)
        finally:
            pinned.requests -= 1
            self._close_if_idle(pinned)

    async def close(self) -> None:
        """End what is under way and close what is open."""
        if self._changing:
            self._changing.cancel()
            await asyncio.gather(self._changing, return_exceptions=True)
        await asyncio.gather(self._now.close(), *self._closing, return_exceptions=True)

    async def _live(self, receive: Receive, send: Send) -> None:
        """The server's start and end."""
        while True:
            message = await receive()
            if message["type"] == "lifespan.shutdown":
                await self.close()
                await send({"type": "lifespan.shutdown.complete"})
                return
            self._starting = asyncio.ensure_future(self._now.warm())
            try:
                await self._starting
            except Exception as error:
                await send({"type": "lifespan.startup.failed", "message": str(error)})
                return
            await send({"type": "lifespan.startup.complete"})

    async def _look(self) -> None:
        """Begin to change to a new file, if there is one. Waits for it only when the file that is served was removed:
        it can no longer be downloaded."""
        removed = not self._now.path.exists()
        if self._changing is None and (removed or time.monotonic() >= self._look_at):
            self._look_at = time.monotonic() + LOOK_SECONDS
            stamp = _stamp(self._site_db)
            if stamp not in (None, self._seen):  # a file that was moved away is no reason to stop
                self._changing = asyncio.ensure_future(self._change(stamp))
                self._changing.add_done_callback(self._changed)
        if removed and self._changing:
            await asyncio.wait([self._changing])

    def _changed(self, task: asyncio.Task[None]) -> None:
        self._changing = None

    async def _change(self, stamp: Stamp | None) -> None:
        """Serve the file of that stamp from the next request on; a file that fails is not tried again."""
        path = await asyncio.to_thread(_own_file, self._site_db)
        new = None
        try:
            new = Opened(path, await asyncio.to_thread(self._open, path))
            await new.warm()
        except asyncio.CancelledError:
            if new:
                await new.close()
            raise
        except Exception as error:  # whatever it is, the site goes on with what it has
            if new:
                await new.close()
            if _stamp(self._site_db) == stamp:  # otherwise it is gone, and the next look finds a newer one
                self._seen = stamp
                log.error("%s: the new publication is not served, the old one is: %s", self._site_db, error)
            return
        if _stamp(self._site_db) != stamp:  # replaced while it was opened: perhaps some of each
            await new.close()
            return
        old, self._now, self._seen = self._now, new, stamp
        log.info("%s: now serving the publication in %s", self._site_db, path)
        self._close_if_idle(old)

    def _close_if_idle(self, opened: Opened) -> None:
        if opened is self._now or opened.requests:
            return
        task = asyncio.ensure_future(opened.close())
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)


def _stamp(path: Path) -> Stamp | None:
    """What changes when another file takes this place; None when there is none."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_mtime_ns, found.st_size


def _own_file(site_db: Path) -> Path:
    """The current publication's file of its own, which stays what it is; the current one where it has none."""
    try:
        now = current(site_db, kept(site_db))
    except ArchiveError:  # the list is not needed to serve
        return site_db
    return file_of(site_db, now) if now else site_db


class _WriterEnded(BaseException):
    """Not an Exception: Datasette's loop of writes catches those."""


def _until_ended(writes: Callable[[], None]) -> None:
    with suppress(_WriterEnded):
        writes()


def _end_writing(database: Any) -> None:
    """Datasette 0.65 starts a thread that writes its own memory database, and never ends it."""
    if database._write_thread is None:
        return

    def end(connection: Any) -> None:
        connection.close()
        raise _WriterEnded

    database._write_queue.put(WriteTask(end, None, None))
