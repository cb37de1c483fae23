"""A capture: what the network gave for one address at one moment. The truth all else is derived from."""

import hashlib
from dataclasses import dataclass, field
from functools import cached_property

from archive.sources import Source


@dataclass(frozen=True)
class Capture:
    """One answer of one site, never changed.

    `fetched` is ISO 8601 in UTC; `headers` are as sent, in order; `body` holds the bytes after content
    decoding; `listed` is the date that the listing showed beside the link, as it was written there; `tls` is
    "verified" or "unverified", None over plain http or where it is not known. Without slots, as all that goes from
    process to process: pickling those is slow.
    """

    source: Source
    url: str
    final_url: str
    fetched: str
    body: bytes = field(repr=False)
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    listed: str | None = None
    tls: str | None = None

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256(self.body).hexdigest()
