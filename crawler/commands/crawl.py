"""scrapy crawl ID: Scrapy's own command, after what a crash left between a capture and its article is caught up."""

import argparse
import sys

from scrapy.commands import crawl
from scrapy.exceptions import UsageError

from archive.errors import ArchiveError
from archive.folder import DataFolder
from archive.rebuild import catch_up


class Command(crawl.Command):
    """Catching up also shows whether the databases can be written: a spider that found out in the middle of its walk
    would end with a traceback and status 0."""

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.crawler_process is not None
        if len(args) == 1 and args[0] not in self.crawler_process.spider_loader.list():
            raise UsageError(f"no source has the id {args[0]!r}; `scrapy list` shows them", print_help=False)
        try:
            folder = DataFolder.from_environment()
            catch_up(folder.crawl_db, folder.archive_db)
        except ArchiveError as error:
            print(error, file=sys.stderr)
            self.exitcode = 1
            return
        super().run(args, opts)
