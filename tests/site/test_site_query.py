"""Text → FTS5 expressions: always valid, never more than quoted words, accents kept and dropped."""

import re
import sqlite3
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.site.search.query import MAX_CHARACTERS, MAX_WORDS, Query, TooLong, parse, stock_expression
from archive.site.search.synonyms import MAX_SPELLINGS, groups, spellings
from archive.site.search.terms import MARKS, indexed, plain, spelt, words

TOKENIZE = "tokenize=\"unicode61 remove_diacritics 0 categories 'L* N*'\""
COLUMNS = "title, body, title_f, body_f, facets"


def folded(text: str) -> list[str]:
    """The phrases that each reading of a query looks for in bodies, without accents and marks."""
    found = []
    for match in parse(text).readings:
        phrases = re.findall(r'\{body_f\} : "([^"]*)"', match.folded[1])
        found.append(" | ".join(" ".join(word[1:] for word in phrase.split()) for phrase in phrases))
    return found


def test_a_phrase_comes_first_then_all_words() -> None:
    assert folded("Đầm Hà") == ["dam ha", "dam | ha"]
    (phrase, apart) = parse("Đầm Hà").readings
    assert phrase.exact == ('{title} : "1Đầm 1Hà"', '({title} : "1Đầm 1Hà" OR {body} : "Đầm Hà")')
    assert phrase.accented is None
    assert " AND " in apart.exact[1]


def test_the_tiers_are_title_and_text_with_accents_then_without() -> None:
    match = parse("Đầm Hà").readings[0]
    assert match.tiers == (*match.exact, *match.folded)
    mixed = parse("Đầm ha").readings[0]
    assert mixed.accented is not None
    assert mixed.tiers == (*mixed.exact, *mixed.accented, *mixed.folded)


@pytest.mark.parametrize("text", ["Đầm", "04-NQ/HU", '"Đầm Hà"', "“Đầm Hà”"])
def test_one_word_or_phrase_has_one_reading(text: str) -> None:
    assert len(parse(text).readings) == 1


def test_quoted_parts_stay_phrases() -> None:
    assert folded('"hội diễn" Đầm Hà') == ["hoi dien | dam | ha"]


def test_an_odd_quotation_mark_quotes_nothing() -> None:
    assert folded('Đầm" Hà') == folded("Đầm Hà")
    assert folded('"hội diễn" Đầm" Hà') == folded('"hội diễn" Đầm Hà')


@pytest.mark.parametrize("text", ["", "   ", "!!!", '"', '""', "–", "\x00", "*", "()", "-", '-""'])
def test_nothing_to_search_has_no_reading(text: str) -> None:
    assert parse(text).readings == ()
    assert parse(text).excluded is None
    assert stock_expression(text) == '""'


@pytest.mark.parametrize(
    ("text", "wanted", "without"),
    [
        ("hội diễn -kịch", ["hội", "diễn"], ["kịch"]),
        ('hội diễn -"văn nghệ"', ["hội", "diễn"], ["văn nghệ"]),
        ("hội diễn –kịch −ca", ["hội", "diễn"], ["kịch", "ca"]),
        ("GD-ĐT", ["GD ĐT"], []),
        ("2019 -2020", ["2019", "2020"], []),
        ("hội diễn - kịch", ["hội", "diễn", "kịch"], []),
        ("-kịch", [], ["kịch"]),
    ],
)
def test_a_minus_excludes(text: str, wanted: list[str], without: list[str]) -> None:
    query = parse(text)
    assert [" ".join(piece.words) for piece in query.pieces] == wanted
    assert [" ".join(piece.words) for piece in query.without] == without


def test_unicode_forms_are_one_query() -> None:
    assert parse(unicodedata.normalize("NFD", "Đầm Hà")) == parse("Đầm Hà")
    assert folded("Hoà Bình") == folded("Hòa Bình")
    for one, other in (("Hoà", "Hòa"), ("quản lý", "quản lí"), ("quý", "quí"), ("kỹ", "kĩ"), ("THUỶ", "THỦY")):
        assert parse(one).readings == parse(other).readings
    assert spelt("tay huy thúy Quỳnh uy") == "tay huy thúy Quỳnh uy"


@pytest.mark.parametrize("text", ["a" * (MAX_CHARACTERS + 1), "a " * (MAX_WORDS + 1), "x" * 10_000])
def test_too_long_is_refused(text: str) -> None:
    with pytest.raises(TooLong):
        parse(text)
    assert stock_expression(text) == '""'


def test_synonyms_stand_beside_what_was_typed() -> None:
    assert folded("LĐLĐ huyện")[0] == "ldld huyen | lien doan lao dong huyen"
    assert folded("huyện LĐLĐ")[1] == "huyen | ldld | lien doan lao dong"
    typed = ("Liên", "đoàn", "Lao", "động")
    assert ("LĐLĐ",) in spellings(typed, exact=True)
    assert spellings(("ldld",), exact=True) == (("ldld",),), "without its accents it is not the exact form"
    assert ("lien", "doan", "lao", "dong") in spellings(("ldld",), exact=False)


def test_a_query_of_short_forms_alone_stays_small() -> None:
    assert len(spellings(("LĐLĐ", "UBND") * 10, exact=False)) <= MAX_SPELLINGS


def test_no_short_form_has_two_meanings() -> None:
    for key, forms in groups().items():
        acronyms = {form for form in forms if len(form) == 1 and form[0].isupper()}
        assert len(acronyms) <= 2, key


@pytest.fixture(scope="module")
def index() -> sqlite3.Connection:
    db = sqlite3.connect(":memory:")
    db.execute(f"CREATE VIRTUAL TABLE t USING fts5({COLUMNS}, {TOKENIZE})")
    return db


SYNTAX = st.sampled_from(
    ['"', "'", "*", "^", "(", ")", "{", "}", ":", "+", "-", " ", "AND", "OR", "NOT", "NEAR", "title", "\x00", "LĐLĐ"]
)


def expressions(query: Query) -> list[str]:
    found = [part for match in query.readings for part in (*match.tiers, *match.marks)]
    return [*found, *([query.excluded] if query.excluded else [])]


@given(text=st.lists(st.one_of(SYNTAX, st.text(max_size=5)), max_size=30).map("".join))
def test_every_expression_is_valid(index: sqlite3.Connection, text: str) -> None:
    try:
        query = parse(text)
    except TooLong:
        return
    for expression in (*expressions(query), stock_expression(text)):
        index.execute("SELECT count(*) FROM t WHERE t MATCH ?", (expression,)).fetchone()


@given(text=st.text(alphabet='đầm hạ Hà ĐÀM oà uý,.-"lý', max_size=30))
def test_what_a_tier_finds_the_last_one_finds(text: str) -> None:
    db = sqlite3.connect(":memory:")
    db.execute(f"CREATE VIRTUAL TABLE t USING fts5({COLUMNS}, {TOKENIZE})")
    stored = "Đầm Hà, hạ đàm; hoà uý đầm hạ lí"
    row = [indexed(column, stored) for column in MARKS]
    db.execute("INSERT INTO t VALUES (?, ?, ?, ?, '')", row)

    def finds(expression: str) -> bool:
        return bool(db.execute("SELECT 1 FROM t WHERE t MATCH ?", (expression,)).fetchone())

    for match in parse(text).readings:
        for tier in match.tiers:
            assert not finds(tier) or finds(match.folded[1])


@given(text=st.text(alphabet=st.characters(codec="utf-8", max_codepoint=0x1EFF), max_size=60))
def test_the_index_holds_as_many_words_as_the_text(index: sqlite3.Connection, text: str) -> None:
    """Highlights go by the position of a word."""
    stored = unicodedata.normalize("NFC", text)
    counts = {len(indexed(column, stored).split()) for column in MARKS if not column.endswith("_f")}
    assert counts == {len(words(spelt(stored)))}
    assert all(plain(word) for word in words(spelt(stored)))
