"""The peer of benchmarks/crawl.py: a plain Scrapy spider that follows a listing and counts bytes.

python -m benchmarks.bare URL DELAY
"""

import sys
from collections.abc import Iterator

import scrapy
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response, TextResponse

from crawler import settings

SAME = (
    "USER_AGENT", "ROBOTSTXT_OBEY", "DOWNLOAD_DELAY_JITTER", "CONCURRENT_REQUESTS_PER_DOMAIN", "COOKIES_ENABLED",
    "DOWNLOAD_TIMEOUT", "DOWNLOAD_MAXSIZE", "DOWNLOAD_WARNSIZE", "METAREFRESH_ENABLED", "TELNETCONSOLE_ENABLED",
    "REMOTE_CONTROL_ENABLED",
)  # fmt: skip
"""What the project sets for politeness and safety, the bare spider has too; of the project's components it has none."""


class Bare(scrapy.Spider):
    name = "bare"
    bytes = 0

    def parse(self, response: TextResponse) -> Iterator[scrapy.Request]:
        yield from response.follow_all(css="div.list_news_title a", callback=self.parse_article)
        yield from response.follow_all(css="div.paging a:last-child")

    def parse_article(self, response: Response) -> None:
        self.bytes += len(response.body)

    def closed(self, reason: str) -> None:
        print(self.bytes)


def main(url: str, delay: str) -> None:
    values = {name: getattr(settings, name) for name in SAME}
    process = AsyncCrawlerProcess(values | {"DOWNLOAD_DELAY": float(delay), "LOG_LEVEL": "ERROR"})
    process.crawl(Bare, start_urls=[url])
    process.start()


if __name__ == "__main__":
    main(*sys.argv[1:])
