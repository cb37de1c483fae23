"""The Datasette plugin that makes the published archive a Vietnamese site: its hooks, and nothing else.

Beside a database that is not called union-news the plugin does nothing at all.
"""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from functools import partial
from threading import Barrier

from archive.site import basics, bulk_files, downloads, pages
from archive.site.articles import citations, versions
from archive.site.datasette_api import (
    DATABASE,
    App,
    Datasette,
    NotFound,
    Request,
    Response,
    database,
    hookimpl,
    hookimpl_last,
)
from archive.site.figures import pages as figure_pages
from archive.site.headers import secured
from archive.site.places import pages as place_pages
from archive.site.search.query import stock_expression
from archive.site.shared import ASSETS, shared
from archive.site.sources import pages as source_pages
from archive.site.streaming import Stream

View = Callable[[Datasette, Request], Awaitable[Response | Stream]]

ROUTES: list[tuple[str, View]] = [
    (r"^/$", pages.home),
    (r"^/tim-kiem(\.(?P<format>json))?$", pages.results),
    (r"^/goi-y\.json$", pages.suggestions),
    (r"^/bai/(?P<id>[^/.]+)(\.(?P<format>json|txt))?$", pages.article),
    (r"^/bai/(?P<id>[^/.]+)/ban-luu/(?P<version>[0-9]{1,9})$", versions.version),
    (r"^/bai/(?P<id>[^/.]+)/ban-luu/(?P<version>[0-9]{1,9})\.warc\.gz$", versions.warc),
    (r"^/bai/(?P<id>[^/.]+)\.(?P<format>bib|ris|csl\.json)$", citations.citation),
    (r"^/bai/(?P<id>[^/.]+)/ban-luu/(?P<version>[0-9]{1,9})\.(?P<format>bib|ris|csl\.json)$", citations.citation),
    (r"^/tim-kiem\.(?P<format>bib|ris|csl\.json|csv|xlsx|jsonl)$", downloads.result),
    (r"^/tim-kiem\.atom$", downloads.feed),
    (r"^/huyen/(?P<value>[^/.]+)\.atom$", downloads.district_feed),
    (r"^/feed\.atom$", downloads.news),
    (r"^/tai-ve$", bulk_files.files),
    (r"^/tai-ve/(?P<name>[^/]+)$", bulk_files.file),
    (r"^/so-lieu$", figure_pages.listing),
    (r"^/so-lieu\.(?P<format>csv|xlsx|json)$", figure_pages.whole),
    (r"^/so-lieu\.atom$", figure_pages.feed),
    (r"^/huyen$", place_pages.districts),
    (r"^/huyen/(?P<value>[^/.]+)$", place_pages.district),
    (r"^/tinh$", place_pages.provinces),
    (r"^/tinh/(?P<value>[^/.]+)$", place_pages.province),
    (r"^/nam-hoc$", place_pages.school_years),
    (r"^/nam-hoc/(?P<value>[^/.]+)$", place_pages.school_year),
    (r"^/bieu-do$", place_pages.charts),
    (r"^/bieu-do/(?P<name>[a-z-]+)\.csv$", place_pages.chart_csv),
    (r"^/nguon(/(?P<one>[^/.]+))?(/(?P<other>[^/.]+))?$", source_pages.listing),
    (r"^/gioi-thieu$", pages.about),
    (r"^/robots\.txt$", basics.robots),
    (r"^/sitemap\.xml$", basics.sitemap),
    (r"^/sitemap-(?P<part>[0-9]{1,6})\.xml$", basics.sitemap_part),
    (r"^/opensearch\.xml$", basics.opensearch),
    (rf"^{ASSETS}(?P<name>[^/]+)$", pages.asset),
]


@hookimpl
def register_routes(datasette: Datasette) -> list[tuple[str, View]]:
    """Our pages; Datasette's own stay at /union-news."""
    return [(pattern, _permitted(view)) for pattern, view in ROUTES] if database(datasette) else []


@hookimpl
def startup(datasette: Datasette) -> Callable[[], Awaitable[None]]:
    """Every thread opens the database now: a new publication must not mix with the one that is served."""

    async def inner() -> None:
        db, threads = database(datasette), datasette.setting("num_sql_threads")
        if db and threads:
            together = Barrier(threads)
            await asyncio.gather(*(db.execute_fn(lambda _: together.wait(60)) for _ in range(threads)))

    return inner


@hookimpl
def asgi_wrapper(datasette: Datasette) -> Callable[[App], App]:
    """Security headers on everything."""
    return secured if database(datasette) else lambda app: app


@hookimpl_last
def prepare_connection(conn: sqlite3.Connection, database: str) -> None:
    """Datasette's search boxes understand queries without accents: its escape_fts is replaced by ours."""
    if database == DATABASE:
        conn.create_function("escape_fts", 1, stock_expression, deterministic=True)


@hookimpl
def extra_template_vars(
    datasette: Datasette, request: Request | None, template: str
) -> Callable[[], Awaitable[dict[str, object]]]:
    """The variable `union` in every template, and `how_to_cite`, which cites an article."""

    async def inner() -> dict[str, object]:
        return {
            "union": await shared(datasette, request),
            "how_to_cite": partial(citations.how_to_cite, datasette, request),
        }

    return inner


@hookimpl
def handle_exception(datasette: Datasette, request: Request, exception: Exception) -> Awaitable[Response] | None:
    """Errors in Vietnamese, except on Datasette's own pages, which say more to those who use them."""
    if not database(datasette) or request.path.startswith((f"/{DATABASE}", "/-/")):
        return None
    if isinstance(exception, NotFound):
        return pages.not_found(datasette, request)
    if getattr(exception, "status", 500) < 500:
        return None
    return pages.server_error(datasette, request)


def _permitted(view: View) -> View:
    """The view for those only who may see the articles in Datasette itself."""

    async def checked(datasette: Datasette, request: Request) -> Response | Stream:
        table, whole = ("view-table", (DATABASE, "articles")), ("view-database", DATABASE)
        await datasette.ensure_permissions(request.actor, [table, whole, "view-instance"])
        return await view(datasette, request)

    return checked
