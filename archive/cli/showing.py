"""Commands of the site: publish, serve."""

import json
from dataclasses import asdict
from pathlib import Path

import click
from tabulate import tabulate

from archive.cli.terminal import progress
from archive.decisions import read_withdrawals
from archive.errors import ArchiveError
from archive.folder import DataFolder
from archive.kept import current, kept
from archive.publications import KEEP, back, publish_and_keep
from archive.serve import serve as serve_site
from archive.sources import registry
from archive.static import Static, write_static
from archive.withdraw import erase_waiting
from archive.withdrawals import Withdrawals

PUBLISH_EXAMPLES = """
\b
Examples:
  union-archive publish                                     bake, check, make it the current one
  union-archive publish --list                              which publications are kept, and which is current
  union-archive publish --back                              the one before the current one again
  union-archive publish --accept-fall                       when many articles are missing on purpose
  union-archive publish --static site --address https://tin.example      and the whole site as plain files
"""


@click.command(epilog=PUBLISH_EXAMPLES)
@click.option("--keep", metavar="N", type=click.IntRange(1), help=f"How many publications stay.  [default: {KEEP}]")
@click.option("--accept-fall", is_flag=True, help="Publish although articles are missing.")
@click.option("--back", "to_before", is_flag=True, help="Make the publication before the current one current again.")
@click.option("--list", "as_list", is_flag=True, help="List the publications that are kept.")
@click.option("--static", "copy", metavar="DIR", type=click.Path(path_type=Path), help="Write plain files there too.")
@click.option("--address", metavar="URL", help="Where the plain files will be found; with --static.")
@click.option("--metadata", default="metadata.yml", type=click.Path(path_type=Path), help="Datasette's metadata.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
def publish(
    keep: int | None,
    accept_fall: bool,
    to_before: bool,
    as_list: bool,
    copy: Path | None,
    address: str | None,
    metadata: Path,
    as_json: bool,
) -> None:
    """Bake the read-only database of the site and put it in place of the old one.

    A publication that has lost 1 % of the articles, or all of them, without a reason is thrown away. A site that is
    being served changes over by itself. What rows of withdrawals.csv purge is erased from the captures.
    """
    folder = DataFolder.from_environment()
    if as_list + to_before + (keep is not None or accept_fall or copy is not None) > 1:
        raise click.UsageError("--list and --back stand alone")
    if (copy is None) != (address is None):
        raise click.UsageError("--static and --address go together")
    if as_list:
        _list(folder.site_db, as_json)
    elif to_before:
        _go_back(folder, as_json)
    else:
        withdrawals = read_withdrawals(folder)
        done = publish_and_keep(
            folder.archive_db,
            folder.site_db,
            crawl_db=folder.crawl_db,
            records=registry(),
            keep=keep or KEEP,
            accept_fall=accept_fall,
            withdrawals=withdrawals,
        )
        publication = done.publication
        written = _copied(folder.site_db, copy, address, metadata) if copy and address else None
        erased = _erased(folder, withdrawals)
        if as_json:
            named = {"name": done.kept.name, "sha256": done.kept.sha256, "removed": done.removed}
            files = {"static": asdict(written)} if written else {}
            click.echo(json.dumps(asdict(publication) | named | files | {"captures_erased": erased}, default=str))
            return
        click.echo(
            f"{publication.path}: {publication.articles} articles, {publication.districts} districts,"
            f" {publication.school_years} school years, {publication.bytes / 1e6:.1f} MB in {publication.seconds:.1f} s"
        )
        if written:
            click.echo(
                f"{written.folder}: {written.files} files of {written.articles} articles,"
                f" {written.bytes / 1e6:.1f} MB in {written.seconds:.1f} s"
            )
        if erased:
            click.echo(f"{folder.crawl_db}: {erased} captures erased, as withdrawals.csv says; their hashes are kept")


def _erased(folder: DataFolder, withdrawals: Withdrawals) -> int:
    """Last of all, and for itself: what the site shows is put right also where the captures cannot be."""
    try:
        return erase_waiting(folder, withdrawals)
    except ArchiveError as error:
        raise ArchiveError(
            folder.crawl_db,
            f"the site is published, but the captures that withdrawals.csv purges are not erased ({error})",
            "run `union-archive publish` again when that is mended",
        ) from error


def _copied(site_db: Path, folder: Path, address: str, metadata: Path) -> Static:
    with progress("static copy", "article") as step:
        return write_static(site_db, folder, step, address=address, metadata=metadata)


def _list(site_db: Path, as_json: bool) -> None:
    publications = kept(site_db)
    now = current(site_db, publications)
    if as_json:
        click.echo(json.dumps([asdict(one) | {"current": one == now} for one in publications]))
        return
    rows = [("*" if one == now else "", one.date, one.articles, one.bytes, one.sha256) for one in publications]
    click.echo(tabulate(rows, headers=["", "date", "articles", "bytes", "SHA-256"]))


def _go_back(folder: DataFolder, as_json: bool) -> None:
    now = back(folder.site_db, read_withdrawals(folder))
    if as_json:
        click.echo(json.dumps(asdict(now)))
        return
    click.echo(
        f"{folder.site_db}: now again the publication of {now.date}, {now.articles} articles, SHA-256 {now.sha256}"
    )


@click.command()
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
    folder = DataFolder.from_environment()
    serve_site(folder.site_db, host=host, port=port, metadata=metadata, crawl_db=folder.crawl_db)
