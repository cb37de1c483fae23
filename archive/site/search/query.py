"""What a person types → FTS5 expressions. Pure: text in, text out.

Only words (letters and digits) of what is typed come into an expression, inside double quotes and behind the name of a
column, so that no operator, column or bracket of FTS5's own language comes from outside.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from archive.site.search.synonyms import segment, spellings
from archive.site.search.terms import EVERYTHING, facet_clause, is_plain, phrase, spelt, words
from archive.text import clean

MAX_CHARACTERS = 300
MAX_WORDS = 40

NOTHING = '""'
"""An expression that is valid and finds nothing."""

_QUOTES = re.compile("[“”„‟«»＂]")
_MINUS = re.compile("[-−–]")
_YEAR = re.compile("(?:19|20)[0-9]{2}")


class TooLong(ValueError):  # noqa: N818 - it names what the person did, not what the program did
    """The query is longer than any search needs."""


@dataclass(frozen=True, slots=True)
class Piece:
    """What stands between spaces or quotation marks: its words one after the other, spelt as typed (terms.spelt)."""

    words: tuple[str, ...]
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """One reading of a query as expressions, from the narrowest; each finds what the ones of its kind before it find.

    `exact` keeps the accents, `accented` those that were typed (None where all words were typed with or all without
    accents), `folded` none; the first of each pair is for titles alone. `marks` find any of the words: for highlights.
    """

    exact: tuple[str, str]
    accented: tuple[str, str] | None
    folded: tuple[str, str]
    marks: tuple[str, str]

    @property
    def tiers(self) -> tuple[str, ...]:
        """The expressions in the order of relevance: no wrong accent stands above a right one."""
        return tuple(chain(self.exact, self.accented or (), self.folded))


@dataclass(frozen=True)
class Query:
    """A query as typed: what articles must have, and `without` what they must not. Both are empty in an empty one."""

    text: str
    pieces: tuple[Piece, ...] = ()
    without: tuple[Piece, ...] = ()

    @cached_property
    def readings(self) -> tuple[Match, ...]:
        """The narrowest first: one phrase, then all words anywhere. None where there is nothing to look for."""
        return readings(self.pieces)

    @cached_property
    def excluded(self) -> str | None:
        """What no hit may match: with its accents if they were typed."""
        return " OR ".join(_without(piece) for piece in self.without) or None


def parse(text: str) -> Query:
    """Read a query. Parts in double quotes are phrases, a minus before a word or a phrase excludes it.

    Raises TooLong beyond MAX_CHARACTERS or MAX_WORDS.
    """
    if len(text) > 4 * MAX_CHARACTERS:  # the NFD form is longer; beyond that do not even clean it
        raise TooLong
    text = clean(_QUOTES.sub('"', text))
    found = list(_pieces(text))
    if len(text) > MAX_CHARACTERS or sum(len(piece.words) for piece, _ in found) > MAX_WORDS:
        raise TooLong
    wanted = tuple(piece for piece, excluded in found if not excluded)
    return Query(text, wanted, tuple(piece for piece, excluded in found if excluded))


def readings(pieces: Sequence[Piece]) -> tuple[Match, ...]:
    """The readings of some pieces: as one phrase if none is quoted, then each of them anywhere."""
    if not pieces:
        return ()
    apart = _match(list(_units(pieces)))
    if len(pieces) == 1 or any(piece.quoted for piece in pieces):
        return (apart,)
    whole = tuple(chain.from_iterable(piece.words for piece in pieces))
    return (_match([_Unit(whole)]), apart)


def stock_expression(text: str) -> str:
    """What Datasette's own search boxes get: all words, with or without accents; never invalid."""
    try:
        query = parse(text)
    except TooLong:
        return NOTHING
    if not query.readings:
        return narrowed(facet_clause([EVERYTHING]), excluded=query.excluded) if query.excluded else NOTHING
    match = query.readings[-1]
    return narrowed(f"({match.folded[1]}) OR ({match.exact[1]})", excluded=query.excluded)


def narrowed(expression: str, *clauses: str, excluded: str | None = None) -> str:
    """An expression that also holds to some clauses, and finds nothing of what is excluded."""
    joined = " AND ".join(f"({part})" for part in (expression, *clauses))
    return f"({joined}) NOT ({excluded})" if excluded else joined


@dataclass(frozen=True, slots=True)
class _Unit:
    """Words that belong together: a phrase; with `loose` also where they stand apart."""

    words: tuple[str, ...]
    loose: bool = False


def _pieces(text: str) -> Iterator[tuple[Piece, bool]]:
    """The pieces of a query that hold a word, and whether each is excluded."""
    segments = text.split('"')
    if len(segments) % 2 == 0:  # an odd quotation mark quotes nothing
        segments[-2:] = [" ".join(segments[-2:])]
    minus, year_before = False, False
    for place, part in enumerate(segments):
        if place % 2:
            if found := tuple(words(spelt(part))):
                yield Piece(found, quoted=True), minus
            minus, year_before = False, False
            continue
        for word in part.split():
            found = tuple(words(spelt(word)))
            # "2019 -2020" are two years, not one without the other.
            excluded = bool(_MINUS.match(word)) and not (year_before and _YEAR.fullmatch(word[1:]))
            if found:
                yield Piece(found), excluded
                year_before = bool(_YEAR.fullmatch(found[-1]))
        minus = bool(_MINUS.fullmatch(part.split(" ")[-1]))


def _units(pieces: Sequence[Piece]) -> Iterator[_Unit]:
    """Each quoted piece, and what stands between them: synonyms together, every other piece for itself."""
    free: list[tuple[str, ...]] = []
    for piece in (*pieces, None):
        if piece is not None and not piece.quoted:
            free.append(piece.words)
            continue
        yield from _free_units(free)
        free = []
        if piece is not None:
            yield _Unit(piece.words)


def _free_units(free: Sequence[tuple[str, ...]]) -> Iterator[_Unit]:
    flat = tuple(chain.from_iterable(free))
    ends = {sum(map(len, free[: n + 1])): n for n in range(len(free))}
    start = 0
    while start < len(flat):
        end, group = segment(flat, start)
        if group and end in ends:
            yield _Unit(flat[start:end], loose=end - start > 1)
        else:
            end = next(known for known in sorted(ends) if known > start)
            yield _Unit(flat[start:end])
        start = end


def _match(units: Sequence[_Unit]) -> Match:
    typed = [word for unit in units for word in unit.words]
    accented = [word for word in typed if not is_plain(word)]
    some = bool(accented) and any(is_plain(word) and not word.isdecimal() for word in typed)
    exact, folded = (_pair(units, title, body) for title, body in (("title", "body"), ("title_f", "body_f")))
    return Match(
        exact=exact,
        accented=_accented(folded[0], units, accented) if some else None,
        folded=folded,
        marks=(_marks(units, "title", "body"), _marks(units, "title_f", "body_f")),
    )


def _pair(units: Sequence[_Unit], title: str, body: str) -> tuple[str, str]:
    """The units all in the title; all anywhere."""

    def anywhere(spelling: Sequence[str]) -> str:
        return f"({phrase(title, spelling)} OR {phrase(body, spelling)})"

    exact = title == "title"
    in_title = [_any_spelling(unit, exact, lambda spelling: phrase(title, spelling)) for unit in units]
    return " AND ".join(in_title), " AND ".join(_any_spelling(unit, exact, anywhere) for unit in units)


def _any_spelling(unit: _Unit, exact: bool, clause: Callable[[Sequence[str]], str]) -> str:
    said = [clause(spelling) for spelling in spellings(unit.words, exact=exact)]
    if unit.loose:
        said.append("(" + " AND ".join(clause([word]) for word in unit.words) + ")")
    return f"({' OR '.join(said)})" if len(said) > 1 else said[0]


def _accented(in_title: str, units: Sequence[_Unit], accented: Sequence[str]) -> tuple[str, str]:
    """As folded, but the words that were typed with accents have these."""

    def found(folded: str, column: str) -> str:
        return " AND ".join([f"({folded})", *(phrase(column, [word]) for word in dict.fromkeys(accented))])

    in_body = " AND ".join(_any_spelling(unit, False, lambda spelling: phrase("body_f", spelling)) for unit in units)
    title = found(in_title, "title")
    return title, f"({title}) OR ({found(in_body, 'body')})"


def _marks(units: Sequence[_Unit], title: str, body: str) -> str:
    exact = title == "title"
    said = [spelling for unit in units for spelling in spellings(unit.words, exact=exact)]
    said += [(word,) for unit in units if unit.loose for word in unit.words]
    return " OR ".join(phrase(column, spelling) for spelling in dict.fromkeys(said) for column in (title, body))


def _without(piece: Piece) -> str:
    exact = not all(map(is_plain, piece.words))
    return _pair([_Unit(piece.words)], *(("title", "body") if exact else ("title_f", "body_f")))[1]
