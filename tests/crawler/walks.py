"""Golden walks: a small site as data (golden_walks/*.yml), what a family asks of it, in order, and what it finds."""

import asyncio
import gzip
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.parse import urljoin, urlsplit

import yaml
from scrapy import Request
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes

from archive.sources import Source
from crawler.family import FamilySpider
from crawler.items import Refused
from tests.conftest import Operator

FOLDER = Path(__file__).parent / "golden_walks"
NAMES = sorted(path.stem for path in FOLDER.glob("*.yml"))
SITE = "https://cong-doan.example.vn"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the site gives for an address."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


NOWHERE = Answer(404, {"Content-Type": "text/html"}, b"<h1>404</h1>")


@dataclass(frozen=True, slots=True)
class Golden:
    """A site, and what a walk over it must ask for and find."""

    source: dict[str, Any]
    pages: dict[str, Answer]
    asked: list[str]
    articles: dict[str, tuple[str | None, str | None]]
    refused: list[str]
    failed: list[str]


@dataclass
class Walked:
    """What a walk asked for and found; addresses without the host."""

    asked: list[str] = field(default_factory=list)
    articles: dict[str, tuple[str | None, str | None]] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


def golden(name: str, site: str = SITE) -> Golden:
    """A golden walk with the addresses of a host."""
    told = yaml.safe_load((FOLDER / f"{name}.yml").read_text("utf-8"))
    return Golden(
        source={"id": f"vang.{name}", "name": "Trang vàng", "site": site, **told["source"]},
        pages={path: _answer(page, site) for path, page in told["pages"].items()},
        asked=told["asked"],
        articles={path: (listed, changed) for path, (listed, changed) in told["articles"].items()},
        refused=told.get("refused", []),
        failed=told.get("failed", []),
    )


@dataclass
class Served:
    """A site on a free port: its pages, what was asked of it, in order, and when (seconds)."""

    address: str
    pages: dict[str, Answer] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    times: list[float] = field(default_factory=list)


@contextmanager
def served() -> Iterator[Served]:
    """A site to fill with pages."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.asked.append(self.path)
            site.times.append(monotonic())
            answer = site.pages.get(self.path, NOWHERE)
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        site = Served(f"http://127.0.0.1:{server.server_address[1]}")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield site
        finally:
            server.shutdown()


def spider_of(record: dict[str, Any]) -> FamilySpider:
    """The spider of a record, as the loader makes it."""
    lists = {name: tuple(value) if isinstance(value, list) else value for name, value in record.items()}
    family = import_module(f"crawler.spiders.{record['family']}").Family
    spider: FamilySpider = type("Spider", (family,), {"name": record["id"], "source": Source(**lists)})()
    return spider


def walk(spider: FamilySpider, pages: dict[str, Answer]) -> Walked:
    """A first crawl's walk through the spider's own methods: one request after the other, as they came."""
    walked, seen = Walked(), set()
    waiting = deque(starts(spider))
    while waiting:
        request = waiting.popleft()
        if request.url in seen and not request.dont_filter:
            continue
        seen.add(request.url)
        response = _fetch(request, pages, walked)
        for output in _outputs(spider, request, response, walked):
            if isinstance(output, Refused):
                (walked.failed if output.lost else walked.refused).append(output.reason)
            elif output.meta.get("listing"):
                waiting.append(output)
            else:
                _found(walked, output)
    return walked


def respond(url: str, answer: Answer, request: Request | None = None) -> Response:
    """An answer as Scrapy makes a response of it."""
    headers = Headers(answer.headers)
    kind = responsetypes.from_args(headers=headers, url=url, body=answer.body)
    return kind(url, status=answer.status, headers=headers, body=answer.body, request=request or Request(url))


def _outputs(spider: FamilySpider, request: Request, response: Response, walked: Walked) -> list[Request | Refused]:
    if response.status == 200 or response.status in request.meta.get("handle_httpstatus_list", ()):
        return list(spider.parse(response))
    if instead := spider.alternative(request):
        return [instead]
    walked.failed.append(f"{path_of(request.url)} HTTP {response.status}")
    return []


def _found(walked: Walked, article: Request) -> None:
    """The first listing that names a date has it, the last that names a change."""
    path = path_of(article.url)
    listed, changed = walked.articles.get(path, (None, None))
    walked.articles[path] = (listed or article.meta["listed"], article.meta["changed"] or changed)


def _fetch(request: Request, pages: dict[str, Answer], walked: Walked) -> Response:
    url, redirects = request.url, []
    while True:
        path = path_of(url)
        walked.asked.append(path)
        answer = pages.get(path, NOWHERE)
        if not 300 <= answer.status < 400:
            break
        redirects.append(url)
        url = urljoin(url, answer.headers["Location"])
    if redirects:
        request = request.replace(url=url, meta=request.meta | {"redirect_urls": redirects})
    return respond(url, answer, request)


def path_of(url: str) -> str:
    parts = urlsplit(url)
    return parts._replace(scheme="", netloc="", fragment="").geturl()


def starts(spider: FamilySpider) -> list[Request]:
    """What a spider asks for first."""

    async def collected() -> list[Request]:
        return [request async for request in spider.start()]

    return asyncio.run(collected())


def _answer(page: str | dict[str, Any], site: str) -> Answer:
    told = {"body": page} if isinstance(page, str) else page
    body = told.get("body", "").replace("{site}", site)
    kind = "application/json" if body.startswith(("[", "{")) else "text/html; charset=utf-8"
    if body.startswith(("<?xml", "<rss", "<feed", "<urlset", "<sitemap")):
        kind = "text/xml; charset=utf-8"
    packed = told.get("packed")
    return Answer(
        told.get("status", 200),
        {"Content-Type": "application/gzip" if packed else kind, **told.get("headers", {})},
        gzip.compress(body.encode()) if packed else body.encode(),
    )


def register(operator: Operator, folder: Path, *records: dict[str, Any]) -> None:
    """Make records the operator's registry, and their hosts ones that may be asked."""
    (folder / "records").mkdir()
    enabled = [record | {"enabled": True} for record in records]
    (folder / "records" / "vang.yml").write_text(yaml.safe_dump(enabled, allow_unicode=True), "utf-8")
    operator.environment |= {
        "UNION_ARCHIVE_SOURCES": str(folder / "records"),
        "UNION_ARCHIVE_ALLOW_PRIVATE": ",".join(record["site"].removeprefix("http://") for record in records),
        "UNION_ARCHIVE_DELAY": "0.01",
    }
