"""The shard store: leases, seeds and shards as files under an address that fsspec knows (file://, s3://, …)."""

import errno
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import fsspec
import zstandard
from fsspec.implementations.local import LocalFileSystem

from archive.errors import ArchiveError, DamagedError

SEEDS, SHARDS, REFUSED = "seeds", "shards", "refused"
LEVEL, HEADER = 3, 18
"""zstd, with size and checksum: a file that was cut off or changed on its way is found out when it is unpacked. The
header of a frame has 18 bytes at most (RFC 8878, 3.1.1)."""


class ShardStore:
    """Files by name, whole or not there. Every method raises ArchiveError when the store cannot be reached or used."""

    def __init__(self, address: str):
        """`address` is like file:///srv/shards or s3://bucket/prefix; credentials are those of this machine."""
        self.address = address
        with self._explained():
            # Others write here: what was listed before says nothing of now.
            self._files, root = fsspec.core.url_to_fs(address, use_listings_cache=False)
        self._root = root.rstrip("/")
        self._local = isinstance(self._files, LocalFileSystem)

    def names(self, prefix: str) -> list[str]:
        """The names of all files under a folder of the store, sorted."""
        with self._explained():
            found = self._files.find(self._path(prefix), withdirs=False)
        names = (path[len(self._root) + 1 :] for path in found)
        return sorted(name for name in names if not name.rpartition("/")[2].startswith("."))

    def read(self, name: str) -> bytes:
        """Raises FileNotFoundError."""
        with self._explained(FileNotFoundError):
            return bytes(self._files.cat_file(self._path(name)))

    def write(self, name: str, content: bytes) -> None:
        """Put a file whole in the place of what is there."""
        with self._explained():
            if not self._local:
                self._files.pipe_file(self._path(name), content)
                return
            with self._beside(name) as new:
                new.write_bytes(content)
                os.replace(new, self._path(name))

    def create(self, name: str, content: bytes) -> None:
        """Put a file where there is none, of all who try it at once but one. Raises FileExistsError."""
        with self._explained(FileExistsError):
            if not self._local:
                self._create(name, content)
                return
            with self._beside(name) as new:
                new.write_bytes(content)
                os.link(new, self._path(name))

    def send(self, name: str, file: Path) -> None:
        """Send a file of this machine, compressed and whole; the file stays."""
        packed = file.with_name(f"{file.name}.zst")
        with self._explained():
            try:
                with file.open("rb") as plain, packed.open("wb") as out:
                    compressor = zstandard.ZstdCompressor(level=LEVEL, write_checksum=True)
                    compressor.copy_stream(plain, out, size=file.stat().st_size)
                if not self._local:
                    self._files.put_file(str(packed), self._path(name))
                    return
                with self._beside(name) as new:
                    shutil.copyfile(packed, new)
                    os.replace(new, self._path(name))
            finally:
                packed.unlink(missing_ok=True)

    def fetch(self, name: str, file: Path) -> None:
        """Fetch what was sent. Raises FileNotFoundError, DamagedError when it is not what was sent."""
        packed = file.with_name(f"{file.name}.zst")
        with self._explained(FileNotFoundError):
            try:
                self._files.get_file(self._path(name), str(packed))
                with packed.open("rb") as source, file.open("wb") as out:
                    size = zstandard.frame_content_size(source.read(HEADER))
                    source.seek(0)
                    _, unpacked = zstandard.ZstdDecompressor().copy_stream(source, out)
                if unpacked != size:  # a stream that just ends is no error to zstd
                    raise zstandard.ZstdError(f"{unpacked} bytes instead of {size}")
            except zstandard.ZstdError as error:
                raise DamagedError(
                    f"{self.address}/{name}", f"it is damaged ({error})", "crawl its host again"
                ) from error
            finally:
                packed.unlink(missing_ok=True)

    def remove(self, name: str) -> None:
        """Remove a file; nothing when there is none."""
        with self._explained():
            if self._files.exists(self._path(name)):
                self._files.rm_file(self._path(name))

    def set_aside(self, name: str) -> str:
        """Move a shard to those that were refused; its new name."""
        kept = f"{REFUSED}/{name.partition('/')[2]}"
        with self._explained():
            if self._local:
                Path(self._path(kept)).parent.mkdir(parents=True, exist_ok=True)
            self._files.mv(self._path(name), self._path(kept))
        return kept

    def _path(self, name: str) -> str:
        return f"{self._root}/{name}"

    @contextmanager
    def _beside(self, name: str) -> Iterator[Path]:
        """A hidden file in the same folder, for what is renamed or linked when it is whole."""
        path = Path(self._path(name))
        path.parent.mkdir(parents=True, exist_ok=True)
        new = path.with_name(f".{uuid.uuid4().hex}")
        try:
            yield new
        finally:
            new.unlink(missing_ok=True)

    def _create(self, name: str, content: bytes) -> None:
        try:
            self._files.pipe_file(self._path(name), content, mode="create")  # If-None-Match: *
        except OSError as error:
            if error.errno == errno.EINVAL:  # "precondition failed", of stores that do not say which
                raise FileExistsError(name) from error
            raise

    @contextmanager
    def _explained(self, *passed: type[Exception]) -> Iterator[None]:
        """What goes wrong with the store as thing, cause and cure; `passed` are errors that the caller knows."""
        try:
            yield
        except ArchiveError:
            raise
        except passed:
            raise
        except Exception as error:  # whatever the store's own library raises: each has errors of its own
            where = "its folder" if urlsplit(self.address).scheme in ("", "file") else "network and credentials"
            raise ArchiveError(
                self.address, f"the shard store cannot be used ({error})", f"check the address and {where}"
            ) from error


def in_a_name(host: str) -> str:
    """A host (and port) as a part of file names."""
    return host.replace(":", "_")
