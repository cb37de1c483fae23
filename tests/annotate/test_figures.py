"""Figures with unit, kind, qualifier, sentence, award and giver; every row of their tables reads as it says."""

import time
import unicodedata

import pytest

from archive.annotate.figures import Figure, find_figures, read_figures, sentence
from archive.annotate.reading import read
from archive.annotate.tables import cells, rows
from tests.annotate.case_files import cases

KINDS = {"đồng": "money", "USD": "money", "EUR": "money", "%": "percent"}


def one(text: str) -> Figure:
    (figure,) = find_figures(text)
    return figure


@pytest.mark.parametrize(("text", "wanted"), cases("figures", "figures_fresh", "figures_fresh3", "figures_fresh4"))
def test_figures(text: str, wanted: list[str]) -> None:
    figures = find_figures(text)
    assert [f"{f.value} {f.unit}" for f in figures] == wanted
    for figure in figures:
        assert figure.kind == KINDS.get(figure.unit, "count")


@pytest.mark.parametrize(("text", "wanted"), cases("figure_awards", "figure_awards_fresh"))
def test_awards(text: str, wanted: list[str]) -> None:
    figures = find_figures(text)
    assert [f"{f.value} {f.unit}|{f.award}|{f.giver}" for f in figures] == wanted
    assert all(text[f.giver_start : f.giver_end] == f.giver for f in figures)


@pytest.mark.parametrize("row", list(rows("figure_labels.csv")), ids=lambda row: row["label"])
def test_labels(row: dict[str, str]) -> None:
    assert len(find_figures(row["example"])) == (row["below"] == "0")


@pytest.mark.parametrize("row", list(rows("figure_units.csv")), ids=lambda row: row["unit"])
def test_units(row: dict[str, str]) -> None:
    for form in [row["unit"], *cells(row["forms"])]:
        figures = find_figures(f"Hội nghị có 15 {form}.")
        assert [(f.value, f.unit) for f in figures] == ([] if row["kind"] == "none" else [(15, row["unit"])]), form


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("Ủng hộ 1,5 tỷ đồng", 1_500_000_000, "đồng"),
        ("Ủng hộ 2.500.000 đồng", 2_500_000, "đồng"),
        ("Đạt 98,7%", 98.7, "%"),
        ("Có 2,500 đoàn viên", 2500, "đoàn viên"),
        ("Có 05 tập thể", 5, "tập thể"),
    ],
)
def test_value_is_an_int_where_whole(text: str, value: float, unit: str) -> None:
    figure = one(text)
    assert (figure.value, type(figure.value), figure.unit) == (value, type(value), unit)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Hơn 500 đoàn viên dự", "hơn"),
        ("có gần 500 đoàn viên", "gần"),
        ("trên 3.000 CNVCLĐ", "trên"),
        ("không dưới 20 đoàn viên", "không dưới"),
        ("ít nhất 450 sáng kiến", "ít nhất"),
        ("khoảng 1,2 triệu đồng", "khoảng"),
        ("có 500 đoàn viên", ""),
        ("Hon 500 doan vien du", "hơn"),
    ],
)
def test_approximate(text: str, word: str) -> None:
    assert one(text).approximate == word


def test_the_word_before_a_range_is_that_of_both_ends() -> None:
    figures = find_figures("Có khoảng 20 - 25 đoàn viên và 3 nhà giáo được thăm.")
    assert [(figure.value, figure.approximate) for figure in figures] == [(20, "khoảng"), (25, "khoảng"), (3, "")]


def test_offsets_are_those_of_the_text_as_given() -> None:
    plain = "Hội nghị có 1.532\u00a0đoàn viên – 98,7 % là nữ."
    for text in (plain, unicodedata.normalize("NFD", plain)):
        found = [text[f.start : f.end] for f in find_figures(text)]
        assert [unicodedata.normalize("NFC", part) for part in found] == ["1.532\u00a0đoàn viên", "98,7 %"]


def test_a_list_and_a_range_say_where_their_unit_stands() -> None:
    text = "Trao 12, 15 và 20 suất quà; hỗ trợ từ 5 đến 7 triệu đồng; 57/60 CĐCS dự."
    figures = find_figures(text)
    assert [(text[f.start : f.end], f.rule) for f in figures] == [
        ("12", "list"),
        ("15", "list"),
        ("20 suất quà", "digits"),
        ("5", "range"),
        ("7 triệu đồng", "digits"),
        ("57/60 CĐCS", "share"),
    ]


def test_numbers_below_ten_in_words() -> None:
    text = "Hai tập thể, ba cá nhân được khen. Có năm đoàn viên dự.\nBốn giáo viên; ít nhất hai sáng kiến."
    assert [(f.value, text[f.start : f.end], f.rule) for f in find_figures(text)] == [
        (2, "Hai tập thể", "words"),
        (3, "ba cá nhân", "words"),
        (5, "năm đoàn viên", "words"),
        (4, "Bốn giáo viên", "words"),
        (2, "hai sáng kiến", "words"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Trong năm đoàn viên tăng nhanh",  # năm: the year
        "Đạt giải ba cá nhân",
        "Các giải nhất, nhì, ba cá nhân",
        "Tháng hai đoàn viên ra quân",
        "Thứ bảy công nhân làm ca",
        "Một đoàn viên kể lại",
        "Hai bên ký giao ước",
        "sau doan vien la cong nhan, khong dau",
    ],
)
def test_words_that_are_no_number(text: str) -> None:
    assert find_figures(text) == []


def test_sentence() -> None:
    text = "Mở đầu.\n\nTại TP. Phủ Lý có 1.532 đoàn viên dự. Kết quả: 14 tập thể được khen; 28 cá nhân nữa."
    assert [sentence(text, figure) for figure in find_figures(text)] == [
        "Tại TP. Phủ Lý có 1.532 đoàn viên dự.",
        "Kết quả: 14 tập thể được khen;",
        "28 cá nhân nữa.",
    ]


def test_a_sum_in_words_is_not_counted_again() -> None:
    assert one("Hỗ trợ 50 triệu đồng (năm mươi triệu đồng).").value == 50_000_000
    assert one("Hỗ trợ 10.000.000 (mười triệu) đồng.").value == 10_000_000


def test_nothing_crosses_a_line() -> None:
    assert find_figures("Tổng số 12\nđoàn viên | 15\ntập thể") == []


@pytest.mark.parametrize(
    "text", ["1, " * 20_000, "1 " * 20_000, "12/" * 20_000, "9" * 50_000, "hai trăm " * 8_000, "12 tập thể, " * 8_000]
)
def test_odd_texts_cost_no_square(text: str) -> None:
    reading = read(text)
    started = time.process_time()
    read_figures(reading)
    assert time.process_time() - started < 3
