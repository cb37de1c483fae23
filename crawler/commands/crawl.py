"""scrapy crawl ID: Scrapy's own command, which first looks whether the databases can be written."""

import argparse
import sys
from contextlib import closing

from scrapy.commands import crawl
from scrapy.exceptions import UsageError

from archive import ingest
from archive.captures import CaptureStore
from archive.errors import ArchiveError
from archive.folder import DataFolder
from archive.store import Store


class Command(crawl.Command):
    """A spider that found out in the middle of its walk would end with a traceback and status 0."""

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.crawler_process is not None
        if len(args) == 1 and args[0] not in self.crawler_process.spider_loader.list():
            raise UsageError(f"no source has the id {args[0]!r}; `scrapy list` shows them", print_help=False)
        try:
            catch_up(DataFolder.from_environment())
        except ArchiveError as error:
            print(error, file=sys.stderr)
            self.exitcode = 1
            return
        super().run(args, opts)


def catch_up(folder: DataFolder) -> None:
    """Take what a crash left between a capture and its article, and mark the articles that are gone.

    Before a crawl it also finds out whether the databases can be written. Raises ArchiveError.
    """
    with closing(CaptureStore(folder.crawl_db)) as captures, closing(Store(folder.archive_db)) as store:
        ingest.build(captures, store)
