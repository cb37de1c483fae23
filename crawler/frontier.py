"""The frontier: which articles a source has, which are known, waiting or gone. Two tables of crawl.db.

A listing's children are inserted in one transaction; a page's capture and its row in one transaction;
nothing is ever "in progress", so a crawl killed at any moment goes on where it was.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlite_utils import Database, Migrations

from archive.addresses import article_id
from archive.capture import Capture
from archive.captures import CaptureStore, open_crawl_db
from archive.database import explained
from archive.sources import Source

NEWEST = 60
"""How many of a source's newest articles are asked for changes in every run."""
GONE_AFTER = timedelta(hours=24)
"""An address is gone when it was missing twice, this far apart: sites fail for an afternoon."""
TRIES = 3
"""How many runs ask for an address that fails before it is given up."""

migrations = Migrations("frontier")


@migrations()
def m001_frontier(db: Database) -> None:
    db.conn.execute(
        "CREATE TABLE frontier (article TEXT PRIMARY KEY, source TEXT NOT NULL, url TEXT NOT NULL,"
        " state TEXT NOT NULL CHECK (state IN ('new', 'ok', 'refused', 'gone', 'error')), reason TEXT, listed TEXT,"
        " published TEXT, etag TEXT, last_modified TEXT, first_seen TEXT NOT NULL, fetched TEXT, missing_since TEXT,"
        " fails INTEGER NOT NULL DEFAULT 0)"
    )
    db.conn.execute("CREATE INDEX frontier_source ON frontier(source, state)")
    db.conn.execute("CREATE TABLE walks (source TEXT PRIMARY KEY, backfill_done TEXT)")


@migrations()
def m002_runs(db: Database) -> None:
    db.conn.execute(
        "CREATE TABLE runs (id INTEGER PRIMARY KEY, source TEXT NOT NULL, started TEXT NOT NULL, ended TEXT NOT NULL,"
        " state TEXT NOT NULL, reason TEXT, requests INTEGER NOT NULL, pages INTEGER NOT NULL, bytes INTEGER NOT NULL,"
        " new INTEGER NOT NULL, edited INTEGER NOT NULL, unchanged INTEGER NOT NULL, refused TEXT NOT NULL,"
        " failed TEXT NOT NULL)"
    )
    db.conn.execute("CREATE INDEX runs_source ON runs(source, started)")


@dataclass(frozen=True, slots=True)
class Known:
    """An address the frontier asks for: as linked, with the validators of the last answer."""

    url: str
    listed: str | None
    etag: str | None
    last_modified: str | None


@dataclass(frozen=True, slots=True)
class Answer:
    """What is kept of an answer beside its capture: the article's date, the validators to ask with next time."""

    published: str | None
    etag: str | None
    last_modified: str | None


class Frontier:
    """The frontier of one source, and the captures on the same connection."""

    def __init__(self, path: Path, source: Source):
        """Raises ArchiveError when the file is locked, read-only, or too new."""
        self.path = path
        self.source = source
        self.connection = open_crawl_db(path, migrations)
        self.captures = CaptureStore(self.connection)

    def close(self) -> None:
        self.connection.close()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        with explained(self.path):
            self.connection.execute("BEGIN IMMEDIATE")
            with self.connection:
                yield self.connection

    @property
    def backfill_done(self) -> bool:
        """Whether the source was once walked to the end of its archive."""
        row = self.connection.execute("SELECT 1 FROM walks WHERE source = ?", (self.source.id,)).fetchone()
        return row is not None

    def set_backfill_done(self) -> None:
        with self.transaction() as connection:
            connection.execute("INSERT OR IGNORE INTO walks VALUES (?, ?)", (self.source.id, _now()))

    def add(self, links: Iterable[tuple[str, str | None]]) -> set[str]:
        """Insert a listing's links (address, date beside it); the addresses that were not known before."""
        added: set[str] = set()
        with self.transaction() as connection:
            for url, listed in links:
                cursor = connection.execute(
                    "INSERT OR IGNORE INTO frontier (article, source, url, state, listed, first_seen)"
                    " VALUES (?, ?, ?, 'new', ?, ?)",
                    (article_id(url, self.source), self.source.id, url, listed, _now()),
                )
                if cursor.rowcount:
                    added.add(url)
        return added

    def waiting(self) -> list[Known]:
        """What an earlier run found and did not fetch, and what failed too few times to give up."""
        return self._known(
            "SELECT url, listed, etag, last_modified FROM frontier WHERE source = ?"
            " AND (state = 'new' OR (state = 'error' AND fails < ?)) ORDER BY first_seen",
            TRIES,
        )

    def newest(self) -> list[Known]:
        """The source's newest articles by date, to be asked for changes."""
        return self._known(
            "SELECT url, listed, etag, last_modified FROM frontier WHERE source = ? AND state = 'ok'"
            " ORDER BY coalesce(published, first_seen) DESC LIMIT ?",
            NEWEST,
        )

    def ever_ok(self, url: str) -> bool:
        """Whether an address was an article in an earlier answer."""
        row = self.connection.execute(
            "SELECT state FROM frontier WHERE article = ? AND fetched IS NOT NULL", (article_id(url, self.source),)
        ).fetchone()
        return row is not None and row["state"] in ("ok", "gone")

    def keep(self, capture: Capture, answer: Answer) -> int:
        """Store a capture and settle its address, in one transaction; the capture's id."""
        with self.transaction():
            capture_id = self.captures.put(capture)
            self._ok(capture, answer)
            return capture_id

    def unchanged(self, capture: Capture, answer: Answer) -> None:
        """Settle an address whose article is what it was."""
        with self.transaction():
            self._ok(capture, answer)

    def not_modified(self, url: str) -> None:
        """Settle an address the server says has not changed."""
        self._settle(url, "ok", None)

    def refuse(self, url: str, reason: str) -> None:
        """Remember that an address is no article."""
        self._settle(url, "refused", reason)

    def fail(self, url: str, reason: str) -> None:
        """Count a failure of an address; a known article stays one."""
        with self.transaction() as connection:
            connection.execute(
                "UPDATE frontier SET fails = fails + 1, reason = ?,"
                " state = iif(state IN ('ok', 'gone'), state, 'error') WHERE article = ?",
                (reason, article_id(url, self.source)),
            )

    def missing(self, url: str, reason: str, now: datetime | None = None) -> bool:
        """Note that an address answered 404 or 410; True when that makes it gone."""
        now = now or datetime.now(UTC)
        identifier = article_id(url, self.source)
        with self.transaction() as connection:
            row = connection.execute(
                "SELECT missing_since, state FROM frontier WHERE article = ?", (identifier,)
            ).fetchone()
            if row is None:
                return False
            since = row["missing_since"] or now.isoformat(timespec="seconds")
            gone = now - datetime.fromisoformat(since) >= GONE_AFTER
            newly = gone and row["state"] != "gone"
            connection.execute(
                "UPDATE frontier SET missing_since = ?, reason = ?, state = ?, fails = fails + 1 WHERE article = ?",
                (since, reason, "gone" if gone else row["state"] if row["state"] != "new" else "error", identifier),
            )
            if gone:
                self.captures.set_gone(url, self.source, since)
            return newly

    def _ok(self, capture: Capture, answer: Answer) -> None:
        for url in {capture.url, capture.final_url}:
            self.connection.execute(
                "INSERT INTO frontier (article, source, url, state, listed, published, etag, last_modified, first_seen,"
                " fetched) VALUES (:article, :source, :url, 'ok', :listed, :published, :etag, :last_modified, :fetched,"
                " :fetched) ON CONFLICT (article) DO UPDATE SET state = 'ok', reason = NULL, fails = 0,"
                " missing_since = NULL, published = :published, etag = :etag, last_modified = :last_modified,"
                " fetched = :fetched",
                {
                    "article": article_id(url, self.source),
                    "source": self.source.id,
                    "url": url,
                    "listed": capture.listed,
                    "fetched": capture.fetched,
                    **asdict(answer),
                },
            )
            self.captures.set_gone(url, self.source, None)

    def _settle(self, url: str, state: str, reason: str | None) -> None:
        with self.transaction() as connection:
            connection.execute(
                "UPDATE frontier SET state = ?, reason = ?, fetched = ?, fails = 0, missing_since = NULL"
                " WHERE article = ?",
                (state, reason, _now(), article_id(url, self.source)),
            )

    def _known(self, query: str, limit: int) -> list[Known]:
        return [Known(**dict(row)) for row in self.connection.execute(query, (self.source.id, limit))]


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
