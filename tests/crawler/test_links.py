"""Links of listing pages, without a network: what is an article, which date is its own, which page is next."""

from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy.http import HtmlResponse, Request

from archive.sources import Source
from crawler.items import Refused
from crawler.links import ListedLink, distinct, following, listed_links, next_page, page_of
from crawler.spiders.listing import Family

SITE = "https://a.example.vn"
LISTING = """
<header><a href="/dau-trang">Đầu trang</a></header><nav><a href="/menu">Trình đơn</a></nav>
<main>
  <article><header><h2><a href="/tin/mot.html">Tin một</a></h2></header><span>05/09/2023</span>
    <footer><a href="/chuyen-muc">Chuyên mục</a></footer></article>
  <div class="item"><a href="/tin/hai.html#binh-luan">Tin hai</a> <em>(17/8/2022 14:30)</em></div>
  <div class="item"><a href="http://www.a.example.vn/tin/ba.html">Tin ba</a></div>
  <ul><li><a href="/tin/bon.html">Tin bốn</a> 01/02/2021</li>
  <li><a href="/tin/nam.html">Tin năm</a> 02/02/2021</li></ul>
  <a href="/tin?page=2">2</a> <a href="/tin?page=3">3</a> <a href="/tin">1</a>
  <a href="https://khac.example.vn/x">Trang khác</a> <a href="/cong-van.pdf">PDF</a> <a href="mailto:a@b.vn">Thư</a>
  <a href="http://[::1">Hỏng</a> <a href="javascript:void(0)">Nút</a>
</main>
<footer><a href="/cuoi-trang">Cuối trang</a></footer>
"""


def spider(**more: object) -> Family:
    source = Source(id="a", name="A", family="listing", site=SITE, listing=("/tin",), **more)  # type: ignore[arg-type]
    found: Family = type("Spider", (Family,), {"name": "a", "source": source})()
    return found


def response(body: str = LISTING, url: str = f"{SITE}/tin") -> HtmlResponse:
    return HtmlResponse(url, body=body, encoding="utf-8", request=Request(url))


def test_children_are_the_links_of_the_main_part() -> None:
    assert list(spider().article_links(response())) == [
        ListedLink(f"{SITE}/tin/mot.html", "05/09/2023"),
        ListedLink(f"{SITE}/tin/hai.html#binh-luan", "17/8/2022 14:30"),
        ListedLink("http://www.a.example.vn/tin/ba.html"),
        ListedLink(f"{SITE}/tin/bon.html", "01/02/2021"),
        ListedLink(f"{SITE}/tin/nam.html", "02/02/2021"),
    ]


def test_links_narrows_them() -> None:
    assert [link.url for link in spider(links="/b[oa]n?").article_links(response())] == [
        "http://www.a.example.vn/tin/ba.html",
        f"{SITE}/tin/bon.html",
    ]


def test_only_the_listings_own_pages_are_expanded() -> None:
    assert spider().next_pages(response()) == [f"{SITE}/tin?page=2"]
    assert spider().next_pages(response(url=f"{SITE}/tin?page=2")) == [f"{SITE}/tin?page=3"]
    assert spider().next_pages(response(url=f"{SITE}/tin?page=3")) == []


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ("/", "/page/2/"),
        ("/page/2/", "/page/3/"),
        ("/tin-tuc/", "/tin-tuc/page-2/"),
        ("/tin", "/tin?trang=2"),
        ("/tin?cat=7", "/tin?cat=7&Page=2"),
        ("/tin?Page=2&cat=7", "/tin?Page=3&cat=7"),
        ("/hoat-dong", "/hoat-dong&s_cond=&BRSR=15"),
        ("/hoat-dong&s_cond=&BRSR=15", "/hoat-dong&s_cond=&BRSR=30"),
        ("/tin", "/tin?p_p_id=abc_INSTANCE_x&_abc_INSTANCE_x_delta=5&_abc_INSTANCE_x_cur=2"),
        ("/tin/cong-doan", "/tin/cong-doan/trang-2"),
    ],
)
def test_the_page_that_follows(here: str, there: str) -> None:
    assert following(SITE + here, [SITE + "/khac?page=9", SITE + here, SITE + there]) == [SITE + there]
    assert following(SITE + there, [SITE + here, SITE + there]) == []


def test_a_marked_next_page_wins() -> None:
    page = response('<a href="/tin?page=7">7</a><a rel="next" href="/tin?page=2">Sau</a>')
    assert next_page(page) == [f"{SITE}/tin?page=2"]


def test_a_visitors_mark_is_no_other_listing() -> None:
    second = f"{SITE}/tin?page=2&PHPSESSID=0123456789abcdef"
    assert following(f"{SITE}/tin", [second]) == [second]
    assert following(second, [f"{SITE}/tin?page=3&PHPSESSID=fedcba9876543210"]) != []


def test_the_number_of_a_page() -> None:
    assert page_of(f"{SITE}/tin?cat=7&page=3#top") == ("a.example.vn/tin?cat=7", 3)
    assert page_of(f"{SITE}/tin/") == ("a.example.vn/tin?", 0)


@pytest.mark.parametrize(
    ("html", "dates"),
    [
        ("<ul><li><a href=/1>Một</a> 05/09/2023</li><li><a href=/2>Hai</a></li></ul>", ["05/09/2023", None]),
        ("<div><p><a href=/1>Một</a></p><p><a href=/2>Hai</a> 05/09/2023</p></div>", [None, "05/09/2023"]),
        ("<table><tr><td><a href=/1>Một</a><td><a href=/f.pdf>PDF</a><td>05/09/2023</table>", ["05/09/2023"]),
        (
            "<div class='item'><div class='anh'><a href=/1><img></a></div><div class='chu'><h3><a href=/1>Một</a></h3>"
            "<span>05/09/2023</span></div></div><div class='item x'><div><a href=/2>Hai</a></div></div>",
            ["05/09/2023", None],
        ),
        ("<div><a href=/1>Một</a> <i>05/09/2023</i> <b>06/09/2023</b></div>", [None]),
    ],
    ids=["next", "before", "row", "picture", "two-dates"],
)
def test_a_link_has_the_date_of_its_own_entry_and_of_no_other(html: str, dates: list[str | None]) -> None:
    links = distinct(spider().article_links(response(f"<main>{html}</main>")))
    assert [(link.url, link.listed) for link in links] == [
        (f"{SITE}/{number}", date) for number, date in enumerate(dates, 1)
    ]


def test_only_the_entries_are_read_where_there_are_any() -> None:
    page = response("<div class=tin><a href=/1>Một</a></div><aside><a href=/2>Hai</a></aside>")
    assert [link.url for link in listed_links(page, within="div.tin")] == [f"{SITE}/1"]
    assert [link.url for link in listed_links(page, within="article")] == [f"{SITE}/1", f"{SITE}/2"]


HREFS = [
    "http://[::1",
    "//",
    "?",
    "http://a.example.vn:x/",
    f"/tin?page={'9' * 5_000}",
    "/tin?page=" + "9" * 1_500,
    "x" * 5_000,
]


@given(st.lists(st.one_of(st.text(max_size=20), st.sampled_from(HREFS))))
def test_no_link_breaks_a_listing(hrefs: list[str]) -> None:
    page = response("<main>" + "".join(f'<p><a href="{escape(href)}">x</a></p>' for href in hrefs) + "</main>")
    for output in spider().parse(page):
        assert isinstance(output, Request | Refused)
