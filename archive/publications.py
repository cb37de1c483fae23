"""Publish into a file of its own, make it the current one, keep the last few, go back to the one before.

Every step leaves a state to go on from: the new file is listed before it becomes the current one, and an old one is
taken off the list before it is removed; what no list names is swept by the next publish.
"""

import os
import re
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from hashlib import file_digest
from pathlib import Path

from archive.database import connect_read_only, explained
from archive.errors import ArchiveError
from archive.kept import FOLDER, Kept, current, file_of, kept, note, write_list
from archive.lock import locked
from archive.publish import Publication, Told, publish
from archive.site.schema import check_published
from archive.sources import Source
from archive.whole_file import beside, swap
from archive.withdrawals import Withdrawals, still_in

KEEP = 3
"""How many publications stay, the current one among them."""
FALL = 0.01
"""The share of articles that no publication loses without a reason."""
DRAFT = "new"
NOTHING_WITHDRAWN: Withdrawals = {}
AT_WORK = "another publish is at work on this folder"


@dataclass(frozen=True, slots=True)
class Published:
    """A publication that became the current one: what was baked, its place in the list, the names of those removed."""

    publication: Publication
    kept: Kept
    removed: tuple[str, ...]


def publish_and_keep(
    archive_db: Path,
    site_db: Path,
    *,
    crawl_db: Path | None = None,
    records: Sequence[Source] = (),
    keep: int = KEEP,
    explained_fall: int = 0,
    accept_fall: bool = False,
    withdrawals: Withdrawals = NOTHING_WITHDRAWN,
    told: Told = lambda statement, seconds: None,
) -> Published:
    """Bake the archive into a new publication, make it the current one, and keep the last `keep`.

    `withdrawals` explain that their articles are missing, and no publication that holds them is kept; `explained_fall`
    is how many more are rightly missing, `accept_fall` says that any fall is meant. Raises ArchiveError as `publish`
    does, when another publish is at work, and when articles are missing without a reason; then the current publication
    and the list are as they were.
    """
    with _alone(site_db), explained(site_db):
        _sweep(site_db, kept(site_db))
        before = _known(site_db)
        draft = site_db.parent / FOLDER / DRAFT / site_db.name
        try:
            made = publish(archive_db, draft, crawl_db=crawl_db, records=records, told=told)
            if not accept_fall:
                whole = {article: some for article, some in withdrawals.items() if any(one.whole for one in some)}
                explained_fall += len(still_in(site_db, whole)) if site_db.exists() else 0
                _refuse_a_fall(site_db, made.articles, explained_fall)
            new = _filed(site_db, draft, before)
        finally:
            shutil.rmtree(draft.parent, ignore_errors=True)
        publications = (*_up_to(before, current(site_db, before)), new)
        write_list(site_db, publications)
        _make_current(site_db, new)
        last = tuple(one for one in publications[-keep:] if one == new or not _holds(site_db, one, withdrawals))
        write_list(site_db, last)
        removed = _sweep(site_db, last)
    return Published(replace(made, path=site_db), new, removed)


def forget(site_db: Path, withdrawals: Withdrawals) -> tuple[str, ...]:
    """Remove the kept publications that hold what is withdrawn, but for the current one, which the next publish
    replaces; their names."""
    with _alone(site_db), explained(site_db):
        before = kept(site_db)
        now = current(site_db, before)
        rest = tuple(one for one in before if one == now or not _holds(site_db, one, withdrawals))
        if rest != before:
            write_list(site_db, rest)
        return _sweep(site_db, rest)


def back(site_db: Path, withdrawals: Withdrawals = NOTHING_WITHDRAWN) -> Kept:
    """Make the publication before the current one the current one again; which it is. One that holds what is
    withdrawn since is passed over.

    Raises ArchiveError when there is none before, when it is not what it was, or of another form than today's.
    """
    with _alone(site_db), explained(site_db):
        before = kept(site_db)
        now = current(site_db, before)
        if now is None:
            raise ArchiveError(site_db, "this is none of the kept publications", "run `union-archive publish`")
        earlier = [one for one in _up_to(before, now)[:-1] if not _holds(site_db, one, withdrawals)]
        if not earlier:
            raise ArchiveError(site_db, f"no publication before that of {now.date} is kept", "publish again instead")
        path = file_of(site_db, earlier[-1])
        check_published(path)
        if _sha256(path) != earlier[-1].sha256:
            raise ArchiveError(path, "its bytes are not those that were published", "publish again instead")
        _make_current(site_db, earlier[-1])
    return earlier[-1]


@contextmanager
def _alone(site_db: Path) -> Iterator[None]:
    with locked(site_db.with_name("publish.lock"), AT_WORK):
        yield


def _known(site_db: Path) -> tuple[Kept, ...]:
    """The kept publications, with the current one: one that was put there in another way is kept from now on."""
    before = kept(site_db)
    if not site_db.is_file() or current(site_db, before):
        return before
    try:
        check_published(site_db)
    except ArchiveError:  # nothing to go back to
        return before
    draft = site_db.parent / FOLDER / DRAFT / site_db.name
    draft.parent.mkdir(parents=True, exist_ok=True)
    draft.unlink(missing_ok=True)
    _link(site_db, draft)
    known = (*before, _filed(site_db, draft, before))
    write_list(site_db, known)
    return known


def _filed(site_db: Path, draft: Path, before: Sequence[Kept]) -> Kept:
    """Give a draft its own name for good."""
    date = note(draft, "published_at") or ""
    name = re.sub(r"[^0-9T-]", "", date.partition("+")[0]) + "Z"
    taken = {one.name for one in before}
    name = next(free for n in range(1, len(taken) + 2) if (free := name if n == 1 else f"{name}-{n}") not in taken)
    new = Kept(name, date, _sha256(draft), int(note(draft, "articles") or 0), draft.stat().st_size)
    draft.parent.rename(file_of(site_db, new).parent)
    return new


def _refuse_a_fall(site_db: Path, articles: int, explained_fall: int) -> None:
    before = _articles(site_db)
    lost = (before or 0) - articles - explained_fall
    if articles == 0 and (before is None or lost > 0):
        cause = "the new publication would hold no article"
    elif before and lost > 0 and lost >= before * FALL:
        cause = f"the new publication would hold {articles} articles instead of {before}"
        cause += f", and only {explained_fall} of them were withdrawn" if explained_fall else ""
    else:
        return
    raise ArchiveError(
        site_db,
        f"{cause}; it was thrown away and the old one stays",
        "find out what is missing with `union-archive status`, or say `union-archive publish --accept-fall`",
    )


def _articles(site_db: Path) -> int | None:
    """How many articles the current publication has, None where there is none that can be read."""
    try:
        with closing(connect_read_only(site_db)) as db:
            return int(db.execute("SELECT count(*) FROM articles").fetchone()[0])
    except (ArchiveError, sqlite3.Error):
        return None


def _holds(site_db: Path, publication: Kept, withdrawals: Withdrawals) -> bool:
    """Whether a publication holds what is withdrawn; one that cannot be read may."""
    try:
        return bool(still_in(file_of(site_db, publication), withdrawals))
    except ArchiveError:
        return True


def _up_to(publications: Sequence[Kept], last: Kept | None) -> tuple[Kept, ...]:
    """Those before one and itself. Later ones were left by going back, or by a kill, and are nothing to go back to."""
    return tuple(publications[: publications.index(last) + 1]) if last else tuple(publications)


def _make_current(site_db: Path, publication: Kept) -> None:
    with beside(site_db) as new:
        _link(file_of(site_db, publication), new)
        swap(new, site_db)


def _link(path: Path, other: Path) -> None:
    """A second name of a file; a copy where the file system knows no such thing."""
    try:
        os.link(path, other)
    except OSError:
        shutil.copyfile(path, other)


def _sweep(site_db: Path, publications: Sequence[Kept]) -> tuple[str, ...]:
    """Remove the files of publications that are not (any longer) in the list; their names."""
    names = {one.name for one in publications}
    unlisted = [path for path in sorted((site_db.parent / FOLDER).glob("*")) if path.name not in names]
    for path in unlisted:
        shutil.rmtree(path, ignore_errors=True)
    return tuple(path.name for path in unlisted)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()
