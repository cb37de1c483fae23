"""What the commands share: how errors end them, the progress bar, and what is said of captures that were read."""

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

import click
from tqdm import tqdm

from archive.database import connect_read_only
from archive.decisions import Decisions, unknown_articles
from archive.errors import ArchiveError
from archive.folder import DataFolder
from archive.sources import SourceError

_HELD = """
SELECT value FROM json_each(?) WHERE value IN (SELECT id FROM articles)
    OR value IN (SELECT article FROM withdrawals WHERE source IS NOT NULL)
"""


class Commands(click.Group):
    """A group whose ArchiveErrors are one line on standard error and status 1."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (ArchiveError, SourceError) as error:
            click.echo(str(error), err=True)
            sys.exit(1)


@contextmanager
def progress(what: str, unit: str = "page") -> Iterator[Callable[[int, int], None]]:
    """A progress bar on a terminal, nothing in a log."""
    with tqdm(desc=what, unit=unit, unit_scale=unit == "B", disable=None) as bar:

        def step(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield step


def warn_of_unknown(folder: DataFolder, decisions: Decisions) -> None:
    """Name the corrections and withdrawals of articles that the archive does not hold; that is no failure."""
    named = json.dumps([*decisions.corrections, *decisions.withdrawals])
    with closing(connect_read_only(folder.archive_db)) as archive:
        ids = {row[0] for row in archive.execute(_HELD, (named,))}
    for line in unknown_articles(decisions, ids):
        click.echo(f"{folder.decisions}/{line}", err=True)


def say_outcomes(outcomes: Counter[str]) -> None:
    click.echo(
        f"{outcomes.total()} captures: {outcomes['new']} new articles, {outcomes['revision']} revisions,"
        f" {outcomes['same']} unchanged, {outcomes['refused']} refused"
        + "".join(f", {outcomes[name]} {name}" for name in ("withdrawn", "damaged") if outcomes[name])
    )


def end_with(faults: list[str]) -> None:
    """Name what was passed over; where anything was, the command ends with status 1."""
    for fault in faults:
        click.echo(fault, err=True)
    if faults:
        sys.exit(1)
