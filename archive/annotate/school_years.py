"""School years named in a text ("năm học 2019-2020"), or inferred from its date, and what the text does
with them."""

import datetime
import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from archive.annotate import year_words as words
from archive.annotate.phrases import Phrases
from archive.annotate.reading import Reading, read
from archive.annotate.year_roles import Role, role_of_year, roles_of_mentions

FIRST, LAST = 1990, 2045
_LONGEST_RANGE = 20

_S = r"\s{0,8}"  # bounded: a page of blanks must not cost its square
_YEAR = r"(?:19|20)\d\d"
_JOIN = r"\s{0,8}(?:(?:[-/~_]|\.\.)(?:\s{0,8}nam\b)?|den nam|den|toi)\s{0,8}"
# Two or more years joined: 2019-2020, 2019/20, 2019-2020-2021; not in a longer number or a document's.
_CHAIN = rf"(?<!\d)({_YEAR}(?:{_JOIN}(?:{_YEAR}|\d\d(?!\d)))+)(?!\d)(?!/[\w])"
# After a cue only: 19-20, and the "nam hoc 2019 2020" of an address or a headline without marks.
_SHORT = rf"(?<!\d)(\d\d\s{{0,8}}[-/]\s{{0,8}}\d\d|{_YEAR} {_YEAR})(?!\d)(?![/.-]\d)"
_CUE = rf"{words.CUE}\.?"
_FILLER = rf"(?:{_S}[(,]?{_S}(?:{'|'.join(sorted(words.CUE_FILLERS, key=len, reverse=True))})\b){{0,2}}"
_CUED = re.compile(rf"{_CUE}{_FILLER}{_S}[:(,\"“'-]?{_S}(?:{_CHAIN}|{_SHORT})")
_TERM = re.compile(rf"{words.TERM_CUE}{_S}(?:[12]|i{{1,2}})?{_S}[,/:(-]?{_S}(?:nam{_S})?{_CHAIN}")
_BARE = re.compile(rf"nam(?<![a-z]nam)\s+{_CHAIN}")
# More years of the same list: ", 2018-2019", " và năm học 2020-2021", " đến 2019-2020".
_MORE = re.compile(
    rf"\)?{_S}(,|;|va|&|hoac|den het|den|toi|-){_S}(?:va{_S})?(?:cac{_S})?(?:{_CUE}|nam)?{_S}\(?{_CHAIN}"
)
_SPAN = re.compile(_YEAR + r"|\d\d")
_SCHOOL = Phrases(words.SCHOOL_WORDS)
_NOT_BEFORE = re.compile(rf"(?:^|[^a-z0-9])(?:{'|'.join(words.NOT_BEFORE)}){_S}$")
_MARKED = re.compile(r"[-/~_.]")
_NEW_YEAR = Phrases(words.NEW_YEAR)
_SUMMING_UP = Phrases(words.SUMMING_UP)
_BEGINNING, _OFTEN = 400, 3
_NEAR = 200  # characters around a bare "năm 2021-2022" that must speak of schools


@dataclass(frozen=True, slots=True)
class SchoolYearMention:
    """A school year of a text: its first mention (offsets into the text as given) and its role in the
    whole."""

    year: str
    role: Role
    evidence: Literal["text", "inferred"]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class YearMention:
    """One place where a text writes a school year (2019 for 2019-2020); offsets into the plain reading."""

    first: int
    start: int
    end: int


def find_school_years(text: str, *, published: datetime.date | None = None) -> list[SchoolYearMention]:
    """The school years of a text, one entry a year, in the order of the text.

    The role of a year: `past` (summed up, awarded), `ahead` (planned, opened) or `mention`, by the majority
    of the sentences that name it; `published` turns ahead into past after the end of the year. If no year is
    written, the
    text is about schools and `published` is given, the year is inferred from the date (evidence `inferred`).
    """
    return read_school_years(read(text), published)[0]


def read_school_years(r: Reading, published: datetime.date | None) -> tuple[list[SchoolYearMention], dict[str, int]]:
    """find_school_years of a text made ready by read(), and how often each year is written."""
    day = datetime.date(published.year, published.month, published.day) if published else None
    mentions = year_mentions(r)
    if not mentions:
        inferred = _infer(r, day)
        return ([inferred], {inferred.year: 0}) if inferred else ([], {})
    by_year: dict[int, list[int]] = {}
    for at, mention in enumerate(mentions):
        by_year.setdefault(mention.first, []).append(at)
    spans = [(m.start, m.end) for m in mentions]
    roles = roles_of_mentions(r, spans)
    found = []
    for first, places in by_year.items():
        role = role_of_year(r, first, [roles[at] for at in places], [spans[at] for at in places], day)
        start, end = r.span(*spans[places[0]])
        found.append(SchoolYearMention(name(first), role, "text", start, end))
    return found, {name(first): len(places) for first, places in by_year.items()}


def name(first: int) -> str:
    """2019 → "2019-2020"."""
    return f"{first}-{first + 1}"


def year_mentions(r: Reading) -> list[YearMention]:
    """Every place where a school year is written, in the order of the text; the years of a range share
    theirs."""
    folded = r.folded
    found: dict[tuple[int, int], YearMention] = {}
    for match in _CUED.finditer(folded):
        if match[0].startswith(("nh", "n.h")) and not r.plain[match.start() : match.start() + 2].isupper():
            continue
        _take(folded, match, found)
    for match in _TERM.finditer(folded):
        _take(folded, match, found)
    for match in _BARE.finditer(folded):
        if _in_school_context(r, match, {mention.first for mention in found.values()}):
            _take(folded, match, found)
    return [found[key] for key in sorted(found)]


def _take(folded: str, match: re.Match[str], found: dict[tuple[int, int], YearMention]) -> None:
    """Add the years of a match, and those of the list or range that goes on after it."""
    group = 1 if match[1] else 2
    start, end = match.span(group)
    firsts = _firsts(match[group])
    while firsts:
        for first in firsts:
            found.setdefault((start, first), YearMention(first, start, end))
        more = _MORE.match(folded, end)
        if not more:
            return
        next_firsts = _firsts(more[2])
        if next_firsts and more[1] in {"den", "den het", "toi", "-"}:
            gap = range(firsts[-1] + 1, next_firsts[0])
            if len(gap) < _LONGEST_RANGE:
                for first in gap:
                    found.setdefault((start, first), YearMention(first, start, more.end(2)))
        firsts, (start, end) = next_firsts, more.span(2)


def _firsts(chain: str) -> list[int]:
    """The school years of a chain of years: 2019-2020 → [2019], 2019-2020-2021 → [2019, 2020], 2019-2022 →
    []."""
    years: list[int] = []
    for text in _SPAN.findall(chain):
        century = years[-1] // 100 * 100 if years else 2000
        year = int(text) if len(text) == 4 else century + int(text)
        years.append(year + 100 if years and len(text) == 2 and year < years[-1] else year)
    if not all(FIRST <= year <= LAST for year in years):
        return []
    steps = [after - before for before, after in pairwise(years)]
    if steps and all(step == 1 for step in steps):
        return years[:-1]
    if len(years) % 2 == 0 and all(step == 1 for step in steps[::2]):
        firsts = years[::2]
        if len(firsts) == 2 and 0 < firsts[1] - firsts[0] < _LONGEST_RANGE:  # 2015-2016 - 2019-2020
            return list(range(firsts[0], firsts[1] + 1))
        return firsts
    return []


def _in_school_context(r: Reading, match: re.Match[str], known: set[int]) -> bool:
    """Whether "năm 2021-2022" is a school year: the text names it as one, or speaks of schools around it."""
    if _NOT_BEFORE.search(r.folded, max(0, match.start() - 20), match.start()):
        return False
    if not _MARKED.search(match[1]):  # "từ năm 2016 đến 2017" counts calendar years
        return False
    firsts = _firsts(match[1])
    if len(firsts) != 1:
        return False
    around = (max(0, match.start() - _NEAR), min(len(r.plain), match.end() + _NEAR))
    return firsts[0] in known or _SCHOOL.search(r, *around) is not None


def _is_of_schools(r: Reading, first: re.Match[str]) -> bool:
    """Whether a text speaks of schools at its beginning or again and again, not of one in passing."""
    found: re.Match[str] | None = first
    for _ in range(_OFTEN - 1):
        found = found and _SCHOOL.search(r, found.end())
    return first.start() < _BEGINNING or found is not None


def _infer(r: Reading, day: datetime.date | None) -> SchoolYearMention | None:
    """The school year a text without one is about, from its date: September to May the current one; June to
    August the one just ended, unless the text opens the new one; a summing-up in September or October, the
    last."""
    school = _SCHOOL.search(r) if day else None
    if school is None or day is None or not _is_of_schools(r, school):
        return None
    new = _NEW_YEAR.search(r) if 6 <= day.month <= 10 else None
    summing = _SUMMING_UP.search(r) if day.month in {5, 9, 10} else None
    role: Role = "mention"
    if 6 <= day.month <= 8:
        first = day.year if new else day.year - 1
        role = "ahead" if new else "past"
    elif day.month in {9, 10}:
        first = day.year - 1 if summing else day.year
        role = "past" if summing else "ahead" if new else "mention"
    else:
        first = day.year if day.month > 8 else day.year - 1
        role = "past" if summing and day.month == 5 else "mention"
    if not FIRST <= first < LAST:
        return None
    start, end = r.span(*school.span())
    return SchoolYearMention(name(first), role, "inferred", start, end)
