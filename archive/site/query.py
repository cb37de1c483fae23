"""What a person types → FTS5 expressions. Pure: text in, text out.

Everything typed stands inside double quotes in the expression, so that no operator, column or bracket of
FTS5's own language comes from outside.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from archive.text import clean, fold, norm

MAX_CHARACTERS = 300
MAX_WORDS = 40

EXACT_COLUMNS = "{title body}"
FOLDED_COLUMNS = "{title_f body_f}"
NOTHING = '""'
"""An expression that is valid and finds nothing."""

_QUOTES = re.compile("[“”„‟«»＂]")


class TooLong(ValueError):  # noqa: N818 - it names what the person did, not what the program did
    """The query is longer than any search needs."""


@dataclass(frozen=True, slots=True)
class Match:
    """One reading of a query, with its accents and without. All that `exact` finds, `folded` finds."""

    exact: str
    folded: str

    @property
    def folded_only(self) -> str:
        """What the folded expression finds and the exact one does not."""
        return f"({self.folded}) NOT ({self.exact})"


@dataclass(frozen=True, slots=True)
class Query:
    """A query as typed, and its readings, the narrowest first: one phrase, then all words anywhere.

    An empty query has no readings, and so has one without a letter or digit.
    """

    text: str
    readings: tuple[Match, ...]


def parse(text: str) -> Query:
    """Read a query. Parts in double quotes are phrases; without quotes the whole is one phrase first.

    Raises TooLong beyond MAX_CHARACTERS or MAX_WORDS.
    """
    if len(text) > 4 * MAX_CHARACTERS:  # the NFD form is longer; beyond that do not even clean it
        raise TooLong
    text = clean(_QUOTES.sub('"', text))
    pieces, quoted = _pieces(text)
    if len(text) > MAX_CHARACTERS or sum(len(piece.split()) for piece in pieces) > MAX_WORDS:
        raise TooLong
    if not pieces:
        return Query(text, ())
    words = _match(pieces)
    if quoted or len(pieces) == 1:
        return Query(text, (words,))
    return Query(text, (_match([" ".join(pieces)]), words))


def stock_expression(text: str) -> str:
    """What Datasette's own search boxes get: all words, with or without accents; never invalid."""
    try:
        readings = parse(text).readings
    except TooLong:
        return NOTHING
    if not readings:
        return NOTHING
    return f"({readings[-1].folded}) OR ({readings[-1].exact})"


def _pieces(text: str) -> tuple[list[str], bool]:
    """The phrases and words of a query that hold a letter or digit, and whether any of it was quoted."""
    segments = text.split('"')
    if len(segments) % 2 == 0:  # an odd quotation mark quotes nothing
        segments[-2:] = [" ".join(segments[-2:])]
    pieces: list[str] = []
    for place, segment in enumerate(segments):
        pieces += [segment.strip()] if place % 2 else segment.split()
    return [piece for piece in pieces if any(map(str.isalnum, piece))], len(segments) > 1


def _match(pieces: Iterable[str]) -> Match:
    pieces = list(pieces)
    return Match(
        exact=f"{EXACT_COLUMNS} : ({_all(map(norm, pieces))})",
        folded=f"{FOLDED_COLUMNS} : ({_all(map(fold, pieces))})",
    )


def _all(pieces: Iterable[str]) -> str:
    return " AND ".join('"' + piece.replace('"', " ") + '"' for piece in pieces)
