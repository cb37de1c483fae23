"""Pages are read in processes of their own: the crawl goes on meanwhile, and a page that hangs or breaks its reader
harms nothing but itself."""

import asyncio
import hashlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection, wait

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from archive import ingest
from archive.capture import Capture
from archive.collector import settle_memory
from archive.ingest import Reading
from crawler.failures import CRASHED, TOO_LONG
from crawler.family import FamilySpider
from crawler.walk import frontier_of

READERS = min(2, os.cpu_count() or 1)
"""Two keep up with one process that fetches; each is a hundred megabytes."""
READ_SECONDS = 60


class Reader:
    """One reading process; it has one page at a time."""

    def __init__(self, method: str):
        context = multiprocessing.get_context(method)
        self.connection, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs,), daemon=True)  # type: ignore[attr-defined]
        self.process.start()
        theirs.close()

    async def read(self, capture: Capture, files: Sequence[Capture] | None, furniture: Collection[str]) -> Reading:
        """What a capture holds. Raises TimeoutError or EOFError when the reader hangs or breaks over it."""
        loop = asyncio.get_running_loop()
        answered = asyncio.Event()
        loop.add_reader(self.connection.fileno(), answered.set)
        try:
            self.connection.send((capture, files, furniture))
            async with asyncio.timeout(READ_SECONDS):
                await answered.wait()
        finally:
            loop.remove_reader(self.connection.fileno())
        reading = self.connection.recv()
        assert isinstance(reading, Reading)
        return reading

    def end(self) -> None:
        self.process.kill()
        self.process.join()
        self.connection.close()


class Readers:
    """The reading processes of this process."""

    def __init__(self) -> None:
        self.idle: asyncio.Queue[Reader] = asyncio.Queue()
        self.all: list[Reader] = []

    @contextmanager
    def running(self) -> Iterator[None]:
        """Fork the readers: at once and cheap, but only before this process holds locks and connections, which they
        would inherit and keep when it is killed. They end with the block; what they had at hand is asked for again."""
        self.all = [Reader("fork") for _ in range(READERS)]
        for reader in self.all:
            self.idle.put_nowait(reader)
        try:
            yield
        finally:
            for reader in self.all:
                reader.end()
            self.all, self.idle = [], asyncio.Queue()

    async def read(
        self, capture: Capture, files: Sequence[Capture] | None = None, *, furniture: Collection[str]
    ) -> Reading:
        """What a capture holds; a page that cannot be read is no article, for that reason."""
        if not self.all:  # a crawl that somebody's own program runs
            return ingest.read(capture, files, furniture)
        reader = await self.idle.get()
        try:
            return await reader.read(capture, files, furniture)
        except TimeoutError:
            reader = self._instead_of(reader)
            return Reading(None, reason=TOO_LONG)
        except (EOFError, OSError):
            reader = self._instead_of(reader)
            return Reading(None, reason=CRASHED)
        finally:
            self.idle.put_nowait(reader)

    def _instead_of(self, broken: Reader) -> Reader:
        broken.end()
        fresh = Reader("spawn")
        self.all = [fresh if reader is broken else reader for reader in self.all]
        return fresh


readers = Readers()


class ReadAhead:
    """The outermost downloader middleware: gives an article's answer with what it holds to the spider."""

    def __init__(self, crawler: Crawler):
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "ReadAhead":
        return cls(crawler)

    async def process_response(self, request: Request, response: Response) -> Response:
        spider = self.crawler.spider
        if frontier_of(spider) is None or not isinstance(spider, FamilySpider) or response.status != 200:
            return response
        if request.callback != spider.parse_article:
            return response
        if (known := request.meta.get("sha256")) and known == hashlib.sha256(response.body).hexdigest():
            # Byte for byte what it was: as good as the answer of a site that knows it.
            return response.replace(status=304)
        response.request = request
        capture = spider.capture_of(response)
        request.meta["capture"] = capture
        request.meta["reading"] = await readers.read(capture, furniture=spider.furniture)
        return response


def _serve(pages: "Connection") -> None:
    """Read one page after the other, until the process that began us ends, however it ends; its signals are its own."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    settle_memory()
    os.nice(5)  # the crawl goes first
    while True:
        try:
            capture, files, furniture = pages.recv()
        except EOFError:
            return
        reading = ingest.read(capture, files, furniture)
        if reading.article:
            _ = reading.article.text_hash  # once, and here
        pages.send(reading)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    wait([parent.sentinel])
    os._exit(1)
