"""What a page says of itself in JSON-LD (schema.org)."""

import json
from collections import deque
from collections.abc import Iterator
from typing import Any

from selectolax.lexbor import LexborHTMLParser

_INSIDE = ("@graph", "mainEntity")


def entries(tree: LexborHTMLParser) -> list[dict[str, Any]]:
    """The objects of a page's JSON-LD, those of a graph too; what is no JSON is passed over."""
    return [entry for script in tree.css('script[type="application/ld+json"]') for entry in _objects(script.text())]


def authors(found: list[dict[str, Any]]) -> list[str]:
    """The names of the persons that articles among some objects name as their authors."""
    named = [entry.get("author") for entry in found]
    listed = [author for names in named for author in (names if isinstance(names, list) else [names])]
    people = [author for author in listed if isinstance(author, dict) and author.get("@type", "Person") == "Person"]
    return [author["name"] for author in people if isinstance(author.get("name"), str)]


def dates(found: list[dict[str, Any]]) -> list[str]:
    """When some objects say they were published, as written."""
    return [entry["datePublished"] for entry in found if isinstance(entry.get("datePublished"), str)]


def _objects(text: str) -> Iterator[dict[str, Any]]:
    try:
        data = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return
    waiting: deque[Any] = deque([data])
    while waiting:
        entry = waiting.popleft()
        if isinstance(entry, list):
            waiting += entry
        elif isinstance(entry, dict):
            yield entry
            waiting += [entry[key] for key in _INSIDE if key in entry]
