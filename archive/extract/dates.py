"""When an article was published: what the page declares, else a date line beside the title. Never a guess.

Written dates are day-first. A date inside a sentence, a related list, a slogan or a school year is not the
publication date, so only short lines that are a date and little else are read.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from archive.text import clean, fold

VIETNAM = timezone(timedelta(hours=7))
EARLIEST = date(1995, 1, 1)
"""Vietnam's web begins in 1997; what is older is a birthday or an error."""

_TIME = (
    r"(?P<hour>[01]?\d|2[0-3])\s*(?:[:h]|gio)\s*(?P<minute>[0-5]\d)"
    r"(?:\s*phut)?(?::[0-5]\d)?(?:\s*(?P<half>am|pm|sa|ch))?"
)
_DAY = (
    r"(?P<day>0?[1-9]|[12]\d|3[01])\s*[/.-]\s*(?P<month>0?[1-9]|1[0-2])\s*[/.-]\s*"
    r"(?P<year>(?:19|20)\d\d)(?!\d|\s*[-–/]\s*\d)"
)
_WORDS = (
    r"(?:ngay\s+)?(?P<wday>0?[1-9]|[12]\d|3[01])\s*(?:thang|,)?\s*thang\s+(?P<wmonth>0?[1-9]|1[0-2])\s*,?\s*"
    r"(?:nam\s+)?(?P<wyear>(?:19|20)\d\d)"
)
_ISO = r"(?P<iyear>(?:19|20)\d\d)-(?P<imonth>0[1-9]|1[0-2])-(?P<iday>0[1-9]|[12]\d|3[01])"
_WRITTEN_DAY = re.compile(rf"(?<!\d)(?:{_DAY}|{_WORDS}|{_ISO})")
_WRITTEN_TIME = re.compile(rf"(?<!\d){_TIME}(?!\d)")
_ISO_START = re.compile(
    r"\s*(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::\d\d(?:\.\d+)?)?\s*(Z|[+-]\d\d:?\d\d)?(?!\d))?"
)
# What a date line may say beside the date: weekday, labels, zone; all else makes it a sentence.
_LABELS = re.compile(
    r"(?:thu (?:hai|ba|tu|nam|sau|bay|[2-7])|chu nhat|ngay|luc|gmt\s*\+?\s*0?7|utc\s*\+?\s*0?7|cap nhat|dang tai|dang|"
    r"dua tin|xuat ban|tin|gio|phut|published|posted|on|date|thoi gian|by|boi|luot xem|xem|views?|\d+)"
)
_TIME_TAG = re.compile(r"<time\b[^>]*>", re.IGNORECASE)
_DATETIME = re.compile(r"\bdatetime\s*=\s*([\"'])(.*?)\1", re.IGNORECASE)
_CHANGED = re.compile(r"updated|modified", re.IGNORECASE)
_LINE_LENGTH = 90


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


def written_dates(lines: Iterable[str], listed: str | None, *, found_in: str = "line") -> list[Dated]:
    """The dates of lines that are a date and little else, then what the listing showed."""
    found = [Dated(value, found_in) for line in lines if is_date_line(line) and (value := parse_written(line))]
    if listed and (value := parse_written(listed)):
        found.append(Dated(value, "listing"))
    return found


def is_date_line(line: str) -> bool:
    """Whether a line is a date and little else."""
    if len(line) > _LINE_LENGTH:
        return False
    text = fold(line)
    match = _WRITTEN_DAY.search(text)
    if not match:
        return False
    rest = _WRITTEN_TIME.sub(" ", text[: match.start()] + " " + text[match.end() :])
    rest = _LABELS.sub(" ", rest)
    return len(re.findall(r"[^\W\d_]", rest)) <= max(12, len(match[0]))


def parse_written(text: str) -> str | None:
    """The first date of a text, day before month, with its time if one stands beside it; None if there is none."""
    if iso := parse_iso(text):
        return iso
    folded = fold(clean(text))
    match = _WRITTEN_DAY.search(folded)
    if not match:
        return None
    parts = match.groupdict()
    day = _date(*(parts[a] or parts[b] or parts[c] for a, b, c in _GROUPS))
    if day is None:
        return None
    time = _WRITTEN_TIME.search(folded, match.end()) or _WRITTEN_TIME.search(folded, 0, match.start())
    if not time:
        return day.isoformat()
    hour = int(time["hour"])
    if time["half"] in ("pm", "ch") and hour < 12:
        hour += 12
    return f"{day.isoformat()}T{hour:02}:{time['minute']}:00+07:00"


_GROUPS = (("year", "wyear", "iyear"), ("month", "wmonth", "imonth"), ("day", "wday", "iday"))


def parse_iso(text: str) -> str | None:
    """An ISO 8601 date or date-time, the time told in Vietnam's zone; a malformed time leaves the date."""
    match = _ISO_START.match(text)
    if not match or not (day := _date(match[1], match[2], match[3])):
        return None
    if not match[4]:
        return day.isoformat()
    hour, minute, zone = int(match[4]), int(match[5]), match[6]
    if hour > 23 or minute > 59:
        return day.isoformat()
    moment = datetime(day.year, day.month, day.day, hour, minute, tzinfo=_zone(zone))
    return moment.astimezone(VIETNAM).isoformat()


def _zone(written: str | None) -> timezone:
    if not written:
        return VIETNAM
    if written == "Z":
        return UTC
    hours, minutes = int(written[1:3]), int(written[-2:])
    if hours > 14 or minutes > 59:
        return VIETNAM
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if written[0] == "-" else offset)


def _date(year: str | None, month: str | None, day: str | None) -> date | None:
    try:
        return date(int(year or 0), int(month or 0), int(day or 0))
    except ValueError:
        return None


def _day_of(moment: str) -> date:
    return date.fromisoformat(moment[:10])


_META = (
    'meta[property="article:published_time"]',
    'meta[name="pubdate"]',
    'meta[name="citation_publication_date"]',
    'meta[name="DC.date.issued"]',
    'meta[itemprop="datePublished"]',
)


def declared_dates(tree: LexborHTMLParser) -> list[Dated]:
    """The dates a page's own metadata declares, most trustworthy first."""
    return list(_declared(tree))


def marked_dates(html: str) -> list[Dated]:
    """The dates of the <time> elements of a fragment, without those of later changes."""
    found = []
    for tag in _TIME_TAG.findall(html):
        moment = _DATETIME.search(tag)
        if moment and not _CHANGED.search(tag) and (value := parse_iso(moment[2])):
            found.append(Dated(value, "time"))
    return found


def _declared(tree: LexborHTMLParser) -> Iterator[Dated]:
    for script in tree.css('script[type="application/ld+json"]'):
        for text in _json_dates(script.text()):
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


def _json_dates(text: str) -> Iterator[str]:
    try:
        data = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return
    waiting: list[Any] = [data]
    while waiting:
        entry = waiting.pop(0)
        if isinstance(entry, list):
            waiting += entry
        elif isinstance(entry, dict):
            if isinstance(entry.get("datePublished"), str):
                yield entry["datePublished"]
            waiting += [entry[key] for key in ("@graph", "mainEntity") if key in entry]
