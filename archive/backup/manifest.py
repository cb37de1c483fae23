"""manifest.json of a backup: which files it consists of, with their hashes. Written last: what it does not name is no
part of the backup."""

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from archive.backup.disk import sync
from archive.errors import ArchiveError

MANIFEST = "manifest.json"
FORMAT = 1
CAPTURES, FILES = "captures", "files"
"""The folders of a backup: segments of captures, and everything else; each file is named by its hash."""
LOCK = "backup.lock"


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file of the backup: its name there, its path in the data folder, its size and SHA-256."""

    name: str
    path: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Segment:
    """The captures of a range of ids (both ends included) as a file of the backup; `fingerprint` says which rows of
    crawl.db they were (see archive/backup/segments.py)."""

    name: str
    first: int
    last: int
    rows: int
    fingerprint: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds: when it was made and by which version, the schema versions and the rows of each table by
    database, the segments in the order of their ids, and all other files."""

    created: str
    program: str
    schemas: dict[str, int]
    tables: dict[str, dict[str, int]]
    segments: tuple[Segment, ...]
    files: tuple[StoredFile, ...]

    def parts(self) -> Iterator[StoredFile | Segment]:
        """Every file of the backup but the manifest."""
        yield from self.segments
        yield from self.files

    @property
    def bytes(self) -> int:
        return sum(part.bytes for part in self.parts())


def read_manifest(backup: Path) -> Manifest:
    """Raises ArchiveError when there is no backup in that folder, or its manifest is damaged or of a newer version."""
    path = backup / MANIFEST
    try:
        said = json.loads(path.read_text("utf-8"))
        content = said["backup"]
        version = int(said["format"])
    except FileNotFoundError as error:
        raise ArchiveError(
            backup, "there is no finished backup here", "name the folder given to `union-archive backup`"
        ) from error
    except OSError as error:
        raise ArchiveError(path, f"cannot be read ({error.strerror})", "make it readable") from error
    except (ValueError, KeyError, TypeError) as error:
        raise _damaged(path) from error
    if version > FORMAT:
        raise ArchiveError(
            path,
            f"written by a newer version of this program (format {version}, this one knows {FORMAT})",
            "upgrade union-news-archive",
        )
    if said.get("sha256") != _hash(content):
        raise _damaged(path)
    try:
        lists = {
            "segments": tuple(Segment(**one) for one in content["segments"]),
            "files": tuple(StoredFile(**one) for one in content["files"]),
        }
        manifest = Manifest(**(content | lists))
    except (KeyError, TypeError) as error:
        raise _damaged(path) from error
    named = [part.name for part in manifest.parts()] + [file.path for file in manifest.files]
    if any(Path(name).is_absolute() or ".." in Path(name).parts for name in named):
        raise _damaged(path)  # the hash is no signature: a file must not be laid down elsewhere
    return manifest


def earlier_manifest(backup: Path) -> Manifest | None:
    """The manifest of the backup that is there; None when there is none."""
    return read_manifest(backup) if (backup / MANIFEST).exists() else None


def write_manifest(backup: Path, manifest: Manifest) -> None:
    """Make this the backup: until the rename at its end the earlier one is, from then on this one."""
    content = asdict(manifest)
    said = {"format": FORMAT, "sha256": _hash(content), "backup": content}
    new = backup / f"{MANIFEST}.part"
    new.write_text(json.dumps(said, ensure_ascii=False, indent=1) + "\n", "utf-8")
    sync(new)
    os.replace(new, backup / MANIFEST)
    sync(backup)


def _hash(content: Any) -> str:
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _damaged(path: Path) -> ArchiveError:
    return ArchiveError(path, "the manifest is damaged", "take another backup, or make this one anew in another folder")
