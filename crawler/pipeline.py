"""Items to disk: capture, files and address in one transaction, then the article through the archive's one pipeline."""

import asyncio
from contextlib import nullcontext
from pathlib import Path
from typing import Any, Protocol

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from archive import ingest
from archive.decisions import Decisions
from archive.errors import ArchiveError
from archive.folder import DataFolder
from archive.store import Store
from archive.store_withdrawn import is_withdrawn, settle
from crawler.family import FamilySpider
from crawler.files import Files, linked_files, wanted
from crawler.frontier import Frontier
from crawler.items import ArticleItem
from crawler.known import Answer
from crawler.politeness import end
from crawler.reading import readers
from crawler.report import count, fail, measure
from crawler.walk import frontier_of

DUPLICATES_END = 30
"""Articles in a row that are known under another address, after which a source is a trap of endless addresses."""


class Texts(Protocol):
    """What the pipeline asks of the archive, and what it gives to it."""

    def is_withdrawn(self, article: str) -> bool: ...

    def latest_hash(self, article: str) -> str | None: ...

    def article_with(self, text_hash: str, source: str) -> str | None: ...

    def take(self, capture_id: int, item: ArticleItem) -> str:
        """Take a new text in: "new", "revision" or "same"."""

    def close(self) -> None: ...


class Archive:
    """The texts of archive.db, under what people decided."""

    def __init__(self, path: Path, decided: Decisions):
        self.store, self.decided = Store(path), decided
        settle(self.store, decided.withdrawals)
        self.latest_hash, self.article_with = self.store.latest_hash, self.store.article_with
        self.close = self.store.close

    def is_withdrawn(self, article: str) -> bool:
        return is_withdrawn(self.store, article)

    def take(self, capture_id: int, item: ArticleItem) -> str:
        corrections = self.decided.corrections_of(item.id)
        with self.store.transaction():
            return ingest.take(self.store, capture_id, item.origin, item.id, item.read, corrections)


class ArchivePipeline:
    """Stores new and edited articles; drops the ones that are what they were, so that a feed export is news."""

    def __init__(self, crawler: Crawler):
        self.crawler = crawler
        self.texts: Texts | None = None
        self.duplicates = 0
        self.with_files = asyncio.Lock()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "ArchivePipeline":
        return cls(crawler)

    @property
    def _spider(self) -> FamilySpider:
        spider = self.crawler.spider
        assert isinstance(spider, FamilySpider)
        return spider

    async def process_item(self, item: Any) -> Any:
        frontier = frontier_of(self.crawler.spider)
        if not isinstance(item, ArticleItem) or frontier is None:
            return item
        if self.texts is None:
            self.texts = self.opened(frontier)
        item.id = frontier.captures.article_of(item.origin)
        if self.texts.is_withdrawn(item.id):  # nothing of it is kept again
            raise self._refused(frontier, item, "withdrawn on request")
        # Two articles with the same file: the second one finds it stored.
        async with self.with_files if wanted(item) else nullcontext():
            return await self._settled(frontier, self.texts, item)

    def opened(self, frontier: Frontier) -> Texts:
        """The texts that articles are compared with and that new ones go to."""
        return Archive(DataFolder.from_environment().archive_db, self._spider.decided)

    async def _settled(self, frontier: Frontier, texts: Texts, item: ArticleItem) -> ArticleItem:
        files = await linked_files(self.crawler, frontier, item)
        if item.kind == "pdf":
            reading = await readers.read(item.origin, files.captures, furniture=self._spider.furniture)
            if reading.article is None:
                raise self._refused(frontier, item, reading.reason or "no article on the page")
            item.fill(reading)
        measure(self.crawler, item)
        try:
            outcome = self._stored(frontier, texts, item, files)
        except ArchiveError as error:
            fail(self.crawler, f"not stored: {error}", item.url)
            raise DropItem(f"not stored: {error}") from error
        if outcome:
            raise _dropped(item, outcome)
        return item

    def _stored(self, frontier: Frontier, texts: Texts, item: ArticleItem, files: Files) -> str | None:
        """Settle an item; why it is no news, or None where it is."""
        answer = _answer(item, files)
        latest = texts.latest_hash(item.id)
        if latest == item.text_hash and not files.fetched:
            frontier.unchanged(item.origin, answer)
            count(self.crawler, "unchanged")
            return "unchanged"
        if latest is None and (known := texts.article_with(item.text_hash, item.source)):
            return self._known_elsewhere(frontier, item, known)
        self.duplicates = 0
        capture_id = frontier.keep(item.origin, answer, files.captures)
        # A crash here loses nothing: the next build takes every capture the archive has not taken.
        outcome = texts.take(capture_id, item)
        count(self.crawler, {"revision": "edited", "same": "unchanged"}.get(outcome, outcome))
        return None

    def _known_elsewhere(self, frontier: Frontier, item: ArticleItem, known: str) -> str:
        """The same article at another address of its site: two categories, or a mark of the visitor in the address."""
        self._refused(frontier, item, "the same article at another address")
        self.duplicates += 1
        if self.duplicates >= DUPLICATES_END:
            end(self.crawler, "the same articles come under ever new addresses")
        return f"known as {known}"

    def _refused(self, frontier: Frontier, item: ArticleItem, reason: str) -> DropItem:
        frontier.refuse(item.origin.url, reason)
        count(self.crawler, "refused", reason)
        return _dropped(item, reason)

    def close_spider(self) -> None:
        if self.texts:
            self.texts.close()


def _dropped(item: ArticleItem, reason: str) -> DropItem:
    return DropItem(f"{reason}: {item.url}", log_level="DEBUG")


def _answer(item: ArticleItem, files: Files) -> Answer:
    """What to ask with next time; nothing where a file is still missing, so that the page is read again."""
    if not files.complete:
        return Answer(item.published, None, None, None)
    headers = {name.lower(): value for name, value in item.origin.headers}
    return Answer(item.published, headers.get("etag"), headers.get("last-modified"), item.origin.sha256)
