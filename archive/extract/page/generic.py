"""Finding the body where no layout is known: by where the sentences are, never by a page's own names."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache

from selectolax.lexbor import LexborNode

from archive.extract.page import PLAIN, Page, ancestors, link_length
from archive.extract.phrases import is_imprint, is_tail, starts_as_furniture
from archive.text import clean

_PARAGRAPHS = frozenset({"p", "li", "blockquote", "pre", "dd"})
_SUBHEADINGS = frozenset({"h2", "h3", "h4"})
_EMPHASIS = frozenset({"b", "strong", "em", "i", "a"})
_BLOCKS = "p, li, blockquote, pre, dd, td, th, div, section, article, main, center, b, strong, em, i, h2, h3, h4"
_TOLD = 60
"""Characters of the sentence with which a text has begun."""
_SENTENCE = 40
"""Characters a text must have to count as part of a sentence."""
_AFTER_TAIL = 0.3
"""What a text counts after a line that heads other news, once the article has begun."""
_SHORT_SENTENCE = re.compile(r"\w[.!?…]")
_SHORT_SENTENCE_WORDS = 5
_HEADLINE_WORDS = 3
_ENOUGH = 200
"""Characters of sentences that make a text of their own."""
_REGIONS = ("article", "main")
_OUTSIDE = ("body", "html", "form")
# What the class or id of furniture holds; how much of a page's sentences may be in it, see _most_of.
_MORE = 60
"""Characters of sentences for which a body is widened at least."""
_RELATED = (
    "related", "lienquan", "lien-quan", "tinkhac", "tin-khac", "other-news", "sidebar", "widget", "subscri", "advert",
    "promo", "recirc", "trending", "most-read", "popular", "author-bio", "authorinfo", "outbrain", "taboola",
)  # fmt: skip
_SURELY = frozenset({"related", "sidebar", "widget", "tinkhac", "tin-khac", "tinlienquan", "tin-lien-quan"})
"""Names that are the whole of a class or id: no wrapper of an article is called so."""
_NOTICES = (
    "breadcrumb", "share", "social", "pagination", "post-navigation", "copyright", "licens", "tags", "newsletter",
    "consent", "cookie",
)  # fmt: skip
_COMMENTS = ("comment", "disqus")
_FOOTERS = ("footer",)
_FURNITURE_TAGS = "div, section, ul, ol, table, p, footer"
_FURNITURE = f":is({_FURNITURE_TAGS}):is(footer, {{}})".format(
    ", ".join(
        f'[{attribute}*="{word}" i]'
        for word in (*_RELATED, *_NOTICES, *_COMMENTS, *_FOOTERS)
        for attribute in ("class", "id")
    )
)
_NOTICE_LONGEST = 400
"""Characters of a licence or a consent, however short the article is."""
_DOCUMENTS = ", ".join(f'a[href*=".{ending}" i]' for ending in ("pdf", "doc", "xls"))
_FARTHER, _FARTHEST = 0.8, 6
"""What is left of a text's weight with each level that separates it from the title, to so many levels."""
_BODY_NAME = re.compile(r"content|article|detail|noi-?dung|body|post|entry|story|text", re.IGNORECASE)
_NEAR = 6
"""How many levels above the title a document or picture still belongs to it."""


@dataclass(frozen=True, slots=True)
class _Prose:
    """How many characters of sentences stand directly in an element (`own`), and in it and all below (`mass`)."""

    own: dict[int, float]
    mass: dict[int, float]
    holders: list[LexborNode]


def lifted(title: LexborNode) -> LexborNode:
    """A title's element, or the block around it where that says no more."""
    if title.tag not in PLAIN:
        return title
    block = next((node for node in ancestors(title) if node.tag not in PLAIN), title)
    return block if block.text().strip() == title.text().strip() else title


def find_bodies(page: Page, title: LexborNode | None) -> list[LexborNode]:
    """The elements that may hold the body, likeliest first: where most sentences are, and what is nearest to the title;
    this first where the sentences are too few to be a text."""
    prose = _drop_furniture(page, title, _prose(page, title))
    body = _find_body(prose, title)
    near = _find_near(title) if title else None
    found = [body, near] if body and prose.mass[body.mem_id] >= _ENOUGH else [near, body]
    return [node for node in found if node is not None]


def _find_body(prose: _Prose, title: LexborNode | None) -> LexborNode | None:
    """The element that holds most sentences outside links below and near the title, widened while more around it
    holds a good share too."""
    around = [] if title is None else list(_chain(title))
    region = next((node for node in around if node.tag in _REGIONS and prose.mass[node.mem_id] >= _ENOUGH), None)
    scores: dict[int, float] = defaultdict(float)
    nodes: dict[int, LexborNode] = {}
    for holder in prose.holders:
        chain = list(_chain(holder))
        if region is not None and region.mem_id not in {node.mem_id for node in chain}:
            continue
        own = prose.own[holder.mem_id] * _nearness(around, chain)
        for share, node in zip((1.0, 0.6, 0.3), chain, strict=False):
            scores[node.mem_id] += share * own
            nodes[node.mem_id] = node
    for key in sorted(nodes, key=lambda key: scores[key], reverse=True)[:5]:
        node = nodes[key]
        if link_length(node) < 0.5 * max(1, len(node.text())):
            return _widen(node, prose, {outer.mem_id for outer in around})
    return None


def _nearness(around: list[LexborNode], chain: list[LexborNode]) -> float:
    """How much a text counts by its place: the nearer to the title the more, twice where an element of its own is named
    as bodies are."""
    steps = _steps(around, chain)
    outer = {node.mem_id for node in around}
    own = (node for node in chain if node.mem_id not in outer)
    named = any(_BODY_NAME.search(f"{node.attributes.get('class')} {node.attributes.get('id')}") for node in own)
    return (2.0 if named else 1.0) * _FARTHER ** min(steps, _FARTHEST)


def _steps(around: list[LexborNode], chain: list[LexborNode]) -> int:
    """How many levels above the title its nearest common element with a holder is."""
    inner = {node.mem_id for node in chain}
    return next((steps for steps, node in enumerate(around) if node.mem_id in inner), len(around))


def _find_near(title: LexborNode) -> LexborNode | None:
    """The nearest element around a title that holds more than it: a short sentence, a document's link, a picture."""
    for _, parent in zip(range(_NEAR), ancestors(title), strict=False):
        if parent.tag in ("body", "html"):
            return None
        if parent.css_first(_DOCUMENTS) or _has_picture(parent) or _has_short_sentence(parent, title):
            return parent
    return None


def _has_picture(node: LexborNode) -> bool:
    """Whether there is a picture that is no button."""
    return any(not any(parent.tag == "a" for parent in ancestors(image)) for image in node.css("img"))


def _has_short_sentence(node: LexborNode, title: LexborNode) -> bool:
    if len(title.text().split()) < _HEADLINE_WORDS:
        return False  # a page's name, like "Đăng nhập", is no headline
    rest = clean(node.text(separator=" ").replace(title.text(), "", 1))
    return len(rest.split()) >= _SHORT_SENTENCE_WORDS and bool(_SHORT_SENTENCE.search(rest))


def _drop_furniture(page: Page, title: LexborNode | None, prose: _Prose) -> _Prose:
    """Take out what calls itself related news, comments or sidebar, unless much of the page's text is in it."""
    kept = {node.mem_id for node in ancestors(title)} if title else set()
    whole = sum(prose.own.values())
    dropped = {
        node.mem_id: node
        for node in page.tree.css(_FURNITURE)
        if node.mem_id not in kept and prose.mass[node.mem_id] <= _most_of(node, whole)
    }
    left = [holder for holder in prose.holders if not any(node.mem_id in dropped for node in _chain(holder))]
    left_over = _weighed([(holder, prose.own[holder.mem_id]) for holder in left])
    for node in reversed(dropped.values()):  # those inside before those around them
        node.decompose()
    return left_over


def _most_of(node: LexborNode, whole: float) -> float:
    """How many characters of sentences a piece of furniture may hold and still be furniture; never all there are."""
    attributes = node.attributes
    names = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"
    kind = (_remembered if len(names) <= _NAMES_LONGEST else _furniture_named)(names)
    if kind is _COMMENTS:
        return 0.8 * whole
    if kind is _NOTICES:
        return max(0.3 * whole, min(_NOTICE_LONGEST, whole - 1))
    if kind is not None:
        return (0.95 if kind is _SURELY else 0.3) * whole
    return 0.8 * whole if _is_pages(node) else -1


def _furniture_named(names: str) -> Collection[str] | None:
    """Which of the lists of names the class and id of an element stand in."""
    named = names.lower()
    if _SURELY & set(named.split()) and not any(word in named for word in (*_COMMENTS, *_NOTICES)):
        return _SURELY
    return next((some for some in (_COMMENTS, _NOTICES, _RELATED) if any(word in named for word in some)), None)


_remembered = lru_cache(4096)(_furniture_named)  # the pages of a site have the same names
_NAMES_LONGEST = 500


def _is_pages(footer: LexborNode) -> bool:
    """Whether a footer is the page's own, not an article's."""
    return not any(parent.tag in (*_REGIONS, "section", "td") for parent in ancestors(footer))


def _prose(page: Page, title: LexborNode | None) -> _Prose:
    """The sentences below the title, or all where there are none."""
    sentences = list(_sentences(page, title))
    below = [(holder, length) for holder, length, is_below in sentences if is_below]
    if sum(length for _, length in below) < _TOLD:
        below = [(holder, length) for holder, length, _ in sentences]
    return _weighed(below)


def _weighed(sentences: list[tuple[LexborNode, float]]) -> _Prose:
    own: dict[int, float] = defaultdict(float)
    holders: dict[int, LexborNode] = {}
    for holder, length in sentences:
        own[holder.mem_id] += length
        holders[holder.mem_id] = holder
    mass: dict[int, float] = defaultdict(float)
    for key, holder in holders.items():
        for node in _chain(holder):
            mass[node.mem_id] += own[key]
    return _Prose(own, mass, list(holders.values()))


def _sentences(page: Page, title: LexborNode | None) -> Iterator[tuple[LexborNode, float, bool]]:
    """Each text outside links with the element that holds it as one of its paragraphs, and whether the title stands
    above it."""
    around = {node.mem_id for node in ancestors(title)} if title else set()
    is_below = title is None
    is_told = is_over = False  # whether the text has begun; whether other news has, before any text
    for node in page.tree.css(_BLOCKS if title is None else f"{_BLOCKS}, {title.tag}"):
        if title is not None and node.mem_id == title.mem_id:
            is_below = True
            continue
        if node.tag in _SUBHEADINGS:
            is_over = is_over or (is_below and is_tail(node.text()))
            continue
        if node.tag in _PARAGRAPHS:
            text = node.text()
            if len(text) < _SENTENCE:
                is_over = is_over or (is_below and is_tail(text))
                continue
            length = len(clean(text)) - link_length(node)
            holder = node.parent
        else:
            text = node.text(deep=False)
            if len(text) < _SENTENCE:
                is_over = is_over or (is_below and len(text) > 5 and is_tail(text))
                continue
            length = len(clean(text))
            holder = _block_of(node) if node.tag in _EMPHASIS else node
        if length < _SENTENCE or holder is None or any(parent.tag == "a" for parent in ancestors(node)):
            continue
        if not starts_as_furniture(text) and not is_imprint(text):
            is_told = is_told or (is_below and not is_over and length >= _TOLD)
            weight = _AFTER_TAIL if is_over and is_told else 1.0
            yield holder, weight * length, (is_below and (is_told or not is_over)) or holder.mem_id in around


def _block_of(node: LexborNode) -> LexborNode | None:
    """The block an inline element's text belongs to; None within a paragraph, which is counted whole."""
    for parent in ancestors(node):
        if parent.tag in _PARAGRAPHS or parent.tag in ("a", "h1", "h2", "h3"):
            return None
        if parent.tag not in _EMPHASIS and parent.tag not in PLAIN:
            return parent
    return None


def _chain(node: LexborNode) -> Iterator[LexborNode]:
    yield node
    for parent in ancestors(node):
        if parent.tag in ("body", "html"):
            return
        yield parent


def _widen(node: LexborNode, prose: _Prose, around: set[int]) -> LexborNode:
    """The farthest element around that holds a good share more, in sentences and not in links; none that holds more
    than the title and this."""
    found = node
    for parent in ancestors(node):
        if parent.tag in _OUTSIDE or node.mem_id in around:
            break
        more = prose.mass[parent.mem_id] - prose.mass[found.mem_id]
        share = 0.5 if parent.mem_id in around and parent.tag not in _REGIONS else 0.15
        if more >= max(_MORE, share * prose.mass[found.mem_id]) and link_length(parent) <= 0.35 * len(parent.text()):
            found = parent
        node = parent
    return _whole(found, around)


def _whole(body: LexborNode, around: set[int]) -> LexborNode:
    """A body; for a <div> that is one paragraph among lists and tables, the element that holds them all."""
    parent = body.parent
    if body.tag != "div" or parent is None or parent.tag in _OUTSIDE or parent.mem_id in around:
        return body
    if body.css_first("p, br, ul, ol, table, h2, h3, h4, blockquote") or len(body.css("div")) > 1:
        return body
    beside = (node for node in parent.iter() if node.mem_id != body.mem_id)
    goes_on = any(
        node.tag in ("ul", "ol", "table", "dl") and link_length(node) < 0.3 * len(node.text()) for node in beside
    )
    return parent if goes_on else body
