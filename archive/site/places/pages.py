"""The views of places, school years and charts: a request in, a page out."""

from datetime import date
from itertools import groupby

from archive.site.datasette_api import Database, Datasette, Request, Response, database
from archive.site.formats import VIETNAM, moment_of
from archive.site.places import svg
from archive.site.places.charts import KINDS, as_csv, load_chart
from archive.site.places.districts import load_district, load_districts
from archive.site.places.provinces import load_province, load_provinces, load_tiles
from archive.site.places.years import load_year, load_years, shortened
from archive.site.search.request import SearchRequest
from archive.site.shared import error_page, page, publication, tell
from archive.text import fold

SHAPES = {"columns": svg.columns, "curve": svg.curve, "rows": svg.rows}
CSV = "text/csv; charset=utf-8"


async def district(datasette: Datasette, request: Request) -> Response:
    """A district as it was, with why the archive has nothing of a school year."""
    db, slug = _database(datasette), request.url_vars["value"]
    successors = request.args.get("ke-thua") == "1"
    found = await load_district(db, slug, await _published(db), successors=successors)
    if found is None:
        return await _missing(datasette, request, "error.no_place_note")
    search = SearchRequest.everything().with_value("huyen", slug).with_successors(successors)
    return await page(datasette, request, "district.html", place=found, search=search, successors=successors)


async def province(datasette: Datasette, request: Request) -> Response:
    """A province as it was, as of 2025, or both."""
    db, slug = _database(datasette), request.url_vars["value"]
    found = await load_province(db, slug, await _published(db))
    if found is None:
        return await _missing(datasette, request, "error.no_place_note")
    return await page(datasette, request, "province.html", place=found, slug=slug)


async def school_year(datasette: Datasette, request: Request) -> Response:
    found = await load_year(_database(datasette), request.url_vars["value"])
    if found is None:
        return await _missing(datasette, request, "error.no_year_note")
    drawn = [svg.Point(f"{month.label[5:]}/{month.label[2:4]}", month.value) for month in found.months]
    return await page(datasette, request, "school_year.html", found=found, drawn=drawn, shapes=SHAPES)


async def districts(datasette: Datasette, request: Request) -> Response:
    """Every district there was, by the province it lay in."""
    found = await load_districts(_database(datasette))
    provinces = [(name, list(rows)) for name, rows in groupby(found, key=lambda row: row["province"])]
    return await page(datasette, request, "districts.html", provinces=provinces)


async def provinces(datasette: Datasette, request: Request) -> Response:
    """The provinces of each time, as tile maps and lists."""
    db = _database(datasette)
    found = sorted(await load_provinces(db), key=lambda pair: fold(pair[0]["name"]))
    former = [pair for pair in found if pair[0]["valid_to"]]
    tiles = {name: await load_tiles(db, name) for name in ("34", "63")}
    return await page(datasette, request, "provinces.html", tiles=tiles, former=former)


async def school_years(datasette: Datasette, request: Request) -> Response:
    years = await load_years(_database(datasette))
    return await page(datasette, request, "school_years.html", years=years, points=shortened(years), shapes=SHAPES)


async def charts(datasette: Datasette, request: Request) -> Response:
    db = _database(datasette)
    found = [chart for name in KINDS if (chart := await load_chart(db, name)) is not None]
    undated = (await db.execute("SELECT articles FROM monthly WHERE month = ''")).first()
    return await page(
        datasette, request, "charts.html", charts=found, undated=undated["articles"] if undated else 0, shapes=SHAPES
    )


async def chart_csv(datasette: Datasette, request: Request) -> Response:
    """All the numbers of a chart."""
    found = await load_chart(_database(datasette), request.url_vars["name"], whole=True)
    if found is None:
        return await _missing(datasette, request, "error.not_found_note")
    text = as_csv(found, tell(request, f"chart.label_{found.name}"), tell(request, f"chart.value_{found.name}"))
    headers = {"Content-Disposition": f'attachment; filename="{found.name}.csv"'}
    return Response(text, headers=headers, content_type=CSV)


async def _published(db: Database) -> date:
    """The day of publication in Vietnam: what later would be is not missing."""
    moment = moment_of((await publication(db))["published_at"])
    return moment.astimezone(VIETNAM).date() if moment else date.today()


async def _missing(datasette: Datasette, request: Request, note: str) -> Response:
    return await error_page(datasette, request, 404, tell(request, "error.not_found"), tell(request, note))


def _database(datasette: Datasette) -> Database:
    db = database(datasette)
    if db is None:
        raise LookupError("the plugin registers its pages only where the archive is served")
    return db
