"""Listings: which links lead to articles, the date beside them, which page comes next."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any
from urllib.parse import urlsplit

from lxml.etree import XPath
from lxml.html import HtmlElement
from scrapy.http import Response, TextResponse
from scrapy.linkextractors import IGNORED_EXTENSIONS
from w3lib.url import safe_url_string

from archive.addresses import bare_host, without_marks
from archive.extract.dates.written import parse_written

_CLOCK = r"\d{1,2}\s*[:h]\s*\d\d"
_DATE = re.compile(
    rf"(?:{_CLOCK}[\s|,–-]{{1,4}})?"
    r"(?:\d{1,2}\s*[/.-]\s*\d{1,2}\s*[/.-]\s*(?:19|20)\d\d|(?:19|20)\d\d-\d\d-\d\d"
    r"|ngày\s+\d{1,2}\s+tháng\s+\d{1,2}\s+năm\s+\d{4})"
    rf"(?:[\s|,–-]{{1,4}}{_CLOCK})?",
    re.IGNORECASE,
)
_BLOCKS = ("li", "div", "article", "section", "tr", "dd", "p")
_ENTRY_LONGEST = 1_500
"""Characters an entry of a listing may have: what is longer is the list, not an entry."""
_LONGEST_ADDRESS = 20_000
"""What is longer is no address; from URLLENGTH_LIMIT on it is one, and refused by name."""
# An entry may have a header of its own: its title stands there.
_OUTSIDE = "ancestor::nav or ancestor::header[not(ancestor::article or ancestor::main)] or ancestor::footer"
# On lxml's own elements: a Selector for each of a page's hundreds of links is what would cost.
_ANCHORS = XPath(f"descendant-or-self::a[@href][not({_OUTSIDE})]")
_HREFS = XPath("//a/@href")
_PAGE_MARKS = (
    re.compile(r"(?<=[?&])(?:page|paged|p|trang|pageindex|pagenumber|start|offset)=(\d{1,9})(?!\d)", re.IGNORECASE),
    re.compile(r"(?<=[?&])[^=&#]*_cur=(\d{1,9})(?!\d)", re.IGNORECASE),
    re.compile(r"&s_cond=&BRSR=(\d{1,9})(?!\d)"),
    re.compile(r"/(?:page|trang)[-/](\d{1,9})(?!\d)/?", re.IGNORECASE),
)
_DELTA = re.compile(
    r"(?<=[?&])(?:p_p_[a-z_]+|[^=&#]*_(?:delta|advancedsearch|andoperator|resetcur))=[^&#]*&?", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class ListedLink:
    """A link of a listing, feed or sitemap to an article, with the date written beside it; `changed` is when the site
    says that the article was last changed (ISO 8601 with offset)."""

    url: str
    listed: str | None = None
    changed: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """What a page of a listing, a feed or a sitemap names: articles, an index's sitemaps, the pages that follow."""

    links: list[ListedLink]
    sitemaps: list[ListedLink] = field(default_factory=list)
    following: list[str] = field(default_factory=list)


class Unreadable(Exception):  # noqa: N818 (an answer to go on from)
    """An answer that is no listing, feed or sitemap, and why."""


def listed_links(
    response: TextResponse, wanted: Callable[[str], object] = bool, within: str | None = None
) -> Iterator[ListedLink]:
    """The links of a page's main part that are wanted; where the page has what the selector `within` names, only the
    links in there."""
    lists = response.css(within) if within else None
    addresses: dict[str, str | None] = {}
    dated: set[str] = set()
    for anchor in chain.from_iterable(map(_ANCHORS, [box.root for box in lists or [response.selector]])):
        href = anchor.get("href")
        if href not in addresses:
            url = absolute(response, href)
            addresses[href] = url if url and wanted(url) else None
        url = addresses[href]
        if url is None or url in dated:
            continue  # an entry links its article three or four times: picture, title, "more"
        listed = date_beside(anchor)
        if listed:
            dated.add(url)
        yield ListedLink(url, listed)


def distinct(links: Iterable[ListedLink]) -> list[ListedLink]:
    """Each address once, with its date where one of its links has one: the image and the title lead to one article."""
    found: dict[str, ListedLink] = {}
    for link in links:
        if link.url not in found or (link.listed and not found[link.url].listed):
            found[link.url] = link
    return list(found.values())


def is_on(url: str, hosts: Collection[str]) -> bool:
    """Whether a web address is on one of some bare hosts."""
    parts = urlsplit(url)
    return parts.scheme in ("http", "https") and bare_host(parts.netloc) in hosts


def is_page(url: str) -> bool:
    """Whether an address may be a page: no picture, document or program by its ending."""
    name = urlsplit(url).path.rsplit("/", 1)[-1]
    return name.rpartition(".")[2].lower() not in IGNORED_EXTENSIONS or "." not in name


def absolute(response: Response, href: str) -> str | None:
    """A link's whole address; None when it is none."""
    if len(href) > _LONGEST_ADDRESS:
        return None
    try:
        return safe_url_string(response.urljoin(href.strip()))
    except ValueError:
        return None


def date_beside(anchor: HtmlElement) -> str | None:
    """The date written in a link's own entry of the listing: nearest element around it that holds one."""
    branch = anchor
    for level in islice(branch.iterancestors(), 4):
        if _is_list(level, branch, anchor.get("href")):
            return None
        text = " ".join(level.itertext("*"))
        if len(text) > _ENTRY_LONGEST:
            return None
        if moment := next((time.get("datetime") for time in level.iter("time") if time.get("datetime")), None):
            return str(moment).strip()
        dates = {" ".join(date.split()) for date in _DATE.findall(text)}
        if len(dates) > 1:
            return None
        if dates and parse_written(date := dates.pop()):
            return date
        branch = level
    return None


def _is_list(level: Any, branch: Any, href: str) -> bool:
    """Whether an element holds entries side by side, of which `branch` is one: headings, or blocks like it, that lead
    elsewhere."""
    headings = [heading for heading in level.iter("h2", "h3", "h4") if heading.find(".//a") is not None]
    if len(headings) > 1:
        return True
    if branch.tag not in _BLOCKS:
        return False
    twins = (twin for twin in level.iterchildren(branch.tag) if _first_class(twin) == _first_class(branch))
    return any(link.get("href", href) != href for twin in twins for link in twin.iter("a") if twin is not branch)


def _first_class(element: Any) -> str:
    return str((element.get("class") or " ").split(" ")[0])


def next_page(response: TextResponse) -> list[str]:
    """The listing page after this one: what is marked so, else the next number or offset of the same listing."""
    marked = response.xpath("//link[@rel='next']/@href | //a[contains(concat(' ', @rel, ' '), ' next ')]/@href").get()
    # Most links of a page have no mark of one; making them absolute is what costs.
    links = [marked] if marked else filter(_has_page_mark, _HREFS(response.selector.root))
    return following(response.url, [url for link in links if (url := absolute(response, link))])


def _has_page_mark(href: str) -> bool:
    return any(mark.search(f"/{href}") for mark in _PAGE_MARKS)


def following(url: str, links: Iterable[str]) -> list[str]:
    """Of some addresses, the page that follows `url` in the same listing: the smallest number above its own."""
    stem, here = page_of(url)
    later: dict[int, str] = {}
    for link in links:
        other, number = page_of(link)
        if other == stem and number > here:
            later.setdefault(number, link)
    return [later[min(later)]] if later else []


def page_of(url: str) -> tuple[str, int]:
    """A listing's address without what says the page or the visitor, and that page (number or offset; 0: none)."""
    url, number = without_marks(url), 0
    for mark in _PAGE_MARKS:
        if match := mark.search(url):
            number = int(match[1])
            url = mark.sub("/" if match[0].startswith("/") else "", url, count=1)
    stem = _DELTA.sub("", url.split("#")[0]).rstrip("?&")
    parts = urlsplit(stem)
    return f"{parts.netloc}{parts.path.rstrip('/')}?{parts.query.strip('&')}", number
