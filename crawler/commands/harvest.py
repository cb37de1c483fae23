"""scrapy harvest: crawl all enabled sources (or the named ones), hosts side by side, sources of one host in turn."""

import argparse
import json
import logging
import sys
from collections import defaultdict
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from typing import Any, ClassVar
from urllib.parse import urlsplit

from scrapy.commands import ScrapyCommand
from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.exceptions import UsageError
from scrapy.signals import response_received
from tabulate import tabulate
from tqdm import tqdm

from archive.addresses import bare_host
from archive.decisions import read_decisions
from archive.errors import ArchiveError
from archive.folder import DataFolder
from archive.health import HealthWarning, health
from archive.lock import locked
from archive.rebuild import catch_up
from archive.runs import RunRow, latest_runs
from archive.sources import Source, registry
from crawler.family import FamilySpider
from crawler.reading import readers
from crawler.running import Make, Run


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
            " Examples: scrapy harvest · scrapy harvest ha-nam.binh-luc · scrapy harvest --full · scrapy harvest --json"
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--full", action="store_true", help="walk all listings to their end, ask for every article")
        parser.add_argument("--json", action="store_true", help="print the report as JSON")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        logging.getLogger("scrapy.downloadermiddlewares.robotstxt").setLevel(logging.CRITICAL)
        sources = chosen(registry(), args)
        folder = DataFolder.from_environment()
        faults: list[str] = []
        try:
            decisions = read_decisions(folder)
            with readers.running(), locked(folder.lock):
                catch_up(folder.crawl_db, folder.archive_db, decisions=decisions)
                before = latest_runs(folder.crawl_db)
                unstored = self._crawl(sources, {"decisions": decisions} | ({"full": True} if opts.full else {}))
                catch_up(folder.crawl_db, folder.archive_db, decisions=decisions, faults=faults)
                runs = latest_runs(folder.crawl_db)
        except ArchiveError as error:
            print(error, file=sys.stderr)
            self.exitcode = 1
            return
        rows = [runs[source.id] for source in sources if runs.get(source.id) != before.get(source.id)]
        warnings = health(folder.crawl_db, folder.archive_db, now=datetime.now(UTC))
        report(rows, warnings, as_json=opts.json)
        silent = {source.id for source in sources} - {row.source for row in rows}
        for source in sorted(silent):
            print(f"{source}: its run was cut off; run `scrapy harvest {source}` again", file=sys.stderr)
        for fault in (*unstored, *faults):
            print(fault, file=sys.stderr)
        self.exitcode = 1 if silent or unstored or faults or any(row.state != "ok" for row in rows) else 0

    def _crawl(self, sources: list[Source], arguments: dict[str, Any]) -> list[str]:
        """Crawl the sources; what could not be written, in lines."""
        assert isinstance(self.crawler_process, AsyncCrawlerProcess)
        process = self.crawler_process
        with tqdm(desc="pages", disable=None, unit="page") as bar:

            def make(source: Source) -> Crawler:
                crawler = Crawler(spider_class(process, source), process.settings)
                crawler.signals.connect(lambda: bar.update(), signal=response_received, weak=False)
                return crawler

            hosts: dict[str, list[Make]] = defaultdict(list)
            for source in sources:
                hosts[bare_host(urlsplit(source.site).netloc)].append(partial(make, source))
            run = Run(process, arguments)
            run.start(list(hosts.values()))
            return run.unstored


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


def report(rows: list[RunRow], warnings: dict[str, list[HealthWarning]], *, as_json: bool) -> None:
    """The run and what is unusual of its sources on standard output, a line for each that failed on standard error."""
    if as_json:
        told = [
            row.as_dict() | {"warnings": [asdict(warning) for warning in warnings.get(row.source, [])]} for row in rows
        ]
        print(json.dumps(told, ensure_ascii=False, indent=2))
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
            for warning in warnings.get(row.source, []):
                print(f"{row.source}: {warning.kind}: {warning.detail}; {warning.cure}")
    for row in rows:
        if row.state != "ok":
            print(f"{row.source}: {row.reason}; look at that address, it is asked again next run", file=sys.stderr)
