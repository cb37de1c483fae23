"""Organisations with their place."""

import unicodedata

import pytest

from archive.annotate.organisations import find_organisations, read_organisations
from archive.annotate.reading import read
from archive.annotate.schools import read_schools
from tests.annotate.case_files import cases


@pytest.mark.parametrize(("text", "wanted"), cases("organisations", "organisations_fresh"))
def test_organisations(text: str, wanted: list[str]) -> None:
    assert [o.name for o in find_organisations(text)] == wanted


def test_evidence() -> None:
    text = (
        "LĐLĐ và Phòng GD&ĐT huyện Đầm Hà; LĐLĐ các huyện Ba Chẽ, Hải Hà; CĐCS Trường THCS Lê Lợi; Tổng LĐLĐ Việt Nam"
    )
    assert [(text[o.start : o.end], o.kind, o.code, o.rule) for o in find_organisations(text)] == [
        ("LĐLĐ", "LĐLĐ", "200", "shared"),
        ("Phòng GD&ĐT huyện Đầm Hà", "Phòng GD&ĐT", "200", "place"),
        ("LĐLĐ các huyện Ba Chẽ", "LĐLĐ", "202", "place"),
        ("Hải Hà", "LĐLĐ", "201", "list"),
        ("CĐCS Trường THCS Lê Lợi", "CĐCS", "", "school"),
        ("Tổng LĐLĐ Việt Nam", "Tổng LĐLĐ", "", "name"),
    ]


def test_schools_that_are_known_are_used() -> None:
    reading = read("CĐCS Trường THCS Lê Lợi")
    assert read_organisations(reading, read_schools(reading)) == find_organisations(reading.given)
    assert read_organisations(reading, []) == []


def test_the_union_of_a_school_in_a_text_of_parted_accents() -> None:
    text = unicodedata.normalize("NFD", "Nhiều Công đoàn cơ sở Trường THCS Lê Lợi dự.")
    (union,) = find_organisations(text)
    assert unicodedata.normalize("NFC", text[union.start : union.end]) == "Công đoàn cơ sở Trường THCS Lê Lợi"
