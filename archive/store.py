"""archive.db: articles, their revisions, places and school years. Written here and nowhere else.

The file is derived from the captures: a new schema is a rebuild beside the old file, never a migration.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlite_utils import Database

from archive.annotate import Annotations
from archive.database import check_version, connect, explained
from archive.extract.article import Article

SCHEMA_VERSION = 1

SCHEMA = """
CREATE TABLE sources (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, home TEXT, family TEXT NOT NULL, site TEXT NOT NULL,
    sample INTEGER NOT NULL, rights TEXT, show TEXT, quiet_days INTEGER
);
CREATE TABLE articles (
    id TEXT PRIMARY KEY, source TEXT NOT NULL REFERENCES sources(id), url TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL, published TEXT, published_from TEXT, author TEXT, credit TEXT, lead TEXT,
    body TEXT NOT NULL, captions TEXT NOT NULL, tables TEXT NOT NULL, links TEXT NOT NULL,
    kind TEXT NOT NULL, extractor TEXT NOT NULL, first_seen TEXT NOT NULL, changed TEXT NOT NULL,
    revisions INTEGER NOT NULL, gone_at TEXT
);
CREATE INDEX articles_source ON articles(source, published, first_seen);
CREATE TABLE revisions (
    article TEXT NOT NULL REFERENCES articles(id), captured TEXT NOT NULL, capture INTEGER NOT NULL,
    hash TEXT NOT NULL, url TEXT NOT NULL, title TEXT NOT NULL, published TEXT, published_from TEXT, author TEXT,
    credit TEXT, lead TEXT, body TEXT NOT NULL, captions TEXT NOT NULL, tables TEXT NOT NULL,
    links TEXT NOT NULL, kind TEXT NOT NULL, extractor TEXT NOT NULL,
    PRIMARY KEY (article, captured, capture)
);
CREATE TABLE article_places (
    article TEXT NOT NULL REFERENCES articles(id), code TEXT NOT NULL, valid_to TEXT NOT NULL, level TEXT NOT NULL,
    name TEXT NOT NULL, province_code TEXT NOT NULL, role TEXT NOT NULL, count INTEGER NOT NULL,
    in_title INTEGER NOT NULL, evidence TEXT NOT NULL, start INTEGER, "end" INTEGER,
    PRIMARY KEY (article, level, code, valid_to)
);
CREATE TABLE article_school_years (
    article TEXT NOT NULL REFERENCES articles(id), year TEXT NOT NULL, role TEXT NOT NULL, evidence TEXT NOT NULL,
    main INTEGER NOT NULL, start INTEGER, "end" INTEGER, PRIMARY KEY (article, year)
);
CREATE TABLE ingested (
    capture INTEGER PRIMARY KEY, article TEXT NOT NULL, captured TEXT NOT NULL, hash TEXT, outcome TEXT NOT NULL
);
CREATE INDEX ingested_article ON ingested(article, captured);
CREATE INDEX ingested_hash ON ingested(hash);
"""

_JSON_FIELDS = ("captions", "tables", "links")
_TEXT_FIELDS = (
    "title", "published", "published_from", "author", "credit", "lead", "body", "captions", "tables", "links",
    "kind", "extractor",
)  # fmt: skip


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
    """One reading of one article: which capture, when, and what extraction and annotation made of it."""

    article_id: str
    url: str
    capture: int
    captured: str
    article: Article
    annotations: Annotations


class Store:
    """The one writer of archive.db."""

    def __init__(self, path: Path):
        """Open the file, or make it. Raises ArchiveError when it is locked, read-only, or too new."""
        self.path = path
        self.connection = connect(path)
        self.sources: dict[str, SourceRow] = {}
        if check_version(self.connection, path, SCHEMA_VERSION) == 0:
            with self.transaction():
                for statement in SCHEMA.split(";\n"):
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

    def ingested_captures(self) -> set[int]:
        """The captures this archive has taken already."""
        return {row[0] for row in self.connection.execute("SELECT capture FROM ingested")}

    def latest_hash(self, article_id: str) -> str | None:
        """The text hash of the newest capture of an article; None when there is none."""
        row = self.connection.execute(
            "SELECT hash FROM ingested WHERE article = ? AND hash IS NOT NULL"
            " ORDER BY captured DESC, capture DESC LIMIT 1",
            (article_id,),
        ).fetchone()
        return row["hash"] if row else None

    def article_with(self, text_hash: str, source: str) -> str | None:
        """The id of a source's article that has had this text; None when there is none."""
        row = self.connection.execute(
            "SELECT ingested.article FROM ingested JOIN articles ON articles.id = ingested.article"
            " WHERE ingested.hash = ? AND articles.source = ? LIMIT 1",
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
        content = {"hash": text_hash, "url": version.url, **_columns(version.article)}
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
        shown = {name: value for name, value in content.items() if name != "hash"}
        self._insert("articles", {"id": version.article_id, "source": source.id, **shown, **span})
        self._insert("revisions", _revision(version.article_id, (version.captured, version.capture), content))
        self._insert_annotations(version)

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
        shown = {name: latest[name] for name in ("url", *_TEXT_FIELDS)}
        span = {"first_seen": first[0], "changed": newest[0], "revisions": len(revisions)}
        self._update("articles", version.article_id, shown | span)
        if latest["hash"] == text_hash:
            self._annotate(version)

    def _annotate(self, version: Version) -> None:
        """Put a version's annotations in the place of those that are there."""
        for table in ("article_places", "article_school_years"):
            self.connection.execute(f"DELETE FROM {table} WHERE article = ?", (version.article_id,))  # noqa: S608
        self._insert_annotations(version)

    def _insert_annotations(self, version: Version) -> None:
        for table, found in (
            ("article_places", version.annotations.places),
            ("article_school_years", version.annotations.school_years),
        ):
            for annotation in found:
                self._insert(table, {"article": version.article_id, **vars(annotation)})

    # sqlite-utils asks the schema again for each row; these two are in the loop of every page.

    def _insert(self, table: str, row: Row, *, verb: str = "INSERT") -> None:
        values = ", ".join(f":{name}" for name in row)
        self.connection.execute(f"{verb} INTO {table} ({', '.join(row)}) VALUES ({values})", row)

    def _update(self, table: str, key: str, row: Row) -> None:
        values = ", ".join(f"{name} = :{name}" for name in row)
        self.connection.execute(f"UPDATE {table} SET {values} WHERE id = :id", {**row, "id": key})  # noqa: S608


def _revision(article_id: str, key: tuple[str, int], content: Row) -> Row:
    captured, capture = key
    return {"article": article_id, "captured": captured, "capture": capture, **content}


def _columns(article: Article) -> Row:
    fields = {name: getattr(article, name) for name in _TEXT_FIELDS}
    return fields | {name: json.dumps(fields[name], ensure_ascii=False, default=asdict) for name in _JSON_FIELDS}
