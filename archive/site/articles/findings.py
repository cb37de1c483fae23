"""What was found in an article, each with its sentence and rule, and the other places of its story."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from archive.site.datasette_api import Database, Row

_PLACES = """
    SELECT p.level, p.code, p.valid_to, p.slug, p.full_name, p.province,
        ap.role, ap.evidence, ap.count, ap.start, ap."end"
    FROM article_places AS ap JOIN places AS p ON p.id = ap.place
    WHERE ap.n = :n ORDER BY ap.role, ap.start, p.slug
"""
_YEARS = """
    SELECT year, role, evidence, main, start, "end" FROM article_school_years WHERE n = :n ORDER BY main DESC, year
"""
_FIGURES = """
    SELECT f.value, f.unit, f.kind, f.approximate, f.award, f.giver, f.start, f."end", f.rule, s.text AS sentence
    FROM figures AS f LEFT JOIN sentences AS s ON s.id = f.sentence WHERE f.n = :n ORDER BY f.start
"""
_MOVEMENTS = """
    SELECT m.movement, m.name, m.start, m."end", m.rule, s.text AS sentence
    FROM movements AS m LEFT JOIN sentences AS s ON s.id = m.sentence WHERE m.n = :n ORDER BY m.start
"""
_SCHOOLS = """
    SELECT c.name, c.level, c.start, c."end", c.rule, s.text AS sentence
    FROM schools AS c LEFT JOIN sentences AS s ON s.id = c.sentence WHERE c.n = :n ORDER BY c.start
"""
_ORGANISATIONS = """
    SELECT o.name, o.kind, o.code, o.start, o."end", o.rule, s.text AS sentence
    FROM organisations AS o LEFT JOIN sentences AS s ON s.id = o.sentence WHERE o.n = :n ORDER BY o.start
"""
_CORRECTIONS = "SELECT field, value, reason, date FROM corrections WHERE n = :n ORDER BY field"
_STORY = """
    SELECT a.id, a.title, a.published, s.name AS source_name, r.here, r.there
    FROM stories AS m JOIN stories AS o ON o.story = m.story AND o.n <> m.n
    JOIN articles AS a ON a.n = o.n JOIN sources AS s ON s.id = a.source
    LEFT JOIN (
        SELECT other AS n, here, there FROM reprints WHERE n = :n
        UNION ALL SELECT n, there, here FROM reprints WHERE other = :n
    ) AS r ON r.n = a.n
    WHERE m.n = :n ORDER BY a.n
"""


@dataclass(frozen=True, slots=True)
class Findings:
    """Rows of the published tables, in the order of the text. A row of `story` has in `here` the share of this article
    that the other one repeats and in `there` the share of that one, 0 to 1; both None where the two were not compared,
    because each repeats a third."""

    places: Sequence[Row]
    school_years: Sequence[Row]
    figures: Sequence[Row]
    movements: Sequence[Row]
    schools: Sequence[Row]
    organisations: Sequence[Row]
    corrections: Sequence[Row]
    story: Sequence[Row]

    @property
    def figures_by_sentence(self) -> list[tuple[str | None, list[Row]]]:
        """The figures of each sentence, in the order of the text; None where it may not be shown."""
        return [(text, list(rows)) for text, rows in groupby(self.figures, key=lambda row: row["sentence"])]


async def load_findings(db: Database, identifier: str) -> Findings:
    """What was found in the article of an id, which must be there."""
    n = {"n": (await db.execute("SELECT n FROM articles WHERE id = :id", {"id": identifier})).single_value()}
    queries = (_PLACES, _YEARS, _FIGURES, _MOVEMENTS, _SCHOOLS, _ORGANISATIONS, _CORRECTIONS, _STORY)
    return Findings(*[(await db.execute(query, n)).rows for query in queries])
