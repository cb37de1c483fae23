"""Links of listing pages: which lead to articles, the date beside them, which page comes next."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from parsel import Selector
from scrapy.http import TextResponse
from scrapy.linkextractors import IGNORED_EXTENSIONS

from archive.addresses import bare_host
from archive.extract.dates import parse_written

_CLOCK = r"\d{1,2}\s*[:h]\s*\d\d"
_DATE = re.compile(
    rf"(?:{_CLOCK}[\s|,–-]{{1,4}})?"
    r"(?:\d{1,2}\s*[/.-]\s*\d{1,2}\s*[/.-]\s*(?:19|20)\d\d|(?:19|20)\d\d-\d\d-\d\d"
    r"|ngày\s+\d{1,2}\s+tháng\s+\d{1,2}\s+năm\s+\d{4})"
    rf"(?:[\s|,–-]{{1,4}}{_CLOCK})?",
    re.IGNORECASE,
)
_ENTRY_LONGEST = 1_500
"""Characters an entry of a listing may have: what is longer is the list, not an entry."""
# An entry may have a header of its own: its title stands there.
_OUTSIDE = "ancestor::nav or ancestor::header[not(ancestor::article or ancestor::main)] or ancestor::footer"
_PAGE_MARKS = (
    re.compile(r"(?<=[?&])(?:page|paged|p|trang|pageindex|pagenumber|start|offset)=(\d+)", re.IGNORECASE),
    re.compile(r"(?<=[?&])[^=&#]*_cur=(\d+)", re.IGNORECASE),
    re.compile(r"&s_cond=&BRSR=(\d+)"),
    re.compile(r"/(?:page|trang)[-/](\d+)/?", re.IGNORECASE),
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


def listed_links(response: TextResponse, pattern: re.Pattern[str] | None = None) -> Iterator[ListedLink]:
    """The links of a page's main part to pages of the same host, whose address the pattern matches."""
    host = bare_host(urlsplit(response.url).netloc)
    for anchor in response.xpath(f"//a[@href][not({_OUTSIDE})]"):
        url = absolute(response, anchor.attrib["href"])
        if url is None:
            continue
        parts = urlsplit(url)
        ending = parts.path.rsplit(".", 1)[-1].lower() if "." in parts.path else ""
        if parts.scheme not in ("http", "https") or bare_host(parts.netloc) != host or ending in IGNORED_EXTENSIONS:
            continue
        if pattern is None or pattern.search(url):
            yield ListedLink(url, date_beside(anchor))


def absolute(response: TextResponse, href: str) -> str | None:
    """A link's whole address; None when it is none."""
    try:
        url = response.urljoin(href.strip())
        urlsplit(url)
    except ValueError:
        return None
    return url


def date_beside(anchor: Selector) -> str | None:
    """The date written in a link's own entry of the listing: nearest element around it that holds one."""
    for level in anchor.xpath("ancestor::*[position() <= 4]")[::-1]:
        text = " ".join(level.xpath(".//text()").getall())
        if len(text) > _ENTRY_LONGEST or len(level.xpath("(.//h2|.//h3|.//h4)[.//a]")) > 1:
            return None
        if moment := level.xpath(".//time/@datetime").get():
            return moment.strip()
        dates = {" ".join(date.split()) for date in _DATE.findall(text)}
        if len(dates) > 1:
            return None
        if dates and parse_written(date := dates.pop()):
            return date
    return None


def next_page(response: TextResponse) -> list[str]:
    """The listing page after this one: what is marked so, else the next number or offset of the same listing."""
    marked = response.xpath("//link[@rel='next']/@href | //a[contains(concat(' ', @rel, ' '), ' next ')]/@href").get()
    links = [marked] if marked else response.xpath("//a/@href").getall()
    return following(response.url, [url for link in links if (url := absolute(response, link))])


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
    """A listing's address without what says the page, and that page (number or offset; 0 where none is said)."""
    number = 0
    for mark in _PAGE_MARKS:
        if match := mark.search(url):
            number = int(match[1])
            url = mark.sub("/" if match[0].startswith("/") else "", url, count=1)
    stem = _DELTA.sub("", url.split("#")[0]).rstrip("?&")
    parts = urlsplit(stem)
    return f"{parts.netloc}{parts.path.rstrip('/')}?{parts.query.strip('&')}", number
