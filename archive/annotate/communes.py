"""Communes: which districts have one of a name, and the communes that a text names with their type.

A commune is tagged only after its type word and where its district (before 2025-07) or province (after) is
known: 3,491 of the 10,035 old communes share type and name with another, none within its district.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from archive.annotate import gazetteer
from archive.annotate.names import canon, canon_name
from archive.annotate.place_words import COMMUNE_TYPES
from archive.annotate.reading import Reading
from archive.text import fold

Communes = dict[tuple[str, str], gazetteer.Commune]
"""By type and name."""

DISTRICTS_ENDED = gazetteer.DISTRICTS_ENDED
_LONGEST_NAME = 5


@dataclass(frozen=True, slots=True)
class FoundCommune:
    """A commune named in a text; offsets into the plain reading."""

    code: str
    name: str
    province_code: str
    valid_to: str
    start: int
    end: int


@cache
def districts_with(key: str) -> frozenset[str]:
    """The codes of the districts that had a commune of this name (as canon_name writes it)."""
    return _homes().get(key, frozenset())


@cache
def provinces_with(key: str) -> frozenset[str]:
    """The codes of the provinces that had a commune of this name."""
    found = (gazetteer.district(code) for code in districts_with(key))
    return frozenset(district.province_code for district in found if district)


@cache
def lives_on(key: str) -> bool:
    """Whether a commune of 2025-07 bears this name: 585 of the 696 names of districts do."""
    return key in _names_2025()


@cache
def _homes() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for commune in gazetteer.communes():
        found.setdefault(canon_name(commune.name), set()).add(commune.district_code)
    return {name: frozenset(codes) for name, codes in found.items()}


@cache
def _names_2025() -> frozenset[str]:
    return frozenset(canon_name(commune.name) for commune in gazetteer.communes_2025())


@cache
def _of_districts() -> dict[str, Communes]:
    found: dict[str, Communes] = {}
    for commune in gazetteer.communes():
        found.setdefault(commune.district_code, {})[commune.type, canon_name(commune.name)] = commune
    return found


@cache
def _of_province_2025(code: str) -> Communes:
    """By type and name; a commune that has changed its type since, by both: the day it did may be unknown."""
    there = [c for c in gazetteer.communes_2025() if c.province_code == code]
    before = {(old.type, canon_name(c.name)): c for c in there for old in gazetteer.former_types(c.code)}
    return before | {(c.type, canon_name(c.name)): c for c in there}


_TYPES = {canon_name(cue): kind for cue, kind in COMMUNE_TYPES.items()}
_MORE = re.compile(r"\s?(?:,|;|\bvà\b)\s?(?=[^\W\d_])")
_LAST_WORD = re.compile(rf"(?<![a-z])(?:{'|'.join(sorted({fold(cue.split()[-1]) for cue in _TYPES}))})\s+")


def find_communes(r: Reading, districts: set[str], provinces: set[str], day: str) -> list[FoundCommune]:
    """The communes named after xã, phường, thị trấn, đặc khu in these districts or (since 2025-07)
    provinces."""
    ended = day >= DISTRICTS_ENDED
    tables = (
        [_of_province_2025(code) for code in sorted(provinces)]
        if ended
        else [_of_districts().get(code, {}) for code in sorted(districts)]
    )
    if not any(tables):
        return []
    words = r.words
    found: list[FoundCommune] = []
    for match in _LAST_WORD.finditer(r.folded):
        if match.end() < len(r.plain) and r.plain[match.end()].isupper():
            cue = bisect_left(words, (match.start(), 0))
            if cue < len(words) and words[cue][0] == match.start():
                found += _after(r, cue, tables)
    return found


def _after(r: Reading, cue: int, tables: list[Communes]) -> Iterator[FoundCommune]:
    """The commune whose name follows the type word, and those of the list it opens ("các xã A, B và C")."""
    words, plain = r.words, r.plain
    two = canon_name(plain[words[cue - 1][0] : words[cue][1]]) if cue else ""
    kind = _TYPES.get(two) or _TYPES.get(canon(plain[slice(*words[cue])]))
    if kind is None:
        return
    first = cue + 1
    while (named := _at(r, first, kind, tables)) is not None:
        commune, last = named
        start, end = words[first][0], words[last][1]
        yield FoundCommune(commune.code, commune.name, commune.province_code, commune.valid_to, start, end)
        more = _MORE.match(plain, end)
        first = bisect_left(words, (more.end(), 0)) if more else len(words)


def _at(r: Reading, first: int, kind: str, tables: list[Communes]) -> tuple[gazetteer.Commune, int] | None:
    """The commune whose name, the longest first, begins with a word, and the name's last word; None if none or several
    have it."""
    words, plain = r.words, r.plain
    names: list[str] = []
    for last in range(first, min(first + _LONGEST_NAME, len(words))):
        if names and plain[words[last - 1][1] : words[last][0]].strip(" \n-"):
            break
        names.append(canon(plain[slice(*words[last])]))
    for size in range(len(names), 0, -1):
        key = (kind, " ".join(names[:size]))
        matches = [table[key] for table in tables if key in table]
        if matches:
            return (matches[0], first + size - 1) if len(matches) == 1 else None
    return None
