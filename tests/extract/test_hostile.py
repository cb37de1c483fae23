"""Pages that are broken by accident or malice: an article or None, valid text, in bounded time; never an exception."""

import time
import unicodedata

import pytest

from archive.extract import extract

TITLE = "Công đoàn các trường học họp mặt đầu năm học mới"
SENTENCE = "Sáng nay, công đoàn các trường học trên địa bàn huyện họp mặt đầu năm học mới, trao quà cho con đoàn viên. "
PAGE = f"""<!DOCTYPE html><html><head><title>{TITLE}</title></head><body><div id="menu"><a href="/">Trang chủ</a></div>
<h1>{TITLE}</h1><span>05/09/2023 08:30</span><div class="body"><p>{SENTENCE * 3}</p><p><img src="a.jpg"></p>
<p align="center"><em>Quang cảnh buổi họp mặt</em></p><p>{SENTENCE * 2}</p><table><tr><td>a</td></tr></table></div>
<div>Tin khác</div><ul><li><a href="/1">Tin một (01/01/2020)</a></li></ul></body></html>"""
SECONDS = 2


def check(page: str | bytes) -> str | None:
    started = time.process_time()
    article = extract(page, "https://a.example.vn/tin/1")
    assert time.process_time() - started < SECONDS
    if article is None:
        return None
    for text in (article.title, article.body, *article.captions):
        assert text == unicodedata.normalize("NFC", text)
        assert text.encode()
        assert "\x00" not in text
    return article.title


@pytest.mark.parametrize(
    "page",
    [
        "".join("<div>" for _ in range(30_000)) + PAGE,
        PAGE.replace("<p>", "<span>" * 20_000, 1),
        PAGE.replace("<p>", "<b>" * 5_000 + "<p>", 1),
        PAGE.replace("<p>", "<table><tr><td>" * 3_000 + "<p>", 1),
        PAGE.replace("<body>", f'<body data-x="{"A" * 12_000_000}">'),
        PAGE.replace("a", "a\x00"),
        PAGE.replace("họp", "h\ud800ọp"),
        PAGE.replace('href="/1"', 'href="http://[::1"'),
        '<script type="application/ld+json">' + "[" * 20_000 + "</script>" + PAGE,
        PAGE.replace("05/09/2023", "9" * 100_000),
        PAGE.replace("Quang cảnh buổi họp mặt", f"Ảnh: {'a' * 250} b c d e f g h i k l m n o"),
        PAGE.replace("</p>", "<i></i>" * 150_000 + "</p>", 1),
        PAGE.replace("<h1>", "<a rel=author href=/x>Ban biên tập</a>" * 5_000 + "<h1>"),
        PAGE.replace("</p>", "</p>" + "<p>Nguồn: Báo Sông Lô</p><p>Tin: Hà Vân</p>" * 5_000, 1),
        PAGE.replace("</p>", "</p>" + "abc<br>" * 20_000, 1),
        PAGE.replace("</h1>", "</h1><div>" + "<time datetime=2020-01-01>" * 20_000 + "</div>"),
        PAGE.replace("</p>", "</p>" + f"<p>Tin liên quan</p><a href=/2>{TITLE}</a><p>{SENTENCE}</p>" * 2_000, 1),
        '<script type="application/ld+json">[' + ",".join(["{}"] * 300_000) + "]</script>" + PAGE,
        PAGE.encode("utf-16"),
        PAGE.encode("utf-8")[:900],
        PAGE.encode("cp1258", "ignore"),
    ],
    ids=["divs", "spans", "bolds", "tables", "attribute", "nul", "surrogate", "href", "json", "digits", "photographer",
         "empty", "authors", "bylines and credits", "breaks", "times", "boxes", "objects", "utf-16", "cut", "cp1258"],
)  # fmt: skip
def test_a_hazard_is_survived(page: str | bytes) -> None:
    assert check(page)


@pytest.mark.parametrize("page", [b"", b"   ", b"\x00\x00", b"<", b"%PDF-1.4", "<html>", "<h1></h1>", "�" * 500])
def test_what_holds_nothing_is_none(page: str | bytes) -> None:
    assert check(page) is None


def test_the_same_page_gives_the_same_article() -> None:
    first = extract(PAGE, "https://a.example.vn/tin/1")
    assert first is not None
    assert first == extract(PAGE.encode(), "https://a.example.vn/tin/1")
    assert first.published == "2023-09-05T08:30:00+07:00"
    assert first.captions == ["Quang cảnh buổi họp mặt"]


@pytest.mark.parametrize(
    "address",
    ["http://[::1", "//[", "http://a:b:c/", "https://a.example.vn:999999/", "javascript:", "data:,x", "&#0;", "%", "?",
     "http://\u2100.example/", "\\\\a\\b", "A" * 5_000],
)  # fmt: skip
def test_an_address_that_is_none_is_survived(address: str) -> None:
    link = f'<a href="{address}">{TITLE}</a>'
    for page in (
        PAGE.replace("<h1>", f'<h1><a href="{address}">').replace("</h1>", "</a></h1>"),
        PAGE.replace('src="a.jpg"', f'src="{address}" data-src="{address}"'),
        PAGE.replace("<head>", f'<head><base href="{address}"><link rel="canonical" href="{address}">'),
        PAGE.replace("<p>", f"<p>{link}</p><p>", 1),
        PAGE.replace("<ul>", f"{link}<ul>"),
    ):
        assert check(page) == TITLE


@pytest.mark.parametrize(
    "data",
    [
        *("5", "null", "[[[]]]", "[1e999, NaN]", '"\\ud800"', "-" * 100_000, "1" * 5_000),
        *('{"@graph": 5}', '{"@graph": {"@graph": {}}}', '{"mainEntity": [null, 1]}'),
        *('{"author": [[{}]]}', '{"author": {"name": "x"}}', '{"author": {"@type": "Person", "name": "H\\ud800 V"}}'),
        *('{"datePublished": ["2020"]}', '{"datePublished": {"@value": 1}}', '{"datePublished": "0000-00-00"}'),
        '{"datePublished": "' + "1" * 100_000 + '"}',
    ],
)
def test_data_of_any_shape_are_survived(data: str) -> None:
    assert check(PAGE.replace("</head>", f'<script type="application/ld+json">{data}</script></head>')) == TITLE


@pytest.mark.parametrize(
    "part",
    [
        "<h1><a href='/x'>Một tiêu đề khác</a></h1>",
        "<h2>Một tiêu đề con</h2>",
        "<p>Tin khác</p>",
        f"<div><p>{SENTENCE}</p></div>",
        "<figure><img src='a.jpg'><figcaption>Quang cảnh</figcaption></figure>",
        "<p>Tác giả: Hà Vân</p>",
        "<p>05/03/2019</p>",
        "<p style='display: none'>x</p>",
        "<div class='title'>Một hai ba bốn năm</div>",
        "<table><tr><td>1</td><td>2</td></tr><tr><td>3</td><td>4</td></tr></table>",
        f"<li><a href='/x'>{TITLE}</a></li>",
    ],
)
def test_two_thousand_of_anything_cost_no_time(part: str) -> None:
    check(PAGE.replace("</div>\n<div>Tin khác", part * 2_000 + "</div>\n<div>Tin khác"))
    check(PAGE.replace("<h1>", part * 2_000 + "<h1>"))


def test_rows_of_dots_cost_no_time_where_a_site_s_own_lines_are_known() -> None:
    page = PAGE.replace("</p>", "</p>" + f"<p>Ký tên {'.' * 580} x0</p>" * 20, 1)
    started = time.process_time()
    article = extract(page, "https://a.example.vn/tin/1", furniture={"cổng đoàn viên"})
    assert time.process_time() - started < SECONDS
    assert article is not None


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+07:00", "9999-12-31T23:59:59Z"])
@pytest.mark.parametrize(
    "markup",
    [
        '<meta property="article:published_time" content="{}">',
        '<script type="application/ld+json">{{"datePublished": "{}"}}</script>',
        '<body><p><time datetime="{}">hôm nay</time></p>',
    ],
)
def test_the_first_and_the_last_day_of_the_calendar_are_survived(markup: str, moment: str) -> None:
    article = extract(PAGE.replace("</head>", f"{markup.format(moment)}</head>"), "https://a.example.vn/tin/1")
    assert article is not None
    assert article.published == "2023-09-05T08:30:00+07:00"
