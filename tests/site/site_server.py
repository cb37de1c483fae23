"""The site as a process of its own, for tests that need a network."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from socket import create_server
from urllib.parse import urlsplit

from site_archive import METADATA

SERVE = (
    sys.executable,
    "-c",
    "import sys; from pathlib import Path; from archive.serve import serve; "
    "serve(Path(sys.argv[1]), port=int(sys.argv[3]), metadata=Path(sys.argv[2]))",
)
DATASETTE = (sys.executable, "-c", "import sys; from datasette.cli import cli; "
             "cli(['serve', '-i', sys.argv[1], '-m', sys.argv[2], '-p', sys.argv[3]])")  # fmt: skip


@contextmanager
def served(site_db: Path, command: tuple[str, ...] = SERVE) -> Iterator[str]:
    """Serve a site while inside; its address."""
    with running(site_db, command) as (address, _):
        yield address


@contextmanager
def running(site_db: Path, command: tuple[str, ...] = SERVE) -> Iterator[tuple[str, int]]:
    """Serve a site while inside; its address and the process that does."""
    with create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [*command, str(site_db), str(METADATA), str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(process, address)
        yield address, process.pid
    finally:
        process.terminate()
        process.communicate(timeout=20)


def fetch(address: str) -> tuple[int, dict[str, str], str]:
    """Status, headers (names in lower case) and text."""
    parts = urlsplit(address)
    with closing(HTTPConnection(parts.netloc, timeout=20)) as connection:
        connection.request("GET", f"{parts.path}?{parts.query}")
        response = connection.getresponse()
        headers = {name.lower(): value for name, value in response.headers.items()}
        return response.status, headers, response.read().decode()


def _wait(process: subprocess.Popen[bytes], address: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise AssertionError(f"the server ended: {process.communicate()[1].decode()}")
        try:
            fetch(address + "/robots.txt")
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("the server did not answer within a minute")
