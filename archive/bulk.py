"""union-news.db → the corpus to take away: JSON lines and Parquet, with licence, datasheet and hashes.

The texts are those the site shows, cut to what each source allows. Read in batches, so that memory does not grow with
the archive; made beside the old files and swapped in whole.
"""

import gzip
import hashlib
import json
import os
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from archive.database import connect_read_only, explained
from archive.site.formats import day
from archive.site.schema import check_published

FOLDER = "bulk"
"""Beside the published database: where the site looks for them."""
MANIFEST = "manifest.json"
STEM = "tin-cong-doan"
BATCH = 1000
ROW_GROUP = 10_000
"""Articles a row group of Parquet holds: about 15 MB of text."""

_ARTICLES = """
    SELECT a.n, a.id, a.title, a.url, a.source, s.name AS source_name, a.published, a.author, a.credit, a.lead, a.body,
        a.captions, a.kind, s.show, s.rights, a.first_seen, a.changed AS captured, a.gone_at, a.version
    FROM articles AS a JOIN sources AS s ON s.id = a.source WHERE a.n > ? ORDER BY a.n LIMIT ?
"""
_FACETS = """
    SELECT af.n, c.facet, c.value FROM article_facets AS af JOIN facet_counts AS c ON c.id = af.facet
    WHERE af.n BETWEEN ? AND ? ORDER BY af.n, c.facet, c.value
"""
_SHOWN = """
    SELECT s.show, count(*) AS articles FROM articles AS a JOIN sources AS s ON s.id = a.source GROUP BY 1 ORDER BY 1
"""
_SPAN = "SELECT min(published) AS first, max(published) AS last, count(*) - count(published) AS undated FROM articles"
LISTS = {
    "districts": "district",
    "provinces": "province",
    "provinces_2025": "province_2025",
    "school_years": "school_year",
}
"""Field of the corpus → facet of the database."""

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Bulk:
    """What was written, where: sizes in bytes by name. Without pyarrow there is no Parquet among them."""

    folder: Path
    articles: int
    sizes: Mapping[str, int]


def write_bulk(site_db: Path, folder: Path | None = None) -> Bulk:
    """Write the corpus of a published database, by default into the folder beside it that the site looks into.

    Raises ArchiveError when there is no publication of today's form, or the disk will not take it.
    """
    check_published(site_db)
    folder = folder or site_db.with_name(FOLDER)
    new = folder.with_name(f"{folder.name}.{os.getpid()}.new")
    with explained(folder), closing(connect_read_only(site_db)) as db:
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(parents=True)
        try:
            articles = _write_corpus(db, new)
            _write_words(db, new)
            _write_manifest(db, site_db, new)
            _swap(new, folder)
        finally:
            shutil.rmtree(new, ignore_errors=True)
    return Bulk(folder, articles, {file.name: file.stat().st_size for file in sorted(folder.iterdir())})


def records(db: sqlite3.Connection) -> Iterator[list[Record]]:
    """The articles in the order of time, in batches; the fields are those of the datasheet."""
    n = 0
    while rows := db.execute(_ARTICLES, (n, BATCH)).fetchall():
        facets: dict[tuple[int, str], list[str]] = {}
        for row in db.execute(_FACETS, (rows[0]["n"], rows[-1]["n"])):
            facets.setdefault((row["n"], row["facet"]), []).append(row["value"])
        yield [_record(row, facets) for row in rows]
        n = rows[-1]["n"]


def _record(row: sqlite3.Row, facets: Mapping[tuple[int, str], list[str]]) -> Record:
    record: Record = {name: row[name] for name in row.keys() if name != "n"}  # noqa: SIM118 - a Row iterates values
    record["captions"] = json.loads(row["captions"])
    record |= {field: facets.get((row["n"], facet), []) for field, facet in LISTS.items()}
    record["version_path"] = f"/bai/{row['id']}/ban-luu/{row['version']}"
    return record


def _write_corpus(db: sqlite3.Connection, folder: Path) -> int:
    """Both files in one pass; how many articles they hold."""
    written = 0
    with ExitStack() as stack:
        raw = stack.enter_context((folder / f"{STEM}.jsonl.gz").open("wb"))
        # No time in the header: the same publication gives the same bytes.
        lines = stack.enter_context(gzip.GzipFile(f"{STEM}.jsonl", "wb", 6, raw, mtime=0))
        table = stack.enter_context(_Parquet(folder / f"{STEM}.parquet")) if find_spec("pyarrow") else None
        for batch in records(db):
            lines.write("".join(f"{json.dumps(record, ensure_ascii=False)}\n" for record in batch).encode())
            if table:
                table.add(batch)
            written += len(batch)
    return written


class _Parquet:
    """A Parquet file in the making, a row group at a time. Times are texts, as in the database: some are mere days."""

    def __init__(self, path: Path):
        import pyarrow as pa  # an optional library of 170 MB
        import pyarrow.parquet as pq

        text, texts = pa.string(), pa.list_(pa.string())
        names = ("id", "title", "url", "source", "source_name", "published", "author", "credit", "lead", "body")
        fields = [(name, text) for name in names] + [("captions", texts)]
        fields += [(name, text) for name in ("kind", "show", "rights", "first_seen", "captured", "gone_at")]
        fields += [("version", pa.int32()), *((name, texts) for name in LISTS), ("version_path", text)]
        self._pa, self._schema = pa, pa.schema(fields)
        self._writer = pq.ParquetWriter(path, self._schema, compression="zstd")
        self._waiting: list[Record] = []

    def __enter__(self) -> "_Parquet":
        return self

    def __exit__(self, *error: object) -> None:
        if not any(error):
            self._flush()
        self._writer.close()

    def add(self, batch: list[Record]) -> None:
        self._waiting += batch
        if len(self._waiting) >= ROW_GROUP:
            self._flush()

    def _flush(self) -> None:
        if self._waiting:
            self._writer.write_table(self._pa.Table.from_pylist(self._waiting, schema=self._schema))
            self._waiting = []


def _write_words(db: sqlite3.Connection, folder: Path) -> None:
    """Licence and datasheet."""
    notes = _notes(db)
    span = db.execute(_SPAN).fetchone()
    shown = ", ".join(f"{row['show']} {row['articles']}" for row in db.execute(_SHOWN))
    sheet = (files("archive") / "data" / "datasheet.txt").read_text("utf-8")
    values = {
        "day": day(notes["published_at"]),
        "articles": notes["articles"],
        "sources": notes["sources"],
        "first": day(span["first"]) or "?",
        "last": day(span["last"]) or "?",
        "undated": span["undated"],
        "shown": shown or "–",
        "stem": STEM,
    }
    (folder / "DATASHEET.md").write_text(sheet.format(**values), "utf-8")
    (folder / "LICENCE.txt").write_text((files("archive") / "data" / "licence.txt").read_text("utf-8"), "utf-8")


def _write_manifest(db: sqlite3.Connection, site_db: Path, folder: Path) -> None:
    """Sizes and hashes, of the database too, and the publication they are of: the site shows no other's."""
    entries = [_entry(file) for file in sorted(folder.iterdir())]
    manifest = {"published_at": _notes(db)["published_at"], "files": entries, "database": _entry(site_db)}
    (folder / MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False, indent=1), "utf-8")


def _notes(db: sqlite3.Connection) -> dict[str, str]:
    return {row["key"]: row["value"] for row in db.execute("SELECT key, value FROM publication")}


def _entry(file: Path) -> dict[str, object]:
    with file.open("rb") as opened:
        return {
            "name": file.name,
            "bytes": file.stat().st_size,
            "sha256": hashlib.file_digest(opened, "sha256").hexdigest(),
        }


def _swap(new: Path, folder: Path) -> None:
    """Put the new folder in the place of the old one."""
    old = folder.with_name(f"{folder.name}.{os.getpid()}.old")
    if folder.exists():
        folder.rename(old)
    new.rename(folder)
    shutil.rmtree(old, ignore_errors=True)
