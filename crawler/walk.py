"""How a spider's requests meet the frontier: known articles are not fetched again, pages without news end the walk.

Scrapy's own tools stay what they are: `scrapy shell` and `scrapy parse` start no walk, so nothing here touches
a database then.
"""

from collections.abc import AsyncIterator, Iterable, Iterator
from typing import Any

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from archive.folder import DataFolder
from crawler.family import FamilySpider, asked_address
from crawler.frontier import Frontier, Known
from crawler.items import Refused
from crawler.report import count, fail

GONE = (404, 410)


class WalkMiddleware:
    """Passes on what is new, settles what is not an article, and ends the paging."""

    def __init__(self, crawler: Crawler):
        self.crawler = crawler
        self.listed: set[str] = set()
        self.listing_failed = False

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "WalkMiddleware":
        middleware = cls(crawler)
        crawler.signals.connect(middleware.closed, signal=signals.spider_closed)
        return middleware

    async def process_start(self, start: AsyncIterator[Any]) -> AsyncIterator[Any]:
        """The spider's own start, then what waits from an earlier run, then the newest articles, for changes."""
        spider = self.crawler.spider
        if not isinstance(spider, FamilySpider) or _is_parse_command(spider):
            async for request in start:
                yield request
            return
        spider.frontier = Frontier(DataFolder.from_environment().crawl_db, spider.source)
        waiting, newest = spider.frontier.waiting(), spider.frontier.newest()
        for known in waiting:
            yield self._article(spider, known)
        async for request in start:
            yield self._watched(request) if isinstance(request, Request) else request
        for known in newest:
            yield self._article(spider, known)

    def process_spider_output(self, response: Response, result: Iterable[Any]) -> Iterator[Any]:
        frontier = frontier_of(self.crawler.spider)
        if frontier is None:
            yield from result
        elif response.meta.get("listing"):
            yield from self._children(frontier, list(result))
        else:
            yield from self._settled(frontier, response, result)

    async def process_spider_output_async(self, response: Response, result: AsyncIterator[Any]) -> AsyncIterator[Any]:
        for output in self.process_spider_output(response, [output async for output in result]):
            yield output

    def process_spider_exception(self, response: Response, exception: Exception) -> None:
        """A callback that broke lost its page; Scrapy logs the traceback."""
        frontier = frontier_of(self.crawler.spider)
        if frontier is None:
            return
        if response.meta.get("listing"):
            self._listing_lost(asked_address(response), _cause(exception))
        else:
            self._lost(frontier, asked_address(response), _cause(exception))

    def closed(self, spider: Spider, reason: str) -> None:
        frontier = frontier_of(spider)
        if frontier is None:
            return
        if reason == "finished" and not self.listing_failed:
            frontier.set_backfill_done()

    def _children(self, frontier: Frontier, outputs: list[Any]) -> Iterator[Any]:
        """A listing's new articles and, as long as it names any, its next page."""
        for refused in (output for output in outputs if isinstance(output, Refused)):
            self._listing_lost(refused.url, refused.reason)
        requests = [output for output in outputs if isinstance(output, Request)]
        articles = [request for request in requests if not request.meta.get("listing")]
        added = frontier.add((request.url, request.meta.get("listed")) for request in articles)
        unseen = {request.url for request in articles} - self.listed
        self.listed |= unseen
        for request in articles:
            if request.url in added:
                yield self._watched(request)
        # In a first crawl, also one that was cut off, pages of known addresses are walked through; a page that only
        # repeats what this run's listings named is a trap.
        if added or (unseen and not frontier.backfill_done):
            yield from (self._watched(request) for request in requests if request.meta.get("listing"))

    def _settled(self, frontier: Frontier, response: Response, result: Iterable[Any]) -> Iterator[Any]:
        for output in result:
            if isinstance(output, Refused):
                settle = self._lost if output.lost else self._refused
                settle(frontier, asked_address(response), output.reason)
            elif isinstance(output, Request):
                yield self._watched(output)
            else:
                yield output

    def _article(self, spider: FamilySpider, known: Known) -> Request:
        headers = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
        return self._watched(
            Request(
                known.url,
                spider.parse_article,
                headers={name: value for name, value in headers.items() if value},
                meta={"listed": known.listed},
                dont_filter=True,
            )
        )

    def _watched(self, request: Request) -> Request:
        return request if request.errback else request.replace(errback=self.failed)

    def failed(self, failure: Failure) -> None:
        """Settle a request that brought no page: the answer's status, or what broke."""
        request: Request = failure.request  # type: ignore[attr-defined]
        asked = asked_address(request)
        status = failure.value.response.status if isinstance(failure.value, HttpError) else None
        reason = f"HTTP {status}" if status else _cause(failure.value)
        frontier = frontier_of(self.crawler.spider)
        if frontier is None:
            return
        if request.meta.get("listing"):
            self._listing_lost(asked, reason)
        elif status == 304:
            frontier.not_modified(asked)
            count(self.crawler, "unchanged")
        elif status in GONE:
            self._missing(frontier, asked, reason)
        elif status is None and isinstance(failure.value, IgnoreRequest):
            self._refused(frontier, asked, reason)
        else:
            self._lost(frontier, asked, reason)

    def _missing(self, frontier: Frontier, url: str, reason: str) -> None:
        spider = self.crawler.spider
        if frontier.ever_ok(url):
            if frontier.missing(url, reason):
                count(self.crawler, "gone")
            count(self.crawler, "refused", f"{reason}, the stored article stays")
        elif isinstance(spider, FamilySpider) and spider.is_sure(url):
            self._lost(frontier, url, reason)
        else:
            self._refused(frontier, url, reason)

    def _refused(self, frontier: Frontier, url: str, reason: str) -> None:
        """A page that turned out to be no article: remembered, not asked again."""
        frontier.refuse(url, reason)
        count(self.crawler, "refused", reason)

    def _lost(self, frontier: Frontier, url: str, reason: str) -> None:
        """A page that should have been an article: asked again next time, and told to the operator."""
        frontier.fail(url, reason)
        fail(self.crawler, reason, url)

    def _listing_lost(self, url: str, reason: str) -> None:
        self.listing_failed = True
        fail(self.crawler, f"listing: {reason}", url)


def frontier_of(spider: Spider | None) -> Frontier | None:
    """The frontier a spider walks with; None when it does not walk (scrapy shell, scrapy parse)."""
    return spider.frontier if isinstance(spider, FamilySpider) else None


def _is_parse_command(spider: FamilySpider) -> bool:
    """Whether `scrapy parse` runs: it puts a start of its own in the place of the spider's."""
    return type(spider).start.__module__ == "scrapy.commands.parse"


def _cause(error: BaseException | None) -> str:
    if isinstance(error, IgnoreRequest):
        return f"not asked: {error}"
    return f"{type(error).__name__}: {error}"[:200]
