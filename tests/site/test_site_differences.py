"""What changed between two versions of a text."""

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.site.articles.differences import Difference, Piece, difference


def side(found: Difference, kind: str) -> list[str]:
    return ["".join(piece.text for piece in pieces if piece.kind in ("same", kind)) for pieces in found.changed]


@pytest.mark.parametrize(
    ("old", "new", "pieces"),
    [
        ("có 10 tập thể", "có 12 tập thể", [("same", "có "), ("del", "10"), ("ins", "12"), ("same", " tập thể")]),
        ("một hai", "một", [("same", "một"), ("del", " hai")]),
        ("", "mới", [("ins", "mới")]),
        ("Bản đầu: a", "Bản sau: a", [("same", "Bản "), ("del", "đầu"), ("ins", "sau"), ("same", ": a")]),
        ("một hai ba", "bốn năm ba", [("del", "một hai"), ("ins", "bốn năm"), ("same", " ba")]),
    ],
)
def test_words(old: str, new: str, pieces: list[tuple[str, str]]) -> None:
    assert difference([old], [new]).changed == (tuple(Piece(*pair) for pair in pieces),)  # type: ignore[arg-type]


def test_paragraphs_that_stayed_are_counted() -> None:
    found = difference(["a", "b", "c", "d", "e"], ["a", "x", "c", "d", "e"])
    assert (found.kept, len(found.changed)) == ((1, 3), 1)
    assert difference(["a", "b"], ["a", "b"]) == Difference((), (2,))
    assert difference(["a"], ["a", "b"]).kept == (1, 0)
    assert difference(["b"], ["a", "b"]).kept == (0, 1)
    assert difference([], []) == Difference((), (0,))


@given(*[st.lists(st.text("ab \u1ea7.", min_size=1, max_size=12), max_size=8)] * 2)
def test_both_texts_can_be_read_out_of_it(old: list[str], new: list[str]) -> None:
    found = difference(old, new)
    assert sum(found.kept) + sum(1 for text in side(found, "del") if text) == len(old)
    assert sum(found.kept) + sum(1 for text in side(found, "ins") if text) == len(new)
    assert all(text in old for text in side(found, "del") if text)
    assert all(text in new for text in side(found, "ins") if text)


@pytest.mark.parametrize("shape", ["one long paragraph", "many paragraphs", "many alike", "all within the budget"])
def test_a_long_text_costs_little(shape: str) -> None:
    """Half a million characters, of two words in any order: the worst there is for a comparison."""
    chance = random.Random(6)

    def made(paragraphs: int, words: int) -> list[str]:
        return [" ".join(chance.choices("ab", k=words)) for _ in range(paragraphs)]

    paragraphs, words = {
        "one long paragraph": (1, 250_000),
        "many paragraphs": (2_500, 100),
        "many alike": (240, 1),
        "all within the budget": (12, 245),
    }[shape]
    old, new = made(paragraphs, words), made(paragraphs, words)
    started = time.process_time()
    difference(old, new)
    assert time.process_time() - started < 2
