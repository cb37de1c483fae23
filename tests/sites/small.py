"""A site of a few pages written in the test itself; remembers who asked for what, when and how."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import yaml

from tests.conftest import Operator


@dataclass(frozen=True)
class Reply:
    """What a path answers."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=lambda: {"Content-Type": "text/html; charset=utf-8"})


@dataclass(frozen=True)
class Hit:
    """One request, at `at` seconds of the monotonic clock."""

    path: str
    at: float
    headers: Mapping[str, str]


@dataclass
class SmallSite:
    """Path → reply, or a function that makes one; changed at any time. What is not there is a 404."""

    pages: dict[str, Reply | Callable[[], Reply]]
    address: str = ""
    hits: list[Hit] = field(default_factory=list)

    def paths(self) -> list[str]:
        return [hit.path for hit in self.hits]

    def asked(self, path: str) -> list[Hit]:
        return [hit for hit in self.hits if hit.path == path]


@contextmanager
def small_site(pages: Mapping[str, Reply | Callable[[], Reply]]) -> Iterator[SmallSite]:
    site = SmallSite(dict(pages))

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            site.hits.append(Hit(self.path, time.monotonic(), dict(self.headers.items())))
            found = site.pages.get(self.path, Reply(b"<h1>404</h1>", 404))
            reply = found() if callable(found) else found
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        server.block_on_close = False
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        site.address = f"http://127.0.0.1:{server.server_address[1]}"
        try:
            yield site
        finally:
            server.shutdown()


def article(title: str, text: str = "", *, day: str = "05/09/2023", extra: str = "") -> Reply:
    """A page as MasterCMS makes it, found by its layout."""
    text = text or f"Sáng nay, công đoàn các trường học trên địa bàn huyện tổ chức {title.lower()}, trao 40 suất quà."
    return Reply(
        f"<html><head><title>{title}</title></head><body><h1 class='detail-title'>{title}</h1>"
        f"<span class='format_date'>{day}</span><div class='__MASTERCMS_CONTENT'><p>{text}</p>{extra}</div>"
        "</body></html>".encode()
    )


def listing(*paths: str, more: str = "") -> Reply:
    links = "".join(f"<div><a href='{path}'>Công đoàn trường học họp mặt</a></div>" for path in paths)
    return Reply(f"<html><body>{links}{more}</body></html>".encode())


def register(operator: Operator, folder: Path, *sites: SmallSite | str, **fields: object) -> None:
    """Give the operator a record for each site: thu.trang-1, thu.trang-2, …, of the MasterCMS family unless told."""
    records, hosts = [], []
    for number, site in enumerate(sites):
        address = site if isinstance(site, str) else site.address
        record = {"id": f"thu.trang-{number + 1}", "name": "Trang thử", "family": "mastercms"}
        records.append(record | {"site": address, "listing": ["/tin"], "enabled": True} | fields)
        hosts.append(address.removeprefix("http://"))
    (folder / "records").mkdir(exist_ok=True)
    (folder / "records" / "small.yml").write_text(yaml.safe_dump(records, allow_unicode=True), "utf-8")
    operator.environment |= {
        "UNION_ARCHIVE_SOURCES": str(folder / "records"),
        "UNION_ARCHIVE_ALLOW_PRIVATE": ",".join(hosts),
        "UNION_ARCHIVE_DELAY": "0.01",
    }
