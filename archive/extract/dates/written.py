"""Dates as pages write them, day before month: recognising and reading one."""

import re
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache

from archive.text import clean, fold

VIETNAM = timezone(timedelta(hours=7))

_TIME = (
    r"(?P<hour>[01]?\d|2[0-3])\s*(?:[:h]|gio)\s*(?P<minute>[0-5]\d)"
    r"(?:\s*phut)?(?::[0-5]\d)?(?:\s*(?P<half>am|pm|sa|ch))?"
)
_DAY = (
    r"(?P<day>0?[1-9]|[12]\d|3[01])\s*[/.-]\s*(?P<month>0?[1-9]|1[0-2])\s*[/.-]\s*"
    r"(?P<year>(?:19|20)\d\d)(?!\d|[-–/]\d|\s*[-–/]\s*(?:19|20)\d\d(?!\d))"
)
_ENGLISH_MONTHS = {
    name: number
    for number, long in enumerate(
        ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
         "december"],
        1,
    )
    for name in (long, long[:3])
} | {"sept": 9}  # fmt: skip
_MONTHS = _ENGLISH_MONTHS | {
    "gieng": 1, "mot": 1, "hai": 2, "ba": 3, "tu": 4, "nam": 5, "sau": 6, "bay": 7, "tam": 8, "chin": 9, "muoi": 10,
    "muoi mot": 11, "muoi hai": 12, "chap": 12,
}  # fmt: skip
_MONTH_NAMES = "|".join(sorted(_MONTHS, key=len, reverse=True))
_VIETNAMESE = rf"(?:0?[1-9](?!\d)|1[0-2]|{_MONTH_NAMES})"
_ENGLISH = "|".join(sorted(_ENGLISH_MONTHS, key=len, reverse=True))
_WORDS = (
    rf"(?:ngay\s+)?(?P<wday>0?[1-9]|[12]\d|3[01])\s*(?:thang|,)?\s*(?:thang\s+|thg\s?|th\s?)(?P<wmonth>{_VIETNAMESE})\s*,?\s*"
    r"(?:nam\s+)?(?P<wyear>(?:19|20)\d\d)"
)
# As WordPress writes them: "Tháng Mười Một 21, 2019", "November 21, 2019"; and "21 Nov 2019".
_MONTH_FIRST = (
    rf"(?:(?:thang\s+|thg\s?|th\s?)(?P<mmonth>{_VIETNAMESE})|\b(?P<emonth>{_ENGLISH})\.?)\s+(?P<mday>0?[1-9]|[12]\d|3[01])"
    r"(?:st|nd|rd|th)?\s*,\s*(?P<myear>(?:19|20)\d\d)"
)
_DAY_FIRST = (
    rf"(?P<fday>0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?\s+(?P<fmonth>{_ENGLISH})\.?\s*,?\s+(?P<fyear>(?:19|20)\d\d)"
)
_ISO = r"(?P<iyear>(?:19|20)\d\d)(?P<sign>[-/.])(?P<imonth>0?[1-9]|1[0-2])(?P=sign)(?P<iday>0?[1-9]|[12]\d|3[01])(?!\d)"
_WRITTEN_DAY = re.compile(rf"(?<!\d)(?:{_DAY}|{_WORDS}|{_MONTH_FIRST}|{_DAY_FIRST}|{_ISO})")
_WRITTEN_TIME = re.compile(rf"(?<!\d){_TIME}(?!\d)")
_ISO_START = re.compile(
    r"\s*(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::\d\d(?:\.\d+)?)?\s*(Z|[+-]\d\d:?\d\d)?(?!\d))?"
)
# What a date line may say beside the date: weekday, labels, zone; all else makes it a sentence.
_LABELS = re.compile(
    r"(?:thu (?:hai|ba|tu|nam|sau|bay|[2-7])|chu nhat|"
    r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b|ngay|luc|gmt\s*\+?\s*0?7|utc\s*\+?\s*0?7|"
    r"cap nhat|dang tai|dang|dua tin|xuat ban|tin|gio|phut|updated?|published|posted|on|date|thoi gian dang|by|boi|"
    r"luot xem|xem|views?|\d+)"
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_FILED = re.compile(r"\b(?:tagged(?: as)?|tags?|filed under|chuyen muc|danh muc|category)\b.*")
_EVENT = re.compile(
    r"\W*(?:thoi gian(?! dang| cap nhat)|dia diem|bat dau|ket thuc|khai mac|be mac|tu ngay|den ngay|han|het han|"
    r"sinh ngay|chao mung|ky niem|huong toi|nhan (?:dip|ngay)|ngay dien ra|dien ra|khoi hanh)\b"
)
_UNTIL = re.compile(rf"\s*(?:-|–|den(?: ngay)?|toi)\s*(?:{_DAY.replace('?P<', '?P<to_')})")
_WRITER = re.compile(r"\b(?:by|boi|tac gia)\b\s*:?(?:\s+[^\W\d]+){1,5}")
_CHANGED = re.compile(r"updated|modified", re.IGNORECASE)
_LINE_LENGTH = 90


def tells_of_change(named: str) -> bool:
    """Whether the class of a <time> says that it is a later change's only."""
    return bool(_CHANGED.search(named)) and "published" not in named.lower()


def is_date_line(line: str) -> bool:
    """Whether a line is a date and little else."""
    return _is_date(line[: 3 * _LINE_LENGTH])


@lru_cache(1024)  # each line of a page is asked several times
def _is_date(line: str) -> bool:
    if not _YEAR.search(line):
        return False
    text = _FILED.sub("", fold(line))
    if len(text) > _LINE_LENGTH:
        return False
    match = _WRITTEN_DAY.search(text)
    if not match or _EVENT.match(text) or _UNTIL.match(text, match.end()):
        return False
    rest = _WRITTEN_TIME.sub(" ", text[: match.start()] + " " + text[match.end() :])
    rest = _LABELS.sub(" ", _WRITER.sub(" ", rest))
    return len(re.findall(r"[^\W\d_]", rest)) <= max(12, len(match[0]))


def parse_written(text: str) -> str | None:
    """The first date of a text, day before month, with its time if one stands beside it; None if there is none."""
    iso = parse_iso(text)
    if iso and "T" in iso:
        return iso
    folded = fold(clean(text))
    match = _WRITTEN_DAY.search(folded)
    if not match:
        return iso
    parts = match.groupdict()
    day = _date(*(next(filter(None, map(parts.get, names))) for names in _GROUPS))
    if day is None:
        return None
    time = _WRITTEN_TIME.search(folded, match.end()) or _WRITTEN_TIME.search(folded, 0, match.start())
    if not time:
        return day.isoformat()
    hour = int(time["hour"])
    if time["half"] in ("pm", "ch") and hour < 12:
        hour += 12
    if time["half"] in ("am", "sa") and hour == 12:
        hour = 0
    return f"{day.isoformat()}T{hour:02}:{time['minute']}:00+07:00"


_GROUPS = (
    ("year", "wyear", "myear", "fyear", "iyear"),
    ("month", "wmonth", "mmonth", "emonth", "fmonth", "imonth"),
    ("day", "wday", "mday", "fday", "iday"),
)


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
    try:
        return moment.astimezone(VIETNAM).isoformat()
    except OverflowError:  # at the edge of the calendar, as .NET's empty date
        return day.isoformat()


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
        return date(int(year or 0), _MONTHS.get(month or "") or int(month or 0), int(day or 0))
    except ValueError:
        return None
