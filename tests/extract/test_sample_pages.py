"""Every page of the sample web against its own truth: one test a page and field."""

import re
from collections.abc import Iterator
from functools import cache
from html import unescape

import pytest

from archive.extract import extract
from archive.extract.article import Article
from tests.sites import content
from tests.sites.pages import Site
from tests.sites.systems import SYSTEMS

ADDRESS = "http://sample.example.vn"
LINK = re.compile(rb'href="([^"#]+)"')
FAMILIES = {record["id"]: record["family"] for record in content.records()}
ARTICLES = [article for site in SYSTEMS for article in content.articles(site)]


def named(article: content.Article) -> str:
    return f"{article.site}-{article.slug}"


def read(article: content.Article) -> Article:
    return read_page(article.site, SYSTEMS[article.site].article_path(article), _listed(article))


@cache
def read_page(site: str, path: str, listed: str | None) -> Article:
    page = Site(site, ADDRESS).page(path)
    found = extract(page.body, ADDRESS, family=FAMILIES[site], captured="2026-11-01T00:00:00+00:00", listed=listed)
    assert found is not None
    return found


def _listed(article: content.Article) -> str | None:
    return article.day() if article.date_shown == "listing" else None


@pytest.mark.parametrize("article", ARTICLES, ids=named)
class TestPage:
    def test_title(self, article: content.Article) -> None:
        assert read(article).title == article.title

    def test_body(self, article: content.Article) -> None:
        assert read(article).body.split("\n\n") == [text for text in (article.lead, *article.paragraphs) if text]

    def test_published(self, article: content.Article) -> None:
        assert read(article).published == article.published

    def test_captions(self, article: content.Article) -> None:
        assert read(article).captions == article.captions

    def test_author(self, article: content.Article) -> None:
        assert read(article).author == article.byline

    def test_credit(self, article: content.Article) -> None:
        assert read(article).credit == article.credit


def other_pages(site: str) -> Iterator[str]:
    """Every page that the links of a site lead to and that is no article."""
    articles = {SYSTEMS[site].article_path(article) for article in content.articles(site)}
    seen: set[str] = set()
    waiting = ["/", SYSTEMS[site].listing_path(1)]
    while waiting:
        path = waiting.pop()
        page = Site(site, ADDRESS).page(path)
        if path in seen or page.status != 200 or "html" not in page.media:
            continue
        seen.add(path)
        if path not in articles:
            yield path
        links = (unescape(link.decode()).removeprefix(ADDRESS) for link in LINK.findall(page.body))
        waiting += [link for link in links if link.startswith("/") and not link.startswith("//")]


@pytest.mark.parametrize(("site", "path"), [(site, path) for site in SYSTEMS for path in other_pages(site)])
def test_what_is_no_article_is_none(site: str, path: str) -> None:
    page = Site(site, ADDRESS).page(path)
    for family in (None, FAMILIES[site]):
        assert extract(page.body, f"{ADDRESS}{path}", family=family) is None
