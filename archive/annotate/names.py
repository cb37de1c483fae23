"""The names of provinces and districts as a text may write them, ready to be looked up word by word.

A name is found by its accent-free words and then checked with accents, so that Phù Mỹ and Phú Mỹ stay apart.
"""

import re
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Literal

from archive.annotate import gazetteer
from archive.annotate.place_words import HIGHLAND_PROVINCES, HIGHLAND_SYLLABLES, SWALLOWERS, SYLLABLES
from archive.text import fold, norm

Level = Literal["district", "province", "commune"]

# Lí Nhân and Lý Nhân, Qui Nhơn and Quy Nhơn are one name: a final y after a consonant (or q-u) counts as i.
_FINAL_Y = re.compile(r"((?:[bcdđghklmnpqrstvx]|qu))([yýỳỷỹỵ])$")
_Y_TO_I = dict(zip("yýỳỷỹỵ", "iíìỉĩị", strict=True))
_SPLIT = re.compile(r"[\s\-]+")
_APOSTROPHE = re.compile(r"' ?")


@dataclass(frozen=True, slots=True)
class Unit:
    """One reading of a name: a district or province with a type it bore, and the day that reading ended."""

    level: Level
    code: str
    name: str
    type: str
    province_code: str
    valid_to: str
    since: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True)
class Name:
    """The words of a name without accents, and what each spelling with accents may stand for."""

    words: tuple[str, ...]
    spellings: dict[str, tuple[Unit, ...]]
    loose: bool
    hyphen: bool


@lru_cache(maxsize=65536)
def canon(word: str) -> str:
    """A word in the one spelling that names and cues are compared in."""
    low = norm(_APOSTROPHE.sub("", word)).lower()
    low = SYLLABLES.get(low, low)
    return _FINAL_Y.sub(lambda m: m[1] + _Y_TO_I[m[2]], low)


@lru_cache(maxsize=65536)
def lookup(word: str) -> str:
    """A word as the index knows it: that spelling without accents; a number without leading zeros."""
    low = fold(canon(word))
    if low[-1:] == "y":
        low = low[:-1] + "i"
    return low.lstrip("0") if low.isdigit() else low


def canon_name(name: str) -> str:
    """A name in that spelling: words joined by single spaces, hyphens gone."""
    joined = re.sub(r"(?<!\w)(\w{1,2})' ", r"\1'", name)
    return " ".join(canon(word) for word in _SPLIT.split(joined.replace("\u2019", "'")) if word)


def _units() -> list[tuple[str, Unit]]:
    """Every (name, unit): units of today, former ones, former types of one name, types of 2025, aliases."""
    found: list[tuple[str, Unit]] = []
    ended = {p.code: p.valid_to for p in gazetteer.all_provinces() if p.valid_to}
    for p in gazetteer.all_provinces():
        since = "" if p.valid_to else ended.get(p.code, "")
        unit = Unit("province", p.code, p.name, p.type, p.code, p.valid_to, since, p.valid_to)
        found.append((p.name, unit))
    types = {p.code: p.type for p in gazetteer.provinces}
    found += [
        (p.name, Unit("province", p.code, p.name, p.type, p.code, ""))
        for p in gazetteer.provinces_2025
        if p.type != types[p.code]
    ]
    for d in gazetteer.all_districts():
        # Numbered districts are "Quận 1" in the list; in a text the number counts only after the cue.
        name = d.name.removeprefix("Quận ")
        unit = Unit("district", d.code, d.name, d.type, d.province_code, d.valid_to, "", d.valid_to)
        found.append((name, unit))
    for row in gazetteer.rows("type_history.csv"):
        now = gazetteer.district(row["code"])
        if now is not None:
            unit = Unit("district", now.code, now.name, row["type"], now.province_code, "", "", row["valid_to"])
            found.append((row["name"], unit))
    current = {(unit.level, unit.code): unit for _, unit in found if not unit.until}
    for row in gazetteer.rows("place_aliases.csv"):
        level: Level = "district" if row["level"] == "district" else "province"
        # The province that became Thành phố Huế is still called Thừa Thiên Huế: an alias has no first day.
        found.append((row["alias"], replace(current[level, row["code"]], since="")))
    return found


@cache
def index() -> dict[str, tuple[Name, ...]]:
    """First accent-free word → the names that begin with it, longest first."""
    names: dict[tuple[str, ...], dict[str, list[Unit]]] = {}
    hyphens = set()
    for text, unit in _units():
        exact = canon_name(text)
        words = tuple(map(lookup, exact.split()))
        units = names.setdefault(words, {}).setdefault(exact, [])
        if unit not in units:
            units.append(unit)
        if "-" in text:
            hyphens.add(words)
    for text in SWALLOWERS:
        exact = canon_name(text)
        names.setdefault(tuple(map(lookup, exact.split())), {}).setdefault(exact, [])
    found: dict[str, list[Name]] = {}
    for words, spellings in names.items():
        provinces = {unit.province_code for units in spellings.values() for unit in units}
        loose = provinces <= HIGHLAND_PROVINCES and bool(HIGHLAND_SYLLABLES.intersection(words))
        frozen = {exact: tuple(units) for exact, units in spellings.items()}
        found.setdefault(words[0], []).append(Name(words, frozen, loose, words in hyphens))
    return {first: tuple(sorted(some, key=lambda n: -len(n.words))) for first, some in found.items()}
