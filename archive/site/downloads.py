"""The views that give a search away whole, not by pages: citations, tables, records and a feed."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from itertools import islice
from typing import TypeVar

from archive.site.articles.lines import WIDTHS, Line, cells, load_lines, load_records
from archive.site.cite import FORMATS, Address, written
from archive.site.datasette_api import Database, Datasette, QueryInterrupted, Request, Response, database
from archive.site.feeds import CONTENT_TYPE as ATOM
from archive.site.feeds import Entry, Feed, atom
from archive.site.formats import shortened
from archive.site.languages import language_of
from archive.site.messages import say
from archive.site.search import statements
from archive.site.search.request import NEWEST, BadRequest, SearchRequest, read_request
from archive.site.search.whole import every
from archive.site.shared import error_page, full_address, publication, tell
from archive.site.sheets import BOM, Cell, Column, Workbook, csv_rows
from archive.site.streaming import Stream, begun, pieces_of, streamed, temporary_file

Pieces = AsyncGenerator[bytes, None]
_R = TypeVar("_R")
Rows = AsyncIterator[Sequence[Sequence[Cell]]]

FEED_ENTRIES = 200
"""On one page of a search's feed."""
NEWS = 50
"""In the feed of the whole archive."""
FILE_NAME = "tin-cong-doan"
TYPES: Mapping[str, str] = {
    **{name: style.content_type for name, style in FORMATS.items()},
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "jsonl": "application/jsonl; charset=utf-8",
    "json": "application/json; charset=utf-8",
}
"""Every format of a whole result, but Atom."""
_WORKBOOKS = asyncio.Semaphore(2)
"""How many workbooks may be in the making: each takes a core and room on the disk."""


async def result(datasette: Datasette, request: Request) -> Response | Stream:
    """A search in one of TYPES, from its first article to its last, in the order of its pages."""
    kind, db = request.url_vars["format"], _database(datasette)
    address = whole_address(datasette, request)

    async def made() -> Response | Stream:
        batches = await begun(every(db, read_request(request.args)))
        pieces = _pieces(kind, db, batches, address, language_of(request.args))
        return await streamed(datasette, request, pieces, TYPES[kind], f"{FILE_NAME}.{kind}")

    return await answered(datasette, request, made)


async def feed(datasette: Datasette, request: Request) -> Response:
    """A page of a search as Atom, the newest first; it leads to the next one, so that the whole can be walked."""

    async def made() -> Response:
        db, wanted = _database(datasette), read_request(request.args)
        wanted = wanted.sorted_by(NEWEST).at_page(wanted.page)
        start = (wanted.page - 1) * FEED_ENTRIES
        ns = await _some(every(db, wanted), start, FEED_ENTRIES + 1)

        def at(page: int) -> str:
            return address(wanted.at_page(page).address("/tim-kiem.atom"))

        address = whole_address(datasette, request)
        links = [("self", at(wanted.page)), ("alternate", address(wanted.at_page(1).address())), ("first", at(1))]
        links += [("previous", at(wanted.page - 1))] if wanted.page > 1 else []
        links += [("next", at(wanted.page + 1))] if len(ns) > FEED_ENTRIES else []
        query = wanted.query.text
        title = say("results.title_query", query=query) if query else say("site.name")
        return await _feed(datasette, request, title, at(1), links, ns[:FEED_ENTRIES])

    return await answered(datasette, request, made)


async def news(datasette: Datasette, request: Request) -> Response:
    """The newest articles of the whole archive as Atom."""
    address = whole_address(datasette, request)
    rows = (await _database(datasette).execute(statements.NEWEST_DATED, {"limit": NEWS})).rows
    links = [("self", address("/feed.atom")), ("alternate", address("/")), ("related", address("/tim-kiem.atom"))]
    return await _feed(datasette, request, say("site.name"), address("/feed.atom"), links, [row["n"] for row in rows])


async def district_feed(datasette: Datasette, request: Request) -> Response:
    """/huyen/<slug>.atom is the feed of the search for that district."""
    wanted = SearchRequest.everything().with_value("huyen", request.url_vars["value"])
    return Response.redirect(datasette.urls.path(wanted.address("/tim-kiem.atom")))


def whole_address(datasette: Datasette, request: Request) -> Address:
    """Makes whole addresses of paths of ours: full_address for hundreds of thousands of them."""
    base = full_address(datasette, request, "/").rstrip("/")
    return lambda path: f"{base}{path}"


async def answered(datasette: Datasette, request: Request, make: Callable[[], Awaitable[_R]]) -> _R | Response:
    """What `make` makes, or a page that says what is wrong with the request."""
    try:
        return await make()
    except BadRequest as error:
        title, note = tell(request, "error.bad_search"), tell(request, error.key, **error.values)
    except QueryInterrupted:
        title, note = tell(request, "error.bad_search"), tell(request, "error.too_slow")
    return await error_page(datasette, request, 400, title, note)


async def table_pieces(rows: Rows, columns: Sequence[Column], kind: str, sheet: str) -> Pieces:
    """A table as CSV or XLSX. A workbook is made whole on disk before its first piece."""
    if kind == "csv":
        yield (BOM + csv_rows([[column.heading for column in columns]])).encode()
        async for some in rows:
            yield csv_rows(some).encode()
        return
    file = temporary_file()
    try:
        async with _WORKBOOKS:
            book = Workbook(file, sheet, columns)
            async for some in rows:
                await asyncio.to_thread(book.add, some)
            await asyncio.to_thread(book.close)
        async for piece in pieces_of(file):
            yield piece
    finally:
        file.close()


async def _pieces(
    kind: str, db: Database, batches: AsyncIterator[list[int]], address: Address, language: str
) -> Pieces:
    if kind in ("csv", "xlsx"):
        columns = [Column(say(key, language), width) for key, width in WIDTHS.items()]
        table = table_pieces(_cells(db, batches, address), columns, kind, say("results.title", language))
        async with aclosing(table):
            async for piece in table:
                yield piece
        return
    if kind == "jsonl":
        async for ns in batches:
            records = await load_records(db, ns, address)
            yield "".join(f"{json.dumps(record, ensure_ascii=False)}\n" for record in records).encode()
        return
    style, between = FORMATS[kind], ""
    yield style.before.encode()
    async for ns in batches:
        citations = [line.citation for line in await load_lines(db, ns, address)]
        yield (between + written(citations, kind)).encode()
        between = style.between
    yield style.after.encode()


async def _cells(db: Database, batches: AsyncIterator[list[int]], address: Address) -> Rows:
    async for ns in batches:
        yield [cells(line) for line in await load_lines(db, ns, address)]


async def _some(batches: AsyncIterator[list[int]], start: int, limit: int) -> list[int]:
    """`limit` of the numbers from `start` on, fewer at the end."""
    found: list[int] = []
    passed = 0
    async for ns in batches:
        found += islice(ns, max(0, start - passed), None)
        passed += len(ns)
        if len(found) >= limit:
            break
    return found[:limit]


async def _feed(
    datasette: Datasette,
    request: Request,
    title: str,
    identifier: str,
    links: Sequence[tuple[str, str]],
    ns: Sequence[int],
) -> Response:
    db, address = _database(datasette), whole_address(datasette, request)
    updated = (await publication(db))["published_at"]
    found = (await db.execute(statements.ARTICLES, {"ns": json.dumps(ns)})).rows
    beginnings = {row["n"]: row["beginning"] for row in found}
    entries = [_entry(line, beginnings[line.row["n"]]) for line in await load_lines(db, ns, address)]
    body = atom(Feed(identifier, title, say("site.name"), updated, tuple(links)), entries)
    headers = {"Cache-Control": f"max-age={datasette.setting('default_cache_ttl')}"}
    return Response(body, headers=headers, content_type=ATOM)


def _entry(line: Line, beginning: str) -> Entry:
    cite, row = line.citation, line.row
    return Entry(
        identifier=cite.page,
        title=cite.title,
        page=cite.page,
        via=cite.url,
        published=row["published"],
        updated=row["changed"],
        author=cite.author,
        source=cite.source,
        summary=shortened(beginning, 400),
        terms=tuple(term for facet in ("district", "school_year") for term in line.facets.get(facet, ())),
    )


def _database(datasette: Datasette) -> Database:
    db = database(datasette)
    if db is None:
        raise LookupError("the plugin registers its pages only where the archive is served")
    return db
