"""Links of listing pages, without a network: what is an article, which date is its own, which page is next."""

import pytest
from scrapy.http import HtmlResponse, Request

from archive.sources import Source
from crawler.links import ListedLink, following, next_page, page_of
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


def test_the_number_of_a_page() -> None:
    assert page_of(f"{SITE}/tin?cat=7&page=3#top") == ("a.example.vn/tin?cat=7", 3)
    assert page_of(f"{SITE}/tin/") == ("a.example.vn/tin?", 0)
