"""What a run counts: kept in Scrapy's stats, so that `scrapy crawl` dumps it and the run's row is made of it."""

from dataclasses import dataclass

from scrapy.crawler import Crawler

from crawler.items import ArticleItem

EXAMPLES = 5
"""How many addresses a report names for one reason."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A page that was lost in this run, and why."""

    reason: str
    url: str


def count(crawler: Crawler, what: str, reason: str | None = None) -> None:
    """Count one page as new, edited, unchanged, gone, or refused for a named reason."""
    assert crawler.stats is not None
    crawler.stats.inc_value(f"archive/{what}" + (f"/{reason}" if reason else ""))


def fail(crawler: Crawler, reason: str, url: str) -> None:
    """Count a page lost for a named reason, and remember the first such addresses."""
    assert crawler.stats is not None
    count(crawler, "failed", reason)
    failures: list[Failure] = crawler.stats.get_value("archive/failures", [])
    if sum(1 for failure in failures if failure.reason == reason) < EXAMPLES:
        crawler.stats.set_value("archive/failures", [*failures, Failure(reason, url)])


def measure(crawler: Crawler, item: ArticleItem) -> None:
    """Count what an article's page gave: a run whose pages give less than before says that the site has changed."""
    for what, there in (("read", True), ("titled", item.title), ("dated", item.published), ("bodied", item.body)):
        if there:
            count(crawler, what)
    assert crawler.stats is not None
    crawler.stats.inc_value("archive/body_length", len(item.body))


def counted(crawler: Crawler, what: str) -> dict[str, int]:
    """What was counted under a name, by reason ("" where there is none)."""
    assert crawler.stats is not None
    prefix = f"archive/{what}"
    return {
        key[len(prefix) + 1 :]: value
        for key, value in crawler.stats.get_stats().items()
        if key == prefix or key.startswith(f"{prefix}/")
    }
