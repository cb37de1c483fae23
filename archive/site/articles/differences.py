"""What changed between two versions of a text, paragraph by paragraph and inside them word by word. Pure.

Comparing costs the product of the lengths: long texts are compared by whole paragraphs only, within a budget that
keeps the worst case under a second (tests/site/test_site_differences.py).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Literal

MOST_PARAGRAPHS = 250
"""Differing paragraphs of a text that are matched with those of another; beyond it they stand side by side."""
PAIR_BUDGET, PAGE_BUDGET = 250_000, 750_000
"""Pairs of words and blanks compared in one paragraph (250 by 250 words), and on a page."""

Kind = Literal["same", "ins", "del"]
_TOKEN = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text that stayed, was added or was taken out."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    """Changed paragraphs, each in its pieces, and how many paragraphs stayed as they were before each (`kept`), the
    last of `kept` being those after all."""

    changed: tuple[tuple[Piece, ...], ...]
    kept: tuple[int, ...]

    @property
    def parts(self) -> list[tuple[int, tuple[Piece, ...] | None]]:
        """What a page lists: so many paragraphs that stayed, then a changed one (None after the last)."""
        return list(zip_longest(self.kept, self.changed))


def difference(old: Sequence[str], new: Sequence[str]) -> Difference:
    """Compare two texts given as paragraphs."""
    first, last = _common(old, new)
    before, after = old[first : len(old) - last], new[first : len(new) - last]
    changed: list[tuple[Piece, ...]] = []
    kept, budget = [first], PAGE_BUDGET
    for tag, i, j, k, m in _opcodes(before, after):
        if tag == "equal":
            kept[-1] += j - i
            continue
        for left, right in zip_longest(before[i:j], after[k:m]):
            a, b = _tokens(left), _tokens(right)
            cost = _cost(a, b)
            pieces = _words(a, b) if cost <= min(PAIR_BUDGET, budget) else _whole(left, right)
            budget -= cost if cost <= PAIR_BUDGET else 0
            changed.append(pieces)
            kept.append(0)
    kept[-1] += last
    return Difference(tuple(changed), tuple(kept))


def _opcodes(old: Sequence[str], new: Sequence[str]) -> list[tuple[str, int, int, int, int]]:
    if max(len(old), len(new)) > MOST_PARAGRAPHS:
        return [("replace", 0, len(old), 0, len(new))]
    return list(SequenceMatcher(None, old, new, autojunk=False).get_opcodes())


def _common(old: Sequence[str], new: Sequence[str]) -> tuple[int, int]:
    """How many members two sequences share at their beginning, and then at their end."""
    least = min(len(old), len(new))
    first = next((n for n in range(least) if old[n] != new[n]), least)
    last = next((n for n in range(least - first) if old[-1 - n] != new[-1 - n]), least - first)
    return first, last


def _tokens(text: str | None) -> list[str]:
    return _TOKEN.findall(text or "")


def _cost(a: Sequence[str], b: Sequence[str]) -> int:
    first, last = _common(a, b)
    return (len(a) - first - last) * (len(b) - first - last)


def _words(a: list[str], b: list[str]) -> tuple[Piece, ...]:
    first, last = _common(a, b)
    pieces = [Piece("same", "".join(a[:first]))]
    middle, other = a[first : len(a) - last], b[first : len(b) - last]
    for tag, i, j, k, m in SequenceMatcher(None, middle, other, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(Piece("same", "".join(middle[i:j])))
            continue
        pieces += [Piece("del", "".join(middle[i:j])), Piece("ins", "".join(other[k:m]))]
    pieces.append(Piece("same", "".join(a[len(a) - last :])))
    return _joined(pieces)


def _joined(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """The pieces without empty ones, and without a blank alone between two changes: that would be confetti."""
    out: list[Piece] = []
    filled = [piece for piece in pieces if piece.text]
    removed = added = ""
    for n, piece in enumerate(filled):
        between = piece.kind == "same" and not piece.text.strip() and (removed or added) and n + 1 < len(filled)
        if piece.kind == "same" and not between:
            out += [Piece("del", removed), Piece("ins", added), piece]
            removed = added = ""
            continue
        removed += piece.text if piece.kind != "ins" else ""
        added += piece.text if piece.kind != "del" else ""
    out += [Piece("del", removed), Piece("ins", added)]
    return tuple(piece for piece in out if piece.text)


def _whole(old: str | None, new: str | None) -> tuple[Piece, ...]:
    return tuple(piece for piece in (Piece("del", old or ""), Piece("ins", new or "")) if piece.text)
