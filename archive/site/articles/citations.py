"""One article cited: its citation files, and what its page is given."""

from dataclasses import dataclass
from functools import partial

from markupsafe import Markup

from archive.site.articles.article import ArticlePage, load_article
from archive.site.articles.withdrawn import no_article
from archive.site.cite import FORMATS, Citation, of_article, written
from archive.site.cite.tags import highwire, json_ld, sentence
from archive.site.datasette_api import Datasette, Request, Response, database
from archive.site.languages import language_of
from archive.site.messages import LANGUAGE, say
from archive.site.shared import full_address


@dataclass(frozen=True, slots=True)
class HowToCite:
    """What the templates of union/cite.html show of an article. `files` are (ending, address), `text` is one line."""

    text: str
    files: tuple[tuple[str, str], ...]
    tags: tuple[tuple[str, str], ...]
    json_ld: Markup


def how_to_cite(
    datasette: Datasette, request: Request | None, article: ArticlePage, as_version: bool = False
) -> HowToCite:
    """The citation of an article's page, or of one version's."""
    cited = _citation(datasette, request, article, as_version)
    path = f"/bai/{article.id}" + (f"/ban-luu/{article.version}" if as_version else "")
    language = language_of(request.args) if request else LANGUAGE
    return HowToCite(
        text=sentence(cited, lambda key, **values: say(key, language, **values)),
        files=tuple((name, datasette.urls.path(f"{path}.{name}")) for name in FORMATS),
        tags=tuple(highwire(cited)),
        json_ld=json_ld(cited),
    )


async def citation(datasette: Datasette, request: Request) -> Response:
    """An article's citation, or one version's, as a file."""
    name, number = request.url_vars["format"], request.url_vars.get("version")
    db = database(datasette)
    found = await load_article(db, request.url_vars["id"], int(number) if number else None) if db else None
    if found is None:
        return await no_article(datasette, request, db)
    cited = _citation(datasette, request, found, number is not None)
    kind = FORMATS[name]
    headers = {
        "Cache-Control": f"max-age={datasette.setting('default_cache_ttl')}",
        "Content-Disposition": f'attachment; filename="{cited.key}.{name}"',
    }
    body = kind.before + written([cited], name) + kind.after
    return Response(body, headers=headers, content_type=kind.content_type)


def _citation(datasette: Datasette, request: Request | None, article: ArticlePage, as_version: bool) -> Citation:
    address = partial(full_address, datasette, request) if request else datasette.urls.path
    return of_article(article, address, as_version=as_version)
