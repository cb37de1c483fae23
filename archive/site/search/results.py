"""Finding articles in the published database: a request in, a page of results with its facets out."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from archive.site.datasette_api import Database, QueryInterrupted, Row
from archive.site.search import statements
from archive.site.search.counting import Counted, count_facets
from archive.site.search.facets import FacetValue, facet_value
from archive.site.search.guesses import guesses
from archive.site.search.hits import Hit, load_hits
from archive.site.search.request import PARAMETERS, SUCCESSOR, SearchRequest
from archive.site.search.run import Newest, Run, begun
from archive.site.search.understanding import Understood

PAGE_SIZE = 20
CAP = statements.CAP


@dataclass(frozen=True, slots=True)
class SearchResult:
    """A page of hits. `total` are the articles found, `shown` those in the list: one for each story, if so wanted.
    `capped`: there are more than `total`, which then is CAP, and nobody counted them; `more`: another page follows.

    `facets` by parameter, None when there was no time to count them; `of_newest`: in how many of the newest articles
    they were counted, by parameter, where there are more; `successors` the articles that a chosen district would have
    more with the communes in its place; `left_out` the undated ones that a date filter leaves out, or takes in.

    `phrase_missing`: nothing held the query as one phrase, so these are the articles with all its words. `understood`:
    the places and years of the query that are filters, and those that may be meant. `guesses`: other words that find
    something, where these find nothing. `chosen` holds the labels of the values the request names, known or not.
    """

    request: SearchRequest
    total: int
    shown: int
    hits: tuple[Hit, ...]
    facets: Mapping[str, tuple[FacetValue, ...]] | None
    successors: int = 0
    phrase_missing: bool = False
    chosen: Mapping[str, tuple[FacetValue, ...]] = field(default_factory=dict)
    capped: bool = False
    more: bool = False
    of_newest: Mapping[str, int] = field(default_factory=dict)
    left_out: int = 0
    understood: Understood = field(default_factory=Understood)
    guesses: tuple[str, ...] = ()

    @property
    def undated_cap(self) -> int:
        """More left out than this were not counted."""
        return statements.UNDATED_CAP

    @property
    def pages(self) -> int:
        """How many pages there are; where the hits were not counted, those of the first CAP."""
        return max(1, -(-self.shown // PAGE_SIZE))


async def search(db: Database, request: SearchRequest) -> SearchResult:
    """A page for people: each story once, with facets. Raises QueryInterrupted beyond the site's time limit."""
    run = await begun(db, request, every=False)
    rows, more = await run.page(PAGE_SIZE)
    newest = await run.newest(CAP + 1)
    total = min(newest.count, CAP) if newest is not None else await run.note("articles")
    shown = total - await run.told_again(newest) if newest is not None else await run.note("stories")
    capped = newest is not None and newest.count > CAP
    counted = await _counted(run, newest)
    return SearchResult(
        request,
        total,
        total if capped else shown,
        await load_hits(db, rows),
        counted.facets if counted else None,
        counted.successors if counted else 0,
        phrase_missing=run.phrase_missing,
        chosen=_chosen(request, run.values.rows),
        capped=capped,
        more=more,
        of_newest=counted.of_newest if counted else {},
        left_out=await run.left_out(),
        understood=run.understood,
        guesses=await guesses(db, request) if not total and not request.is_narrowed else (),
    )


async def search_data(db: Database, request: SearchRequest) -> SearchResult:
    """A page for programs: every article counted and listed, without facets. Raises as search does."""
    run = await begun(db, request, every=True)
    rows, more = await run.page(PAGE_SIZE)
    total = await run.total()
    hits = await load_hits(db, rows)
    return SearchResult(
        request, total, total, hits, None, phrase_missing=run.phrase_missing, more=more, understood=run.understood
    )


async def _counted(run: Run, newest: Newest | None) -> Counted | None:
    """The facets, None where there was no time for them."""
    try:
        return await count_facets(run, newest)
    except QueryInterrupted:
        return None


def _chosen(request: SearchRequest, known: Mapping[tuple[str, str], Row]) -> dict[str, tuple[FacetValue, ...]]:
    """The values the request names, in its order; one the archive does not know is its own label."""
    chosen: dict[str, tuple[FacetValue, ...]] = {}
    for parameter in PARAMETERS:
        facets = (*PARAMETERS[parameter], SUCCESSOR)
        rows = [
            (value, next((known[facet, value] for facet in facets if (facet, value) in known), None))
            for value in request.values(parameter)
        ]
        chosen[parameter] = tuple(
            facet_value(row, chosen=True) if row else FacetValue(value, value, None, 0, True) for value, row in rows
        )
    return chosen
