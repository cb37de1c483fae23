"""The views: a request in, a response out. What they show comes from search, article and outline."""

from dataclasses import asdict
from functools import partial

from archive.site.articles.article import load_article
from archive.site.articles.findings import load_findings
from archive.site.articles.grounds import place_grounds, year_grounds
from archive.site.articles.records import Address, article_record, article_text, findings_record, search_record
from archive.site.articles.withdrawn import no_article
from archive.site.datasette_api import Database, Datasette, QueryInterrupted, Request, Response, database
from archive.site.languages import in_language, language_of
from archive.site.places import outline
from archive.site.places.provinces import load_tiles
from archive.site.places.svg import curve
from archive.site.places.years import load_years, shortened
from archive.site.search.completion import added, suggest, typed_field
from archive.site.search.hits import newest
from archive.site.search.request import SORTS, BadRequest, SearchRequest, read_request
from archive.site.search.results import search, search_data
from archive.site.search.understanding import Understood
from archive.site.shared import (
    assets,
    error_page,
    full_address,
    json_response,
    page,
    publication,
    tell,
    text_response,
)

HOME_ARTICLES = 8
"""How many of the newest articles the home page shows."""
HOME_DISTRICTS, HOME_YEARS = 12, 16
"""How many districts the home page lists, and school years it draws."""


async def home(datasette: Datasette, request: Request) -> Response:
    db = _database(datasette)
    years = (await load_years(db))[-HOME_YEARS:]
    return await page(
        datasette,
        request,
        "home.html",
        notes=await publication(db),
        hits=await newest(db, HOME_ARTICLES),
        districts=await outline.frequent(db, "district", HOME_DISTRICTS),
        years=years,
        points=shortened(years),
        tiles=await load_tiles(db, "34"),
        curve=curve,
    )


async def results(datasette: Datasette, request: Request) -> Response:
    """The search page, or its .json twin."""
    as_json, db, told = request.url_vars["format"] == "json", _database(datasette), Understood()
    try:
        wanted = read_request(request.args)
        field, name = typed_field(request.args)
        if name and not as_json:
            meant = await added(db, wanted, field, name)
            if isinstance(meant, SearchRequest):
                address = in_language(meant.address(), language_of(request.args))
                return Response.redirect(datasette.urls.path(address))
            told = meant
        find = search_data if as_json else search
        result = await find(db, wanted)
    except BadRequest as error:
        note = tell(request, error.key, **error.values)
        return await error_page(datasette, request, 400, tell(request, "error.bad_search"), note)
    except QueryInterrupted:
        # The request asks for too much, and asking for less helps: 400, not 500.
        return await error_page(
            datasette, request, 400, tell(request, "error.bad_search"), tell(request, "error.too_slow"), wanted
        )
    if as_json:
        return json_response(datasette, search_record(result, _address(datasette, request)))
    return await page(
        datasette, request, "search.html", result=result, search=wanted, sorts=SORTS, adding=name, added=told
    )


async def suggestions(datasette: Datasette, request: Request) -> Response:
    """What a field may be completed to: at most ten places and school years, with how many articles each has."""
    text, kind = request.args.get("q") or "", request.args.get("truong") or None
    found = await suggest(_database(datasette), text, kind)
    return json_response(datasette, {"suggestions": [asdict(suggestion) for suggestion in found]})


async def article(datasette: Datasette, request: Request) -> Response:
    """An article, its .json or its .txt."""
    db = _database(datasette)
    found = await load_article(db, request.url_vars["id"])
    if found is None:
        return await no_article(datasette, request, db)
    address = _address(datasette, request)
    if request.url_vars["format"] == "txt":
        return text_response(datasette, article_text(found, address))
    findings = await load_findings(db, found.id)
    if request.url_vars["format"] == "json":
        return json_response(datasette, article_record(found, address) | findings_record(findings, address))
    return await page(
        datasette,
        request,
        "article.html",
        article=found,
        findings=findings,
        places=place_grounds(found, findings),
        years=year_grounds(found, findings.school_years),
    )


async def about(datasette: Datasette, request: Request) -> Response:
    return await page(datasette, request, "about.html")


async def asset(datasette: Datasette, request: Request) -> Response:
    """A static file. Its address carries a version, so that it may be kept for a year."""
    found = assets().get(request.url_vars["name"])
    if found is None:
        return await not_found(datasette, request)
    headers = {"Cache-Control": "max-age=31536000, immutable"}
    return Response(found.body, headers=headers, content_type=found.content_type)


async def not_found(datasette: Datasette, request: Request) -> Response:
    return await error_page(
        datasette, request, 404, tell(request, "error.not_found"), tell(request, "error.not_found_note")
    )


async def server_error(datasette: Datasette, request: Request) -> Response:
    """Something went wrong: the reader learns only that; the cause is in the log."""
    return await error_page(datasette, request, 500, tell(request, "error.server"), tell(request, "error.server_note"))


def _address(datasette: Datasette, request: Request) -> Address:
    return partial(full_address, datasette, request)


def _database(datasette: Datasette) -> Database:
    db = database(datasette)
    if db is None:
        raise LookupError("the plugin registers its pages only where the archive is served")
    return db
