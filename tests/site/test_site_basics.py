"""What every page has: a language, a title, one canonical address, little weight; what machines ask a site for."""

import re
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from site_archive import METADATA, Site, article_id, build
from site_pages import PAGES, SMALL, addresses, in_english

from archive.publish import publish
from archive.site import basics
from archive.site.languages import in_language
from archive.site.shared import assets

ALL = addresses(**SMALL, article=article_id("https://binhluc.example/cao-phong"), version="2")
NAMED = {"trang-chu", "bai", "mot-tinh", "mot-huyen"}
"""The pages whose title is a name, the same in both languages."""
LOC = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"


def links(html: str) -> list[dict[str, str]]:
    """The attributes of all <a> and <link> of a page."""
    found: list[dict[str, str]] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            if tag in ("a", "link"):
                found.append({name: value or "" for name, value in attrs})

    Reader().feed(html)
    return found


@pytest.mark.parametrize("name", PAGES)
def test_what_every_page_has(site: Site, name: str) -> None:
    titles = set()
    for language, address in (("vi", ALL[name]), ("en", in_english(ALL[name]))):
        answer = site.get(address)
        html = answer.text
        assert f'<html lang="{language}">' in html
        assert html.count("<h1") == 1
        assert re.search(r'<meta name="description" content="[^"]{20,400}">', html)
        title = re.search(r"<title>([^<]{5,200})</title>", html)
        assert title
        titles.add(unescape(title[1]))
        assert html.count("theme-color") == 2
        assert 'rel="search" type="application/opensearchdescription+xml"' in html
        indexed = answer.status_code == 200 and 'content="noindex' not in html
        assert html.count('rel="canonical"') == indexed
        assert html.count('rel="alternate" hreflang=') == 2 * indexed
        linked = set(re.findall(r"/-/union-archive/([a-z]+\.(?:css|js))\?", html))
        assert len(answer.content) + sum(len(assets()[file].body) for file in linked) < 100_000
    assert len(titles) == 2 or name in NAMED


@pytest.mark.parametrize("name", PAGES)
def test_links_keep_the_language(site: Site, name: str) -> None:
    found = links(site.get(in_english(ALL[name])).text)
    pages = [one for one in found if in_language(one["href"], "en") != one["href"] and one["href"].startswith("/")]
    assert [one for one in pages if one.get("hreflang") != "vi"] == []
    (switch,) = [one for one in pages if one.get("hreflang") == "vi"]
    assert switch["href"] == ALL[name]
    switch = next(one for one in links(site.get(ALL[name]).text) if one.get("hreflang") == "en" and "rel" not in one)
    assert switch["href"] == in_english(ALL[name])


def test_a_search_keeps_the_language(site: Site) -> None:
    assert '<input type="hidden" name="lang" value="en">' in site.get("/?lang=en").text
    assert 'name="lang"' not in site.get("/").text


@pytest.mark.parametrize(
    ("address", "english"),
    [
        ("/", "/?lang=en"),
        ("/tim-kiem?q=a+b&nguon=x", "/tim-kiem?q=a+b&nguon=x&lang=en"),
        ("/bai/x?lang=vi#d3", "/bai/x?lang=en#d3"),
        ("/bai/x.json", "/bai/x.json"),
        ("/tim-kiem.csv?q=a", "/tim-kiem.csv?q=a"),
        ("/union-news/articles", "/union-news/articles"),
        ("/-/union-archive/site.css?1", "/-/union-archive/site.css?1"),
        ("#d3", "#d3"),
        ("https://a.example/", "https://a.example/"),
    ],
)
def test_addresses_in_english(address: str, english: str) -> None:
    assert in_language(address, "en") == english
    assert in_language(in_language(address, "en"), "vi") in (address, address.replace("?lang=vi", ""))


@pytest.mark.parametrize("address", ["//evil.example/x?lang=vi", "/%22onfocus=x?lang=vi&q=%22%3E%3Cscript%3E"])
def test_a_strange_address_leads_nowhere_else(site: Site, address: str) -> None:
    html = site.get(address).text
    hosts = {urlsplit(one["href"]).netloc for one in links(html) if one.get("hreflang")}
    assert hosts <= {"", "localhost"}
    assert "<script" not in html


def test_errors_are_in_english_too(site: Site) -> None:
    assert "Article not found" in site.get("/bai/khong-co?lang=en").text
    assert "The query is too long" in site.get("/tim-kiem", q="a" * 5000, lang="en").text
    assert "Page not found" in site.get("/khong-co?lang=en").text
    assert "This article has no such version" in site.get(ALL["bai"] + "/ban-luu/9?lang=en").text


def test_robots(site: Site) -> None:
    text = site.get("/robots.txt").text
    assert "Disallow: /union-news" in text
    assert "Sitemap: http://localhost/sitemap.xml" in text


def locations(site: Site, path: str) -> list[str]:
    answer = site.get(path)
    assert answer.headers["content-type"] == "application/xml; charset=utf-8"
    root = ElementTree.fromstring(answer.text)
    return [element.text or "" for element in root.iter(LOC)]


def test_the_sitemap_has_every_article_and_place_once(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(basics, "PART", 5)
    monkeypatch.setattr(basics, "_STEP", 2)
    parts = [urlsplit(part).path for part in locations(site, "/sitemap.xml")]
    assert parts == ["/sitemap-0.xml", "/sitemap-1.xml", "/sitemap-2.xml", "/sitemap-3.xml"]
    pages = locations(site, parts[0])
    assert {"http://localhost/", "http://localhost/nguon", "http://localhost/huyen/dam-ha-quang-ninh"} <= set(pages)
    articles = [address for part in parts[1:] for address in locations(site, part)]
    hits = site.json("/tim-kiem.json")["results"]
    assert sorted(articles) == sorted(hit["page"] for hit in hits)
    assert len(set(articles)) == 12
    assert len(locations(site, parts[1])) == 5
    for address in pages:
        assert site.get(urlsplit(address).path).status_code in (200, 302), address
    assert site.get("/sitemap-4.xml").status_code == 404
    assert site.get("/sitemap-999999.xml").status_code == 404


def test_the_sitemap_of_nothing(tmp_path: Path) -> None:
    publish(build(tmp_path / "archive.db", []), tmp_path / "union-news.db")
    empty = Site(tmp_path / "union-news.db")
    assert len(locations(empty, "/sitemap.xml")) == 1
    empty.close()


def test_opensearch(site: Site) -> None:
    answer = site.get("/opensearch.xml")
    assert answer.headers["content-type"] == "application/opensearchdescription+xml; charset=utf-8"
    root = ElementTree.fromstring(answer.text)
    (url,) = root.iter("{http://a9.com/-/spec/opensearch/1.1/}Url")
    assert url.attrib["template"] == "http://localhost/tim-kiem?q={searchTerms}"
    (name,) = root.iter("{http://a9.com/-/spec/opensearch/1.1/}ShortName")
    assert len(name.text or "") <= 16


@pytest.mark.parametrize(
    ("contact", "shown"),
    [
        ("kho@congdoan.example", '<a href="mailto:kho@congdoan.example">kho@congdoan.example</a>'),
        ("https://congdoan.example/gop-y", '<a href="https://congdoan.example/gop-y">'),
        ("số 1 phố Ví Dụ", "số 1 phố Ví Dụ"),
        ("javascript:alert(1)", "javascript:alert(1)"),
        (None, "chưa khai báo địa chỉ liên hệ"),
    ],
)
def test_whom_to_write_to(site_db: Path, tmp_path: Path, contact: str | None, shown: str) -> None:
    metadata = tmp_path / "metadata.yml"
    plugins = f"\nplugins: {{union-archive: {{contact: {contact!r}}}}}\n" if contact else ""
    metadata.write_text(METADATA.read_text("utf-8") + plugins, "utf-8")
    site = Site(site_db, metadata)
    html = site.get("/gioi-thieu").text
    assert shown in html
    assert 'href="javascript' not in html
    site.close()
