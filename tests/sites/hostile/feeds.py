"""Feeds and sitemaps that mean harm, each beside a listing of healthy articles and one healthy article of its own."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from html import escape

from tests.sites.generated import Made
from tests.sites.hostile.moves import INSIDE, filled
from tests.sites.hostile.network import bomb
from tests.sites.hostile.site import Site, article, healthy, page, path_of
from tests.sites.hostile.wire import Answer, Wire

XML = "text/xml; charset=utf-8"
LAUGHS = '<!DOCTYPE rss [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {letter} "{f"&{before};" * 10}">' for before, letter in zip("abcdefghi", "bcdefghij", strict=True)
) + "]>"  # fmt: skip
XXE = '<!DOCTYPE rss [<!ENTITY trong SYSTEM "{internal}' + INSIDE + '"><!ENTITY tep SYSTEM "file:///etc/passwd">]>'
DTD = '<!DOCTYPE rss SYSTEM "{internal}/rss.dtd">'


def items(*links: tuple[str, str]) -> str:
    return "".join(f"<item><title>{title}</title><link>{link}</link></item>\n" for title, link in links)


def rss(wire: Wire, one: Made, *, start: str = "", more: str = "") -> str:
    """A feed with one healthy article and what else is in `more`; {internal} is filled in."""
    own = items((escape(one.title), wire.server.address + path_of(one)))
    channel = f"<channel><title>Tin</title>{more}{own}</channel>"
    text = f'<?xml version="1.0" encoding="utf-8"?>{start}<rss version="2.0">{channel}</rss>'
    return filled(text, wire) if "{" in text else text


def feed(start: str, more: str) -> Callable[[Made], Answer]:
    return lambda one: lambda wire: wire.answer(rss(wire, one, start=start, more=more), kind=XML)


def sitemap_bomb() -> bytes:
    """A gigabyte of sitemap in a megabyte."""
    start = b'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
    return bomb(start, b"<url><loc>http://127.0.0.1/bai-1.html</loc></url>")


def index(*names: str) -> str:
    entries = "".join(f"<sitemap><loc>{name}</loc></sitemap>" for name in names)
    return f'<?xml version="1.0"?><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</sitemapindex>'


def sitemap(*links: str) -> str:
    entries = "".join(f"<url><loc>{link}</loc><lastmod>2025-05-01</lastmod></url>" for link in links)
    return f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</urlset>'


def endless_sitemaps(one: Made) -> Answer:
    """An index of itself, of the operator's own network, and of one index more each time it is asked for."""

    def answer(wire: Wire) -> None:
        here = wire.server.address
        if wire.path == "/sitemap-that.xml":
            return wire.answer(sitemap(here + path_of(one), wire.server.internal + INSIDE), kind=XML)
        more = f"{here}/sitemap-{len(wire.server.hits)}.xml"
        names = (wire.server.internal + "/sitemap.xml", here + "/sitemap.xml", more, here + "/sitemap-that.xml")
        return wire.answer(index(*names), kind=XML)

    return answer


def site(name: str, make: Callable[[Made], Answer], *, path: str = "/rss.xml", found: bool = True) -> Site:
    """A site with a bad feed; its own article must be stored too where the feed can be read (`found`)."""
    one = article()
    links = [healthy() for _ in range(4)]
    answer = make(one)
    routes = {path: answer, "/sitemap-*": answer, path_of(one): lambda wire: wire.answer(page(one))}
    own = {path_of(one): one}
    return Site(name, links, routes, {"feeds": [path]}, also=own if found else {}, perhaps={} if found else own)


_FOREIGN = items(
    ("Tin nội bộ", "{internal}" + INSIDE), ("Tin ngoài", "{elsewhere}/tin-ngoai-1.html"),
    ("Tin script", "javascript:alert(1)"), ("Tin tệp", "file:///etc/passwd"), ("", ""), ("Tin metadata", "http://169.254.169.254/tin-1.html"),
)  # fmt: skip

SITES = (
    site("feed.thuc-the", feed(XXE, items(("&trong;&tep;", "{internal}" + INSIDE), ("Tin", "&trong;"))), found=False),
    site("feed.dtd", feed(DTD, ""), found=False),
    site("feed.cuoi", feed(LAUGHS, items(("&j;", "&j;"))), found=False),
    site("feed.la", feed("", _FOREIGN)),
    site("feed.hong", lambda one: lambda wire: wire.answer(rss(wire, one)[:-200] + "<item><<<", kind=XML), found=False),
    site("feed.rong", lambda one: lambda wire: wire.answer("", kind=XML), found=False),
    site("feed.html", lambda one: lambda wire: wire.answer(page(article())), found=False),
    site("feed.dai", feed("", items(("Tin", "")) * 200_000), found=False),
    site(
        "sitemap.bom",
        lambda one: lambda wire: wire.answer(sitemap_bomb(), kind="application/gzip"),
        path="/sitemap.xml.gz",
        found=False,
    ),
    site(
        "sitemap.cut",
        lambda one: lambda wire: wire.answer(gzip.compress(sitemap().encode())[:60], kind="application/gzip"),
        path="/sitemap.xml.gz",
        found=False,
    ),
    site("sitemap.vo-tan", endless_sitemaps, path="/sitemap.xml"),
)
