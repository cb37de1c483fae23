"""The other spellings that a name of the gazetteer is found under.

The recogniser folds spellings into one (names.py); this is the way back, for a page or a search that lists them.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from itertools import product

from archive.annotate.gazetteer import Commune, District, Province, Province2025, rows
from archive.annotate.place_words import HIGHLAND_PROVINCES, SYLLABLES
from archive.text import nfc, norm

# In NFD a tone mark is a sign of its own, so that it can be moved to the neighbouring vowel.
_TONE = "[\u0300\u0301\u0303\u0309\u0323]"
_TONE_FIRST = re.compile(rf"([ou])({_TONE})([aey])$", re.IGNORECASE)
_TONE_LAST = re.compile(rf"([ou])([aey])({_TONE})$", re.IGNORECASE)
# Lý and Lí, Quy and Qui: a final y that is the only vowel of its syllable.
_FINAL_Y = re.compile(rf"(^qu|[bcdđghklmnpqrstvx])y({_TONE}?)$", re.IGNORECASE)
_PARTS = re.compile(r"(\W+)")
Unit = Province | Province2025 | District | Commune


def variants(unit: Unit) -> tuple[str, ...]:
    """The spellings in use beside a unit's name, sorted: those of place_aliases.csv (a district or province), the other
    place of the tone mark (Hoà, Hòa), i for y (Lí, Lý) and the accents of highland names (Đắc, Đăk)."""
    province = unit.province_code if isinstance(unit, District | Commune) else unit.code
    parts = [tuple(_spellings(part, province in HIGHLAND_PROVINCES)) for part in _PARTS.split(unit.name)]
    found = {"".join(spelling) for spelling in product(*parts)}
    if isinstance(unit, Province | Province2025):
        found.update(_aliases().get(("province", unit.code), ()))
    elif isinstance(unit, District) and not unit.valid_to:
        found.update(_aliases().get(("district", unit.code), ()))
    return tuple(sorted(found - {unit.name}))


def _spellings(word: str, highland: bool) -> Iterator[str]:
    """A word in every spelling, its own first."""
    yield word
    marked = unicodedata.normalize("NFD", word)
    moved = {nfc(_TONE_FIRST.sub(r"\1\3\2", marked)), nfc(_TONE_LAST.sub(r"\1\3\2", marked))}
    yield from sorted(other for other in moved if other != word and norm(other) == norm(word))
    if _FINAL_Y.search(marked):
        yield nfc(_FINAL_Y.sub(r"\1i\2", marked))
    if highland:
        low = norm(word).lower()
        same = SYLLABLES.get(low, low)
        others = {other for other, one in SYLLABLES.items() if one == same}
        yield from sorted(other.capitalize() for other in (others and others | {same}) - {low})


@cache
def _aliases() -> dict[tuple[str, str], tuple[str, ...]]:
    """(level, code) → the spellings of place_aliases.csv."""
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for row in rows("place_aliases.csv"):
        key = row["level"], row["code"]
        found[key] = (*found.get(key, ()), row["alias"])
    return found
