"""A request and what was understood of its query → expressions of the index, in the order of relevance. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from archive.site.search.query import Match, Query, narrowed, readings
from archive.site.search.request import PARAMETERS, SearchRequest
from archive.site.search.terms import EVERYTHING, UNDATED, facet_clause, facet_word, phrase
from archive.site.search.understanding import Named, Understood

Ids = Mapping[tuple[str, str], int]
"""(facet, value) → id in facet_counts."""
_NOBODY = "fnone"
"""A word that no article has: an unknown value finds nothing."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a query. `tiers` are expressions, the most relevant first, each with whether accents count in it;
    `all` finds what any of them finds, `marks` (with accents, without) what is highlighted in a hit.

    `understood` are the places and years that are filters in it; with `words_apart` the words need not be a phrase.
    """

    tiers: tuple[tuple[str, bool], ...]
    all: str
    marks: tuple[str, str] | None
    understood: Understood
    words_apart: bool = False


def possible(query: Query, understood: Understood, ids: Ids) -> list[Reading]:
    """The readings of a query, the one that is meant most likely first; [] where it holds no word."""
    found = []
    if understood.filters:
        matches = readings(understood.rest)
        found = [
            _with_filters(query, understood, ids, match, apart=n > 0) for n, match in enumerate(matches or (None,))
        ]
    plain = Understood(rest=query.pieces, offers=understood.offers, ambiguous=understood.ambiguous)
    found += [_plain(match, plain, apart=n > 0) for n, match in enumerate(query.readings)]
    if not found and query.excluded:
        everything = facet_clause([EVERYTHING])
        found = [Reading(((everything, True),), everything, None, plain)]
    return found


def clauses(request: SearchRequest, ids: Ids, *, without: str | None = None) -> list[str]:
    """The filters that a request chooses, but those of one parameter."""
    return [
        facet_clause(
            [
                facet_word(ids[facet, value])
                for value in request.values(parameter)
                for facet in request.facets(parameter)
                if (facet, value) in ids
            ]
            or [_NOBODY]
        )
        for parameter in PARAMETERS
        if parameter != without and request.values(parameter)
    ]


def complete(expression: str, filters: Sequence[str], query: Query, *, dated: bool | None = None) -> str:
    """An expression with the filters of its request and without what its query excludes; with `dated` only the
    articles that have a date, or only those that have none."""
    undated = facet_clause([UNDATED])
    both = [*filters, *([undated] if dated is False else [])]
    excluded = " OR ".join(part for part in (query.excluded, undated if dated else None) if part)
    return narrowed(expression, *both, excluded=excluded or None)


def _plain(match: Match, understood: Understood, *, apart: bool) -> Reading:
    exact = len(match.exact)
    tiers = tuple((tier, n < exact) for n, tier in enumerate(match.tiers))
    return Reading(tiers, match.folded[1], match.marks, understood, apart)


def _with_filters(query: Query, understood: Understood, ids: Ids, match: Match | None, *, apart: bool) -> Reading:
    named = understood.filters
    exact, folded = (_all(named, ids, columns) for columns in (("title", "body"), ("title_f", "body_f")))
    marks = tuple(_names(named, columns) for columns in (("title", "body"), ("title_f", "body_f")))
    if match is None:
        # Nothing but names: the first of them in the title comes first.
        in_title = phrase("title", named[0].words), phrase("title_f", named[0].words)
        tiers = [
            (narrowed(in_title[0], exact), True), (exact, True),
            (narrowed(in_title[1], folded), False), (folded, False),
        ]  # fmt: skip
        return Reading(tuple(tiers), folded, (marks[0], marks[1]), understood)
    tiers = [(narrowed(one, exact), True) for one in match.exact]
    tiers += [(narrowed(one, folded), False) for one in (*(match.accented or ()), *match.folded)]
    everything = narrowed(match.folded[1], folded)
    whole = list(query.readings[0].exact) if not apart and query.readings else []
    # Who wrote the words just as they were typed, the name among them, is who was meant.
    tiers = [(narrowed(one, everything), True) for one in whole] + tiers
    both = (f"({match.marks[0]}) OR {marks[0]}", f"({match.marks[1]}) OR {marks[1]}")
    return Reading(tuple(tiers), everything, both, understood, apart)


def _all(named: Sequence[Named], ids: Ids, columns: tuple[str, str]) -> str:
    """The articles about all these places and years, or that name them."""
    return " AND ".join(f"({_about(one, ids)} OR {_names([one], columns)})" for one in named)


def _about(one: Named, ids: Ids) -> str:
    found = [
        facet_word(ids[facet, value])
        for value in one.values
        for facet in PARAMETERS[one.parameter]
        if (facet, value) in ids
    ]
    return facet_clause(found or [_NOBODY])


def _names(named: Sequence[Named], columns: tuple[str, str]) -> str:
    return " OR ".join(phrase(column, one.words) for one in named for column in columns)
