"""Captures read by workers, in portions: a few are under way at a time, and they come back in their order."""

import pickle
import sqlite3
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from functools import partial
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from archive.captures import CaptureStore
from archive.errors import ArchiveError
from archive.fingerprint import program
from archive.ingest import Finder, Found, find, find_here, spare_the_collector
from archive.portions import Portion, cut

if TYPE_CHECKING:
    from distributed import Client, Future

UNDER_WAY = 3
"""Portions for each worker: one that is read, one that waits for it, one that the writer has not come to."""

_ONE_AT_A_TIME = Lock()
"""A worker of somebody else's may have threads; PDFium is not made for them."""

Furniture = Mapping[str, frozenset[str]]


def spread(client: "Client", crawl_db: Path, captures: CaptureStore, furniture: Furniture) -> Finder:
    """Have portions read by the workers of a cluster, which need no file of ours: what they read is sent to them. A
    portion whose worker dies is read by another one. What it gives raises ArchiveError when the workers have another
    version of this program, or die again and again."""
    return partial(_read_by, client, crawl_db, captures, furniture)


def _read_by(
    client: "Client", crawl_db: Path, captures: CaptureStore, furniture: Furniture, portions: Iterable[Portion]
) -> Iterator[list[Found]]:
    most = UNDER_WAY * max(1, sum(client.nthreads().values()))
    under_way: deque[Future[bytes] | list[Found]] = deque()
    for portion in portions:
        try:
            slice_ = cut(crawl_db, portion)
            under_way.append(client.submit(find_in, slice_, portion, furniture, program(), pure=False))
        except sqlite3.DatabaseError:  # damaged there: row by row, as far as it goes
            under_way.extend(find_here(captures, [portion], furniture))
        if len(under_way) == most:
            yield _result(under_way.popleft())
            spare_the_collector()
    while under_way:
        yield _result(under_way.popleft())


def find_in(slice_: bytes, portion: Portion, furniture: Furniture, of_program: str) -> bytes:
    """The worker's part: what the captures of a portion hold, pickled, so that nobody on its way looks into it. Raises
    ArchiveError when it is asked by another version of this program."""
    if of_program != program():
        raise ArchiveError("workers", "they have another version of union-news-archive", "install this one there")
    with _ONE_AT_A_TIME, closing(sqlite3.connect(":memory:")) as db:
        db.deserialize(slice_)
        db.row_factory = sqlite3.Row
        captures = CaptureStore(db)
        found = pickle.dumps([find(captures, one, furniture) for one in portion], pickle.HIGHEST_PROTOCOL)
    spare_the_collector()
    return found


def _result(of: "Future[bytes] | list[Found]") -> list[Found]:
    from distributed import KilledWorker

    if isinstance(of, list):
        return of
    try:
        found: list[Found] = pickle.loads(of.result())  # noqa: S301  our own worker's
    except KilledWorker as error:
        raise ArchiveError(
            "workers", f"one after another died over the same captures ({error})", "rebuild without workers"
        ) from error
    except ImportError as error:
        raise ArchiveError(
            "workers", f"they lack this program ({error})", "install union-news-archive there"
        ) from error
    return found
