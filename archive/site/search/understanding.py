"""Places and school years that a query names: what becomes a filter, what is only offered. Pure.

A name that one place bears, with other words beside it, is taken for that place; one that several bear never is.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from archive.annotate.tables import rows
from archive.site.datasette_api import Row
from archive.site.search.place_names import name_key
from archive.site.search.query import Piece, Query
from archive.site.search.terms import fits, is_plain, plain

LONGEST_NAME = 5
MAX_OFFERS = 12

_KINDS = {
    ("huyen",): "huyen", ("h",): "huyen", ("thi", "xa"): "thi xa", ("tx",): "thi xa", ("quan",): "quan", ("q",): "quan",
    ("thanh", "pho"): "thanh pho", ("tp",): "thanh pho", ("tinh",): "tinh",
    ("xa",): "xa", ("phuong",): "phuong", ("thi", "tran"): "thi tran", ("tt",): "thi tran",
}  # fmt: skip
_OF_COMMUNES = frozenset({"xa", "phuong", "thi tran"})
_YEAR_CUES = (("nam", "hoc"), ("nien", "hoc"), ("nien", "khoa"), ("nh",))
# Two years after these are no school year.
_OTHER_SPANS = (
    ("giai", "doan"), ("nhiem", "ki"), ("khoa",), ("mua",), ("mua", "giai"), ("vu",), ("ke", "hoach"), ("tai", "khoa"),
)  # fmt: skip
_WHOLE_YEAR = re.compile("(?:19|20)[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Named:
    """A place or a school year in a query. `values` of a parameter stand for it; `words` are its name as spelt."""

    parameter: str
    values: tuple[str, ...]
    label: str
    hint: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Understood:
    """What a query means: `filters`, the pieces left beside them, and what it may have meant (`offers`).

    `ambiguous`: the offers are places that share a name, of which none was taken.
    """

    filters: tuple[Named, ...] = ()
    rest: tuple[Piece, ...] = ()
    offers: tuple[Named, ...] = ()
    ambiguous: bool = False


@dataclass(frozen=True, slots=True)
class _Token:
    word: str
    plain: str
    piece: int


def name_keys(query: Query) -> list[str]:
    """The keys of place_names that the query may name."""
    tokens = _tokens(query)
    found = {
        " ".join(token.plain for token in tokens[start:end])
        for start in range(len(tokens))
        for end in range(start + 1, min(len(tokens), start + LONGEST_NAME) + 1)
    }
    return sorted(found)


def understand(query: Query, names: Sequence[Row], years: Collection[str], *, alone: bool = False) -> Understood:
    """Read a query. `names` are the rows of place_names under its name_keys, `years` the school years of the
    archive. A name without any other words is only offered, but with `alone` it is taken like others."""
    tokens = _tokens(query)
    taken: set[int] = set()
    filters = [*_school_years(tokens, years, taken)]
    by_key = {
        key: list(group) for key, group in groupby(sorted(names, key=lambda row: str(row["key"])), lambda r: r["key"])
    }
    spans = list(_spans(tokens, by_key, taken))
    provinces = {str(row["label_name"]) for span in spans for row in span.found if row["level"] == "province"}
    offers: list[Named] = []
    ambiguous = False
    used = set(taken)
    for span in spans:
        used.update(range(span.start, span.end))
    only_name = (
        not alone
        and not filters
        and len(used) == len(tokens)
        and not any(p.quoted for p in query.pieces)
        and bool(spans)
    )
    districts = set()
    for span in spans:
        chosen, others = _choose(span, provinces)
        candidates = [_named(rows_) for rows_ in ([chosen] if chosen else [])]
        if chosen and not (only_name and len(spans) == 1):
            filters.append(candidates[0])
            taken.update(range(span.start, span.end))
            if chosen[0]["level"] == "district":
                districts.add(str(chosen[0]["hint"]))
            offers += [_named(rows_) for rows_ in others] if chosen[0]["level"] == "province" else []
            continue
        wanted = only_name or alone or span.kind or any(row["level"] != "commune" for row in span.found)
        if wanted:
            offers += candidates + [_named(rows_) for rows_ in others]
            ambiguous = ambiguous or not chosen
    # "Đầm Hà, Quảng Ninh": the province only says which Đầm Hà.
    filters = [one for one in filters if not (one.parameter == "tinh" and one.label in districts)]
    rest = [
        Piece(kept, piece.quoted)
        for n, piece in enumerate(query.pieces)
        if (
            kept := piece.words
            if piece.quoted
            else tuple(t.word for i, t in enumerate(tokens) if t.piece == n and i not in taken)
        )
    ]
    return Understood(tuple(filters), tuple(rest), tuple(dict.fromkeys(offers))[:MAX_OFFERS], ambiguous)


@dataclass(frozen=True, slots=True)
class _Span:
    """Words of a query that name a place: the type before the name, if any, from `start`; the name from `named`."""

    start: int
    named: int
    end: int
    kind: str
    found: list[Row]


def _tokens(query: Query) -> list[_Token]:
    return [
        _Token(word, plain(word), n) for n, piece in enumerate(query.pieces) if not piece.quoted for word in piece.words
    ]


def _school_years(tokens: Sequence[_Token], years: Collection[str], taken: set[int]) -> Iterator[Named]:
    for at in range(len(tokens) - 1):
        first, second = tokens[at].plain, tokens[at + 1].plain
        before = tuple(token.plain for token in tokens[max(0, at - 2) : at])
        cue = next((c for c in _YEAR_CUES if before[-len(c) :] == c), ())
        year = _school_year(first, second, bool(cue))
        if year not in years or any(before[-len(words) :] == words for words in _OTHER_SPANS):
            continue
        taken.update(range(at - len(cue), at + 2))
        name, _, end = year.partition("-")
        yield Named("nam-hoc", (year,), year, "", (name, end))


def _school_year(first: str, second: str, cued: bool) -> str:
    """The school year that two numbers are, "" if they are none."""
    if _WHOLE_YEAR.fullmatch(first) and second in (str(int(first) + 1), str(int(first) + 1)[2:] if cued else ""):
        return f"{first}-{int(first) + 1}"
    if cued and len(first) == len(second) == 2 and first.isdecimal() and second.isdecimal():
        begin = int(first) + (1900 if int(first) > 60 else 2000)
        return f"{begin}-{begin + 1}" if int(second) == (begin + 1) % 100 else ""
    return ""


def _spans(tokens: Sequence[_Token], by_key: Mapping[str, list[Row]], taken: set[int]) -> Iterator[_Span]:
    """The names in a query, the longest from left to right."""
    at = 0
    shouted = all(token.word.isupper() for token in tokens)
    while at < len(tokens):
        found = next(
            (
                _Span(start, at, end, kind, fitting)
                for start, kind in _kind_before(tokens, at, taken)
                for end in range(min(len(tokens), at + LONGEST_NAME), at, -1)
                if not taken & set(range(start, end))
                if (fitting := _fitting(tokens[at:end], by_key, kind, shouted))
            ),
            None,
        )
        if found:
            yield found
        at = found.end if found else at + 1


def _kind_before(tokens: Sequence[_Token], at: int, taken: set[int]) -> Iterator[tuple[int, str]]:
    """The type of place that stands before a word, and where it begins; last, that there is none."""
    for length in (2, 1):
        kind = _KINDS.get(tuple(token.plain for token in tokens[at - length : at])) if at >= length else None
        if kind and not taken & set(range(at - length, at)):
            yield at - length, kind
    yield at, ""


def _fitting(typed: Sequence[_Token], by_key: Mapping[str, list[Row]], kind: str, shouted: bool) -> list[Row]:
    """The rows that words may name: of the type that stands before them, and with the accents that were typed."""
    found = by_key.get(" ".join(token.plain for token in typed), [])
    found = [row for row in found if _has_accents(typed, str(row["name"]).split())]
    if kind:
        same = [row for row in found if row["kind"] == kind]
        if kind in _OF_COMMUNES or kind == "tinh":
            return same
        return same or [row for row in found if row["level"] == "district"]
    capital = not shouted and all(token.word[0].isupper() for token in typed)
    exact = capital and any(not is_plain(token.word) for token in typed)
    if not exact and (len(typed) == 1 or " ".join(token.plain for token in typed) in _common()):
        return []
    return found


def _has_accents(typed: Sequence[_Token], name: Sequence[str]) -> bool:
    """Whether every word that was typed with accents has those of the name."""
    return all(fits(token.word.lower(), word) for token, word in zip(typed, name, strict=True))


@cache
def _common() -> frozenset[str]:
    """The names that are words of every text too: only type or capitals with accents tell them apart."""
    return frozenset(name_key(row["name"]) for row in rows("search_common_words.csv"))


def _choose(span: _Span, provinces: set[str]) -> tuple[list[Row], list[list[Row]]]:
    """The place that a name means, [] if that is not clear, and the others it may mean; each as the rows of its times.
    Only places with articles are offered."""

    def places(level: str) -> list[list[Row]]:
        fitting = [row for row in span.found if row["level"] == level]
        if level == "district" and any(row["hint"] in provinces for row in fitting):
            fitting = [row for row in fitting if row["hint"] in provinces]
        return _by_place(fitting)

    of_province, of_district = places("province"), places("district")
    known = [place for place in (*of_province, *of_district) if _has_articles(place)]
    if len(of_province) == 1:
        first = of_province[0]
        return (first, [place for place in known if place is not first]) if _has_articles(first) else ([], known)
    if len(of_district) == 1:
        return (of_district[0], []) if known else ([], [])
    if of_district:
        return [], known
    return [], [[row] for row in span.found if row["level"] == "commune" and _has_articles([row])]


def _by_place(found: Sequence[Row]) -> list[list[Row]]:
    """The rows of one place in its times together: the unit of 2025 and those before it in its province of today."""
    current = [row for row in found if row["current"]]
    places = [[row] for row in current]
    for row in found:
        if not row["current"]:
            same = [place for place in places if place[0]["today"] == row["today"]]
            if len(same) == 1:
                same[0].append(row)
            else:
                places.append([row])
    return places


def _has_articles(place: Sequence[Row]) -> bool:
    return any(row["articles"] for row in place)


def _named(place: Sequence[Row]) -> Named:
    first = place[0]
    parameter = "tinh" if first["level"] == "province" else "huyen"
    values = tuple(dict.fromkeys(str(row["value"]) for row in place if row["articles"]))
    label = first["label_name"] if parameter == "tinh" else first["label"]
    return Named(parameter, values, str(label), str(first["hint"]), tuple(str(first["name"]).split()))
