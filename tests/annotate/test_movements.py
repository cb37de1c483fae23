"""Movements of the canonical list, in any spelling."""

import re

import pytest

from archive.annotate.movements import find_movements
from archive.annotate.tables import cells, rows, vocabulary
from archive.text import fold
from tests.annotate.case_files import cases


@pytest.mark.parametrize(("text", "wanted"), cases("movements"))
def test_movements(text: str, wanted: list[str]) -> None:
    assert [m.id for m in find_movements(text)] == wanted


@pytest.mark.parametrize("row", list(rows("movements.csv")), ids=lambda row: f"{row['id']} {row['anchor']}")
def test_every_row_finds_its_own_name(row: dict[str, str]) -> None:
    assert row["id"].replace("-", "").isalnum() and row["anchor"] == fold(row["anchor"])
    assert row["id"] in [m.id for m in find_movements(f"phong trào “{row['name'].replace('…', '')}”")]


def test_evidence() -> None:
    text = "Mở đầu. Phong trào “Dạy tốt- Học tốt” và Tháng Công nhân."
    first, second = find_movements(text)
    assert (text[first.start : first.end], first.rule) == ("Dạy tốt- Học tốt", "quotes")
    assert (first.id, first.name) == ("day-tot-hoc-tot", "Dạy tốt, học tốt")
    assert (text[second.start : second.end], second.rule) == ("Tháng Công nhân", "words")


def test_nothing_crosses_a_line() -> None:
    assert find_movements("Giáo viên dạy tốt\nhọc tốt là việc của học sinh") == []


@pytest.mark.parametrize("row", list(rows("movements.csv")), ids=lambda row: f"{row['id']} {row['anchor']}")
def test_every_form_has_the_words_of_its_anchor(row: dict[str, str]) -> None:
    for form in cells(row["forms"]):
        always = fold(re.sub(r"\([^)]*\)", "", form))
        assert row["anchor"] in " ".join(always.split()), form
        assert vocabulary(row["anchor"]) <= vocabulary(always), form


def test_the_words_of_a_text() -> None:
    assert vocabulary('phong trao "hoc tot", th&thcs, 75.000 xanh-sach; đ2') == frozenset(
        b"phong trao hoc tot th thcs 75 000 xanh sach 2".split()
    )
