"""The SQL of the search, all constant: what people ask for comes in as bound parameters.

`:filters` is a JSON list of lists of facet_counts ids, null for none: an article must have one of each inner
list. `:every` is true where each article is wanted; else one that repeats an earlier hit (the table `stories`) is left
out. A filter stands behind `+` and an OR, so that SQLite cannot turn it into a look-up of single rows in the index,
which costs minutes instead of milliseconds.
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
# Few articles are in a story, so that each may look the earlier ones up among the hits of the whole query.
_NO_REPEAT = f"""
    (:every OR NOT EXISTS (
        SELECT 1 FROM stories AS m JOIN stories AS o ON o.story = m.story AND o.n < m.n
        WHERE m.n = f.rowid AND (:filters IS NULL OR +o.n IN ({_CHOSEN}))
        AND EXISTS (SELECT 1 FROM articles_fts WHERE articles_fts MATCH :any AND rowid = o.n)
    ))
"""  # noqa: S608 - constants

_HIT = f"""
    SELECT f.rowid AS n, highlight(articles_fts, :title, char(2), char(3)) AS title,
    snippet(articles_fts, :body, char(2), char(3), '…', 40) AS snippet {_MATCHING}
"""

ANY_MATCH = "SELECT 1 FROM articles_fts WHERE articles_fts MATCH :match LIMIT 1"
COUNT_MATCHING = f"SELECT count(*) {_MATCHING}"
COUNT_SHOWN_MATCHING = f"SELECT count(*) {_MATCHING} AND {_NO_REPEAT}"
HITS_BY_RANK = f"{_HIT} AND {_NO_REPEAT} ORDER BY f.rank LIMIT :limit OFFSET :offset"
HITS_BY_DATE = f"{_HIT} AND {_NO_REPEAT} ORDER BY f.rowid DESC LIMIT :limit OFFSET :offset"
FACETS_OF_MATCHING = f"""
    WITH hits AS MATERIALIZED (SELECT f.rowid AS n {_MATCHING})
    SELECT af.facet AS id, count(*) AS articles
    FROM hits CROSS JOIN article_facets AS af ON af.n = hits.n GROUP BY af.facet
"""  # noqa: S608 - constants

COUNT_ALL = "SELECT count(*) FROM articles"
_ALL_SHOWN = "FROM articles WHERE :every OR n NOT IN (SELECT n FROM stories WHERE n <> story)"
COUNT_SHOWN = f"SELECT count(*) {_ALL_SHOWN}"
ALL_BY_DATE = f"SELECT n {_ALL_SHOWN} ORDER BY n DESC LIMIT :limit OFFSET :offset"

NEWEST_DATED = """
    SELECT n FROM articles WHERE published IS NOT NULL AND n NOT IN (SELECT n FROM stories WHERE n <> story)
    ORDER BY n DESC LIMIT :limit
"""

COUNT_CHOSEN = f"SELECT count(*) FROM ({_CHOSEN})"  # noqa: S608 - constants
_CHOSEN_SHOWN = f"""
    WITH chosen AS MATERIALIZED ({_CHOSEN})
    SELECT n FROM chosen WHERE :every OR NOT EXISTS (
        SELECT 1 FROM stories AS m JOIN stories AS o ON o.story = m.story AND o.n < m.n
        WHERE m.n = chosen.n AND o.n IN (SELECT n FROM chosen)
    )
"""  # noqa: S608 - constants
COUNT_SHOWN_CHOSEN = f"SELECT count(*) FROM ({_CHOSEN_SHOWN})"  # noqa: S608 - constants
CHOSEN_BY_DATE = f"{_CHOSEN_SHOWN} ORDER BY n DESC LIMIT :limit OFFSET :offset"
FACETS_OF_CHOSEN = f"""
    WITH hits AS MATERIALIZED ({_CHOSEN})
    SELECT af.facet AS id, count(*) AS articles
    FROM hits CROSS JOIN article_facets AS af ON af.n = hits.n GROUP BY af.facet
"""  # noqa: S608 - constants

EVERY = "SELECT n FROM articles WHERE n < :before ORDER BY n DESC LIMIT :limit"
EVERY_CHOSEN = f"SELECT n FROM ({_CHOSEN}) WHERE n < :before ORDER BY n DESC LIMIT :limit"  # noqa: S608 - constants
EVERY_MATCHING = f"SELECT f.rowid AS n {_MATCHING} AND f.rowid < :before ORDER BY f.rowid DESC LIMIT :limit"

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

PLACES_OF_STORIES = """
    SELECT wanted.value AS n, a.id, s.name AS source_name, a.published
    FROM json_each(:ns) AS wanted CROSS JOIN stories AS m ON m.n = wanted.value
    JOIN stories AS o ON o.story = m.story AND o.n <> m.n
    JOIN articles AS a ON a.n = o.n JOIN sources AS s ON s.id = a.source ORDER BY wanted.key, a.n
"""
