-- archive.db → union-news.db, run by archive.publish: schema.sql has made the tables, the archive is attached as
-- `archive`, and archive.bake has filled the temporary tables `gazetteer`, `health`, `crawled`, `records`, `captured`,
-- `nearest` and `names` and put the functions indexed, fold, slug, moment, home_name, home_province, shown_lead and
-- shown_body there. One transaction reads one state of the archive.
BEGIN;

INSERT INTO sources
SELECT s.id, coalesce(k.name, s.name), s.home, home_name(s.home), home_province(s.home), s.family, s.site, s.sample,
    iif(k.id IS NULL, s.rights, k.rights), coalesce(iif(k.id IS NULL, s.show, k.show), 'full'), coalesce(a.articles, 0), coalesce(a.undated, 0), a.first, a.last,
    h.last_run, h.state, h.reason, coalesce(h.warnings, '[]'), h.with_title, h.with_date, h.with_body
FROM archive.sources AS s LEFT JOIN (
    SELECT source, count(*) AS articles, count(*) - count(published) AS undated, min(published) AS first,
        max(published) AS last
    FROM archive.articles GROUP BY source
) AS a ON a.source = s.id LEFT JOIN temp.health AS h ON h.source = s.id LEFT JOIN temp.records AS k ON k.id = s.id;

-- What was crawled and never gave an article; of before crawls kept the records there is but the id.
INSERT INTO sources
SELECT h.source, coalesce(c.name, h.source), c.home, home_name(c.home), home_province(c.home), coalesce(c.family, ''),
    coalesce(c.site, ''), coalesce(c.sample, 0), c.rights, coalesce(c.show, 'full'), 0, 0, NULL, NULL,
    h.last_run, h.state, h.reason, h.warnings, h.with_title, h.with_date, h.with_body
FROM temp.health AS h LEFT JOIN temp.crawled AS c ON c.id = h.source
WHERE h.source NOT IN (SELECT id FROM archive.sources) ORDER BY h.source;

-- What is asked of all articles again and again stands here too: their texts fill gigabytes, which are read in the order
-- they stand in and no more than they must. `day` is that of publication in Vietnam, '' for the undated.
CREATE TEMP TABLE timeline (
    n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, source INTEGER NOT NULL, day TEXT NOT NULL, first_seen TEXT NOT NULL,
    changed TEXT NOT NULL
);
INSERT INTO timeline(id, source, day, first_seen, changed)
SELECT a.id, s.rowid, vietnam_day(a.published), a.first_seen, a.changed
FROM archive.articles AS a CROSS JOIN main.sources AS s ON s.id = a.source
ORDER BY moment(a.published, a.first_seen), a.id;

CREATE TEMP TABLE retold (article TEXT PRIMARY KEY, story TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO retold
SELECT x.article, t.story FROM archive.reprint_texts AS t CROSS JOIN archive.reprint_articles AS x ON x.text = t.text
WHERE x.article <> t.story;

-- A version's number says which of them came here first: one that is imported later from an earlier day takes the next
-- number, so that an address that was cited leads to the same text for ever.
CREATE TEMP TABLE numbered (
    article TEXT NOT NULL, captured TEXT NOT NULL, capture INTEGER NOT NULL, version INTEGER NOT NULL,
    PRIMARY KEY (article, captured, capture)
) WITHOUT ROWID;
INSERT INTO numbered
SELECT article, captured, capture, row_number() OVER (PARTITION BY article ORDER BY (
    SELECT coalesce(min(i.capture), r.capture) FROM archive.ingested AS i
    WHERE i.article = r.article AND i.hash = r.hash AND (i.captured, i.capture) >= (r.captured, r.capture)
        AND (r.until IS NULL OR (i.captured, i.capture) < (r.until, r.capture_until))
), captured, capture)
FROM (
    SELECT article, captured, capture, hash, lead(captured) OVER each_article AS until,
        lead(capture) OVER each_article AS capture_until
    FROM archive.revisions WINDOW each_article AS (PARTITION BY article ORDER BY captured, capture)
) AS r WHERE article IN (SELECT id FROM archive.articles WHERE revisions > 1);

INSERT INTO articles
SELECT t.n, a.id, a.source, a.url, a.title, a.published, a.published_from, a.author, a.credit,
    shown_lead(s.show, a.lead, a.body), shown_body(s.show, a.lead, a.body), iif(s.show = 'full', a.captions, '[]'),
    a.kind, a.first_seen, a.changed, a.gone_at, a.revisions,
    coalesce((
        SELECT v.version FROM temp.numbered AS v WHERE v.article = a.id ORDER BY v.captured DESC, v.capture DESC LIMIT 1
    ), 1), coalesce(r.story, a.id)
FROM archive.articles AS a CROSS JOIN temp.timeline AS t ON t.id = a.id CROSS JOIN main.sources AS s ON s.rowid = t.source
LEFT JOIN temp.retold AS r ON r.article = a.id
ORDER BY t.n;
CREATE INDEX articles_story ON articles(story, n);

INSERT INTO stories
SELECT a.n, t.n FROM main.articles AS a JOIN temp.timeline AS t ON t.id = a.story
WHERE a.story IN (SELECT story FROM main.articles GROUP BY story HAVING count(*) > 1);
CREATE INDEX stories_story ON stories(story, n);
INSERT INTO repeats SELECT n, story FROM main.stories WHERE n <> story;

-- Where an article stands in time: a day of publication, or of the first capture of one without a date.
INSERT INTO days
SELECT iif(t.day <> '', t.day, vietnam_day(t.first_seen)) AS stands, min(t.n), max(t.n)
FROM temp.timeline AS t GROUP BY stands HAVING stands <> '';

INSERT INTO reprints
SELECT t.n, o.n, r.shared, r.here, r.there
FROM temp.nearest AS r JOIN temp.timeline AS t ON t.id = r.article JOIN temp.timeline AS o ON o.id = r.other
ORDER BY t.n;
CREATE INDEX reprints_other ON reprints(other, n);

-- Communes are too many to narrow a search by: they stay in archive.db.
INSERT INTO places(level, code, valid_to, slug, name, type, full_name, province_code, province,
    province_2025_code, province_2025, articles, successors)
SELECT p.level, p.code, p.valid_to, coalesce(g.slug, slug(p.name || ' ' || p.code)), coalesce(g.name, p.name),
    coalesce(g.type, ''), coalesce(g.full_name, p.name), coalesce(g.province_code, p.province_code),
    coalesce(g.province, ''), coalesce(g.province_2025_code, ''), coalesce(g.province_2025, ''),
    p.articles, p.successors
FROM (
    SELECT level, code, valid_to, min(name) AS name, min(province_code) AS province_code,
        sum(role <> 'successor') AS articles, sum(role = 'successor') AS successors
    FROM archive.article_places WHERE level IN ('district', 'province') GROUP BY level, code, valid_to
) AS p LEFT JOIN temp.gazetteer AS g ON g.level = p.level AND g.code = p.code AND g.valid_to = p.valid_to
ORDER BY p.level, p.code, p.valid_to;

INSERT INTO article_places
SELECT t.n, p.id, ap.role, ap.count, ap.in_title, ap.evidence, ap.start, ap."end"
FROM archive.article_places AS ap JOIN temp.timeline AS t ON t.id = ap.article
JOIN main.places AS p ON p.level = ap.level AND p.code = ap.code AND p.valid_to = ap.valid_to
ORDER BY t.n, p.id;
CREATE INDEX article_places_place ON article_places(place, n);

INSERT INTO article_school_years
SELECT t.n, y.year, y.role, y.evidence, y.main, y.start, y."end"
FROM archive.article_school_years AS y JOIN temp.timeline AS t ON t.id = y.article
ORDER BY t.n, y.year;
CREATE INDEX article_school_years_year ON article_school_years(year, n);

INSERT INTO corrections
SELECT t.n, c.field, c.value, c.reason, c.date
FROM archive.corrections AS c JOIN temp.timeline AS t ON t.id = c.article ORDER BY t.n, c.field;

INSERT INTO withdrawals
SELECT w.article, row_number() OVER (PARTITION BY w.article ORDER BY w.date, w.passage), t.n, w.source, w.reason, w.date
FROM archive.withdrawals AS w LEFT JOIN temp.timeline AS t ON t.id = w.article
WHERE w.source IS NOT NULL AND (t.n IS NOT NULL OR w.passage = '');

-- Which article has which value of which facet. A province, as it was and as of 2025, has what its districts have;
-- what names only a commune that took a district's place is that district's successor, a facet of its own.
CREATE TEMP TABLE facets (n INTEGER, facet TEXT, value TEXT, label TEXT, hint TEXT);
INSERT INTO facets
SELECT t.n, 'source', s.id, s.name, NULL FROM temp.timeline AS t CROSS JOIN main.sources AS s ON s.rowid = t.source;
INSERT INTO facets SELECT n, 'school_year', year, year, NULL FROM main.article_school_years;
INSERT INTO facets
SELECT ap.n, iif(ap.role = 'successor', 'successor', 'district'), p.slug, p.full_name, nullif(p.province, '')
FROM main.article_places AS ap JOIN main.places AS p ON p.id = ap.place WHERE p.level = 'district';
INSERT INTO facets
SELECT ap.n, 'province', slug(p.province), p.province, NULL
FROM main.article_places AS ap JOIN main.places AS p ON p.id = ap.place
WHERE p.province <> '' AND ap.role <> 'successor';
INSERT INTO facets
SELECT ap.n, 'province_2025', slug(p.province_2025), p.province_2025, NULL
FROM main.article_places AS ap JOIN main.places AS p ON p.id = ap.place WHERE p.province_2025 <> '';

INSERT INTO facets
SELECT n, 'year', substr(day, 1, 4), substr(day, 1, 4), NULL FROM temp.timeline WHERE day <> '';

INSERT INTO facet_counts(facet, value, label, hint, articles)
SELECT facet, value, min(label), min(hint), count(DISTINCT n) FROM temp.facets
GROUP BY facet, value ORDER BY facet, value;
INSERT INTO article_facets
SELECT DISTINCT x.n, c.id FROM temp.facets AS x JOIN main.facet_counts AS c ON c.facet = x.facet AND c.value = x.value
ORDER BY x.n, c.id;
CREATE INDEX article_facets_facet ON article_facets(facet, n);
INSERT INTO facet_lists SELECT n, group_concat(facet) FROM main.article_facets GROUP BY n ORDER BY n;

-- A name of a place that the archive has nothing about is there too: it may be that of another place.
INSERT OR IGNORE INTO place_names
SELECT x.key, x.name, x.level, x.kind, coalesce(g.slug, ''), x.full_name, coalesce(g.name, ''),
    x.hint, coalesce(g.province_2025, ''), x.current, coalesce(max(c.articles), 0)
FROM temp.names AS x
LEFT JOIN temp.gazetteer AS g
    ON g.level = iif(x.level = 'province', 'province', 'district') AND g.code = x.code AND g.valid_to = x.valid_to
LEFT JOIN main.facet_counts AS c
    ON c.value = g.slug AND c.facet IN (iif(x.level = 'province', 'province', 'district'),
        iif(x.level = 'province', 'province_2025', 'district'))
GROUP BY x.key, x.level, g.slug, x.name, x.full_name;

-- Sorted in memory in large parts that are merged once, at the end, and not over and over.
INSERT INTO articles_fts(articles_fts, rank) VALUES ('hashsize', 64000000), ('automerge', 0), ('crisismerge', 1000);
INSERT INTO articles_fts(rowid, title, body, title_f, body_f, facets)
SELECT a.n, indexed('title', title), indexed('body', body), indexed('title_f', title), indexed('body_f', body),
    'fall ' || iif(coalesce(vietnam_day(published), '') = '', 'fundated ', '')
    || coalesce((SELECT group_concat('f' || af.facet || 'f', ' ') FROM main.article_facets AS af WHERE af.n = a.n), '')
FROM main.articles AS a ORDER BY a.n;
-- For who queries the file itself by rank: a hit in the title counts for more than one in the text.
INSERT INTO articles_fts(articles_fts, rank) VALUES ('rank', 'bm25(10.0, 4.0, 5.0, 1.0)');
INSERT INTO articles_fts(articles_fts) VALUES ('optimize');

CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab('main', 'articles_fts', 'col');
-- A word of a title without accents begins with the mark 2 (archive.site.search.terms).
INSERT INTO title_words
SELECT substr(term, 2), doc FROM temp.vocabulary
WHERE term >= '2a' AND term < '2{' AND col = 'title_f' AND length(term) BETWEEN 3 AND 20;
DROP TABLE temp.vocabulary;

-- What follows takes the room that optimizing the index left free, so that the file need not be written again.
INSERT INTO revisions
SELECT t.n, coalesce(v.version, 1), r.captured, r.url, r.title,
    r.published, r.published_from, r.author, r.credit, shown_lead(s.show, r.lead, r.body),
    shown_body(s.show, r.lead, r.body), iif(s.show = 'full', r.captions, '[]'), r.kind, r.capture, c.sha256
FROM archive.revisions AS r CROSS JOIN temp.timeline AS t ON t.id = r.article
CROSS JOIN main.sources AS s ON s.rowid = t.source
LEFT JOIN temp.numbered AS v ON v.article = r.article AND v.captured = r.captured AND v.capture = r.capture
LEFT JOIN temp.captured AS c ON c.capture = r.capture AND c.fetched = r.captured;

-- Where a source's text is shown in full, what was found in it has its sentence.
INSERT INTO sentences(n, start, text)
SELECT t.n, x.start, substr(a.title || char(10, 10) || a.body, x.start + 1, x."end" - x.start)
FROM temp.timeline AS t CROSS JOIN main.sources AS s ON s.rowid = t.source AND s.show = 'full'
CROSS JOIN main.articles AS a ON a.n = t.n CROSS JOIN archive.article_sentences AS x ON x.article = t.id
ORDER BY t.n, x.start;
CREATE UNIQUE INDEX sentences_n ON sentences(n, start);

INSERT INTO figures(n, value, unit, kind, approximate, award, giver, sentence, start, "end", rule)
SELECT t.n, f.value, f.unit, f.kind, f.approximate, f.award, f.giver,
    (SELECT id FROM main.sentences AS s WHERE s.n = t.n AND s.start <= f.start ORDER BY s.start DESC LIMIT 1),
    f.start, f."end", f.rule
FROM archive.article_figures AS f JOIN temp.timeline AS t ON t.id = f.article ORDER BY t.n, f.start;
CREATE INDEX figures_n ON figures(n);
CREATE INDEX figures_unit ON figures(unit, n, value);
CREATE INDEX figures_kind ON figures(kind, n, value);

INSERT INTO movements(n, movement, name, sentence, start, "end", rule)
SELECT t.n, m.id, m.name,
    (SELECT id FROM main.sentences AS s WHERE s.n = t.n AND s.start <= m.start ORDER BY s.start DESC LIMIT 1),
    m.start, m."end", m.rule
FROM archive.article_movements AS m JOIN temp.timeline AS t ON t.id = m.article ORDER BY t.n, m.start;
CREATE INDEX movements_n ON movements(n);
CREATE INDEX movements_movement ON movements(movement, n);

INSERT INTO schools(n, name, level, sentence, start, "end", rule)
SELECT t.n, c.name, c.level,
    (SELECT id FROM main.sentences AS s WHERE s.n = t.n AND s.start <= c.start ORDER BY s.start DESC LIMIT 1),
    c.start, c."end", c.rule
FROM archive.article_schools AS c JOIN temp.timeline AS t ON t.id = c.article ORDER BY t.n, c.start;
CREATE INDEX schools_n ON schools(n);

INSERT INTO organisations(n, name, kind, code, sentence, start, "end", rule)
SELECT t.n, o.name, o.kind, o.code,
    (SELECT id FROM main.sentences AS s WHERE s.n = t.n AND s.start <= o.start ORDER BY s.start DESC LIMIT 1),
    o.start, o."end", o.rule
FROM archive.article_organisations AS o JOIN temp.timeline AS t ON t.id = o.article ORDER BY t.n, o.start;
CREATE INDEX organisations_n ON organisations(n);

INSERT INTO publication SELECT 'articles', count(*) FROM main.articles;
INSERT INTO publication SELECT 'stories', (SELECT count(*) FROM main.articles) - (SELECT count(*) FROM main.repeats);
INSERT INTO publication SELECT 'withdrawn', count(*) FROM main.withdrawals WHERE n IS NULL;
INSERT INTO publication SELECT 'sources', count(*) FROM main.sources WHERE articles > 0;
INSERT INTO publication SELECT 'districts', count(*) FROM main.places WHERE level = 'district' AND articles > 0;
INSERT INTO publication SELECT 'school_years', count(DISTINCT year) FROM main.article_school_years;
INSERT INTO publication SELECT 'sample', coalesce(max(sample), 0) FROM main.sources;

-- What the pages of places and years and the charts count. A place of an older gazetteer has a page too.
INSERT INTO units(level, code, valid_to, valid_from, slug, name, full_name, province, province_slug, province_2025,
    province_2025_slug)
SELECT p.level, p.code, p.valid_to, '', p.slug, p.name, p.full_name, p.province, slug(p.province), p.province_2025,
    slug(p.province_2025)
FROM main.places AS p WHERE NOT EXISTS (
    SELECT 1 FROM main.units AS u
    WHERE u.level = p.level AND (u.slug = p.slug OR (u.code = p.code AND u.valid_to = p.valid_to))
);
-- Times of capture are in UTC: to the minute they are still told from days.
CREATE TEMP VIEW moments AS
SELECT n, source, substr(first_seen, 1, 16) AS first_capture, substr(changed, 1, 16) AS last_capture,
    nullif(day, '') AS published
FROM temp.timeline;
INSERT INTO district_years
SELECT u.id, y.year, sum(ap.role = 'about'), sum(ap.role = 'mentioned'), sum(ap.role = 'source'),
    sum(ap.role = 'successor')
FROM (
    SELECT n, year FROM main.article_school_years UNION ALL SELECT n, '' FROM temp.moments
) AS y CROSS JOIN main.article_places AS ap ON ap.n = y.n
JOIN main.places AS p ON p.id = ap.place AND p.level = 'district'
JOIN main.units AS u ON u.level = p.level AND u.slug = p.slug
GROUP BY u.id, y.year;
INSERT INTO province_years
SELECT c.id, y.year, count(*)
FROM main.article_school_years AS y CROSS JOIN main.article_facets AS af ON af.n = y.n
JOIN main.facet_counts AS c ON c.id = af.facet
WHERE c.facet IN ('province', 'province_2025') GROUP BY c.id, y.year;
INSERT INTO value_sources
SELECT v.facet, s.id, v.articles, v.first_capture, v.last_capture, v.first_article, v.last_article
FROM (
    SELECT af.facet, m.source, count(*) AS articles, min(m.first_capture) AS first_capture,
        max(m.last_capture) AS last_capture, min(m.published) AS first_article, max(m.published) AS last_article
    FROM temp.moments AS m CROSS JOIN main.article_facets AS af ON af.n = m.n
    WHERE +af.facet IN ( -- one look-up an article, not one a value
        SELECT id FROM main.facet_counts
        WHERE facet IN ('district', 'successor', 'province', 'province_2025', 'school_year')
    )
    GROUP BY af.facet, m.source
) AS v CROSS JOIN main.sources AS s ON s.rowid = v.source;
INSERT INTO school_year_roles
SELECT year, role, count(*), sum(evidence = 'inferred') FROM main.article_school_years GROUP BY year, role;
INSERT INTO school_year_months
SELECT y.year, coalesce(substr(m.published, 1, 7), '') AS month, count(*)
FROM main.article_school_years AS y CROSS JOIN temp.moments AS m ON m.n = y.n GROUP BY y.year, month;
INSERT INTO source_months
SELECT s.id, v.month, v.articles FROM (
    SELECT source, coalesce(substr(published, 1, 7), '') AS month, count(*) AS articles
    FROM temp.moments GROUP BY source, month
) AS v CROSS JOIN main.sources AS s ON s.rowid = v.source;
INSERT INTO monthly
SELECT coalesce(substr(published, 1, 7), '') AS month, count(*) FROM temp.moments GROUP BY month;
INSERT INTO figure_units SELECT unit, kind, count(*), count(DISTINCT n) FROM main.figures GROUP BY unit, kind;

-- What the check of the new file counts again: taken here, from the same state of the archive.
CREATE TEMP TABLE expected AS
SELECT 'sources' AS name, count(*) AS rows
FROM (SELECT id FROM archive.sources UNION SELECT source FROM temp.health)
UNION ALL SELECT 'articles', count(*) FROM archive.articles
UNION ALL SELECT 'articles_fts', count(*) FROM archive.articles
UNION ALL SELECT 'revisions', count(*) FROM archive.revisions
UNION ALL SELECT 'article_school_years', count(*) FROM archive.article_school_years
UNION ALL SELECT 'figures', count(*) FROM archive.article_figures
UNION ALL SELECT 'movements', count(*) FROM archive.article_movements
UNION ALL SELECT 'schools', count(*) FROM archive.article_schools
UNION ALL SELECT 'organisations', count(*) FROM archive.article_organisations
UNION ALL SELECT 'article_places', count(*) FROM archive.article_places WHERE level IN ('district', 'province');

COMMIT;
DETACH archive;
ANALYZE;
