"""The frontier: which articles a source has, which are known, waiting, due or gone. Tables of crawl.db.

A listing's children are inserted in one transaction; a page's capture and its row in one transaction;
nothing is ever "in progress", so a crawl killed at any moment goes on where it was.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from archive.addresses import article_id
from archive.capture import Capture
from archive.captures import CaptureStore, open_crawl_db
from archive.database import explained
from archive.extract.dates.written import parse_written
from archive.sources import Source
from crawler.due import ASKED_AGAIN, FARTHEST, GONE_AFTER, NEWEST, REVISITS, SELDOM, after, due, in_utc, now
from crawler.known import Answer, Known, Listed, conditions
from crawler.links import ListedLink
from crawler.tables import migrations

TRIES = 3
"""How many runs ask for an address that fails before it is given up."""
CHUNK = 500
"""Rows read at a time: a frontier of a million addresses must not be in memory."""


class Frontier:
    """The frontier of one source, and the captures on the same connection."""

    def __init__(self, path: Path, source: Source):
        """Raises ArchiveError when the file is locked, read-only, or too new."""
        self.path = path
        self.source = source
        self.connection = open_crawl_db(path, migrations)
        self.captures = CaptureStore(self.connection)
        self._id = lru_cache(CHUNK)(lambda url: article_id(url, source))

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
            connection.execute("INSERT OR IGNORE INTO walks VALUES (?, ?)", (self.source.id, now()))

    def listing_validators(self, url: str) -> dict[str, str]:
        """The headers that ask for a listing only if it has changed; none before the first walk's end."""
        row = self.connection.execute(
            "SELECT etag, last_modified FROM listings WHERE source = ? AND url = ?", (self.source.id, url)
        ).fetchone()
        return conditions(row["etag"], row["last_modified"]) if row and self.backfill_done else {}

    def add(self, url: str, links: Iterable[ListedLink], etag: str | None, last_modified: str | None) -> Listed:
        """Insert what a listing names and the listing's own validators, in one transaction."""
        new: set[str] = set()
        changed: list[Known] = []
        # In a first crawl a listing without dates says nothing of an article's age; later, what is new is of today.
        today = now()[:10] if self.backfill_done else None
        with self.transaction() as connection:
            if etag or last_modified:
                connection.execute(
                    "INSERT OR REPLACE INTO listings VALUES (?, ?, ?, ?)", (self.source.id, url, etag, last_modified)
                )
            for link in links:
                article = self._id(link.url)
                dated = (link.listed and parse_written(link.listed)) or today
                cursor = connection.execute(
                    "INSERT OR IGNORE INTO frontier (article, source, url, state, listed, dated, first_seen)"
                    " VALUES (?, ?, ?, 'new', ?, ?, ?)",
                    (article, self.source.id, link.url, link.listed, dated, now()),
                )
                if cursor.rowcount:
                    new.add(link.url)
                    continue
                if link.listed:  # a sitemap that named it first may have told no date
                    connection.execute(
                        "UPDATE frontier SET listed = ?, dated = coalesce(dated, ?)"
                        " WHERE article = ? AND listed IS NULL",
                        (link.listed, dated, article),
                    )
                if link.changed and in_utc(link.changed) <= now():
                    changed += self._known(
                        "SELECT * FROM frontier WHERE article = ? AND state IN ('ok', 'gone')"
                        " AND (fetched < ? OR fetched > ?)",
                        article,
                        in_utc(link.changed),
                        after(GONE_AFTER),
                    )
        return Listed(frozenset(new), tuple(changed))

    def waiting(self) -> Iterator[Known]:
        """What an earlier run found and did not fetch, and what failed too few times to give up; nothing that is put
        off, nothing that comes in while this is read."""
        (last,) = self.connection.execute("SELECT max(rowid) FROM frontier").fetchone()
        row = 0
        while rows := self.connection.execute(
            "SELECT rowid, * FROM frontier WHERE source = ? AND rowid > ? AND rowid <= ?"
            " AND (state = 'new' OR (state = 'error' AND fails < ?)) AND (due IS NULL OR due <= ? OR due > ?)"
            " ORDER BY rowid LIMIT ?",
            (self.source.id, row, last, TRIES, now(), after(FARTHEST), CHUNK),
        ).fetchall():
            row = rows[-1]["rowid"]
            yield from (_to_known(found) for found in rows)

    def revisits(self) -> list[Known]:
        """The source's newest articles by date, then those whose turn has come, the longest overdue first."""
        newest = self._known(
            "SELECT * FROM frontier WHERE source = ? AND state = 'ok'"
            " ORDER BY dated DESC NULLS LAST, first_seen, rowid LIMIT ?",
            self.source.id,
            NEWEST,
        )
        asked = {known.url for known in newest}
        overdue = self._known(
            "SELECT * FROM frontier WHERE source = ? AND state IN ('ok', 'gone') AND (due <= ? OR due > ?)"
            " ORDER BY due LIMIT ?",
            self.source.id,
            now(),
            after(FARTHEST),
            NEWEST + REVISITS,
        )
        return newest + [known for known in overdue if known.url not in asked][:REVISITS]

    def everything(self) -> list[Known]:
        """All articles the source ever had."""
        return self._known(
            "SELECT * FROM frontier WHERE source = ? AND state IN ('ok', 'gone') ORDER BY due", self.source.id
        )

    def ever_ok(self, url: str) -> bool:
        """Whether an address was an article in an earlier answer."""
        row = self.connection.execute(
            "SELECT state FROM frontier WHERE article = ? AND fetched IS NOT NULL", (self._id(url),)
        ).fetchone()
        return row is not None and row["state"] in ("ok", "gone")

    def keep(self, capture: Capture, answer: Answer, files: Sequence[Capture] = ()) -> int:
        """Store a capture with the files it links and settle its address, in one transaction; the capture's id."""
        with self.transaction():
            capture_id = self.captures.put(capture, files)
            self._ok(capture, answer)
            return capture_id

    def unchanged(self, capture: Capture, answer: Answer) -> None:
        """Settle an address whose article is what it was."""
        with self.transaction():
            self._ok(capture, answer)

    def not_modified(self, url: str) -> None:
        """Settle an address the server says has not changed."""
        with self.transaction() as connection:
            row = connection.execute("SELECT dated FROM frontier WHERE article = ?", (self._id(url),)).fetchone()
            connection.execute(
                "UPDATE frontier SET state = 'ok', reason = NULL, fetched = ?, due = ?, fails = 0, missing_since = NULL"
                " WHERE article = ?",
                (now(), due(row and row["dated"]), self._id(url)),
            )
            self.captures.set_gone(url, self.source, None)

    def refuse(self, url: str, reason: str) -> None:
        """Remember that an address is no article."""
        with self.transaction() as connection:
            connection.execute(
                "UPDATE frontier SET state = 'refused', reason = ?, fetched = ?, fails = 0, missing_since = NULL"
                " WHERE article = ? AND state NOT IN ('ok', 'gone')",
                (reason, now(), self._id(url)),
            )

    def fail(self, url: str, reason: str) -> None:
        """Count a failure of an address; a known article stays one."""
        with self.transaction() as connection:
            connection.execute(
                "UPDATE frontier SET fails = fails + 1, reason = ?,"
                " state = iif(state IN ('ok', 'gone'), state, 'error'), due = iif(state IN ('ok', 'gone'), ?, due)"
                " WHERE article = ?",
                (reason, after(ASKED_AGAIN[0][1]), self._id(url)),
            )

    def put_off(self, url: str, until: datetime) -> None:
        """Ask for an address no sooner than the site wants it."""
        with self.transaction() as connection:
            connection.execute(
                "UPDATE frontier SET due = ? WHERE article = ?",
                (until.astimezone(UTC).isoformat(timespec="seconds"), self._id(url)),
            )

    def missing(self, url: str, reason: str) -> bool:
        """Note that an address answered 404 or 410; True when that makes it gone."""
        identifier = self._id(url)
        with self.transaction() as connection:
            row = connection.execute(
                "SELECT missing_since, state FROM frontier WHERE article = ?", (identifier,)
            ).fetchone()
            if row is None:
                return False
            since = min(row["missing_since"] or now(), now())  # not after now, where a clock ran ahead
            gone = datetime.now(UTC) - datetime.fromisoformat(since) >= GONE_AFTER
            newly = gone and row["state"] != "gone"
            connection.execute(
                "UPDATE frontier SET missing_since = ?, reason = ?, state = ?, due = ?, fails = fails + 1"
                " WHERE article = ?",
                (
                    since,
                    reason,
                    "gone" if gone else row["state"] if row["state"] != "new" else "error",
                    after(SELDOM if gone else GONE_AFTER),
                    identifier,
                ),
            )
            if gone:
                self.captures.set_gone(url, self.source, since)
            return newly

    def wants_file(self, url: str) -> bool:
        """Whether a file that is not there is asked for: not when it failed too often."""
        row = self.connection.execute(
            "SELECT fails FROM missing_files WHERE source = ? AND url = ?", (self.source.id, url)
        ).fetchone()
        return row is None or row["fails"] < TRIES

    def file_failed(self, url: str, reason: str) -> bool:
        """Count a failure of a file; whether it will be asked for again."""
        with self.transaction() as connection:
            connection.execute(
                "INSERT INTO missing_files VALUES (?, ?, 1, ?) ON CONFLICT (source, url)"
                " DO UPDATE SET fails = fails + 1, reason = excluded.reason",
                (self.source.id, url, reason),
            )
        return self.wants_file(url)

    def _ok(self, capture: Capture, answer: Answer) -> None:
        listed = capture.listed and parse_written(capture.listed)
        for url in {capture.url, capture.final_url}:
            row = self.connection.execute(
                "SELECT dated, state, missing_since FROM frontier WHERE article = ?", (self._id(url),)
            ).fetchone()
            dated = answer.published or listed or (row and row["dated"])
            self.connection.execute(
                "INSERT INTO frontier (article, source, url, state, listed, published, dated, etag, last_modified,"
                " sha256, first_seen, fetched, due) VALUES (:article, :source, :url, 'ok', :listed, :published, :dated,"
                " :etag, :last_modified, :sha256, :fetched, :fetched, :due) ON CONFLICT (article) DO UPDATE SET"
                " state = 'ok', reason = NULL, fails = 0, missing_since = NULL, published = :published, dated = :dated,"
                " etag = :etag, last_modified = :last_modified, sha256 = :sha256, fetched = :fetched, due = :due",
                {
                    "article": self._id(url),
                    "source": self.source.id,
                    "url": url,
                    "listed": capture.listed,
                    "dated": dated,
                    "fetched": capture.fetched,
                    "due": due(dated),
                    "published": answer.published,
                    "etag": answer.etag,
                    "last_modified": answer.last_modified,
                    "sha256": answer.sha256,
                },
            )
            if row and (row["state"] == "gone" or row["missing_since"]):
                self.captures.set_gone(url, self.source, None)

    def _known(self, query: str, *values: object) -> list[Known]:
        return [_to_known(row) for row in self.connection.execute(query, values)]


def _to_known(row: sqlite3.Row) -> Known:
    return Known(row["url"], row["listed"], row["etag"], row["last_modified"], row["sha256"])
