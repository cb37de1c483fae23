"""scrapy harvest: crawl all enabled sources (or the named ones), hosts side by side, sources of one host in turn."""

import argparse
import asyncio
import json
import logging
import sys
from collections import defaultdict
from typing import Any, ClassVar
from urllib.parse import urlsplit

from scrapy.commands import ScrapyCommand
from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.exceptions import UsageError
from tabulate import tabulate
from tqdm import tqdm

from archive.errors import ArchiveError
from archive.folder import DataFolder
from archive.lock import locked
from archive.rebuild import catch_up
from archive.runs import RunRow, latest_runs
from archive.sources import Source, registry
from crawler.family import FamilySpider

HOSTS_AT_ONCE = 16


class Command(ScrapyCommand):
    requires_project = True
    # What a site does wrong is in the report; the log is for what we do wrong.
    default_settings: ClassVar[dict[str, Any]] = {"LOG_LEVEL": "ERROR", "RETRY_GIVE_UP_LOG_LEVEL": "INFO"}

    def syntax(self) -> str:
        return "[options] [ID ...]"

    def short_desc(self) -> str:
        return "Crawl all enabled sources, or the named ones, into the archive"

    def long_desc(self) -> str:
        return (
            "Crawls the enabled sources (named ones whether enabled or not): hosts side by side, the sources of one"
            " host in turn; returns when all that was captured is in the archive. Status 1 when a source's run failed."
            " Examples: scrapy harvest · scrapy harvest ha-nam.binh-luc · scrapy harvest --json"
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help="print the report as JSON")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        logging.getLogger("scrapy.downloadermiddlewares.robotstxt").setLevel(logging.CRITICAL)
        sources = chosen(registry(), args)
        folder = DataFolder.from_environment()
        try:
            with locked(folder.lock):
                catch_up(folder.crawl_db, folder.archive_db)
                before = latest_runs(folder.crawl_db)
                self._crawl(sources)
                catch_up(folder.crawl_db, folder.archive_db)
                runs = latest_runs(folder.crawl_db)
        except ArchiveError as error:
            print(error, file=sys.stderr)
            self.exitcode = 1
            return
        rows = [runs[source.id] for source in sources if runs.get(source.id) != before.get(source.id)]
        report(rows, as_json=opts.json)
        silent = {source.id for source in sources} - {row.source for row in rows}
        for source in sorted(silent):
            print(f"{source}: its run was cut off; run `scrapy harvest {source}` again", file=sys.stderr)
        self.exitcode = 1 if silent or any(row.state != "ok" for row in rows) else 0

    def _crawl(self, sources: list[Source]) -> None:
        assert isinstance(self.crawler_process, AsyncCrawlerProcess)
        process = self.crawler_process
        hosts: dict[str, list[Source]] = defaultdict(list)
        for source in sources:
            hosts[urlsplit(source.site).netloc].append(source)
        places = asyncio.Semaphore(HOSTS_AT_ONCE)

        async def in_turn(group: list[Source], bar: "tqdm[Any]") -> None:
            async with places:
                for source in group:
                    await process.crawl(Crawler(spider_class(process, source), process.settings))
                    bar.update()

        async def all_hosts() -> None:
            from twisted.internet import reactor as installed

            reactor: Any = installed

            with tqdm(total=len(sources), desc="sources", disable=None, unit="source") as bar:
                try:
                    await asyncio.gather(*(in_turn(group, bar) for group in hosts.values()))
                finally:
                    reactor.callLater(0, reactor.stop)

        loop = asyncio.get_event_loop()
        crawls = loop.create_task(all_hosts())
        process.start(stop_after_crawl=False)
        if crawls.done() and not crawls.cancelled() and (error := crawls.exception()):
            raise error


def chosen(records: list[Source], ids: list[str]) -> list[Source]:
    """The named sources, or all enabled ones. Raises UsageError when there is none of that name, or none at all."""
    unknown = sorted(set(ids) - {source.id for source in records})
    if unknown:
        raise UsageError(f"no source has the id {', '.join(unknown)}; `scrapy list` shows them", print_help=False)
    sources = [source for source in records if (source.id in ids if ids else source.enabled)]
    if not sources:
        raise UsageError(
            "no source is enabled; name one (`scrapy list`), or set `enabled: true` in its record", print_help=False
        )
    return sources


def spider_class(process: AsyncCrawlerProcess, source: Source) -> type[FamilySpider]:
    spider = process.spider_loader.load(source.id)
    assert issubclass(spider, FamilySpider)
    return spider


def report(rows: list[RunRow], *, as_json: bool) -> None:
    """The run on standard output, one line for each source that failed on standard error."""
    if as_json:
        print(json.dumps([row.as_dict() for row in rows], ensure_ascii=False, indent=2))
    else:
        table = [
            (row.source, row.pages, row.new, row.edited, row.unchanged, sum(row.refused.values()),
             sum(row.failed.values()), round(row.seconds, 1), row.state)
            for row in rows
        ]  # fmt: skip
        names = ["source", "pages", "new", "edited", "unchanged", "refused", "failed", "seconds", "state"]
        print(tabulate(table, headers=names))
        for row in rows:
            for reason, number in row.refused.items():
                print(f"{row.source}: {number} refused: {reason}")
    for row in rows:
        if row.state != "ok":
            print(f"{row.source}: {row.reason}; look at that address, it is asked again next run", file=sys.stderr)
