"""scrapy crawl ID: Scrapy's own command, after what a crash left between a capture and its article is caught up."""

import argparse
import sys
from functools import partial

from scrapy.commands import crawl
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.exceptions import UsageError

from archive.decisions import read_decisions
from archive.errors import ArchiveError
from archive.folder import DataFolder
from archive.lock import locked
from archive.rebuild import catch_up
from crawler.reading import readers
from crawler.running import Run


class Command(crawl.Command):
    """Catching up also shows whether the databases can be written: a spider that found out in the middle of its walk
    would end with a traceback and status 0."""

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        assert isinstance(self.crawler_process, AsyncCrawlerProcess)
        if len(args) == 1 and args[0] not in self.crawler_process.spider_loader.list():
            raise UsageError(f"no source has the id {args[0]!r}; `scrapy list` shows them", print_help=False)
        if len(args) != 1:
            super().run(args, opts)
            return
        folder = DataFolder.from_environment()
        try:
            decisions = read_decisions(folder)
            with readers.running(), locked(folder.lock):
                catch_up(folder.crawl_db, folder.archive_db, decisions=decisions)
                run = Run(self.crawler_process, opts.spargs | {"decisions": decisions})
                run.start([[partial(self._create_crawler, args[0])]])
        except ArchiveError as error:
            print(error, file=sys.stderr)
            self.exitcode = 1
            return
        for line in run.unstored:
            print(line, file=sys.stderr)
        if run.unstored or self.crawler_process.bootstrap_failed:
            self.exitcode = 1
