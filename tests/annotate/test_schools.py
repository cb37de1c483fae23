"""Schools by level and name."""

import pytest

from archive.annotate.schools import find_schools
from tests.annotate.case_files import cases


@pytest.mark.parametrize(("text", "wanted"), cases("schools", "schools_fresh"))
def test_schools(text: str, wanted: list[str]) -> None:
    assert [school.name for school in find_schools(text)] == wanted


def test_evidence() -> None:
    text = "Tại trường Trung học cơ sở Trần Phú, Tiểu học Khai Thái và THPT Đồng Quan."
    assert [(text[s.start : s.end], s.level, s.rule) for s in find_schools(text)] == [
        ("trường Trung học cơ sở Trần Phú", "THCS", "school"),
        ("Tiểu học Khai Thái", "Tiểu học", "list"),
        ("THPT Đồng Quan", "THPT", "list"),
    ]
