import pytest

from archive.addresses import ID_LENGTH, article_id, canonical
from archive.sources import Source


def source(family: str, site: str = "https://www.quangninh.example.vn", **more: object) -> Source:
    return Source(id="a", name="A", family=family, site=site, listing=("/",), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("family", "one", "other"),
    [
        ("sharepoint", "/donvi/a/Trang/ChiTietTinTuc.aspx?nid=29", "/donvi/a/Trang/ChiTietTinTuc.aspx?title=x&nid=29"),
        ("sharepoint", "/donvi/a/Trang/ChiTietTinTuc.aspx?nid=29", "/donvi/A/trang/chitiettintuc.aspx?nid=29&title=y"),
        ("mastercms", "/mot-tieu-de-112379.html", "/tieu-de-sua-112379.html?utm_source=zalo"),
        ("liferay", "/tin/-/asset_publisher/4IVk/content/mot-tin", "/home/-/asset_publisher/9Zx/content/mot-tin?a=1"),
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
