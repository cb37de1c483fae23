"""Our site and stock Datasette as processes of their own, and how long their answers take."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from socket import create_server

METADATA = Path(__file__).parents[2] / "metadata.yml"
PATIENCE = 180
"""Seconds that an answer may take, and a start: nothing here should need them."""
STOCK_SETTINGS = {
    "sql_time_limit_ms": 120_000,  # by default such pages are refused after a second, and their facets left out
    "facet_time_limit_ms": 120_000,
    "suggest_facets": "off",
    "cache_size_kb": 65_536,
}


class Server:
    """A server that is asked one thing after the other, over one connection."""

    def __init__(self, port: int):
        self.connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)

    def ask(self, address: str) -> tuple[float, bytes]:
        """Milliseconds until the whole answer is there, and the answer. Raises ValueError when it is not 200."""
        started = time.perf_counter()
        self.connection.request("GET", address)
        response = self.connection.getresponse()
        body = response.read()
        taken = 1000 * (time.perf_counter() - started)
        if response.status != 200:
            raise ValueError(f"{address}: status {response.status}")
        return taken, body


@contextmanager
def ours(data: Path) -> Iterator[Server]:
    """`union-archive serve` of a data folder."""
    command = [sys.executable, "-m", "archive", "serve", "--metadata", str(METADATA)]
    with _process(command, {"UNION_ARCHIVE_DATA": str(data)}) as server:
        yield server


@contextmanager
def stock(path: Path) -> Iterator[Server]:
    """Datasette with its own pages alone, and room to finish them."""
    counts = path.with_name("inspect-data.json")
    plain = {"DATASETTE_LOAD_PLUGINS": ""}
    datasette = [sys.executable, "-m", "datasette"]
    subprocess.run(
        [*datasette, "inspect", str(path), "--inspect-file", str(counts)], env=os.environ | plain, check=True
    )
    settings = [text for name, value in STOCK_SETTINGS.items() for text in ("--setting", name, str(value))]
    command = [*datasette, "serve", "-i", str(path), "--inspect-file", str(counts), *settings]
    with _process(command, plain) as server:
        yield server


@contextmanager
def _process(command: list[str], environment: dict[str, str]) -> Iterator[Server]:
    with create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [*command, "--port", str(port)],
        env=os.environ | environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield _started(process, port)
    finally:
        process.terminate()
        process.wait(20)


def _started(process: "subprocess.Popen[bytes]", port: int) -> Server:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        server = Server(port)
        try:
            server.ask("/-/versions.json")
        except OSError:
            time.sleep(0.1)
        else:
            return server
    raise RuntimeError(f"the server on port {port} did not start")
