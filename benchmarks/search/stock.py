"""The same articles as stock Datasette would have them: one table with a column a facet, indexed, and FTS5 as
`sqlite-utils enable-fts` sets it up, with the tokenizer that folds all accents it can (all but đ's). The texts are the
last column, so that who counts the others need not read past them. An article has one district there, where ours has
all: that flatters it."""

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlite_utils import Database

TOKENIZER = "unicode61 remove_diacritics 2"
FACETS = ("district", "province", "province_2025", "school_year", "source", "year")
"""The same six that our pages count."""

_ROWS = """
INSERT INTO articles
SELECT a.n, a.id, a.title, a.published, {facets}, a.body FROM site.articles AS a ORDER BY a.n
"""
_FACET = """(SELECT c.label FROM site.article_facets AS af JOIN site.facet_counts AS c ON c.id = af.facet
    WHERE af.n = a.n AND c.facet = '{facet}' LIMIT 1)"""


def write_stock(site_db: Path, path: Path) -> None:
    """Make the file from a published one."""
    facets = ", ".join(_FACET.format(facet=facet) for facet in FACETS)
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode = OFF")
        db.execute("PRAGMA synchronous = OFF")
        db.execute("PRAGMA cache_size = -256000")
        db.execute("ATTACH ? AS site", (str(site_db),))
        db.execute(
            "CREATE TABLE articles (n INTEGER PRIMARY KEY, id TEXT, title TEXT, published TEXT,"
            f" {', '.join(f'{facet} TEXT' for facet in FACETS)}, body TEXT)"
        )
        db.execute("BEGIN")
        db.execute(_ROWS.format(facets=facets))
        for column in (*FACETS, "published"):
            db.execute(f"CREATE INDEX articles_{column} ON articles({column})")
        db.execute("COMMIT")
        db.execute("DETACH site")
        Database(db).table("articles").enable_fts(["title", "body"], tokenize=TOKENIZER).optimize()
        db.execute("ANALYZE")
