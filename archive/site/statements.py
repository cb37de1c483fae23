"""The SQL of the search, all constant: what people ask for comes in as bound parameters.

`:filters` is a JSON list of lists of facet_counts ids, null for none: an article must have one of each inner
list. A filter stands behind `+` and an OR, so that SQLite cannot turn it into a look-up of single rows in the
index, which costs minutes instead of milliseconds.
"""

_CHOSEN = """
    SELECT af.n FROM json_each(:filters) AS wanted
    CROSS JOIN json_each(wanted.value) AS option
    CROSS JOIN article_facets AS af ON af.facet = option.value
    GROUP BY af.n HAVING count(DISTINCT wanted.key) = json_array_length(:filters)
"""

_MATCHING = f"""
    FROM articles_fts AS f
    WHERE articles_fts MATCH :match AND (:filters IS NULL OR +f.rowid IN ({_CHOSEN}))
"""

_HIT = f"""
    SELECT f.rowid AS n, highlight(articles_fts, :title, char(2), char(3)) AS title,
    snippet(articles_fts, :body, char(2), char(3), '…', 40) AS snippet {_MATCHING}
"""

ANY_MATCH = "SELECT 1 FROM articles_fts WHERE articles_fts MATCH :match LIMIT 1"
COUNT_MATCHING = f"SELECT count(*) {_MATCHING}"
HITS_BY_RANK = f"{_HIT} ORDER BY f.rank LIMIT :limit OFFSET :offset"
HITS_BY_DATE = f"{_HIT} ORDER BY f.rowid DESC LIMIT :limit OFFSET :offset"
FACETS_OF_MATCHING = f"""
    WITH hits AS MATERIALIZED (SELECT f.rowid AS n {_MATCHING})
    SELECT af.facet AS id, count(*) AS articles
    FROM hits CROSS JOIN article_facets AS af ON af.n = hits.n GROUP BY af.facet
"""  # noqa: S608 - constants

COUNT_ALL = "SELECT count(*) FROM articles"
ALL_BY_DATE = "SELECT n FROM articles ORDER BY n DESC LIMIT :limit OFFSET :offset"

NEWEST_DATED = "SELECT n FROM articles WHERE published IS NOT NULL ORDER BY n DESC LIMIT :limit"

COUNT_CHOSEN = f"SELECT count(*) FROM ({_CHOSEN})"  # noqa: S608 - constants
CHOSEN_BY_DATE = f"{_CHOSEN} ORDER BY af.n DESC LIMIT :limit OFFSET :offset"
FACETS_OF_CHOSEN = f"""
    WITH hits AS MATERIALIZED ({_CHOSEN})
    SELECT af.facet AS id, count(*) AS articles
    FROM hits CROSS JOIN article_facets AS af ON af.n = hits.n GROUP BY af.facet
"""  # noqa: S608 - constants

FACET_VALUES = "SELECT id, facet, value, label, hint, articles FROM facet_counts"

ARTICLES = """
    SELECT a.n, a.id, a.title, a.url, a.source, s.name AS source_name, a.published,
        substr(coalesce(a.lead, a.body), 1, 600) AS beginning
    FROM json_each(:ns) AS wanted CROSS JOIN articles AS a ON a.n = wanted.value
    JOIN sources AS s ON s.id = a.source ORDER BY wanted.key
"""

FACETS_OF_ARTICLES = """
    SELECT af.n, fc.facet, fc.value, fc.label FROM json_each(:ns) AS wanted
    CROSS JOIN article_facets AS af ON af.n = wanted.value
    JOIN facet_counts AS fc ON fc.id = af.facet ORDER BY af.n, fc.facet, fc.value
"""
