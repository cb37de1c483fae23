"""Turns an address of a sample site into a page: status, media type and bytes.

Pages are rendered with two marks in the place of what changes on every request, a visit counter and a session
token. The server fills them in when it answers; the ETag is taken before, so that it speaks of the content
alone.
"""

from __future__ import annotations

import base64
import hashlib
import unicodedata
from functools import cache
from pathlib import Path
from typing import NamedTuple

from jinja2 import Environment, FileSystemLoader, select_autoescape
from markupsafe import Markup, escape

from tests.sites.content import Article, articles, records
from tests.sites.systems import PER_PAGE, SYSTEMS, System

HITS = "@@HITS@@"
TOKEN = "@@TOKEN@@"
ROBOTS = "User-agent: *\nDisallow: /dang-nhap\n"
RELATED = 5

GIF = base64.b64decode("R0lGODlhAQABAIAAAMzMzAAAACH5BAAAAAAALAAAAAABAAEAAAICRAEAOw==")
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)
ASSETS = {
    ".jpg": ("image/gif", GIF),
    ".png": ("image/gif", GIF),
    ".pdf": ("application/pdf", PDF),
    ".css": ("text/css; charset=utf-8", b"body{font:15px/1.5 Arial,sans-serif;max-width:62em;margin:auto}\n"),
    ".js": ("text/javascript; charset=utf-8", b""),
}


class Page(NamedTuple):
    """An answer before its counters are filled in; `location` is set for a redirect."""

    status: int
    media: str
    body: bytes
    location: str | None = None

    @property
    def etag(self) -> str:
        """A validator of the content without the counters."""
        return '"' + hashlib.sha256(self.body).hexdigest()[:20] + '"'


@cache
def environment() -> Environment:
    """The templates, one folder a system."""
    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=select_autoescape(),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["nbsp"] = lambda text: str(text).replace(" ", "\u00a0")
    made.filters["cut"] = lambda text, length: text if len(text) <= length else text[:length] + "..."
    made.filters["html"] = html
    return made


def html(body: str, article: Article) -> Markup:
    """The markup of a body, or a lead as text, with its letters decomposed where the article asks for it."""
    text = str(escape(body))
    if "nfd" in article.quirks:
        text = unicodedata.normalize("NFD", text)
    return Markup(text)


class Site:
    """One sample site at one state (edited or not, one article deleted or not)."""

    def __init__(self, site: str, address: str, *, edited: bool = False, deleted: bool = False) -> None:
        self.record = {**next(record for record in records() if record["id"] == site), "site": address}
        self.system: System = SYSTEMS[site]
        shown = [one for one in articles(site) if not (deleted and one.deletable)]
        self.articles = [one.after_edit() if edited else one for one in shown]

    @property
    def listing_pages(self) -> int:
        """How many listing pages the site has."""
        return -(-len(self.articles) // PER_PAGE)

    def page(self, target: str) -> Page:
        """The answer to a request target (path with query)."""
        path = target.partition("?")[0]
        if path == "/robots.txt":
            return Page(200, "text/plain; charset=utf-8", ROBOTS.encode())
        if path == "/dang-nhap":
            return self.render("page.html", heading="Đăng nhập")
        for ending, (media, content) in ASSETS.items():
            if path.endswith(ending):
                return Page(200, media, content)
        route = self.system.route(target)
        if route is None:
            return self.missing()
        if route.kind == "listing":
            return self.listing(int(route.value))
        if route.kind == "article":
            found = next((one for one in self.articles if one.key == route.value), None)
            return self.article(found) if found else self.missing()
        heading = dict(self.system.pages).get(route.value, self.record["name"])
        return self.render("home.html" if route.kind == "home" else "page.html", heading=heading)

    def listing(self, page: int) -> Page:
        """One listing page; beyond the last an empty one, as on most portals, or nothing at all."""
        if page > self.listing_pages and self.system.lost_and_found:
            return self.missing()
        start = (page - 1) * PER_PAGE
        shown = self.articles[start : start + PER_PAGE]
        template = f"{self.system.folder}/listing.html"
        return self.render(template, shown=shown, page=page, pages=self.listing_pages)

    def article(self, article: Article) -> Page:
        """One article page, with the newest other articles as its related ones."""
        others = [one for one in self.articles if one is not article]
        template = f"{self.system.folder}/article.html"
        return self.render(template, a=article, others=others[:RELATED], rest=others[RELATED:])

    def missing(self) -> Page:
        """The answer to an address that leads nowhere: a page that says so, or a way home."""
        if self.system.lost_and_found:
            return Page(302, "text/html; charset=utf-8", b"", location="/")
        return self.render("page.html", status=404, heading="Không tìm thấy trang")

    def render(self, template: str, status: int = 200, **values: object) -> Page:
        """A page of this site from a template."""
        made = environment().get_template(template)
        text = made.render(
            site=self.record,
            system=self.system,
            layout=f"{self.system.folder}/layout.html",
            hits=HITS,
            token=TOKEN,
            **values,
        )
        media = "text/html; charset=utf-8" if self.system.charset_header else "text/html"
        return Page(status, media, text.encode())
