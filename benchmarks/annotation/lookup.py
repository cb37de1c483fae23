"""Names to codes without this project's rules: what any program's names get from the same gazetteer.

A name counts with the type of place before it, else as a province, else as a district; of several the one in a
province the text names, else in the home province, else none. The plain dictionary takes every capitalised name.
"""

import re
from collections.abc import Iterable
from datetime import date
from functools import cache

from archive.annotate import gazetteer
from archive.annotate.names import Unit, canon_name, index

Named = tuple[str, str]
"""The words before a name, and the name."""

_TYPES = {
    "tỉnh": "Tỉnh",
    "thành phố": "Thành phố",
    "tp": "Thành phố",
    "thị xã": "Thị xã",
    "tx": "Thị xã",
    "huyện": "Huyện",
    "quận": "Quận",
}
_TYPE = rf"(?<!\w)(?P<type>{'|'.join(_TYPES)})"
_TYPE_WITHIN = re.compile(rf"(?s:.*){_TYPE}(?!\w)[\s.]*(?=\S)", re.IGNORECASE)
_TYPE_LAST = re.compile(rf"{_TYPE}[\s.]*$", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+(?:['\u2019] ?[^\W_]+)?")
_JOINS = frozenset({" ", "-", " - ", " – "})
_AROUND = " .,;:-–()[]\"'“”"
_BEFORE = 12
"""Characters before a name that the dictionary looks for its type in."""


def codes(named: Iterable[Named], home: str | None, day: date | None) -> tuple[set[str], set[str]]:
    """The codes of the districts and of the provinces named."""
    read = [_units(before, name, day.isoformat() if day else "") for before, name in named]
    provinces = {unit.code for units in read for unit in units if unit.level == "province"}
    districts = set()
    for units in read:
        candidates = {unit.code: unit.province_code for unit in units if unit.level == "district"}
        for within in (set(candidates.values()), provinces, {gazetteer.home_province(home)}):
            fitting = [code for code, province in candidates.items() if province in within]
            if len(fitting) == 1:
                districts.add(fitting[0])
                break
    return districts, provinces


def dictionary(text: str) -> list[Named]:
    """Every name of the gazetteer that stands in a text with capitals, the longest at each word."""
    words = [match.span() for match in _WORD.finditer(text)]
    found: list[Named] = []
    at = 0
    while at < len(words):
        end = at
        while end - at < _longest() and end < len(words) and _goes_on(text, words, at, end):
            end += 1
        while end > at and canon_name(text[words[at][0] : words[end - 1][1]]) not in _names():
            end -= 1
        if end > at:
            start = words[at][0]
            found.append((text[max(0, start - _BEFORE) : start], text[start : words[end - 1][1]]))
        at = max(end, at + 1)
    return found


def _goes_on(text: str, words: list[tuple[int, int]], first: int, at: int) -> bool:
    start = words[at][0]
    joined = at == first or text[words[at - 1][1] : start] in _JOINS
    return joined and (text[start].isupper() or text[start].isdigit())


def _units(before: str, name: str, day: str) -> list[Unit]:
    """What a name may stand for on a day, all of one level."""
    name = name.strip(_AROUND)
    within = _TYPE_WITHIN.match(name)
    cue = within or _TYPE_LAST.search(before)
    bare = name[within.end() :] if within else name
    known = [unit for unit in _names().get(canon_name(bare), ()) if _in_force(unit, day)]
    if cue:
        known = [unit for unit in known if unit.type == _TYPES[cue["type"].lower()]]
    elif bare.isdigit():
        return []
    return [unit for unit in known if unit.level == "province"] or known


def _in_force(unit: Unit, day: str) -> bool:
    if not day:
        return not unit.until
    return unit.since <= day and (not unit.until or day <= unit.until)


@cache
def _names() -> dict[str, tuple[Unit, ...]]:
    return {
        spelling: units
        for names in index().values()
        for name in names
        for spelling, units in name.spellings.items()
        if units
    }


@cache
def _longest() -> int:
    return max(len(name.split()) for name in _names())
