"""Which publishing system made a page: one pure function; the marks it looks for are data, in archive/families.yml."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from selectolax.lexbor import LexborHTMLParser

from archive.sources import families
from archive.text import clean

UNKNOWN = "listing"
"""The family of what no mark is found of: it reads any HTML list."""
_ROOT = re.compile(r"\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*|<!DOCTYPE[^>]*>\s*)*<(?:\w+:)?(\w+)", re.DOTALL | re.IGNORECASE)
_HEAD = 4_000
_SHOWN = 80


class Mark(NamedTuple):
    """A family's mark: where to look, and the regular expression for what stands there."""

    kind: str
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Detected:
    """A family, and the marks it was known by, each as found on the page."""

    family: str
    reasons: tuple[str, ...]


def detect(headers: Iterable[tuple[str, str]], html: str) -> Detected:
    """The family of a page by the response's headers and its text.

    A system that names itself (generator, or the root of a feed) is believed; else the family with most marks wins,
    the first of families.yml among equals: a pasted article brings one or two marks of the site it came from.
    """
    found = _values(headers, html)
    known = {name: [reason for mark in _marks(name) if (reason := _match(mark, found))] for name in families()}
    family = max(known, key=lambda name: (any(map(_names_itself, known[name])), len(known[name])))
    if known[family]:
        return Detected(family, tuple(known[family]))
    other = f'; its generator says "{found["generator"][0][:_SHOWN]}"' if found["generator"] else ""
    return Detected(UNKNOWN, (f"no mark of a known system{other}",))


@cache
def _marks(family: str) -> tuple[Mark, ...]:
    table: Any = families()[family].get("marks") or {}
    return tuple(Mark(kind, re.compile(pattern)) for kind, patterns in table.items() for pattern in patterns)


def _match(mark: Mark, found: dict[str, list[str]]) -> str | None:
    """The mark as it stands on the page; of a script only the mark itself, for scripts hold tokens."""
    for value in found[mark.kind]:
        if match := mark.pattern.search(value):
            return f"{mark.kind} {match[0] if mark.kind == 'script' else clean(value)[:_SHOWN]}"
    return None


def _names_itself(reason: str) -> bool:
    return reason.startswith(("generator ", "root "))


def _values(headers: Iterable[tuple[str, str]], html: str) -> dict[str, list[str]]:
    """What stands at each place where a mark may be: kind of place → values."""
    tree = LexborHTMLParser(html)
    fields = list(headers)
    root = _ROOT.match(html[:_HEAD])
    return {
        "generator": [clean(value) for value in _attributes(tree, "meta[name=generator i]", "content")],
        "root": [root[1].lower()] if root else [],
        "header": [f"{name}: {value}" for name, value in fields],
        "cookie": [value.partition("=")[0].strip() for name, value in fields if name.lower() == "set-cookie"],
        "rel": list(_attributes(tree, "link", "rel")),
        # What a page loads is its own system's; what it links to or shows may be anybody's.
        "asset": [
            *_attributes(tree, "link", "href"),
            *_attributes(tree, "script", "src"),
            *_attributes(tree, "form", "action"),
        ],
        "class": [
            word for name in ("class", "id") for value in _attributes(tree, f"[{name}]", name) for word in value.split()
        ],
        "script": [*(node.text() for node in tree.css("script")), *_attributes(tree, "body", "onload")],
    }


def _attributes(tree: LexborHTMLParser, selector: str, name: str) -> Iterator[str]:
    return (value for node in tree.css(selector) if (value := node.attributes.get(name)))
