"""Sites without an end: calendars, paging that goes round, addresses that are never the same twice."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable

from tests.sites.generated import Made
from tests.sites.hostile.site import Link, Site, healthy, listing_page, plain
from tests.sites.hostile.wire import Answer, Wire

ARTICLES = 24
AT_ONCE = 6


def pages(links: Iterable[Link]) -> list[list[Link]]:
    every = list(links)
    return [every[start : start + AT_ONCE] for start in range(0, len(every), AT_ONCE)]


def shown(links: Iterable[Link], mark: str = "") -> list[tuple[str, Made | None]]:
    return [(link.path + mark, link.article) for link in links]


def number_of(wire: Wire, name: str) -> int:
    """The number that the query gives a name, 1 when there is none."""
    found = wire.target.rpartition(f"{name}=")[2].partition("&")[0]
    return int(found) if found.isdigit() else 1


def calendar(links: list[Link]) -> Answer:
    """A listing of four pages, and beside it a calendar whose every day and month is one more page without articles."""

    def answer(wire: Wire) -> None:
        month, at = number_of(wire, "thang"), number_of(wire, "page")
        days = "".join(
            f'<a href="/lich?thang={month}&amp;ngay={day}">Lịch công tác ngày {day}</a> ' for day in range(1, 29)
        )
        if wire.path == "/lich":
            days += f'<a rel="next" href="/lich?thang={month + 1}">Tháng sau</a>'
            return wire.answer(plain("Lịch công tác", f'<div class="lich">{days}</div>'))
        turn = f'<a href="/tin?page={at + 1}">Trang sau</a>' if at < 4 else ""
        return wire.answer(listing_page(shown(links[(at - 1) * AT_ONCE : at * AT_ONCE]), turn) + days)

    return answer


def repeating(links: list[Link]) -> Answer:
    """Paging whose last page comes again under every higher number."""

    def answer(wire: Wire) -> None:
        at = number_of(wire, "page")
        every = pages(links)
        wire.answer(listing_page(shown(every[min(at, len(every)) - 1]), f'<a href="/tin?page={at + 1}">Trang sau</a>'))

    return answer


def sessions(links: list[Link]) -> Answer:
    """Each visitor gets marks of his own in all links: those that are known to mean nothing."""

    def answer(wire: Wire) -> None:
        at, visitor = number_of(wire, "page"), secrets.token_hex(8)
        marks = (
            f";jsessionid={visitor}",
            f"?PHPSESSID={visitor}",
            f"?utm_source=zalo&utm_id={visitor}",
            f"?fbclid={visitor}",
        )
        every = pages(links)
        if at > len(every):
            return wire.answer(listing_page(()))
        rows = [(link.path + marks[number % 4], link.article) for number, link in enumerate(every[at - 1])]
        return wire.answer(listing_page(rows, f'<a href="/tin?page={at + 1}&amp;PHPSESSID={visitor}">Trang sau</a>'))

    return answer


def random_marks(links: list[Link]) -> Answer:
    """A mark that nobody knows, never the same, in all links; the last page leads to the first one again."""

    def answer(wire: Wire) -> None:
        at = number_of(wire, "page")
        every = pages(links)
        rows = [(f"{link.path}?sid={secrets.token_hex(8)}", link.article) for link in every[at - 1]]
        turn = f'<a rel="next" href="/tin?page={at % len(every) + 1}&amp;sid={secrets.token_hex(8)}">Trang sau</a>'
        wire.answer(listing_page(rows, turn))

    return answer


def growing(links: list[Link]) -> Answer:
    """Relative links without their slash: every page is one folder deeper, and all of them are there."""

    def answer(wire: Wire) -> None:
        last = "/" + wire.path.rpartition("/")[2]
        for link in links:
            if link.path == last:
                return link.answer(wire)
        rows = [("tin/" + link.path.removeprefix("/"), link.article) for link in links]
        return wire.answer(listing_page(rows, '<a rel="next" href="tin/">Trang sau</a>'))

    return answer


def trap(name: str, make: Callable[[list[Link]], Answer], *listing: str, family: str = "listing") -> Site:
    links = [healthy() for _ in range(ARTICLES)]
    answer = make(links)
    routes = {"/tin*": answer, "/lich*": answer}
    return Site(name, links, routes, {"family": family, "listing": list(listing or ["/tin"])})


SITES = (
    trap("bay.lich", calendar, "/tin", "/lich"),
    trap("bay.lap-trang", repeating),
    trap("bay.phien", sessions),
    trap("bay.dau-la", random_marks),
    trap("bay.dau-la-mastercms", random_marks, family="mastercms"),
    trap("bay.dai-ra", growing, "/tin/"),
)
