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
    changed TEXT NOT NULL, gone_at TEXT, revisions INTEGER NOT NULL,
    -- The number of its newest version: versions are numbered as they came here, not as they were captured.
    version INTEGER NOT NULL,
    -- The id of the earliest article of its story: its own where the archive holds the story once.
    story TEXT NOT NULL
);

CREATE TABLE revisions (
    n INTEGER NOT NULL REFERENCES articles(n), version INTEGER NOT NULL, captured TEXT NOT NULL,
    url TEXT NOT NULL, title TEXT NOT NULL, published TEXT, published_from TEXT, author TEXT, credit TEXT, lead TEXT,
    body TEXT NOT NULL, captions TEXT NOT NULL, kind TEXT NOT NULL,
    -- Where in crawl.db the captured page is, and the hash of its bytes if that file was there at publication.
    capture INTEGER NOT NULL, sha256 TEXT,
    PRIMARY KEY (n, version)
);

CREATE TABLE places (
    id INTEGER PRIMARY KEY, level TEXT NOT NULL, code TEXT NOT NULL, valid_to TEXT NOT NULL, slug TEXT NOT NULL,
    name TEXT NOT NULL, type TEXT NOT NULL, full_name TEXT NOT NULL, province_code TEXT NOT NULL,
    province TEXT NOT NULL, province_2025_code TEXT NOT NULL, province_2025 TEXT NOT NULL,
    -- Articles about it; then those that name only a commune of 2025 on its ground.
    articles INTEGER NOT NULL, successors INTEGER NOT NULL,
    UNIQUE (level, code, valid_to), UNIQUE (level, slug)
);

CREATE TABLE article_places (
    n INTEGER NOT NULL REFERENCES articles(n), place INTEGER NOT NULL REFERENCES places(id), role TEXT NOT NULL,
    count INTEGER NOT NULL, in_title INTEGER NOT NULL, evidence TEXT NOT NULL, start INTEGER, "end" INTEGER,
    PRIMARY KEY (n, place)
) WITHOUT ROWID;

CREATE TABLE article_school_years (
    n INTEGER NOT NULL REFERENCES articles(n), year TEXT NOT NULL, role TEXT NOT NULL, evidence TEXT NOT NULL,
    main INTEGER NOT NULL, start INTEGER, "end" INTEGER,
    PRIMARY KEY (n, year)
) WITHOUT ROWID;

-- What stands in the texts, each with the sentence that says so; a source whose text is not shown in full has none.
-- A sentence and what is found in it say where they stand by characters of title + blank line + body.
CREATE TABLE sentences (
    id INTEGER PRIMARY KEY, n INTEGER NOT NULL REFERENCES articles(n), start INTEGER NOT NULL, text TEXT NOT NULL
);
CREATE TABLE figures (
    id INTEGER PRIMARY KEY, n INTEGER NOT NULL REFERENCES articles(n), value NOT NULL, unit TEXT NOT NULL,
    kind TEXT NOT NULL, approximate TEXT NOT NULL, award TEXT NOT NULL, giver TEXT NOT NULL,
    sentence INTEGER REFERENCES sentences(id), start INTEGER NOT NULL, "end" INTEGER NOT NULL, rule TEXT NOT NULL
);
CREATE TABLE movements (
    id INTEGER PRIMARY KEY, n INTEGER NOT NULL REFERENCES articles(n), movement TEXT NOT NULL, name TEXT NOT NULL,
    sentence INTEGER REFERENCES sentences(id), start INTEGER NOT NULL, "end" INTEGER NOT NULL, rule TEXT NOT NULL
);
CREATE TABLE schools (
    id INTEGER PRIMARY KEY, n INTEGER NOT NULL REFERENCES articles(n), name TEXT NOT NULL, level TEXT NOT NULL,
    sentence INTEGER REFERENCES sentences(id), start INTEGER NOT NULL, "end" INTEGER NOT NULL, rule TEXT NOT NULL
);
CREATE TABLE organisations (
    id INTEGER PRIMARY KEY, n INTEGER NOT NULL REFERENCES articles(n), name TEXT NOT NULL, kind TEXT NOT NULL,
    code TEXT NOT NULL, sentence INTEGER REFERENCES sentences(id), start INTEGER NOT NULL, "end" INTEGER NOT NULL,
    rule TEXT NOT NULL
);

-- The same to take away, each row with its article: what a person downloads.
CREATE VIEW figures_of_articles AS
SELECT f.id, f.value, f.unit, f.kind, f.approximate, f.award, f.giver, s.text AS sentence, x.*
FROM figures AS f LEFT JOIN sentences AS s ON s.id = f.sentence JOIN article_lines AS x ON x.n = f.n;
CREATE VIEW movements_of_articles AS
SELECT m.id, m.movement, m.name, s.text AS sentence, x.*
FROM movements AS m LEFT JOIN sentences AS s ON s.id = m.sentence JOIN article_lines AS x ON x.n = m.n;
CREATE VIEW schools_of_articles AS
SELECT c.id, c.name, c.level, s.text AS sentence, x.*
FROM schools AS c LEFT JOIN sentences AS s ON s.id = c.sentence JOIN article_lines AS x ON x.n = c.n;
CREATE VIEW organisations_of_articles AS
SELECT o.id, o.name, o.kind, o.code, s.text AS sentence, x.*
FROM organisations AS o LEFT JOIN sentences AS s ON s.id = o.sentence JOIN article_lines AS x ON x.n = o.n;
CREATE VIEW article_lines AS
SELECT a.n, a.id AS article, a.published, a.title, a.url, s.name AS source,
    (SELECT group_concat(p.full_name, '; ') FROM article_places AS ap JOIN places AS p ON p.id = ap.place
        WHERE ap.n = a.n AND ap.role = 'about' AND p.level = 'district') AS districts,
    (SELECT y.year FROM article_school_years AS y WHERE y.n = a.n AND y.main) AS school_year
FROM articles AS a JOIN sources AS s ON s.id = a.source;

-- The articles whose story is told more than once; `story` is the number of its earliest article.
CREATE TABLE stories (n INTEGER PRIMARY KEY REFERENCES articles(n), story INTEGER NOT NULL REFERENCES articles(n));

-- An article beside the earliest one that its text repeats: shares of the five-syllable runs of each that the other has.
CREATE TABLE reprints (
    n INTEGER PRIMARY KEY REFERENCES articles(n), other INTEGER NOT NULL REFERENCES articles(n),
    shared INTEGER NOT NULL, here REAL NOT NULL, there REAL NOT NULL
);

-- What a person put right, over what was read: it stands in articles, places and years; the versions are as captured.
CREATE TABLE corrections (
    n INTEGER NOT NULL REFERENCES articles(n), field TEXT NOT NULL, value TEXT NOT NULL, reason TEXT NOT NULL,
    date TEXT NOT NULL, PRIMARY KEY (n, field)
) WITHOUT ROWID;

-- What was withdrawn on request. Where n is NULL it was the whole article: this row is all that is left of it.
CREATE TABLE withdrawals (
    id TEXT NOT NULL, number INTEGER NOT NULL, n INTEGER REFERENCES articles(n),
    source TEXT NOT NULL REFERENCES sources(id), reason TEXT NOT NULL, date TEXT NOT NULL, PRIMARY KEY (id, number)
) WITHOUT ROWID;
CREATE INDEX withdrawals_n ON withdrawals(n);

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

-- The same once more, the ids of an article in one line: what stands beside a large result is counted of these.
CREATE TABLE facet_lists (n INTEGER PRIMARY KEY REFERENCES articles(n), facets TEXT NOT NULL);

-- The members of stories that are not the first: what a search for people looks up so as to list a story once.
CREATE TABLE repeats (n INTEGER PRIMARY KEY REFERENCES articles(n), story INTEGER NOT NULL REFERENCES articles(n));

-- The days (in Vietnam) that articles stand at, and the numbers of the first and last of each.
CREATE TABLE days (day TEXT PRIMARY KEY, first INTEGER NOT NULL, last INTEGER NOT NULL) WITHOUT ROWID;

-- What places are called: key without accents, name in lower case; value is what a search is narrowed to (for a commune
-- its district), articles how many that finds; today is the province of 2025, current 1 for what was there in 2025.
CREATE TABLE place_names (
    key TEXT NOT NULL, name TEXT NOT NULL, level TEXT NOT NULL, kind TEXT NOT NULL, value TEXT NOT NULL,
    label TEXT NOT NULL, label_name TEXT NOT NULL, hint TEXT NOT NULL, today TEXT NOT NULL, current INTEGER NOT NULL,
    articles INTEGER NOT NULL, PRIMARY KEY (key, level, value, name, label)
) WITHOUT ROWID;

-- The words of all titles, without accents: what a misspelt query is compared with.
CREATE TABLE title_words (word TEXT PRIMARY KEY, articles INTEGER NOT NULL) WITHOUT ROWID;

-- The index holds words as archive.site.search.terms makes them, the view gives the original back: FTS5 highlights by the
-- position of a word. Hence never 'rebuild' this index: that would fill it from the view. `facets` has a word for each
-- value an article has, so that words and filters are one look-up.
CREATE VIEW articles_search AS
SELECT n, title, body, title AS title_f, body AS body_f, '' AS facets FROM articles;

CREATE VIRTUAL TABLE articles_fts USING fts5(
    title, body, title_f, body_f, facets,
    content='articles_search', content_rowid='n', tokenize="unicode61 remove_diacritics 0 categories 'L* N*'"
);

-- The pages of places and years, and the charts: all they count is counted when the archive is published.
-- Every district and province of the gazetteer, those without an article too; the level province_2025 are the 34.
CREATE TABLE units (
    id INTEGER PRIMARY KEY, level TEXT NOT NULL, code TEXT NOT NULL, valid_to TEXT NOT NULL, valid_from TEXT NOT NULL,
    slug TEXT NOT NULL, name TEXT NOT NULL, full_name TEXT NOT NULL, province TEXT NOT NULL,
    province_slug TEXT NOT NULL, province_2025 TEXT NOT NULL, province_2025_slug TEXT NOT NULL,
    UNIQUE (level, code, valid_to), UNIQUE (level, slug)
);
-- What a unit became (later 1) and came of (0). A commune has no page: its other_slug is NULL.
CREATE TABLE unit_links (
    unit INTEGER NOT NULL REFERENCES units(id), later INTEGER NOT NULL, kind TEXT NOT NULL, date TEXT NOT NULL,
    other_level TEXT, other_slug TEXT, other_name TEXT NOT NULL, other_province TEXT NOT NULL
);
CREATE INDEX unit_links_unit ON unit_links(unit);
CREATE TABLE province_tiles (
    map TEXT NOT NULL, unit INTEGER NOT NULL REFERENCES units(id), tile_row INTEGER NOT NULL,
    tile_column INTEGER NOT NULL, short TEXT NOT NULL, PRIMARY KEY (map, unit)
) WITHOUT ROWID;

-- Articles of a district by school year and role; the year '' counts every article once.
CREATE TABLE district_years (
    unit INTEGER NOT NULL REFERENCES units(id), year TEXT NOT NULL, about INTEGER NOT NULL, mentioned INTEGER NOT NULL,
    source INTEGER NOT NULL, successor INTEGER NOT NULL, PRIMARY KEY (unit, year)
) WITHOUT ROWID;
-- Articles with a value that a search can be narrowed to: by school year (provinces only), by source, and when
-- first and last captured (UTC) and published (days in Vietnam).
CREATE TABLE province_years (
    facet INTEGER NOT NULL REFERENCES facet_counts(id), year TEXT NOT NULL, articles INTEGER NOT NULL,
    PRIMARY KEY (facet, year)
) WITHOUT ROWID;
CREATE TABLE value_sources (
    facet INTEGER NOT NULL REFERENCES facet_counts(id), source TEXT NOT NULL REFERENCES sources(id),
    articles INTEGER NOT NULL, first_capture TEXT NOT NULL, last_capture TEXT NOT NULL,
    first_article TEXT, last_article TEXT, PRIMARY KEY (facet, source)
) WITHOUT ROWID;
CREATE TABLE school_year_roles (
    year TEXT NOT NULL, role TEXT NOT NULL, articles INTEGER NOT NULL, inferred INTEGER NOT NULL,
    PRIMARY KEY (year, role)
) WITHOUT ROWID;
-- Months are those of publication, YYYY-MM; '' is undated.
CREATE TABLE school_year_months (
    year TEXT NOT NULL, month TEXT NOT NULL, articles INTEGER NOT NULL, PRIMARY KEY (year, month)
) WITHOUT ROWID;
CREATE TABLE source_months (
    source TEXT NOT NULL REFERENCES sources(id), month TEXT NOT NULL, articles INTEGER NOT NULL,
    PRIMARY KEY (source, month)
) WITHOUT ROWID;
CREATE TABLE monthly (month TEXT PRIMARY KEY, articles INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE figure_units (
    unit TEXT NOT NULL, kind TEXT NOT NULL, figures INTEGER NOT NULL, articles INTEGER NOT NULL,
    PRIMARY KEY (unit, kind)
) WITHOUT ROWID;

-- How the sources fare, to look at or to ask by .json: one row a source with its worst warning (`ok`: none), and those
-- that bring no news for longer than usual, the longest silence first. Judged when it was published.
CREATE VIEW source_health AS
SELECT s.id AS source, s.name, s.home_province AS province, coalesce(json_extract(s.warnings, '$[0].kind'), 'ok') AS health,
    json_extract(s.warnings, '$[0].since') AS since, json_extract(s.warnings, '$[0].detail') AS detail,
    json_array_length(s.warnings) AS warnings, s.last_run, s.state AS last_run_state, s.reason AS last_run_reason,
    s.articles, s.last_article, round(100.0 * s.undated / nullif(s.articles, 0), 1) AS undated_percent
FROM sources AS s;
CREATE VIEW sources_silent AS
SELECT s.id AS source, s.name, s.site, substr(json_extract(w.value, '$.since'), 1, 10) AS since,
    CAST(julianday((SELECT value FROM publication WHERE key = 'published_at'))
        - julianday(substr(json_extract(w.value, '$.since'), 1, 10)) AS INTEGER) AS days,
    json_extract(w.value, '$.detail') AS detail, s.last_run
FROM sources AS s, json_each(s.warnings) AS w WHERE json_extract(w.value, '$.kind') = 'silent'
ORDER BY days DESC, s.id;
