"""A working folder for an installed archive: the files of archive/skeleton, laid down where there are none."""

from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from archive.errors import ArchiveError


def lay_down(folder: Path) -> Iterator[tuple[Path, bool]]:
    """Copy each file of the skeleton; each path, and whether it was made (else it was there). Raises ArchiveError."""
    for parts, file in _files(files("archive").joinpath("skeleton")):
        path = folder.joinpath(*parts)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("xb") as new:  # never over another file, not even one that came this moment
                new.write(file.read_bytes())
        except FileExistsError:
            yield path, False
        except OSError as error:
            raise ArchiveError(path, f"cannot be written ({error.strerror})", "choose another folder") from error
        else:
            yield path, True


def _files(folder: Traversable, *above: str) -> Iterator[tuple[tuple[str, ...], Traversable]]:
    for entry in sorted(folder.iterdir(), key=lambda one: one.name):
        if entry.is_dir():
            yield from _files(entry, *above, entry.name)
        else:
            yield (*above, entry.name), entry
