"""The publications that are kept, and the list of them.

    site/union-news.db                      the current one: a second name (a hard link) of one of those below
    site/publications.json                  the list, oldest first, with date and SHA-256; a file cannot hold its own
    site/publications/<time>/union-news.db  each in a file of its own, which is never written to again

Which one is current is nowhere written but in union-news.db itself: a publish that is killed leaves no contradiction.
"""

import json
import os
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path

from archive.errors import ArchiveError
from archive.whole_file import beside, swap

FOLDER, LIST = "publications", "publications.json"


@dataclass(frozen=True, slots=True)
class Kept:
    """One publication: the name of its folder, when it was made (ISO, UTC), its SHA-256, how much it holds."""

    name: str
    date: str
    sha256: str
    articles: int
    bytes: int


def kept(site_db: Path) -> tuple[Kept, ...]:
    """What the list beside the current publication names, oldest first, as far as its files are there; nothing where
    there is no list. Raises ArchiveError when it cannot be read."""
    path = site_db.with_name(LIST)
    try:
        entries = json.loads(path.read_text("utf-8"))["publications"]
        found = [Kept(**{name: entry[name] for name in Kept.__slots__}) for entry in entries]
    except FileNotFoundError:
        return ()
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ArchiveError(
            path, f"this is no list of publications ({error})", "move it away, then publish again"
        ) from error
    return tuple(one for one in found if file_of(site_db, one).is_file())


def write_list(site_db: Path, publications: Iterable[Kept]) -> None:
    """Put the list in the place of the old one, whole."""
    path = site_db.with_name(LIST)
    text = json.dumps({"publications": [asdict(one) for one in publications]}, indent=1)
    with beside(path) as new:
        new.write_text(f"{text}\n", "utf-8")
        swap(new, path)


def file_of(site_db: Path, publication: Kept) -> Path:
    """The file of its own that a publication has."""
    return site_db.parent / FOLDER / publication.name / site_db.name


def place_of(path: Path) -> Path:
    """Where the current publication stands, given its path or that of a kept one: the list and the bulk files are
    beside it."""
    above = path.parent.parent
    return above.with_name(path.name) if above.name == FOLDER else path


def current(site_db: Path, publications: Iterable[Kept]) -> Kept | None:
    """Which of them union-news.db is: the same file, or where links are not to be had or were lost in a restore, one
    of the same time and size. None when it is none of them, or not there."""
    try:
        now, found = os.stat(site_db), tuple(publications)
        for one in reversed(found):
            if os.path.samestat(now, os.stat(file_of(site_db, one))):
                return one
        date = note(site_db, "published_at")
    except OSError:
        return None
    return next((one for one in reversed(found) if (one.date, one.bytes) == (date, now.st_size)), None)


def note(path: Path, key: str) -> str | None:
    """A note of a published file, None when it has none or cannot be read."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as db:
            row = db.execute("SELECT value FROM publication WHERE key = ?", (key,)).fetchone()
    except sqlite3.Error:
        return None
    return str(row[0]) if row else None


def sha256_of(path: Path, date: str | None) -> str | None:
    """The SHA-256 of the publication of that time, as the list says, None when it does not, or names two of them.

    `path` is where it stood when it was opened; the file there may be another one by now.
    """
    try:
        place = place_of(path)
        found = [
            one.sha256 for one in kept(place) if one.date == date and (path == place or one.name == path.parent.name)
        ]
    except ArchiveError:
        return None
    return found[0] if len(found) == 1 else None
