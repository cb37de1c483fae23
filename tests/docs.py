"""The pages for people in docs/: what a test reads of them."""

import re
from functools import cache
from pathlib import Path

from tests.conftest import ROOT

DOCS = ROOT / "docs"
ENGLISH = ["operator.md", "researcher.md", "publisher.md", "developer.md"]
PAIRS = [(name, name.replace(".md", ".vi.md")) for name in ENGLISH]
PAGES = [name for pair in PAIRS for name in pair]
READMES = ["../README.md", "../README.vi.md"]
CONTRIBUTING = "../CONTRIBUTING.md"

_FENCED = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.M | re.S)
_SERVERS_OWN = ("/var/", "/etc/", "/opt/", "/mnt/")


@cache
def text(page: str) -> str:
    return (DOCS / page).read_text("utf-8")


def fenced(page: str) -> list[tuple[str, str]]:
    """The blocks of a page with their kinds, such as `sh` or `sh as-root`."""
    return _FENCED.findall(text(page))


def blocks(page: str, kind: str) -> list[str]:
    return [block for named, block in fenced(page) if named == kind]


def without_comments(block: str) -> list[str]:
    return [re.sub(r"\s+#.*$", "", line) for line in block.splitlines() if not line.startswith("#")]


def prose(page: str) -> str:
    """The page without its blocks."""
    return _FENCED.sub("", text(page))


def spans(page: str) -> list[str]:
    """What stands `so` in the sentences and tables of a page."""
    return re.findall(r"`([^`\n]+)`", prose(page))


def addresses(page: str) -> set[str]:
    """The addresses of the site that a page names."""
    return {span for span in spans(page) if span.startswith("/") and not span.startswith(_SERVERS_OWN)}


def headings(page: str) -> list[tuple[int, str]]:
    return [(len(marks), words) for marks, words in re.findall(r"^(#+) (.+)$", prose(page), re.M)]


def links(page: str) -> list[tuple[Path, str]]:
    """The files of the project that a page links to, each with its fragment."""
    found = re.findall(r"\]\(([^)#\s]*)(?:#([^)\s]+))?\)", prose(page))
    here = DOCS / page
    return [(here.parent / file if file else here, part) for file, part in found if "://" not in file]
