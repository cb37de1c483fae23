"""Figures of a text: a number, what it counts, and, where the sentence says so, the award and who gave it.

A figure is a number before a unit of archive/data/figure_units.csv. Dates, years, numbers of documents,
telephones, houses and classes, times, scores and view counters are none: they have no unit, or a label
before them (archive/data/figure_labels.csv).
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import cast

from archive.annotate.figure_awards import awards
from archive.annotate.figure_numbers import NUMBER, SCALES, digits, scaled
from archive.annotate.figure_words import (
    STARTERS,
    Found,
    Kind,
    Rule,
    is_name,
    is_title,
    qualifier_before,
    unit_after,
    unit_of,
    worded,
)
from archive.annotate.reading import Reading, read
from archive.annotate.year_roles import sentence_end, sentence_start

# Written with the digit first, which makes searching for it fast.
_DIGIT = re.compile(r"[0-9](?<![\w@#][0-9])")
_NUMBER = re.compile(NUMBER)
# What follows a number that is no figure: a word that neither is a unit nor leads to one, or an end.
_NEXT = re.compile(r" ([^\W_]+)|[.;:)\n]|,(?! \d)")
_JOINERS = frozenset({"den", "toi", "len", "xuong", "va"})
_LEADS = STARTERS | _JOINERS | SCALES.keys()
_JOINED = re.compile(
    rf"(?P<to> ?- ?| den | toi | len | xuong )(?P<a>{NUMBER})|(?P<of>/)(?P<b>{NUMBER})|(?P<and>, | va )(?P<c>{NUMBER})"
)
_AND = re.compile(rf"(?:, {NUMBER}){{0,12}} va (?P<last>{NUMBER})")
_DATE_BEFORE = re.compile(r"(?:ngay|dip|le|sang|chieu|toi|trua|dem|den|tu|het|mung|niem|hom|va|[,-]) ?$")
_HOLIDAYS = frozenset({(2, 9), (1, 5), (1, 6), (3, 2), (7, 11), (9, 12), (1, 10), (1, 12)})
_FRACTIONS = frozenset({(1, 2), (1, 3), (2, 3), (1, 4), (3, 4)})
_SCORE_BEFORE = re.compile(r"(?:ty so|ti so|thang|thua|hoa|ket qua|dan truoc|guong) (?:la )?$")
_AREA_CODE = re.compile(r"\(0\d{1,3}\) $")


@dataclass(frozen=True)
class Figure:
    """A figure of a text; offsets into the text as given.

    `value` is in base units (đồng, not triệu đồng; a per cent as written): an int where it is whole, else a
    float, so that it equals its literal and fits a column of SQLite. `start` to `end` are number and unit.
    `approximate` is the word that makes it a bound or a guess ("hơn"), "" for an exact one. `rule` says how it
    was read; `list`, `range`: the unit stands after a later number; `share`: 57/60 is the figure 57; `words`: the
    number is in words. `award` and `giver` (as written, at `giver_start`) are "" where the sentence does not say.
    """

    value: int | float
    unit: str
    kind: Kind
    start: int
    end: int
    approximate: str
    rule: Rule
    award: str = ""
    giver: str = ""
    giver_start: int = 0
    giver_end: int = 0


def find_figures(text: str) -> list[Figure]:
    """The figures of a text, in its order."""
    return read_figures(read(text))


def read_figures(r: Reading) -> list[Figure]:
    """find_figures of a text made ready by read()."""
    found: list[Found] = []
    at = 0
    while digit := _DIGIT.search(r.folded, at):
        number = _NUMBER.match(r.folded, digit.start())
        ahead = _NEXT.match(r.folded, number.end()) if number else None
        if number and ahead and ahead[1] not in _LEADS and r.plain[digit.start() - 1 : digit.start()] != "$":
            at = number.end()
        elif number and _begins(r.folded, digit.start()):
            joins = not ahead or ahead[1] in _JOINERS
            figures, at = _figures(r, number, _JOINED.match(r.folded, number.end()) if joins else None)
            found += figures
        else:
            at = number.end() if number else digit.end()
    found += worded(r, found)
    found.sort(key=lambda f: f.start)
    return _with_awards(r, found)


def sentence(text: str, figure: Figure) -> str:
    """The sentence of a text that holds one of its figures."""
    low = text.lower()
    low = low if len(low) == len(text) else text
    end = sentence_end(low, figure.end)
    return text[sentence_start(low, figure.start) : end + (text[end : end + 1] not in {"", "\n"})].strip()


def _begins(folded: str, at: int) -> bool:
    """Whether a number may begin here: not within a word, a date, a longer number, a document's, an address."""
    sign, before = folded[at - 1 : at], folded[at - 2 : at - 1]
    if before == ")" and sign == " ":
        return not _AREA_CODE.search(folded, max(0, at - 8), at)
    if sign in {".", ",", ":", "+"}:
        return not before.isdigit()
    if sign == "-":
        return not before.isalnum() and before != "/"
    if sign == "/":  # "12 đoàn viên/15 lao động"; 12/NQ-15 and 3/4 begin nothing
        return folded[at - 3 : at - 1].isalpha()
    return True


def _figures(r: Reading, match: re.Match[str], joined: re.Match[str] | None) -> tuple[list[Found], int]:
    """The figures that begin at a number (one, or those of a range or list that share a unit: what joins a number to
    the next), and where to read on."""
    start, number = match.start(), match[0]
    found: list[Found] | None = None
    if joined and joined["of"]:
        found = _share(r, start, number, joined)
    elif joined and joined["to"]:
        found = _range(r, start, number, joined)
        if found == [] and "-" in joined["to"]:  # a score or two years: neither number counts anything
            return [], joined.end()
    elif joined and joined["and"]:
        found = _list(r, start, number, match.end()) or None
    if found is None:
        one = _single(r, start, number)
        found = [one] if one else []
    return found, found[-1].end if found else match.end()


def _single(r: Reading, start: int, number: str, label: bool = True) -> Found | None:
    if number.startswith("0") and len(number) > 2 and number[1].isdigit():
        return None
    amount = scaled(r, number, start + len(number))
    unit, end = unit_of(r, start, amount)
    if unit is None:
        return _shorter(r, start, number)
    value = amount.value
    if amount.scale == 1 and unit.kind in {"percent", "measure"}:
        value = digits(number, False)
    if unit.kind == "money" and not value:  # "chuyến xe 0 đồng" is a name
        return None
    whole = value == int(value)
    if unit.kind == "count" and (not whole or (amount.scale == 1 and "." in number and value < 1000)):
        return None
    if label and unit.kind in {"count", "measure"} and amount.scale == 1:
        if is_name(r, start, float(value), len(number) == 4 and number.isdigit()):
            return _shorter(r, start, number)
        if _is_list_number(r, start, end, value):
            return None
        if len(number) > 9 and number.isdigit():  # of an account, a person, a tax-payer
            return None
    elif label and is_title(r, start):
        return None
    return Found(value, unit, start, end, "digits")


def _shorter(r: Reading, start: int, number: str) -> Found | None:
    """The number without its first group: "tháng 5 120 cán bộ" names a month and counts 120."""
    head, space, rest = number.partition(" ")
    return _single(r, start + len(head) + 1, rest, False) if space else None


def _is_list_number(r: Reading, start: int, end: int, value: int | Decimal) -> bool:
    """Whether a number opens a line as that of a list: "1 Công đoàn cơ sở Trường …"."""
    if value >= 100 or r.plain[max(0, start - 3) : start].strip(" ")[-1:] not in {"", "\n"}:
        return False
    if r.plain[r.line(start)[0] : start].strip() or r.capitals(start):
        return False
    unit = r.plain[start:end].lstrip("0123456789 ")
    return unit[:1].isupper()


def _share(r: Reading, start: int, number: str, joined: re.Match[str]) -> list[Found]:
    """57/60 công đoàn cơ sở: the figure 57. What may be a date is one."""
    part, whole = number, joined["b"]
    if (
        not part.isdigit()
        or not whole.isdigit()
        or int(part) > int(whole)
        or r.folded[joined.end() : joined.end() + 1] == "/"
    ):
        return []
    pair = int(part), int(whole)
    if _is_year(whole) or pair in _FRACTIONS:
        return []
    if pair[1] <= 12 and (pair in _HOLIDAYS or _DATE_BEFORE.search(r.folded, max(0, start - 8), start)):
        return []
    unit = unit_after(r, joined.end())
    if not unit or unit[0].kind != "count":
        return []
    return [Found(int(part), unit[0], start, unit[1], "share")]


def _range(r: Reading, start: int, number: str, joined: re.Match[str]) -> list[Found] | None:
    """từ 5 đến 7 triệu đồng, 10 - 15%: both ends. None: no range, the first number may stand alone."""
    high_at, hyphen = joined.start("a"), "-" in joined["to"]
    if (
        hyphen
        and r.folded[joined.end() : joined.end() + 1] in {"-", "/", "."}
        and r.folded[joined.end() + 1 : joined.end() + 2].isdigit()
    ):
        return []
    high = _single(r, high_at, joined["a"], False)
    if high is None:
        return [] if hyphen else None
    amount = scaled(r, joined["a"], joined.end("a"))
    money = high.unit.kind == "money"
    low = digits(number, amount.scale == 1 and not money) * amount.scale
    if hyphen and (low >= high.value or _SCORE_BEFORE.search(r.folded, max(0, start - 16), start)):
        return []
    if hyphen and _is_year(number) and _is_year(joined["a"]):
        return []
    if is_name(r, start, float(low), _is_year(number)):
        return [] if hyphen else None
    if low > high.value and "." in number:
        low = digits(number, True)
    return [Found(low, high.unit, start, start + len(number), "range"), high]


def _list(r: Reading, start: int, number: str, end: int) -> list[Found]:
    """12, 15 và 20 suất quà: three figures; nothing where the numbers do not share the unit."""
    match = _AND.match(r.folded, end)
    if not match:
        return []
    last = _single(r, match.start("last"), match["last"], False)
    if last is None or is_name(r, start, float(digits(number, True)), _is_year(number)):
        return []
    spans = [(start, end), *(m.span() for m in _NUMBER.finditer(r.folded, end, match.start("last")))]
    scale = scaled(r, match["last"], match.end("last")).scale
    found = [Found(digits(r.folded[s:e], scale == 1) * scale, last.unit, s, e, "list") for s, e in spans]
    return [*found, last]


def _plain_number(value: Decimal) -> int | float:
    return int(value) if value == int(value) else float(value)


def _is_year(number: str) -> bool:
    return len(number) == 4 and number.isdigit() and 1900 <= int(number) < 2100


def _with_awards(r: Reading, found: list[Found]) -> list[Figure]:
    """The figures with offsets of the given text; recipients with their award."""
    figures = []
    given = awards(r, found)
    approximate = ""
    for n, f in enumerate(found):
        value = f.value if isinstance(f.value, int) else _plain_number(f.value)
        kind = cast(Kind, "count" if f.unit.kind == "measure" else f.unit.kind)
        start, end = r.span(f.start, f.end)
        if not (n and found[n - 1].rule == "range"):  # "khoảng 20 - 25": the word before is that of both
            approximate = qualifier_before(r, f.start)
        award = given.get(n)
        if award is None:
            figures.append(Figure(value, f.unit.name, kind, start, end, approximate, f.rule))
            continue
        span = r.span(*award.giver) if award.giver else (0, 0)
        giver = r.given[slice(*span)]
        figures.append(Figure(value, f.unit.name, kind, start, end, approximate, f.rule, award.name, giver, *span))
    return figures
