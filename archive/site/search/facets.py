"""The values that a search can be narrowed to, as pages list them."""

from collections.abc import Sequence
from dataclasses import dataclass

from archive.site.datasette_api import Row


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One value a search can be narrowed to, and how many articles of the result have it."""

    value: str
    label: str
    hint: str | None
    articles: int
    chosen: bool = False


def facet_value(row: Row, articles: int | None = None, *, chosen: bool = False) -> FacetValue:
    """A row of facet_counts, with another count if one is given."""
    count = row["articles"] if articles is None else articles
    return FacetValue(row["value"], row["label"], row["hint"], count, chosen)


def in_order(facet: str, values: Sequence[FacetValue]) -> list[FacetValue]:
    """What is chosen first; then years from the newest, everything else from the most frequent."""
    if facet in ("school_year", "year"):
        return sorted(values, key=lambda value: (value.chosen, value.value), reverse=True)
    return sorted(values, key=lambda value: (not value.chosen, -value.articles, value.label, value.value))
