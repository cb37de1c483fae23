"""Single pages of one site over the project's own settings: guard, robots.txt, delay, certificates, limits. Nothing is
stored and no link is followed."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from typing import Any, TypeVar

from scrapy import Request
from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.http import Response
from twisted.internet.error import ReactorNotRunning

from archive.errors import ArchiveError
from archive.sources import Source
from crawler.failures import Stopped, cause
from crawler.family import FamilySpider
from crawler.loader import spider_class
from crawler.probing.errors import ProbeError, TlsError
from crawler.probing.tls import tls_fault

T = TypeVar("T")
_CURES = {
    "the name of the host is not known": "check its spelling, or the network here",
    "connection refused": "check scheme and port, or try later",
    "larger than 8 MB": "give the page of one listing",
    "not asked: Forbidden by robots.txt": "choose a page it allows, or ask the site's owner",
    "not asked: it leads to no public address": "only the internet and hosts of UNION_ARCHIVE_ALLOW_PRIVATE are",
}


class Fetch:
    """Asks for pages of one site, one after the other."""

    def __init__(self, spider: FamilySpider):
        self.spider = spider
        self.user_agent: str = spider.settings["USER_AGENT"]

    async def __call__(self, url: str, **meta: Any) -> Response:
        """The answer to an address, whatever its status. Raises ProbeError when there is none, TlsError when TLS is the
        reason."""
        engine = self.spider.crawler.engine
        assert engine is not None
        try:
            # What leads to another host is told, not hidden; the guard stands before it.
            return await engine.download_async(Request(url, meta={"allow_offsite": True, **meta}))
        except Stopped:
            raise
        except Exception as error:  # whatever broke a download is told in one line
            raise told(url, error) from error


Job = Callable[[Fetch], Awaitable[T]]


def run(process: AsyncCrawlerProcess, main: Coroutine[Any, Any, T]) -> T:
    """The result of a coroutine that visits sites, run in the process's reactor."""
    # What a robots.txt does wrong is told with its site.
    logging.getLogger("scrapy.downloadermiddlewares.robotstxt").setLevel(logging.CRITICAL)

    async def whole() -> T:
        from twisted.internet import reactor as installed

        reactor: Any = installed
        try:
            return await main
        finally:
            reactor.callLater(0, _stop, reactor)

    task = asyncio.get_event_loop().create_task(whole())
    process.start(stop_after_crawl=False)
    if not task.done():
        raise ArchiveError("the visit", "it was interrupted", "start it again")
    return task.result()


def _stop(reactor: Any) -> None:
    with contextlib.suppress(ReactorNotRunning):  # Ctrl-C was first
        reactor.stop()


async def visit(process: AsyncCrawlerProcess, source: Source, job: "Job[T]", *, verify: bool = True) -> T:
    """What a job makes of pages fetched with a record's settings; `verify` False: whatever the certificate says."""
    outcome: asyncio.Future[T] = asyncio.get_running_loop().create_future()
    settings: dict[str, Any] = {"SPIDER_MIDDLEWARES": {}, "ITEM_PIPELINES": {}}  # no walk, no database
    if not verify:
        settings["DOWNLOAD_VERIFY_CERTIFICATES"] = False

    no_requests: tuple[Request, ...] = ()

    async def start(self: FamilySpider) -> AsyncIterator[Request]:
        try:
            outcome.set_result(await job(Fetch(self)))
        except Stopped:
            pass  # the run's end says why
        except Exception as error:
            outcome.set_exception(error)
        for request in no_requests:  # an iterator, as Scrapy expects
            yield request

    spider = type("Visit", (spider_class(source),), {"start": start, "custom_settings": settings})
    crawler = Crawler(spider, process.settings)
    await process.crawl(crawler)
    if not outcome.done():
        assert crawler.stats is not None
        raise ArchiveError(source.site, f"ended early: {crawler.stats.get_value('finish_reason')}", "try again later")
    return outcome.result()


def told(url: str, error: Exception) -> ProbeError:
    """What broke a download, in one line with its cure."""
    if fault := tls_fault(error):
        return TlsError(url, fault)
    broken = cause(error)
    cures = (cure for beginning, cure in _CURES.items() if broken.startswith(beginning))
    return ProbeError(url, broken, next(cures, "try later, or look at it with a browser"))
