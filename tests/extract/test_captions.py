"""The captions of pictures, apart from the text."""

import pytest

from tests.extract.small_pages import CAPTION, FIRST, FOURTH, LEAD, PICTURE, SECOND, THIRD, p, page, read

ALL = [FIRST, SECOND, THIRD]
FRAMES = [
    "<figure>{picture}<figcaption>{caption}</figcaption></figure>",
    "<figure><a href='/lon.jpg'>{picture}</a><figcaption><em>{caption}</em></figcaption></figure>",
    "<figure>{picture}<p>{caption}</p></figure>",
    "<figure>{picture}{caption}</figure>",
    "<figure><figcaption>{caption}</figcaption>{picture}</figure>",
    "<table><tr><td>{picture}</td></tr><tr><td>{caption}</td></tr></table>",
    "<table><tr><td>{picture}</td></tr><tr><td><p><i>{caption}</i></p></td></tr></table>",
    "<table><tr><td>{picture}<br>{caption}</td></tr></table>",
    "<table><tr><td><table><tr><td>{picture}</td></tr><tr><td>{caption}</td></tr></table></td></tr></table>",
    "<p align='center'>{picture}</p><p align='center'>{caption}</p>",
    "<p>{picture}</p><p style='text-align: center'><em>{caption}</em></p>",
    "<p>{picture}</p><p><em>{caption}</em></p>",
    "<p>{picture}</p><p><i>{caption}.</i></p>",
    "<p>{picture}</p><p>{caption}</p>",
    "<p>{picture}<br><em>{caption}</em></p>",
    "<p style='text-align:center'>{picture}<br>{caption}</p>",
    "<center>{picture}</center><center>{caption}</center>",
    "<div>{picture}</div><div class='text-center'>{caption}</div>",
    "<div>{picture}</div><div class='chu-thich'>{caption}</div>",
    "<div>{picture}</div><p class='Image_Caption'>{caption}</p>",
    "<div>{picture}<span class='caption'>{caption}</span></div>",
    "<p>{picture}<span class='img-desc'>{caption}</span></p>",
    "<div><div>{picture}</div><div>{caption}</div></div>",
    "<div>{picture}<div>{caption}</div></div>",
    "<div>{picture}<p>{caption}</p></div>",
    "<div class='wp-caption'>{picture}<p class='wp-caption-text'>{caption}</p></div>",
    "<p>{picture}</p><p>&nbsp;</p><p align='center'>{caption}</p>",
]


@pytest.mark.parametrize("frame", FRAMES)
def test_a_caption_is_told_by_its_frame(frame: str) -> None:
    for place in range(4):
        parts = [f"<p>{text}</p>" for text in ALL]
        parts.insert(place, frame.format(picture=PICTURE, caption=CAPTION))
        article = read(page("".join(parts)))
        assert (article.paragraphs, article.captions) == (ALL, [CAPTION if ".</i>" not in frame else f"{CAPTION}."])
        assert article.images == ["https://a.example.vn/anh/trao-qua.jpg"]


@pytest.mark.parametrize("frame", FRAMES[:9])
def test_every_picture_has_its_own_caption(frame: str) -> None:
    inside = f"<p>{FIRST}</p>" + "".join(
        frame.format(picture=PICTURE, caption=f"{CAPTION} {number}") + f"<p>{text}</p>"
        for number, text in enumerate([SECOND, THIRD, FOURTH])
    )
    article = read(page(inside))
    assert article.captions == [f"{CAPTION} {number}" for number in range(3)]
    assert article.paragraphs == [*ALL, FOURTH]


@pytest.mark.parametrize("frame", FRAMES[:4])
def test_a_caption_between_title_and_lead_is_kept(frame: str) -> None:
    above = frame.format(picture=PICTURE, caption=CAPTION) + f"<p><b>{LEAD}</b></p>"
    article = read(page(p(*ALL), above=above))
    assert (article.lead, article.captions, article.paragraphs) == (LEAD, [CAPTION], ALL)


@pytest.mark.parametrize(
    "line", ["Ảnh: Hà Vân", "(Ảnh: Hà Vân)", "Ảnh minh họa: CTV", "Buổi trao quà. Ảnh: Hà Vân", "Ảnh tư liệu: H.V",
             "Buổi trao quà (ảnh: công đoàn trường)", "Photo: Ha Van"],
)  # fmt: skip
@pytest.mark.parametrize("markup", ["<p>{picture}</p><p>{line}</p>", "<p>{picture}</p><p align=center>{line}</p>",
                                    "<figure>{picture}<figcaption>{line}</figcaption></figure>",
                                    "<table><tr><td>{picture}</td></tr><tr><td>{line}</td></tr></table>"])  # fmt: skip
def test_a_line_that_names_the_photographer_is_a_caption(markup: str, line: str) -> None:
    article = read(page(p(FIRST) + markup.format(picture=PICTURE, line=line) + p(SECOND, THIRD)))
    assert (article.captions, article.paragraphs, article.author) == ([line], ALL, None)


@pytest.mark.parametrize("line", ["Buổi trao quà. Ảnh: Hà Vân", "Quang cảnh buổi trao quà (Ảnh: Hà Vân)"])
def test_a_caption_that_names_the_photographer_needs_no_picture(line: str) -> None:
    article = read(page(p(FIRST, line, SECOND, THIRD)))
    assert (article.captions, article.paragraphs) == ([line], ALL)


@pytest.mark.parametrize("line", ["Tin, ảnh: Hà Vân", "Bài và ảnh: Hà Vân", "Tin - ảnh: Hà Vân", "Bài, ảnh: Hà Vân",
                                  "Tin & ảnh: Hà Vân", "Tin + ảnh: Hà Vân", "(Tin, ảnh: Hà Vân)"])  # fmt: skip
@pytest.mark.parametrize("markup", ["<p>{}</p>", "<p align=right><b>{}</b></p>", f"<p>{PICTURE}</p><p>{{}}</p>",
                                    f"<p>{PICTURE}</p><p align=center><i>{{}}</i></p>"])  # fmt: skip
def test_a_byline_is_no_caption(markup: str, line: str) -> None:
    article = read(page(p(*ALL) + markup.format(line)))
    assert (article.captions, article.paragraphs, article.author) == ([], ALL, "Hà Vân")


@pytest.mark.parametrize("picture", [f"<p>{PICTURE}</p>", f"<p align=center>{PICTURE}</p>", f"<div>{PICTURE}</div>",
                                     PICTURE, f"<figure>{PICTURE}</figure>", f"<p>{PICTURE}</p><p>&nbsp;</p>",
                                     f"<table><tr><td>{PICTURE}</td></tr></table>"])  # fmt: skip
def test_prose_after_a_picture_is_no_caption(picture: str) -> None:
    article = read(page(p(FIRST) + picture + p(SECOND, THIRD)))
    assert (article.paragraphs, article.captions) == (ALL, [])


def test_the_second_line_under_a_picture_is_text() -> None:
    inside = p(FIRST) + f"<p>{PICTURE}</p><p align=center>{CAPTION}</p><p align=center>Gạo và dầu ăn</p>" + p(SECOND)
    article = read(page(inside))
    assert (article.captions, article.paragraphs) == ([CAPTION], [FIRST, "Gạo và dầu ăn", SECOND])


def test_a_sentence_that_tells_of_pictures_is_no_caption() -> None:
    line = "Cuộc thi gồm ba thể loại ảnh: chân dung, đời thường và phong cảnh quê hương."
    article = read(page(p(FIRST, line, SECOND, THIRD)))
    assert (article.paragraphs, article.captions) == ([FIRST, line, SECOND, THIRD], [])


@pytest.mark.parametrize("set_so", ["<p><i>{}</i></p>", "<p align=center>{}</p>", "<div align=center><i>{}</i></div>",
                                    "<i><p>{}</p></i>", "<center><p>{}</p></center>"])  # fmt: skip
@pytest.mark.parametrize("picture", [f"<p>{PICTURE}</p>", f"<p align=center>{PICTURE}</p>", PICTURE])
def test_where_all_is_set_as_captions_are_there_are_none(set_so: str, picture: str) -> None:
    article = read(page(picture.join(map(set_so.format, [*ALL, FOURTH]))))
    assert (article.lead, article.paragraphs, article.captions) == (None, [*ALL, FOURTH], [])


def test_a_heading_under_a_picture_is_no_caption() -> None:
    article = read(page(p(FIRST) + f"<p>{PICTURE}</p><h3>Những suất quà đầu tiên</h3>" + p(SECOND)))
    assert (article.captions, article.paragraphs) == ([], [FIRST, "Những suất quà đầu tiên", SECOND])


def test_two_pictures_in_a_row_may_have_a_caption_each() -> None:
    cells = "".join(f"<td>{PICTURE}</td>" for _ in range(2))
    table = f"<table><tr>{cells}</tr><tr><td>{CAPTION}</td><td>Sân trường ngày hội</td></tr></table>"
    article = read(page(p(FIRST) + table + p(SECOND)))
    assert (article.captions, article.paragraphs) == ([CAPTION, "Sân trường ngày hội"], [FIRST, SECOND])
