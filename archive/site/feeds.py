"""Atom feeds (RFC 4287), a long one in pages that lead to one another (RFC 5005). Pure: entries in, XML out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from xml.etree import ElementTree as ET

from archive.site.cite.citation import one_line
from archive.site.formats import moment_of

CONTENT_TYPE = "application/atom+xml; charset=utf-8"
_ATOM = "http://www.w3.org/2005/Atom"
_EPOCH = "1970-01-01T00:00:00+00:00"

ET.register_namespace("", _ATOM)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. `identifier` and `page` are whole addresses, `via` the source's; `published` and `updated` ISO 8601;
    `author` None where only the source is known; `terms` are (value, label)."""

    identifier: str
    title: str
    page: str
    via: str | None
    published: str | None
    updated: str
    author: str | None
    source: str
    summary: str
    terms: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed, or one page of it: `links` are relation → address (self, alternate, first, previous, next)."""

    identifier: str
    title: str
    owner: str
    updated: str
    links: tuple[tuple[str, str], ...]


def atom(feed: Feed, entries: Iterable[Entry]) -> bytes:
    """The feed as XML, its texts without the characters XML knows no way to write."""
    root = ET.Element(f"{{{_ATOM}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": "vi"})
    _add(root, "id", feed.identifier)
    _add(root, "title", feed.title)
    _add(root, "updated", _moment(feed.updated))
    _add(_add(root, "author"), "name", feed.owner)
    for relation, address in feed.links:
        kind = "text/html" if relation == "alternate" else "application/atom+xml"
        _add(root, "link", rel=relation, href=one_line(address), type=kind)
    for entry in entries:
        _entry(root, entry)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _entry(root: ET.Element, entry: Entry) -> None:
    element = _add(root, "entry")
    _add(element, "id", entry.identifier)
    _add(element, "title", entry.title)
    _add(element, "updated", _moment(entry.updated))
    if entry.published and moment_of(entry.published):
        _add(element, "published", _moment(entry.published))
    _add(_add(element, "author"), "name", entry.author or entry.source)
    _add(element, "link", rel="alternate", href=one_line(entry.page), type="text/html")
    if entry.via:
        _add(element, "link", rel="via", href=one_line(entry.via))
    for value, label in entry.terms:
        _add(element, "category", term=one_line(value), label=one_line(label))
    if entry.summary:
        _add(element, "summary", entry.summary)


def _add(parent: ET.Element, name: str, text: str | None = None, **attributes: str) -> ET.Element:
    element = ET.SubElement(parent, f"{{{_ATOM}}}{name}", attributes)
    if text is not None:
        element.text = one_line(text)
    return element


def _moment(text: str) -> str:
    """A time as RFC 3339 wants it; a day is its beginning in Vietnam."""
    moment: datetime | None = moment_of(text)
    return moment.isoformat(timespec="seconds") if moment else _EPOCH
