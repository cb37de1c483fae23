import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.text import clean, fold, nfc, norm, unaccent

VIETNAMESE = st.text("aàáảãạăằâấeêếioòóôơớuúưứyỳýđĐĂÂÊÔƠƯHhTtQqNnLl .,-\u0300\u0301\u0303\u0309\u0323", max_size=60)


def words(text: str) -> list[str]:
    """Words as the search index divides them: a letter or digit, then letters, digits and marks."""
    return re.findall("\\w[\\w\u0300-\u036f]*", text)


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("Đầm Hà", "dam ha"),
        ("LIÊN ĐOÀN LAO ĐỘNG", "lien doan lao dong"),
        ("Thường Tín", "thuong tin"),
        ("Krông Pắc", "krong pac"),
        (unicodedata.normalize("NFD", "Nguyễn Thị Huệ"), "nguyen thi hue"),
    ],
)
def test_fold_gives_plain_letters(written: str, plain: str) -> None:
    assert fold(written) == plain


@pytest.mark.parametrize(
    ("modern", "classic"),
    [
        ("Hoà Bình", "Hòa Bình"),
        ("thuỷ lợi", "thủy lợi"),
        ("khoẻ", "khỏe"),
        ("HOÀ BÌNH", "HÒA BÌNH"),
        ("quý", "quý"),
        ("hoàn toàn", "hoàn toàn"),
        ("Uỷ ban", "Ủy ban"),
    ],
)
def test_norm_makes_both_tone_places_one(modern: str, classic: str) -> None:
    assert norm(modern) == classic
    assert norm(classic) == classic


def test_clean_takes_out_what_nobody_sees() -> None:
    assert clean("\u00a0 Công\u200b  đoàn\n\tcơ sở\ufeff ") == "Công đoàn cơ sở"


@given(VIETNAMESE)
def test_norm_and_fold_keep_the_words_apart_as_they_were(text: str) -> None:
    stored = nfc(text)
    assert len(words(norm(stored))) == len(words(fold(stored))) == len(words(stored))
    assert len(unaccent(stored)) == len(stored)


@given(VIETNAMESE)
def test_forms_do_not_change_when_made_again(text: str) -> None:
    for form in (nfc, clean, norm, fold):
        assert form(form(text)) == form(text)


@given(st.text(max_size=200))
def test_any_text_is_stored_as_valid_nfc(text: str) -> None:
    stored = nfc(text)
    assert stored == unicodedata.normalize("NFC", stored)
    assert stored.encode().decode() == stored
    assert "\u00ad" not in stored
    assert "\x00" not in stored
