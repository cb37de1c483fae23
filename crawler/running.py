"""Runs spiders, hosts side by side and the sources of one host in turn, and ends them promptly when asked to."""

import asyncio
import contextlib
import logging
import signal
from collections.abc import Callable, Sequence
from typing import Any

from scrapy.crawler import AsyncCrawlerProcess, Crawler
from twisted.internet.error import ReactorNotRunning

from archive.collector import settle_memory
from archive.errors import ArchiveError
from crawler.health import RunReport
from crawler.politeness import let_go

HOSTS_AT_ONCE = 16
GRACE = 5
"""Seconds that answers under way have when a run is asked to end; what they bring later is asked for next time."""

TELLING = ("scrapy.core.scraper", "scrapy.core.engine", "scrapy.utils.signal")
"""Scrapy's loggers that tell what callbacks, middlewares, pipelines and extensions raise."""

Make = Callable[[], Crawler]


class Unstored(logging.Filter):
    """What a crawl could not write (a full disk, a lock), each once, instead of a traceback a page in the log."""

    def __init__(self, stop: Callable[[], None]):
        super().__init__()
        self.lines: list[str] = []
        self._stop = stop

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if not isinstance(error, ArchiveError):
            return True
        if str(error) not in self.lines:
            self.lines.append(str(error))
        self._stop()  # nothing more could be kept
        return False


class Run:
    """One run of some spiders in this process. `unstored` are lines for a person: what could not be written."""

    def __init__(self, process: AsyncCrawlerProcess, arguments: dict[str, Any]):
        self.process = process
        self.arguments = arguments
        self.stopping = False
        self._unstored = Unstored(self._stop_soon)
        # Else Scrapy makes records of every page and item for a handler that drops them.
        logging.getLogger("scrapy").setLevel(process.settings["LOG_LEVEL"])

    @property
    def unstored(self) -> list[str]:
        return self._unstored.lines

    def start(self, groups: Sequence[Sequence[Make]]) -> None:
        """Crawl all groups side by side, each in turn; returns when they have ended, or were asked to."""
        from twisted.internet import reactor as installed

        self.reactor: Any = installed
        self.loop = asyncio.get_event_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            self.loop.add_signal_handler(number, self.stop)
        for name in TELLING:
            logging.getLogger(name).addFilter(self._unstored)
        crawls = self.loop.create_task(self._all(groups))
        settle_memory()
        self.process.start(stop_after_crawl=False, install_signal_handlers=False)
        for crawler in self.process.crawlers:
            if report := crawler.get_extension(RunReport):
                report.cut_off()
        if crawls.done() and not crawls.cancelled() and (error := crawls.exception()):
            raise error

    def stop(self) -> None:
        """End all spiders: nothing more is sent, what is under way has a few seconds; asked again, at once."""
        if self.stopping:
            self._stop_reactor()
            return
        self.stopping = True
        for crawler in self.process.crawlers:
            if crawler.crawling:
                let_go(crawler)
        self.loop.create_task(self.process.stop())
        self.loop.call_later(GRACE, self._stop_reactor)

    def _stop_soon(self) -> None:
        """Not at once: what met the fault is in the middle of its work."""
        if not self.stopping:
            self.loop.call_soon(lambda: None if self.stopping else self.stop())

    async def _all(self, groups: Sequence[Sequence[Make]]) -> None:
        places = asyncio.Semaphore(HOSTS_AT_ONCE)

        async def in_turn(group: Sequence[Make]) -> None:
            async with places:
                for number, make in enumerate(group):
                    if self.stopping:
                        return
                    crawler = make()
                    if number:  # the next source is another run, but the host is the same
                        await asyncio.sleep(crawler.settings.getfloat("DOWNLOAD_DELAY"))
                    await self.process.crawl(crawler, **self.arguments)

        try:
            await asyncio.gather(*map(in_turn, groups))
        finally:
            self.reactor.callLater(0, self._stop_reactor)

    def _stop_reactor(self) -> None:
        with contextlib.suppress(ReactorNotRunning):
            self.reactor.stop()
