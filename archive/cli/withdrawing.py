"""The command of removal on request: withdraw."""

import json
from dataclasses import asdict

import click
from tabulate import tabulate

from archive.cli.terminal import progress
from archive.folder import DataFolder
from archive.lock import locked
from archive.withdraw import withdraw as carry_out

WITHDRAW_EXAMPLES = """
\b
Examples:
  union-archive withdraw bgam5gqet2pb --reason "theo yêu cầu của tòa soạn"
  union-archive withdraw bgam5gqet2pb --reason "tên người được nhắc" --passage "chị Trần Thị A"
  union-archive withdraw bgam5gqet2pb --reason "quyết định của tòa án" --purge
"""


@click.command(epilog=WITHDRAW_EXAMPLES)
@click.argument("article", metavar="ARTICLE")
@click.option("--reason", required=True, help="Why, in words that everyone may read: the site shows them.")
@click.option("--passage", default="", help="Only these words, in every version; without it the whole text.")
@click.option("--purge", is_flag=True, help="Erase the captured bytes too, linked files included; the hash is kept.")
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
def withdraw(article: str, reason: str, passage: str, purge: bool, as_json: bool) -> None:
    """Withdraw an article (its id, the 12 characters after /bai/ in its address), or a passage of it.

    A row in decisions/withdrawals.csv of the data folder says so from now on to every crawl, build, rebuild, import and
    publication. The fact stays: the article's address answers that it was withdrawn, when and why. To undo it, take the
    row out and run `union-archive rebuild`: what was erased does not come back.
    """
    folder = DataFolder.from_environment()
    with locked(folder.lock), progress("captures"):
        done = carry_out(folder, article, reason, passage=passage, purge=purge)
    if as_json:
        click.echo(json.dumps(asdict(done), ensure_ascii=False, indent=2))
        return
    what = "the whole text" if done.whole else "the passage"
    click.echo(f"{done.article}: {what} is withdrawn from {done.versions} versions")
    if purge:
        click.echo(f"{done.captures_erased} captures erased, their hashes kept")
    for name in done.removed:
        click.echo(f"removed: {name}")
    if done.reprints:
        rows = [(one.id, one.title, one.source, f"{one.here:.0%}", f"{one.there:.0%}") for one in done.reprints]
        click.echo("\nThe same text stands elsewhere too; decide on each:")
        click.echo(tabulate(rows, headers=["article", "title", "source", "of the withdrawn", "of this one"]))
    click.echo("\nStill to do:\n" + "\n".join(f"- {line}" for line in done.to_do))
