"""Feeds and sitemaps: RSS and Atom by feedparser, sitemaps by lxml; both bounded, for they come from the web."""

import re
from contextlib import suppress
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from io import BytesIO

import feedparser
from lxml import etree
from scrapy.http import Response
from scrapy.utils.gz import gunzip, gzip_magic_number

from archive.extract.dates.written import VIETNAM, parse_written
from crawler.links import ListedLink, Page, Unreadable, absolute

LARGEST = 8 << 20
"""Bytes that a packed sitemap may have unpacked."""
MOST = {"feed": {b"<": 50_000, b"&": 500_000}, "sitemap": {b"<": 600_000, b"&": 600_000}}
"""Tags and escaped signs that are read: 5 seconds of work at worst. A feed of 100 whole articles has 20,000 tags."""
MOST_ENTRIES = 50_000
"""Entries a sitemap may have by its own standard."""

_ROOTS = {"rss": "feed", "rdf": "feed", "feed": "feed", "urlset": "sitemap", "sitemapindex": "sitemap"}
_LONG_TAG = re.compile(rb"<[^!<>][^<>]{1000000}")
_END = re.compile(rb"</(?:\w+:)?(?:rss|rdf|feed|urlset|sitemapindex)\s*>", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_FIRST_TAG = re.compile(r"<(?:\w+:)?(\w+)[\s/>]")
_STRAY_AMP = re.compile(rb"&(?!(?:#\d+|#x[0-9a-fA-F]+|amp|lt|gt|quot|apos);)")
_HALF_DAY = re.compile(r"\b[ap]\.?m\b", re.IGNORECASE)
_Entry = list[str | None]
"""Address, publication and change, as the site writes them."""
_FEED_FIELDS = ("link", "published", "updated")
_SITEMAP_FIELDS = ("{*}loc", ".//{*}publication_date", "{*}lastmod")
_LONGEST_DATE = 100
_FEW = 10


def kind_of(response: Response) -> str | None:
    """What an answer is by its root element, whatever its content type says: "feed", "sitemap" or None."""
    try:
        head = unpacked(response)[:4096]
    except Unreadable:
        return None
    text = head.decode("utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "latin-1", "ignore")
    if text.lstrip().startswith(("[", "{")):
        return None
    root = _FIRST_TAG.search(_COMMENT.sub("", text))
    return _ROOTS.get(root[1].lower()) if root else None


def read(response: Response) -> Page:
    """The articles and sitemaps that a feed or sitemap names. Raises Unreadable with the reason when it is none."""
    kind, body = kind_of(response), unpacked(response)
    if kind is None:
        raise Unreadable("neither a feed nor a sitemap")
    for sign, most in MOST[kind].items():
        if body.count(sign) > most:
            raise Unreadable(f"a {kind} with more than {most} {sign.decode()}")
    if b"<!ENTITY" in body.replace(b"\0", b""):  # in UTF-16 as well
        raise Unreadable(f"a {kind} that declares entities")
    if _LONG_TAG.search(body):
        raise Unreadable(f"a {kind} with an endless tag")
    return _feed(response, body) if kind == "feed" else _sitemap(response, body)


def unpacked(response: Response) -> bytes:
    """The bytes of an answer, a .gz file unpacked. Raises Unreadable when it is broken or too large."""
    if not gzip_magic_number(response):
        return response.body
    try:
        return gunzip(response.body, max_size=LARGEST)
    except ValueError:
        raise Unreadable(f"unpacked it is larger than {LARGEST >> 20} MB") from None
    except (OSError, EOFError):
        raise Unreadable("a .gz file that is broken") from None


def told(text: str) -> str | None:
    """A date as feeds write it (ISO 8601, RFC 822, else day before month) in ISO 8601, its time told in Vietnam's zone,
    which is also that of a time without one. None when it is no date."""
    text = text[:_LONGEST_DATE].strip()
    with suppress(ValueError):
        return date.fromisoformat(text).isoformat()
    for read_as in (datetime.fromisoformat, parsedate_to_datetime):
        with suppress(ValueError, OverflowError):
            moment = read_as(text)
            return (moment if moment.tzinfo else moment.replace(tzinfo=VIETNAM)).astimezone(VIETNAM).isoformat()
    # With AM or PM it is an American format, month before day: not ours to guess.
    return None if _HALF_DAY.search(text) else parse_written(text)


def _feed(response: Response, body: bytes) -> Page:
    charset = "; charset=utf-8" if _is_utf8(body) else ""
    found = feedparser.parse(
        BytesIO(body),  # bytes it would take for the name of a file
        response_headers={"content-location": response.url, "content-type": f"application/xml{charset}"},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    if found.bozo and not found.entries:
        raise Unreadable(f"a broken feed: {found.bozo_exception}")
    # dict.get: where no change is told, feedparser's own get gives the publication for it.
    entries = [[dict.get(entry, name) for name in _FEED_FIELDS] for entry in found.entries]
    links = _links(response, _whole(entries, body))
    following = [link.get("href") for link in found.feed.get("links", []) if link.get("rel") == "next"]
    return Page(links, following=[url for href in following if href and (url := absolute(response, href))])


def _sitemap(response: Response, body: bytes) -> Page:
    if b"<![CDATA[" not in body:
        # lxml would leave the parameter out, and name another page.
        body = _STRAY_AMP.sub(b"&amp;", body)
    found: dict[str, list[_Entry]] = {"url": [], "sitemap": []}
    try:
        for _, entry in etree.iterparse(
            BytesIO(body), tag=("{*}url", "{*}sitemap"), recover=True, resolve_entities=False, no_network=True
        ):
            found[etree.QName(entry).localname].append([entry.findtext(path) for path in _SITEMAP_FIELDS])
            entry.clear()
            while entry.getprevious() is not None:
                del entry.getparent()[0]
    except etree.XMLSyntaxError as error:
        raise Unreadable(f"a broken sitemap: {error}") from None
    if len(found["url"]) + len(found["sitemap"]) > MOST_ENTRIES:
        raise Unreadable(f"a sitemap of more than {MOST_ENTRIES} entries")
    links = _links(response, _whole(found["url"], body))
    # One moment for all is when the sitemap was written, not when the articles were.
    if len(links) > _FEW and len({link.changed for link in links}) == 1:
        links = [ListedLink(link.url, link.listed) for link in links]
    return Page(links, sitemaps=_links(response, _whole(found["sitemap"], body)))


def _whole(entries: list[_Entry], body: bytes) -> list[_Entry]:
    """Of a document that is cut all but the last entry: its address may be cut as well."""
    return entries if _END.search(body[-4096:]) else entries[:-1]


def _links(response: Response, entries: list[_Entry]) -> list[ListedLink]:
    links = []
    for href, published, changed in entries:
        if href and (url := absolute(response, href)):
            links.append(ListedLink(url, told(published or ""), _last_second(told(changed or ""))))
    return links


def _last_second(moment: str | None) -> str | None:
    """Of a day without a time its end: no change of that day is missed."""
    return f"{moment}T23:59:59+07:00" if moment and len(moment) == len("2024-02-23") else moment


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True
