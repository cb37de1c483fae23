"""What machines ask a site for: robots.txt, the sitemap, and how a browser searches here."""

from collections.abc import AsyncGenerator

from markupsafe import escape

from archive.site.datasette_api import Database, Datasette, Request, Response, database
from archive.site.messages import say
from archive.site.shared import error_page, full_address, tell, text_response
from archive.site.streaming import Stream, streamed

PART = 50_000
"""Addresses of one sitemap: what sitemaps.org allows."""
_STEP = 5_000
_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
PAGES = ("/", "/tim-kiem", "/tinh", "/huyen", "/nam-hoc", "/so-lieu", "/bieu-do", "/tai-ve", "/nguon", "/gioi-thieu")
"""The pages that are always there."""

_LAST = "SELECT max(n) FROM articles"
_ARTICLES = "SELECT id, changed FROM articles WHERE n BETWEEN :first AND :last ORDER BY n"
# A few thousand rows.
_PLACES = """
    SELECT CASE facet WHEN 'district' THEN '/huyen/' WHEN 'school_year' THEN '/nam-hoc/' ELSE '/tinh/' END || value
        AS path
    FROM facet_counts WHERE facet IN ('district', 'province', 'province_2025', 'school_year') GROUP BY 1 ORDER BY 1
"""


async def robots(datasette: Datasette, request: Request) -> Response:
    """Articles are for everyone; the endless combinations of filters, table pages and files are not for machines."""
    lines = [
        "User-agent: *",
        "Disallow: /union-news",
        "Disallow: /tim-kiem?",
        "Disallow: /tim-kiem.",
        "Disallow: /so-lieu?",
        "Disallow: /so-lieu.",
        "Disallow: /tai-ve/",
        "Disallow: /*.warc.gz$",
        f"Sitemap: {full_address(datasette, request, '/sitemap.xml')}",
    ]
    return text_response(datasette, "\n".join(lines) + "\n")


async def opensearch(datasette: Datasette, request: Request) -> Response:
    """How a browser offers this site in its address bar."""
    search = full_address(datasette, request, "/tim-kiem") + "?q={searchTerms}"
    body = (
        f'{_XML}<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">\n'
        f"<ShortName>{escape(say('site.short_name'))}</ShortName>\n"
        f"<Description>{escape(say('site.tagline'))}</Description>\n"
        "<InputEncoding>UTF-8</InputEncoding>\n<Language>vi</Language>\n"
        f'<Url type="text/html" method="get" template="{escape(search)}"/>\n'
        "</OpenSearchDescription>\n"
    )
    return _xml(datasette, body, "application/opensearchdescription+xml; charset=utf-8")


async def sitemap(datasette: Datasette, request: Request) -> Response:
    """The parts: the pages, then the articles in the order of their numbers."""
    last = await _last(_database(datasette))
    parts = [f"/sitemap-{part}.xml" for part in range(-(-last // PART) + 1)]
    rows = "".join(f"<sitemap><loc>{_loc(datasette, request, part)}</loc></sitemap>\n" for part in parts)
    return _xml(datasette, f'{_XML}<sitemapindex xmlns="{_SPACE}">\n{rows}</sitemapindex>\n')


async def sitemap_part(datasette: Datasette, request: Request) -> Response | Stream:
    """Part 0 are the pages, part k the articles numbered from (k - 1) * PART + 1."""
    part, db = int(request.url_vars["part"]), _database(datasette)
    if part > -(-await _last(db) // PART):
        return await error_page(
            datasette, request, 404, tell(request, "error.not_found"), tell(request, "error.not_found_note")
        )
    rows = _articles(datasette, request, db, part) if part else _pages(datasette, request, db)
    return await streamed(datasette, request, _urlset(rows), "application/xml; charset=utf-8")


async def _urlset(rows: AsyncGenerator[str, None]) -> AsyncGenerator[bytes, None]:
    yield f'{_XML}<urlset xmlns="{_SPACE}">\n'.encode()
    async for row in rows:
        yield row.encode()
    yield b"</urlset>\n"


async def _pages(datasette: Datasette, request: Request, db: Database) -> AsyncGenerator[str, None]:
    places = [row["path"] for row in (await db.execute(_PLACES)).rows]
    yield "".join(f"<url><loc>{_loc(datasette, request, path)}</loc></url>\n" for path in (*PAGES, *places))


async def _articles(datasette: Datasette, request: Request, db: Database, part: int) -> AsyncGenerator[str, None]:
    base = _loc(datasette, request, "/bai/")
    for first in range((part - 1) * PART + 1, part * PART + 1, _STEP):
        rows = (await db.execute(_ARTICLES, {"first": first, "last": min(first + _STEP - 1, part * PART)})).rows
        yield "".join(
            f"<url><loc>{base}{row['id']}</loc><lastmod>{row['changed'][:10]}</lastmod></url>\n" for row in rows
        )
        if not rows:
            return


async def _last(db: Database) -> int:
    return (await db.execute(_LAST)).single_value() or 0


def _loc(datasette: Datasette, request: Request, path: str) -> str:
    return str(escape(full_address(datasette, request, path)))


def _xml(datasette: Datasette, body: str, content_type: str = "application/xml; charset=utf-8") -> Response:
    headers = {"Cache-Control": f"max-age={datasette.setting('default_cache_ttl')}"}
    return Response(body, headers=headers, content_type=content_type)


def _database(datasette: Datasette) -> Database:
    db = database(datasette)
    if db is None:
        raise LookupError("the plugin registers its pages only where the archive is served")
    return db
