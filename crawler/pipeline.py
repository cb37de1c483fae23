"""Items to disk: capture and address in one transaction, then the article through the archive's one pipeline."""

from typing import Any

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from archive import ingest
from archive.errors import ArchiveError
from archive.folder import DataFolder
from archive.store import Store
from crawler.frontier import Answer, Frontier
from crawler.items import ArticleItem
from crawler.report import count, fail
from crawler.walk import frontier_of


class ArchivePipeline:
    """Stores new and edited articles; drops the ones that are what they were, so that a feed export is news."""

    def __init__(self, crawler: Crawler):
        self.crawler = crawler
        self.store: Store | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "ArchivePipeline":
        return cls(crawler)

    def process_item(self, item: Any) -> Any:
        frontier = frontier_of(self.crawler.spider)
        if not isinstance(item, ArticleItem) or frontier is None:
            return item
        if self.store is None:
            self.store = Store(DataFolder.from_environment().archive_db)
        item.id = frontier.captures.article_of(item.origin)
        answer = Answer(item.published, _header(item, "etag"), _header(item, "last-modified"))
        if self.store.latest_hash(item.id) == item.text_hash:
            frontier.unchanged(item.origin, answer)
            count(self.crawler, "unchanged")
            raise DropItem(f"unchanged: {item.url}", log_level="DEBUG")
        try:
            self._take(frontier, self.store, item, answer)
        except ArchiveError as error:
            fail(self.crawler, f"not stored: {error}", item.url)
            raise DropItem(f"not stored: {error}") from error
        return item

    def _take(self, frontier: Frontier, store: Store, item: ArticleItem, answer: Answer) -> None:
        capture_id = frontier.keep(item.origin, answer)
        # A crash here loses nothing: the next build takes every capture the archive has not taken.
        with store.transaction():
            outcome = ingest.take(store, capture_id, item.origin, item.id, item.read)
        count(self.crawler, {"revision": "edited", "same": "unchanged"}.get(outcome, outcome))

    def close_spider(self) -> None:
        if self.store:
            self.store.close()


def _header(item: ArticleItem, name: str) -> str | None:
    return next((value for header, value in item.origin.headers if header.lower() == name), None)
