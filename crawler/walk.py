"""How a spider's requests meet the frontier: known articles are not fetched again, pages without news end the walk.

Scrapy's own tools stay what they are: `scrapy shell` and `scrapy parse` start no walk, so nothing here touches
a database then.
"""

from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DontCloseSpider, IgnoreRequest
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from archive.addresses import article_id
from archive.folder import DataFolder
from archive.ingest import NO_KEEP_WORD
from crawler.due import REVISITS
from crawler.failures import PutOff, Stopped, cause
from crawler.family import FamilySpider, asked_address
from crawler.frontier import Frontier
from crawler.items import Refused
from crawler.known import Known, conditions
from crawler.links import ListedLink
from crawler.report import count, fail

GONE = (404, 410)
BUSY = (429, 503)


class WalkMiddleware:
    """Passes on what is new, settles what is not an article, and ends the paging.

    The spider argument `full` (`-a full=1`) walks all listings and asks for every article.
    """

    def __init__(self, crawler: Crawler):
        self.crawler = crawler
        self.listed: dict[str, set[str]] = defaultdict(set)
        """What each listing has named; one set for all would end a listing where another repeats it."""
        self.held: list[Request] = []
        self.open: dict[str, str] = {}
        """The articles asked for and not settled yet, and the address each has led to."""
        self.asked: set[str] = set()
        self.changes_left = REVISITS
        self.listing_failed = False

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "WalkMiddleware":
        middleware = cls(crawler)
        crawler.signals.connect(middleware.idle, signal=signals.spider_idle)
        crawler.signals.connect(middleware.scheduled, signal=signals.request_scheduled)
        crawler.signals.connect(middleware.closed, signal=signals.spider_closed)
        return middleware

    async def process_start(self, start: AsyncIterator[Any]) -> AsyncIterator[Any]:
        """The spider's own start, then known articles whose turn has come, then what waits from an earlier run."""
        spider = self.crawler.spider
        if not isinstance(spider, FamilySpider) or _is_parse_command(spider):
            async for request in start:
                yield request
            return
        frontier = spider.frontier = Frontier(DataFolder.from_environment().crawl_db, spider.source)
        known = frontier.everything() if self.full else frontier.revisits()
        feeds = False
        async for request in start:
            feeds = feeds or bool(request.meta.get("feed"))
            asked = self._listing(frontier, request)
            if feeds and not request.meta.get("feed"):
                self.held.append(asked)
            else:
                yield asked
        for entry in chain(known, frontier.waiting()):
            if request := self._article(spider, entry):
                yield request

    def idle(self) -> None:
        """Go on to the listings when the feeds and sitemaps are read: what both name has its right address there."""
        held, self.held = self.held, []
        for request in held:
            self.crawler.engine.crawl(request)
        if held:
            raise DontCloseSpider

    @property
    def full(self) -> bool:
        return bool(getattr(self.crawler.spider, "full", False))

    def process_spider_output(self, response: Response, result: Iterable[Any]) -> Iterator[Any]:
        spider = self.crawler.spider
        if not isinstance(spider, FamilySpider) or spider.frontier is None:
            yield from result
        elif response.meta.get("listing"):
            yield from self._children(spider, spider.frontier, response, list(result))
        else:
            yield from self._settled(spider.frontier, response, result)

    async def process_spider_output_async(self, response: Response, result: AsyncIterator[Any]) -> AsyncIterator[Any]:
        for output in self.process_spider_output(response, [output async for output in result]):
            yield output

    def process_spider_exception(self, response: Response, exception: Exception) -> None:
        """A callback that broke lost its page; Scrapy logs the traceback."""
        frontier = frontier_of(self.crawler.spider)
        if frontier is None:
            return
        if response.meta.get("listing"):
            self._listing_lost(response.meta, asked_address(response), cause(exception))
        else:
            self._lost(frontier, asked_address(response), cause(exception))

    def scheduled(self, request: Request) -> None:
        """Remember where a redirect leads: Scrapy drops one that leads off the site, or to itself, without a word."""
        asked = asked_address(request)
        if asked in self.open:
            self.open[asked] = request.url

    def closed(self, spider: Spider, reason: str) -> None:
        frontier = frontier_of(spider)
        if frontier is None or reason != "finished":
            return
        for asked, led_to in list(self.open.items()):
            where = "itself" if led_to == asked else "another site"
            self._not_there(frontier, asked, f"redirected to {where}")
        if not self.listing_failed:
            frontier.set_backfill_done()

    def _children(
        self, spider: FamilySpider, frontier: Frontier, response: Response, outputs: list[Any]
    ) -> Iterator[Any]:
        """A listing's new articles, known ones it says have changed and, as long as it has news, its next page."""
        for refused in (output for output in outputs if isinstance(output, Refused)):
            if refused.lost:
                self._listing_lost(response.meta, refused.url, refused.reason)
            else:
                count(self.crawler, "refused", refused.reason)
        requests = [output for output in outputs if isinstance(output, Request)]
        articles = [request for request in requests if not request.meta.get("listing")]
        etag, modified = header(response, "ETag"), header(response, "Last-Modified")
        if any(request.meta.get("sub") for request in requests):
            etag = modified = None  # an index that is what it was says nothing of the sitemaps in it
        found = frontier.add(asked_address(response), map(_link, articles), etag, modified)
        seen = self.listed[str(response.meta["listing"])]
        unseen = {article_id(request.url, spider.source) for request in articles} - seen
        seen |= unseen
        for request in articles:
            if request.url not in found.new:
                continue
            if len(request.url) > self.crawler.settings.getint("URLLENGTH_LIMIT"):
                self._refused(frontier, request.url, "its address is too long")  # Scrapy would drop it without a word
            else:
                yield self._watched(request)
        for known in found.changed:
            if self.changes_left and (again := self._article(spider, known)):
                self.changes_left -= not self.full
                yield again
        # In a first crawl, also one that was cut off, pages of known addresses are walked through; a page that only
        # repeats what this run's listings named is a trap.
        news = found.new or (unseen and (self.full or not frontier.backfill_done))
        for request in requests:
            if request.meta.get("listing") and (news or request.meta.get("sub") or request.meta.get("instead")):
                # After the articles at hand: else all listings come first, and all articles wait in memory.
                yield self._listing(frontier, request.replace(priority=-1))

    def _settled(self, frontier: Frontier, response: Response, result: Iterable[Any]) -> Iterator[Any]:
        asked = asked_address(response)
        for output in result:
            if isinstance(output, Refused):
                if output.missing:
                    self._not_there(frontier, asked, output.reason)
                elif output.lost or (frontier.ever_ok(asked) and output.reason != NO_KEEP_WORD):
                    self._lost(frontier, asked, output.reason)
                else:
                    self._refused(frontier, asked, output.reason)
            elif isinstance(output, Request):
                yield self._watched(output)
            else:
                self.open.pop(asked, None)
                yield output

    def _listing(self, frontier: Frontier, request: Request) -> Request:
        headers = {} if self.full else frontier.listing_validators(request.url)
        request.headers.update(headers)
        return self._with_errback(request)

    def _article(self, spider: FamilySpider, known: Known) -> Request | None:
        """The request for a known article; None when this run has asked for it."""
        if known.url in self.asked:
            return None
        return self._watched(
            Request(
                known.url,
                spider.parse_article,
                headers=conditions(known.etag, known.last_modified),
                meta={"listed": known.listed, "sha256": known.sha256},
                dont_filter=True,
            )
        )

    def _watched(self, request: Request) -> Request:
        """An article's request, open until it is settled."""
        self.asked.add(request.url)
        self.open[request.url] = request.url
        return self._with_errback(request)

    def _with_errback(self, request: Request) -> Request:
        return request if request.errback else request.replace(errback=self.failed)

    def failed(self, failure: Failure) -> Request | None:
        """Settle a request that brought no page: the answer's status, or what broke."""
        request: Request = failure.request  # type: ignore[attr-defined]
        error: BaseException = failure.value  # type: ignore[assignment]
        frontier, spider = frontier_of(self.crawler.spider), self.crawler.spider
        if frontier is None or not isinstance(spider, FamilySpider) or isinstance(error, Stopped):
            return None
        asked = asked_address(request)
        status = error.response.status if isinstance(error, HttpError) else None
        if request.meta.get("listing"):
            if status == 304:
                return None
            if not isinstance(error, PutOff) and status not in BUSY and (instead := spider.alternative(request)):
                return self._with_errback(instead)
            self._listing_lost(request.meta, asked, cause(error))
        elif status == 304:
            self.open.pop(asked, None)
            frontier.not_modified(asked)
            count(self.crawler, "unchanged")
            count(self.crawler, "not_modified")
        elif status in GONE:
            self._not_there(frontier, asked, cause(error))
        elif isinstance(error, PutOff):
            self.open.pop(asked, None)
            frontier.put_off(asked, datetime.now(UTC) + timedelta(seconds=error.seconds))
            count(self.crawler, "refused", "put off by the site")
        elif status is None and isinstance(error, IgnoreRequest):
            self._refused(frontier, asked, cause(error))
        else:
            self._lost(frontier, asked, cause(error))
        return None

    def _not_there(self, frontier: Frontier, url: str, reason: str) -> None:
        self.open.pop(url, None)
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
        self.open.pop(url, None)
        frontier.refuse(url, reason)
        count(self.crawler, "refused", reason)

    def _lost(self, frontier: Frontier, url: str, reason: str) -> None:
        """A page that should have been an article: asked again next time, and told to the operator."""
        self.open.pop(url, None)
        frontier.fail(url, reason)
        fail(self.crawler, reason, url)

    def _listing_lost(self, meta: dict[str, Any], url: str, reason: str) -> None:
        """A listing that could not be read fails the run; a feed or sitemap beside the listings does not."""
        if meta.get("feed"):
            count(self.crawler, "refused", f"feed or sitemap: {reason}")
            return
        self.listing_failed = True
        fail(self.crawler, f"listing: {reason}", url)


def _link(request: Request) -> ListedLink:
    return ListedLink(request.url, request.meta.get("listed"), request.meta.get("changed"))


def frontier_of(spider: Spider | None) -> Frontier | None:
    """The frontier a spider walks with; None when it does not walk (scrapy shell, scrapy parse)."""
    return spider.frontier if isinstance(spider, FamilySpider) else None


def _is_parse_command(spider: FamilySpider) -> bool:
    """Whether `scrapy parse` runs: it puts a start of its own in the place of the spider's."""
    return type(spider).start.__module__ == "scrapy.commands.parse"


def header(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None
