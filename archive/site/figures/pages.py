"""The views of the figures: a page, and everything it lists as CSV, XLSX, JSON and Atom."""

import json
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from typing import Any

from archive.site.articles.lines import Line, load_lines
from archive.site.cite import Address
from archive.site.datasette_api import Database, Datasette, Request, Response, Row, database
from archive.site.downloads import TYPES, Rows, answered, table_pieces, whole_address
from archive.site.feeds import CONTENT_TYPE as ATOM
from archive.site.feeds import Entry, Feed, atom
from archive.site.figures import rows as figures
from archive.site.figures.request import KINDS, read_figure_request, written
from archive.site.formats import amount
from archive.site.languages import language_of
from archive.site.messages import say
from archive.site.shared import page, publication
from archive.site.sheets import Cell, Column
from archive.site.streaming import Stream, begun, streamed

WIDTHS: Mapping[str, int] = {
    "column.value": 16, "column.unit": 16, "column.figure_kind": 10, "column.approximate": 10, "column.award": 18,
    "column.giver": 24, "column.sentence": 70, "column.id": 14, "column.published": 12, "column.title": 50,
    "column.source": 26, "column.districts": 24, "column.school_years": 16, "column.url": 40, "column.version": 46,
}  # fmt: skip
FILE_NAME = "so-lieu-cong-doan"
Found = tuple[Row, Line]
"""A figure and its article."""


async def listing(datasette: Datasette, request: Request) -> Response:
    """The page."""

    async def made() -> Response:
        db, wanted = _database(datasette), read_figure_request(request.args)
        found = await figures.load_page(db, wanted)
        return await page(
            datasette,
            request,
            "figures.html",
            search=wanted,
            found=await _with_articles(db, found.rows, whole_address(datasette, request)),
            following=wanted.page_after(found.after) if found.after else None,
            total=found.total,
            choices=await figures.choices(db),
            kinds=KINDS,
            low=written(wanted.low),
            high=written(wanted.high),
            endings=("xlsx", "csv", "json", "atom"),
        )

    return await answered(datasette, request, made)


async def whole(datasette: Datasette, request: Request) -> Response | Stream:
    """All figures asked for as CSV, XLSX or JSON."""
    kind, language = request.url_vars["format"], language_of(request.args)
    address = whole_address(datasette, request)

    async def made() -> Stream:
        db = _database(datasette)
        batches = await begun(figures.every_figure(db, read_figure_request(request.args)))
        if kind == "json":
            return await streamed(datasette, request, _as_json(db, batches, address), TYPES[kind])
        columns = [Column(say(key, language), width) for key, width in WIDTHS.items()]
        pieces = table_pieces(_cells(db, batches, address), columns, kind, say("figures.title", language))
        return await streamed(datasette, request, pieces, TYPES[kind], f"{FILE_NAME}.{kind}")

    return await answered(datasette, request, made)


async def feed(datasette: Datasette, request: Request) -> Response:
    """A page of them as Atom, which leads to the next one."""
    address = whole_address(datasette, request)

    async def made() -> Response:
        db, wanted = _database(datasette), read_figure_request(request.args)
        found = await figures.load_page(db, wanted)
        first = wanted.page_after(None)
        links = [("self", wanted.address("/so-lieu.atom")), ("alternate", first.address())]
        links.append(("first", first.address("/so-lieu.atom")))
        if found.after:
            links.append(("next", wanted.page_after(found.after).address("/so-lieu.atom")))
        whole_links = tuple((relation, address(path)) for relation, path in links)
        updated = (await publication(db))["published_at"]
        title = say("site.title", page=say("figures.title"))
        of_feed = Feed(whole_links[2][1], title, say("site.name"), updated, whole_links)
        body = atom(of_feed, [_entry(*one) for one in await _with_articles(db, found.rows, address)])
        headers = {"Cache-Control": f"max-age={datasette.setting('default_cache_ttl')}"}
        return Response(body, headers=headers, content_type=ATOM)

    return await answered(datasette, request, made)


async def _with_articles(db: Database, rows: Sequence[Row], address: Address) -> list[Found]:
    ns = list(dict.fromkeys(row["n"] for row in rows))
    lines = {line.row["n"]: line for line in await load_lines(db, ns, address)}
    return [(row, lines[row["n"]]) for row in rows]


async def _cells(db: Database, batches: AsyncIterator[list[Row]], address: Address) -> Rows:
    async for rows in batches:
        yield [_row(*one) for one in await _with_articles(db, rows, address)]


async def _as_json(db: Database, batches: AsyncIterator[list[Row]], address: Address) -> AsyncGenerator[bytes, None]:
    """{"results": [...]}, a line each."""
    between = '{"results": [\n'
    async for rows in batches:
        records = [_record(*one) for one in await _with_articles(db, rows, address)]
        text = ",\n".join(json.dumps(record, ensure_ascii=False) for record in records).replace("<", "\\u003c")
        yield (between + text).encode()
        between = ",\n"
    yield ("\n]}\n" if between == ",\n" else f"{between}]}}\n").encode()


def _row(figure: Row, line: Line) -> list[Cell]:
    return [
        figure["value"], figure["unit"], figure["kind"], figure["approximate"], figure["award"], figure["giver"],
        figure["sentence"], line.row["id"], line.citation.published, line.row["title"], line.row["source_name"],
        line.labels("district"), line.labels("school_year"), line.row["url"], line.citation.archive,
    ]  # fmt: skip


def _record(figure: Row, line: Line) -> dict[str, Any]:
    names = ("value", "unit", "kind", "approximate", "award", "giver", "sentence")
    return {name: figure[name] for name in names} | {
        "article": line.row["id"],
        "published": line.row["published"],
        "title": line.row["title"],
        "url": line.row["url"],
        "page": line.citation.page,
        "archive": line.citation.archive,
        "source": line.row["source"],
        "districts": line.values("district"),
        "school_years": line.values("school_year"),
    }


def _entry(figure: Row, line: Line) -> Entry:
    cite = line.citation
    said = " ".join(filter(None, (figure["approximate"], amount(figure["value"]), figure["unit"])))
    return Entry(
        identifier=f"{cite.page}#so-lieu-{figure['start']}-{figure['end']}",
        title=f"{said} – {cite.title}",
        page=cite.page,
        via=cite.url,
        published=line.row["published"],
        updated=line.row["changed"],
        author=cite.author,
        source=cite.source,
        summary=figure["sentence"] or say("findings.not_shown"),
    )


def _database(datasette: Datasette) -> Database:
    db = database(datasette)
    if db is None:
        raise LookupError("the plugin registers its pages only where the archive is served")
    return db
