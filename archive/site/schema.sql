-- union-news.db: what archive.publish bakes and archive.site reads. Never written after it is published.
-- n is the place of an article in time (the oldest is 1), so that "newest first" is the order of the row numbers;
-- it changes from one publication to the next. id is for ever.

CREATE TABLE publication (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

-- How a source fares is judged when it is published: last_run to reason are of its last run, with_title to with_body
-- the shares of the pages read lately that had one, warnings a JSON list of {kind, since, detail} (archive.health).
CREATE TABLE sources (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, home TEXT, home_name TEXT, home_province TEXT, family TEXT NOT NULL,
    site TEXT NOT NULL, sample INTEGER NOT NULL, rights TEXT, show TEXT NOT NULL,
    articles INTEGER NOT NULL, undated INTEGER NOT NULL, first_article TEXT, last_article TEXT,
    last_run TEXT, state TEXT, reason TEXT, warnings TEXT NOT NULL, with_title REAL, with_date REAL, with_body REAL
);

CREATE TABLE articles (
    n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, source TEXT NOT NULL REFERENCES sources(id), url TEXT NOT NULL,
    title TEXT NOT NULL, published TEXT, published_from TEXT, author TEXT, credit TEXT, lead TEXT,
    body TEXT NOT NULL, captions TEXT NOT NULL, kind TEXT NOT NULL, first_seen TEXT NOT NULL,
    changed TEXT NOT NULL, gone_at TEXT, revisions INTEGER NOT NULL
);

CREATE TABLE revisions (
    n INTEGER NOT NULL REFERENCES articles(n), version INTEGER NOT NULL, captured TEXT NOT NULL,
    url TEXT NOT NULL, title TEXT NOT NULL, published TEXT, published_from TEXT, author TEXT, credit TEXT, lead TEXT,
    body TEXT NOT NULL, captions TEXT NOT NULL, kind TEXT NOT NULL,
    PRIMARY KEY (n, version)
);

CREATE TABLE places (
    id INTEGER PRIMARY KEY, level TEXT NOT NULL, code TEXT NOT NULL, valid_to TEXT NOT NULL, slug TEXT NOT NULL,
    name TEXT NOT NULL, type TEXT NOT NULL, full_name TEXT NOT NULL, province_code TEXT NOT NULL,
    province TEXT NOT NULL, province_2025_code TEXT NOT NULL, province_2025 TEXT NOT NULL, articles INTEGER NOT NULL,
    UNIQUE (level, code, valid_to), UNIQUE (level, slug)
);

CREATE TABLE article_places (
    n INTEGER NOT NULL REFERENCES articles(n), place INTEGER NOT NULL REFERENCES places(id), role TEXT NOT NULL,
    count INTEGER NOT NULL, in_title INTEGER NOT NULL, evidence TEXT NOT NULL,
    PRIMARY KEY (n, place)
) WITHOUT ROWID;

CREATE TABLE article_school_years (
    n INTEGER NOT NULL REFERENCES articles(n), year TEXT NOT NULL, role TEXT NOT NULL, evidence TEXT NOT NULL,
    main INTEGER NOT NULL,
    PRIMARY KEY (n, year)
) WITHOUT ROWID;

-- One row a value that a search can be narrowed to; value is what stands in the address (a slug, a year, a source).
CREATE TABLE facet_counts (
    id INTEGER PRIMARY KEY, facet TEXT NOT NULL, value TEXT NOT NULL, label TEXT NOT NULL, hint TEXT,
    articles INTEGER NOT NULL, UNIQUE (facet, value)
);

-- The same for every facet and as narrow as can be: a search counts hundreds of thousands of these.
CREATE TABLE article_facets (
    n INTEGER NOT NULL REFERENCES articles(n), facet INTEGER NOT NULL REFERENCES facet_counts(id),
    PRIMARY KEY (n, facet)
) WITHOUT ROWID;

-- The index holds normalised words, the view gives the original back: FTS5 highlights by the position of a word.
-- Hence never 'rebuild' this index: that would fill it from the view.
CREATE VIEW articles_search AS SELECT n, title, body, title AS title_f, body AS body_f FROM articles;

CREATE VIRTUAL TABLE articles_fts USING fts5(
    title, body, title_f, body_f,
    content='articles_search', content_rowid='n', tokenize='unicode61 remove_diacritics 0'
);
