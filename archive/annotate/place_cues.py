"""What the words to the left of a name say of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Literal

from archive.annotate.names import canon, canon_name
from archive.annotate.place_words import (
    BYLINE_CUES,
    COMMUNE_CUES,
    DOTTED_CUES,
    LIST_FILLERS,
    LIST_WORDS,
    ORG_CUES,
    PERSON_CUES,
    PLACE_CUES,
    PLURALS,
    SCHOOL_CUES,
    SHORT_CUES,
    THING_CUES,
    TYPE_CUES,
    TYPE_FILLERS,
)
from archive.annotate.reading import Reading
from archive.text import fold

Kind = Literal["type", "org", "place", "commune", "thing", "school", "person", "byline"]

_LONGEST_CUE = 8
_LIST_REACH = 60  # words that a list may go back to its head
_LONGEST_ITEM = 12  # words between two marks of a list


@dataclass(frozen=True, slots=True)
class Cue:
    """What is said of a name: its kind, the types it may have, whether many follow, and its first word."""

    kind: Kind
    phrase: str
    types: frozenset[str]
    first: int
    last: int
    plural: bool = False


@cache
def _cues() -> tuple[dict[str, tuple[Kind, frozenset[str]]], dict[str, tuple[Kind, frozenset[str]]]]:
    """Cue phrase → its kind and types; once as written, once without accents. The first row wins."""
    exact: dict[str, tuple[Kind, frozenset[str]]] = {}
    for type_name, phrases in TYPE_CUES.items():
        for phrase in phrases:
            exact[canon_name(phrase)] = ("type", frozenset({type_name}))
    tables: tuple[tuple[Kind, tuple[str, ...]], ...] = (
        ("commune", COMMUNE_CUES), ("org", ORG_CUES), ("place", PLACE_CUES), ("school", SCHOOL_CUES),
        ("person", PERSON_CUES), ("thing", THING_CUES),
    )  # fmt: skip
    for kind, phrases in tables:
        for phrase in phrases:
            exact.setdefault(canon_name(phrase), (kind, frozenset()))
    plain: dict[str, tuple[Kind, frozenset[str]]] = {}
    for phrase, what in exact.items():
        plain.setdefault(fold(phrase), what)
    return exact, plain


@cache
def _tails() -> tuple[frozenset[str], frozenset[str]]:
    """The ends of all cues, word by word, as written and without accents: what no cue ends in needs no look."""
    exact, plain = _cues()
    return _ends(exact), _ends(plain)


def _ends(phrases: Iterable[str]) -> frozenset[str]:
    return frozenset(" ".join(words[at:]) for words in map(str.split, phrases) for at in range(len(words)))


_BYLINES = frozenset(map(canon_name, BYLINE_CUES))
_FILLERS = frozenset(map(canon_name, TYPE_FILLERS))
_FILLER_ENDS = frozenset(filler.split()[-1] for filler in _FILLERS)
_LONGEST_FILLER = 4


def gap_before(r: Reading, word: int) -> str:
    """The text between a word and the one before it."""
    before = r.words[word - 1][1] if word else 0
    return r.plain[before : r.words[word][0]]


def word_at(r: Reading, word: int) -> str:
    """A word in the spelling of cues."""
    start, end = r.words[word]
    return canon(r.plain[start:end])


def _soft(r: Reading, word: int) -> bool:
    """Whether a word and the one before it stand in one phrase: a space, TP., GD&ĐT, đ/c."""
    gap = gap_before(r, word)
    if gap == " ":
        return True
    if gap.count("\n") > 1:
        return False
    inner = gap.strip(" \n")
    if inner == ".":
        start, end = r.words[word - 1]
        return end - start <= 2
    return inner == "" or (inner in {"&", "/", "-"} and " " not in gap) or inner == "&"


def cue_ending(r: Reading, last: int) -> Cue | None:
    """The longest cue whose last word is the given one."""
    exact, plain = _cues()
    tails, plain_tails = _tails()
    start = r.words[last][0]
    phrase, best = "", None
    for first in range(last, max(-1, last - _LONGEST_CUE), -1):
        phrase = f"{word_at(r, first)} {phrase}" if phrase else word_at(r, first)
        if phrase not in tails and not (fold(phrase) in plain_tails and r.unaccented(start)):
            break
        if first < last and not _soft(r, first + 1):
            break
        what = exact.get(phrase) or (plain.get(fold(phrase)) if r.unaccented(start) else None)
        if what:
            best = Cue(what[0], phrase, what[1], first, last)
    return best


def cue_before(r: Reading, hit_first: int, hit_end: int) -> Cue | None:
    """The cue that directly precedes a name, which ends at `hit_end`."""
    if hit_first == 0:
        return None
    gap = gap_before(r, hit_first)
    inner = gap.strip(" \n")
    if inner == ":":
        return _byline(r, hit_first - 1) or _type_list(r, cue_ending(r, hit_first - 1))
    if inner == ")":
        cue = cue_ending(r, hit_first - 1)
        return cue if cue and cue.kind == "org" else None
    if inner in {'"', "“"}:
        cue = cue_ending(r, hit_first - 1)
        if cue and cue.kind == "type":
            quoted = r.plain[hit_end : hit_end + 1] in {'"', "”"} and cue.phrase not in DOTTED_CUES | SHORT_CUES
            return cue if quoted else None
        return cue
    if not _soft(r, hit_first):
        return None
    cue = cue_ending(r, hit_first - 1)
    if cue is None or cue.kind != "type" or cue.phrase in SHORT_CUES:
        cue = _over_filler(r, hit_first - 1) or cue
    if cue is None or cue.kind != "type":
        return cue
    if cue.phrase in DOTTED_CUES and not gap.startswith(".") and not _stands_for_type(r, cue.first):
        return None
    return _with_types(r, cue)


def _stands_for_type(r: Reading, word: int) -> bool:
    """Whether a letter without its full stop is a type: capital, after a body or in a list ("LĐLĐ H Bình Chánh, Q Gò
    Vấp"), not an initial."""
    if not word or not r.plain[r.words[word][0]].isupper():
        return False
    if gap_before(r, word).strip() in {",", ";"} or word_at(r, word - 1) in LIST_WORDS:
        return True
    body = cue_ending(r, word - 1) if _soft(r, word) else None
    return body is not None and body.kind in {"org", "place"}


def _over_filler(r: Reading, last: int) -> Cue | None:
    """The type before a phrase that ends at a word and only describes it: "huyện miền núi", "thành phố biển"."""
    phrase = word_at(r, last)
    if phrase not in _FILLER_ENDS:
        return None
    for first in range(last, max(0, last - _LONGEST_FILLER), -1):
        if not _soft(r, first):
            return None
        if phrase in _FILLERS:
            cue = cue_ending(r, first - 1)
            if cue and cue.kind == "type" and cue.phrase not in DOTTED_CUES:
                return cue
        phrase = f"{word_at(r, first - 1)} {phrase}"
    return None


def _byline(r: Reading, last: int) -> Cue | None:
    phrase = ""
    for first in range(last, max(-1, last - 4), -1):
        phrase = f"{word_at(r, first)} {phrase}" if phrase else word_at(r, first)
        if phrase in _BYLINES:
            return Cue("byline", phrase, frozenset(), first, last)
    return None


def _type_list(r: Reading, cue: Cue | None) -> Cue | None:
    """A cue before a colon counts only where it announces several names."""
    if cue is None or cue.kind not in {"type", "commune"}:
        return None
    cue = _with_types(r, cue)
    return cue if cue and cue.plural else None


def _with_types(r: Reading, cue: Cue) -> Cue | None:
    """The cue with the types before it ("các quận, huyện, thị xã") and whether it announces several names."""
    types, first, united = cue.types, cue.first, False
    while first > 0:
        before = first - 1
        joined = gap_before(r, first).strip(" \n") in {"", ",", "/", "-"}
        if joined and before > 0 and word_at(r, before) == "và":
            before -= 1
        other = cue_ending(r, before) if joined else None
        if other is None or other.kind != cue.kind:
            break
        types, first, united = types | other.types, other.first, True
    if cue.phrase in SHORT_CUES and not united:
        return None
    plural = any(word_at(r, first - back) in PLURALS for back in (1, 2) if first - back >= 0)
    if not plural:
        types = cue.types
    elif "Tỉnh" in types:
        types = frozenset({"Tỉnh"}) | (types & {"Thành phố"})
    return Cue(cue.kind, cue.phrase, types, first, cue.last, plural)


def list_head(r: Reading, hit_first: int) -> Cue | None:
    """The cue at the head of the list that a name without a cue of its own stands in, if there is one.

    Goes left over capitalised words, commas, "và" and parentheses: "các xã A, B (huyện X), C" leads from C
    to xã. A word of place that also stands inside lists is the head where there is no other: "địa bàn A và B", but
    "các huyện trên địa bàn tỉnh: A, B".
    """
    place: Cue | None = None
    at, crossed, fillers, run = hit_first, False, 0, 0
    for _ in range(_LIST_REACH):
        if at == 0:
            return place
        gap = gap_before(r, at)
        inner = gap.strip(" \n")
        run = 0 if inner else run + 1
        if gap.count("\n") > 1 or run > _LONGEST_ITEM:
            return place
        at -= 1
        if ")" in inner:
            opening = r.plain.rfind("(", 0, r.words[at][1])
            while at >= 0 and r.words[at][0] > opening:
                at -= 1
            if opening < 0 or at < 0 or r.plain.find("\n\n", opening, r.words[hit_first][0]) >= 0:
                return place
            crossed = crossed or inner != ")"
        elif inner in {",", ";", "-", "/", "&", "(", ":"}:
            crossed = True
        elif inner and not (inner == "." and r.words[at][1] - r.words[at][0] <= 2):
            return place
        word = word_at(r, at)
        if ":" in inner and "\n" not in r.plain[r.words[at][1] : r.words[hit_first][0]]:
            byline = _byline(r, at)
            if byline:
                return byline
        cue = _over_filler(r, at) or (None if word in LIST_FILLERS else cue_ending(r, at))
        if cue and _is_word(r, cue) and not (cue.kind == "org" and fillers):
            head = _with_types(r, cue) if cue.kind in {"type", "commune"} else cue
            if head:
                return head if (crossed or fillers) and (head.plural or not fillers) else place
        if word in LIST_WORDS:
            crossed = True
        elif r.plain[r.words[at][0]].islower():
            if (
                crossed
                and not fillers
                and word in LIST_FILLERS
                and (inside := cue_ending(r, at))
                and inside.kind == "place"
            ):
                place = inside
            fillers += 1
            if word not in LIST_FILLERS or fillers > 5:
                return place
    return place


def _is_word(r: Reading, cue: Cue) -> bool:
    """Whether a cue inside a list is a word and not part of a name: not the Anh of Đông Anh, the Bến of Bến
    Lức."""
    start = r.words[cue.first][0]
    if r.plain[start].islower() or cue.kind in {"type", "commune", "org", "byline"}:
        return True
    opens = cue.first == 0 or any(mark in gap_before(r, cue.first) for mark in ".!?:;\n")
    if cue.kind == "school":
        return opens or not r.plain[r.words[cue.first - 1][0]].isupper()
    return opens and not r.capitals(start)
