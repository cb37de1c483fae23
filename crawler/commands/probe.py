"""scrapy probe URL: what a site is, what a crawl of it would find, and the record for it."""

import argparse
import json
import sys
from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import urljoin, urlsplit

from scrapy.commands import ScrapyCommand
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.exceptions import UsageError

from archive.errors import ArchiveError
from archive.sources import Source, registry
from crawler.probing import records, report
from crawler.probing.errors import ProbeError, TlsError
from crawler.probing.homes import NATIONAL, resolve
from crawler.probing.propose import propose
from crawler.probing.survey import Survey, as_source, refuse_linkless, survey
from crawler.probing.visit import run, visit


@dataclass(frozen=True, slots=True)
class Target:
    """A listing to look at: its address, and its record if it has one."""

    url: str
    record: Source | None = None


class Command(ScrapyCommand):
    requires_project = True
    # What a site does wrong is told in the report; the log is for what we do wrong.
    default_settings: ClassVar[dict[str, Any]] = {"LOG_LEVEL": "ERROR", "RETRY_GIVE_UP_LOG_LEVEL": "INFO"}

    def syntax(self) -> str:
        return "[options] URL ... | --enable ID"

    def short_desc(self) -> str:
        return "Look at a site's listing: what a crawl would find, and the record for it"

    def long_desc(self) -> str:
        return (
            "Fetches, as politely as a crawl, a listing of news (URL), robots.txt, feeds, the sitemap, the listing's"
            " second page and one article; says what they are and prints a record to paste. Writes nothing unless told."
            " Examples: scrapy probe https://thanhliem.example.vn/tin-tuc · scrapy probe --json URL · scrapy probe"
            " --add --home 'Thanh Liêm, Hà Nam' URL · scrapy probe --enable ha-nam.thanh-liem"
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help="print what was found as JSON")
        parser.add_argument("--add", action="store_true", help="put the proposed records, disabled, into the registry")
        parser.add_argument(
            "--home", metavar="NAME_OR_CODE", help=f"the sites' district or province ({NATIONAL}: none), else guessed"
        )
        parser.add_argument(
            "--enable", metavar="ID", help="probe this record's listings; if they work, enable it in its file"
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        known = registry()
        targets = chosen(args, opts, known)
        home = told_home(opts.home)
        assert isinstance(self.crawler_process, AsyncCrawlerProcess)
        try:
            found = run(self.crawler_process, look_at_all(self.crawler_process, targets))
        except ArchiveError as error:
            self._fail(error)
            return
        printed = []
        for seen in found:
            if isinstance(seen, ArchiveError):
                self._fail(seen)
                continue
            proposal, file = None, None
            try:
                if not opts.enable:
                    refuse_linkless(seen)
                    proposal = propose(seen, {record.id for record in known}, home)
                if proposal and opts.add:
                    file = records.add(proposal, known)
                    known.append(proposal.source)
            except ArchiveError as error:
                self._fail(error)
            printed.append(report.as_dict(seen, proposal) | {"added_to": str(file) if file else None})
            if not opts.json:
                print(*report.lines(seen, proposal), sep="\n")
                if file and proposal:
                    print(f"{proposal.id}: added to {file}, disabled; `scrapy probe --enable {proposal.id}` is next")
        if opts.json:
            print(json.dumps(printed, ensure_ascii=False, indent=2))
        if opts.enable:
            self._enable(opts.enable, found)

    def _enable(self, identifier: str, found: list[Survey | ArchiveError]) -> None:
        """Enable a record whose listings all work; say what is missing otherwise."""
        surveys = [seen for seen in found if isinstance(seen, Survey)]
        missing = [ArchiveError(seen.url, *fault) for seen in surveys for fault in report.missing(seen)]
        for error in missing:
            self._fail(error)
        if missing or len(surveys) < len(found):
            print(f"{identifier}: not enabled, nothing was written", file=sys.stderr)
            return
        try:
            print(f"{identifier}: enabled in {records.enable(identifier)}", file=sys.stderr)
        except ArchiveError as error:
            self._fail(error)

    def _fail(self, error: ArchiveError) -> None:
        print(error, file=sys.stderr)
        self.exitcode = 1


def chosen(urls: list[str], opts: argparse.Namespace, known: list[Source]) -> list[Target]:
    """What to look at. Raises UsageError when that is not clear."""
    if opts.enable:
        if urls or opts.add or opts.home:
            raise UsageError(
                "--enable probes a record as it stands: no URL, --add or --home beside it", print_help=False
            )
        record = next((record for record in known if record.id == opts.enable), None)
        if record is None:
            raise UsageError(f"no source has the id {opts.enable!r}; `scrapy list` shows them", print_help=False)
        return [Target(urljoin(record.site, path), record) for path in record.listing]
    if not urls:
        raise UsageError("name the address of a listing of news", print_help=False)
    for url in urls:
        if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
            raise UsageError(f"{url!r} is no web address; write https://host/path", print_help=False)
    return [Target(url) for url in dict.fromkeys(urls)]


def told_home(name: str | None) -> tuple[str | None] | None:
    """The home a person gave (None in it: national), None where none was given. Raises UsageError."""
    if name is None:
        return None
    try:
        return (resolve(name),)
    except ArchiveError as error:
        raise UsageError(str(error), print_help=False) from error


async def look_at_all(process: AsyncCrawlerProcess, targets: list[Target]) -> list[Survey | ArchiveError]:
    """The survey of each target in turn, or why there is none."""
    found: list[Survey | ArchiveError] = []
    for target in targets:
        try:
            found.append(await look_at(process, target))
        except ArchiveError as error:
            found.append(error)
    return found


async def look_at(process: AsyncCrawlerProcess, target: Target) -> Survey:
    """The survey of a target; where its certificate fails, once more without verifying it, to say what is there."""
    source = target.record or as_source(target.url, "listing")
    verified = source.tls_exception is None
    try:
        return await visit(process, source, lambda fetch: survey(fetch, target.url, target.record, verified=verified))
    except TlsError as error:
        try:
            return await visit(
                process, source, lambda fetch: survey(fetch, target.url, target.record, verified=False), verify=False
            )
        except ProbeError:
            raise error from None
