"""Captures out as WARC, and other people's in: export, import-warc."""

import json
import sys
from contextlib import closing
from pathlib import Path

import click

from archive.bulk import write_bulk
from archive.captures import CaptureStore, need_captures
from archive.cli.terminal import progress, say_outcomes
from archive.decisions import read_decisions
from archive.errors import ArchiveError
from archive.folder import DataFolder
from archive.lock import locked
from archive.rebuild import catch_up
from archive.sources import Source, registry
from archive.warc.export import export_warc
from archive.warc.intake import import_warcs

EXPORT_EXAMPLES = """
\b
Examples:
  union-archive export --warc tin-cong-doan.warc.gz
  union-archive export --warc binh-luc.warc.gz --source ha-nam.binh-luc
  union-archive export --bulk                               what the site offers on /tai-ve
"""
IMPORT_EXAMPLES = """
\b
Examples:
  union-archive import-warc tin-cong-doan.warc.gz           an export, with its sources
  wget --warc-file=site -r https://…/ ; union-archive import-warc site.warc.gz --source ha-nam.binh-luc
"""


@click.command(epilog=EXPORT_EXAMPLES)
@click.option("--warc", "path", type=click.Path(path_type=Path), help="The new file: .warc.gz or .warc.")
@click.option("--bulk", is_flag=True, help="The published articles, for the site's page /tai-ve.")
@click.option("--source", "sources", multiple=True, metavar="ID", help="Only this source; may be given several times.")
def export(path: Path | None, bulk: bool, sources: tuple[str, ...]) -> None:
    """Write the captures to a WARC file, with the records of their sources; or the published articles as JSON lines
    and Parquet, beside the published database."""
    folder = DataFolder.from_environment()
    if (path is None) != bulk or (bulk and sources):
        raise click.UsageError("give --warc FILE, or --bulk alone")
    if path is None:
        _export_bulk(folder)
        return
    need_captures(folder.crawl_db)
    with closing(CaptureStore(folder.crawl_db)) as captures, progress("captures") as step:
        written = export_warc(captures, path, sources, step)
    click.echo(f"{path}: {written} captures, {path.stat().st_size / 1e6:.1f} MB")


@click.command("import-warc", epilog=IMPORT_EXAMPLES)
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
        say_outcomes(outcomes)
    for fault in imported.faults:
        click.echo(fault, err=True)
    if imported.faults:
        sys.exit(1)


def _export_bulk(folder: DataFolder) -> None:
    made = write_bulk(folder.site_db)
    for name, size in made.sizes.items():
        click.echo(f"{made.folder / name}: {size / 1e6:.1f} MB")
    click.echo(f"{made.articles} articles")
    if not any(name.endswith(".parquet") for name in made.sizes):
        click.echo("no Parquet: that takes `pip install union-news-archive[parquet]`", err=True)


def _record(identifier: str) -> Source:
    records = {source.id: source for source in registry()}
    if identifier not in records:
        raise ArchiveError(
            identifier,
            "no source has this id",
            "see `scrapy list`, or name the folder of its record: UNION_ARCHIVE_SOURCES",
        )
    return records[identifier]
