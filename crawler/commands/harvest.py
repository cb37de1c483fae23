"""scrapy harvest: crawl all enabled sources (or the named ones), hosts side by side, sources of one host in turn."""

import argparse
import json
import logging
import sys
from collections import defaultdict
from contextlib import nullcontext
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlsplit

from scrapy.commands import ScrapyCommand
from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.exceptions import UsageError
from scrapy.settings import SETTINGS_PRIORITIES
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

if TYPE_CHECKING:
    from crawler.cluster.driver import ClusterHarvest


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
            " · scrapy harvest --workers 4"
            " · scrapy harvest --cluster tcp://10.0.0.5:8786 --store s3://bucket/shards"
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--full", action="store_true", help="walk all listings to their end, ask for every article")
        parser.add_argument("--json", action="store_true", help="print the report as JSON")
        parser.add_argument("--workers", type=int, metavar="N", help="crawl with N processes, each one host at a time")
        parser.add_argument("--cluster", metavar="ADDRESS", help="crawl on the workers of the Dask scheduler there")
        parser.add_argument(
            "--store",
            metavar="ADDRESS",
            help="where crawls fetch what they need and bring home what they found: file:///… or s3://…; with --workers"
            " a folder of the data folder, if not said otherwise",
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        logging.getLogger("scrapy.downloadermiddlewares.robotstxt").setLevel(logging.CRITICAL)
        check_workers(opts)
        sources = chosen(registry(), args)
        folder = DataFolder.from_environment()
        faults: list[str] = []
        try:
            decisions = read_decisions(folder)
            cluster = on_cluster(folder, opts) if opts.workers or opts.cluster else None
            with nullcontext() if cluster else readers.running(), locked(folder.lock):
                unstored = cluster.bring_home() if cluster else []
                catch_up(folder.crawl_db, folder.archive_db, decisions=decisions)
                before = latest_runs(folder.crawl_db)
                if cluster:
                    unstored += cluster.crawl(tuple(sources), decisions, full=opts.full, settings=self._settings())
                else:
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

    def _settings(self) -> dict[str, Any]:
        """What this command and its command line set: crawls elsewhere go by it too."""
        assert self.settings is not None
        levels = {SETTINGS_PRIORITIES["command"], SETTINGS_PRIORITIES["cmdline"]}
        return {name: self.settings[name] for name in self.settings if self.settings.getpriority(name) in levels}

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


def check_workers(opts: argparse.Namespace) -> None:
    """Raises UsageError when the options about workers contradict each other."""
    if opts.workers is not None and opts.workers < 1:
        raise UsageError(f"--workers {opts.workers}: there must be one at least", print_help=False)
    if opts.workers and opts.cluster:
        raise UsageError("--workers starts processes here, --cluster uses those elsewhere: say one", print_help=False)
    if opts.store and not (opts.workers or opts.cluster):
        raise UsageError("--store is for --workers and --cluster: say one of them too", print_help=False)


def on_cluster(folder: DataFolder, opts: argparse.Namespace) -> "ClusterHarvest":
    """Raises ArchiveError when what a cluster needs is not installed."""
    try:
        from crawler.cluster.driver import ClusterHarvest
    except ModuleNotFoundError as error:
        cure = "run `pip install 'union-news-archive[cluster]'`"
        raise ArchiveError("--workers and --cluster", f"{error.name} is not installed", cure) from error
    return ClusterHarvest(folder, opts.workers, opts.cluster, opts.store)


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
