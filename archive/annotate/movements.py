"""Movements and campaigns that a text names, by the canonical list archive/data/movements.csv.

A form in the list is its words; words in brackets may be missing, words with a slash are alternatives.
Between words stands any white space and punctuation of one line but a full stop, so that "Dạy tốt- Học tốt"
and "dạy tốt và học tốt" are one. Rows with a cue count only in quotes or after phong trào, quỹ, ngày …
A row's anchor is a part of its accent-free forms: whole words, looked for only in texts that have them all.
"""

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

from archive.annotate.reading import Reading, read
from archive.annotate.tables import cells, rows, vocabulary
from archive.text import fold, norm

Rule = Literal["words", "cue", "quotes"]

_BETWEEN = r"[ ,;:'\"\u201c\u201d/&-]{1,6}"
_CUE = re.compile(
    r"(?:phong trao|thi dua|van dong|quy|chuong trinh|mo hinh|danh hieu|thang cao diem|ngay)"
    r"(?: thi dua)?[ \"\u201c':]{0,3}$"
)
_QUOTES = "\"\u201c'"
# A tone mark may stand on either vowel of oa.
_TONES = {"hóa": "(?:hóa|hoá)", "hòa": "(?:hòa|hoà)"}
_BEFORE, _AFTER = 90, 160  # characters around an anchor that hold the longest form
_WORD_REACH = 30  # characters that hold the word before a movement


@dataclass(frozen=True)
class Movement:
    """A movement a text names: its id and name in the list, where (offsets into the text as given), and by
    which rule: its words alone, a cue before them, or quotes around them."""

    id: str
    name: str
    start: int
    end: int
    rule: Rule


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of the list: the first words of its forms, all without accents; patterns with and without accents;
    and what must or must not stand before."""

    id: str
    name: str
    first: re.Pattern[str]
    exact: re.Pattern[str]
    plain: re.Pattern[str]
    cue: bool
    not_after: frozenset[str]


def _pattern(form: str) -> str:
    """The pattern of a form; an optional word takes along the gap that divides it from the others."""
    pattern, begun = "", False
    for group in re.findall(r"\([^)]*\)|[^ ]+", form):
        text = _BETWEEN.join(map(_words, group.strip("()").split()))
        if not group.startswith("("):
            pattern, begun = pattern + _BETWEEN * begun + text, True
        else:
            pattern += f"(?:{_BETWEEN}{text})?" if begun else f"(?:{text}{_BETWEEN})?"
    return pattern


def _words(word: str) -> str:
    choices = [_TONES.get(choice, re.escape(choice)) for choice in norm(word).split("/")]
    return choices[0] if len(choices) == 1 else f"(?:{'|'.join(choices)})"


def _first(form: str) -> set[str]:
    """The words that a form may begin with: optional ones and the first that is not."""
    found: set[str] = set()
    for group in re.findall(r"\([^)]*\)|[^ ]+", form):
        found.update(fold(group.strip("()").split()[0]).split("/"))
        if not group.startswith("("):
            break
    return found


@cache
def _rows() -> list[tuple[frozenset[bytes], str, list[_Row]]]:
    """Each anchor with its words and the rows that are looked for where it stands."""
    found: dict[str, list[_Row]] = {}
    for row in rows("movements.csv"):
        pattern = rf"(?<!\w)(?:{'|'.join(map(_pattern, cells(row['forms'])))})(?!\w)"
        first = sorted(set().union(*map(_first, cells(row["forms"]))))
        made = _Row(
            row["id"], row["name"], re.compile("|".join(map(re.escape, first))),
            re.compile(pattern, re.IGNORECASE), re.compile(fold(pattern)),
            bool(row["cue"]), frozenset(cells(row["not_after"])),
        )  # fmt: skip
        found.setdefault(row["anchor"], []).append(made)
    return [(vocabulary(anchor), anchor, some) for anchor, some in found.items()]


def find_movements(text: str) -> list[Movement]:
    """The movements of the list that a text names, one entry a mention, in the order of the text."""
    return read_movements(read(text))


def read_movements(r: Reading) -> list[Movement]:
    """find_movements of a text made ready by read()."""
    found: dict[tuple[int, int], Movement] = {}
    known = r.vocabulary
    for words, anchor, some in _rows():
        at = r.folded.find(anchor) if words <= known else -1
        while at >= 0:
            for row in some:
                mention = _mention(r, row, at, at + len(anchor))
                if mention:
                    found[mention.start, mention.end] = mention
            at = r.folded.find(anchor, at + len(anchor))
    kept: list[Movement] = []
    for movement in sorted(found.values(), key=lambda m: (m.start, -m.end)):
        if not kept or movement.start >= kept[-1].end:
            kept.append(movement)
    return kept


def _mention(r: Reading, row: _Row, start: int, end: int) -> Movement | None:
    """The movement of a row whose words lie around an anchor."""
    line, stop = r.line(start)
    plain = r.unaccented(start)
    pattern, text = (row.plain, r.folded) if plain else (row.exact, r.plain)
    low, high = max(line, start - _BEFORE), min(stop, end + _AFTER)
    match = None
    for first in row.first.finditer(r.folded, low, end):
        if first.start() > start:
            return None
        if match and first.start() < match.end():
            continue
        match = pattern.match(text, first.start(), high) or match
        if match and match.end() >= end:
            break
    if not match or match.end() < end:
        return None
    rule = _rule(r, line, match.start())
    if row.cue and rule == "words":
        return None
    if row.not_after:
        before = r.plain[max(line, match.start() - _WORD_REACH) : match.start()].lower().split()
        if before and (before[-1] in row.not_after or before[-1].isdigit()):
            return None
    return Movement(row.id, row.name, *r.span(*match.span()), rule)


def _rule(r: Reading, line: int, start: int) -> Rule:
    if r.plain[max(line, start - 2) : start].strip()[-1:] in _QUOTES and start > line:
        return "quotes"
    return "cue" if _CUE.search(r.folded, max(line, start - 30), start) else "words"
