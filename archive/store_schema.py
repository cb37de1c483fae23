"""The tables of archive.db. The file is derived from the captures: a new schema is a rebuild beside the old file, never
a migration. Offsets (`start`, `end`, …) are characters of title + blank line + body. Of a passage that was withdrawn
there is only a hash; '' stands for the whole text, which is then nowhere in the file."""

from archive.reprints import SCHEMA as REPRINTS

SCHEMA_VERSION = 3

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
) WITHOUT ROWID;
CREATE TABLE article_school_years (
    article TEXT NOT NULL REFERENCES articles(id), year TEXT NOT NULL, role TEXT NOT NULL, evidence TEXT NOT NULL,
    main INTEGER NOT NULL, start INTEGER, "end" INTEGER, PRIMARY KEY (article, year)
) WITHOUT ROWID;
CREATE TABLE article_figures (
    article TEXT NOT NULL REFERENCES articles(id), value NOT NULL, unit TEXT NOT NULL, kind TEXT NOT NULL,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, approximate TEXT NOT NULL, rule TEXT NOT NULL,
    award TEXT NOT NULL, giver TEXT NOT NULL, giver_start INTEGER NOT NULL, giver_end INTEGER NOT NULL,
    PRIMARY KEY (article, start)
) WITHOUT ROWID;
CREATE TABLE article_movements (
    article TEXT NOT NULL REFERENCES articles(id), id TEXT NOT NULL, name TEXT NOT NULL,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, rule TEXT NOT NULL, PRIMARY KEY (article, start)
) WITHOUT ROWID;
CREATE TABLE article_schools (
    article TEXT NOT NULL REFERENCES articles(id), name TEXT NOT NULL, level TEXT NOT NULL,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, rule TEXT NOT NULL, PRIMARY KEY (article, start)
) WITHOUT ROWID;
CREATE TABLE article_organisations (
    article TEXT NOT NULL REFERENCES articles(id), name TEXT NOT NULL, kind TEXT NOT NULL, code TEXT NOT NULL,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, rule TEXT NOT NULL, PRIMARY KEY (article, start, name)
) WITHOUT ROWID;
CREATE TABLE article_sentences (
    article TEXT NOT NULL REFERENCES articles(id), start INTEGER NOT NULL, "end" INTEGER NOT NULL,
    PRIMARY KEY (article, start)
) WITHOUT ROWID;
CREATE TABLE corrections (
    article TEXT NOT NULL REFERENCES articles(id), field TEXT NOT NULL, value TEXT NOT NULL, reason TEXT NOT NULL,
    date TEXT NOT NULL, PRIMARY KEY (article, field)
) WITHOUT ROWID;
CREATE TABLE withdrawals (
    article TEXT NOT NULL, passage TEXT NOT NULL, reason TEXT NOT NULL, date TEXT NOT NULL,
    source TEXT REFERENCES sources(id), PRIMARY KEY (article, passage)
) WITHOUT ROWID;
CREATE TABLE ingested (
    capture INTEGER PRIMARY KEY, article TEXT NOT NULL, captured TEXT NOT NULL, hash TEXT, outcome TEXT NOT NULL
);
CREATE INDEX ingested_article ON ingested(article, captured);
CREATE INDEX ingested_hash ON ingested(hash);
"""

STATEMENTS = tuple(statement for statement in (SCHEMA + REPRINTS).split(";\n") if statement.strip())
