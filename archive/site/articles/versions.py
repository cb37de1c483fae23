"""The views of one version of an article: its page, permanent, and what was captured, to download."""

import asyncio
from dataclasses import dataclass

from archive.site.articles.article import ArticlePage, load_article
from archive.site.articles.captured import offered, warc_of
from archive.site.articles.differences import Difference, difference
from archive.site.articles.withdrawn import no_article
from archive.site.datasette_api import Database, Datasette, Request, Response, database
from archive.site.shared import page

_FIELDS = ("title", "published", "author", "credit")


@dataclass(frozen=True, slots=True)
class Change:
    """What differs from the version before: the fields as (name, before, now), the text, the captions."""

    fields: tuple[tuple[str, str | None, str | None], ...]
    text: Difference
    captions: Difference

    @property
    def is_none(self) -> bool:
        return not (self.fields or self.text.changed or self.captions.changed)


async def version(datasette: Datasette, request: Request) -> Response:
    """One version of an article, for ever at this address."""
    found, db = await _asked(datasette, request)
    if found is None:
        return await no_article(datasette, request, db, "error.no_version_note")
    earlier = found.neighbour(-1)
    before = await load_article(db, found.id, earlier.version) if earlier else None
    return await page(
        datasette,
        request,
        "version.html",
        article=found,
        change=change(before, found) if before else None,
        has_warc=bool(_is_whole(found) and offered(datasette)),
    )


async def warc(datasette: Datasette, request: Request) -> Response:
    """The captured bytes of a version as .warc.gz, only to download: never shown as a page of this site."""
    found, db = await _asked(datasette, request)
    crawl_db = offered(datasette)
    if found is None or not _is_whole(found) or crawl_db is None:
        return await no_article(datasette, request, db, "error.no_warc_note")
    body = await asyncio.to_thread(warc_of, crawl_db, found.shown.capture, found.sha256 or "")
    if body is None:
        return await no_article(datasette, request, db, "error.no_warc_note")
    name = f"{found.id}-{found.version}.warc.gz"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": f"max-age={datasette.setting('default_cache_ttl')}",
    }
    return Response(body, headers=headers, content_type="application/warc")


def change(before: ArticlePage, now: ArticlePage) -> Change:
    """Compare two versions. Pure."""
    fields = tuple(
        (field, getattr(before, field), getattr(now, field))
        for field in _FIELDS
        if getattr(before, field) != getattr(now, field)
    )
    return Change(fields, difference(_text(before), _text(now)), difference(before.captions, now.captions))


def _text(article: ArticlePage) -> list[str]:
    return [*([article.lead] if article.lead else []), *article.paragraphs]


async def _asked(datasette: Datasette, request: Request) -> tuple[ArticlePage | None, Database]:
    db = database(datasette)
    if db is None:
        raise LookupError("the plugin registers its pages only where the archive is served")
    return await load_article(db, request.url_vars["id"], int(request.url_vars["version"])), db


def _is_whole(article: ArticlePage) -> bool:
    """Whether the captured bytes hold no more than what may be shown."""
    return bool(article.show == "full" and article.sha256 and not article.struck)
