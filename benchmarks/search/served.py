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
# Its way to leave out the plugins that are installed, ours among them.
_START_STOCK = "import sys; sys._called_from_test = True; from datasette.cli import cli; cli(prog_name='datasette')"
STOCK = (sys.executable, "-c", _START_STOCK)
STOCK_SETTINGS = {
    "sql_time_limit_ms": 120_000,  # by default such pages are refused after a second, and their facets left out
    "facet_time_limit_ms": 120_000,
    "suggest_facets": "off",
    "default_page_size": 20,  # as many hits as our pages show, and no more of a text than a snippet:
    "truncate_cells_html": 300,  # by default it would send a hundred texts whole
    "cache_size_kb": 65_536,
}


class RefusedError(Exception):
    """An answer whose status is not 200; `taken` are its milliseconds."""

    def __init__(self, address: str, status: int, taken: float):
        super().__init__(f"{address}: status {status}")
        self.taken = taken


class Server:
    """A server that is asked one thing after the other."""

    def __init__(self, port: int):
        self.connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)

    def ask(self, address: str) -> tuple[float, bytes]:
        """Milliseconds until the whole answer is there, and the answer. Raises RefusedError when it is not 200."""
        started = time.perf_counter()
        self.connection.request("GET", address)
        response = self.connection.getresponse()
        body = response.read()
        self.connection.close()  # the other server may take longer than this one waits for the next request
        taken = 1000 * (time.perf_counter() - started)
        if response.status != 200:
            raise RefusedError(address, response.status, taken)
        return taken, body


@contextmanager
def ours(data: Path) -> Iterator[Server]:
    """`union-archive serve` of a data folder."""
    command = [sys.executable, "-m", "archive", "serve", "--metadata", str(METADATA)]
    with _process(command, {"UNION_ARCHIVE_DATA": str(data)}, data / "serve.log") as server:
        yield server


@contextmanager
def stock(path: Path) -> Iterator[Server]:
    """Datasette with its own pages alone, and room to finish them."""
    counts = path.with_name("inspect-data.json")
    subprocess.run([*STOCK, "inspect", str(path), "--inspect-file", str(counts)], check=True)
    settings = [text for name, value in STOCK_SETTINGS.items() for text in ("--setting", name, str(value))]
    command = [*STOCK, "serve", "-i", str(path), "--inspect-file", str(counts), *settings]
    with _process(command, {}, path.with_suffix(".log")) as server:
        yield server


@contextmanager
def _process(command: list[str], environment: dict[str, str], log: Path) -> Iterator[Server]:
    with create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [*command, "--port", str(port)]
    with log.open("wb") as errors:
        process = subprocess.Popen(command, env=os.environ | environment, stdout=errors, stderr=errors)
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
