"""What all families share: start at feeds and listings, follow articles and pages, read each article once."""

import re
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any, ClassVar
from urllib.parse import urljoin, urlsplit

import scrapy
from scrapy.http import Request, Response, TextResponse
from scrapy.settings import BaseSettings

from archive import ingest
from archive.addresses import bare_host, canonical
from archive.capture import Capture
from archive.decisions import Decisions, read_decisions
from archive.extract.blocked import NOT_FOUND, blocked
from archive.extract.dates.written import parse_written
from archive.folder import DataFolder
from archive.sources import Source
from crawler import feeds
from crawler.capturing import to_capture
from crawler.failures import CRASHED, TOO_LONG
from crawler.frontier import Frontier
from crawler.guard import allowed_private, private_delay
from crawler.items import ArticleItem, Refused
from crawler.links import ListedLink, Page, Unreadable, distinct, is_on, is_page, listed_links, next_page, page_of

NO_SUCH_PAGE = (400, 404, 410)
"""What answers a page behind the last one."""
NO_SUCH_THING = tuple(status for status in range(400, 600) if status not in (429, 503))
"""What makes a way into a listing fail, so that the next is tried; with 429 and 503 a site asks for a pause instead."""
MAY_END = (None, NOT_FOUND)
"""What a listing page without an article may be where the listing ends; of another kind it is a fault."""


class FamilySpider(scrapy.Spider):
    """A source walked as its publishing system is. A family is data (what its articles' addresses look like, where it
    keeps its feeds) and, where that is not enough, two hooks: the articles of a listing (`article_links`) and the pages
    that follow it (`next_pages`)."""

    source: Source
    frontier: Frontier | None = None
    """The frontier of the walk that goes on; None in scrapy shell and scrapy parse."""
    decisions: Decisions | None = None
    """What was decided in the data folder, as the command has read it for its whole run; None: read when needed."""
    article: ClassVar[re.Pattern[str] | None] = None
    """Addresses that may be articles; None: any."""
    sure: ClassVar[re.Pattern[str] | None] = None
    """Addresses that are articles beyond doubt: a page there without one is a loss, elsewhere it is refused."""
    entries: ClassVar[str | None] = None
    """Selector of a listing's own entries: beside them stand links to everything else."""
    own_feeds: ClassVar[tuple[str, ...]] = ()
    """Where the system keeps feeds and sitemaps: read before the listings where the record names none."""
    sitemaps: ClassVar[re.Pattern[str] | None] = None
    """The sitemaps of an index that hold articles; None: all."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.allowed_domains = [bare_host(urlsplit(f"//{host}").hostname or host) for host in self.hosts()]

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        super().update_settings(settings)
        if urlsplit(cls.source.site).netloc in allowed_private():
            settings.set("DOWNLOAD_DELAY", private_delay(), priority="spider")
            settings.set("AUTOTHROTTLE_ENABLED", False, priority="spider")
        if cls.source.tls_exception:
            settings.set("DOWNLOAD_VERIFY_CERTIFICATES", False, priority="spider")

    @classmethod
    def handles_request(cls, request: Request) -> bool:
        return urlsplit(request.url).netloc in cls.hosts()

    @classmethod
    def hosts(cls) -> tuple[str, ...]:
        """The source's host and its aliases, with ports where they have one."""
        return (urlsplit(cls.source.site).netloc, *cls.source.aliases)

    async def start(self) -> AsyncIterator[Request]:
        for path in self.source.feeds or self.own_feeds:
            if path not in self.source.listing:
                yield self.ask([path], feed=True)
        for path in self.source.listing:
            yield self.ask(self.entrances(path))

    def entrances(self, listing: str) -> Sequence[str]:
        """The ways into one of the record's listings, best first: each is tried when the one before it fails."""
        return (listing,)

    def ask(self, paths: Sequence[str], **meta: Any) -> Request:
        """Ask for the first of some ways into a listing; the others stand in for it when it fails. All its pages say in
        `listing` to which listing they belong."""
        first, *others = paths
        if others:
            meta |= {"alternatives": others, "handle_httpstatus_list": NO_SUCH_THING}
        address = urljoin(self.source.site, first)
        return Request(address, self.parse, meta={"listing": first, **meta}, dont_filter=True)

    def alternative(self, failed: Request | Response) -> Request | None:
        """What to ask for instead of a listing that failed; None when nothing is left."""
        others = failed.meta.get("alternatives")
        return self.ask(others, instead=True) if others else None

    def article_links(self, response: TextResponse) -> Iterable[ListedLink]:
        """The articles a listing page names."""
        return listed_links(response, self.is_article_address, self.entries)

    def next_pages(self, response: TextResponse) -> Iterable[str]:
        """The listing pages that follow this one, nearest first."""
        return next_page(response)

    def parse(self, response: Response, **kwargs: Any) -> Iterator[Request | Refused]:
        """A listing, feed or sitemap: its articles, then what follows; when it fails, what stands in for it."""
        meta = response.meta
        later = int(meta.get("later_page", 0))
        if later and (end := reason_of_end(response)):
            # A feed whose second page is not there may have one page, or no paging.
            instead = self.alternative(response) if later == 1 else None
            yield instead or Refused(response.url, f"{end}: the listing ends")
            return
        try:
            page = self.read(response)
            links = [link for link in distinct(page.links) if self.is_article_address(link.url)]
            sitemaps = [link for link in distinct(page.sitemaps) if self.is_sitemap_address(link.url)]
            if not (links or sitemaps or later or meta.get("sub")):
                raise Unreadable("names no article: other markup, or a page that blocks us")
        except Unreadable as error:
            yield self.alternative(response) or Refused(response.url, str(error), lost=True)
            return
        named = [link.url for link in links]
        if named and named == meta.get("before"):
            yield self.alternative(response) or Refused(response.url, "repeats the page before: the listing ends")
            return
        if later and not links:
            yield Refused(response.url, "names no article: the listing ends")
            return
        recent = [link for link in links if not self.is_before_floor(link)]
        for link in recent:
            yield response.follow(link.url, self.parse_article, meta={"listed": link.listed, "changed": link.changed})
        kept: dict[str, Any] = {name: meta[name] for name in ("listing", "feed", "alternatives") if name in meta}
        for link in sitemaps:
            if not self.is_before_floor(link):
                yield response.follow(link.url, self.parse, meta=kept | {"sub": True, "changed": link.changed})
        if links and not recent:
            return
        kept |= {"later_page": later + 1, "before": named}
        kept |= {"handle_httpstatus_list": NO_SUCH_THING if meta.get("alternatives") else NO_SUCH_PAGE}
        for url in page.following:
            if is_on(url, self.own_hosts):
                yield response.follow(url, self.parse, meta=kept)

    def read(self, response: Response) -> Page:
        """What a listing, feed or sitemap names. Raises Unreadable with the reason when it is none."""
        if response.status != 200:
            raise Unreadable(f"HTTP {response.status}")
        if feeds.kind_of(response):
            page = feeds.read(response)
            if page.sitemaps and response.meta.get("sub"):
                raise Unreadable("an index of sitemaps within another")
            return page
        if not isinstance(response, TextResponse) or not ingest.is_html(response.body):
            raise Unreadable("the listing is empty or no page")
        if self.is_front_page(response) and self.path_of(response.url) not in self.source.listing:
            raise Unreadable("the listing redirects to the front page")
        if response.meta.get("feed") or response.meta.get("alternatives"):
            raise Unreadable("neither a feed nor a sitemap")
        links = list(self.article_links(response))
        if (
            not links
            and (kind := blocked(response.body, headers=dict(self.capture_of(response).headers))) not in MAY_END
        ):
            raise Unreadable(f"{ingest.BLOCKED}{kind} page")
        return Page(links, following=list(self.next_pages(response)))

    def parse_article(self, response: Response) -> Iterator[ArticleItem | Refused]:
        """An article's page: one item, or the reason why there is none."""
        if self.is_front_page(response) or self.is_listing(response.url):
            yield Refused(response.url, "redirected to the front page or a listing", missing=True)
            return
        capture = response.meta.get("capture") or self.capture_of(response)
        reading = response.meta.get("reading") or ingest.read(capture, furniture=self.furniture)
        if reading.article is None:
            reason = reading.reason or "no article on the page"
            yield Refused(response.url, reason, lost=self._is_loss(response, reason), missing=reason == ingest.SOFT_404)
            return
        if self.source.since and reading.article.published and reading.article.published < self.source.since:
            yield Refused(response.url, "older than the record's since")
            return
        yield ArticleItem(capture, reading)

    def _is_loss(self, response: Response, reason: str) -> bool:
        """Whether a page without an article should have had one. An empty, broken or blocked answer is a fault of the
        site whatever the address; it says nothing of the page."""
        if reason.startswith((ingest.EMPTY, ingest.BLOCKED, ingest.DAMAGED, TOO_LONG, CRASHED)):
            return True
        return self.is_sure(asked_address(response)) and reason != ingest.NO_KEEP_WORD

    def capture_of(self, response: Response) -> Capture:
        """The capture of a response."""
        return to_capture(response, self.source, asked_address(response), response.meta.get("listed"))

    def is_article_address(self, url: str) -> bool:
        """Whether what an address says allows it to be an article of this source."""
        return bool(
            is_on(url, self.own_hosts)
            and is_page(url)
            and (not self.article or self.article.search(url))
            and (not self.source.links or re.search(self.source.links, url))
            and not self.is_listing(url)
        )

    def is_sitemap_address(self, url: str) -> bool:
        """Whether an address may be a sitemap of this source with articles in it."""
        return is_on(url, self.own_hosts) and bool(not self.sitemaps or self.sitemaps.search(url))

    def is_before_floor(self, link: ListedLink) -> bool:
        """Whether a link is dated before the record's `since`; what is without a date is not."""
        moment = parse_written(link.listed or link.changed or "")
        return bool(self.source.since and moment and moment < self.source.since)

    @classmethod
    def is_sure(cls, url: str) -> bool:
        """Whether an address is an article's beyond doubt."""
        return bool(cls.sure and cls.sure.search(url))

    def is_front_page(self, response: Response) -> bool:
        return self.path_of(response.url) in ("", "/")

    def is_listing(self, url: str) -> bool:
        return canonical(url, self.source) in self.listing_addresses

    @cached_property
    def listing_addresses(self) -> frozenset[str]:
        listings = (urljoin(self.source.site, path) for path in self.source.listing)
        return frozenset(canonical(listing, self.source) for listing in listings)

    @cached_property
    def decided(self) -> Decisions:
        """What was decided in the data folder. Raises ArchiveError when the decisions are unusable."""
        return self.decisions or read_decisions(DataFolder.from_environment())

    @property
    def furniture(self) -> frozenset[str]:
        """The texts that were decided to be this site's own. Raises ArchiveError when the decisions are unusable."""
        return self.decided.furniture_of(self.source.id)

    @cached_property
    def own_hosts(self) -> frozenset[str]:
        """The source's host and its aliases, without www and default ports."""
        return frozenset(bare_host(host) for host in self.hosts())

    @staticmethod
    def path_of(url: str) -> str:
        parts = urlsplit(url)
        return parts.path + (f"?{parts.query}" if parts.query else "")


def asked_address(message: Request | Response) -> str:
    """The address that was asked for first, before any redirect."""
    return str(message.meta.get("redirect_urls", [message.url])[0])


def reason_of_end(response: Response) -> str | None:
    """Why an answer to a later page says that there is none; None when it does not."""
    if response.status in NO_SUCH_PAGE:
        return f"HTTP {response.status}"
    if page_of(response.url)[1] < page_of(asked_address(response))[1]:
        return "leads back to an earlier page"
    return None
