"""For benchmarks/crawl.py: the project's crawl without reading the pages, put in its place by Scrapy settings."""

from typing import Any

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from archive.extract import Article
from archive.ingest import Reading
from crawler.family import FamilySpider
from crawler.items import ArticleItem
from crawler.known import Answer
from crawler.walk import frontier_of

UNREAD = Reading(Article(title="(unread)", paragraphs=["(unread)"]))


class Unread:
    """In the place of crawler.reading.ReadAhead: every answer passes for an article."""

    def __init__(self, crawler: Crawler):
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "Unread":
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response:
        spider = self.crawler.spider
        if isinstance(spider, FamilySpider) and request.callback == spider.parse_article:
            request.meta["reading"] = UNREAD
        return response


class Captures:
    """In the place of crawler.pipeline.ArchivePipeline: stores the capture and settles its address, nothing more."""

    def __init__(self, crawler: Crawler):
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "Captures":
        return cls(crawler)

    def process_item(self, item: Any) -> Any:
        frontier = frontier_of(self.crawler.spider)
        assert isinstance(item, ArticleItem)
        assert frontier
        headers = {name.lower(): value for name, value in item.origin.headers}
        frontier.keep(item.origin, Answer(None, headers.get("etag"), None, item.origin.sha256))
        return item
