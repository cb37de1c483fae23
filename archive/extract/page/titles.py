"""The title of a page: the element that shows it, and the whole of it where headings are cut off with dots."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborNode

from archive.extract.blocks import Block
from archive.extract.page import Page, ancestors, beginnings, cut_off, own_link, title_forms, without_dots
from archive.extract.phrases import is_site_name, is_tail
from archive.text import clean, fold

_HEADINGS = "h1, h2, h3, h4, [itemprop=headline]"
_OTHER_TAGS = "b, strong, font, span, p, td, div, center"
_TITLE_NAMES = ("title", "tieude", "tieu-de", "tieu_de", "headline", "tenbai", "ten-bai", "tentin", "ten-tin")
_NAMED = ", ".join(f'[{attribute}*="{word}" i]' for word in _TITLE_NAMES for attribute in ("class", "id"))
_NAMED_WORDS = 5
_WORD = re.compile(r"\w+")
_LONGEST = 400
_SAME = 5.0
_BEGINS = 3.0
_SOMEWHAT_ALIKE = 0.5
"""Share of their words that an h1 and a declared title of one article have in common at least."""
_HEADLINE_WORDS = 3


@dataclass(frozen=True, slots=True)
class Title:
    """The element that shows a page's title; `agreed`: the page's head or the element's name says so too, `declared`:
    the head does."""

    node: LexborNode
    agreed: bool
    declared: bool = False


def find_title(page: Page) -> Title | None:
    """The element that shows the page's title: what agrees with the titles of the head, else what is named a title,
    else the first h1 of an article."""
    forms = title_forms(page)
    own = [form for form in forms if not is_site_name(form)]
    return (
        _agreeing(page, own)
        or _named_headline(page, _NAMED_WORDS)
        or _first_headline(page)
        or _named_headline(page, _HEADLINE_WORDS)
        or _agreeing(page, forms)
    )


def _agreeing(page: Page, forms: list[str]) -> Title | None:
    """The element that says what one of some titles says: a heading, something named a title, any other."""
    best: tuple[float, LexborNode] | None = None
    for node in page.tree.css(_HEADINGS):
        if len(shown := node.text()) > 2 * _LONGEST:
            continue
        text = fold(without_dots(clean(shown)))
        agreement = _agreement(text, forms)
        if agreement == 0 and node.tag == "h1" and (alike := _likeness(text, forms)) >= _SOMEWHAT_ALIKE:
            agreement = _BEGINS * alike
        if len(text) < 8 or agreement == 0 or (is_site_name(text) and text not in forms):
            continue
        if leads_elsewhere(node, page.url):
            continue
        score = agreement + (1 if node.tag == "h1" else 0) + (1 if text.count(" ") >= 4 else 0)
        if best is None or score > best[0]:
            best = (score, node)
    if best:
        return Title(best[1], agreed=True, declared=True)
    if not forms:
        return None
    for node in page.tree.css(f"{_NAMED}, {_OTHER_TAGS}"):
        text = node.text()
        if len(text) > _LONGEST or len(text) < 8:
            continue
        said = fold(clean(text))
        if (said in forms or (_is_named(node) and _agreement(said, forms))) and not leads_elsewhere(node, page.url):
            return Title(node, agreed=True, declared=True)
    return None


def shown_title(page: Page, nodes: Sequence[LexborNode]) -> LexborNode | None:
    """Of the elements where a layout has titles, the one that agrees best with the page's head, else the first."""
    if len(nodes) < 2:
        return nodes[0] if nodes else None
    forms = title_forms(page)
    return max(nodes, key=lambda node: _agreement(fold(without_dots(clean(node.text()[: 2 * _LONGEST]))), forms))


def best_title(shown: str, declared: Iterable[str], body: Sequence[Block]) -> str:
    """The title as shown; where that is cut off, the longer one the page declares or its first line repeats."""
    title = clean(shown)
    if len(title) > _LONGEST or not cut_off(title):
        return title
    beginning = fold(without_dots(title))
    whole = (*declared, *(block.text for block in body[:2] if len(block.text) < 300))
    for other in (form for title in whole for form in beginnings(title)):
        folded = fold(other)
        if folded.startswith(beginning) and len(folded) > len(beginning) and not cut_off(other):
            return other
    return title


def declared_title(page: Page) -> str:
    """What the head calls the page, without the site's name; empty where it says nothing else."""
    for title in page.titles:
        *inner, last = beginnings(title)
        if inner and is_site_name(fold(inner[0])):
            inner = []
            last = title[len(beginnings(title)[0]) :].lstrip(" |–—»-")
        for form in (*inner[-1:], last):
            if form and not is_site_name(fold(form)):
                return form
    return ""


def leads_elsewhere(node: LexborNode, url: str) -> bool:
    """Whether a heading is a link to another page: then it heads that page's article."""
    link = own_link(node)
    if link is None:
        return False
    try:
        target = urlsplit(urljoin(url, link.attributes.get("href") or ""))
    except ValueError:
        return False
    here = urlsplit(url)
    if target.scheme not in ("http", "https"):
        return False
    return (target.netloc, target.path.rstrip("/"), target.query) != (here.netloc, here.path.rstrip("/"), here.query)


def _named_headline(page: Page, fewest: int) -> Title | None:
    """The first element of so many words at least and no link whose class or id says that it is a title."""
    for node in page.tree.css(_NAMED):
        text = clean(node.text()[: 2 * _LONGEST])
        if len(text) > _LONGEST or len(text.split()) < fewest or is_site_name(fold(text)) or is_tail(text):
            continue
        if _is_named(node):
            return Title(node, agreed=True)
    return None


def _is_named(node: LexborNode) -> bool:
    """Whether an element whose name says so can be a title: no list of blocks, in no link."""
    named = f"{node.attributes.get('class') or ''} {node.attributes.get('id') or ''}".lower()
    return (
        any(word in named for word in _TITLE_NAMES)
        and all(inner.mem_id == node.mem_id for inner in node.css("p, div, table, li, a"))
        and not any(parent.tag == "a" for parent in ancestors(node))
    )


def _first_headline(page: Page) -> Title | None:
    """An h1 of some words that leads nowhere else: the first in an article, or the only one."""
    headings = [
        node
        for node in page.tree.css("h1")
        if len(node.text()[: 2 * _LONGEST].split()) >= _HEADLINE_WORDS
        and not is_site_name(fold(clean(node.text()[: 2 * _LONGEST])))
        and not leads_elsewhere(node, page.url)
    ]
    for node in headings:
        if any(parent.tag in ("article", "main") for parent in ancestors(node)):
            return Title(node, agreed=False)
    return Title(headings[0], agreed=False) if len(headings) == 1 else None


def _agreement(text: str, forms: list[str]) -> float:
    if text in forms:
        return _SAME - 0.2 * forms.index(text)
    if len(text) >= 20 and any(form.startswith(text) or (len(form) >= 20 and text.startswith(form)) for form in forms):
        return _BEGINS
    return 0


def _likeness(text: str, forms: list[str]) -> float:
    """The share of words that a heading and the most similar declared title have in common."""
    words = set(_WORD.findall(text))
    return max(
        (len(words & other) / len(words | other) for other in (set(_WORD.findall(form)) for form in forms)), default=0
    )
