"""When an article was published: what the page declares, else a date line beside the title. Never a guess.

Written dates are day-first. A date inside a sentence, a related list, a slogan or a school year is not the
publication date, so only short lines that are a date and little else are read.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

from archive.extract.blocks import Block
from archive.extract.dates.written import is_date_line, parse_iso, parse_written, tells_of_change
from archive.extract.page import ancestors, linked_data

EARLIEST = date(1995, 1, 1)
"""Vietnam's web begins in 1997; what is older is a birthday or an error."""
_LINE_LENGTH = 90
_MOST_TIMES = 5
_META = (
    'meta[property="article:published_time"]',
    'meta[name="pubdate"]',
    'meta[name="citation_publication_date"]',
    'meta[name="DC.date.issued"]',
    'meta[itemprop="datePublished"]',
)


@dataclass(frozen=True, slots=True)
class Dated:
    """A date or date-time in ISO 8601 and where it was read."""

    value: str
    found_in: str


def choose(candidates: Iterable[Dated], *, captured: str | None) -> Dated | None:
    """The first of some dates that can be right: not before the web, not a day or more after the capture."""
    latest = _day_of(captured) if captured else datetime.now(UTC).date()
    for candidate in candidates:
        if EARLIEST <= _day_of(candidate.value) <= latest + timedelta(days=1):
            return candidate
    return None


def written_dates(lines: Iterable[str], *, found_in: str = "line") -> list[Dated]:
    """The dates of lines that are a date and little else."""
    return [Dated(value, found_in) for line in lines if is_date_line(line) and (value := parse_written(line))]


def listed_dates(listed: str | None) -> list[Dated]:
    """The date that the listing showed beside the link."""
    return [Dated(value, "listing")] if listed and (value := parse_written(listed)) else []


def _day_of(moment: str) -> date:
    return date.fromisoformat(moment[:10])


def declared_dates(tree: LexborHTMLParser, entries: list[dict[str, Any]]) -> list[Dated]:
    """The dates a page's own metadata declares, most trustworthy first; `entries` are its JSON-LD objects."""
    return list(_declared(tree, entries))


def marked_dates(blocks: Iterable[Block]) -> list[Dated]:
    """The dates of the <time> elements that stand alone in their lines."""
    return [
        Dated(value, "time")
        for block in blocks
        if len(block.text) <= _LINE_LENGTH
        for moment in block.times
        if (value := parse_iso(moment))
    ]


def lone_date(tree: LexborHTMLParser) -> list[Dated]:
    """The date of the page's only <time>, wherever it stands; beside a link it would be that page's."""
    times = [node for node in tree.css("time[datetime]") if not tells_of_change(node.attributes.get("class") or "")]
    values = {value for node in times if (value := parse_iso(node.attributes["datetime"] or ""))}
    if len(values) != 1 or len(times) > _MOST_TIMES or any(_beside_link(node) for node in times):
        return []
    return [Dated(values.pop(), "time")]


def _beside_link(node: LexborNode) -> bool:
    holder = next(
        (parent for parent in ancestors(node) if parent.tag in ("li", "div", "p", "td", "section", "a")), node
    )
    return holder.tag == "a" or holder.css_first("a[href]") is not None


def _declared(tree: LexborHTMLParser, entries: list[dict[str, Any]]) -> Iterator[Dated]:
    for text in linked_data.dates(entries):
        if value := parse_written(text):
            yield Dated(value, "json-ld")
    for node in tree.css('[itemprop="datePublished"]'):
        text = node.attributes.get("content") or node.attributes.get("datetime") or node.text()
        if value := parse_written(text or ""):
            yield Dated(value, "itemprop")
    for selector in _META:
        for node in tree.css(selector):
            if value := parse_written(node.attributes.get("content") or ""):
                yield Dated(value, "meta")
