"""Commands that keep what was captured: backup, restore, verify."""

import json
import secrets
import sys
from dataclasses import asdict
from pathlib import Path

import click
from tabulate import tabulate

from archive import verify as checking
from archive.backup import backup as back_up
from archive.backup import restore as restore_from
from archive.cli.terminal import progress
from archive.folder import DataFolder

BACKUP_EXAMPLES = """
\b
Examples:
  union-archive backup /mnt/backup/tin-cong-doan            the first time all of it, then what is new
  union-archive verify /mnt/backup/tin-cong-doan            restore it on trial and check everything
"""
RESTORE_EXAMPLES = """
\b
Examples:
  union-archive restore /mnt/backup/tin-cong-doan           into the data folder, which must be empty
  union-archive restore /mnt/backup/tin-cong-doan --to data/second
"""


@click.command(epilog=BACKUP_EXAMPLES)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
def backup(folder: Path, as_json: bool) -> None:
    """Back up captures, archive, decisions and publications to DIR, consistently, also while a crawl goes on.

    Of captures only what is new is written. Until the end the backup before stays the one that counts; what a purge
    has erased since is gone from DIR afterwards.
    """
    with progress("files", unit="file") as step:
        made = back_up(DataFolder.from_environment(), folder, step)
    if as_json:
        click.echo(json.dumps(asdict(made), default=str))
        return
    click.echo(
        f"{made.path}: {made.captures} captures, {made.articles} articles in {made.files} files,"
        f" {made.bytes / 1e6:.1f} MB, of which {made.written / 1e6:.1f} MB are new, in {made.seconds:.1f} s"
    )


@click.command(epilog=RESTORE_EXAMPLES)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--to", "to", type=click.Path(path_type=Path), help="The empty folder to fill, if not the data folder.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
def restore(folder: Path, to: Path | None, as_json: bool) -> None:
    """Fill an empty data folder from the backup in DIR, after a check of it; all of it, or nothing."""
    with progress("files", unit="file") as step:
        done = restore_from(folder, DataFolder(to) if to else DataFolder.from_environment(), step)
    if as_json:
        click.echo(json.dumps(asdict(done), default=str))
        return
    click.echo(
        f"{done.path}: {done.captures} captures, {done.articles} articles as of {done.created},"
        f" {done.bytes / 1e6:.1f} MB in {done.seconds:.1f} s"
    )


@click.command()
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(path_type=Path))
@click.option(
    "--sample",
    default=checking.SAMPLE,
    show_default=True,
    type=click.IntRange(0),
    help="How many articles are read again from their captures.",
)
@click.option("--seed", type=click.IntRange(0), help="Choose the same articles as an earlier check.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
def verify(folder: Path | None, sample: int, seed: int | None, as_json: bool) -> None:
    """Check the data folder, or the backup or data folder in DIR: every capture against its hash, the databases, the
    decisions, and that articles read again from their captures give the text they have. Names all that is wrong.
    """
    chosen = secrets.randbelow(1_000_000) if seed is None else seed
    with progress("captures") as step:
        if folder and checking.is_backup(folder):
            found = checking.verify_backup(folder, seed=chosen, sample=sample, progress=step)
        else:
            data = DataFolder(folder) if folder else DataFolder.from_environment()
            found = checking.verify(data, seed=chosen, sample=sample, progress=step)
    if as_json:
        click.echo(json.dumps(found.as_dict(), ensure_ascii=False, indent=2))
    else:
        rows = [(check.name, check.looked_at, len(check.problems) or "none") for check in found.checks]
        click.echo(tabulate(rows, headers=[str(found.path), "looked at", "problems"]))
        click.echo(f"the articles read again were chosen by --seed {found.seed}")
    for problem in found.problems:
        click.echo(problem, err=True)
    if found.problems:
        sys.exit(1)
