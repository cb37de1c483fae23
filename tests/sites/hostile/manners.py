"""What a site may ask of its visitors: statuses, Retry-After, robots.txt, validators; and pages that change."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from tests.sites.generated import Made, made
from tests.sites.hostile.moves import INSIDE
from tests.sites.hostile.site import (
    NOT_FOUND,
    Link,
    Site,
    among_healthy,
    article,
    hazard,
    healthy,
    odd,
    page,
    path_of,
    plain,
)
from tests.sites.hostile.wire import Answer, Wire

PAUSE = 2
"""Seconds that the site asks to wait."""
DAY = 86_400


def status(code: int, **headers: object) -> Answer:
    return lambda wire: wire.answer(NOT_FOUND, code, **headers)


def once(code: int, then: Made, **headers: object) -> Answer:
    """A status at the first visit, the article afterwards."""
    return lambda wire: wire.answer(NOT_FOUND, code, **headers) if wire.visit == 1 else wire.answer(page(then))


def until(code: int, then: Made) -> Answer:
    """A status at the first visit, to come back at a moment told as a date."""

    def answer(wire: Wire) -> None:
        moment = datetime.now(UTC) + timedelta(seconds=PAUSE + 1)  # a date has no fractions of a second
        once(code, then, Retry_After=format_datetime(moment, usegmt=True))(wire)

    return answer


def tomorrow(wire: Wire) -> None:
    wire.answer(NOT_FOUND, 503, Retry_After=format_datetime(datetime.now(UTC) + timedelta(days=1), usegmt=True))


_waits, _dated, _busy, _broken = (article() for _ in range(4))
WAITS, DATED = path_of(_waits, "cho"), path_of(_dated, "cho-den-gio")
FORBIDDEN = "/cam"

MANNERS = Site(
    "xau.phep-tac",
    among_healthy(
        [
            odd("cho", once(429, _waits, Retry_After=PAUSE), _waits),
            odd("cho-den-gio", until(503, _dated), _dated),
            odd("ban", once(503, _busy), _busy),
            odd("loi-mot-lan", once(500, _broken), _broken),
            hazard("cho-mai", status(429, Retry_After=1), r"429|come back|put off"),
            hazard("mai-quay-lai", status(429, Retry_After=DAY), r"put off|come back"),
            hazard("ngay-mai", tomorrow, r"put off|come back"),
            hazard("401", status(401), r"(?i)block|401"),
            hazard("403", status(403), r"(?i)block|403"),
            hazard("404", status(404), r"404"),
            hazard("410", status(410), r"410"),
            hazard("451", status(451), r"(?i)block|451"),
            hazard("500", status(500), r"500"),
            hazard("999", status(999), r"999"),
            Link(f"{FORBIDDEN}/bai-cam-1.html", lambda wire: wire.answer(page(article())), None, r"(?i)robots", "cam"),
        ]
    ),
    robots=f"Disallow: {FORBIDDEN}/",
)


# A second crawl finds these changed: `Server.later` is set between the two.
class Changing:
    """Articles that are gone, edited, or the same with other counters; the ETag is the text's."""

    gone, edited, counted, validated = (article() for _ in range(4))
    after = made(edited.number, None, version=1)

    @staticmethod
    def goes(wire: Wire) -> None:
        status(410)(wire) if wire.server.later else wire.answer(page(Changing.gone))

    @staticmethod
    def changes(wire: Wire) -> None:
        wire.answer(page(Changing.edit() if wire.server.later else Changing.edited))

    @staticmethod
    def counts(wire: Wire) -> None:
        hits = len(wire.server.hits)
        wire.answer(page(Changing.counted, head=f'<meta charset="utf-8"/><meta name="csrf-token" content="{hits:x}"/>')
                    .replace("Trang thử", f"Lượt truy cập: {hits}, lúc {datetime.now(UTC):%H:%M:%S.%f}"))  # fmt: skip

    @staticmethod
    def validates(wire: Wire) -> None:
        body = page(Changing.validated)
        etag = f'W/"{hashlib.sha256(body.encode()).hexdigest()[:12]}"'
        known = wire.headers.get("if-none-match") == etag
        wire.answer("" if known else body, 304 if known else 200, ETag=etag)

    @staticmethod
    def edit() -> Made:
        return article_as(Changing.edited, Changing.after)


def article_as(one: Made, later: Made) -> Made:
    """The later version of an article, dated as it was."""
    return Made(**(vars(later) | {"published": one.published}))


CHANGES = Site(
    "xau.thay-doi",
    among_healthy(
        [
            odd("mat", Changing.goes, Changing.gone),
            odd("sua", Changing.changes, Changing.edited),
            odd("dem", Changing.counts, Changing.counted),
            odd("etag", Changing.validates, Changing.validated),
        ]
    ),
)

SLOW = Site("xau.cham", [healthy() for _ in range(4)], robots="Crawl-delay: 1\nDisallow: /he-thong")


def with_robots(name: str, answer: Answer) -> Site:
    return Site(name, [healthy() for _ in range(4)], {"/robots.txt": answer})


ROBOTS = (
    with_robots("robots.loi", status(500)),
    with_robots("robots.treo", Wire.hang),
    with_robots("robots.html", lambda wire: wire.answer(plain("Lỗi", "<p>User-agent: *<br/>Disallow: </p>" * 1000))),
    with_robots("robots.noi-bo", lambda wire: wire.redirect(wire.server.internal + INSIDE)),
    with_robots("robots.rac", lambda wire: wire.answer(b"\xff\xfe\0User-agent\0\r" * 1000, kind="image/png")),
)
AWAY = with_robots("robots.mai-quay-lai", status(503, Retry_After=DAY))
"""Asks the whole site to be left alone until tomorrow: nothing may be asked of it."""
SITES = (MANNERS, CHANGES, SLOW, *ROBOTS)
