"""Any article, in any markup, is read back as what it was: title, lead, paragraphs, captions, writer, date."""

from dataclasses import dataclass, replace
from datetime import date

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from archive.extract import LEAST_TEXT
from tests.extract.small_pages import MENU, read

PLACES = ["Bản Mù", "Xà Hồ", "Đồng Tâm", "Phú Lâm", "Trà Cổ", "Vĩnh Thủy", "Hang Chú", "Ea Súp"]
DEEDS = ["trao quà Tết", "khám sức khỏe", "sửa mái bếp", "hiến máu", "gói bánh", "thi nấu ăn", "dựng nhà", "đọc sách"]
NAMES = ["Hà Vân", "Lò Thị Mai", "Nguyễn Hữu Đạt", "H.V", "Đỗ Quyên"]
SENTENCES = [
    "Công đoàn trường {place} tổ chức {deed} cho {number} đoàn viên cùng con em họ, sau hơn một tháng chuẩn bị chu đáo"
    " của cả ban chấp hành.",
    "Ở {place}, việc {deed} bắt đầu từ tinh mơ và kéo dài {number} giờ liền, trong tiếng cười nói rộn ràng của cả xóm"
    " nhỏ bên suối.",
    "“Chúng tôi chờ ngày này đã {number} tuần”, một cô giáo ở {place} kể, đôi tay vẫn không ngừng chuẩn bị cho buổi"
    " {deed} sắp bắt đầu.",
    "Theo kế hoạch, {number} tổ công đoàn ở {place} sẽ cùng nhau {deed} thêm một lần nữa trước khi năm học mới bắt đầu"
    " vào tháng chín.",
]
HEADLINES = ["Công đoàn {place} {deed} cho {number} đoàn viên", "{number} ngày {deed} ở {place}",
             "Chuyện {deed} của những người thợ {place} sau {number} năm"]  # fmt: skip
CAPTIONS = ["Quang cảnh buổi {deed} ở {place} ngày thứ {number}", "Đoàn viên {place} {deed}, lượt {number}"]
Filled = st.builds(
    lambda pattern, place, deed, number: (pattern, place, deed, number),
    st.integers(0, 3), st.sampled_from(PLACES), st.sampled_from(DEEDS), st.integers(11, 99),
)  # fmt: skip


def fill(patterns: list[str], filled: tuple[int, str, str, int]) -> str:
    pattern, place, deed, number = filled
    return patterns[pattern % len(patterns)].format(place=place, deed=deed, number=number)


@dataclass(frozen=True)
class Told:
    """What an article says."""

    title: str
    lead: str | None
    paragraphs: tuple[str, ...]
    caption: tuple[int, str] | None
    author: str | None
    published: date | None


@st.composite
def articles(draw: st.DrawFn, *, even: bool = False) -> Told:
    """Any article; an even one has paragraphs of one sentence each, two at least."""
    lead = fill(SENTENCES, draw(Filled)) if draw(st.booleans()) else None
    sentences = st.lists(Filled, min_size=1, max_size=1 if even else 3)
    drawn = draw(st.lists(sentences, min_size=2 if even else 1, max_size=6))
    texts = [" ".join(fill(SENTENCES, filled) for filled in paragraph) for paragraph in drawn]
    assume(len({lead, *texts}) == len(texts) + 1)
    # Above less than a text a lead in an element of its own is a paragraph like the others.
    assume(lead is None or sum(map(len, texts)) > LEAST_TEXT)
    place = st.integers(1, len(texts))
    return Told(
        title=fill(HEADLINES, draw(Filled)),
        lead=lead,
        paragraphs=tuple(texts),
        caption=draw(st.none() | st.tuples(place, Filled.map(lambda filled: fill(CAPTIONS, filled)))),
        author=draw(st.none() | st.sampled_from(NAMES)),
        published=draw(st.none() | st.dates(date(1996, 1, 1), date(2024, 5, 31))),
    )


@dataclass(frozen=True)
class Style:
    """How a site writes an article: `whole` gets title, date, lead, body and byline."""

    name: str
    whole: str
    paragraph: str
    lead: str
    picture: str
    byline: str
    day: str


WHOLE = "<div><h1>{title}</h1>{day}<div>{lead}{body}{byline}</div></div>"
STYLES = [
    Style("paragraphs", WHOLE, "<p>{}</p>", "<p><b>{}</b></p>",
          "<p align=center><img src=/a.jpg></p><p align=center><i>{}</i></p>", "<p align=right><b>{}</b></p>",
          "<p>{:%d/%m/%Y}</p>"),
    Style("apart", "<div><h1>{title}</h1><div>{day}</div>{lead}<div>{body}</div>{byline}</div>", "<p>{}</p>",
          "<h2>{}</h2>", "<figure><img src=/a.jpg><figcaption>{}</figcaption></figure>", "<p>Tác giả: {}</p>",
          "<span>Đăng ngày: {:%d/%m/%Y}</span>"),
    Style("breaks", WHOLE, "{}<br><br>", "<b>{}</b><br><br>",
          "<table><tr><td><img src=/a.jpg></td></tr><tr><td>{}</td></tr></table>", "<b>Tin, ảnh: {}</b>",
          "<i>Cập nhật lúc: {:%d-%m-%Y}</i>"),
    Style("Word", WHOLE, '<p class="MsoNormal"><span lang="VI"><font size="4">{}<o:p></o:p></font></span></p>',
          '<p class="MsoNormal"><b><span>{}</span></b><o:p></o:p></p>',
          '<p class="MsoNormal" style="text-align:center"><img src=/a.jpg><o:p></o:p></p>'
          '<p class="MsoNormal" style="text-align:center"><i>{}</i></p>',
          '<p class="MsoNormal" style="text-align:right"><b>{}</b></p><p class="MsoNormal"><o:p>&nbsp;</o:p></p>',
          "<p>Thứ hai, {:%d/%m/%Y}</p>"),
    Style("tables", "<table><tr><td><span class='title'>{title}</span></td></tr><tr><td>{day}</td></tr>"
          "<tr><td>{lead}{body}{byline}</td></tr></table>", "<p>{}</p>", "<p><b>{}</b></p>",
          "<table><tr><td><img src=/a.jpg></td></tr><tr><td><p>{}</p></td></tr></table>", "<p align=right>({})</p>",
          "{:%d/%m/%Y}"),
]  # fmt: skip
WALLED = [
    Style("divs", WHOLE, "<div>{}</div>", "<div><strong>{}</strong></div>",
          "<div><div><img src=/a.jpg></div><div>{}</div></div>", "<div style='text-align: right'>{}</div>",
          "<div>Ngày {:%d.%m.%Y}</div>"),
    Style("wrappers", "<main><article><header><h1>{title}</h1>{day}</header>{lead}{body}<footer>{byline}</footer>"
          "</article></main>", "<section><div><p>{}</p></div></section>", "<div><p><b>{}</b></p></div>",
          "<figure><img src=/a.jpg><p>{}</p></figure>", '<a rel="author" href="/tac-gia">{}</a>',
          '<time datetime="{0:%Y-%m-%d}">{0:%d/%m/%Y}</time>'),
]  # fmt: skip
"""Styles that put every paragraph into an element of its own."""
TAILS = [
    "",
    "<h3>Tin khác</h3><ul><li><a href=/2>Hội thi cắm hoa của nữ công nhân viên chức</a> (01/02/2020)</li></ul>",
    "<div class='related'><h4>Tin liên quan</h4><a href=/3>Hội thi cắm hoa của nữ công nhân viên chức</a></div>",
    "<p>Bình luận (1)</p><p><b>Sùng A Páo</b></p><p>Mong rằng lần sau xóm tôi cũng có một ngày vui như thế này!</p>",
]


def named(style: Style) -> str:
    return style.name


def render(told: Told, style: Style, tail: str) -> str:
    body = [style.paragraph.format(text) for text in told.paragraphs]
    if told.caption:
        body.insert(told.caption[0], style.picture.format(told.caption[1]))
    whole = style.whole.format(
        title=told.title,
        day=style.day.format(told.published) if told.published else "",
        lead=style.lead.format(told.lead) if told.lead else "",
        body="".join(body),
        byline=style.byline.format(told.author) if told.author else "",
    )
    return (
        f"<html><head><title>{told.title} | Công đoàn huyện</title></head><body><div>{MENU}</div>"
        f"<div><div>{whole}{tail}</div></div><div>Bản quyền thuộc công đoàn huyện</div></body></html>"
    )


def check(told: Told, style: Style, tail: str) -> None:
    article = read(render(told, style, tail))
    assert article.title == told.title
    assert (article.lead, *article.paragraphs) == (told.lead, *told.paragraphs)
    assert article.captions == ([told.caption[1]] if told.caption else [])
    assert article.author == told.author
    assert article.published == (told.published.isoformat() if told.published else None)
    assert article.extractor == "generic"


@pytest.mark.parametrize("style", STYLES, ids=named)
@settings(max_examples=25, deadline=None)
@given(articles(), st.sampled_from(TAILS))
def test_an_article_is_read_back(style: Style, told: Told, tail: str) -> None:
    check(told, style, tail)


@pytest.mark.parametrize("style", WALLED, ids=named)
@settings(max_examples=25, deadline=None)
@given(articles(even=True), st.sampled_from(TAILS))
def test_an_article_whose_paragraphs_have_walls_is_read_back(style: Style, told: Told, tail: str) -> None:
    check(told, style, tail)


@settings(max_examples=40, deadline=None)
@given(articles(even=True), st.sampled_from([*STYLES, *WALLED]), st.sampled_from([*STYLES, *WALLED]))
def test_the_markup_makes_no_difference(told: Told, one: Style, other: Style) -> None:
    first, second = (replace(read(render(told, style, "")), published_from=None, links=[]) for style in (one, other))
    assert first == second
