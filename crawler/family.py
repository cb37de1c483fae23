"""What all families share: start at the listings, follow articles and pages, read each article once."""

import re
from collections.abc import AsyncIterator, Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, ClassVar
from urllib.parse import urljoin, urlsplit

import scrapy
from scrapy.http import Request, Response, TextResponse
from scrapy.settings import BaseSettings

from archive import ingest
from archive.addresses import bare_host, canonical
from archive.capture import Capture
from archive.sources import Source
from crawler.frontier import Frontier
from crawler.guard import allowed_private, private_delay
from crawler.items import ArticleItem, Refused
from crawler.links import ListedLink, next_page


class FamilySpider(scrapy.Spider):
    """A source walked as its publishing system is. A family says what the articles of a listing are
    (`article_links`) and, where its paging is no numbers or marked links, how it goes on (`next_pages`)."""

    source: Source
    frontier: Frontier | None = None
    """The frontier of the walk that goes on; None in scrapy shell and scrapy parse."""
    sure: ClassVar[re.Pattern[str] | None] = None
    """Addresses that are articles beyond doubt: a page there without one is a loss, elsewhere it is refused."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.allowed_domains = [bare_host(urlsplit(f"//{host}").hostname or host) for host in self.hosts()]

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        super().update_settings(settings)
        if urlsplit(cls.source.site).netloc in allowed_private():
            settings.set("DOWNLOAD_DELAY", private_delay(), priority="spider")
            settings.set("AUTOTHROTTLE_ENABLED", False, priority="spider")

    @classmethod
    def handles_request(cls, request: Request) -> bool:
        return urlsplit(request.url).netloc in cls.hosts()

    @classmethod
    def hosts(cls) -> tuple[str, ...]:
        """The source's host and its aliases, with ports where they have one."""
        return (urlsplit(cls.source.site).netloc, *cls.source.aliases)

    async def start(self) -> AsyncIterator[Request]:
        for path in self.source.listing:
            yield Request(urljoin(self.source.site, path), self.parse, meta={"listing": True}, dont_filter=True)

    def article_links(self, response: TextResponse) -> Iterable[ListedLink]:
        """The articles a listing page names."""
        raise NotImplementedError

    def next_pages(self, response: TextResponse) -> Iterable[str]:
        """The listing pages that follow this one, nearest first."""
        return next_page(response)

    def parse(self, response: Response, **kwargs: Any) -> Iterator[Request | Refused]:
        """A listing page: its articles, then the next page."""
        if not isinstance(response, TextResponse) or not ingest.is_html(response.body):
            yield Refused(response.url, "the listing is empty or no page", lost=True)
            return
        if self.is_front_page(response) and self.path_of(response.url) not in self.source.listing:
            yield Refused(response.url, "the listing redirects to the front page", lost=True)
            return
        links = list(self.article_links(response))
        if not links and not response.meta.get("later_page"):
            yield Refused(response.url, "names no article: other markup, or a page that blocks us", lost=True)
        for link in links:
            yield response.follow(link.url, self.parse_article, meta={"listed": link.listed})
        for url in self.next_pages(response):
            yield response.follow(url, self.parse, meta={"listing": True, "later_page": True})

    def parse_article(self, response: Response) -> Iterator[ArticleItem | Refused]:
        """An article's page: one item, or the reason why there is none."""
        sure = self.is_sure(asked_address(response))
        if self.is_front_page(response) or self.is_listing(response.url):
            yield Refused(response.url, "redirected to the front page or a listing", lost=sure, missing=True)
            return
        capture = response.meta.get("capture") or self.capture_of(response)
        reading = response.meta.get("reading") or ingest.read(capture)
        if reading.article is None:
            # An empty answer is a fault of the site whatever the address; it says nothing of the page.
            lost = reading.reason == ingest.EMPTY or (sure and reading.reason != ingest.NO_KEEP_WORD)
            yield Refused(response.url, reason=reading.reason or "", lost=lost)
            return
        yield ArticleItem(capture, reading)

    def capture_of(self, response: Response) -> Capture:
        """The capture of a response."""
        headers = tuple(
            (name.decode("latin-1"), value.decode("latin-1"))
            for name, values in response.headers.items()
            for value in values
        )
        return Capture(
            source=self.source,
            url=asked_address(response),
            final_url=response.url,
            fetched=datetime.now(UTC).isoformat(timespec="milliseconds"),
            body=response.body,
            status=response.status,
            headers=headers,
            listed=response.meta.get("listed"),
        )

    @classmethod
    def is_sure(cls, url: str) -> bool:
        """Whether an address is an article's beyond doubt."""
        return bool(cls.sure and cls.sure.search(url))

    def is_front_page(self, response: Response) -> bool:
        return self.path_of(response.url) in ("", "/")

    def is_listing(self, url: str) -> bool:
        return canonical(url, self.source) in {
            canonical(urljoin(self.source.site, path), self.source) for path in self.source.listing
        }

    @staticmethod
    def path_of(url: str) -> str:
        parts = urlsplit(url)
        return parts.path + (f"?{parts.query}" if parts.query else "")


def asked_address(message: Request | Response) -> str:
    """The address that was asked for first, before any redirect."""
    return str(message.meta.get("redirect_urls", [message.url])[0])
