"""Every page of the sample web against its own truth: one test a page and field."""

from collections.abc import Iterator
from functools import cache

import pytest

from archive.extract import extract
from archive.extract.article import Article
from tests.sites import content
from tests.sites.pages import Site
from tests.sites.systems import SYSTEMS

FAMILIES = {record["id"]: record["family"] for record in content.records()}
ARTICLES = [article for site in SYSTEMS for article in content.articles(site)]


def named(article: content.Article) -> str:
    return f"{article.site}-{article.slug}"


def read(article: content.Article) -> Article:
    return read_page(article.site, SYSTEMS[article.site].article_path(article), _listed(article))


@cache
def read_page(site: str, path: str, listed: str | None) -> Article:
    address = "http://sample.example.vn"
    page = Site(site, address).page(path)
    found = extract(page.body, address, family=FAMILIES[site], captured="2026-11-01T00:00:00+00:00", listed=listed)
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


def other_pages() -> Iterator[tuple[str, str]]:
    for site in SYSTEMS:
        yield site, "/"
        yield site, SYSTEMS[site].listing_path(1)
    yield "mau.cao-phong", "/lien-he"
    yield "mau.cao-phong", "/van-ban"
    yield "mau.cao-phong", "/so-do-cong"


@pytest.mark.parametrize(("site", "path"), list(other_pages()))
def test_what_is_no_article_is_none(site: str, path: str) -> None:
    page = Site(site, "http://sample.example.vn").page(path)
    assert page.status == 200
    assert extract(page.body, f"http://sample.example.vn{path}") is None
