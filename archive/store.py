"""archive.db: articles, their revisions, annotations and stories. Written here and nowhere else."""

import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from functools import cache
from pathlib import Path

from sqlite_utils import Database

from archive.annotate import Annotations
from archive.corrections import Correction, corrected_columns
from archive.database import check_version, connect, explained
from archive.errors import ArchiveError
from archive.extract.article import Article
from archive.store_schema import SCHEMA_VERSION, STATEMENTS
from archive.withdrawals import Withdrawals

_JSON_FIELDS = ("captions", "tables", "links")
_TEXT_FIELDS = (
    "title", "published", "published_from", "author", "credit", "lead", "body", "captions", "tables", "links",
    "kind", "extractor",
)  # fmt: skip
ANNOTATIONS = {
    "article_places": "places",
    "article_school_years": "school_years",
    "article_figures": "figures",
    "article_movements": "movements",
    "article_schools": "schools",
    "article_organisations": "organisations",
    "article_sentences": "sentences",
}
"""Table → field of Annotations; the columns of a table are the fields of what that holds."""

Row = dict[str, object]
Revisions = dict[tuple[str, int], str]
"""The versions of one article in time order: (captured, capture) → text hash."""


@dataclass(frozen=True, slots=True)
class SourceRow:
    """What the archive keeps of a source, so that status and publish need no registry."""

    id: str
    name: str
    home: str | None
    family: str
    site: str
    sample: bool
    rights: str | None
    show: str | None
    quiet_days: int | None


@dataclass(frozen=True, slots=True)
class Version:
    """One reading of one article: which capture, when, what extraction and annotation made of it. `article` is what was
    read, never corrected, so that its hash stays that of the text; `annotations` are corrected by `corrections`, those
    in force."""

    article_id: str
    url: str
    capture: int
    captured: str
    article: Article
    annotations: Annotations
    corrections: tuple[Correction, ...] = ()


class Store:
    """The one writer of archive.db."""

    def __init__(self, path: Path):
        """Open the file, or make it. Raises ArchiveError when it is locked, read-only, too new or too old."""
        self.path = path
        self.connection = connect(path)
        self.sources: dict[str, SourceRow] = {}
        self.withdrawals: Withdrawals = {}
        version = check_version(self.connection, path, SCHEMA_VERSION)
        if version == SCHEMA_VERSION:
            return
        if version:
            self.close()
            raise ArchiveError(path, "written by an older version of this program", "run `union-archive rebuild`")
        with self.transaction():
            for statement in STATEMENTS:
                self.connection.execute(statement)
            self.connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")

    def close(self) -> None:
        self.connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing: what is written inside is there whole, or not at all."""
        with explained(self.path):
            self.connection.execute("BEGIN IMMEDIATE")
            with self.connection:
                yield

    def put_source(self, source: SourceRow) -> None:
        """Store a source; the same one again costs nothing."""
        if self.sources.get(source.id) != source:
            Database(self.connection).table("sources").upsert(asdict(source), pk="id")
            self.sources[source.id] = source

    def taken(self, captures: Collection[int]) -> set[int]:
        """Those of these captures that this archive has taken already."""
        rows = self.connection.execute(
            "SELECT capture FROM ingested WHERE capture IN (SELECT value FROM json_each(?))", (json.dumps([*captures]),)
        )
        return {row[0] for row in rows}

    def taken_after(self, moment: str) -> set[int]:
        """The captures that were taken as of a time after this moment."""
        return {row[0] for row in self.connection.execute("SELECT capture FROM ingested WHERE captured > ?", (moment,))}

    def latest_hash(self, article_id: str) -> str | None:
        """The text hash of the newest capture of an article; None when there is none."""
        row = self.connection.execute(
            "SELECT hash FROM ingested WHERE article = ? AND hash IS NOT NULL"
            " ORDER BY captured DESC, capture DESC LIMIT 1",
            (article_id,),
        ).fetchone()
        return row["hash"] if row else None

    def article_with(self, text_hash: str, source: str) -> str | None:
        """The id of a source's article that has had this text, also of one withdrawn; None when there is none."""
        row = self.connection.execute(
            "SELECT ingested.article FROM ingested LEFT JOIN articles ON articles.id = ingested.article"
            " LEFT JOIN withdrawals AS w ON w.article = ingested.article AND w.passage = ''"
            " WHERE ingested.hash = ? AND coalesce(articles.source, w.source) = ? LIMIT 1",
            (text_hash, source),
        ).fetchone()
        return row["article"] if row else None

    def put_refused(self, capture: int, article_id: str, captured: str, reason: str) -> None:
        """Remember that a capture is no article, and why."""
        self.connection.execute(
            "INSERT OR REPLACE INTO ingested VALUES (?, ?, ?, NULL, ?)", (capture, article_id, captured, reason)
        )

    def put(self, source: SourceRow, version: Version) -> str:
        """Store a reading of an article: "new", "revision" or "same". Versions follow capture time, not arrival."""
        text_hash = version.article.text_hash
        known = self.connection.execute("SELECT 1 FROM articles WHERE id = ?", (version.article_id,)).fetchone()
        self.put_source(source)
        self.connection.execute(
            "INSERT OR REPLACE INTO ingested VALUES (?, ?, ?, ?, 'article')",
            (version.capture, version.article_id, version.captured, text_hash),
        )
        content = {"hash": text_hash, "url": version.url, **columns_of(version.article)}
        if not known:
            self._put_article(source, version, content)
            return "new"
        there, wanted = self._revisions(version.article_id), self._wanted_revisions(version.article_id)
        self._arrange_revisions(version, content, there, wanted)
        self._follow_latest(version, text_hash, wanted)
        return "same" if there == wanted else "revision"

    def set_gone(self, gone: dict[str, str]) -> None:
        """Mark the articles that are no longer on their site (article id → when that was found); the text stays."""
        self.connection.execute("UPDATE articles SET gone_at = NULL WHERE gone_at IS NOT NULL")
        self.connection.executemany(
            "UPDATE articles SET gone_at = ? WHERE id = ?", [(when, article) for article, when in gone.items()]
        )

    def _revisions(self, article_id: str) -> Revisions:
        return {
            (row["captured"], row["capture"]): row["hash"]
            for row in self.connection.execute(
                "SELECT captured, capture, hash FROM revisions WHERE article = ? ORDER BY captured, capture",
                (article_id,),
            )
        }

    def _wanted_revisions(self, article_id: str) -> Revisions:
        """The revisions an article's captures ask for in time order: one wherever the text changes."""
        wanted: Revisions = {}
        last = None
        for row in self.connection.execute(
            "SELECT captured, capture, hash FROM ingested WHERE article = ? AND hash IS NOT NULL"
            " ORDER BY captured, capture",
            (article_id,),
        ):
            if row["hash"] != last:
                wanted[row["captured"], row["capture"]] = last = row["hash"]
        return wanted

    def _put_article(self, source: SourceRow, version: Version, content: Row) -> None:
        """A new article with its first revision."""
        span = {"first_seen": version.captured, "changed": version.captured, "revisions": 1}
        said = corrected_columns(version.corrections)
        shown = {name: value for name, value in content.items() if name != "hash"} | said
        self._insert("articles", {"id": version.article_id, "source": source.id, **shown, **span})
        self._insert("revisions", _revision(version.article_id, (version.captured, version.capture), content))
        self._insert_annotations(version)
        self._put_corrections(version)
        self._await_comparison(version.article_id)

    def _arrange_revisions(self, version: Version, content: Row, there: Revisions, wanted: Revisions) -> None:
        """Make the revisions that are there the wanted ones; each text is this version's or in one of them."""
        missing = {key: wanted[key] for key in wanted if there.get(key) != wanted[key]}
        contents = {wanted_hash: self._content(version.article_id, wanted_hash) for wanted_hash in missing.values()}
        contents[str(content["hash"])] = content
        for key in there.keys() - wanted.keys():
            self.connection.execute(
                "DELETE FROM revisions WHERE article = ? AND captured = ? AND capture = ?", (version.article_id, *key)
            )
        for key, wanted_hash in missing.items():
            self._insert("revisions", _revision(version.article_id, key, contents[wanted_hash]), verb="REPLACE")

    def _content(self, article_id: str, text_hash: str) -> Row:
        """What a revision with this text holds; nothing when there is none yet."""
        row = self.connection.execute(
            "SELECT * FROM revisions WHERE article = ? AND hash = ? LIMIT 1", (article_id, text_hash)
        ).fetchone()
        return {name: row[name] for name in ("hash", "url", *_TEXT_FIELDS)} if row else {}

    def _follow_latest(self, version: Version, text_hash: str, revisions: Revisions) -> None:
        """The article shows its newest revision; its annotations belong to that text."""
        keys = list(revisions)
        first, newest = keys[0], keys[-1]
        latest = self.connection.execute(
            "SELECT * FROM revisions WHERE article = ? AND captured = ? AND capture = ?", (version.article_id, *newest)
        ).fetchone()
        said = corrected_columns(version.corrections)
        shown = {name: latest[name] for name in ("url", *_TEXT_FIELDS)} | said
        span = {"first_seen": first[0], "changed": newest[0], "revisions": len(revisions)}
        self._update("articles", version.article_id, shown | span)
        self._put_corrections(version)
        self._await_comparison(version.article_id)
        if latest["hash"] == text_hash:
            self._annotate(version)

    def _await_comparison(self, article_id: str) -> None:
        """Which story it belongs to is found out when the archive is published (archive.stories)."""
        self.connection.execute("INSERT OR IGNORE INTO reprint_waiting VALUES (?)", (article_id,))

    def _put_corrections(self, version: Version) -> None:
        """Remember which corrections an article's row and annotations are under."""
        self.connection.execute("DELETE FROM corrections WHERE article = ?", (version.article_id,))
        self.connection.executemany(
            "INSERT INTO corrections VALUES (?, ?, ?, ?, ?)",
            [(version.article_id, one.field, one.value, one.reason, one.date) for one in version.corrections],
        )

    def put_found(self, version: Version) -> None:
        """Put corrections and annotations of an article's changed text in the place of those that are there."""
        self._put_corrections(version)
        self._await_comparison(version.article_id)
        self._annotate(version)

    def _annotate(self, version: Version) -> None:
        """Put a version's annotations in the place of those that are there."""
        for table in ANNOTATIONS:
            self.connection.execute(f"DELETE FROM {table} WHERE article = ?", (version.article_id,))  # noqa: S608
        self._insert_annotations(version)

    def _insert_annotations(self, version: Version) -> None:
        for table, name in ANNOTATIONS.items():
            if found := getattr(version.annotations, name):
                kind: type = type(found[0])
                rows = [(version.article_id, *vars(one).values()) for one in found]
                self.connection.executemany(_into(table, kind), rows)

    # sqlite-utils asks the schema again for each row; these are in the loop of every page.

    def _insert(self, table: str, row: Row, *, verb: str = "INSERT") -> None:
        values = ", ".join(f":{name}" for name in row)
        self.connection.execute(f"{verb} INTO {table} ({', '.join(row)}) VALUES ({values})", row)

    def _update(self, table: str, key: str, row: Row) -> None:
        values = ", ".join(f"{name} = :{name}" for name in row)
        self.connection.execute(f"UPDATE {table} SET {values} WHERE id = :id", {**row, "id": key})  # noqa: S608


@cache
def _into(table: str, kind: type) -> str:
    """The statement that stores what was found of a kind; its fields are the columns."""
    names = ["article", *(column.name for column in fields(kind))]
    columns, marks = '", "'.join(names), ", ".join("?" * len(names))
    return f'INSERT INTO {table} ("{columns}") VALUES ({marks})'  # noqa: S608


def _revision(article_id: str, key: tuple[str, int], content: Row) -> Row:
    captured, capture = key
    return {"article": article_id, "captured": captured, "capture": capture, **content}


def columns_of(article: Article) -> Row:
    """The text of an article as the columns of its row have it."""
    fields = {name: getattr(article, name) for name in _TEXT_FIELDS}
    return fields | {name: json.dumps(fields[name], ensure_ascii=False, default=asdict) for name in _JSON_FIELDS}
