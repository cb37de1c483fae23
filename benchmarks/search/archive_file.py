"""An archive.db of made-up articles, written as fast as the disk lets: by no crawl, without extraction.

It holds all that a publication reads. The articles stand in the order of their ids, which is no order of time.
"""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from functools import partial
from hashlib import sha256
from multiprocessing import cpu_count, get_context
from pathlib import Path
from random import Random

from archive.database import connect
from archive.store_schema import SCHEMA_VERSION, STATEMENTS
from benchmarks.search.made_up import SOURCES, Made, Row, article_id, home, made

AT_ONCE = 2_000
FULL = 0.97
"""The share of sources that show their texts in full; of the others an excerpt is published."""
# fmt: off
_FIELDS = {
    "article_places": "places", "article_school_years": "school_years", "article_figures": "figures",
    "article_movements": "movements", "article_schools": "schools", "article_organisations": "organisations",
    "article_sentences": "sentences",
}
# fmt: on

Rows = dict[str, list[Row]]


def write_archive(path: Path, articles: int) -> None:
    """Write a new archive.db of so many articles."""
    with closing(connect(path)) as db:
        db.execute("PRAGMA journal_mode = OFF")  # a file that is half written is made anew
        db.execute("PRAGMA synchronous = OFF")
        db.execute("PRAGMA foreign_keys = OFF")
        db.execute("PRAGMA cache_size = -500000")
        db.isolation_level = None
        db.execute("BEGIN")
        for statement in STATEMENTS:
            db.execute(statement)
        db.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        _insert(db, {"sources": [_source(number) for number in range(SOURCES)]})
        in_order = sorted(range(articles), key=article_id)
        parts = [in_order[start : start + AT_ONCE] for start in range(0, articles, AT_ONCE)]
        with get_context("spawn").Pool(cpu_count()) as pool:
            for rows in pool.imap(partial(_rows, articles=articles), parts):
                _insert(db, rows)
        db.execute("COMMIT")
        db.execute("PRAGMA journal_mode = WAL")


def source_id(number: int) -> str:
    return f"nguon-{number:03}"


def _source(number: int) -> Row:
    place = home(number)
    show = "full" if number < FULL * SOURCES else "excerpt"
    site = f"https://{source_id(number)}.example"
    return source_id(number), f"LĐLĐ {place.full_name}", place.code, "sharepoint", site, 0, None, show, 60


def _insert(db: sqlite3.Connection, rows: Mapping[str, list[Row]]) -> None:
    for table, some in rows.items():
        if some:
            db.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(some[0]))})", some)


def _rows(numbers: Sequence[int], *, articles: int) -> Rows:
    """The rows of some articles, by table."""
    rows: Rows = {name: [] for name in ("articles", "revisions", "reprint_texts", "reprint_articles", *_FIELDS)}
    for number in numbers:
        article = made(number, articles)
        rows["articles"].append(_article(article))
        rows["revisions"] += _revisions(article)
        text = number if article.retells is None else article.retells
        if text == number:
            story = article.id
            rows["reprint_texts"].append((number, b"%d" % number, story, b"", b"", b"", _shingles(number)))
        moment = f"{article.published}T00:00:00.000+00:00" if article.published else article.first_seen
        rows["reprint_articles"].append((article.id, text, moment, article.first_seen))
        for table, field in _FIELDS.items():
            rows[table] += [(article.id, *row) for row in article.content.found.get(field, ())]
    return rows


def _article(article: Made) -> Row:
    changed = article.first_seen
    return (article.id, source_id(article.source), _url(article), *_text(article, article.content.body)[1:],
            article.first_seen, changed, 1 + article.revised, None)  # fmt: skip


def _revisions(article: Made) -> Iterator[Row]:
    """One version, or two of one that was changed."""
    body = article.content.body
    for version, text in enumerate([body[: len(body) // 2], body] if article.revised else [body]):
        yield (article.id, article.first_seen, 2 * article.number + version, sha256(text.encode()).hexdigest(),
               *_text(article, text))  # fmt: skip


def _text(article: Made, body: str) -> Row:
    lead = body[: body.find(".") + 1] if article.number % 3 else None
    author = "Quốc Nghị" if article.number % 2 else None
    return (_url(article), article.content.title, article.published, "layout" if article.published else None, author,
            None, lead, body, "[]", "[]", "[]", "text", "layout sharepoint/1")  # fmt: skip


def _url(article: Made) -> str:
    return f"https://{source_id(article.source)}.example/tin-tuc/bai-{article.number}"


def _shingles(number: int) -> bytes:
    """As many as a real text has, where a publication reads them."""
    return Random(number).randbytes(920) if number % 25 == 6 else b""
