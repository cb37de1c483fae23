"""A big site: a newspaper of generated articles in a process of its own, faster than any crawler that reads it.

`BigSite` starts the process and steers it through a pipe; `site.articles` is what the site shows now, and the truth.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import re
import signal
import time
from collections.abc import Iterable
from datetime import datetime, timedelta, timezone
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

import yaml

from tests.sites import big_pages
from tests.sites.generated import Made, made

HANOI = timezone(timedelta(hours=7))
BETWEEN = timedelta(hours=53)
"""Time between two articles: a thousand of them span six years."""
UNDATED_EVERY = 13
"""Every so-manieth article shows no date: more than the 60 newest that each run asks for, in a thousand."""
LATEST = 8
ROBOTS = b"User-agent: *\nDisallow: /dang-nhap\n"
_LISTING = re.compile(re.escape(big_pages.CATEGORY) + r"(?:&s_cond=&BRSR=(\d+))?")
_ARTICLE = re.compile(r"/bai-viet-(\d+)\.html")
_IF_NONE_MATCH = re.compile(rb"^if-none-match: *([^\r]*)\r", re.IGNORECASE | re.MULTILINE)
_REASONS = {200: b"OK", 304: b"Not Modified", 404: b"Not Found", 410: b"Gone"}


class Request(NamedTuple):
    """One answered request: its path, the status, the bytes of the whole answer, when (time.monotonic)."""

    path: str
    status: int
    bytes: int
    when: float


class BigSite:
    """The site, running from construction to `close()` (or the end of a `with` block).

    `articles` at first, `per_page` on a listing page, an ETag an article unless `etags` is off, no dates at all unless
    `dates` is on (then one in UNDATED_EVERY shows none). Every page differs on each visit in counter, token and clock.
    """

    def __init__(self, articles: int = 1000, *, per_page: int = 20, etags: bool = True, dates: bool = True) -> None:
        self.per_page, self.dates = per_page, dates
        self.newest = datetime.now(HANOI).replace(second=0, microsecond=0) - timedelta(days=1)
        self.first = articles
        self.articles = [self._made(number) for number in reversed(range(articles))]
        context = multiprocessing.get_context("spawn")
        self._control, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, per_page, etags, self.articles), daemon=True)
        self._process.start()
        theirs.close()
        self.address = f"http://127.0.0.1:{self._control.recv()}"

    @property
    def listings(self) -> int:
        """How many listing pages there are."""
        return -(-len(self.articles) // self.per_page)

    def url(self, article: Made) -> str:
        return self.address + big_pages.article_path(article)

    def add(self, how_many: int) -> list[Made]:
        """Publishes new articles, a few minutes apart; they, newest first."""
        after = self.articles[0].number + 1
        new = [self._made(number) for number in reversed(range(after, after + how_many))]
        self._show([*new, *self.articles])
        return new

    def edit(self, articles: Iterable[Made]) -> list[Made]:
        """Changes the text of some articles; their later versions."""
        numbers = {article.number for article in articles}
        later = {one.number: self._made(one.number, one.version + 1) for one in self.articles if one.number in numbers}
        self._show([later.get(one.number, one) for one in self.articles])
        return list(later.values())

    def delete(self, articles: Iterable[Made], status: int = 410) -> None:
        """Takes articles off the listings; their addresses answer 404 or 410."""
        status_of = {article.number: status for article in articles}
        self._ask("gone", status_of)
        self._show([one for one in self.articles if one.number not in status_of])

    def hang_after(self, requests: int | None) -> None:
        """From so many more requests on nothing is answered; None: everything is again."""
        self._ask("hang_after", requests)

    def count(self) -> int:
        """How many requests were answered since the last `clear`."""
        return int(self._ask("count"))

    def requests(self) -> list[Request]:
        """The requests answered since the last `clear`."""
        return [Request(*row) for row in self._ask("log")]

    def clear(self) -> None:
        self._ask("clear")

    def record(self) -> dict[str, Any]:
        """The source record of this site."""
        return {
            "id": "thu.bao-lon",
            "name": "Báo lớn (thử)",
            "home": "279",
            "family": "mastercms",
            "site": self.address,
            "listing": [big_pages.CATEGORY],
            "rights": "Dữ liệu thử",
            "enabled": True,
        }

    def write_record(self, folder: Path) -> Path:
        """Writes the record into a folder of records; its path."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "big.yml"
        path.write_text(yaml.safe_dump([self.record()], allow_unicode=True, sort_keys=False), "utf-8")
        return path

    def environment(self, folder: Path, delay: float = 0.001) -> dict[str, str]:
        """Writes the record into a folder; what lets the crawler through to this site and to it alone."""
        self.write_record(folder)
        return {
            "UNION_ARCHIVE_SOURCES": str(folder),
            "UNION_ARCHIVE_ALLOW_PRIVATE": self.address.removeprefix("http://"),
            "UNION_ARCHIVE_DELAY": str(delay),
        }

    def close(self) -> None:
        self._control.close()
        self._process.join(5)
        self._process.kill()

    def __enter__(self) -> BigSite:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _made(self, number: int, version: int = 0) -> Made:
        later = number - self.first + 1
        moment = self.newest + (BETWEEN * later if later <= 0 else timedelta(minutes=7) * later)
        return made(number, moment if self.dates and number % UNDATED_EVERY else None, version)

    def _show(self, articles: list[Made]) -> None:
        self.articles = articles
        self._ask("show", articles)

    def _ask(self, order: str, *arguments: object) -> Any:
        self._control.send((order, arguments))
        return self._control.recv()


class _Served:
    """The site inside its process: what it shows, what was asked of it. Every public method is an order of the pipe."""

    def __init__(self, per_page: int, etags: bool, articles: list[Made]) -> None:
        self.per_page, self.etags = per_page, etags
        self.visits = 0
        self.status: dict[int, int] = {}
        self.pages: dict[Made, big_pages.Page] = {}
        self.silent_from: int | None = None
        self.requests: list[tuple[str, int, int, float]] = []
        self.show(articles)

    def show(self, articles: list[Made]) -> None:
        self.pages = {one: self.pages.get(one) or big_pages.article_page(one) for one in articles}
        self.by_number = {one.number: page for one, page in self.pages.items()}
        pages = -(-len(articles) // self.per_page)
        self.listings = [
            big_pages.listing_page(
                articles[number * self.per_page : (number + 1) * self.per_page], number + 1, pages, self.per_page
            )
            for number in range(pages)
        ]
        self.latest = big_pages.latest_block(articles[:LATEST])

    def gone(self, status: dict[int, int]) -> None:
        self.status |= status

    def hang_after(self, requests: int | None) -> None:
        self.silent_from = None if requests is None else self.visits + requests

    def count(self) -> int:
        return len(self.requests)

    def log(self) -> list[tuple[str, int, int, float]]:
        return self.requests

    def clear(self) -> None:
        self.requests = []

    def answer(self, target: str, header: bytes) -> bytes | None:
        """The whole answer to a request; None when the site hangs."""
        self.visits += 1
        if self.silent_from is not None and self.visits > self.silent_from:
            return None
        status, page, plain = self._find(target)
        fields = b"Content-Type: text/html; charset=utf-8\r\n"
        if page and page.etag and self.etags:
            fields += b"ETag: " + page.etag + b"\r\n"
            asked = _IF_NONE_MATCH.search(header)
            if asked and page.etag in asked[1]:
                fields, status, page = b"ETag: " + page.etag + b"\r\n", 304, None
        body = page.body(self._visit(), self.latest) if page else plain
        head = b"HTTP/1.1 %d %s\r\n%sContent-Length: %d\r\n\r\n" % (status, _REASONS[status], fields, len(body))
        if status == 304:
            head = b"HTTP/1.1 304 Not Modified\r\n%s\r\n" % fields
        self.requests.append((target, status, len(head) + len(body), time.monotonic()))
        return head + body

    def _find(self, target: str) -> tuple[int, big_pages.Page | None, bytes]:
        """Status and page, or a body that is no page of the template."""
        if found := _ARTICLE.fullmatch(target):
            number = int(found[1]) - 100_000
            if number in self.by_number:
                return 200, self.by_number[number], b""
            status = self.status.get(number, 404)
            return status, None, f"<h1>{status}</h1><p>Không tìm thấy trang</p>".encode()
        if found := _LISTING.fullmatch(target):
            number = int(found[1] or 0) // self.per_page
            return 200, self.listings[number] if number < len(self.listings) else self._empty(), b""
        if target == "/robots.txt":
            return 200, None, ROBOTS
        return 404, None, "<h1>404</h1><p>Không tìm thấy trang</p>".encode()

    def _empty(self) -> big_pages.Page:
        return big_pages.listing_page([], len(self.listings), len(self.listings), self.per_page)

    def _visit(self) -> big_pages.Visit:
        moment = datetime.now(HANOI).strftime("%d/%m/%Y %H:%M:%S")
        return big_pages.Visit(
            hits=b"%09d" % (100_000_000 + self.visits),
            token=b"%032x" % (self.visits * 0x9E3779B97F4A7C15F39CC0605CEDC835 % (1 << 128)),
            clock=moment.encode(),
        )


class _Wire(asyncio.Protocol):
    """One connection: requests in turn, pipelined or not."""

    def __init__(self, site: _Served) -> None:
        self.site = site
        self.received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.received += data
        while b"\r\n\r\n" in self.received:
            header, _, self.received = self.received.partition(b"\r\n\r\n")
            target = header.split(b" ", 2)[1].decode("latin-1")
            answer = self.site.answer(target, header + b"\r")
            if answer is not None:
                self.transport.write(answer)


def _serve(control: Connection, per_page: int, etags: bool, articles: list[Made]) -> None:
    """The process: serves until the pipe is closed, which the end of the test does too."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    asyncio.run(_run(control, _Served(per_page, etags, articles)))


async def _run(control: Connection, site: _Served) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Wire(site), "127.0.0.1", 0)
    ended = asyncio.Event()

    def obey() -> None:
        try:
            order, arguments = control.recv()
        except (EOFError, OSError):
            loop.remove_reader(control.fileno())
            ended.set()
            return
        control.send(getattr(site, order)(*arguments))

    control.send(server.sockets[0].getsockname()[1])
    loop.add_reader(control.fileno(), obey)
    await ended.wait()
