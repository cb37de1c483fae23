"""Everything a search finds, for what is taken away whole: downloads, feeds, citations. No page, no facets."""

from collections.abc import AsyncIterator

from archive.site.datasette_api import Database
from archive.site.search import statements
from archive.site.search.request import SearchRequest
from archive.site.search.run import LAST, begun

BATCH = 1000


async def every(db: Database, request: SearchRequest) -> AsyncIterator[list[int]]:
    """The numbers n of all articles that a search finds, reprints too, in the order of the list (the page asked for
    plays no part). In batches of up to 1,000, each one short query; raises QueryInterrupted as search does."""
    run = await begun(db, request, every=True)
    steps = [(step.match, step.first, step.last) for step in run.steps()]
    if run.is_everything:
        steps = [("", 0, LAST)]
    seen: set[int] = set()
    for number, (match, first, last) in enumerate(steps, start=1):
        before: int | None = last
        while before is not None:
            params = {"match": match, "first": first, "last": before, "limit": BATCH}
            sql = statements.EVERY if run.is_everything else statements.NEWEST_HITS
            batch = [int(row["n"]) for row in (await db.execute(sql, params)).rows]
            before = batch[-1] - 1 if len(batch) == BATCH else None
            # A tier finds again what the tiers before it found.
            fresh = [n for n in batch if n not in seen]
            if number < len(steps):
                seen.update(fresh)
            if fresh:
                yield fresh
