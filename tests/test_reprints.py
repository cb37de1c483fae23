"""Reprints: what pairs, what does not, and stories that no order of events changes. On real SQLite files."""

import sqlite3
import subprocess
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from random import Random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from archive import minhash, reprints
from archive.database import connect
from archive.minhash import BANDS, ROWS, containment, read, shared, shingles, signature
from archive.reprints import SCHEMA, Reprint, Reprints
from archive.text import unaccent
from benchmarks.reprints.made_up import Maker
from tests.sites import content

MAKER = Maker("tests")
ONE, OTHER, THIRD = (MAKER.article(number) for number in range(3))
NOTICE = "Chiều 12/5, LĐLĐ huyện Bình Lục ra mắt nghiệp đoàn xây dựng xã Tràng An với 21 đoàn viên."
SEEN = "2024-05-01T08:00:00.000+00:00"

Event = tuple[str, int, int] | tuple[str]
"""An article put with a text and on a day, or removed."""


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Reprints]:
    with closing(connect(tmp_path / "archive.db")) as connection:
        connection.executescript(SCHEMA)
        yield Reprints(connection)


def put(
    kept: Reprints, article: str, body: str, published: str | None = None, *, title: str = "Tin", seen: str = SEEN
) -> None:
    with kept.connection:
        kept.put(article, minhash.read(title, body), published, seen)


def rows(kept: Reprints, table: str = "stories") -> list[tuple[object, ...]]:
    return sorted(map(tuple, kept.connection.execute(f"SELECT * FROM {table}")), key=repr)


def names(found: list[Reprint]) -> list[str]:
    return [one.other for one in found]


# What pairs


@pytest.mark.parametrize(
    "kind",
    ["title changed", "cut to 60 %", "reordered", "no accents", "40 % added", "5 % of words",
     "title, no accents, cut to 70 %"],
)  # fmt: skip
def test_an_edited_copy_is_one_story_with_its_original(kept: Reprints, kind: str) -> None:
    maker = Maker(kind)
    articles = [maker.article(number) for number in range(20)]
    copies = [maker.edited(kind, article) for article in articles]
    for one in [*articles, *copies]:
        put(kept, one.id, one.body, title=one.title)
    assert {one.id: kept.story_of(one.id) for one in copies} == {one.id: one.origin for one in copies}
    assert len({kept.story_of(one.id) for one in articles}) == len(articles)


def test_every_tenth_word_changed_is_mostly_found(kept: Reprints) -> None:
    maker = Maker("words")
    articles = [maker.article(number) for number in range(60)]
    copies = [maker.edited("10 % of words", article) for article in articles]
    for one in [*articles, *copies]:
        put(kept, one.id, one.body)
    found = sum(kept.story_of(one.id) == one.origin for one in copies)
    assert found >= 0.8 * len(copies)  # .93 of 200 in the benchmark
    assert all(kept.story_of(one.id) in (one.origin, one.id) for one in copies)


def test_small_letters_other_unicode_and_white_space_are_no_difference() -> None:
    text = read("", ONE.body)
    assert read("", unicodedata.normalize("NFD", ONE.body)) == text
    assert read("", f"\u200b{ONE.body}\u00ad") == text
    assert read("", unaccent(ONE.body)) == text
    assert read("", ONE.body.lower()).shingles == text.shingles


def test_two_districts_that_fill_in_one_form_are_two_stories(kept: Reprints) -> None:
    maker = Maker("forms")
    for number in range(15):
        first, second = (maker.form(number, half) for half in "ab")
        assert containment(shingles(first.body), shingles(second.body)) > 0.5
        put(kept, first.id, first.body, title=first.title)
        put(kept, second.id, second.body, title=second.title)
    assert len({row[1] for row in rows(kept)}) == 30


def test_the_sample_webs_one_reprint_and_nothing_else(kept: Reprints) -> None:
    articles = [one for file in sorted(content.FOLDER.glob("*.yml")) for one in content.articles(file.stem)]
    for one in articles:
        body = "\n\n".join([*([one.lead] if one.lead else []), *one.paragraphs])
        put(kept, f"{one.site}/{one.slug}", body, one.published, title=one.title)
    copies = {f"{one.site}/{one.slug}": one.reprint_of for one in articles if one.reprint_of}
    assert copies
    found = {row[0]: row[1] for row in rows(kept) if row[0] != row[1]}
    assert {frozenset(pair) for pair in found.items()} == {frozenset(pair) for pair in copies.items()}


def test_a_digest_ties_no_two_articles_together(kept: Reprints) -> None:
    put(kept, "one", ONE.body)
    put(kept, "other", OTHER.body)
    put(kept, "digest", f"{ONE.body}\n\n{OTHER.body}")
    assert kept.story_of("one") != kept.story_of("other")


def test_a_short_notice_repeats_only_an_equal_one_under_an_equal_title(kept: Reprints) -> None:
    put(kept, "a", NOTICE, title="Bình Lục ra mắt nghiệp đoàn")
    put(kept, "b", unaccent(NOTICE).upper(), title="BINH LUC RA MAT NGHIEP DOAN")
    put(kept, "c", NOTICE.replace("21", "22"), title="Bình Lục ra mắt nghiệp đoàn")
    put(kept, "d", NOTICE, title="Nghiệp đoàn xây dựng ra đời")
    assert kept.of("a") == [Reprint("a", "b", 0, 1.0, 1.0, ())]
    assert names(kept.of("c")) == names(kept.of("d")) == []


@pytest.mark.parametrize("body", ["", "Xem tệp đính kèm.", "…", "通知"])
def test_what_says_nothing_repeats_nothing(kept: Reprints, body: str) -> None:
    put(kept, "a", body, title="Thông báo tuyển dụng")
    put(kept, "b", body, title="Thông báo tuyển dụng")
    assert (kept.story_of("b"), kept.of("b"), rows(kept)) == ("b", [], [])


# Evidence


def test_evidence_says_how_much_of_each_is_in_the_other(kept: Reprints) -> None:
    cut = "\n".join(ONE.sentences[: len(ONE.sentences) * 2 // 3])
    put(kept, "whole", ONE.body, "2024-01-01")
    put(kept, "cut", cut, "2024-01-02")
    (found,) = kept.of("cut")
    assert (found.article, found.other) == ("cut", "whole")
    assert found.shared == len(shingles(cut) & shingles(ONE.body)) == len(shingles(cut))
    assert found.here == 1.0
    assert found.there == pytest.approx(containment(shingles(ONE.body), shingles(cut)))
    equal = {a % BANDS for a, b in zip(signature(shingles(cut)), signature(shingles(ONE.body)), strict=True) if a == b}
    assert set(found.bands) == equal
    assert list(kept.nearest()) == [found]
    (back,) = kept.of("whole")
    assert (back.shared, back.here, back.there, back.bands) == (found.shared, found.there, found.here, found.bands)
    seen = "2024-05-01T08:00:00.000+00:00"
    assert rows(kept) == [
        ("cut", "whole", "2024-01-01T17:00:00.000+00:00", seen),
        ("whole", "whole", "2023-12-31T17:00:00.000+00:00", seen),
    ]


def test_equal_texts_need_no_keys(kept: Reprints) -> None:
    for name, day in (("b", "2024-01-02"), ("a", "2024-01-03"), ("c", "2024-01-01")):
        put(kept, name, ONE.body, day)
    size = len(shingles(ONE.body))
    assert [row[:2] for row in rows(kept)] == [("a", "c"), ("b", "c"), ("c", "c")]
    assert kept.of("a") == [Reprint("a", other, size, 1.0, 1.0, tuple(range(BANDS))) for other in "cb"]
    assert kept.connection.execute("SELECT count(*) FROM reprint_keys").fetchone()[0] == BANDS


def test_what_two_have_in_common_with_a_third_is_one_story_that_falls_apart_without_it(kept: Reprints) -> None:
    sentences = [MAKER.sentence() for _ in range(15)]
    put(kept, "a", " ".join(sentences[:9]), "2024-01-01")
    put(kept, "c", " ".join(sentences[6:]), "2024-01-03")
    assert kept.story_of("c") == "c"
    put(kept, "b", " ".join(sentences[3:12]), "2024-01-02")
    assert {kept.story_of(name) for name in "abc"} == {"a"}
    assert [(one.article, one.other) for one in kept.nearest()] == [("b", "a"), ("c", "b")]
    assert [one.here > 0.5 for one in kept.of("a")] == [True, False]
    with kept.connection:
        kept.remove("b")
    assert (kept.story_of("a"), kept.story_of("c")) == ("a", "c")


# The first of a story


def test_a_story_is_named_by_its_earliest_article(kept: Reprints) -> None:
    put(kept, "b", ONE.body, "2024-03-02")
    put(kept, "a", ONE.body, "2024-03-03")
    assert kept.story_of("a") == "b"
    put(kept, "z", ONE.body, "2024-03-02T06:59:00+07:00", title="Khác")
    assert kept.story_of("a") == "b"  # a date alone is its midnight
    put(kept, "undated", ONE.body, None, seen="2024-03-01T10:00:00.000+00:00")
    assert kept.story_of("a") == "undated"
    put(kept, "undated", ONE.body, "2024-03-09")
    assert kept.story_of("undated") == "b"
    put(kept, "0", ONE.body, "2024-03-02", seen="2024-04-01T00:00:00.000+00:00")
    assert kept.story_of("b") == "0"  # published the same day, seen earlier
    put(kept, "odd", ONE.body, "hôm qua")
    assert names(kept.of("a")) == ["0", "b", "z", "undated", "odd"]


def test_a_new_text_leaves_the_old_story_and_an_edited_one_stays(kept: Reprints) -> None:
    put(kept, "a", ONE.body, "2024-01-01")
    put(kept, "b", ONE.body, "2024-01-02")
    put(kept, "b", f"{ONE.body} Tin đã được đính chính.", "2024-01-02")
    assert kept.story_of("b") == "a"
    put(kept, "b", OTHER.body, "2024-01-02")
    assert kept.story_of("b") == "b"
    assert len(rows(kept, "reprint_texts")) == 2
    assert len(rows(kept, "reprint_keys")) == 2 * BANDS
    put(kept, "b", "Đã gỡ.", "2024-01-02")
    assert names(kept.of("a")) == []
    assert len(rows(kept, "reprint_keys")) == BANDS


def test_without_its_first_article_a_story_has_the_next_ones_name(kept: Reprints) -> None:
    for day, name in enumerate("abc", 1):
        put(kept, name, f"{ONE.body} {OTHER.sentences[day]}", f"2024-01-0{day}")
    assert {kept.story_of(name) for name in "abc"} == {"a"}
    with kept.connection:
        kept.remove("a")
        kept.remove("unknown")
    assert {kept.story_of(name) for name in "bc"} == {"b"}
    assert kept.story_of("a") == "a"


def test_nothing_is_committed_that_the_caller_takes_back(kept: Reprints) -> None:
    put(kept, "a", ONE.body)
    before = rows(kept), rows(kept, "reprint_keys")
    kept.connection.execute("BEGIN")
    kept.put("b", minhash.read("Tin", ONE.body), None, SEEN)
    kept.put("a", minhash.read("Tin", OTHER.body), None, SEEN)
    kept.remove("b")
    assert kept.connection.in_transaction
    kept.connection.rollback()
    assert (rows(kept), rows(kept, "reprint_keys")) == before


# Templates


def test_a_key_of_too_many_texts_proposes_nothing_until_enough_are_gone(
    kept: Reprints, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reprints, "COMMON", 3)
    texts = [f"{ONE.body} {OTHER.sentences[0]} Lần {number}." for number in range(4)]
    everywhere = set.intersection(*(set(read("", text).keys) for text in texts))
    for number, text in enumerate(texts[:3]):
        put(kept, f"a{number}", text)
    assert {kept.story_of(f"a{number}") for number in range(3)} == {"a0"}
    put(kept, "a3", texts[3])
    assert everywhere
    members = {number: read("", text) for number, text in enumerate(texts)}
    expected = minhash.Pairs(members, everywhere).groups()
    assert len({kept.story_of(f"a{number}") for number in range(4)}) == len(expected) > 1
    put(kept, "copy", texts[3])
    assert kept.story_of("copy") == "a3"  # equal texts are no template's
    with kept.connection:
        kept.remove("a3")
    assert len({kept.story_of(f"a{number}") for number in range(3)}) == len(expected) - 1
    with kept.connection:
        kept.remove("copy")
    assert {kept.story_of(f"a{number}") for number in range(3)} == {"a0"}


def test_a_form_filled_in_often_is_not_compared_with_all_of_them(
    kept: Reprints, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reprints, "COMMON", 10)
    maker, compared = Maker("often"), []

    def counted(one: minhash.Text, other: minhash.Text) -> int:
        compared.append(1)
        return shared(one, other)

    for number in range(200):
        put(kept, f"f{number}", maker.form(number, "a").body)
    monkeypatch.setattr(reprints, "shared", counted)
    put(kept, "new", maker.form(200, "a").body)
    assert len(compared) < 100
    assert len({row[1] for row in rows(kept)}) == 201


def test_of_a_great_story_one_text_is_compared(kept: Reprints, monkeypatch: pytest.MonkeyPatch) -> None:
    compared = []
    for number in range(50):
        put(kept, f"a{number:02}", f"{ONE.body} {OTHER.sentences[number % 9]} Lần {number}.", "2024-01-02")
    monkeypatch.setattr(reprints, "shared", lambda one, other: shared(one, other) + bool(compared.append(1)))
    put(kept, "new", ONE.body, "2024-01-01")
    assert len(compared) == 1
    assert {row[1] for row in rows(kept)} == {"new"}


# Any order

_THIRD = len(ONE.sentences) // 3
TEXTS = (
    ONE.body,
    unaccent(ONE.body),
    " ".join(reversed(ONE.sentences)),
    " ".join(ONE.sentences[: 2 * _THIRD]),
    " ".join([*ONE.sentences[_THIRD:], *OTHER.sentences[:_THIRD]]),
    " ".join([*ONE.sentences[2 * _THIRD :], *OTHER.sentences[: 2 * _THIRD]]),
    OTHER.body,
    " ".join([*OTHER.sentences, *ONE.sentences[:3]]),
    THIRD.body,
    NOTICE,
    "Tin vắn.",
)
EVENTS = st.lists(
    st.tuples(st.sampled_from("abcdefgh"), st.integers(0, len(TEXTS) - 1), st.integers(1, 4))
    | st.tuples(st.sampled_from("abcdefgh")),
    max_size=24,
)


def replay(events: Sequence[Event]) -> list[object]:
    """All that is known after these events, each in a transaction of its own."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(SCHEMA)
        kept = Reprints(connection)
        for event in events:
            with connection:
                if len(event) == 1:
                    kept.remove(event[0])
                else:
                    name, text, day = event
                    kept.put(name, minhash.read("Tin", TEXTS[text]), f"2024-01-0{day}", SEEN)
        expected = {row[0] for row in connection.execute("SELECT DISTINCT text FROM reprint_keys")}
        texts = {row[0] for row in connection.execute("SELECT text FROM reprint_texts WHERE length(keys) > 0")}
        assert expected == texts
        assert connection.execute(
            "SELECT count(*) FROM reprint_texts WHERE text NOT IN (SELECT text FROM reprint_articles)"
        ).fetchone() == (0,)
        places = [
            one for (name,) in connection.execute("SELECT article FROM stories ORDER BY 1") for one in kept.of(name)
        ]
        return [*rows(kept), *kept.nearest(), *places]


@pytest.mark.parametrize("common", [1, 2, 3, 100])
@given(events=EVENTS, chance=st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=30)
@example(events=[("a", 0, 1), ("b", 6, 1), ("c", 4, 1), ("d", 5, 1), ("c",)], chance=Random(1))
def test_any_order_of_events_with_one_end_has_one_result(common: int, events: list[Event], chance: Random) -> None:
    last = {event[0]: event for event in events}
    there = [event for event in last.values() if len(event) == 3]
    chance.shuffle(there)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reprints, "COMMON", common)
        assert replay(events) == replay(there)


@given(events=EVENTS)
@settings(deadline=None, max_examples=30)
def test_stories_are_what_pairs_connect_and_named_by_the_earliest(events: list[Event]) -> None:
    there = {event[0]: event for event in events}
    put_last = {name: event for name, event in there.items() if len(event) == 3}
    contents = {name: read("Tin", TEXTS[event[1]]) for name, event in put_last.items()}
    said = [name for name in sorted(put_last, key=lambda name: (put_last[name][2], name)) if contents[name].identity]
    story = {name: name for name in said}
    for _ in said:
        for one in said:
            for other in said:
                first, second = contents[one], contents[other]
                proposed = {*first.keys} & {*second.keys} and shared(first, second)
                if first.identity == second.identity or proposed:
                    story[one] = story[other] = min(story[one], story[other], key=said.index)
    assert {row[0]: row[1] for row in replay(events) if isinstance(row, tuple)} == story


# The pure part


@pytest.mark.parametrize(("size", "alike"), [(40, 0.42), (270, 0.42), (270, 0.3), (700, 0.5), (270, 0.1)])
def test_keys_are_equal_as_often_as_minhash_promises(size: int, alike: float) -> None:
    random, times = Random(size), 400
    common = round(2 * size * alike / (1 + alike))
    found = 0
    for _ in range(times):
        one = [random.getrandbits(32) for _ in range(size)]
        other = [*one[:common], *(random.getrandbits(32) for _ in range(size - common))]
        found += bool({*signature(one)} & {*signature(other)})
    promised = 1 - (1 - alike**ROWS) ** BANDS
    assert found / times == pytest.approx(promised, abs=4 * (promised * (1 - promised) / times) ** 0.5)


def test_signatures_name_their_band_and_are_the_same_everywhere() -> None:
    found = signature(shingles(NOTICE))
    assert [key % BANDS for key in found] == list(range(BANDS))
    assert all(-(2**47) <= key < 2**47 for key in found)
    assert signature(()) == ()
    assert signature({1}) == signature([1, 1])
    code = f"from archive.minhash import *; print(signature(shingles({NOTICE!r})))"
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert other.stdout.strip() == str(found)


def test_shingles_and_containment() -> None:
    assert shingles("một hai ba bốn") == frozenset()
    assert shingles("Một, hai ba: bốn năm!") == shingles("mot hai ba bon nam")
    assert len(shingles("mot hai ba bon nam sau")) == 2
    assert containment({1, 2, 3, 4}, {1, 2}) == 0.5
    assert containment({1, 2}, {1, 2, 3, 4}) == 1.0
    assert containment(set(), {1}) == 0.0


@given(st.text(), st.text())
@settings(max_examples=200)
def test_any_text_is_read(title: str, body: str) -> None:
    text = read(title, body)
    assert len(text.keys) == (BANDS if text.shingles else 0)


def test_a_very_long_document_is_compared_by_its_beginning() -> None:
    long = " ".join(f"tu{number}" for number in range(20_000))
    assert len(read("", long).shingles) == minhash.LONGEST - minhash.WIDTH + 1
