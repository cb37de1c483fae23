"""Addresses: what is one article and what are two, however they are spelt and whoever looks."""

import unicodedata
from urllib.parse import quote

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from archive.addresses import ID_LENGTH, article_id, canonical, identity
from archive.sources import Source, families


def source(family: str, site: str = "https://www.quangninh.example.vn", **more: object) -> Source:
    return Source(id="a", name="A", family=family, site=site, listing=("/",), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("family", "one", "other"),
    [
        ("sharepoint", "/donvi/a/Trang/ChiTietTinTuc.aspx?nid=29", "/donvi/a/Trang/ChiTietTinTuc.aspx?title=x&nid=29"),
        ("sharepoint", "/donvi/a/Trang/ChiTietTinTuc.aspx?nid=29", "/donvi/A/trang/chitiettintuc.aspx?nid=29&title=y"),
        ("mastercms", "/mot-tieu-de-112379.html", "/tieu-de-sua-112379.html?utm_source=zalo"),
        ("liferay", "/tin/-/asset_publisher/4IVk/content/mot-tin", "/home/-/asset_publisher/9Zx/content/mot-tin?a=1"),
        ("liferay", "/tin?_62_articleId=81&p_p_id=62", "/web/guest/tin?_62_version=1.0&_62_articleId=81"),
        ("nukeviet", "/tin-tuc/mot-tin-7.html", "/thi-dua/tieu-de-sua-7.html?fbclid=x"),
        ("nukeviet", "/tin-tuc/mot-tin-7.html", "/index.php?language=vi&nv=news&op=tin-tuc/mot-tin-7"),
        ("wordpress", "/?p=7", "/?p=7&utm_medium=zalo"),
        ("listing", "/tin?a=1&b=2", "/tin?b=2&a=1#top"),
        ("listing", "/tin;jsessionid=1A2B?a=1", "/tin?a=1&fbclid=xyz&utm_medium=x"),
    ],
)
def test_two_addresses_of_one_article_have_one_id(family: str, one: str, other: str) -> None:
    site = source(family)
    assert article_id(site.site + one, site) == article_id(site.site + other, site)
    assert article_id(site.site + one, site) == article_id("https://quangninh.example.vn" + one, site)


@pytest.mark.parametrize(
    ("family", "one", "other"),
    [
        ("sharepoint", "/donvi/a/Trang/ChiTietTinTuc.aspx?nid=29", "/donvi/b/Trang/ChiTietTinTuc.aspx?nid=29"),
        ("sharepoint", "/donvi/a/Trang/ChiTietTinTuc.aspx?nid=29", "/donvi/a/Trang/ChiTietTinTuc.aspx?nid=2"),
        ("mastercms", "/tin-1.html", "/tin-2.html"),
        ("listing", "/hoat-dong&s_cond=&BRSR=20", "/hoat-dong&s_cond=&BRSR=40"),
    ],
)
def test_two_articles_have_two_ids(family: str, one: str, other: str) -> None:
    site = source(family)
    assert article_id(site.site + one, site) != article_id(site.site + other, site)


def test_the_id_is_what_the_design_says_and_stays_so() -> None:
    site = source("mastercms", "https://laodong.example.vn")
    found = article_id("https://laodong.example.vn/tin-cong-doan-112379.html", site)
    # base32(sha256("laodong.example.vn 112379")), lower case
    assert found == "v6p5iqqjgi6f"
    assert len(found) == ID_LENGTH


def test_aliases_are_the_site_itself() -> None:
    site = source("listing", "https://new.example.vn", aliases=("old.example.vn",))
    assert canonical("http://old.example.vn/tin/1", site) == "https://new.example.vn/tin/1"
    assert canonical("http://www.new.example.vn/tin/1", site) == "https://new.example.vn/tin/1"
    assert canonical("https://other.example.vn/tin/1", site) == "https://other.example.vn/tin/1"


@pytest.mark.parametrize(
    ("spelling", "plain"),
    [
        ("/tin/1?utm_source=zalo&utm_medium=zalo&zarsrc=30&gidzl=aB1", "/tin/1"),
        ("/tin/1?fbclid=IwAR0&gclid=x&mibextid=y", "/tin/1"),
        ("/tin/1?PHPSESSID=0123abc&id=7", "/tin/1?id=7"),
        ("/tin/1;jsessionid=1A2B3C.node1", "/tin/1"),
        ("/tin/1%3Bjsessionid=1A2B3C?id=7", "/tin/1?id=7"),
        ("/tin/1?jsessionid=1A2B3C", "/tin/1"),
        ("/a/(S(lit3py55t21z5v55vlm25s55))/Pages/x.aspx", "/a/Pages/x.aspx"),
        ("/%28A(x)S(y)%29/Pages/x.aspx", "/Pages/x.aspx"),
        ("/muc&s_cond=&BRSR=20&utm_source=zalo", "/muc&s_cond=&BRSR=20"),
        ("/khung?id=7&sid=7f3d9c2b41aa0e56d1c8", "/khung?id=7"),
        ("/tin/1#binh-luan", "/tin/1"),
        ("/tin/./x/../1", "/tin/1"),
        ("/t%c3%aan", "/tên"),
    ],
)
def test_who_looks_and_how_it_is_spelt_says_nothing(spelling: str, plain: str) -> None:
    site = source("listing", "https://a.example.vn")
    assert canonical(site.site + spelling, site) == canonical(site.site + plain, site)


@pytest.mark.parametrize("url", ["/tin?sid=2019", "/tin?sid=20190805123456789", "/x?session=2019-2020", "/x?a=1&a=2"])
def test_what_may_be_the_key_stays(url: str) -> None:
    site = source("listing", "https://a.example.vn")
    assert canonical(site.site + url, site) == site.site + url


@pytest.mark.parametrize(
    "host", ["http://a.example.vn", "https://www.a.example.vn", "https://a.example.vn:443", "http://A.example.vn:80"]
)
def test_one_host_has_many_names(host: str) -> None:
    site = source("listing", "https://a.example.vn")
    assert canonical(f"{host}/tin/1", site) == "https://a.example.vn/tin/1"
    assert canonical("http://a.example.vn:8080/tin/1", site) == "http://a.example.vn:8080/tin/1"


def test_composed_and_decomposed_letters_are_one_article_and_each_address_stays_what_it_was() -> None:
    site = source("listing", "https://a.example.vn")
    composed, decomposed = (unicodedata.normalize(form, f"{site.site}/tổng-kết.html") for form in ("NFC", "NFD"))
    assert article_id(composed, site) == article_id(decomposed, site) == article_id(quote(decomposed, ":/"), site)
    assert canonical(decomposed, site) == quote(decomposed, ":/")


KEYS = {
    "sharepoint": "/donvi/a/Trang/ChiTietTinTuc.aspx?nid={}",
    "mastercms": "/cong-doan-hop-{}.html",
    "liferay": "/tin/-/asset_publisher/4IVk/content/tin-{}",
    "nukeviet": "/tin-tuc/cong-doan-hop-{}.html",
    "wordpress": "/?p={}",
    "feed": "/tin?sid={}",
    "listing": "/tin?cid={}",
}
VISITORS = ["utm_source=zalo", "fbclid=Iw0", "PHPSESSID=9a8b7c", "zarsrc=30", "sid=7f3d9c2b41aa0e56d1c8", "utm_x"]


def test_every_family_has_a_key_here() -> None:
    assert set(KEYS) == set(families())


@given(st.sampled_from(sorted(KEYS)), st.integers(0, 10**9), st.integers(0, 10**9), st.lists(st.sampled_from(VISITORS)))
def test_an_article_is_its_key_whoever_looks(family: str, one: int, other: int, visitors: list[str]) -> None:
    site = source(family)
    plain = site.site + KEYS[family].format(one)
    visited = plain + "".join(("&" if "?" in plain or at else "?") + mark for at, mark in enumerate(visitors))
    assert article_id(visited, site) == article_id(plain, site)
    different = site.site + KEYS[family].format(other)
    assert (article_id(visited, site) == article_id(different, site)) == (one == other)


PIECES = (
    "/ // .. . a tin-7.html & ? # ; = % %2F %3B %cc%89 %E1 ế + | ' \\ jsessionid=1 ;jsessionid=2 (S(x)) /(S(x))/"
    " utm_a=1 &utm_b sid=7f3d9c2b41aa0e56d1c8 &s_cond=&BRSR=20 nid=3 p=4 e\u0302"
)
PATHS = st.one_of(st.lists(st.sampled_from(PIECES.split(" ")), max_size=9).map("".join), st.text(max_size=30))


@given(st.sampled_from(sorted(KEYS)), PATHS)
def test_the_canonical_form_is_its_own(family: str, path: str) -> None:
    site = source(family)
    try:
        once = canonical(f"http://www.quangninh.example.vn/{path}", site)
    except ValueError:
        assume(False)
    assert canonical(once, site) == once
    assert identity(once, site) == identity(f"http://www.quangninh.example.vn/{path}", site)
