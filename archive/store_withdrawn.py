"""Withdrawals in archive.db: the text goes, a row says that it went. What they say holds for every capture to come."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

from archive.annotate import annotate
from archive.corrections import Correction, corrected_annotations
from archive.damage import article_of
from archive.database import connect_read_only, explained
from archive.redaction import redact, redacted
from archive.reprints import Reprints
from archive.store import ANNOTATIONS, SourceRow, Store, Version, columns_of
from archive.withdrawals import Withdrawal, Withdrawals, passages_of

_PUT = """
    INSERT INTO withdrawals (article, passage, reason, date, source) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (article, passage) DO UPDATE SET reason = excluded.reason, date = excluded.date
"""


def settle_archive(archive_db: Path, withdrawals: Withdrawals) -> list[str]:
    """Take out of a file what is withdrawn and was not taken out yet, so that its bytes are gone from it; the ids of
    the articles. A file with nothing to do is only read. Raises ArchiveError."""
    if not withdrawals:
        return []
    with explained(archive_db), closing(connect_read_only(archive_db)) as archive:
        known = {tuple(row) for row in archive.execute("SELECT article, passage, reason, date FROM withdrawals")}
    if all(_row(one) in known for some in withdrawals.values() for one in some):
        return []
    with closing(Store(archive_db)) as store:
        settled = settle(store, withdrawals)
        scrub(store)
    return settled


def settle(store: Store, withdrawals: Withdrawals) -> list[str]:
    """Let a store know what is withdrawn, and take out what it has of that; the ids of the articles new to it."""
    store.withdrawals = withdrawals
    known = {tuple(row) for row in store.connection.execute("SELECT article, passage, reason, date FROM withdrawals")}
    new = [article for article, some in withdrawals.items() if any(_row(one) not in known for one in some)]
    if new:
        store.connection.execute("PRAGMA secure_delete = ON")
    for article in new:
        some = withdrawals[article]
        with store.transaction():
            found = store.connection.execute("SELECT source FROM articles WHERE id = ?", (article,)).fetchone()
            for one in some:
                store.connection.execute(_PUT, (*_row(one), found and found["source"]))
            if found and any(one.whole for one in some):
                _take_out(store, article)
            elif found:
                _redact(store, article, passages_of(some))
    return new


def is_withdrawn(store: Store, article: str) -> bool:
    """Whether the whole text of an article is withdrawn."""
    row = store.connection.execute("SELECT 1 FROM withdrawals WHERE article = ? AND passage = ''", (article,))
    return row.fetchone() is not None


def put_withdrawn(
    store: Store, source: SourceRow, capture: int, article: str, captured: str, text_hash: str | None
) -> None:
    """Remember that a capture is of a withdrawn article: by the hash of its text alone, if it could be read."""
    store.put_source(source)
    store.connection.execute(
        "INSERT OR REPLACE INTO ingested VALUES (?, ?, ?, ?, 'withdrawn')", (capture, article, captured, text_hash)
    )
    put_source(store, source, article)


def put_source(store: Store, source: SourceRow, article: str) -> None:
    """Whose article it is that something is withdrawn from."""
    store.connection.execute("UPDATE withdrawals SET source = ? WHERE article = ?", (source.id, article))


def scrub(store: Store) -> None:
    """Write the file anew, so that it has no free page and no log with what was deleted."""
    with explained(store.path):
        store.connection.execute("VACUUM")
        store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _row(one: Withdrawal) -> tuple[str, str, str, str]:
    return one.article, one.digest, one.reason, one.date


def _take_out(store: Store, article: str) -> None:
    """The whole article; which captures were taken stays known, so that none is taken again."""
    db = store.connection
    Reprints(db).remove(article)
    for table in (*ANNOTATIONS, "corrections", "reprint_waiting", "revisions"):
        db.execute(f"DELETE FROM {table} WHERE article = ?", (article,))  # noqa: S608
    db.execute("DELETE FROM articles WHERE id = ?", (article,))
    db.execute("UPDATE ingested SET outcome = 'withdrawn' WHERE article = ?", (article,))


def _redact(store: Store, article: str, passages: Sequence[str]) -> None:
    """The passages, in every version and in what was found in the text."""
    db = store.connection
    for row in db.execute("SELECT * FROM revisions WHERE article = ?", (article,)).fetchall():
        text = columns_of(redacted(article_of(dict(row)), passages))
        key = {"article": article, "captured": row["captured"], "capture": row["capture"]}
        names = ", ".join(f"{name} = :{name}" for name in text)
        db.execute(
            f"UPDATE revisions SET {names} WHERE article = :article AND captured = :captured AND capture = :capture",  # noqa: S608
            text | key,
        )
    row = db.execute(
        "SELECT articles.*, home FROM articles JOIN sources ON sources.id = source WHERE articles.id = ?", (article,)
    ).fetchone()
    shown = redacted(article_of(dict(row)), passages)
    text = columns_of(shown)
    names = ", ".join(f"{name} = :{name}" for name in text)
    db.execute(f"UPDATE articles SET {names} WHERE id = :id", text | {"id": article})  # noqa: S608
    rows = db.execute("SELECT article, field, value, reason, date FROM corrections WHERE article = ?", (article,))
    corrections = redacted_corrections([Correction(*one) for one in rows.fetchall()], passages)
    published = date.fromisoformat(shown.published[:10]) if shown.published else None
    found = annotate(shown.title, shown.body, home=row["home"], published=published)
    annotations = corrected_annotations(found, corrections)
    store.put_found(Version(article, row["url"], 0, row["changed"], shown, annotations, corrections))
    Reprints(db).remove(article)


def redacted_corrections(corrections: Sequence[Correction], passages: Sequence[str]) -> tuple[Correction, ...]:
    """Corrections whose words hold no passage."""
    return tuple(
        replace(one, value=redact(one.value, passages), reason=redact(one.reason, passages)) for one in corrections
    )
