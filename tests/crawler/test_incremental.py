"""A second crawl costs little and finds what is new, edited and gone: of a thousand articles, as the site counts it."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from benchmarks.incremental import ARTICLES, DELETED_AT, EDITED_AT, Twice, crawl, crawl_twice
from tests.conftest import Operator
from tests.crawler.test_harvest import contents, query
from tests.sites.big import BigSite
from tests.sites.generated import Made

pytestmark = pytest.mark.soak


@pytest.mark.parametrize("etags", [True, False], ids=["etags", "no-etags"])
def test_a_second_crawl_costs_little_and_finds_every_change(operator: Operator, tmp_path: Path, etags: bool) -> None:
    with BigSite(ARTICLES, etags=etags) as site:
        operator.environment |= site.environment(tmp_path / "sources")
        done = crawl_twice(operator, site)
        check_found(operator, site, done)
        assert done.requests <= 0.08
        if etags:
            assert done.bytes <= 0.02
        before = contents(operator.folder.archive_db)
        third = crawl(operator, site)
        assert (third.row["new"], third.row["edited"]) == (0, 0)
        assert third.requests <= 0.08 * done.first.requests
        assert contents(operator.folder.archive_db) == before
        make_due(operator, site.url(done.edited[-1]))
        assert crawl(operator, site).row["edited"] == 1
        check_versions(operator, site, done.edited[-1])


def test_a_site_that_shows_no_dates_is_asked_for_its_newest_too(operator: Operator, tmp_path: Path) -> None:
    with BigSite(ARTICLES, dates=False) as site:
        operator.environment |= site.environment(tmp_path / "sources")
        done = crawl_twice(operator, site)
        check_found(operator, site, done)
        assert done.requests <= 0.08
        assert done.bytes <= 0.02


def check_found(operator: Operator, site: BigSite, done: Twice) -> None:
    """Ten new ones, the two recent edits and the deletion, with their texts; nothing else has changed."""
    assert done.first.row["new"] == ARTICLES
    assert done.first.requests <= ARTICLES + ARTICLES // site.per_page + 1  # robots.txt
    assert (done.second.row["new"], done.second.row["edited"], done.second.missing) == (10, 2, 1)
    archive = operator.folder.archive_db
    assert query(archive, "SELECT count(*) FROM articles") == [(ARTICLES + 10,)]
    assert query(archive, "SELECT count(*) FROM revisions") == [(ARTICLES + 12,)]
    stored = {row[0]: row[1:] for row in query(archive, "SELECT url, title, body, published FROM articles")}
    old = done.edited[EDITED_AT.index(max(EDITED_AT))]
    for article in site.articles:
        if article != old:
            assert stored[site.url(article)] == (article.title, article.body, article.published)
    assert done.deleted not in site.articles
    assert stored[site.url(done.deleted)][0] == done.deleted.title
    assert DELETED_AT not in EDITED_AT
    for article in done.edited[:2]:
        check_versions(operator, site, article)


def check_versions(operator: Operator, site: BigSite, article: Made) -> None:
    """The article's earlier text and its later one are both kept."""
    texts = query(
        operator.folder.archive_db,
        "SELECT revisions.body FROM revisions JOIN articles ON id = article WHERE articles.url = ?"
        " ORDER BY revisions.captured",
        site.url(article),
    )
    first, last = (text for (text,) in texts)
    assert first != last == article.body


def make_due(operator: Operator, url: str) -> None:
    """The time of one article's next visit has come."""
    with closing(sqlite3.connect(operator.folder.crawl_db)) as connection, connection:
        assert connection.execute("UPDATE frontier SET due = '2020-01-01' WHERE url = ?", (url,)).rowcount == 1
