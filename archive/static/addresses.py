"""Which addresses of the site a static copy has, and how its files name one another. Pure.

A page /bai/x is the file bai/x/index.html, at the address /bai/x/; what has an ending is a file of that name.
"""

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from archive.site.search.request import PARAMETERS
from archive.site.shared import ASSETS

PAGES = ("/", "/tinh", "/huyen", "/nam-hoc", "/so-lieu", "/bieu-do", "/nguon", "/gioi-thieu")
"""The pages that are always there, as the server calls them; the search page is one of our own."""
SEARCH = "/tim-kiem/"
FIGURE_PAGES = 10
"""Of the figures only the newest: all of them are in the pages of their articles."""

_FILES = ("/feed.atom", "/so-lieu.atom", "/sitemap.xml", "/robots.txt")
_OF_ARTICLE = re.compile(r"/bai/[^/.]+(/ban-luu/[0-9]+)?(\.(bib|ris|csl\.json))?|/bai/[^/.]+\.(json|txt)")
_LISTS = {"huyen": "huyen", "nam-hoc": "nam-hoc", "tinh": "tinh", "tinh-cu": "tinh", "tinh-nay": "tinh"}
"""Filter of a search → the pages that list the same; the first that a search has is where its links lead."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """The values that have pages of their own: `lists` by the first part of their path (huyen, tinh, nam-hoc, nguon),
    the names of the charts, and the address of each source's row."""

    lists: Mapping[str, frozenset[str]]
    charts: frozenset[str]
    sources: Mapping[str, str] = field(default_factory=dict)

    def found(self, address: str) -> str | None:
        """Where a link of the server leads here, with its fragment; None where only a server can answer."""
        parts = urlsplit(address)
        path, fragment = parts.path.rstrip("/") or "/", f"#{parts.fragment}" if parts.fragment else ""
        if path == "/tim-kiem":
            return self._search(parts.query)
        if path.startswith(ASSETS):
            return path
        if parts.query or not self._is_there(path):
            return None
        return path + fragment if is_file(path) or path == "/" else f"{path}/{fragment}"

    def _search(self, query: str) -> str | None:
        asked = parse_qs(query)
        for parameter, place in _LISTS.items():
            for value in asked.get(parameter, ()):
                if value in self.lists[place]:
                    return f"/{place}/{value}/"
        if "nguon" in asked:
            return self.sources.get(asked["nguon"][0], "/nguon/")
        return None if asked.keys() & PARAMETERS.keys() else SEARCH

    def _is_there(self, path: str) -> bool:
        if path in PAGES or path in _FILES or _OF_ARTICLE.fullmatch(path):
            return True
        place, _, value = path.lstrip("/").partition("/")
        if place == "bieu-do":
            return value.removesuffix(".csv") in self.charts and value.endswith(".csv")
        if place == "huyen" and value.endswith(".atom"):
            return value.removesuffix(".atom") in self.lists[place]
        return value in self.lists.get(place, ())


def is_file(path: str) -> bool:
    """Whether an address is a file's and no page's."""
    return "." in path.rpartition("/")[2]


def file_of(path: str) -> str:
    """The file of an address, below the folder of the copy."""
    return path.lstrip("/") if is_file(path) else posixpath.join(path.strip("/"), "index.html")


def relative(here: str, there: str) -> str:
    """A link from one address of the copy to another, so that it can lie below any path of a server."""
    path, hash_, fragment = there.partition("#")
    way = posixpath.relpath(path, start=here.rpartition("/")[0] or "/")
    return f"{way}{'/' if path.endswith('/') else ''}{hash_}{fragment}"
