"""Finding title and body where no layout is known: by where the sentences are, never by a page's own names."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborNode

from archive.extract.page import Page, ancestors, link_length, own_link, title_forms, without_dots
from archive.extract.phrases import is_imprint, starts_as_furniture
from archive.text import clean, fold

_TITLE_TAGS = "h1, h2, h3, h4, [itemprop=headline]"
_TITLE_FALLBACK_TAGS = "b, strong, font, span, p, td, div, center"
_INLINE = frozenset({"font", "span", "b", "strong", "em", "i", "u", "small", "big", "a"})
_BLOCKS = "p, td, th, div, li, blockquote, section, article, main, center, pre, dd, font, span, b, strong, em, i"
_SENTENCE = 40
"""Characters a text must have to count as part of a sentence."""
_SHORT_SENTENCE = re.compile(r"\w[.!?…]")
_SHORT_SENTENCE_WORDS = 5
_HEADLINE_WORDS = 4
_TITLE_LONGEST = 400
_FURNITURE_WORDS = (
    "related", "lienquan", "lien-quan", "tinkhac", "tin-khac", "other-news", "comment", "breadcrumb", "sidebar",
    "share", "social", "widget", "pagination", "post-navigation", "copyright", "tags",
)  # fmt: skip
_FURNITURE = ", ".join(
    f'{tag}[{attribute}*="{word}" i]'
    for word in _FURNITURE_WORDS
    for tag in ("div", "section", "ul", "ol", "table", "p", "footer")
    for attribute in ("class", "id")
)
_DOCUMENTS = ", ".join(f'a[href*=".{ending}" i]' for ending in ("pdf", "doc", "xls"))
_NEAR = 6
"""How many levels above the title a document or picture still belongs to it."""


@dataclass(frozen=True, slots=True)
class Title:
    """The element that shows a page's title; `agreed`: the page's head says the same."""

    node: LexborNode
    agreed: bool


def find_title(page: Page) -> Title | None:
    """The element that shows the page's title: what agrees with the titles of the head, else the only h1."""
    forms = title_forms(page)
    best: tuple[float, LexborNode] | None = None
    for node in page.tree.css(_TITLE_TAGS):
        text = fold(without_dots(clean(node.text())))
        if len(text) < 8 or leads_elsewhere(node, page.url):
            continue
        score = _agreement(text, forms) + (1 if node.tag == "h1" else 0) + (1 if text.count(" ") >= 4 else 0)
        if best is None or score > best[0]:
            best = (score, node)
    if best and best[0] > 2:
        return Title(best[1], agreed=True)
    for node in page.tree.css(_TITLE_FALLBACK_TAGS):
        text = node.text()
        if (
            8 <= len(text) <= _TITLE_LONGEST
            and fold(without_dots(clean(text))) in forms
            and not leads_elsewhere(node, page.url)
        ):
            return Title(node, agreed=True)
    headings = [node for node in page.tree.css("h1") if not leads_elsewhere(node, page.url)]
    return Title(headings[0], agreed=False) if len(headings) == 1 else None


def _agreement(text: str, forms: list[str]) -> float:
    if text in forms:
        return 5 - 0.1 * forms.index(text)
    if len(text) >= 20 and any(form.startswith(text) or (len(form) >= 20 and text.startswith(form)) for form in forms):
        return 3
    return 0


def leads_elsewhere(node: LexborNode, url: str) -> bool:
    """Whether a heading is a link to another page: then it heads that page's article."""
    link = own_link(node)
    if link is None:
        return False
    target = urlsplit(urljoin(url, link.attributes.get("href") or ""))
    here = urlsplit(url)
    if target.scheme not in ("http", "https"):
        return False
    return (target.netloc, target.path.rstrip("/"), target.query) != (here.netloc, here.path.rstrip("/"), here.query)


def drop_furniture(page: Page, title: LexborNode) -> None:
    """Take out what calls itself related news, comments or sidebar, unless most of the page's text is in it."""
    body = page.tree.body
    total = len(body.text()) if body else 0
    kept = {node.mem_id for node in ancestors(title)}
    for node in page.tree.css(_FURNITURE):
        if node.mem_id not in kept and len(node.text()) - link_length(node) < 0.3 * total:
            node.decompose()


def find_body(page: Page, title: LexborNode) -> LexborNode | None:
    """The element that holds most sentences outside links, widened while a neighbour holds a good share too."""
    scores: dict[int, float] = defaultdict(float)
    nodes: dict[int, LexborNode] = {}
    for holder, length in _sentences(page):
        for share, node in zip((1.0, 0.6, 0.3), _chain(holder), strict=False):
            scores[node.mem_id] += share * length
            nodes[node.mem_id] = node
    ranked = sorted(nodes, key=lambda key: scores[key], reverse=True)
    for key in ranked[:5]:
        node = nodes[key]
        if link_length(node) < 0.5 * max(1, len(node.text())):
            return _widen(node, title)
    return None


def find_near(title: LexborNode) -> LexborNode | None:
    """The nearest element around a title that holds more than it: a short sentence, a document's link, a picture."""
    for _, parent in zip(range(_NEAR), ancestors(title), strict=False):
        if parent.tag in ("body", "html"):
            return None
        if parent.css_first(_DOCUMENTS) or parent.css_first("img") or _has_short_sentence(parent, title):
            return parent
    return None


def _has_short_sentence(node: LexborNode, title: LexborNode) -> bool:
    if len(title.text().split()) < _HEADLINE_WORDS:
        return False  # a page's name, like "Đăng nhập", is no headline
    rest = clean(node.text(separator=" ").replace(title.text(), "", 1))
    return len(rest.split()) >= _SHORT_SENTENCE_WORDS and bool(_SHORT_SENTENCE.search(rest))


def _sentences(page: Page) -> Iterator[tuple[LexborNode, float]]:
    """Each text outside links with the element that holds it as one of its paragraphs."""
    for node in page.tree.css(_BLOCKS):
        if node.tag in ("p", "li", "blockquote", "pre", "dd"):
            length = len(clean(node.text())) - link_length(node)
            holder = node.parent
        else:
            length = len(clean(node.text(deep=False)))
            holder = _block_of(node) if node.tag in _INLINE else node
        if length >= _SENTENCE and holder is not None:
            text = node.text()
            if not starts_as_furniture(text) and not is_imprint(text):
                yield holder, float(length)


def _block_of(node: LexborNode) -> LexborNode | None:
    """The block an inline element's text belongs to; None within a paragraph, which is counted whole."""
    for parent in ancestors(node):
        if parent.tag in ("p", "li", "blockquote", "pre", "dd", "a", "h1", "h2", "h3"):
            return None
        if parent.tag not in _INLINE:
            return parent
    return None


def _chain(node: LexborNode) -> Iterator[LexborNode]:
    yield node
    for parent in ancestors(node):
        if parent.tag in ("body", "html"):
            return
        yield parent


def _widen(node: LexborNode, title: LexborNode) -> LexborNode:
    """Climb while the parent's other children hold sentences in number: the article goes on there."""
    own = _prose(node)
    for parent in ancestors(node):
        if parent.tag in ("body", "html", "form") or _holds(parent, title):
            break
        if _prose(parent) - own < max(120, 0.15 * own) or link_length(parent) > 0.35 * len(parent.text()):
            break
        node, own = parent, _prose(parent)
    return node


def _holds(node: LexborNode, inner: LexborNode) -> bool:
    return any(parent.mem_id == node.mem_id for parent in ancestors(inner))


def _prose(node: LexborNode) -> int:
    return len(re.sub(r"\s+", " ", node.text())) - link_length(node)
