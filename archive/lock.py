"""One writer at a time: a lock the system takes back when its holder dies."""

import fcntl
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from archive.errors import ArchiveError

HANDED_DOWN = "UNION_ARCHIVE_LOCK"
"""The variable by which `union-archive run` tells the commands it starts which open file has the lock already."""

AT_WORK = "another harvest, build or rebuild is at work on this folder"


@contextmanager
def locked(path: Path, at_work: str = AT_WORK) -> Iterator[int]:
    """Hold the lock while inside; the open file that has it, which the processes started inside may inherit.

    A command that was handed the lock holds it through its parent's file. Raises ArchiveError at once when another
    process holds it, and says which one; `at_work` is what it says of the work that the lock is for.
    """
    if (inherited := _handed_down(path)) is not None:
        yield inherited
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("a+", encoding="utf-8")  # the holder's name in it must survive a second one's look
    except OSError as error:
        raise ArchiveError(path, f"cannot be written ({error.strerror})", "make the data folder writable") from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ArchiveError(
                path,
                f"{at_work}{_holder(file)}",
                "wait until it ends",
            ) from error
        _sign(file)
        yield file.fileno()


def _handed_down(path: Path) -> int | None:
    """The inherited file that has this lock; None when there is none, or it is another folder's."""
    number = os.environ.get(HANDED_DOWN, "")
    try:
        there, wanted = os.fstat(int(number)), path.stat()
    except (ValueError, OverflowError, OSError):
        return None
    if (there.st_dev, there.st_ino) != (wanted.st_dev, wanted.st_ino):
        return None
    try:
        fcntl.flock(int(number), fcntl.LOCK_EX | fcntl.LOCK_NB)  # nothing to do where the lock is the parent's own
    except OSError:
        return None
    os.set_inheritable(int(number), False)
    return int(number)


def _sign(file: IO[str]) -> None:
    """Write who holds the lock; a disk without room for a line must not stop what would report it better."""
    name = " ".join([Path(sys.argv[0]).name, *sys.argv[1:2]])
    try:
        file.truncate(0)
        file.write(f"{name}, process {os.getpid()}, since {datetime.now(UTC):%Y-%m-%d %H:%M} UTC")
        file.flush()
    except OSError:
        return


def _holder(file: IO[str]) -> str:
    """Who wrote itself into the lock, in brackets; nothing when nobody did."""
    file.seek(0)
    name = file.read(200).strip()
    return f": {name}" if name else ""
