"""What was withdrawn on request: an article, or passages of it. The rows of withdrawals.csv, and whether a publication
is from before them."""

import hashlib
import shutil
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from archive.database import connect_read_only, explained
from archive.errors import ArchiveError
from archive.text import nfc

BULK = "bulk"
"""The files to take away, beside the published database."""


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """One request: of which article (its id), which passage ("": the whole text), why, the day it was decided, and
    whether the captured bytes are erased too. The reason is shown to everyone. `line` is where the file has it."""

    article: str
    passage: str
    reason: str
    date: str
    purge: bool = False
    line: int = field(default=0, compare=False)

    @property
    def whole(self) -> bool:
        return not self.passage

    @property
    def digest(self) -> str:
        """What stands for the passage where its words must not: "" for the whole text."""
        return hashlib.sha256(" ".join(nfc(self.passage).split()).encode()).hexdigest() if self.passage else ""


Withdrawals = Mapping[str, tuple[Withdrawal, ...]]
"""Those of each article, by its id."""


def passages_of(withdrawals: Iterable[Withdrawal]) -> tuple[str, ...]:
    return tuple(one.passage for one in withdrawals if one.passage)


def purged_of(withdrawals: Withdrawals) -> frozenset[str]:
    """The articles whose captured bytes are erased."""
    return frozenset(article for article, some in withdrawals.items() if any(one.purge for one in some))


def after(withdrawals: Withdrawals, moment: str) -> list[Withdrawal]:
    """Those decided since a moment (ISO), the day of it included: what was published then may hold them."""
    return [one for some in withdrawals.values() for one in some if one.date >= moment[:10]]


def still_in(site_db: Path, withdrawals: Withdrawals) -> list[str]:
    """The ids of the articles of a published file, of any version, whose text is withdrawn since: it must not be served
    any more. Raises ArchiveError when it cannot be read."""
    if not withdrawals:
        return []
    with explained(site_db), closing(connect_read_only(site_db)) as db:
        known: dict[str, int] = {}
        if db.execute("SELECT 1 FROM sqlite_master WHERE name = 'withdrawals'").fetchone():
            known = dict(map(tuple, db.execute("SELECT id, count(*) FROM withdrawals GROUP BY id")))
        return [
            article
            for article, some in withdrawals.items()
            if db.execute("SELECT 1 FROM articles WHERE id = ?", (article,)).fetchone()
            and (any(one.whole for one in some) or known.get(article, 0) < len({one.digest for one in some}))
        ]


def drop_bulk(site_db: Path, withdrawals: Withdrawals, *, settled: bool = False) -> Path | None:
    """Remove the files to take away beside a current publication that has what is withdrawn since, or that nobody can
    read; `settled` says so anyway. They are made anew by hand. What was removed."""
    bulk = site_db.with_name(BULK)
    if not bulk.exists() or not withdrawals:
        return None
    try:
        stale = settled or not site_db.exists() or bool(still_in(site_db, withdrawals))
    except ArchiveError:
        stale = True
    if stale:
        shutil.rmtree(bulk)
    return bulk if stale else None
