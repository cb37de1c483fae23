"""One hostile site on the wire: a socket, a thread a connection, and answers that may break every rule of HTTP."""

from __future__ import annotations

import contextlib
import select
import socket
import socketserver
import ssl
import struct
import threading
import time
from collections.abc import Callable
from typing import NamedTuple

HTML = "text/html; charset=utf-8"
CHUNK = 1 << 16
_HEAD_LONGEST = 1 << 16


class Hit(NamedTuple):
    """One request the site saw: path with query, and when (time.monotonic)."""

    target: str
    when: float


class Wire:
    """One request and the way to answer it; `visit` counts the requests for the same target, this one included."""

    def __init__(self, connection: socket.socket, server: Server, target: str, headers: dict[str, str]) -> None:
        self.connection, self.server = connection, server
        self.target, self.headers = target, headers
        self.path = target.partition("?")[0]
        self.visit = server.visits(target)

    def send(self, data: bytes) -> None:
        self.connection.sendall(data)

    def answer(self, body: bytes | str, status: int = 200, kind: str | None = HTML, **headers: object) -> None:
        """A well-formed answer; `Retry_After=5` is the header Retry-After, `kind` None leaves out the content type."""
        data = body.encode() if isinstance(body, str) else body
        fields = {"Content-Type": kind, "Content-Length": len(data), "Connection": "close"} | headers
        lines = [f"{name.replace('_', '-')}: {value}" for name, value in fields.items() if value is not None]
        self.send("\r\n".join((f"HTTP/1.1 {status} Hostile", *lines, "", "")).encode())
        if status != 304:
            self.send(data)

    def redirect(self, location: str, status: int = 302) -> None:
        self.answer("", status, Location=location)

    def head(self, *lines: str) -> None:
        """The head of an answer of 200, with nothing but these lines."""
        self.send("\r\n".join(("HTTP/1.1 200 Hostile", *lines, "", "")).encode())

    def drip(self, data: bytes, every: float = 0.2) -> None:
        """Sends byte after byte, for ever slowly."""
        for byte in data:
            self.send(bytes([byte]))
            time.sleep(every)

    def hang(self) -> None:
        """Says nothing until the other side gives up."""
        while not self.server.ended and not select.select([self.connection], [], [], 0.2)[0]:
            pass

    def reset(self) -> None:
        """Breaks the connection off."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()


Answer = Callable[[Wire], None]


class Server(socketserver.ThreadingTCPServer):
    """Serves one site until `close()`. `connections` counts what was accepted, were it without a request; `internal`
    and `elsewhere` are the addresses its pages lead to; `later` is set when its pages are to have changed."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64

    def __init__(self, answer: Answer, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None) -> None:
        super().__init__((host, 0), _Connection)
        self.find, self.tls = answer, tls
        self.hits: list[Hit] = []
        self.connections = 0
        self.internal = self.elsewhere = ""
        self.later = False
        self.ended = False
        self.address = f"{'https' if tls else 'http'}://{host}:{self.server_address[1]}"
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def visits(self, target: str) -> int:
        return sum(hit.target == target for hit in self.hits)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up, or refuses our certificate, is what we ask for."""

    def close(self) -> None:
        self.ended = True
        self.shutdown()
        self.server_close()


class _Connection(socketserver.BaseRequestHandler):
    """One connection, one request: hostile answers leave nothing to go on with."""

    request: socket.socket
    server: Server

    def setup(self) -> None:
        self.server.connections += 1
        self.request.settimeout(60)
        if self.server.tls:
            self.request = self.server.tls.wrap_socket(self.request, server_side=True)

    def handle(self) -> None:
        received = b""
        while b"\r\n\r\n" not in received:
            data = self.request.recv(CHUNK)
            if not data or len(received) > _HEAD_LONGEST:
                return
            received += data
        first, *lines = received.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
        target = first.split(" ")[1]
        self.server.hits.append(Hit(target, time.monotonic()))
        headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        self.server.find(Wire(self.request, self.server, target, headers))

    def finish(self) -> None:
        with contextlib.suppress(OSError):
            self.request.shutdown(socket.SHUT_RDWR)
            self.request.close()
