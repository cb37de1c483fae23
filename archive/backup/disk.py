"""Files that are written whole and surely on the disk, and how the system's words become thing, cause and cure."""

import errno
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from archive.errors import ArchiveError

PART = ".part"
"""The end of the name of a file that is being written; one that is left over is swept."""


def sync(path: Path) -> None:
    """Wait until a file or folder is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def copy(source: Path, target: Path) -> None:
    """Copy a file's bytes and its times, onto the disk; the folder of the target is made."""
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(source, target)
    sync(target)


@contextmanager
def files_explained(place: Path) -> Iterator[None]:
    """Turn what the system says about the files of a folder into thing, cause and cure."""
    try:
        yield
    except OSError as error:
        thing = error.filename or place
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise ArchiveError(thing, "the disk is full", "free some space, then run this again") from error
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise ArchiveError(
                thing, f"cannot be read or written ({error.strerror})", "make the file and its folder accessible"
            ) from error
        raise ArchiveError(thing, str(error.strerror or error), "check the file and its folder") from error
