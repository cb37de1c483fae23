"""A link checker for a static copy: every link of its pages, feeds, sitemaps and citations, against its files. And a
plain file server to follow them."""

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from socket import create_connection, create_server
from urllib.parse import unquote, urljoin, urlsplit

from lxml import etree
from selectolax.lexbor import LexborHTMLParser

from archive.static.addresses import file_of
from archive.static.place import MARK

ASSETS = "/-/union-archive/"
_OURS = {".txt", ".bib", ".ris", ".json"}


@dataclass(frozen=True)
class Copy:
    """A copy in a folder, made for an address (without a last slash)."""

    folder: Path
    address: str

    def links(self) -> Iterator[tuple[str, str]]:
        """The address of a file and what it links, as whole addresses, links to other sites left out."""
        for path in sorted(self.folder.rglob("*")):
            here = f"{self.address}/{path.relative_to(self.folder).as_posix().removesuffix('index.html')}"
            found: list[str] = []
            if path.suffix == ".html":
                found = [urljoin(here, link) for link in _in_page(path.read_text("utf-8"))]
            elif path.suffix in (".xml", ".atom"):
                found = list(_in_xml(path.read_bytes()))
            elif path.name == "robots.txt" or (path.suffix in _OURS and "pagefind" not in path.parts):
                found = re.findall(rf"{re.escape(self.address)}[^\s\"{{}}<>,\\]*", path.read_text("utf-8"))
            own = urlsplit(self.address)
            yield from ((here, link) for link in found if urlsplit(link).netloc == own.netloc)

    def broken(self) -> list[tuple[str, str]]:
        """The links that lead to no file, to no element of one, or out of the copy."""
        anchors: dict[Path, set[str | None]] = {}
        missing = []
        for here, link in set(self.links()) - {(f"{self.address}/{MARK}", self.address)}:
            address = urlsplit(link)
            root = urlsplit(self.address).path
            file = self.folder / file_of(unquote(address.path.removeprefix(root)) or "/")
            only_served = address.query and ASSETS not in address.path  # theirs is the version
            if not address.path.startswith(f"{root}/") or not file.is_file() or only_served:
                missing.append((here, link))
            elif address.fragment:
                if file not in anchors:
                    tree = LexborHTMLParser(file.read_text("utf-8"))
                    anchors[file] = {node.attributes.get("id") for node in tree.css("[id]")}
                if unquote(address.fragment) not in anchors[file]:
                    missing.append((here, link))
        return sorted(missing)


def _in_page(html: str) -> Iterator[str]:
    for node in LexborHTMLParser(html).css("[href], [src], [action], [srcset], [poster], [data]"):
        for name in ("href", "src", "action", "srcset", "poster", "data"):
            if link := node.attributes.get(name):
                assert not link.startswith("/"), f"{link} is not relative"
                yield link


def _in_xml(body: bytes) -> Iterator[str]:
    root = etree.fromstring(body)
    yield from (node.get("href") for node in root.iter("{*}link"))
    yield from (node.text for node in root.iter("{*}loc"))


@contextmanager
def plain_server(root: Path) -> Iterator[str]:
    """The address at which a server that knows nothing but files shows a folder."""
    with create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "http.server", str(port), "-b", "127.0.0.1", "-d", str(root)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(200):
            try:
                create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                time.sleep(0.05)
        yield f"http://127.0.0.1:{port}/"
    finally:
        process.terminate()
        process.wait(20)
