"""The view of the sources: a request in, a page out."""

from archive.site.datasette_api import Datasette, Request, Response, database
from archive.site.places.outline import sources
from archive.site.shared import error_page, page, tell
from archive.site.sources.lists import anchor, read_wanted, source_list


async def listing(datasette: Datasette, request: Request) -> Response:
    """A page of a list of sources, those in trouble first."""
    db = database(datasette)
    if db is None:
        raise LookupError("the plugin registers its pages only where the archive is served")
    parts = [part for part in (request.url_vars["one"], request.url_vars["other"]) if part]
    wanted = read_wanted(parts, request.args.get("trang"))
    found = source_list(await sources(db), wanted) if wanted else None
    if found is None:
        note = tell(request, "error.not_found_note")
        return await error_page(datasette, request, 404, tell(request, "error.not_found"), note)
    return await page(datasette, request, "sources.html", found=found, anchor=anchor)
