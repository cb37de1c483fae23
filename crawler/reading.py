"""Pages are read in processes of their own: the crawl goes on meanwhile, and a page that hangs or breaks the reader
harms nothing but itself."""

import asyncio
import hashlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import wait

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from archive import ingest
from archive.capture import Capture
from archive.ingest import Reading
from crawler.failures import CRASHED, TOO_LONG
from crawler.family import FamilySpider
from crawler.walk import frontier_of

READERS = min(4, os.cpu_count() or 1)
READ_SECONDS = 60
"""What one page may take, waiting for a reader included."""


class Readers:
    """The reading processes of this process."""

    def __init__(self) -> None:
        self.pool: ProcessPoolExecutor | None = None

    def begin(self) -> None:
        """Fork the readers: at once and cheap, but only before this process holds locks and connections, which they
        would inherit and keep when it is killed."""
        self.pool = _pool("fork")
        self.pool.submit(os.getpid).result()

    async def read(self, capture: Capture, files: Sequence[Capture] | None = None) -> Reading:
        """What a capture holds; a page that cannot be read is no article, for that reason."""
        # A reader that breaks takes the pages of the others with it; they get a second chance.
        for _ in range(2):
            pool = self.pool = self.pool or _pool("spawn")
            try:
                reading = pool.submit(ingest.read, capture, files)
                return await asyncio.wait_for(asyncio.wrap_future(reading), READ_SECONDS)
            except TimeoutError:
                self._end(pool)
                return Reading(None, reason=TOO_LONG)
            except BrokenProcessPool:
                self._end(pool)
        return Reading(None, reason=CRASHED)

    def close(self) -> None:
        """End the reading processes; what they had at hand is asked for again."""
        if self.pool:
            self._end(self.pool)

    def _end(self, pool: ProcessPoolExecutor) -> None:
        for process in list((pool._processes or {}).values()):
            process.kill()
        pool.shutdown(wait=False, cancel_futures=True)
        if self.pool is pool:
            self.pool = None


def _pool(method: str) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(READERS, multiprocessing.get_context(method), _live_with_parent)


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
        if request.meta.get("sha256") == hashlib.sha256(response.body).hexdigest():
            # Byte for byte what it was: as good as the answer of a site that knows it.
            return response.replace(status=304)
        response.request = request
        capture = spider.capture_of(response)
        request.meta["capture"] = capture
        request.meta["reading"] = await readers.read(capture)
        return response


def _live_with_parent() -> None:
    """End with the process that began us, however it ends, and leave its signals to it."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    assert parent is not None

    def watch() -> None:
        wait([parent.sentinel])
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
