"""From the bytes of a page to its article. Pure: no network, no database, the same page gives the same article."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date

from selectolax.lexbor import LexborNode

from archive.extract.article import Article, Link
from archive.extract.blocks.bylines import declared_author
from archive.extract.blocks.clean import blocks_of
from archive.extract.blocks.compose import Parts, compose, dating
from archive.extract.dates import Dated, choose, declared_dates, listed_dates, lone_date, marked_dates, written_dates
from archive.extract.decode import decode
from archive.extract.fallback import by_trafilatura
from archive.extract.page import Page, generic, layouts, linked_data, parse, strip, unwrap, zones
from archive.extract.page.listing import is_listing
from archive.extract.page.titles import best_title, declared_title, find_title
from archive.extract.page.writers import shown_author
from archive.extract.phrases import bare, is_no_article_title

__all__ = ["Article", "Link", "extract"]

LEAST_TEXT = 200
"""Characters that a text must have where nothing says that the heading above it is an article's."""
_SHORT_SENTENCE = 20
_SENTENCE = 60
"""Characters from which a paragraph is surely the text and no line beside it."""


def extract(
    html: bytes | str,
    url: str,
    *,
    family: str | None = None,
    captured: str | None = None,
    headers: Mapping[str, str] | None = None,
    overrides: Mapping[str, str] | None = None,
    listed: str | None = None,
    furniture: Collection[str] = (),
) -> Article | None:
    """The article of a page, or None when the page is none.

    `family` names the publishing system whose layouts are tried first; `captured` (ISO 8601) is the time that
    layouts and "future" are judged by; `headers` are the response's, for its charset; `overrides` a record's own
    selectors; `listed` what the listing said beside the link, e.g. a date; `furniture` the texts (as `phrases.bare`
    gives them) that a person has found to be the site's own.
    """
    text = html if isinstance(html, str) else decode(html, headers)
    day = date.fromisoformat(captured[:10]) if captured else None
    page = parse(text, url)
    said = linked_data.entries(page.tree)
    declared = declared_dates(page.tree, said)
    lone = lone_date(page.tree)
    strip(page)
    found = _by_layout(page, layouts.layouts_at(family, day, overrides), furniture)
    found = found or _by_sentences(page, text, furniture)
    if found is None:
        return None
    parts, article = found
    if article.author is None:
        article = replace(article, author=declared_author(linked_data.authors(said)))
    near = dating(parts)
    lines = [block.text for block in near]
    dates = [*declared, *marked_dates(near), *written_dates(lines), *lone, *listed_dates(listed)]
    dated = choose([*_layout_dates(parts), *dates], captured=captured)
    if dated is None:
        return article
    return replace(article, published=dated.value, published_from=dated.found_in)


def _by_layout(
    page: Page, candidates: list[layouts.Layout], furniture: Collection[str]
) -> tuple[Parts, Article] | None:
    for layout in candidates:
        nodes = layouts.apply(layout, page)
        if nodes is None:
            continue
        unwrap(page, nodes)
        parts = _parts(page, *nodes, furniture, extractor=f"layout {layout.name}")
        article = compose(parts)
        if article and article.title:
            return parts, article
    return None


def _by_sentences(page: Page, text: str, furniture: Collection[str]) -> tuple[Parts, Article] | None:
    title = find_title(page)
    shown = shown_author(page, title.node) if title else None
    node = generic.lifted(title.node) if title else None
    unwrap(page, [node] if node else [])
    for body in generic.find_bodies(page, node):
        parts = _parts(page, node, body, furniture, extractor="generic", shown_author=shown)
        if not parts.title or is_no_article_title(parts.title) or is_listing(page, parts):
            return None
        article = compose(parts)
        if article and title and title.declared:
            return parts, article if _is_told(article) else _fuller(article, text, page.url, furniture)
        if article and ((title and title.agreed and _is_told(article, _SENTENCE)) or len(article.body) >= LEAST_TEXT):
            return parts, article
    if title is None or not title.declared or node is None:
        return None
    return _by_fallback(page, best_title(node.text(), page.titles, ()), text, furniture)


def _by_fallback(page: Page, title: str, text: str, furniture: Collection[str]) -> tuple[Parts, Article] | None:
    """Trafilatura's reading of a page under a sure title, on which ours found nothing."""
    article = None if is_no_article_title(title) else by_trafilatura(text, page.url, title, furniture)
    told = [text for text in article.paragraphs if _is_sentence(text)] if article else []
    if article is None or sum(map(len, told)) < LEAST_TEXT:
        return None
    return Parts(title=title, before=(), head=(), body=(), foot=(), extractor=article.extractor), article


def _is_told(article: Article, shortest: int = _SHORT_SENTENCE) -> bool:
    """Whether there is a sentence of the article, so many characters long, or it is a document or a picture alone."""
    texts = [article.lead or "", *article.paragraphs]
    return article.kind != "text" or any(len(text) >= _SENTENCE or _is_sentence(text, shortest) for text in texts)


def _is_sentence(text: str, shortest: int = _SENTENCE) -> bool:
    return len(text) >= shortest and text.rstrip('”"») ').endswith((".", "!", "?", "…"))


def _fuller(article: Article, text: str, url: str, furniture: Collection[str]) -> Article:
    """The article, or trafilatura's reading of its page where ours found no sentence of it."""
    other = by_trafilatura(text, url, article.title, furniture)
    return other if other and len(other.body) > 2 * len(article.body) else article


def _parts(
    page: Page,
    title: LexborNode | None,
    body: LexborNode,
    furniture: Collection[str],
    *,
    extractor: str,
    shown_author: str | None = None,
) -> Parts:
    cut = zones.cut(title, body)
    zone_blocks = blocks_of((cut.before, cut.head, cut.body, cut.foot), page.url)
    before, head, inside, foot = (
        ([block for block in zone if bare(block.text) not in furniture] for zone in zone_blocks)
        if furniture
        else zone_blocks
    )
    return Parts(
        title=best_title(title.text() if title else declared_title(page), page.titles, inside),
        before=before,
        head=head,
        body=inside,
        foot=foot,
        extractor=extractor,
        shown_author=shown_author,
    )


def _layout_dates(parts: Parts) -> list[Dated]:
    """The dates a layout names; day and hour may stand in elements of their own."""
    zones_in_order = (parts.head, parts.before, parts.body, parts.foot)
    lines = [" ".join(block.text for block in zone if block.role == "date") for zone in zones_in_order]
    return written_dates(lines, found_in="layout")
