"""A request for removal, carried out: the decision is written down, the text leaves archive.db, the files to take away
and, where it is asked for, the captures. The next publication takes it from the site."""

import csv
import os
from collections.abc import Iterable
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import date
from io import StringIO
from pathlib import Path

from archive.captures import CaptureStore
from archive.damage import article_of
from archive.database import connect_read_only, explained
from archive.decisions import WITHDRAWALS, WITHDRAWALS_COLUMNS, read_withdrawals, row_problems
from archive.errors import ArchiveError
from archive.folder import DataFolder
from archive.lock import locked
from archive.publications import forget
from archive.purge import erase, still_there
from archive.redaction import redacted
from archive.reprints import Reprints
from archive.store_withdrawn import settle_archive
from archive.stories import compare_waiting
from archive.withdrawals import BULK, Withdrawal, Withdrawals, drop_bulk, purged_of, still_in


@dataclass(frozen=True, slots=True)
class OtherPlace:
    """A reprint of what was withdrawn, for a person to decide on: its id, title and source's name, and the shares of
    the withdrawn text and of its own (0 to 1) that the other has too."""

    id: str
    title: str
    source: str
    here: float
    there: float


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """What was done: to which article, in how many versions, how many captures were erased, which files removed, where
    else the text stands, and what is left to do, one line each."""

    article: str
    whole: bool
    versions: int
    captures_erased: int
    removed: tuple[str, ...]
    reprints: tuple[OtherPlace, ...]
    to_do: tuple[str, ...]


def withdraw(folder: DataFolder, article: str, reason: str, *, passage: str = "", purge: bool = False) -> Withdrawn:
    """Withdraw an article, or every place of a passage in it. Whoever calls holds the folder's lock.

    Killed in between it loses nothing: once the row is written, build, rebuild and publish do the rest. Raises
    ArchiveError when there is no such article, the passage is not in it, or a text cannot be used.
    """
    row = dict(zip(WITHDRAWALS_COLUMNS, (article, passage, reason, date.today().isoformat(), "yes" if purge else ""),
                   strict=True))  # fmt: skip
    if problems := row_problems(row):
        raise ArchiveError(article, *problems[0].split("; ", 1))
    read_withdrawals(folder)  # bad rows are named before one is added
    compare_waiting(folder.archive_db)
    versions = _versions_with(folder.archive_db, article, passage, reason)
    reprints = _reprints(folder.archive_db, article)
    _append(folder.decisions / WITHDRAWALS, row.values())
    withdrawals = read_withdrawals(folder)
    settle_archive(folder.archive_db, withdrawals)
    erased = erase_decided(folder.crawl_db, purged_of(withdrawals))
    bulk = drop_bulk(folder.site_db, withdrawals, settled=True)
    removed = [*([str(bulk)] if bulk else []), *_forgotten(folder, withdrawals)]
    return Withdrawn(
        article=article,
        whole=not passage,
        versions=versions,
        captures_erased=erased,
        removed=tuple(removed),
        reprints=tuple(reprints),
        to_do=tuple(_to_do(folder, withdrawals[article], purge, removed)),
    )


def _forgotten(folder: DataFolder, withdrawals: Withdrawals) -> list[str]:
    """The kept publications that were removed; none while a publish is at work, which sees to it itself."""
    if not folder.site_db.exists():
        return []
    with suppress(ArchiveError):
        return [f"the publication {name}" for name in forget(folder.site_db, withdrawals)]
    return []


def erase_decided(crawl_db: Path, articles: frozenset[str]) -> int:
    """Erase the captured bytes of these articles; how many captures had any."""
    if not articles or not crawl_db.exists():
        return 0
    with explained(crawl_db), closing(CaptureStore(crawl_db)) as captures:
        return erase(captures, articles)


def erase_waiting(folder: DataFolder, withdrawals: Withdrawals) -> int:
    """Erase what rows with `purge` name and nobody has erased yet, as those written by hand; how many captures.

    A folder with nothing to erase is only read. Raises ArchiveError, also when a harvest has the folder's lock.
    """
    articles = purged_of(withdrawals)
    if not articles or not folder.crawl_db.exists():
        return 0
    with explained(folder.crawl_db), closing(connect_read_only(folder.crawl_db)) as crawl:
        if not still_there(crawl, articles):
            return 0
    with locked(folder.lock):
        return erase_decided(folder.crawl_db, articles)


def _versions_with(archive_db: Path, article: str, passage: str, reason: str) -> int:
    """How many versions hold what is to be withdrawn; 0 where all of it was withdrawn before."""
    with closing(connect_read_only(archive_db)) as archive, explained(archive_db):
        rows = archive.execute("SELECT * FROM revisions WHERE article = ?", (article,)).fetchall()
        if archive.execute("SELECT 1 FROM withdrawals WHERE article = ? AND passage = ''", (article,)).fetchone():
            return 0
        known = [row[0] for row in archive.execute("SELECT passage FROM withdrawals WHERE article = ?", (article,))]
    if not rows:
        raise ArchiveError(article, "the archive holds no such article", "copy the id from the article's address")
    if not passage:
        return len(rows)
    if passage.casefold() in reason.casefold():
        raise ArchiveError("--reason", "it holds the passage, and everyone reads it", "say it in other words")
    texts = [article_of(dict(row)) for row in rows]
    found = sum(redacted(text, [passage]) is not text for text in texts)
    if not found and Withdrawal(article, passage, reason, "").digest not in known:
        raise ArchiveError(
            "--passage", f"no version of {article} holds these words", "copy them as the article's page shows them"
        )
    return found


def _reprints(archive_db: Path, article: str) -> list[OtherPlace]:
    with closing(connect_read_only(archive_db)) as archive, explained(archive_db):
        found = []
        for one in Reprints(archive).of(article):
            row = archive.execute(
                "SELECT title, name FROM articles JOIN sources ON sources.id = source WHERE articles.id = ?",
                (one.other,),
            ).fetchone()
            if row:
                found.append(OtherPlace(one.other, row["title"], row["name"], one.here, one.there))
        return found


def _append(file: Path, values: Iterable[str]) -> None:
    """Add a row to a file of decisions, which is made with its header where it is not there."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        there = file.read_bytes() if file.exists() else b""
        if not there:
            writer.writerow(WITHDRAWALS_COLUMNS)
        elif not there.endswith(b"\n"):
            out.write("\n")
        writer.writerow(values)
        with file.open("ab") as opened:
            opened.write(out.getvalue().encode())
            opened.flush()
            os.fsync(opened.fileno())
    except OSError as error:
        raise ArchiveError(file, f"cannot be written ({error.strerror})", "make the data folder writable") from error


def _to_do(folder: DataFolder, some: tuple[Withdrawal, ...], purge: bool, removed: list[str]) -> list[str]:
    to_do = []
    if folder.site_db.exists() and still_in(folder.site_db, {some[0].article: some}):
        to_do.append("the site shows it until the next publication: run `union-archive publish`")
    if any(name.endswith(BULK) for name in removed):
        to_do.append("the files to take away are gone: run `union-archive export --bulk` after that")
    if not purge:
        to_do.append("the captures still hold it: run this again with --purge to erase their bytes")
    to_do.append("backups, static twins and WARC files made before still hold it: make them anew, remove the old ones")
    return to_do
