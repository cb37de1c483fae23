"""Which sentence is shown beside what was found in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.annotate.sentences import sentences_of

TEXT = (
    "Công đoàn ngành tổng kết năm học\n\n"
    "Hội nghị diễn ra tại TP. Phủ Lý. Toàn huyện có 2.181 đoàn viên, tăng 1,5 % so với năm trước. "
    "“Chúng tôi rất vui!” Ông Ng. Văn A cho biết. Quà gồm bút, vở v.v. cho 30 em."
)


@pytest.mark.parametrize(
    ("word", "sentence"),
    [
        ("Công đoàn ngành", "Công đoàn ngành tổng kết năm học"),
        ("Phủ Lý", "Hội nghị diễn ra tại TP. Phủ Lý."),
        ("2.181", "Toàn huyện có 2.181 đoàn viên, tăng 1,5 % so với năm trước."),
        ("1,5", "Toàn huyện có 2.181 đoàn viên, tăng 1,5 % so với năm trước."),
        ("rất vui", "“Chúng tôi rất vui!”"),
        ("Văn A", "Ông Ng. Văn A cho biết."),
        ("30 em", "Quà gồm bút, vở v.v. cho 30 em."),
    ],
)
def test_the_sentence_of_a_word(word: str, sentence: str) -> None:
    (found,) = sentences_of(TEXT, [TEXT.index(word)])
    assert TEXT[found.start : found.end] == sentence


def test_a_sentence_with_several_finds_is_given_once_and_in_order() -> None:
    places = [TEXT.index(word) for word in ("30 em", "2.181", "1,5")]
    assert [TEXT[s.start : s.end][:9] for s in sentences_of(TEXT, places)] == ["Toàn huyệ", "Quà gồm b"]


def test_nothing_found_has_no_sentence() -> None:
    assert sentences_of(TEXT, []) == []


@given(st.text(alphabet="aBĐ. \n!?…)”1,", max_size=60), st.data())
def test_every_place_that_is_no_white_space_lies_in_its_sentence(text: str, data: st.DataObject) -> None:
    places = [at for at, letter in enumerate(text) if not letter.isspace()]
    if not places:
        return
    place = data.draw(st.sampled_from(places))
    (found,) = sentences_of(text, [place])
    assert found.start <= place < found.end
    assert "\n" not in text[found.start : found.end]
