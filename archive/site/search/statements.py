"""The SQL of the search, all constant: what people ask for comes in as bound parameters.

Words, filters and what is excluded are one expression of the full-text index (`:match`, see plan.py), a span
of days is a span of row numbers. `:every` is true where each article is wanted; else one that repeats an earlier hit of
`:any` is left out: only the members of stories (the table `repeats`) are looked at for that.
"""

CAP = 10_000
"""Beyond so many hits a search for people counts no further; its facets are those of the newest."""
UNDATED_CAP = 1_000
"""The same for the undated articles that a date filter leaves out."""
OTHERS_CAP = 2_000
"""The same for the values of a facet that one was chosen of: what the search would find with another."""

_SPAN = "articles_fts MATCH :match AND f.rowid BETWEEN :first AND :last"
_EARLIER = "SELECT 1 FROM repeats AS r JOIN stories AS o ON o.story = r.story AND o.n < r.n WHERE r.n = f.rowid"

ANY_MATCH = "SELECT 1 FROM articles_fts WHERE articles_fts MATCH :match LIMIT 1"
HITS = f"""
    SELECT f.rowid AS n FROM articles_fts AS f
    WHERE {_SPAN} AND +f.rowid NOT IN (SELECT value FROM json_each(:seen)) AND (:every OR NOT EXISTS (
        {_EARLIER} AND EXISTS (
            SELECT 1 FROM articles_fts AS g
            WHERE articles_fts MATCH :any AND g.rowid = o.n AND o.n BETWEEN :from AND :to
        )
    ))
    ORDER BY f.rowid DESC LIMIT :limit
"""  # noqa: S608 - constants
SOME_HITS = f"""
    SELECT count(*) AS found, json_group_array(n) AS ns
    FROM (SELECT f.rowid AS n FROM articles_fts AS f WHERE {_SPAN} ORDER BY f.rowid DESC LIMIT :limit)
"""  # noqa: S608 - constants
NEWEST_HITS = f"SELECT f.rowid AS n FROM articles_fts AS f WHERE {_SPAN} ORDER BY f.rowid DESC LIMIT :limit"  # noqa: S608
COUNT_MATCHING = f"SELECT count(*) FROM articles_fts AS f WHERE {_SPAN}"  # noqa: S608 - constants
COUNT_SOME = f"SELECT count(*) FROM (SELECT 1 FROM articles_fts AS f WHERE {_SPAN} LIMIT :limit)"  # noqa: S608
MARKS = """
    SELECT f.rowid AS n, highlight(articles_fts, :title, char(2), char(3)) AS title,
        snippet(articles_fts, :body, char(2), char(3), '…', 40) AS snippet
    FROM json_each(:ns) AS wanted CROSS JOIN articles_fts AS f
    WHERE articles_fts MATCH :match AND f.rowid = wanted.value
"""
TOLD_AGAIN = """
    SELECT count(*) - count(DISTINCT s.story) FROM json_each(:ns) AS hit CROSS JOIN stories AS s ON s.n = hit.value
"""
"""How many of some hits repeat another of them."""
FACETS_OF_MATCHING = """
    SELECT group_concat(l.facets) AS facets FROM json_each(:ns) AS hit CROSS JOIN facet_lists AS l ON l.n = hit.value
"""

ALL_BY_DATE = """
    SELECT n FROM articles WHERE :every OR NOT EXISTS (SELECT 1 FROM repeats AS r WHERE r.n = articles.n)
    ORDER BY n DESC LIMIT :limit OFFSET :offset
"""
EVERY = "SELECT n FROM articles WHERE n <= :last ORDER BY n DESC LIMIT :limit"
COUNTS = "SELECT value FROM publication WHERE key = :key"
NEWEST_DATED = """
    SELECT n FROM articles
    WHERE published IS NOT NULL AND NOT EXISTS (SELECT 1 FROM repeats AS r WHERE r.n = articles.n)
    ORDER BY n DESC LIMIT :limit
"""

FIRST_SINCE = "SELECT first FROM days WHERE day >= :day ORDER BY day LIMIT 1"
LAST_UNTIL = "SELECT last FROM days WHERE day <= :day ORDER BY day DESC LIMIT 1"
FACET_VALUES = "SELECT id, facet, value, label, hint, articles FROM facet_counts"
NAMES = """
    SELECT p.* FROM json_each(:keys) AS wanted CROSS JOIN place_names AS p ON p.key = wanted.value
    ORDER BY p.key, p.level, p.current DESC, p.articles DESC, p.value
"""
NAMES_FROM = """
    SELECT * FROM place_names WHERE key >= :key AND key < :end AND level <> 'commune' AND articles > 0
    ORDER BY key <> :key, articles DESC, current DESC, value LIMIT 40
"""
VOCABULARY = "SELECT word, articles FROM title_words"

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
