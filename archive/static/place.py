"""A folder that is made beside the one that is there and put in its place when it is whole."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from archive.database import explained
from archive.errors import ArchiveError

MARK = "copy.json"
"""The file by which a folder is known as ours, to be replaced."""


@contextmanager
def put_in_place(folder: Path, mark: str) -> Iterator[Path]:
    """A new folder to write into; at the end it takes the place of the old one, which stays if anything fails.
    Raises ArchiveError before that when what is there is no copy of ours."""
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise ArchiveError(folder, "this is no folder", "give a new one")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / MARK).is_file():
        raise ArchiveError(folder, "this folder holds other things", "give a new or empty one")
    new, old = (folder.with_name(f"{folder.name}.{os.getpid()}.{what}") for what in ("new", "old"))
    try:
        with explained(folder):
            new.mkdir(parents=True)
            yield new
            (new / MARK).write_text(mark, "utf-8")
            if folder.exists():
                folder.rename(old)
            try:
                new.rename(folder)
            except OSError:
                if old.exists():
                    old.rename(folder)
                raise
    finally:
        for leftover in (new, old):
            shutil.rmtree(leftover, ignore_errors=True)
