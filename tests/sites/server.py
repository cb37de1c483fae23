"""Serves the sample web over HTTP, one small server a site, as the real sources are one host each."""

from __future__ import annotations

import copy
import errno
import itertools
import secrets
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import NamedTuple
from urllib.parse import urlsplit

import yaml

from tests.sites.content import records
from tests.sites.pages import HITS, TOKEN, Page, Site
from tests.sites.systems import SYSTEMS

FIXED_PORTS: dict[str, int] = {record["id"]: urlsplit(record["site"]).port for record in records()}
"""The ports of `python -m tests.sites`, as the committed source records name them."""


class Request(NamedTuple):
    """One answered request; `path` holds the query too."""

    site: str
    method: str
    path: str
    status: int


class SampleWeb:
    """The five sample sites, running from construction to `close()` (or the end of a `with` block).

    `ports` maps site ids to ports; a site without one gets a free one. `addresses` maps site ids to
    `http://host:port`, `requests` records every answer. `edited` and `deleted` may be switched at any time:
    the one article that has a later version shows it, the one that may go is gone (404, not listed).
    Raises OSError naming the port when one is taken; nothing is left running then.
    """

    def __init__(self, ports: dict[str, int] | None = None, host: str = "127.0.0.1") -> None:
        self.host = host
        self.edited = False
        self.deleted = False
        self.requests: list[Request] = []
        self.addresses: dict[str, str] = {}
        self._counter = itertools.count(123456)
        self._servers: list[_Server] = []
        try:
            for site in SYSTEMS:
                self._start(site, (ports or {}).get(site, 0))
        except OSError:
            self.close()
            raise

    def _start(self, site: str, port: int) -> None:
        try:
            server = _Server((self.host, port), site, self)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            cure = "end the program that uses it (another sample web?), then try again"
            raise OSError(error.errno, f"port {port} of {self.host}, wanted by {site}, is in use; {cure}") from error
        self._servers.append(server)
        self.addresses[site] = f"http://{self.host}:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    @property
    def hosts(self) -> str:
        """The five host:port pairs, comma-separated, as UNION_ARCHIVE_ALLOW_PRIVATE takes them."""
        return ",".join(urlsplit(address).netloc for address in self.addresses.values())

    def environment(self) -> dict[str, str]:
        """What lets the crawler through to this web, quickly."""
        return {"UNION_ARCHIVE_ALLOW_PRIVATE": self.hosts, "UNION_ARCHIVE_DELAY": "0.01"}

    def page(self, site: str, target: str) -> Page:
        """What a site answers to a request target now."""
        return Site(site, self.addresses[site], edited=self.edited, deleted=self.deleted).page(target)

    def fill(self, body: bytes) -> bytes:
        """A body with its visit counter and session token: never the same twice, as on the real portals."""
        hits = f"{next(self._counter)}".encode()
        return body.replace(HITS.encode(), hits).replace(TOKEN.encode(), secrets.token_hex(16).encode())

    def write_records(self, folder: str | Path) -> Path:
        """Writes `sample.yml`, the committed records at the ports of this web, into a folder; its path."""
        made = copy.deepcopy(list(records()))
        for record in made:
            record["site"] = self.addresses[record["id"]]
        path = Path(folder) / "sample.yml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(yaml.safe_dump(made, allow_unicode=True, sort_keys=False), encoding="utf-8")
        return path

    def close(self) -> None:
        """Stops all sites and drops their open connections; may be called twice."""
        for server in self._servers:
            server.stop()
        self._servers.clear()

    def __enter__(self) -> SampleWeb:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class _Server(ThreadingHTTPServer):
    """One site. Keeps its open connections, so that a client that holds one cannot be served after `stop`."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], site: str, web: SampleWeb) -> None:
        self.site = site
        self.web = web
        self._open: set[socket.socket] = set()
        super().__init__(address, _Handler)

    def get_request(self) -> tuple[socket.socket, object]:
        connection, client = super().get_request()
        self._open.add(connection)
        return connection, client

    def shutdown_request(self, request: socket.socket) -> None:  # type: ignore[override]
        self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up in the middle is no news."""

    def stop(self) -> None:
        self.shutdown()
        self.server_close()
        for connection in list(self._open):
            # Ends the handler's wait for a next request; it closes the socket itself.
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                self._open.discard(connection)


class _Handler(BaseHTTPRequestHandler):
    """Answers GET and HEAD."""

    protocol_version = "HTTP/1.1"
    server_version = "SampleWeb"
    sys_version = ""
    timeout = 30
    server: _Server

    def do_GET(self) -> None:
        web, site = self.server.web, self.server.site
        page = web.page(site, self.path)
        validators = SYSTEMS[site].validators and page.status == 200
        unchanged = validators and page.etag in self.headers.get("If-None-Match", "")
        status = 304 if unchanged else page.status
        web.requests.append(Request(site, self.command, self.path, status))
        self.send_response(status)
        if validators:
            self.send_header("ETag", page.etag)
        if page.location:
            self.send_header("Location", page.location)
        if unchanged:
            self.end_headers()
            return
        body = web.fill(page.body)
        self.send_header("Content-Type", page.media)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_HEAD = do_GET  # noqa: N815 (the name http.server asks for)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet: `SampleWeb.requests` is the log."""
