"""A folder that is made beside the one that is there and put in its place when it is whole."""

import ctypes
import errno
import fcntl
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from archive.database import explained
from archive.errors import ArchiveError

MARK = "copy.json"
"""The file by which a folder is known as ours, to be replaced."""
_HERE, _EXCHANGE = -100, 2
"""AT_FDCWD and RENAME_EXCHANGE of Linux' <fcntl.h>; Python has no renameat2 of its own."""
_UNKNOWN = (errno.EINVAL, errno.ENOSYS, errno.EXDEV, errno.ENOTSUP)
"""What a file system answers that cannot exchange two folders."""


@contextmanager
def put_in_place(folder: Path, mark: str) -> Iterator[Path]:
    """A new folder to write into; at the end it takes the place of the old one, which stays if anything fails.

    What a killed run left beside it is removed first. Raises ArchiveError before anything when what is there is no copy
    of ours.
    """
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise ArchiveError(folder, "this is no folder", "give a new one")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / MARK).is_file():
        raise ArchiveError(folder, "this folder holds other things", "give a new or empty one")
    new, old = (folder.with_name(f"{folder.name}.{os.getpid()}.{what}") for what in ("new", "old"))
    try:
        with explained(folder):
            _sweep(folder)
            new.mkdir(parents=True)
            at_work = _claimed(new)
            try:
                yield new
                (new / MARK).write_text(mark, "utf-8")
                _swap(new, folder, old)
            finally:
                if at_work is not None:
                    os.close(at_work)
    finally:
        for leftover in (new, old):
            _remove(leftover)


def _sweep(folder: Path) -> None:
    """Remove what killed runs left beside a folder; what one that is at work writes stays."""
    ours = re.compile(re.escape(folder.name) + r"\.[0-9]+\.(new|old)")
    for path in sorted(folder.parent.glob("*.*.*")):
        if not ours.fullmatch(path.name) or path.is_symlink() or not path.is_dir():
            continue
        if (at_work := _claimed(path)) is None:
            continue
        try:
            if path.suffix == ".old" and (path / MARK).is_file() and not folder.exists():
                path.rename(folder)  # killed between the two renames of a file system without exchange
            else:
                _remove(path)
        finally:
            os.close(at_work)


def _claimed(path: Path) -> int | None:
    """An open file that holds a lock on a folder, which ends with this process; None where another has it."""
    try:
        opened = os.open(path, os.O_RDONLY)
    except FileNotFoundError:  # gone in the meantime
        return None
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(opened)
        return None
    return opened


def _swap(new: Path, folder: Path, old: Path) -> None:
    """Put a folder in another one's place: at once where the file system can, else by two renames."""
    if not folder.exists():
        new.rename(folder)
        return
    if _exchanged(new, folder):
        return
    folder.rename(old)
    try:
        new.rename(folder)
    except OSError:
        old.rename(folder)
        raise


def _exchanged(one: Path, other: Path) -> bool:
    """Whether two folders changed names, in one step. Raises OSError."""
    renameat2 = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if renameat2 is None:
        return False
    if renameat2(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in _UNKNOWN:
        return False
    raise OSError(number, os.strerror(number), str(other))


def _remove(path: Path) -> None:
    """A folder with all that is in it, the mark first: what is half removed is no copy any more."""
    (path / MARK).unlink(missing_ok=True)
    shutil.rmtree(path, ignore_errors=True)
