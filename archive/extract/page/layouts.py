"""The layouts of layouts.yml: where a publishing system of a certain time puts an article."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from archive.extract.page import Page
from archive.extract.page.titles import shown_title
from archive.yaml_file import parse_yaml


@dataclass(frozen=True, slots=True)
class Layout:
    """CSS selectors of one layout, in force for captures from `since` to `until` (both included)."""

    family: str
    name: str
    since: datetime.date = datetime.date.min
    until: datetime.date = datetime.date.max
    title: str | None = None
    date: str | None = None
    author: str | None = None
    lead: str | None = None
    body: str | None = None
    captions: str | None = None
    drop: str | None = None


SELECTORS = ("title", "date", "author", "lead", "body", "captions", "drop")
"""The fields of a layout that a source's record may set for itself."""


@cache
def layouts(family: str) -> tuple[Layout, ...]:
    """The layouts of a family, newest first."""
    rows = parse_yaml(files("archive.extract.page").joinpath("layouts.yml").read_text("utf-8"))
    found = [
        Layout(**row, name=f"{family}/{number}")
        for number, row in enumerate([row for row in rows if row["family"] == family], 1)
    ]
    return tuple(sorted(found, key=lambda layout: layout.since, reverse=True))


def layouts_at(family: str | None, day: datetime.date | None, overrides: Mapping[str, str] | None) -> list[Layout]:
    """The layouts to try for a capture of that day; a source's own selectors come first and fill in what they name."""
    found = [layout for layout in layouts(family or "") if day is None or layout.since <= day <= layout.until]
    if not overrides:
        return found
    own: dict[str, Any] = {name: selector for name, selector in overrides.items() if name in SELECTORS}
    if not found:
        return [Layout(family=family or "", name="record", **own)]
    return [replace(layout, name=f"{layout.name}+record", **own) for layout in found]


def is_selector(written: object) -> bool:
    """Whether a record's value is a CSS selector that pages can be searched by."""
    try:
        LexborHTMLParser("<p></p>").css_first(str(written))
    except SelectolaxError:
        return False
    return isinstance(written, str) and bool(written.strip())


def apply(layout: Layout, page: Page) -> tuple[LexborNode, LexborNode] | None:
    """Title and body of a page of this layout, its other parts marked for cleaning; None: it is another layout's."""
    if not layout.body:
        return None
    body = page.tree.css_first(layout.body)
    title = shown_title(page, page.tree.css(layout.title or "h1"))
    if title is None or body is None:
        return None
    if layout.drop:
        for node in reversed(page.tree.css(layout.drop)):
            node.decompose()
    for role in ("captions", "lead", "author", "date"):
        if selector := getattr(layout, role):
            for node in page.tree.css(selector):
                node.attrs["data-role"] = role
    return title, body
