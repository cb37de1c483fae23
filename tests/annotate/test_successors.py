"""After 2025-07-01 an article that names communes is linked to the districts whose area they took."""

from datetime import date

import pytest

from archive.annotate import ArticlePlace, annotate
from archive.annotate.gazetteer_links import predecessors_of

AFTER = date(2025, 9, 10)
LAST = date(2025, 6, 30)


def districts(title: str, body: str, home: str | None = None, day: date | None = AFTER) -> list[tuple[str, str, int]]:
    found = annotate(title, body, home=home, published=day).places
    return [(p.code, p.role, p.count) for p in found if p.level == "district"]


def only(places: list[ArticlePlace], role: str) -> ArticlePlace:
    (place,) = (p for p in places if p.role == role)
    return place


def test_a_commune_is_linked_to_its_former_district() -> None:
    title, body = "Công đoàn tỉnh Ninh Bình họp", "Công đoàn xã Bình Lục và công đoàn xã Bình Mỹ dự. Xã Bình Lục khen."
    places = annotate(title, body, published=AFTER).places
    successor = only(places, "successor")
    assert (successor.level, successor.code, successor.valid_to) == ("district", "352", "")
    assert (successor.name, successor.province_code) == ("Bình Lục", "35")
    assert (successor.evidence, successor.count, successor.in_title) == ("successor", 3, False)
    text = f"{title}\n\n{body}"
    assert text[successor.start : successor.end] == "Bình Lục"
    assert successor.start == text.index("Bình Lục")
    assert [p.role for p in places if p.level == "commune"] == ["mentioned", "mentioned"]


def test_a_commune_in_the_title() -> None:
    places = annotate("Xã Bình Lục ra mắt", "Chiều 10/9, xã Bình Mỹ.", home="37", published=AFTER).places
    successor = only(places, "successor")
    assert (successor.in_title, successor.count) == (True, 2)


def test_a_commune_of_several_districts_is_linked_to_all() -> None:
    assert [d.name for d in predecessors_of("14533")] == ["Nho Quan", "Gia Viễn", "Hoa Lư"]
    found = districts("Hội nghị", "Công đoàn phường Tây Hoa Lư và phường Hoa Lư; phường Tây Hoa Lư khen.", home="37")
    assert found == [("372", "successor", 2), ("373", "successor", 2), ("374", "successor", 3)]


def test_a_named_one_of_several_districts_is_no_successor() -> None:
    found = districts("Hội nghị", "Phường Tây Hoa Lư, huyện Gia Viễn cũ.", home="37")
    assert found == [("373", "about", 1), ("372", "successor", 1), ("374", "successor", 1)]


@pytest.mark.parametrize("day", [LAST, date(2020, 1, 1), None])
def test_no_successors_before_the_day_or_without_one(day: date | None) -> None:
    found = annotate("Hội nghị", "Công đoàn xã Bình Lục, tỉnh Ninh Bình.", home="37", published=day).places
    assert not [p for p in found if p.role == "successor"]


def test_the_first_day() -> None:
    assert districts("Hội nghị", "Xã Bình Lục, tỉnh Ninh Bình.", day=date(2025, 7, 1)) == [("352", "successor", 1)]


def test_a_named_district_stays_as_named() -> None:
    found = districts("Hội nghị", "Xã Bình Lục, huyện Bình Lục (cũ), tỉnh Ninh Bình.")
    assert found == [("352", "about", 1)]


def test_a_named_district_and_the_successor_of_another() -> None:
    found = districts("Hội nghị", "Cán bộ huyện Kim Sơn cũ về xã Bình Lục, tỉnh Ninh Bình.")
    assert found == [("376", "about", 1), ("352", "successor", 1)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Xã Kim Sơn", ("376", "successor")),
        ("Huyện Kim Sơn", ("376", "about")),
        ("Phường Duy Tiên", ("349", "successor")),
        ("Thị xã Duy Tiên", ("349", "about")),
    ],
)
def test_the_type_word_decides(text: str, expected: tuple[str, str]) -> None:
    assert [(code, role) for code, role, _ in districts("Hội nghị", f"{text}, tỉnh Ninh Bình.")] == [expected]


def test_a_successor_is_never_what_the_article_is_about() -> None:
    body = "Xã Bình Lục, xã Bình Mỹ, xã Bình Sơn họp. Tỉnh Ninh Bình khen."
    places = annotate("Hội nghị", body, published=AFTER).places
    assert [p.name for p in places if p.role == "about"] == ["Ninh Bình"]


def test_the_home_district_is_the_source_beside_successors_of_others() -> None:
    assert districts("Hội nghị", "Xã Kim Sơn, tỉnh Ninh Bình.", home="352") == [
        ("376", "successor", 1),
        ("352", "source", 0),
    ]


def test_a_home_district_whose_commune_is_named_is_a_successor() -> None:
    assert districts("Hội nghị", "Công đoàn xã Bình Lục họp.", home="352") == [("352", "successor", 1)]


def test_no_source_where_a_district_is_named_beside_a_successor() -> None:
    found = districts("Hội nghị", "Huyện Nho Quan cũ và xã Kim Sơn, tỉnh Ninh Bình.", home="352")
    assert found == [("372", "about", 1), ("376", "successor", 1)]


def test_one_entry_a_place() -> None:
    body = "Xã Bình Lục, xã Bình Mỹ, huyện Kim Sơn, xã Kim Sơn, tỉnh Ninh Bình. Xã Bình Lục."
    places = annotate("Xã Bình Lục", body, home="352", published=AFTER).places
    keys = [(p.level, p.code, p.valid_to) for p in places]
    assert len(keys) == len(set(keys))


def test_a_commune_whose_type_changed_since_is_found_by_both() -> None:
    for text in ("Xã Trảng Bom", "Phường Trảng Bom"):
        assert ("737", "successor", 1) in districts("Hội nghị", f"{text}, Đồng Nai.", home="75")


def test_a_named_district_tells_the_province_of_a_commune() -> None:
    assert districts("Hội nghị", "Huyện Nho Quan cũ và xã Kim Sơn.") == [("372", "about", 1), ("376", "successor", 1)]


def test_a_commune_of_no_known_province_is_left_out() -> None:
    assert annotate("Hội nghị", "Công đoàn xã Bình Lục họp.", published=AFTER).places == []
