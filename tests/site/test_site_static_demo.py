"""The static twin of the demo archive, from the harvest on: all its links, from files and below a path of a server."""

from pathlib import Path
from urllib.parse import urldefrag, urljoin

import httpx
import pytest
from selectolax.lexbor import LexborHTMLParser
from static_links import Copy, plain_server

from tests.conftest import Operator

pytestmark = pytest.mark.soak

ADDRESS = "https://tin.example/archive"
SERVED = 2_000
"""Addresses at least that a reader can reach from the first page."""


def test_all_links_of_the_demos_twin(sample: Operator, tmp_path: Path) -> None:
    assert sample.run("scrapy", "harvest").returncode == 0
    folder = tmp_path / "www" / "archive"
    done = sample.run("union-archive", "publish", "--static", folder, "--address", ADDRESS)
    assert done.returncode == 0, done.stderr
    checked = Copy(folder, ADDRESS)
    assert len(set(checked.links())) > 20_000
    assert checked.broken() == []
    with plain_server(folder.parent) as root:
        seen, faults = walked(f"{root}archive/")
    assert faults == []
    assert len(seen) > SERVED
    articles = {f"bai/{path.name}/" for path in (folder / "bai").iterdir() if path.is_dir()}
    assert len(articles) == 70
    reached = {address.partition("/archive/")[2] for address in seen}
    assert articles - reached == set(), "a reader without JavaScript finds every article"


def walked(first: str) -> tuple[set[str], list[str]]:
    """Every address that the links of pages lead to from the first one on, and those that are not answered well."""
    seen, waiting, faults = {first}, [first], []
    with httpx.Client() as client:
        while waiting:
            answer = client.get(address := waiting.pop())
            if answer.status_code != 200:
                faults.append(f"{answer.status_code} {address}")
                continue
            if not answer.headers["content-type"].startswith("text/html"):
                continue
            for node in LexborHTMLParser(answer.text).css("[href], [src]"):
                link = node.attributes.get("href") or node.attributes.get("src") or ""
                there = urldefrag(urljoin(address, link)).url
                if there.startswith(first[: first.index("/", 8)]) and there not in seen:
                    if not there.startswith(first):
                        faults.append(f"out of the folder: {there} on {address}")
                    seen.add(there)
                    waiting.append(there)
    return seen, faults
