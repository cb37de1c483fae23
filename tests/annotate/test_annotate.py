"""What the pipeline gets of an article, and that any text at all can be read."""

import unicodedata
from dataclasses import astuple
from datetime import date, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from archive.annotate import ambiguous_places, annotate, find_places, find_school_years

TITLE = "LĐLĐ huyện Nho Quan tổng kết năm học 2018-2019"
BODY = (
    "Chiều 12/7, LĐLĐ huyện Nho Quan (Ninh Bình) họp. Đoàn huyện Yên Mô cùng dự.\n\n"
    "Hội nghị triển khai nhiệm vụ năm học 2019-2020."
)


def test_places_of_an_article() -> None:
    found = annotate(TITLE, BODY, home="372", published=date(2019, 7, 13))
    rows = [(p.name, p.level, p.role, p.count, p.in_title) for p in found.places]
    assert rows == [
        ("Nho Quan", "district", "about", 2, True),
        ("Ninh Bình", "province", "mentioned", 1, False),
        ("Yên Mô", "district", "mentioned", 1, False),
    ]
    text = TITLE + "\n\n" + BODY
    assert [text[p.start : p.end] for p in found.places] == ["Nho Quan", "Ninh Bình", "Yên Mô"]


def test_school_years_of_an_article() -> None:
    found = annotate(TITLE, BODY, published=date(2019, 7, 13))
    rows = [(y.year, y.role, y.evidence, y.main) for y in found.school_years]
    assert rows == [("2018-2019", "past", "text", True), ("2019-2020", "ahead", "text", False)]
    text = TITLE + "\n\n" + BODY
    assert [text[y.start : y.end] for y in found.school_years] == ["2018-2019", "2019-2020"]


def test_most_often_named_is_about_when_the_title_names_none() -> None:
    body = "Huyện Yên Mô thắng huyện Nho Quan. Huyện Nho Quan về nhì, huyện Kim Sơn thứ ba."
    found = annotate("Hội thao công đoàn", body)
    assert [(p.name, p.role) for p in found.places] == [
        ("Yên Mô", "mentioned"), ("Nho Quan", "about"), ("Kim Sơn", "mentioned"),
    ]  # fmt: skip


def test_home_district_is_the_source_when_no_district_is_named() -> None:
    found = annotate("Hội thao công đoàn", "LĐLĐ huyện họp với LĐLĐ tỉnh Ninh Bình.", home="372")
    assert [(p.code, p.role, p.count, p.evidence) for p in found.places] == [
        ("37", "about", 1, "cue"), ("372", "source", 0, "home"),
    ]  # fmt: skip


def test_source_is_the_district_of_the_time() -> None:
    (place,) = annotate("Hội thao", "LĐLĐ huyện họp.", home="279", published=date(2007, 3, 1)).places
    assert (place.code, place.valid_to, place.province_code) == ("279", "2008-08-01", "28")


def test_no_source_beside_a_named_district_or_for_a_province() -> None:
    assert [p.role for p in annotate("Hội thao huyện Yên Mô", "", home="372").places] == ["about"]
    assert annotate("Hội thao", "LĐLĐ tỉnh họp.", home="37").places == []


def test_one_entry_a_place_and_one_main_year() -> None:
    found = annotate(TITLE, BODY + " " + BODY + " Năm học 2019-2020, năm học 2020-2021.", home="372")
    keys = [(p.level, p.code, p.valid_to) for p in found.places]
    assert len(keys) == len(set(keys))
    assert sum(y.main for y in found.school_years) == 1


def test_inferred_year_is_main() -> None:
    found = annotate("Hội giảng", "Giáo viên dự hội giảng.", published=date(2021, 11, 18))
    assert [(y.year, y.evidence, y.main) for y in found.school_years] == [("2021-2022", "inferred", True)]


def test_a_datetime_is_a_date() -> None:
    moment = datetime(2021, 11, 18, 9, 30)
    assert annotate("Hội giảng của giáo viên huyện Nho Quan", "", published=moment) == annotate(
        "Hội giảng của giáo viên huyện Nho Quan", "", published=date(2021, 11, 18)
    )


def test_empty_article() -> None:
    found = annotate("", "")
    assert (found.places, found.school_years) == ([], [])


WORDS = [
    *("LĐLĐ huyện ", "Bình Lục", "Châu Thành", "tỉnh Hà Nam", " (", ")", ", ", ". ", ":", "-", "“", "Quận 1"),
    *(
        ", 3",
        " và ",
        "các xã ",
        "TP",
        ".",
        "HCM",
        "M’",
        "Ea H'leo",
        "năm học ",
        "2019-2020",
        "2020",
        "/",
        "đến",
    ),
    *("xã Bình Lục", "phường Tây Hoa Lư", "tỉnh Ninh Bình", "huyện Gia Viễn", "các phường "),
    *("NH ", "tổng kết ", "triển khai ", "giáo viên", "TẾT", "İ", "ß", "０１", "²"),
]
ODD = ["\n", "\n\n", "\u200b", "\u0301", "\u00ad", "\u00a0", "\ud800", "\x00"]
PIECES = st.sampled_from(WORDS + ODD)
TEXTS = st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=40).map("".join))
HOMES = st.one_of(st.none(), st.sampled_from(["35", "374", "352", "01", "279", "", "x"]), st.text(max_size=4))
DATES = st.one_of(st.none(), st.dates(), st.dates(date(2025, 6, 28), date(2025, 7, 3)))


@settings(max_examples=300, deadline=None)
@given(TEXTS, HOMES, DATES)
def test_any_text_can_be_read(text: str, home: str | None, day: date | None) -> None:
    places = find_places(text, home=home, date=day)
    years = find_school_years(text, published=day)
    for start, end in [(p.start, p.end) for p in places] + [(y.start, y.end) for y in years]:
        assert 0 <= start < end <= len(text)
    for place in ambiguous_places(text, home=home, date=day):
        assert 0 <= place.start < place.end <= len(text)
        assert len(place.candidates) > 1
    assert places == find_places(text, home=home, date=day)
    assert [p.start for p in places] == sorted(p.start for p in places)
    assert len({y.year for y in years}) == len(years)


@settings(max_examples=150, deadline=None)
@given(TEXTS, TEXTS, HOMES, DATES)
def test_any_article_can_be_annotated(title: str, body: str, home: str | None, day: date | None) -> None:
    found = annotate(title, body, home=home, published=day)
    text = f"{title}\n\n{body}"
    for start, end in [astuple(p)[-2:] for p in found.places] + [astuple(y)[-2:] for y in found.school_years]:
        assert 0 <= start <= end <= len(text)
    keys = [(p.level, p.code, p.valid_to) for p in found.places]
    assert len(keys) == len(set(keys))
    assert sum(y.main for y in found.school_years) == bool(found.school_years)


@settings(max_examples=100, deadline=None)
@given(st.lists(PIECES.filter(lambda piece: piece not in {"\u0301", "\ud800"}), max_size=40).map("".join))
def test_composed_and_decomposed_text_name_the_same(text: str) -> None:
    composed, decomposed = unicodedata.normalize("NFC", text), unicodedata.normalize("NFD", text)
    assert [p.code for p in find_places(composed)] == [p.code for p in find_places(decomposed)]
    assert [y.year for y in find_school_years(composed)] == [y.year for y in find_school_years(decomposed)]
