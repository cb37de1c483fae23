"""What a hostile site is made of: links on a listing, each with what the server does there and what must come of it."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from html import escape
from typing import Any

from tests.sites.generated import Made, made
from tests.sites.hostile.wire import Answer, Wire

PER_PAGE = 12
LISTING = "/tin"
FIRST_DAY = datetime(2025, 6, 1, 8, 0, tzinfo=timezone(timedelta(hours=7)))
HEADLINE = "Công đoàn cơ sở họp bàn việc chăm lo đoàn viên dịp cuối năm"
NOT_FOUND = "<html><body><h1>404</h1><p>Không tìm thấy trang</p></body></html>"
_numbers = itertools.count(7_000)


@dataclass(frozen=True)
class Link:
    """One link of a listing. `article` is what must be stored from there, None: nothing may be stored; then `reason` is
    a pattern of the reason that it must be counted under. With both, either will do."""

    path: str
    answer: Answer
    article: Made | None = None
    reason: str | None = None
    name: str = ""


@dataclass(frozen=True)
class Site:
    """One source: its record's id, the links of its listing, and other addresses (`routes`; a key that ends in * is a
    beginning). `record` holds further fields of the source record, `robots` follows "User-agent: *", `extra` stands on
    every page of the listing. `also` are articles that a feed alone names, `perhaps` those of a feed that is broken."""

    id: str
    links: Sequence[Link]
    routes: Mapping[str, Answer] = field(default_factory=dict)
    record: Mapping[str, Any] = field(default_factory=dict)
    robots: str = "Disallow: /he-thong"
    extra: str = ""
    also: Mapping[str, Made] = field(default_factory=dict)
    perhaps: Mapping[str, Made] = field(default_factory=dict)

    @property
    def allowed(self) -> list[Made]:
        """All articles that may be stored."""
        return [*filter(None, (link.article for link in self.links)), *self.also.values(), *self.perhaps.values()]

    @property
    def articles(self) -> dict[str, Made]:
        """Path → article, of those that must be stored: the listing's, and what only a feed names (`also`)."""
        listed = {link.path: link.article for link in self.links if link.article and not link.reason}
        return listed | dict(self.also)

    def answer(self, wire: Wire) -> None:
        """Answers a request: routes, then links, robots.txt, the listing, the front page; else 404."""
        for path, answer in self.routes.items():
            if wire.target == path or (path.endswith("*") and wire.target.startswith(path[:-1])):
                return answer(wire)
        for link in self.links:
            if link.path in (wire.target, wire.path.partition(";")[0]):
                return link.answer(wire)
        if wire.path == "/robots.txt":
            return wire.answer(f"User-agent: *\n{self.robots}\n", kind="text/plain")
        if wire.path.startswith(LISTING):
            start = int(wire.path.rpartition("BRSR=")[2]) if "BRSR=" in wire.path else 0
            return wire.answer(self.listing(start))
        if wire.path == "/":
            return wire.answer(plain("Trang chủ", f'<a href="{LISTING}">Tin tức</a>'))
        return wire.answer(NOT_FOUND, 404)

    def listing(self, start: int) -> str:
        """The listing page that begins with the link of this number."""
        later = start + PER_PAGE
        following = f'<a href="{LISTING}&s_cond=&BRSR={later}">Sau</a>' if later < len(self.links) else ""
        return listing_page(((link.path, link.article) for link in self.links[start:later]), following + self.extra)


def article(**fields: Any) -> Made:
    """A new article of its own; `fields` replace what it would have."""
    number = next(_numbers)
    one = made(number, FIRST_DAY - timedelta(hours=7 * (number - 7_000)))
    return replace(one, **fields)


def path_of(one: Made, name: str = "bai") -> str:
    return f"/{name}-{one.number}.html"


def healthy(one: Made | None = None) -> Link:
    """A link to an article as it should be."""
    shown = one or article()
    return Link(path_of(shown), lambda wire: wire.answer(page(shown)), shown)


def hazard(name: str, answer: Answer, reason: str) -> Link:
    """A link from which nothing may be stored."""
    return Link(f"/{name}-{next(_numbers)}.html", answer, reason=reason, name=name)


def odd(name: str, answer: Answer, one: Made, reason: str | None = None) -> Link:
    """A link whose article must be stored whatever is strange about it; with a reason, or refused for that."""
    return Link(path_of(one, name), answer, one, reason, name)


def among_healthy(links: Iterable[Link]) -> tuple[Link, ...]:
    """The links with a healthy article before each of them and one at the end."""
    return (*itertools.chain.from_iterable((healthy(), link) for link in links), healthy())


def page(one: Made, *, head: str = '<meta charset="utf-8"/>', extra: str = "", date: str | None = None) -> str:
    """An article's page, small and plain; `extra` stands in its body, `date` is shown in the place of its own."""
    clock = f'<span class="format_time">{one.published[11:16]}</span> | ' if one.published else ""
    shown = date or one.date
    line = f'<div class="bx-time">{clock}<span class="format_date">{shown}</span></div>' if shown else ""
    paragraphs = "".join(f"<p>{escape(text)}</p>\n" for text in one.paragraphs)
    return (
        f'<!DOCTYPE html><html lang="vi"><head>{head}<title>{escape(one.title)}</title></head><body>\n'
        f'<ul class="menu"><li><a href="/">Trang chủ</a></li><li><a href="{LISTING}">Tin tức</a></li></ul>\n'
        f'<h1 class="article-detail-title">{escape(one.title)}</h1>\n{line}'
        f'<div class="article-detail-desc">{escape(one.lead)}</div>\n'
        f'<div class="__MASTERCMS_CONTENT">{paragraphs}{extra}</div>\n'
        '<div class="footer"><p>Trang thử</p></div></body></html>\n'
    )


def listing_page(links: Iterable[tuple[str, Made | None]], paging: str = "") -> str:
    """A listing of addresses, each with its article's title or a headline like the others."""
    rows = "".join(
        f'<div class="list_news"><a href="{escape(address)}">{escape(one.title if one else HEADLINE)}</a></div>'
        for address, one in links
    )
    return plain("Tin tức", f'<div class="col_category">{rows}<div class="paging">{paging}</div></div>')


def plain(title: str, body: str) -> str:
    """A page that is no article."""
    return f'<!DOCTYPE html><html><head><meta charset="utf-8"/><title>{title}</title></head><body>{body}</body></html>'
