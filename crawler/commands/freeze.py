"""scrapy freeze ID URL: a golden page, for a person to review and the tests to keep."""

import argparse
import re
import sys
from collections.abc import Collection
from os.path import relpath
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlsplit

from scrapy.commands import ScrapyCommand
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.exceptions import UsageError
from scrapy.utils.conf import closest_scrapy_cfg

from archive.capture import Capture
from archive.decisions import read_decisions
from archive.errors import ArchiveError
from archive.folder import DataFolder
from archive.sources import Source, registry
from crawler.loader import spider_class
from crawler.probing import golden, page
from crawler.probing.visit import Fetch, run, visit

_NAME = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")


class Command(ScrapyCommand):
    requires_project = True
    default_settings: ClassVar[dict[str, Any]] = {"LOG_LEVEL": "ERROR", "RETRY_GIVE_UP_LOG_LEVEL": "INFO"}

    def syntax(self) -> str:
        return "[options] ID URL"

    def short_desc(self) -> str:
        return "Keep an article's page, and what is read of it, as a golden page for the tests"

    def long_desc(self) -> str:
        return (
            "Fetches the page with the settings of the record ID and writes tests/golden/ID/NAME.html, the bytes, and"
            ' NAME.json, what is read of them now. Read the JSON, mend what is wrong in it, set "reviewed": true and'
            " commit both: from then on the tests hold the extraction to it. Nothing is overwritten: of a page that is"
            " frozen already, the differences are told. Examples: scrapy freeze ha-nam.thanh-liem"
            " https://thanhliem.example.vn/tin-tuc/hop-mat · scrapy freeze --name pdf-only ha-nam.thanh-liem URL"
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--name", help="the name of the two files, else the beginning of the title")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        source, url = chosen(args, opts.name, registry())
        assert isinstance(self.crawler_process, AsyncCrawlerProcess)
        try:
            furniture = read_decisions(DataFolder.from_environment()).furniture_of(source.id)
            capture = run(self.crawler_process, captured(self.crawler_process, source, url))
            freeze(golden_folder() / source.id, opts.name, capture, furniture)
        except ArchiveError as error:
            print(error, file=sys.stderr)
            self.exitcode = 1


def chosen(args: list[str], name: str | None, known: list[Source]) -> tuple[Source, str]:
    """The record and the address to freeze. Raises UsageError when that is not clear."""
    if len(args) != 2:
        raise UsageError("give the id of a record and the address of one of its articles", print_help=False)
    identifier, url = args
    source = next((source for source in known if source.id == identifier), None)
    if source is None:
        raise UsageError(f"no source has the id {identifier!r}; `scrapy list` shows them", print_help=False)
    if urlsplit(url).netloc not in (hosts := spider_class(source).hosts()):
        raise UsageError(f"{url!r} is no address of {identifier} ({', '.join(hosts)})", print_help=False)
    if name and not _NAME.fullmatch(name):
        raise UsageError(f"{name!r} is no name: use a-z, 0-9, - and _", print_help=False)
    return source, url


async def captured(process: AsyncCrawlerProcess, source: Source, url: str) -> Capture:
    """The capture of one page, fetched as a crawl of its source would. Raises ArchiveError when it is no page."""

    async def job(fetch: Fetch) -> Capture:
        answer = await fetch(url)
        page.text_of(answer)
        return fetch.spider.capture_of(answer)

    return await visit(process, source, job)


def freeze(folder: Path, name: str | None, capture: Capture, furniture: Collection[str] = ()) -> None:
    """Write a golden page, or say what a page that is frozen already gives now. Raises ArchiveError in that case."""
    new = golden.golden_of(capture, furniture)
    file = folder / f"{name or golden.name_of(new)}.json"
    twins = (other for other in golden.pages(folder) if golden.load(other)[0]["url"] == new["url"])
    old = file if file.exists() else None if name else next(twins, None)
    if old:
        print(*(golden.differences(golden.load(old)[0], new) or ["nothing is read differently"]), sep="\n")
        raise ArchiveError(
            relpath(old), "is frozen already, nothing was written", "delete it to freeze it anew, or give --name"
        )
    golden.save(file, new, capture.body)
    article = new["article"]
    print(f"{relpath(file)}: {article['title'] if article else 'NO ARTICLE was found on the page'}")
    print('Read it, mend what is wrong in it, and set "reviewed": true; the tests fail until then.')


def golden_folder() -> Path:
    """Where the golden pages are: beside scrapy.cfg, in tests/golden."""
    return Path(closest_scrapy_cfg()).parent / "tests" / "golden"
