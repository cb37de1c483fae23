"""The text of an article: all of it, in its order, and nothing of the page around it, whatever the markup."""

import unicodedata

import pytest

from archive.extract import Link
from tests.extract.small_pages import (
    CAPTION,
    FIRST,
    FOURTH,
    LEAD,
    MENU,
    OTHER,
    OTHER_TEXT,
    PICTURE,
    SECOND,
    THIRD,
    TITLE,
    p,
    page,
    read,
    texts,
)

ALL = [FIRST, SECOND, THIRD]
LAST = "Chiều cùng ngày, các tổ công đoàn còn đến thăm từng gia đình đoàn viên ở cả ba thôn vùng cao nữa."
NOTICE = "Đoàn viên toàn huyện nghỉ làm chiều thứ sáu tuần này để dự đại hội công đoàn."


@pytest.mark.parametrize(
    "markup",
    [
        "<p>{0}</p><p>{1}</p><p>{2}</p>",
        "<p>{0}<p>{1}<p>{2}",
        "{0}<br><br>{1}<br><br>{2}",
        "{0}<br/>&nbsp;<br/>{1}<br />\n<br />{2}",
        "{0}<br>{1}<br>{2}",
        "<p>{0}<br>{1}<br>{2}</p>",
        "<p>{0}</p>{1}<p>{2}</p>",
        "{0}<p>{1}</p>{2}",
        "<div>{0}</div><div>{1}</div><div>{2}</div>",
        "<div>{0}</div><div>&nbsp;</div><div>{1}</div><div><br></div><div>{2}</div>",
        "<div><div><div>{0}</div></div></div><div><div><div>{1}</div></div></div><div><div><div>{2}</div></div></div>",
        "<div><p>{0}</p></div><div><p>{1}</p></div><div><p>{2}</p></div>",
        "<section>{0}</section><section>{1}</section><section>{2}</section>",
        "<center>{0}</center><center>{1}</center><center>{2}</center>",
        "<span>{0}</span><br><br><span>{1}</span><br><br><span>{2}</span>",
        "<p><font face='Times'><font size=4>{0}</font></font></p><p><font>{1}</font></p><p><font>{2}</font></p>",
        "<span><p>{0}</p><p>{1}</p><p>{2}</p></span>",
        "<font><span><div>{0}</div><div>{1}</div></span><div>{2}</div></font>",
        "<p><span>{0}</span></p><p><span><span><span>{1}</span></span></span></p><p><span></span>{2}<span></span></p>",
        "<p><u>{0}</u></p><p><small>{1}</small></p><p><big>{2}</big></p>",
        "<table><tr><td><p>{0}</p><p>{1}</p><p>{2}</p></td></tr></table>",
        "<table><tr><td><table><tr><td>{0}<br><br>{1}</td></tr><tr><td>{2}</td></tr></table></td></tr></table>",
        "<table><tr><td>{0}</td></tr><tr><td>{1}</td></tr><tr><td>{2}</td></tr></table>",
        "<table><tr><td></td><td><p>{0}</p></td></tr></table><table><tr><td>{1}</td></tr></table><p>{2}</p>",
        '<p class="MsoNormal">{0}<o:p></o:p></p><p class="MsoNormal"><o:p>&nbsp;</o:p></p>'
        '<p class="MsoNormal"><span lang="VI">{1}</span><o:p></o:p></p><p class="MsoNormal">{2}</p>',
        '<p class="MsoNormal"><st1:place w:st="on">{0}</st1:place></p><v:shape></v:shape><p>{1}</p><p>{2}</p>',
        "<!--[if gte mso 9]><xml><w:View>Normal</w:View></xml><![endif]--><p>{0}</p><p>{1}</p><p>{2}</p>",
        "<p>{0}</p><script>var a = 1;</script><p>{1}</p><style>p {{ color: red }}</style><p>{2}</p>",
        "<p>{0}</p><!-- quảng cáo --><p>{1}</p><ins></ins><p>{2}</p>",
        "<pre>{0}\n</pre><pre>{1}</pre><pre>{2}</pre>",
        "<form><div><p>{0}</p><p>{1}</p><p>{2}</p></div></form>",
        "<article><p>{0}</p><p>{1}</p><p>{2}</p></article>",
        "<p>{0}</p><hr><p>{1}</p><hr><p>{2}</p>",
    ],
)
def test_any_markup_gives_the_same_paragraphs(markup: str) -> None:
    assert texts(markup.format(*ALL)) == ALL


@pytest.mark.parametrize(
    "markup",
    [
        "<b>{0}</b><br><br>{1}<br><br>{2}",
        "<p><strong>{0}</strong></p><p>{1}</p><p>{2}</p>",
        "<div><b>{0}</b></div><div>{1}</div><div>{2}</div>",
        "<p><b><span>{0}</span></b></p><p>{1}</p><p>{2}</p>",
        "<p><span><b>{0}</b></span><br><br>{1}<br><br>{2}</p>",
        "<font><b><i>{0}</i></b></font><br><br>{1}<br><br>{2}",
    ],
)
def test_a_first_paragraph_in_bold_is_the_lead(markup: str) -> None:
    article = read(page(markup.format(*ALL)))
    assert (article.lead, article.paragraphs) == (FIRST, [SECOND, THIRD])


@pytest.mark.parametrize("between", ["<div>{}</div>", "<p>{}</p>", "<h2>{}</h2>", "<p><b>{}</b></p>",
                                     "<div class='sapo'>{}</div>", "<div><p><i>{}</i></p></div>"])  # fmt: skip
def test_a_sentence_between_title_and_body_is_the_lead(between: str) -> None:
    article = read(page(p(*ALL), above=between.format(LEAD)))
    assert (article.lead, article.paragraphs) == (LEAD, ALL)


def test_a_lead_that_the_text_repeats_is_told_once() -> None:
    article = read(page(p(LEAD, *ALL), above=f"<p>{LEAD}</p>"))
    assert (article.lead, article.paragraphs) == (LEAD, ALL)


@pytest.mark.parametrize("wrap", ["<b>{}</b>", "<p>{}</p>", "<div><b>{}</b></div>"])
def test_where_all_is_bold_there_is_no_lead(wrap: str) -> None:
    article = read(page("".join(f"<p>{wrap.format(text)}</p>" for text in ALL)))
    assert (article.lead, article.paragraphs) == (None, ALL)


@pytest.mark.parametrize(
    "inside",
    [
        "<p>Một <b>hai</b> ba<i>.</i> {}</p>",
        "<p>Một<b> hai </b>ba. {}</p>",
        "<p>M<b></b>ột hai <a href='/x'>ba</a>. {}</p>",
        "<p>Một\n\n  hai\tba. {}</p>",
        "<p>Một<br>hai<br>ba. {}</p>",
        "<p>Một&nbsp;hai&#160;&#8203;ba. {}</p>",
        "<p>Mô\u0323t hai ba. {}</p>",
        "<p>M\u00adột\ufeff hai ba. {}</p>",
        "<p>&#77;&#7897;t hai ba. {}</p>",
        "<p>Một <sup></sup>hai<wbr> ba. {}</p>",
    ],
)
def test_words_stay_as_they_are_read(inside: str) -> None:
    assert texts(inside.format(FIRST) + p(SECOND, THIRD)) == [f"Một hai ba. {FIRST}", SECOND, THIRD]


def test_every_text_is_nfc() -> None:
    html = page(p(*ALL) + f"<figure>{PICTURE}<figcaption>{CAPTION}</figcaption></figure>")
    article = read(unicodedata.normalize("NFD", html))
    assert (article.title, article.paragraphs, article.captions) == (TITLE, ALL, [CAPTION])
    assert article == read(html) == read(unicodedata.normalize("NFKD", html))


@pytest.mark.parametrize("side", ["<div class='right'>{}</div>", "<aside>{}</aside>", "<div class='sidebar'>{}</div>",
                                  "<td width='30%'>{}</td>"])  # fmt: skip
@pytest.mark.parametrize("first", [True, False])
def test_a_notice_of_one_sentence_outweighs_a_sidebar(side: str, first: bool) -> None:
    beside = side.format(f"<h3>{OTHER}</h3><p>{OTHER_TEXT}</p>")
    main = f"<div><h1>{TITLE}</h1><div><p>{NOTICE}</p></div></div>"
    if side.startswith("<td"):
        main = f"<td>{main}</td>"
    row = beside + main if first else main + beside
    if side.startswith("<td"):
        row = f"<table><tr>{row}</tr></table>"
    html = f"<html><head><title>{TITLE}</title></head><body><div>{MENU}</div>{row}</body></html>"
    assert read(html).body == NOTICE


@pytest.mark.parametrize("row", ["{side}{main}", "{main}{side}"])
@pytest.mark.parametrize("inside", [f"<p>{OTHER_TEXT} {THIRD}</p>", f"<h3>{OTHER}</h3>{p(OTHER_TEXT, THIRD)}"])
def test_a_sidebar_longer_than_the_notice_is_not_read(inside: str, row: str) -> None:
    main = f"<div><h1>{TITLE}</h1><div><p>{NOTICE}</p></div></div>"
    beside = row.format(side=f'<div class="sidebar">{inside}</div>', main=main)
    assert read(f"<html><head><title>{TITLE}</title></head><body><div>{MENU}</div>{beside}</body>").body == NOTICE


@pytest.mark.parametrize(
    "furniture",
    [
        '<div class="cookie-banner"><p>{}</p></div>',
        '<div id="consent">{}</div>',
        '<div class="comments"><p>{}</p></div>',
        '<div id="idcomment"><ul><li>{}</li></ul></div>',
        '<section class="newsletter">{}</section>',
        "<footer><p>{}</p></footer>",
        '<div class="footer"><p>{}</p></div>',
        '<div role="dialog" hidden><p>{}</p></div>',
        "<dialog><p>{}</p></dialog>",
        "<noscript><p>{}</p></noscript>",
        "<nav><p>{}</p></nav>",
        '<div style="display:none"><p>{}</p></div>',
    ],
)
def test_furniture_may_be_longer_than_the_article(furniture: str) -> None:
    for text in (OTHER_TEXT, " ".join([OTHER_TEXT] * 3)):
        box = furniture.format(text)
        assert read(page(p(FIRST), below=box)).body == FIRST
        assert read(page(p(FIRST)).replace("</body>", f"{box}</body>")).body == FIRST
        assert read(page(p(FIRST)).replace("<body>", f"<body>{box}")).body == FIRST


@pytest.mark.parametrize("name", ["related", "TinLienQuan", "tin-khac", "sidebar", "widget", "most-read", "advert"])
@pytest.mark.parametrize("box", ['<div class="{}"><p>{}</p></div>', '<section id="{}">{}</section>'])
def test_what_calls_itself_other_news_is_no_text(name: str, box: str) -> None:
    html = page(p(*ALL), below=box.format(name, OTHER_TEXT))
    assert read(html).paragraphs == ALL
    assert read(page(p(*ALL) + box.format(name, OTHER_TEXT))).paragraphs == ALL
    assert read(page(p(*ALL[:2]) + box.format(name, OTHER_TEXT) + p(THIRD))).paragraphs == ALL


@pytest.mark.parametrize("where", ["inside", "above", "below"])
def test_other_news_is_no_text_beside_a_notice_of_one_sentence(where: str) -> None:
    box = f'<div class="related"><p>{OTHER_TEXT}</p></div>'
    html = page(p(NOTICE) + box) if where == "inside" else page(p(NOTICE), **{where: box})
    assert read(html).body == NOTICE


def test_what_calls_itself_furniture_and_holds_the_text_is_the_text() -> None:
    for name in ("widget", "related", "sidebar", "advert"):
        assert read(page(f'<div class="{name}">{p(*ALL)}</div>')).paragraphs == ALL


@pytest.mark.parametrize("wrapper", ["<div><p>{}</p></div>", "<div><div><div>{}</div></div></div>",
                                     "<section><div><p>{}</p></div></section>",
                                     "<table><tr><td><p>{}</p></td></tr></table>",
                                     "<div class='row'><div class='col'><span>{}</span></div></div>"])  # fmt: skip
def test_each_paragraph_may_have_a_wrapper(wrapper: str) -> None:
    assert texts("".join(map(wrapper.format, [*ALL, FOURTH]))) == [*ALL, FOURTH]


@pytest.mark.parametrize("markup", ["<div>{}</div><div>{}</div>", "<div>{}</div><ul><li>{}</li></ul>",
                                    "<table><tr><td>{}</td></tr><tr><td>{}</td></tr></table>"])  # fmt: skip
def test_a_long_paragraph_leaves_a_short_one_its_place(markup: str) -> None:
    assert texts(markup.format(f"{FIRST} {SECOND}", LAST)) == [f"{FIRST} {SECOND}", LAST]


@pytest.mark.parametrize("between", ["", '<div class="ad"></div>', f"<div>{PICTURE}</div>", "<hr>"])
def test_an_article_may_be_in_two_siblings(between: str) -> None:
    html = f"<h1>{TITLE}</h1><div>{p(FIRST, SECOND)}</div>{between}<div>{p(THIRD, FOURTH)}</div>"
    assert read(f"<title>{TITLE}</title><body><div>{MENU}</div><div>{html}</div>").paragraphs == [*ALL, FOURTH]


@pytest.mark.parametrize(
    "html",
    [
        "<div><h1>{title}</h1><div>{text}</div></div>",
        "<div><div><h1>{title}</h1>{text}</div></div>",
        "<div><h1>{title}</h1></div><div><div>{text}</div></div>",
        "<header><div><h1>{title}</h1></div></header><main><div>{text}</div></main>",
        "<div><div><div><h1>{title}</h1></div></div></div><div><div><div>{text}</div></div></div>",
        "<table><tr><td><h1>{title}</h1></td></tr><tr><td>{text}</td></tr></table>",
        "<h1>{title}</h1>{text}",
        "<div><div>{text}</div></div><div><h2>{title}</h2></div>",
        "<article><header><h1>{title}</h1></header><div>{text}</div></article>",
        "<div><p><b>{title}</b></p>{text}</div>",
        "<div><span class='title'>{title}</span><br><br>{text}</div>",
    ],
)
def test_the_title_may_be_inside_outside_or_apart(html: str) -> None:
    article = read(f"<title>{TITLE}</title><body><div>{MENU}</div>" + html.format(title=TITLE, text=p(*ALL)))
    assert (article.title, article.paragraphs) == (TITLE, ALL)


@pytest.mark.parametrize("markup", ["<span>{}</span>", "<p>{}</p>", "<div>{}</div>", "<time>{}</time>"])
def test_how_long_ago_it_was_is_no_text(markup: str) -> None:
    assert texts(p(*ALL), above=markup.format("4 năm trước")) == ALL


@pytest.mark.parametrize("again", ["<p>{}</p>", "<p><b>{}</b></p>", "<h2>{}</h2>", "<div align='center'>{}</div>"])
def test_the_title_again_is_no_text(again: str) -> None:
    assert texts(again.format(TITLE) + p(*ALL)) == ALL
    assert texts(again.format(TITLE.upper()) + p(*ALL)) == ALL


@pytest.mark.parametrize(
    ("inside", "kind", "images", "links"),
    [
        (PICTURE, "image", ["/anh/trao-qua.jpg"], []),
        (f"<p>{PICTURE}</p><p><img src='hai.png'></p>", "image", ["/anh/trao-qua.jpg", "/tin-tuc/hai.png"], []),
        ('<p><img src="data:image/gif;base64,R0" data-src="/lon.jpg"></p>', "image", ["/lon.jpg"], []),
        ('<a href="/van-ban/12.pdf">Kế hoạch số 12</a>', "pdf", [], [("/van-ban/12.pdf", "Kế hoạch số 12")]),
        ('<p>Tải về: <a href="k.PDF?v=1">tại đây</a></p>', "pdf", [], [("/tin-tuc/k.PDF?v=1", "tại đây")]),
        ('<ul><li><a href="/1.docx">Mẫu một</a></li><li><a href="/2.xls">Mẫu hai</a></li></ul>', "pdf", [],
         [("/1.docx", "Mẫu một"), ("/2.xls", "Mẫu hai")]),
        (f'<p>{NOTICE}</p><a href="/van-ban/12.pdf">Kế hoạch</a>', "text", [], [("/van-ban/12.pdf", "Kế hoạch")]),
        (p(*ALL) + PICTURE, "text", ["/anh/trao-qua.jpg"], []),
    ],
)  # fmt: skip
def test_a_page_may_be_pictures_or_documents_alone(
    inside: str, kind: str, images: list[str], links: list[tuple[str, str]]
) -> None:
    article = read(page(inside))
    host = "https://a.example.vn"
    assert article.kind == kind
    assert article.images == [host + path for path in images]
    assert article.links == [Link(host + path, text) for path, text in links]


@pytest.mark.parametrize("href", ["javascript:void(0)", "mailto:cd@example.vn", "http://[::1", "", "tel:1", "ftp://x"])
def test_only_addresses_of_the_web_are_links(href: str) -> None:
    assert read(page(p(f'{FIRST} <a href="{href}">đây</a>', SECOND))).links == []


def test_links_are_told_once_with_their_words() -> None:
    link = '<a href="/van-ban/12.pdf"><b>Kế</b> hoạch</a>'
    article = read(page(p(f"{FIRST} {link}", f"{SECOND} {link}")))
    assert article.links == [Link("https://a.example.vn/van-ban/12.pdf", "Kế hoạch")]
    assert article.paragraphs == [f"{FIRST} Kế hoạch", f"{SECOND} Kế hoạch"]
