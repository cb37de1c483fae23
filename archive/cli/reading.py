"""Commands that make articles of captures, and say what the archive holds: build, rebuild, status."""

import json
from collections import Counter
from collections.abc import Callable

import click
from tabulate import tabulate

from archive.captures import need_captures
from archive.cli.terminal import end_with, progress, say_outcomes, warn_of_unknown
from archive.decisions import read_decisions
from archive.folder import DataFolder
from archive.lock import locked
from archive.rebuild import catch_up
from archive.rebuild import rebuild as rebuild_all
from archive.status import status as read_status


@click.command()
def build() -> None:
    """Take the captures that are not in the archive yet."""
    _derive(catch_up)


@click.command()
def rebuild() -> None:
    """Derive archive.db anew from all captures; the old file stays until the new one is whole.

    What is decided in the folder's decisions/ is applied to every capture: a row added there since the last rebuild
    holds for new pages from the next run on, and for what is in the archive already from the next rebuild on.
    """
    _derive(rebuild_all)


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


def _derive(step: Callable[..., Counter[str]]) -> None:
    """Run catch_up or rebuild over the data folder, under its lock and decisions, and say what came of it."""
    folder = DataFolder.from_environment()
    need_captures(folder.crawl_db)
    faults: list[str] = []
    with locked(folder.lock), progress("captures") as told:
        decisions = read_decisions(folder)
        outcomes = step(folder.crawl_db, folder.archive_db, told, decisions=decisions, faults=faults)
    say_outcomes(outcomes)
    warn_of_unknown(folder, decisions)
    end_with(faults)
