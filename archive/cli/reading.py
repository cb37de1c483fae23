"""Commands that make articles of captures, and say what the archive holds: build, rebuild, status."""

import json
import sys
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import click
from tabulate import tabulate
from tqdm import tqdm

from archive.captures import need_captures
from archive.checksum import checksum
from archive.cli.terminal import end_with, progress, say_outcomes, warn_of_unknown
from archive.decisions import read_decisions
from archive.folder import DataFolder
from archive.lock import locked
from archive.rebuild import catch_up
from archive.rebuild import rebuild as rebuild_all
from archive.status import status as read_status
from archive.workers import workers

REBUILD_EXAMPLES = """
\b
Examples:
  union-archive rebuild                                 in this process
  union-archive rebuild --workers 8                     in eight processes on this machine
  union-archive rebuild --cluster tcp://10.0.0.5:8786   on a Dask cluster, whose workers need no file of ours
  union-archive rebuild --json                          with a checksum, to compare two archives
"""


@click.command()
def build() -> None:
    """Take the captures that are not in the archive yet."""
    folder = DataFolder.from_environment()
    need_captures(folder.crawl_db)
    faults: list[str] = []
    with locked(folder.lock), progress("captures") as told:
        decisions = read_decisions(folder)
        outcomes = catch_up(folder.crawl_db, folder.archive_db, told, decisions=decisions, faults=faults)
    say_outcomes(outcomes)
    warn_of_unknown(folder, decisions)
    end_with(faults)


@click.command(epilog=REBUILD_EXAMPLES)
@click.option("--workers", "number", type=click.IntRange(1), help="Read in so many processes on this machine.")
@click.option("--cluster", "address", metavar="ADDRESS", help="Read on the workers behind this Dask scheduler.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures and a checksum of all tables as JSON.")
def rebuild(number: int | None, address: str | None, as_json: bool) -> None:
    """Derive archive.db anew from all captures; the old file stays until the new one is whole.

    What is decided in the folder's decisions/ is applied to every capture: a row added there since the last rebuild
    holds for new pages from the next run on, and for what is in the archive already from the next rebuild on.

    A rebuild that was cut off goes on where it was, unless the program or the decisions have changed since. However
    many processes read, one writes, in the order of the captures: the archive is the same, to the byte.
    """
    if number and address:
        raise click.UsageError("--workers are processes here, --cluster has its own: name one of them")
    folder = DataFolder.from_environment()
    need_captures(folder.crawl_db)
    faults: list[str] = []
    with locked(folder.lock), _readers(number, address) as client, progress("captures") as step:
        decisions = read_decisions(folder)
        outcomes = rebuild_all(
            folder.crawl_db,
            folder.archive_db,
            step,
            decisions=decisions,
            faults=faults,
            client=client,
            told=lambda line: tqdm.write(line, file=sys.stderr),
        )
    if as_json:
        click.echo(json.dumps({**outcomes, "checksum": checksum(folder.archive_db)}))
    else:
        say_outcomes(outcomes)
    warn_of_unknown(folder, decisions)
    end_with(faults)


def _readers(number: int | None, address: str | None) -> AbstractContextManager[Any]:
    """The workers that were asked for, or None: then this process reads."""
    return workers(number, address) if number or address else nullcontext()


@click.command()
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
