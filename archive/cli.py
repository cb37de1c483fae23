"""union-archive: the commands of the archive. Crawling is Scrapy's: `scrapy list`, `scrapy harvest`."""

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import click
from tabulate import tabulate
from tqdm import tqdm

from archive import __version__
from archive import furniture as repeating
from archive.captures import CaptureStore, need_captures
from archive.database import connect_read_only
from archive.decisions import FURNITURE, Decisions, read_decisions, unknown_articles
from archive.errors import ArchiveError
from archive.folder import DataFolder
from archive.lock import locked
from archive.publish import publish as bake
from archive.rebuild import catch_up
from archive.rebuild import rebuild as rebuild_all
from archive.serve import serve as serve_site
from archive.source_ids import known_ids, near_ids
from archive.sources import Source, SourceError, registry
from archive.status import status as read_status
from archive.warc.export import export_warc
from archive.warc.intake import import_warcs

EXAMPLES = """
\b
Examples:
  scrapy harvest                      crawl all enabled sources into data/
  union-archive publish               bake data/site/union-news.db
  union-archive serve                 show it on http://127.0.0.1:8001
  union-archive status --json         what the archive holds
  UNION_ARCHIVE_DATA=data/demo union-archive status
"""


EXPORT_EXAMPLES = """
\b
Examples:
  union-archive export --warc tin-cong-doan.warc.gz
  union-archive export --warc binh-luc.warc.gz --source ha-nam.binh-luc
"""
IMPORT_EXAMPLES = """
\b
Examples:
  union-archive import-warc tin-cong-doan.warc.gz           an export, with its sources
  wget --warc-file=site -r https://…/ ; union-archive import-warc site.warc.gz --source ha-nam.binh-luc
"""


FURNITURE_EXAMPLES = """
\b
Examples:
  union-archive furniture ha-nam.binh-luc                   look at what repeats, and at the examples
  union-archive furniture ha-nam.binh-luc --csv > new.csv   the same as rows, to review
\b
Review new.csv: take out every row that is true text (a byline, a formula), give each other one its reason, append
them to decisions/furniture.csv in the data folder. Then `union-archive rebuild` applies them to what is there.
"""


class Commands(click.Group):
    """A group whose ArchiveErrors are one line on standard error and status 1."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (ArchiveError, SourceError) as error:
            click.echo(str(error), err=True)
            sys.exit(1)


@click.group(cls=Commands, epilog=EXAMPLES)
@click.version_option(__version__, prog_name="union-archive")
def main() -> None:
    """Kho tin công đoàn: build, publish and serve the archive of union news.

    The data folder is `data`, or what UNION_ARCHIVE_DATA names.
    """


@main.command()
def build() -> None:
    """Take the captures that are not in the archive yet."""
    folder = DataFolder.from_environment()
    need_captures(folder.crawl_db)
    with locked(folder.lock), progress("captures") as step:
        decisions = read_decisions(folder)
        outcomes = catch_up(folder.crawl_db, folder.archive_db, step, decisions=decisions)
    _say_outcomes(outcomes)
    _warn_of_unknown(folder, decisions)


@main.command()
def rebuild() -> None:
    """Derive archive.db anew from all captures; the old file stays until the new one is whole.

    What is decided in the folder's decisions/ is applied to every capture: a row added there since the last rebuild
    holds for new pages from the next run on, and for what is in the archive already from the next rebuild on.
    """
    folder = DataFolder.from_environment()
    need_captures(folder.crawl_db)
    with locked(folder.lock), progress("captures") as step:
        decisions = read_decisions(folder)
        outcomes = rebuild_all(folder.crawl_db, folder.archive_db, step, decisions=decisions)
    _say_outcomes(outcomes)
    _warn_of_unknown(folder, decisions)


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
def publish(as_json: bool) -> None:
    """Bake the read-only database of the site and put it in place of the old one."""
    folder = DataFolder.from_environment()
    publication = bake(folder.archive_db, folder.site_db, crawl_db=folder.crawl_db)
    if as_json:
        click.echo(json.dumps(asdict(publication), default=str))
        return
    click.echo(
        f"{publication.path}: {publication.articles} articles, {publication.districts} districts,"
        f" {publication.school_years} school years, {publication.bytes / 1e6:.1f} MB in {publication.seconds:.1f} s"
    )


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8001, show_default=True, type=click.IntRange(1, 65535), help="Port to listen on.")
@click.option(
    "--metadata",
    default="metadata.yml",
    show_default=True,
    type=click.Path(path_type=Path),
    help="Datasette's metadata.",
)
def serve(host: str, port: int, metadata: Path) -> None:
    """Show the published archive as a web site until Ctrl-C."""
    serve_site(DataFolder.from_environment().site_db, host=host, port=port, metadata=metadata)


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
def status(as_json: bool) -> None:
    """Show what the archive holds, how each source fares, and what to do about it."""
    folder = DataFolder.from_environment()
    found = read_status(folder.archive_db, folder.crawl_db)
    if as_json:
        click.echo(json.dumps(found.as_dict(), ensure_ascii=False, indent=2))
        return
    names = ["source", "articles", "undated", "last run (UTC)", "new", "state", "warnings"]
    rows = [
        (one.id, one.articles, one.undated, one.last_run[:16].replace("T", " ") if one.last_run else "never", one.new,
         one.state, ", ".join(warning.kind for warning in one.warnings))
        for one in found.sources
    ]  # fmt: skip
    click.echo(tabulate(rows, headers=names))
    if remarks := [line for one in found.sources for line in one.remarks]:
        click.echo("\n" + "\n".join(remarks))
    click.echo(
        f"\n{found.articles} articles ({found.undated} undated, {found.gone} gone from their site),"
        f" {found.revisions} versions, {found.districts} districts, {found.school_years} school years"
    )


@main.command()
def verify() -> None:
    """Read every capture and compare it with its hash; name each that is damaged."""
    folder = DataFolder.from_environment()
    need_captures(folder.crawl_db)
    with closing(CaptureStore(folder.crawl_db)) as captures:
        faults, total = captures.verify(), len(captures.ids())
    for fault in faults:
        click.echo(fault, err=True)
    click.echo(f"{total - len(faults)} of {total} captures are whole")
    if faults:
        sys.exit(1)


@main.command(epilog=FURNITURE_EXAMPLES)
@click.argument("source", metavar="ID")
@click.option(
    "--newest",
    default=200,
    show_default=True,
    type=click.IntRange(3, 500),
    help="How many articles, the last captured ones, are looked at.",
)
@click.option("--csv", "as_csv", is_flag=True, help="Print rows for decisions/furniture.csv, without their reasons.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
def furniture(source: str, newest: int, as_csv: bool, as_json: bool) -> None:
    """Propose lines that a source repeats over its articles, and that extraction leaves in them.

    Reprints count once. "sure" is the share of the articles, halved by each doubt that the line is the site's own.
    Nothing is learnt by itself: a line is dropped when a person has put it, with a reason, into
    decisions/furniture.csv of the data folder. What is there already is not proposed again.
    """
    if as_csv and as_json:
        raise click.UsageError("--csv and --json exclude each other")
    folder = DataFolder.from_environment()
    if source not in (known := known_ids(folder.crawl_db)):
        raise click.BadParameter(f"no source has the id {source!r}; {near_ids(source, known)}", param_hint="ID")
    need_captures(folder.crawl_db)
    decided = read_decisions(folder).furniture_of(source)
    with closing(CaptureStore(folder.crawl_db)) as captures, progress("articles") as step:
        found = repeating.propose(captures, source, decided, newest, step)
    if as_json:
        click.echo(json.dumps(found.as_dict(), ensure_ascii=False, indent=2))
        return
    click.echo(repeating.summary(found), err=as_csv)
    if as_csv:
        file = folder.decisions / FURNITURE
        click.echo(
            repeating.csv_rows(found, date.today(), header=not file.exists() or not file.stat().st_size), nl=False
        )
    elif found.lines:
        click.echo("\n" + repeating.table(found))
        click.echo("\nLook at the examples, then see `union-archive furniture --help` for how to decide.")


@main.command(epilog=EXPORT_EXAMPLES)
@click.option("--warc", "path", required=True, type=click.Path(path_type=Path), help="The new file: .warc.gz or .warc.")
@click.option("--source", "sources", multiple=True, metavar="ID", help="Only this source; may be given several times.")
def export(path: Path, sources: tuple[str, ...]) -> None:
    """Write the captures to a WARC file, with the records of their sources."""
    folder = DataFolder.from_environment()
    need_captures(folder.crawl_db)
    with closing(CaptureStore(folder.crawl_db)) as captures, progress("captures") as step:
        written = export_warc(captures, path, sources, step)
    click.echo(f"{path}: {written} captures, {path.stat().st_size / 1e6:.1f} MB")


@main.command("import-warc", epilog=IMPORT_EXAMPLES)
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path))
@click.option(
    "--source", metavar="ID", help="Whose pages they are, where the file does not say: an id of `scrapy list`."
)
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
def import_warc(files: tuple[Path, ...], source: str | None, as_json: bool) -> None:
    """Take pages from WARC files: own exports, or those of any crawler.

    Of others' files, HTML pages of the source's host that were answered with status 200 are taken; what is left out is
    counted by reason. The same file twice changes nothing.
    """
    folder = DataFolder.from_environment()
    record = _record(source) if source else None
    with locked(folder.lock):
        with closing(CaptureStore(folder.crawl_db)) as captures, progress("WARC", unit="B") as step:
            imported = import_warcs(files, captures, record, step)
        with progress("captures") as step:
            outcomes = catch_up(folder.crawl_db, folder.archive_db, step, decisions=read_decisions(folder))
    if as_json:
        figures = {"new": imported.new, "known": imported.known, "left_out": imported.left_out, "articles": outcomes}
        click.echo(json.dumps(figures | {"faults": imported.faults}, ensure_ascii=False))
    else:
        reasons = ", ".join(f"{count} {reason}" for reason, count in imported.left_out.most_common())
        click.echo(f"{imported.new} captures imported, {imported.known} known; left out: {reasons or 'nothing'}")
        _say_outcomes(outcomes)
    for fault in imported.faults:
        click.echo(fault, err=True)
    if imported.faults:
        sys.exit(1)


@contextmanager
def progress(what: str, unit: str = "page") -> Iterator[Callable[[int, int], None]]:
    """A progress bar on a terminal, nothing in a log."""
    with tqdm(desc=what, unit=unit, unit_scale=unit == "B", disable=None) as bar:

        def step(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield step


def _record(identifier: str) -> Source:
    records = {source.id: source for source in registry()}
    if identifier not in records:
        raise ArchiveError(
            identifier,
            "no source has this id",
            "see `scrapy list`, or name the folder of its record: UNION_ARCHIVE_SOURCES",
        )
    return records[identifier]


def _warn_of_unknown(folder: DataFolder, decisions: Decisions) -> None:
    """Name the corrections of articles that the archive does not hold; that is no failure."""
    with closing(connect_read_only(folder.archive_db)) as archive:
        ids = {row[0] for row in archive.execute("SELECT id FROM articles")}
    for line in unknown_articles(decisions, ids):
        click.echo(f"{folder.decisions}/{line}", err=True)


def _say_outcomes(outcomes: Counter[str]) -> None:
    click.echo(
        f"{outcomes.total()} captures: {outcomes['new']} new articles, {outcomes['revision']} revisions,"
        f" {outcomes['same']} unchanged, {outcomes['refused']} refused"
    )
