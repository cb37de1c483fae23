"""What one page says of its site: pure questions to a response."""

import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from parsel import Selector
from scrapy.http import Response, TextResponse

from archive import ingest
from archive.addresses import bare_host
from archive.extract.blocked import blocked
from archive.extract.decode import decode
from archive.text import clean, fold
from crawler.feeds import kind_of
from crawler.links import absolute
from crawler.probing.errors import ProbeError

_CURES = {
    401: "it wants a login; there is nothing to archive without one",
    403: "the site refuses us; ask its owner, do not evade",
    404: "check the address with a browser",
    410: "the site has taken the page away",
    429: "it was asked too often; try again later",
}
_FILES = {b"%PDF": "a PDF", b"PK\x03\x04": "an Office or ZIP file", b"\xd0\xcf\x11\xe0": "an Office file"}
_LABEL_LONGEST, _LINE_LONGEST = 20, 300
_NEXT_WORDS = frozenset({"sau", "tiep", "tiep theo", "trang sau", "trang tiep", "trang tiep theo", "next"})
_PAGES_CLASS = "pag(?:er|ing|ination)|phan-?trang"
_MORE_WORDS = frozenset({"xem them", "tai them", "xem tiep"})
_NEXT_SIGNS = frozenset({"»", "›", ">", ">>", "→"})
_NEWS_WORDS = re.compile(r"\b(?:tin tuc|tin hoat dong|hoat dong|su kien|cong doan|thoi su)\b")
_PORTAL = re.compile(r"(?:cổng|trang) (?:thông tin điện tử|TTĐT) [^.,;:|()]{3,80}", re.IGNORECASE)
_OWNER = "địa chỉ|trụ sở|tòa soạn|toà soạn|cơ quan chủ quản|bản quyền"
_TITLE_PARTS = re.compile(r"\s+[|–—»-]\s+|\s*[|»]\s*")
_HOME_WORDS = frozenset({"trang chu", "home", "ve trang chu", "trang nhat"})
_UNION = re.compile(r"\b(?:cong doan|ldld|lien doan lao dong)\b")


def headers_of(response: Response) -> list[tuple[str, str]]:
    """The headers of a response, in order, repeated ones each."""
    return [
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, values in response.headers.items()
        for value in values
    ]


def text_of(response: Response) -> str:
    """The text of a page. Raises ProbeError when the answer is an error, a file or a page that blocks us."""
    if response.status != 200:
        cure = _CURES.get(response.status, "look at it with a browser, or try later")
        raise ProbeError(response.url, f"HTTP {response.status}", cure)
    for beginning, kind in _FILES.items():
        if response.body.startswith(beginning):
            raise ProbeError(response.url, f"this is {kind}, no page", "give the page that lists the news")
    if not response.body.strip():
        raise ProbeError(response.url, "the page is empty", "look at it with a browser")
    headers = headers_of(response)
    if kind_of_block := blocked(response.body, status=response.status, headers=dict(headers)):
        raise ProbeError(response.url, f"this is no page of news: {kind_of_block}", "look at it with a browser")
    if not isinstance(response, TextResponse) or not (ingest.is_html(response.body) or kind_of(response)):
        sent = clean((response.headers.get("Content-Type") or b"something without a type").decode("latin-1"))
        raise ProbeError(response.url, f"this is {sent} and no page", "give the page that lists the news")
    return decode(response.body, dict(headers))


def site_of(url: str) -> str:
    """The scheme and host of an address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def path_of(url: str) -> str:
    """What an address adds to its site, as a record writes it."""
    return url.removeprefix(site_of(url)).split("#")[0] or "/"


def self_descriptions(response: TextResponse) -> Iterator[tuple[str, str]]:
    """Where a page names its owner, and what it says there, the surest first."""
    yield "its site name", _meta(response, "og:site_name")
    yield "its banner", _banner(response)
    yield "its title", _title_of_site(response)
    yield "its portal's name", _portal(response)
    yield "its owner's address", " ".join(_owner_lines(response))


def site_name(response: TextResponse) -> str:
    """What a site calls itself, else its host."""
    named = (text for where, text in self_descriptions(response) if where != "its owner's address")
    return next((name[:120] for name in named if name), urlsplit(response.url).netloc)


def is_union_site(response: TextResponse) -> bool:
    """Whether a site calls itself a union's."""
    host = urlsplit(response.url).netloc
    return "congdoan" in host or "ldld" in host or bool(_UNION.search(fold(site_name(response))))


def is_union_listing(response: TextResponse) -> bool:
    """Whether a listing is one of union news alone: its site is a union's, or its title or address says so."""
    title = clean(response.xpath("string(//title)").get() or "")
    path = path_of(response.url).replace("-", " ")
    return is_union_site(response) or any(_UNION.search(fold(text)) for text in (title, path))


def next_marks(response: TextResponse) -> list[str]:
    """What on a listing says that it goes on: a link called so, the postback of a table's pages, a button for more.
    The arrows of a picture show and the "Xem thêm" of a box that leads elsewhere say nothing of it."""
    marks = []
    for anchor in response.xpath("//a[not(@data-slide or @data-bs-slide or @data-slide-to)]"):
        said = clean(anchor.xpath("string(.)").get() or "")
        target = anchor.attrib.get("href", "") + anchor.attrib.get("onclick", "")
        words = re.sub(r"[^a-z ]", "", fold(said)).strip()
        postback = "__doPostBack" in target and (said.isdigit() or "Page$" in target)
        more = words in _MORE_WORDS and target.startswith(("#", "javascript:"))
        arrow = said in _NEXT_SIGNS and anchor.xpath(f"ancestor::*[re:test(@class, '{_PAGES_CLASS}', 'i')]")
        if postback or more or arrow or words in _NEXT_WORDS:
            marks.append(f"postback {said!r}" if postback else repr(said))
    return list(dict.fromkeys(marks))


def listing_named(response: TextResponse) -> str | None:
    """The listing that an article or a front page names: the last step of its breadcrumb, else the part of the menu
    its own address begins with, else the menu's news."""
    steps = response.css('[class*="breadcrumb" i] a[href], [id*="breadcrumb" i] a[href]')
    for candidates in (list(steps)[::-1], _by_prefix(response), _by_name(response)):
        for anchor in candidates:
            url = absolute(response, anchor.attrib["href"])
            if url and _is_other_page(url, response.url):
                return url.split("#")[0]
    return None


def feeds_named(response: TextResponse) -> list[str]:
    """The feeds a page's head names on its own host, the one of this very listing first; those of comments left out."""
    hrefs = response.xpath(
        "//link[contains(@rel, 'alternate') and (contains(@type, 'rss') or contains(@type, 'atom'))]/@href"
    ).getall()
    urls = [url for href in hrefs if (url := absolute(response, href)) and is_same_host(url, response.url)]
    urls = [url for url in dict.fromkeys(urls) if "comments" not in url]
    path = urlsplit(response.url).path
    return sorted(urls, key=lambda url: not (path != "/" and path.strip("/") in url))


def is_same_host(url: str, other: str) -> bool:
    return bare_host(urlsplit(url).netloc) == bare_host(urlsplit(other).netloc)


def _meta(response: TextResponse, name: str) -> str:
    return clean(response.xpath("//meta[@property=$name or @name=$name]/@content", name=name).get() or "")


def _banner(response: TextResponse) -> str:
    """The words, or the image's, of the link to the front page that is not called so."""
    for anchor in response.xpath("//a[@href]"):
        target = absolute(response, anchor.attrib["href"]) or ""
        if target.rstrip("/") == site_of(response.url):
            said = clean(anchor.xpath("string(.)").get() or anchor.xpath(".//img/@alt").get() or "")
            if len(said) > 3 and fold(said) not in _HOME_WORDS:
                return said
    return ""


def _title_of_site(response: TextResponse) -> str:
    """The site's part of a title: its end, of the front page its beginning."""
    parts = _TITLE_PARTS.split(clean(response.xpath("string(//title)").get() or ""))
    if path_of(response.url) == "/":
        return parts[0]
    return parts[-1] if len(parts) > 1 else ""


def _portal(response: TextResponse) -> str:
    """The line in which a portal names itself."""
    texts = map(clean, _body_texts(response))
    named = (match[0] for text in texts if (match := _PORTAL.search(text)))
    return next(named, "").strip()


def _owner_lines(response: TextResponse) -> Iterator[str]:
    """The lines in which a site says who owns it and where: its news name other places, these do not."""
    for element in response.xpath(f"//body//*[text()[re:test(., '{_OWNER}', 'i')]]"):
        line = clean(element.xpath("string(.)").get() or "")
        if len(line) < _LABEL_LONGEST:  # the words before the colon, in an element of their own
            line = clean(element.xpath("string(..)").get() or "")
        if len(line) <= _LINE_LONGEST:
            yield line


def _body_texts(response: TextResponse) -> list[str]:
    return response.xpath("//body//text()[not(parent::script or parent::style or parent::noscript)]").getall()


def _by_prefix(response: TextResponse) -> list[Selector]:
    """Links whose path the article's own path goes on, the longest first."""
    here = urlsplit(response.url).path

    def depth(anchor: Selector) -> int:
        path = urlsplit(urljoin(response.url, anchor.attrib["href"])).path
        return len(path) if len(path) > 1 and here.startswith(path.rstrip("/") + "/") else 0

    return sorted((anchor for anchor in _links(response) if depth(anchor)), key=depth, reverse=True)


def _by_name(response: TextResponse) -> list[Selector]:
    """Short links of the page that are called as news sections are."""
    named = ((anchor, fold(anchor.xpath("string(.)").get() or "")) for anchor in _links(response))
    return [anchor for anchor, text in named if len(text) < 40 and _NEWS_WORDS.search(text)]


def _links(response: TextResponse) -> Iterator[Selector]:
    return (anchor for anchor in response.xpath("//a[@href]") if absolute(response, anchor.attrib["href"]))


def _is_other_page(url: str, here: str) -> bool:
    parts = urlsplit(url)
    return (
        parts.scheme in ("http", "https")
        and is_same_host(url, here)
        and parts.path.strip("/") != ""
        and (parts.path, parts.query) != (urlsplit(here).path, urlsplit(here).query)
    )
