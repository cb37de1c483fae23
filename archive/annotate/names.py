"""The names of provinces and districts as a text may write them, looked up word by word, and where they stand in it.

A name is found by its accent-free words and then checked with accents, so that Phù Mỹ and Phú Mỹ stay apart.
"""

import re
from bisect import bisect_left
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Literal

from archive.annotate import gazetteer
from archive.annotate.place_words import (
    HIGHLAND_PROVINCES,
    HIGHLAND_SYLLABLES,
    SWALLOWERS,
    SYLLABLES,
    WORD_NAMES,
)
from archive.annotate.reading import ACCENTED, Reading
from archive.text import fold, norm

Level = Literal["district", "province", "commune"]

# Lí Nhân and Lý Nhân, Qui Nhơn and Quy Nhơn are one name: a final y after a consonant (or q-u) counts as i.
_FINAL_Y = re.compile(r"((?:[bcdđghklmnpqrstvx]|qu))([yýỳỷỹỵ])$")
_Y_TO_I = dict(zip("yýỳỷỹỵ", "iíìỉĩị", strict=True))
_SPLIT = re.compile(r"[\s\-]+")
_HIGHLAND_STARTS = tuple(HIGHLAND_SYLLABLES)
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


@dataclass(frozen=True, slots=True)
class Hit:
    """A name of the gazetteer in a text: words first..last, and all it may stand for."""

    first: int
    last: int
    start: int
    end: int
    key: str
    units: tuple[Unit, ...]
    lower_tail: bool


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
    return found + [(joined, unit) for text, unit in found for joined in _joined(text, unit)]


def _joined(text: str, unit: Unit) -> set[str]:
    """Highland names as some print them: EaKar, KrôngNô, CưM'gar (two words: the apostrophe divides it)."""
    highland = unit.province_code in HIGHLAND_PROVINCES and HIGHLAND_SYLLABLES.intersection(fold(text).split())
    if not highland or text.count(" ") != 1:
        return set()
    joined = text.replace(" ", "")
    return {joined.replace("'", ""), joined.replace("'", " ")}


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
        loose = provinces <= HIGHLAND_PROVINCES and any(word.startswith(_HIGHLAND_STARTS) for word in words)
        frozen = {exact: tuple(units) for exact, units in spellings.items()}
        found.setdefault(words[0], []).append(Name(words, frozen, loose, words in hyphens))
    return {first: tuple(sorted(some, key=lambda n: -len(n.words))) for first, some in found.items()}


# A name in small letters is looked for only after one of these ("huyện vĩnh cửu"), without accents.
_TYPES_BEFORE_SMALL = ("huyen ", "thi xa ", "thanh pho ", "tinh ")
_SMALL_LETTERS = frozenset(letter for letter in map(chr, range(0x1F00)) if letter.islower())
_QUARTER = re.compile(r"q(?<![a-z0-9]q)(?:uan)?(?![a-z0-9])[ .:]{0,3}(\d?)")
_WORD_NAMES = frozenset(map(canon_name, WORD_NAMES))


def _small(r: Reading) -> list[int]:
    """The words in small letters that follow a type."""
    found: list[int] = []
    for cue in _TYPES_BEFORE_SMALL:
        at = r.folded.find(cue)
        while at >= 0:
            end = at + len(cue)
            if "a" <= r.folded[end : end + 1] <= "z" and r.plain[end].islower():
                found.append(bisect_left(r.words, (end, 0)))
            at = r.folded.find(cue, end)
    return found


@cache
def _by_second() -> dict[str, dict[str, tuple[Name, ...]]]:
    """First word → second word ("" for names of one word) → names, longest first."""
    found: dict[str, dict[str, list[Name]]] = {}
    for first, names in index().items():
        for name in names:
            found.setdefault(first, {}).setdefault(name.words[1] if len(name.words) > 1 else "", []).append(name)
    return {first: {second: tuple(some) for second, some in rest.items()} for first, rest in found.items()}


class _Names(dict[str, "dict[str, tuple[Name, ...]] | None"]):
    """A word as it is written → the names that begin with it (as _by_second has them), remembered."""

    def __missing__(self, word: str) -> dict[str, tuple[Name, ...]] | None:
        if len(self) > _REMEMBERED:
            self.clear()
        names = self[word] = _by_second().get(lookup(word))
        return names


_REMEMBERED = 65_536
_NAMES = _Names()


def _has_quarters(r: Reading) -> bool:
    """Whether a text names a quận or Q.: without one no number is the name of a district."""
    for match in _QUARTER.finditer(r.folded):
        word = r.plain[match.start() : match.start() + 4].lower()
        if word == "quận" or match[1] or not word.startswith("qu"):
            return True
    return False


def find_hits(r: Reading) -> list[Hit]:
    """All names of the gazetteer in the text, longest first at each place, none overlapping."""
    names, words, plain = _NAMES, r.words, r.plain
    found: list[Hit] = []
    done, count = 0, len(words)
    numbers = _has_quarters(r)
    firsts = [at for at, (start, _) in enumerate(words) if plain[start] not in _SMALL_LETTERS]
    small = _small(r)
    for at in sorted({*firsts, *small}) if small else firsts:
        if at < done:
            continue
        start, end = words[at]
        rest = names[plain[start:end]]
        if rest is None or (not numbers and plain[start].isdecimal()):
            continue
        some: tuple[Name, ...] = ()
        if at + 1 < count:
            start, end = words[at + 1]
            some = rest.get(lookup(plain[start:end]), ())
        for name in some if at in small else (*some, *rest.get("", ())):
            hit = _match(r, at, name)
            if hit and not (at in small and hit.key in _WORD_NAMES):
                found.append(hit)
                done = hit.last + 1
                break
    return found


def _match(r: Reading, at: int, name: Name) -> Hit | None:
    """The name where it stands at a word in a spelling it has; its units are those of that spelling."""
    words, plain = r.words, r.plain
    last = at + len(name.words) - 1
    if last >= len(words):
        return None
    lower_tail = plain[words[at][0]].islower()
    for step in range(1, len(name.words)):
        start, end = words[at + step]
        if lookup(plain[start:end]) != name.words[step]:
            return None
        gap = plain[words[at + step - 1][1] : start]
        if gap != " ":
            inner = gap.strip(" \n")
            joins = (
                inner == ""
                or (inner == "-" and name.hyphen)
                or (gap == "-" and not lower_tail)
                or (inner == "'" and name.loose)
            )
            if not joins or gap.count("\n") > 1:
                return None
        lower_tail = lower_tail or plain[start].islower()
    start, end = words[at][0], words[last][1]
    key = " ".join(canon(plain[s:e]) for s, e in words[at : last + 1])
    if key.isdigit():
        key = key.lstrip("0")
    units = name.spellings.get(key)
    if units is None or len(name.spellings) > 1:
        unaccented = not ACCENTED.search(plain, start, end) and r.unaccented(start)
        if units is None and not name.loose and not unaccented:
            return None
        if units is not None and not unaccented:
            return Hit(at, last, start, end, key, units, lower_tail)
        units = tuple(unit for spelled in name.spellings.values() for unit in spelled)
        key = next(iter(name.spellings))
    return Hit(at, last, start, end, key, units, lower_tail)
