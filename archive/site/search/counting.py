"""The facets beside a result: how many of its articles have each value."""

from collections import Counter, OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from archive.site.datasette_api import Database
from archive.site.search import statements
from archive.site.search.facets import FacetValue, facet_value, in_order
from archive.site.search.request import GROUPS, PARAMETERS, SUCCESSOR
from archive.site.search.run import Newest, Run

TIME_LIMIT_MS = 500
"""Facets are worth half a second; a search whose facets take longer is shown without."""
_KEPT = 500
"""Counts of results that are remembered: who turns a page or looks at another order asks for the same ones again."""
_LISTED = 30
"""Of one facet: more than a person reads, and a page must stay small; what is not listed can be typed."""

_CAPPED = -1
"""Among the ids of a count: there were more articles than were counted."""

Counts = Mapping[int, int]
_known: WeakKeyDictionary[Database, OrderedDict[tuple[str, ...], Counts]] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Counted:
    """The values by parameter; `of_newest`: how many of the newest articles they were counted in, by parameter, where
    there are more; and how many articles a chosen district would have more with its successors."""

    facets: Mapping[str, tuple[FacetValue, ...]]
    of_newest: Mapping[str, int]
    successors: int


async def count_facets(run: Run, newest: Newest | None) -> Counted:
    """Count the values of a result, of which `newest` are the articles to count (None: everything, counted before).
    A facet with values chosen is counted without them: what others would add. Raises QueryInterrupted."""
    counts = await _counts(run, newest, None)
    by_parameter = dict.fromkeys(GROUPS, counts)
    of_newest = dict.fromkeys(GROUPS, statements.CAP) if newest and newest.count > statements.CAP else {}
    for parameter in GROUPS:
        if run.request.values(parameter):
            by_parameter[parameter] = await _counts(run, None, parameter)
            of_newest.pop(parameter, None)
            if by_parameter[parameter].get(_CAPPED):
                of_newest[parameter] = statements.OTHERS_CAP
    ids = [run.values.ids.get((SUCCESSOR, value)) for value in run.request.values("huyen")]
    return Counted(
        {parameter: _values(run, parameter, by_parameter[parameter]) for parameter in GROUPS},
        of_newest,
        sum(by_parameter["huyen"].get(known, 0) for known in ids if known is not None),
    )


async def _counts(run: Run, newest: Newest | None, without: str | None) -> Counts:
    """Articles by id of facet_counts: of `newest` or, without the values of a parameter, of that result's newest."""
    alone = run.reading is None and not run.request.query.text and not run.request.is_dated
    others = any(run.request.values(parameter) for parameter in PARAMETERS if parameter != without)
    if alone and not others:
        return run.values.counts
    key = statements.FACETS_OF_MATCHING, run.expression(without=without), str((run.span, run.request.undated, without))
    known = _known.setdefault(run.db, OrderedDict())
    if key not in known:
        limit = statements.OTHERS_CAP
        some = newest if without is None else await run.newest(limit + 1, without=without)
        counts = await _counted(run.db, some.ns) if some else {}
        known[key] = {**counts, _CAPPED: 1} if without and some and some.count > limit else counts
        if len(known) > _KEPT:
            known.popitem(last=False)
    known.move_to_end(key)
    return known[key]


async def _counted(db: Database, ns: str) -> dict[int, int]:
    # Sixty thousand ids are split and counted here in a third of the time that SQLite takes to group their rows.
    found = await db.execute(statements.FACETS_OF_MATCHING, {"ns": ns}, custom_time_limit=TIME_LIMIT_MS)
    ids = Counter((found.single_value() or "").split(","))
    return {int(known): articles for known, articles in ids.items() if known}


def _values(run: Run, parameter: str, counts: Counts) -> tuple[FacetValue, ...]:
    chosen = set(run.request.values(parameter))
    (facet,) = PARAMETERS[parameter]
    found = [row for row in run.values.of.get(facet, ()) if row["id"] in counts or row["value"] in chosen]
    values = [facet_value(row, counts.get(row["id"], 0), chosen=row["value"] in chosen) for row in found]
    return tuple(in_order(facet, values)[: max(_LISTED, len(chosen))])
