"""A correction takes the place of what was read of an article, field by field, and of nothing else."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.annotate import Annotations, ArticlePlace, annotate, gazetteer
from archive.annotate.article import ArticleYear
from archive.corrections import (
    FIELDS,
    Correction,
    Field,
    corrected,
    corrected_annotations,
    corrected_columns,
    places_of,
    problem_with,
    years_of,
)
from archive.extract.article import Article

ARTICLE = Article(
    title="LĐLĐ huyện Nho Quan tổng kết năm học 2018-2019",
    paragraphs=[
        "Chiều 12/7, LĐLĐ huyện Nho Quan (Ninh Bình) họp. Đoàn huyện Yên Mô cùng dự.",
        "Hội nghị triển khai nhiệm vụ năm học 2019-2020.",
    ],
    published="2019-07-13",
    published_from="line",
    author="Lan Chi",
)
DECIDED = date(2026, 11, 23)


def one(field: Field, value: str) -> Correction:
    return Correction("abcdefghij23", field, value, "vì thế", DECIDED.isoformat())


def annotated(article: Article, home: str | None = None) -> Annotations:
    published = date.fromisoformat(article.published) if article.published else None
    return annotate(article.title, article.body, home=home, published=published)


FOUND = annotated(ARTICLE)


def places(field: Field, value: str, found: Annotations = FOUND) -> list[ArticlePlace]:
    return corrected_annotations(found, [one(field, value)]).places


def years(value: str, found: Annotations = FOUND) -> list[ArticleYear]:
    return corrected_annotations(found, [one("school-years", value)]).school_years


def test_the_day_is_the_corrected_one_and_says_so() -> None:
    assert corrected(ARTICLE, [one("published", "2020-01-02")]) == replace(
        ARTICLE, published="2020-01-02", published_from="correction"
    )


def test_a_day_can_be_unknown() -> None:
    assert corrected(ARTICLE, [one("published", "")]) == replace(ARTICLE, published=None, published_from="correction")


def test_title_and_author_are_the_corrected_ones() -> None:
    rows = [one("title", "Công đoàn Nho Quan nhìn lại một năm"), one("author", "Quốc Nghị")]
    assert corrected(ARTICLE, rows) == replace(ARTICLE, title="Công đoàn Nho Quan nhìn lại một năm", author="Quốc Nghị")
    assert corrected(ARTICLE, [one("author", "")]) == replace(ARTICLE, author=None)


def test_the_columns_of_an_article_that_are_said() -> None:
    rows = [one("title", "Một"), one("published", ""), one("author", ""), one("districts", "372")]
    assert corrected_columns(rows) == {
        "title": "Một",
        "published": None,
        "published_from": "correction",
        "author": None,
    }


def test_what_was_read_keeps_its_hash() -> None:
    before = ARTICLE.text_hash
    assert corrected(ARTICLE, [one("title", "Một")]) is not ARTICLE
    assert ARTICLE.text_hash == before


@pytest.mark.parametrize("field", ["districts", "provinces", "school-years"])
def test_lists_say_nothing_of_the_article_itself(field: Field) -> None:
    assert corrected(ARTICLE, [one(field, "")]) is ARTICLE


@pytest.mark.parametrize("field", ["title", "published", "author"])
def test_the_article_itself_says_nothing_of_lists(field: Field) -> None:
    assert corrected_annotations(FOUND, [one(field, "2020-01-02")]) is FOUND


def test_nothing_corrected_is_what_was_read() -> None:
    assert corrected(ARTICLE, ()) is ARTICLE
    assert corrected_annotations(FOUND, ()) is FOUND


def test_a_corrected_day_places_what_only_it_says() -> None:
    undated = replace(ARTICLE, title="Hội nghị", paragraphs=["Các trường học họp."], published=None)
    assert annotated(undated, "279").school_years == []
    dated = annotated(corrected(undated, [one("published", "2007-11-20")]), "279")
    assert [(year.year, year.evidence) for year in dated.school_years] == [("2007-2008", "inferred")]
    assert [(place.code, place.valid_to) for place in dated.places] == [("279", "2008-08-01")]


def test_a_district_of_the_text_keeps_its_place_there() -> None:
    (yen_mo, province) = places("districts", "377")
    (read,) = [place for place in FOUND.places if place.code == "377"]
    assert read.role == "mentioned"
    assert yen_mo == replace(read, role="about", evidence="correction")
    text = f"{ARTICLE.title}\n\n{ARTICLE.body}"
    assert (text[yen_mo.start : yen_mo.end], yen_mo.count) == ("Yên Mô", 1)
    assert (province.code, province.level) == ("37", "province")
    assert province in FOUND.places


def test_a_district_the_text_does_not_name_is_nowhere_in_it() -> None:
    me_linh, nho_quan, province = places("districts", "250@2008-08-01; 372")
    assert me_linh == ArticlePlace(
        code="250",
        level="district",
        valid_to="2008-08-01",
        name="Mê Linh",
        province_code="26",
        role="about",
        count=0,
        in_title=False,
        evidence="correction",
        start=0,
        end=0,
    )
    assert (nho_quan.code, nho_quan.count, nho_quan.in_title) == ("372", 2, True)
    assert province in FOUND.places


def test_no_district_at_all() -> None:
    assert [place.level for place in places("districts", "")] == ["province"]
    at_home = annotate("Hội thao", "LĐLĐ huyện họp.", home="372")
    assert [place.role for place in at_home.places] == ["source"]
    assert places("districts", "", at_home) == []


def test_the_home_district_can_be_what_an_article_is_about() -> None:
    at_home = annotate("Hội thao", "LĐLĐ huyện họp.", home="372")
    (place,) = places("districts", "372", at_home)
    assert (place.code, place.role, place.count, place.evidence) == ("372", "about", 0, "correction")


@pytest.mark.parametrize("evidence", ["home", "successor"])
def test_a_district_that_was_only_concluded_is_nowhere_in_the_text(evidence: str) -> None:
    read = [replace(place, evidence=evidence) if place.code == "377" else place for place in FOUND.places]
    (yen_mo, _) = places("districts", "377", replace(FOUND, places=read))
    assert (yen_mo.evidence, yen_mo.count, yen_mo.start, yen_mo.end) == ("correction", 0, 0, 0)


def test_provinces_leave_districts_as_they_are() -> None:
    corrected_places = places("provinces", "28@2008-08-01 37")
    assert [(p.level, p.code, p.valid_to, p.role, p.count) for p in corrected_places[:2]] == [
        ("province", "28", "2008-08-01", "about", 0),
        ("province", "37", "", "about", 1),
    ]
    assert corrected_places[2:] == [place for place in FOUND.places if place.level == "district"]


def test_communes_go_with_the_district_they_were_read_in() -> None:
    read = annotate("Huyện Nho Quan và huyện Yên Mô", "Xã Cúc Phương và xã Yên Thắng họp.", published=date(2019, 7, 13))
    communes = {place.name for place in read.places if place.level == "commune"}
    assert communes == {"Cúc Phương", "Yên Thắng"}
    left = places("districts", "377", read)
    assert [place.name for place in left if place.level == "commune"] == ["Yên Thắng"]
    assert {place.name for place in places("districts", "372 377", read)} >= communes


def test_the_first_school_year_is_the_main_one() -> None:
    found = years("2019-2020 ahead; 2018-2019 past; 2030-2031")
    assert [(year.year, year.role, year.evidence, year.main) for year in found] == [
        ("2019-2020", "ahead", "correction", True),
        ("2018-2019", "past", "correction", False),
        ("2030-2031", "mention", "correction", False),
    ]
    text = f"{ARTICLE.title}\n\n{ARTICLE.body}"
    assert [text[year.start : year.end] for year in found] == ["2019-2020", "2018-2019", ""]


def test_a_role_that_is_not_written_is_the_one_that_was_read() -> None:
    assert [(year.year, year.role) for year in years("2019-2020;2018-2019")] == [
        ("2019-2020", "ahead"),
        ("2018-2019", "past"),
    ]


def test_what_a_year_was_concluded_from_does_not_name_it() -> None:
    read = annotate("Công đoàn trường học họp", "Các trường học cùng dự.", published=date(2019, 11, 20))
    assert [(year.year, year.evidence) for year in read.school_years] == [("2019-2020", "inferred")]
    assert [(year.start, year.end) for year in years("2019-2020", read)] == [(0, 0)]


def test_no_school_year_at_all() -> None:
    assert years("") == []


def test_corrections_of_several_lists_hold_together() -> None:
    rows = [one("districts", ""), one("provinces", "01"), one("school-years", "2018-2019")]
    found = corrected_annotations(FOUND, rows)
    assert [place.code for place in found.places] == ["01"]
    assert [year.year for year in found.school_years] == ["2018-2019"]


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("title", "", "'' is no title; write it as the page shows it"),
        ("title", "…", "'…' is no title; write it as the page shows it"),
        ("published", "2019", "'2019' is no date; write it like 2019-08-31, or nothing where it is unknown"),
        ("published", "20190831", "'20190831' is no date; write it like 2019-08-31, or nothing where it is unknown"),
        ("published", "1994-12-31", "1994-12-31 is before the web; write the day the page was published"),
        ("published", "2026-11-24", "2026-11-24 is after the day of the decision; mend the one that is wrong"),
        ("districts", "1", "no district is '1'; did you mean 001 (Quận Ba Đình, Hà Nội)?"),
        ("districts", "526", "no district is '526'; did you mean 526@2020-02-01 (Huyện Tây Trà, Quảng Ngãi)?"),
        (
            "districts",
            "250@2008",
            "no district is '250@2008'; did you mean 250 (Huyện Mê Linh, Hà Nội) or 250@2008-08-01 (Huyện Mê Linh, Vĩnh"
            " Phúc)?",
        ),
        ("districts", "Nho Quan", "no district is 'Nho'; write codes of the gazetteer, in archive/data/gazetteer"),
        ("districts", "372; 377 372", "372 is named twice; name it once"),
        ("provinces", "28", "no province is '28'; did you mean 28@2008-08-01 (Tỉnh Hà Tây)?"),
        ("provinces", "37,01", "no province is '37,01'; write codes of the gazetteer, in archive/data/gazetteer"),
        ("school-years", "2019-2020 2020-2021", None),
        ("school-years", "2019-2020 sau", None),
        ("school-years", "2019", None),
        ("school-years", "1989-1990", None),
        ("school-years", "2045-2046", None),
        ("school-years", "2019-2020 past; 2019-2020", "2019-2020 is named twice; name it once"),
    ],
)
def test_a_value_that_cannot_be_is_told(field: Field, value: str, told: str | None) -> None:
    year = f"{value!r} is no school year of 1990 to 2045; write them like 2019-2020 past; 2020-2021 ahead"
    assert problem_with(field, value, DECIDED) == (told or year)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "Hội nghị"),
        ("published", ""),
        ("published", "1995-01-01"),
        ("published", "2026-11-23"),
        ("author", ""),
        ("author", "Lan Chi"),
        ("districts", ""),
        ("districts", "250 250@2008-08-01;019@2013-12-28"),
        ("provinces", ""),
        ("provinces", "01;28@2008-08-01 46"),
        ("school-years", ""),
        ("school-years", "1990-1991; 2044-2045 mention;"),
    ],
)
def test_a_value_that_can_be_is_taken(field: Field, value: str) -> None:
    assert problem_with(field, value, DECIDED) is None


def test_without_the_day_of_the_decision_any_day_can_be() -> None:
    assert problem_with("published", "2026-11-24", None) is None


UNITS = [
    *(("districts", f"{unit.code}@{unit.valid_to}".rstrip("@")) for unit in gazetteer.all_districts()),
    *(("provinces", f"{unit.code}@{unit.valid_to}".rstrip("@")) for unit in gazetteer.all_provinces()),
]


def test_every_unit_can_be_named() -> None:
    for field in ("districts", "provinces"):
        value = " ".join(code for of, code in UNITS if of == field)
        assert problem_with(field, value, DECIDED) is None
    assert places_of("district", "250 250@2008-08-01") == [
        gazetteer.district("250", ""),
        gazetteer.district("250", "2008-08-01"),
    ]


@given(st.sampled_from(FIELDS), st.text(max_size=30), st.none() | st.dates())
def test_a_value_is_told_or_taken_and_never_breaks(field: Field, value: str, decided: date | None) -> None:
    problem = problem_with(field, value, decided)
    if problem:
        assert "; " in problem
        return
    changed = corrected(ARTICLE, [one(field, value)])
    assert changed.body == ARTICLE.body
    found = corrected_annotations(annotated(changed), [one(field, value)])
    assert len({(place.level, place.code, place.valid_to) for place in found.places}) == len(found.places)
    assert sum(year.main for year in found.school_years) == bool(found.school_years)


ROLES = st.sampled_from(["", " past", " ahead", " mention"])
SOME_YEARS = st.lists(st.tuples(st.integers(1990, 2044), ROLES), unique_by=lambda year: year[0], max_size=4)


@given(SOME_YEARS)
def test_school_years_are_read_back(some: list[tuple[int, str]]) -> None:
    value = ";".join(f" {first}-{first + 1}{role} " for first, role in some)
    assert years_of(value) == [(f"{first}-{first + 1}", role.strip() or None) for first, role in some]
    found = years(value)
    assert [year.year for year in found] == [f"{first}-{first + 1}" for first, _ in some]
    assert [year.main for year in found] == [number == 0 for number in range(len(some))]


@given(st.lists(st.sampled_from([code for of, code in UNITS if of == "districts"]), unique=True, max_size=5))
def test_districts_are_read_back(codes: list[str]) -> None:
    found = [place for place in places("districts", " ".join(codes)) if place.level == "district"]
    assert [f"{place.code}@{place.valid_to}".rstrip("@") for place in found] == codes
    assert {(place.role, place.evidence) for place in found} <= {("about", "correction")}
