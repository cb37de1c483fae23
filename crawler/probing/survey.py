"""What a crawl of one site would find: the page, robots.txt, feeds, sitemap, a second page, one article; nothing else
is fetched."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from urllib.parse import urljoin, urlsplit

from protego import Protego
from scrapy.http import HtmlResponse, Response, TextResponse

from archive import ingest
from archive.annotate.article import Annotations
from archive.extract.article import Article
from archive.sources import Source
from crawler import feeds
from crawler.family import FamilySpider, reason_of_end
from crawler.links import ListedLink, Page, Unreadable, distinct
from crawler.loader import spider_class
from crawler.probing import page
from crawler.probing.detect import Detected, detect
from crawler.probing.errors import ProbeError
from crawler.probing.tls import certificate_fault
from crawler.probing.visit import Fetch

USUAL_FEEDS = ("/rss", "/feed/", "/rss.xml")
FEEDS_ASKED = 2
ARTICLES_TRIED = 3
"""How many links of a listing are tried until one is an article."""


@dataclass(frozen=True, slots=True)
class Robots:
    """What robots.txt says: the status of the file (None: no answer), seconds it wants between two requests, the
    sitemaps it names. A page it forbids is not asked for at all."""

    status: int | None
    crawl_delay: float | None = None
    sitemaps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Listed:
    """A feed or sitemap: its address, what it is, how many addresses it holds, how many of them with a date; or its
    fault."""

    url: str
    kind: str = ""
    entries: int = 0
    dated: int = 0
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class Sample:
    """One article as it would be stored, and what was tried before it (address and reason each); `kept`: it holds one
    of the record's keep words."""

    url: str | None = None
    article: Article | None = None
    annotations: Annotations | None = None
    kept: bool = True
    validators: tuple[str, ...] = ()
    refused: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Paging:
    """The listing page after the first: its address, its articles, how many of them the first did not name. Where there
    is none, `marks` is what says that there should be."""

    next_page: str | None = None
    links: int = 0
    new: int = 0
    fault: str | None = None
    marks: tuple[str, ...] = ()

    @property
    def works(self) -> bool:
        return self.new > 0 if self.next_page else not self.marks


@dataclass(frozen=True, slots=True)
class Way:
    """A way into a listing: the answer that names its articles (the page itself, or what its system offers instead),
    these, the pages that follow, and what was tried before it (address and reason each)."""

    entrance: Response
    links: tuple[ListedLink, ...]
    following: tuple[str, ...]
    refused: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Survey:
    """All that was seen of a site. `source` is the record it was read with, `first` the page that was asked for, `tls`
    what is wrong with its certificate (None: nothing, or plain http)."""

    asked: str
    first: TextResponse
    source: Source
    detected: Detected
    tls: str | None
    validators: tuple[str, ...]
    robots: Robots
    feeds: tuple[Listed, ...]
    sitemap: Listed
    way: Way
    sample: Sample
    paging: Paging

    @property
    def url(self) -> str:
        """The address that answered."""
        return self.first.url


async def survey(fetch: Fetch, url: str, record: Source | None = None, *, verified: bool = True) -> Survey:
    """Survey the site of a listing, with its record or, without one, as what it turns out to be. Raises ProbeError
    when there is no answer, or the page is no listing."""
    answer = await fetch(url)
    html = page.text_of(answer)
    assert isinstance(answer, TextResponse)
    detected = detect(page.headers_of(answer), html)
    source = record or as_source(answer.url, detected.family)
    spider = spider_class(source)()
    if record is None:
        refuse_article(spider, answer)
    way = await way_in(fetch, spider, answer)
    robots = await robots_of(fetch, answer.url)
    return Survey(
        asked=url,
        first=answer,
        source=source,
        detected=detected,
        tls=None if verified else _fault_of(answer),
        validators=validators(answer),
        robots=robots,
        feeds=tuple([listed async for listed in feeds_of(fetch, answer)]),
        sitemap=await sitemap_of(fetch, answer.url, robots),
        way=way,
        sample=await sample_of(fetch, spider, way),
        paging=await paging_of(fetch, spider, way),
    )


def as_source(url: str, family: str) -> Source:
    """A record for a listing nothing is known of but its family."""
    return Source(id="probe", name="probe", family=family, site=page.site_of(url), listing=(page.path_of(url),))


def refuse_article(spider: FamilySpider, answer: TextResponse) -> None:
    """Raise ProbeError when a page is an article, naming the listing it belongs to where it says so."""
    article = ingest.read(spider.capture_of(answer), furniture=spider.furniture).article
    if article is None or any(True for _ in spider.next_pages(answer)):
        return
    raise ProbeError(answer.url, f"this is an article ({article.title[:80]!r}), no list of them", _other(answer))


def refuse_linkless(seen: Survey) -> None:
    """Raise ProbeError when a listing names no article, naming the listing its menu leads to."""
    if not seen.way.links:
        raise ProbeError(seen.url, "names no article", _other(seen.first))


async def way_in(fetch: Fetch, spider: FamilySpider, answer: TextResponse) -> Way:
    """The way a crawl would take into the listing: the first that names articles; the page itself where none does."""
    here = page.path_of(answer.url)
    refused: list[tuple[str, str]] = []
    for path in spider.entrances(here):
        try:
            entrance = answer if path == here else await fetch(urljoin(answer.url, path))
            if links := named(spider, found := spider.read(entrance)):
                return Way(entrance, links, tuple(found.following), tuple(refused))
            refused.append((entrance.url, "names no article"))
        except (ProbeError, Unreadable) as error:
            refused.append((urljoin(answer.url, path), cause_of(error)))
    return Way(answer, (), (), tuple(refused))


def named(spider: FamilySpider, found: Page) -> tuple[ListedLink, ...]:
    """The articles a listing names, each once."""
    return tuple(link for link in distinct(found.links) if spider.is_article_address(link.url))


def validators(answer: Response) -> tuple[str, ...]:
    """The validators an answer can be asked for again with."""
    return tuple(name for name in ("ETag", "Last-Modified") if name in answer.headers)


async def robots_of(fetch: Fetch, url: str) -> Robots:
    try:
        answer = await fetch(urljoin(url, "/robots.txt"), dont_obey_robotstxt=True)
    except ProbeError:
        return Robots(None)
    if answer.status != 200:
        return Robots(answer.status)
    rules = Protego.parse(answer.body.decode("utf-8", "replace"))
    delay = rules.crawl_delay(fetch.user_agent)
    return Robots(answer.status, float(delay) if delay else None, tuple(rules.sitemaps))


async def feeds_of(fetch: Fetch, first: TextResponse) -> AsyncIterator[Listed]:
    """The feeds the page names; where it names none, those at the usual places."""
    told = page.feeds_named(first)
    for url in told[:FEEDS_ASKED] or (urljoin(first.url, path) for path in USUAL_FEEDS):
        feed = await _listed(fetch, url)
        if told or not feed.fault:
            yield feed


async def sitemap_of(fetch: Fetch, url: str, robots: Robots) -> Listed:
    """The first sitemap that robots.txt names on this host, else the one at the usual place."""
    told = next((sitemap for sitemap in robots.sitemaps if page.is_same_host(sitemap, url)), "/sitemap.xml")
    return await _listed(fetch, urljoin(url, told))


async def sample_of(fetch: Fetch, spider: FamilySpider, way: Way) -> Sample:
    """The first article of a listing, those with a date first."""
    refused = []
    for link in sorted(way.links, key=lambda link: link.listed is None)[:ARTICLES_TRIED]:
        try:
            answer = await fetch(link.url, listed=link.listed)
            page.text_of(answer)
        except ProbeError as error:
            refused.append((link.url, error.cause))
            continue
        capture = spider.capture_of(answer)
        reading = ingest.read(replace(capture, source=replace(spider.source, keep=())), furniture=spider.furniture)
        if reading.article is None:
            refused.append((link.url, reading.reason or ""))
            continue
        kept = not spider.source.keep or ingest.read(capture, furniture=spider.furniture).article is not None
        found = (answer.url, reading.article, reading.annotations, kept, validators(answer))
        return Sample(*found, refused=tuple(refused))
    return Sample(refused=tuple(refused))


async def paging_of(fetch: Fetch, spider: FamilySpider, way: Way) -> Paging:
    """Whether the listing goes on, and with other articles."""
    listing = way.entrance if isinstance(way.entrance, HtmlResponse) else None
    if not way.following:
        return Paging(marks=tuple(page.next_marks(listing)) if listing else ())
    url = urljoin(way.entrance.url, way.following[0])
    try:
        second = await fetch(url)
        if listing is None and reason_of_end(second):
            return Paging()  # the page was counted on, not linked: the first was the last
        others = named(spider, spider.read(second))
    except (ProbeError, Unreadable) as error:
        return Paging(url, fault=cause_of(error))
    known = {link.url for link in way.links}
    return Paging(url, len(others), sum(1 for link in others if link.url not in known))


def cause_of(error: ProbeError | Unreadable) -> str:
    return error.cause if isinstance(error, ProbeError) else str(error)


async def _listed(fetch: Fetch, url: str) -> Listed:
    """What a feed or sitemap holds."""
    try:
        answer = await fetch(url)
        if answer.status != 200:
            return Listed(url, fault=f"HTTP {answer.status}")
        found = feeds.read(answer)
    except (ProbeError, Unreadable) as error:
        return Listed(url, fault=cause_of(error))
    if found.sitemaps:
        return Listed(url, "sitemap index", len(found.sitemaps), sum(1 for link in found.sitemaps if link.changed))
    dated = sum(1 for link in found.links if link.listed or link.changed)
    return Listed(url, feeds.kind_of(answer) or "", len(found.links), dated)


def _other(answer: TextResponse) -> str:
    listing = page.listing_named(answer)
    return f"probe {listing}, which it names" if listing else "give the page that lists the site's news"


def _fault_of(answer: Response) -> str:
    certificate = answer.certificate.original.to_cryptography()
    return certificate_fault(certificate, urlsplit(answer.url).hostname or "")
