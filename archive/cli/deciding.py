"""Commands that help a person decide: furniture."""

import json
from contextlib import closing
from datetime import date

import click

from archive import furniture as repeating
from archive.captures import CaptureStore, need_captures
from archive.cli.terminal import progress
from archive.decisions import FURNITURE, read_decisions
from archive.folder import DataFolder
from archive.source_ids import known_ids, near_ids

FURNITURE_EXAMPLES = """
\b
Examples:
  union-archive furniture ha-nam.binh-luc                   look at what repeats, and at the examples
  union-archive furniture ha-nam.binh-luc --csv > new.csv   the same as rows, to review
\b
Review new.csv: take out every row that is true text (a byline, a formula), give each other one its reason, append
them to decisions/furniture.csv in the data folder. Then `union-archive rebuild` applies them to what is there.
"""


@click.command(epilog=FURNITURE_EXAMPLES)
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
