"""A file that is made beside the one that is there and put in its place whole: readers see the old or the new one."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def beside(path: Path) -> Iterator[Path]:
    """A temporary name in the same folder; whatever is left of it at the end is removed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    _sweep(path)
    new = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        yield new
    finally:
        for leftover in (new, new.with_name(f"{new.name}-journal")):
            leftover.unlink(missing_ok=True)


def _sweep(path: Path) -> None:
    """Remove what publications left behind that were killed."""
    for leftover in path.parent.glob(f"{path.name}.*.new*"):
        pid = leftover.name.removeprefix(f"{path.name}.").partition(".")[0]
        if pid.isdecimal() and (int(pid) == os.getpid() or not _is_running(int(pid))):
            leftover.unlink(missing_ok=True)


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True


def swap(new: Path, path: Path) -> None:
    """Put the new file in the place of the old one, on the disk and not only in memory."""
    _sync(new)
    new.replace(path)
    _sync(path.parent)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
