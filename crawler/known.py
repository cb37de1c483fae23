"""What the frontier takes and gives: addresses it knows, what is kept of an answer, what a listing was to it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Known:
    """An address the frontier asks for: as linked, with the validators and the hash of the last answer."""

    url: str
    listed: str | None
    etag: str | None
    last_modified: str | None
    sha256: str | None


@dataclass(frozen=True, slots=True)
class Answer:
    """What is kept of an answer beside its capture: the article's date, validators and hash to ask with next time."""

    published: str | None
    etag: str | None
    last_modified: str | None
    sha256: str | None


@dataclass(frozen=True, slots=True)
class Listed:
    """What a listing's links were to the frontier: addresses never seen, and known ones the site says have changed."""

    new: frozenset[str]
    changed: tuple[Known, ...]


def conditions(etag: str | None, last_modified: str | None) -> dict[str, str]:
    """The request headers that ask for a page only if it has changed."""
    headers = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    return {name: value for name, value in headers.items() if value}
