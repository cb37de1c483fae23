"""union-archive: the commands of the archive. Crawling is Scrapy's: `scrapy list`, `scrapy harvest`."""

import click

from archive import __version__
from archive.cli.deciding import furniture
from archive.cli.keeping import backup, restore, verify
from archive.cli.operate import init, notify, run
from archive.cli.reading import build, rebuild, status
from archive.cli.showing import publish, serve
from archive.cli.terminal import Commands
from archive.cli.warc import export, import_warc
from archive.cli.withdrawing import withdraw

EXAMPLES = """
\b
Examples:
  scrapy harvest                      crawl all enabled sources into data/
  union-archive publish               bake data/site/union-news.db
  union-archive serve                 show it on http://127.0.0.1:8001
  union-archive status --json         what the archive holds
  UNION_ARCHIVE_DATA=data/demo union-archive status
"""


@click.group(cls=Commands, epilog=EXAMPLES)
@click.version_option(__version__, prog_name="union-archive")
def main() -> None:
    """Kho tin công đoàn: build, publish and serve the archive of union news.

    The data folder is `data`, or what UNION_ARCHIVE_DATA names.
    """


for command in (
    init,
    run,
    notify,
    build,
    rebuild,
    status,
    publish,
    serve,
    furniture,
    withdraw,
    verify,
    backup,
    restore,
    export,
    import_warc,
):
    main.add_command(command)
