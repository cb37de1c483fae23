"""What every page is given, and how a page becomes a response."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from hashlib import sha256
from importlib.resources import files

from markupsafe import Markup

from archive.site.datasette_api import Database, Datasette, Request, Response, database
from archive.site.formats import amount, day, moment, number, web_address
from archive.site.identity import identity
from archive.site.languages import in_language, language_of
from archive.site.messages import LANGUAGE, say
from archive.site.search.request import PARAMETERS, SearchRequest

ASSETS = "/-/union-archive/"
PLUGIN = "union-archive"
"""The plugin's name in metadata.yml; its one setting is `contact`."""
_TYPES = {".css": "text/css; charset=utf-8", ".svg": "image/svg+xml", ".js": "text/javascript; charset=utf-8"}


@dataclass(frozen=True, slots=True)
class Shared:
    """The variable `union` of every template, Datasette's own pages included.

    `path` makes the address of one of our pages, in the language of this one or the one given; `full` the same with
    scheme and host. `here` is the path of this page, `query` what follows it, with its question mark. `moment` writes
    a time with its zone, `contact` is whom to write to, `sha256` the hash of the publication's file, if it is known.
    """

    publication: Mapping[str, str]
    path: Callable[..., str]
    full: Callable[..., str]
    here: str
    query: str
    asset: Callable[[str], str]
    say: Callable[..., str]
    number: Callable[[int], str]
    amount: Callable[[float], str]
    moment: Callable[[str | None], str | None]
    language: str
    contact: str | None
    sha256: str | None
    day: Callable[[str | None], str | None] = day
    web_address: Callable[[str | None], str | None] = web_address
    parameters: tuple[str, ...] = tuple(PARAMETERS)

    @property
    def is_sample(self) -> bool:
        return self.publication.get("sample") == "1"

    @property
    def vietnamese(self) -> Markup:
        """The attribute of an element whose text is Vietnamese on a page that is not."""
        return Markup("") if self.language == LANGUAGE else Markup(' lang="vi"')


async def shared(datasette: Datasette, request: Request | None) -> Shared | None:
    """What `union` stands for on the page of a request; None when this Datasette does not serve the archive."""
    db = database(datasette)
    if db is None:
        return None
    language = language_of(request.args) if request else LANGUAGE

    def path(address: str, language: str = language) -> str:
        return datasette.urls.path(in_language(address, language))

    def full(address: str, language: str = language) -> str:
        return datasette.absolute_url(request, path(address, language)) if request else path(address, language)

    notes = await publication(db)
    return Shared(
        publication=notes,
        path=path,
        full=full,
        here=_here(request),
        query=f"?{request.query_string}" if request and request.query_string else "",
        asset=lambda name: datasette.urls.path(f"{ASSETS}{name}?{assets()[name].version}"),
        say=lambda key, **values: say(key, language, **values),
        number=partial(number, language=language),
        amount=partial(amount, language=language),
        moment=partial(moment, language=language),
        language=language,
        contact=(datasette.plugin_config(PLUGIN) or {}).get("contact"),
        sha256=await identity(db, notes.get("published_at")),
    )


def _here(request: Request | None) -> str:
    """The path of a request, without a base_url of Datasette's; never one that a browser takes for a host."""
    return "/" + str(request.scope.get("route_path", request.path)).lstrip("/") if request else "/"


async def publication(db: Database) -> dict[str, str]:
    """The notes of the publication: published_at, schema_version, sample, the counts."""
    return {row["key"]: row["value"] for row in (await db.execute("SELECT key, value FROM publication")).rows}


async def page(
    datasette: Datasette, request: Request, template: str, *, status: int = 200, **context: object
) -> Response:
    """A page of ours from its template in templates/union."""
    html = await datasette.render_template(f"union/{template}", context, request=request)
    return Response.html(html, status=status, headers=_cache(datasette))


def tell(request: Request, key: str, /, **values: object) -> str:
    """A message in the language of a request."""
    return say(key, language_of(request.args), **values)


async def error_page(
    datasette: Datasette,
    request: Request,
    status: int,
    title: str,
    note: str,
    search: SearchRequest | None = None,
) -> Response:
    """An error as a page, or as JSON where JSON was asked for. `title` and `note` are plain text."""
    if request.path.partition("?")[0].endswith(".json"):
        return json_response(datasette, {"ok": False, "status": status, "error": note}, status=status)
    return await page(datasette, request, "error.html", status=status, heading=title, note=note, search=search)


def json_response(datasette: Datasette, data: object, *, status: int = 200) -> Response:
    """Data as JSON, its Vietnamese readable; "<" is escaped in case something takes it for a page."""
    return Response(
        json.dumps(data, ensure_ascii=False, indent=1).replace("<", "\\u003c"),
        status=status,
        headers=_cache(datasette),
        content_type="application/json; charset=utf-8",
    )


def text_response(datasette: Datasette, text: str) -> Response:
    return Response.text(text, headers=_cache(datasette))


def full_address(datasette: Datasette, request: Request, path: str) -> str:
    """The whole address of a path of ours, for data that leaves the site."""
    return str(datasette.absolute_url(request, datasette.urls.path(path)))


@dataclass(frozen=True, slots=True)
class Asset:
    """A file of the folder static: its bytes, its type, and a version that changes with them."""

    body: bytes
    content_type: str
    version: str


@cache
def assets() -> Mapping[str, Asset]:
    """The static files by name. Read once: nothing outside the folder can be asked for."""
    found = {}
    for file in files("archive.site").joinpath("static").iterdir():
        for suffix, content_type in _TYPES.items():
            if file.name.endswith(suffix):
                body = file.read_bytes()
                found[file.name] = Asset(body, content_type, sha256(body).hexdigest()[:8])
    return found


def _cache(datasette: Datasette) -> dict[str, str]:
    return {"Cache-Control": f"max-age={datasette.setting('default_cache_ttl')}"}
