"""The views: a request in, a response out. What they show comes from search, article and outline."""

from functools import partial

from archive.site import outline
from archive.site.article import load_article
from archive.site.datasette_api import Database, Datasette, QueryInterrupted, Request, Response, database
from archive.site.findings import load_findings
from archive.site.hits import newest
from archive.site.messages import say
from archive.site.records import Address, article_record, article_text, findings_record, search_record
from archive.site.request import SORTS, BadRequest, SearchRequest, read_request
from archive.site.search import search, search_data
from archive.site.shared import (
    assets,
    error_page,
    full_address,
    json_response,
    page,
    publication,
    text_response,
)

HOME_ARTICLES = 8
"""How many of the newest articles the home page shows."""


async def home(datasette: Datasette, request: Request) -> Response:
    db = _database(datasette)
    return await page(
        datasette,
        request,
        "home.html",
        notes=await publication(db),
        hits=await newest(db, HOME_ARTICLES),
        facets=await outline.facets(db),
        everything=SearchRequest.everything(),
    )


async def results(datasette: Datasette, request: Request) -> Response:
    """The search page, or its .json twin."""
    as_json = request.url_vars["format"] == "json"
    try:
        wanted = read_request(request.args)
        find = search_data if as_json else search
        result = await find(_database(datasette), wanted)
    except BadRequest as error:
        note = say(error.key, **error.values)
        return await error_page(datasette, request, 400, say("error.bad_search"), note)
    except QueryInterrupted:
        # The request asks for too much, and asking for less helps: 400, not 500.
        return await error_page(datasette, request, 400, say("error.bad_search"), say("error.too_slow"), wanted)
    if as_json:
        return json_response(datasette, search_record(result, _address(datasette, request)))
    return await page(datasette, request, "search.html", result=result, search=wanted, sorts=SORTS)


async def article(datasette: Datasette, request: Request) -> Response:
    """An article, its .json or its .txt."""
    db = _database(datasette)
    found = await load_article(db, request.url_vars["id"])
    if found is None:
        return await error_page(datasette, request, 404, say("error.no_article"), say("error.no_article_note"))
    address = _address(datasette, request)
    if request.url_vars["format"] == "txt":
        return text_response(datasette, article_text(found, address))
    findings = await load_findings(db, found.id)
    if request.url_vars["format"] == "json":
        return json_response(datasette, article_record(found, address) | findings_record(findings, address))
    return await page(datasette, request, "article.html", article=found, findings=findings)


async def version(datasette: Datasette, request: Request) -> Response:
    """One version of an article, for ever at this address."""
    number = int(request.url_vars["version"])
    found = await load_article(_database(datasette), request.url_vars["id"], number)
    if found is None:
        return await error_page(datasette, request, 404, say("error.no_article"), say("error.no_version_note"))
    return await page(datasette, request, "article.html", article=found, as_version=True)


async def district(datasette: Datasette, request: Request) -> Response:
    return await _narrowed(datasette, request, "huyen", "error.no_place_note")


async def province(datasette: Datasette, request: Request) -> Response:
    return await _narrowed(datasette, request, "tinh", "error.no_place_note")


async def school_year(datasette: Datasette, request: Request) -> Response:
    return await _narrowed(datasette, request, "nam-hoc", "error.no_year_note")


async def sources(datasette: Datasette, request: Request) -> Response:
    """The sources by province, and how each of them fares."""
    found = await outline.sources(_database(datasette))
    return await page(
        datasette, request, "sources.html", provinces=outline.by_province(found), conditions=outline.conditions(found)
    )


async def about(datasette: Datasette, request: Request) -> Response:
    return await page(datasette, request, "about.html")


async def robots(datasette: Datasette, request: Request) -> Response:
    """Articles are for everyone; the endless combinations of filters and table pages are not for machines."""
    lines = ["User-agent: *", "Disallow: /union-news", "Disallow: /tim-kiem?", "Disallow: /tim-kiem.json"]
    return text_response(datasette, "\n".join(lines) + "\n")


async def asset(datasette: Datasette, request: Request) -> Response:
    """A static file. Its address carries a version, so that it may be kept for a year."""
    found = assets().get(request.url_vars["name"])
    if found is None:
        return await not_found(datasette, request)
    headers = {"Cache-Control": "max-age=31536000, immutable"}
    return Response(found.body, headers=headers, content_type=found.content_type)


async def not_found(datasette: Datasette, request: Request) -> Response:
    return await error_page(datasette, request, 404, say("error.not_found"), say("error.not_found_note"))


async def server_error(datasette: Datasette, request: Request) -> Response:
    """Something went wrong: the reader learns only that; the cause is in the log."""
    return await error_page(datasette, request, 500, say("error.server"), say("error.server_note"))


async def _narrowed(datasette: Datasette, request: Request, parameter: str, missing: str) -> Response:
    value = request.url_vars["value"]
    wanted = SearchRequest.everything().with_value(parameter, value)
    # A district that no article names may still have its communes' news.
    for reading in (wanted, wanted.with_successors(True)):
        if await outline.known_value(_database(datasette), reading, parameter, value):
            return Response.redirect(datasette.urls.path(reading.address()))
    return await error_page(datasette, request, 404, say("error.not_found"), say(missing))


def _address(datasette: Datasette, request: Request) -> Address:
    return partial(full_address, datasette, request)


def _database(datasette: Datasette) -> Database:
    db = database(datasette)
    if db is None:
        raise LookupError("the plugin registers its pages only where the archive is served")
    return db
