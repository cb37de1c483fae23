"""The Scrapy process of one host: `python -m crawler.cluster.crawl LOCK`, with UNION_ARCHIVE_DATA naming the folder of
its shard. It ends with the process that started it, however that ends, and holds the host's lock until then."""

import logging
import os
import signal
import sys
import threading
from contextlib import closing
from functools import partial
from pathlib import Path

from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.utils.project import get_project_settings

from archive.captures import open_crawl_db
from archive.decisions import Decisions
from archive.errors import ArchiveError
from archive.folder import DataFolder
from archive.lock import locked
from crawler.cluster.task import Task, read_task
from crawler.loader import spider_class
from crawler.reading import readers
from crawler.running import Run
from crawler.tables import migrations

PIPELINES = {"crawler.cluster.texts.ShardPipeline": 500}


def main(lock: Path) -> int:
    """Crawl the sources of the task in the shard; 1 when something could not be written, which standard error says."""
    try:
        with closing(open_crawl_db(DataFolder.from_environment().crawl_db, migrations)) as shard:
            task = read_task(shard)
        with readers.running(), locked(lock):
            threading.Thread(target=_end_with_parent, daemon=True).start()
            unstored = crawl(task)
    except ArchiveError as error:
        unstored = [str(error)]
    for line in unstored:
        print(line, file=sys.stderr)
    return 1 if unstored else 0


def crawl(task: Task) -> list[str]:
    """Crawl the sources in turn; what could not be written, in lines."""
    settings = get_project_settings()
    settings.setdict(task.settings, priority="cmdline")
    settings.set("ITEM_PIPELINES", PIPELINES, priority="cmdline")
    logging.getLogger("scrapy.downloadermiddlewares.robotstxt").setLevel(logging.CRITICAL)
    process = AsyncCrawlerProcess(settings)
    arguments = {"decisions": Decisions(furniture=task.furniture)} | ({"full": True} if task.full else {})
    run = Run(process, arguments)
    run.start([[partial(Crawler, spider_class(source), process.settings) for source in task.sources]])
    return run.unstored


def _end_with_parent() -> None:
    """The pipe to standard input closes when its other end dies; what is not committed then is asked for again."""
    while os.read(sys.stdin.fileno(), 1):
        pass
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
