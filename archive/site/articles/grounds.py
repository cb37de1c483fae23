"""Why an article is filed under a place or a school year: the rule in words, and the words of the text. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from archive.site.articles.article import ArticlePage
from archive.site.articles.findings import Findings
from archive.site.datasette_api import Row

CONTEXT = 70
"""Characters shown on either side of the words that a rule rests on."""


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of the text with what stands round them in their line."""

    before: str
    words: str
    after: str


@dataclass(frozen=True, slots=True)
class Ground:
    """One annotation. `address` is our page of it; `role` and `evidence` are as archive.annotate names them; `times` is
    how often the text names it; no `quote` where nothing is named or the source's text is not shown."""

    label: str
    address: str
    role: str
    evidence: str
    times: int
    quote: Quote | None


def place_grounds(article: ArticlePage, findings: Findings) -> list[Ground]:
    """The districts and provinces of an article in its newest version, those it is about first."""
    rows = sorted(findings.places, key=lambda row: (row["role"] != "about", row["start"] or 0))
    return [
        Ground(
            label=row["full_name"],
            address=f"/{'huyen' if row['level'] == 'district' else 'tinh'}/{row['slug']}",
            role=row["role"],
            evidence=row["evidence"],
            times=row["count"],
            quote=_quote(article, row) if row["count"] else None,
        )
        for row in rows
    ]


def year_grounds(article: ArticlePage, rows: Sequence[Row]) -> list[Ground]:
    """The school years of an article in its newest version, the main one first."""
    return [
        Ground(
            label=row["year"],
            address=f"/nam-hoc/{row['year']}",
            role=row["role"],
            evidence=row["evidence"],
            times=0,
            quote=_quote(article, row) if row["evidence"] != "inferred" else None,
        )
        for row in rows
    ]


def quote(text: str, start: int, end: int) -> Quote | None:
    """The words from start to end, with what stands round them in their line; None when there are none there."""
    if not 0 <= start < end <= len(text):
        return None
    first, last = text.rfind("\n", 0, start) + 1, text.find("\n", end)
    before, after = text[first:start], text[end : last if last >= 0 else len(text)]
    if len(before) > CONTEXT:
        before = "… " + before[-CONTEXT:].partition(" ")[2]
    if len(after) > CONTEXT:
        after = after[:CONTEXT].rpartition(" ")[0] + " …"
    return Quote(before, text[start:end], after)


def _quote(article: ArticlePage, row: Row) -> Quote | None:
    """Offsets are of title + blank line + body, which is only the text where it was not cut."""
    if article.show != "full" or row["start"] is None or row["end"] is None:
        return None
    return quote(f"{article.title}\n\n{article.body}", row["start"], row["end"])
