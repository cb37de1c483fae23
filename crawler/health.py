"""A row a run and source: what was asked, what came, what was lost and why."""

import json
from datetime import UTC, datetime

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from sqlite_utils import Database

from crawler.report import Failure, counted
from crawler.walk import frontier_of

BUDGET_SPENT = "closespider_pagecount"


class RunReport:
    """Writes the row when the spider closes, and ends the walk's connection."""

    def __init__(self, crawler: Crawler):
        self.crawler = crawler
        self.started = datetime.now(UTC)
        self.written = False

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "RunReport":
        extension = cls(crawler)
        crawler.signals.connect(extension.engine_stopped, signal=signals.engine_stopped)
        return extension

    def cut_off(self) -> None:
        """The run ends before the spider could."""
        assert self.crawler.stats is not None
        self.crawler.stats.set_value("finish_reason", "shutdown")
        self.engine_stopped()

    def engine_stopped(self) -> None:
        frontier = frontier_of(self.crawler.spider)
        if frontier is None or self.written:
            return
        self.written = True
        row = run_row(self.crawler, self.crawler.spider, self.started)
        with frontier.transaction() as connection:
            frontier.captures.put_record(frontier.source)  # also of a source that never gave a page
            Database(connection).table("runs").insert(row)
        frontier.close()


def run_row(crawler: Crawler, spider: Spider | None, started: datetime) -> dict[str, object]:
    """The run as stored; its state is `failed` when a listing or a page was lost, and the reason names the first."""
    assert crawler.stats is not None
    stats = crawler.stats.get_stats()
    failures: list[Failure] = stats.get("archive/failures", [])
    reason = stats.get("finish_reason", "")
    state: str = "ok"
    why: str | None = None
    if failures:
        lost = sum(counted(crawler, "failed").values())
        state, why = (
            "failed",
            f"{failures[0].reason}: {failures[0].url}" + (f" (and {lost - 1} more)" if lost > 1 else ""),
        )
    elif broken := sum(number for key, number in stats.items() if key.startswith("spider_exceptions/")):
        state, why = "failed", f"{broken} pages broke the crawler itself, the log says how"
    elif reason == BUDGET_SPENT:
        why = "the rest waits for the next run: this one has asked for as many pages as a run may"
    elif reason != "finished":
        state, why = "failed", f"ended early: {reason}"
    return {
        "source": spider.name if spider else "",
        "started": started.isoformat(timespec="milliseconds"),
        "ended": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "state": state,
        "reason": why,
        "requests": stats.get("downloader/request_count", 0),
        "pages": stats.get("response_received_count", 0),
        "bytes": stats.get("downloader/response_bytes", 0),
        "new": stats.get("archive/new", 0),
        "edited": stats.get("archive/edited", 0),
        "unchanged": stats.get("archive/unchanged", 0),
        **{
            what: stats.get(f"archive/{what}", 0)
            for what in ("not_modified", "gone", "read", "titled", "dated", "bodied")
        },
        "body_length": round(stats.get("archive/body_length", 0) / max(1, stats.get("archive/bodied", 0))),
        "refused": json.dumps(counted(crawler, "refused"), ensure_ascii=False),
        "failed": json.dumps(counted(crawler, "failed"), ensure_ascii=False),
    }
