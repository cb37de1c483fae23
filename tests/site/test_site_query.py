"""Text → FTS5 expressions: always valid, never more than quoted words, accents kept and dropped."""

import sqlite3
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.site.query import MAX_CHARACTERS, MAX_WORDS, Match, TooLong, parse, stock_expression
from archive.text import fold, norm


def readings(text: str) -> list[tuple[str, str]]:
    return [(match.exact, match.folded) for match in parse(text).readings]


def test_a_phrase_comes_first_then_all_words() -> None:
    assert readings("Đầm Hà") == [
        ('{title body} : ("Đầm Hà")', '{title_f body_f} : ("dam ha")'),
        ('{title body} : ("Đầm" AND "Hà")', '{title_f body_f} : ("dam" AND "ha")'),
    ]


@pytest.mark.parametrize("text", ["LĐLĐ", "GD&ĐT", '"Đầm Hà"', "“Đầm Hà”"])
def test_one_word_or_phrase_has_one_reading(text: str) -> None:
    assert len(parse(text).readings) == 1


def test_quoted_parts_stay_phrases() -> None:
    assert readings('"công đoàn" Đầm Hà')[0][1] == '{title_f body_f} : ("cong doan" AND "dam" AND "ha")'


def test_an_odd_quotation_mark_quotes_nothing() -> None:
    assert readings('Đầm" Hà') == readings("Đầm Hà")
    assert readings('"công đoàn" Đầm" Hà') == readings('"công đoàn" Đầm Hà')


@pytest.mark.parametrize("text", ["", "   ", "!!!", '"', '""', "–", "\x00", "*", "()"])
def test_nothing_to_search_has_no_reading(text: str) -> None:
    assert parse(text).readings == ()
    assert stock_expression(text) == '""'


def test_unicode_forms_are_one_query() -> None:
    assert parse(unicodedata.normalize("NFD", "Đầm Hà")) == parse("Đầm Hà")
    assert readings("Hoà Bình") == readings("Hòa Bình")


@pytest.mark.parametrize("text", ["a" * (MAX_CHARACTERS + 1), "a " * (MAX_WORDS + 1), "x" * 10_000])
def test_too_long_is_refused(text: str) -> None:
    with pytest.raises(TooLong):
        parse(text)
    assert stock_expression(text) == '""'


@pytest.fixture(scope="module")
def index() -> sqlite3.Connection:
    db = sqlite3.connect(":memory:")
    db.execute("CREATE VIRTUAL TABLE t USING fts5(title, body, title_f, body_f)")
    return db


SYNTAX = st.sampled_from(
    ['"', "'", "*", "^", "(", ")", "{", "}", ":", "+", "-", " ", "AND", "OR", "NOT", "NEAR", "title", "\x00"]
)


@given(text=st.lists(st.one_of(SYNTAX, st.text(max_size=5)), max_size=30).map("".join))
def test_every_expression_is_valid(index: sqlite3.Connection, text: str) -> None:
    for match in parse(text).readings:
        for expression in (match.exact, match.folded, match.folded_only, stock_expression(text)):
            index.execute("SELECT count(*) FROM t WHERE t MATCH ?", (expression,)).fetchone()


@given(text=st.text(alphabet='đầm hạ Hà ĐÀM oà uý,.-"', max_size=30))
def test_what_the_exact_expression_finds_the_folded_one_finds(text: str) -> None:
    db = sqlite3.connect(":memory:")
    tokenize = "tokenize='unicode61 remove_diacritics 0'"
    db.execute(f"CREATE VIRTUAL TABLE t USING fts5(title, body, title_f, body_f, {tokenize})")
    stored = "Đầm Hà, hạ đàm; hoà uý đầm hạ"
    db.execute("INSERT INTO t VALUES ('', ?, '', ?)", (norm(stored), fold(stored)))

    def finds(expression: str) -> bool:
        return bool(db.execute("SELECT 1 FROM t WHERE t MATCH ?", (expression,)).fetchone())

    for match in parse(text).readings:
        assert not finds(match.exact) or finds(match.folded)


def test_folded_only_leaves_the_exact_ones_out() -> None:
    assert Match("a", "b").folded_only == "(b) NOT (a)"
