"""What is no article: lists of news and documents, forms, searches, errors, pages of nothing."""

import pytest

from tests.extract.small_pages import (
    FIRST,
    MENU,
    OTHER,
    OTHER_TEXT,
    PICTURE,
    SECOND,
    THIRD,
    TITLE,
    maybe,
    p,
    page,
    read,
)

NEWS = [
    (OTHER, OTHER_TEXT),
    ("Hội thi nấu ăn nhân ngày thành lập công đoàn ngành", FIRST),
    ("Tập huấn kỹ năng thương lượng tập thể cho cán bộ cơ sở", SECOND),
    ("Thăm hỏi gia đình đoàn viên gặp hỏa hoạn ở xã vùng cao", THIRD),
]
TEASERS = [
    '<div><h3><a href="/{at}">{headline}</a></h3><p>{text}</p></div>',
    '<h2><a href="/{at}">{headline}</a></h2><p>{text}</p>',
    '<a href="/{at}"><h3>{headline}</h3></a><div>{text}</div>',
    '<div>{picture}<h4><a href="/{at}">{headline}</a></h4><span>12/05/2020</span><p>{text}</p></div>',
    '<li><a href="/{at}">{headline}</a><p>{text}</p></li>',
    '<p><a href="/{at}">{headline}</a></p><p>{text}</p>',
    '<li><a href="/{at}">{headline}</a></li>',
    '<p><a href="/{at}">{headline}</a> (12/05/2020)</p>',
    '<table><tr><td>{picture}</td><td><h3><a href="/{at}">{headline}</a></h3>{text}</td></tr></table>',
    '<p><b><a href="/{at}">{headline}</a></b></p><p>{text}</p><p><a href="/{at}">Xem tiếp</a></p>',
]


def teasers(markup: str) -> str:
    return "".join(
        markup.format(at=at, headline=headline, text=text, picture=PICTURE) for at, (headline, text) in enumerate(NEWS)
    )


@pytest.mark.parametrize("markup", TEASERS)
@pytest.mark.parametrize("title", ["Tin tức", "Hoạt động công đoàn", "Tin hoạt động công đoàn cơ sở trong huyện", ""])
@pytest.mark.parametrize("heading", ["h1", "h2", "div class='title'"])
def test_a_list_of_news_is_none(markup: str, title: str, heading: str) -> None:
    shown = f"<{heading}>{title}</{heading.split()[0]}>" if title else ""
    html = f"<html><head><title>{title}</title></head><body><div>{MENU}</div><div>{shown}{teasers(markup)}</div></body>"
    assert maybe(html, url="https://a.example.vn/tin-tuc") is None


@pytest.mark.parametrize(
    "row",
    [
        '<td>{at}</td><td><a href="/{at}.pdf">Kế hoạch số {at}</a></td>',
        '<td>{at}/KH-CĐ</td><td>05/03/2019</td><td><a href="/vb/{at}.docx">Tải về</a></td>',
    ],
)
def test_a_table_of_documents_is_none(row: str) -> None:
    rows = "".join(f"<tr>{row.format(at=at)}</tr>" for at in range(4))
    assert maybe(page(f"<table><tr><th>Số</th><th>Văn bản</th></tr>{rows}</table>")) is None


@pytest.mark.parametrize(
    "title", ["Liên hệ", "LIÊN HỆ", "Tìm kiếm", "Kết quả tìm kiếm", "Kết quả tìm kiếm cho “quà Tết”", "404",
              "404 Not Found", "Không tìm thấy trang", "Page not found", "Trang không tồn tại", "Đăng nhập",
              "Sơ đồ cổng", "Giới thiệu", "Tác giả: Hà Vân", "Thẻ: quà Tết", "Lưu trữ tháng 5", "Search results for x"],
)  # fmt: skip
def test_a_page_of_the_site_is_none(title: str) -> None:
    assert maybe(page(p(FIRST, SECOND, THIRD), title=title)) is None


@pytest.mark.parametrize(
    "html",
    [
        "<h1>{title}</h1>",
        "<h1>{title}</h1><div></div>",
        "<h1>{title}</h1>{menu}",
        "<h1>{title}</h1><p>12/05/2020</p>",
        "<h1>{title}</h1><p>Đăng lúc: 12/05/2020</p><p>Lượt xem: 15</p>",
        "<h1>{title}</h1><form><input><button>Gửi</button></form>",
        "<h1>{title}</h1><script>var text = 'x'</script>",
        "<h1>Đăng nhập</h1><p>Tên đăng nhập</p><p>Mật khẩu.</p>",
        "{menu}",
        "<p>Xin chào.</p>",
    ],
)
def test_a_page_without_a_text_is_none(html: str) -> None:
    assert maybe(f"<html><head><title>{TITLE}</title></head><body>{html.format(title=TITLE, menu=MENU)}</body>") is None


@pytest.mark.parametrize(
    "markup",
    [
        *TEASERS[:4],
        '<li><a href="/{at}">{headline}</a></li>',
        '<p><a href="/{at}">{headline}</a></p><p>{text}</p>',
        '<p><a href="/{at}">{headline}</a> (12/05/2020)</p>',
        '<p><b><a href="/{at}">{headline}</a></b></p><p>{text}</p><p><a href="/{at}">Xem tiếp</a></p>',
    ],
)
def test_an_article_above_a_list_is_an_article(markup: str) -> None:
    article = read(page(p(FIRST, SECOND, THIRD), below=f"<h3>Tin khác</h3><div>{teasers(markup)}</div>"))
    assert article.paragraphs == [FIRST, SECOND, THIRD]


def test_a_page_that_calls_itself_an_article_is_one() -> None:
    inside = "".join(
        f"<h3><a href='/{at}'>{headline}</a></h3><p>{text}</p>" for at, (headline, text) in enumerate(NEWS)
    )
    assert maybe(page(inside)) is None
    assert maybe(page(inside, head='<meta property="og:type" content="article">')) is not None


def test_subheadings_make_no_list_of_an_article() -> None:
    inside = "".join(f"<h3>{headline}</h3><p>{text}</p>" for headline, text in NEWS)
    assert read(page(inside)).paragraphs == [line for pair in NEWS for line in pair]
