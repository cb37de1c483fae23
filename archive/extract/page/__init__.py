"""A parsed page without what is never part of an article, and small questions about its nodes."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from operator import sub

from selectolax.lexbor import LexborHTMLParser, LexborNode

from archive.text import clean, fold

_NEVER = (
    "script, style, noscript, template, iframe, svg, object, embed, link, select, button, input, textarea, nav, aside,"
    " dialog, [hidden], [aria-hidden=true], marquee, .s4-notdlg, .noindex, .ms-hidden, .screen-reader-text, .sr-only,"
    " .visually-hidden, .hide-accessible, .hidden.hide"
)
_TAG = re.compile(r"<(/?[a-zA-Z][a-zA-Z0-9]*)")
# Never closed, or closed by the next one of their kind when left open.
_VOID = frozenset(
    {"area", "base", "br", "col", "dd", "dt", "hr", "img", "input", "li", "link", "meta", "option", "p", "param"}
    | {"source", "td", "th", "tr", "wbr"}
)


class _Steps(dict[str, int]):
    """How a tag changes the depth: 1, -1, or 0 for those that need no closing."""

    def __missing__(self, tag: str) -> int:
        name = tag.lower().lstrip("/")
        step = 0 if name in _VOID else -1 if tag[0] == "/" else 1
        if len(self) < _MOST_TAGS:
            self[tag] = step
        return step


_STEP = _Steps()
_MOST_TAGS = 500
_DEEPEST = 200
_DEEPEST_OF_ONE = 15
# Word's own elements, pasted with its text.
_OFFICE = re.compile(r"</?(?:o|st1|v|w|m):[^>]{0,300}>")
_SITE_SUFFIX = re.compile(r"\s+[|–—»-]\s+|\s*[|»]\s*")
PLAIN = ("span", "font", "u", "small", "big", "ins")
"""Elements that say nothing of what their text is."""
_TELLING = f":is({', '.join(PLAIN)}):is([data-role], [class*=caption i], [class*=credit i])"
_TITLE_LONGEST = 1_000
_DOTS = re.compile(r"\s*(?:…|\.\.\.+)\s*$")


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its tree, its address, and the titles its head names."""

    tree: LexborHTMLParser
    url: str
    titles: tuple[str, ...]
    is_article: bool
    """Whether the page calls itself an article."""


def parse(html: str, url: str) -> Page:
    """Parse a page; dates and titles of its head must be read before `strip`."""
    if bottomless := bottomless_tags(html):
        html = re.sub(rf"</?(?:{'|'.join(bottomless)})\b[^>]*>", " ", html, flags=re.IGNORECASE)
    if "<o:p" in html:
        html = _OFFICE.sub("", html)
    tree = LexborHTMLParser(html)
    declared = [tree.css_first(selector) for selector in ('meta[property="og:title"]', 'meta[name="twitter:title"]')]
    texts = [node.attributes.get("content") or "" for node in declared if node]
    if title := tree.css_first("title"):
        texts.append(title.text())
    kind = tree.css_first('meta[property="og:type"]')
    kind_name = (kind.attributes.get("content") or "").lower() if kind else ""
    return Page(
        tree=tree,
        url=url,
        titles=tuple(text for text in map(clean, texts) if 0 < len(text) <= _TITLE_LONGEST),
        is_article=kind_name == "article",
    )


def bottomless_tags(html: str) -> list[str]:
    """The tags nested so deep, by error or malice, that walking them would cost their square; most often none."""
    tags = _TAG.findall(html)
    levels = list(accumulate(map(_STEP.__getitem__, tags)))
    # No element is deeper than the highest rise of the open tags, whatever is closed twice or never.
    if max(levels, default=0) - min(levels, default=0) < _DEEPEST:
        return []
    if max(map(sub, levels, accumulate(levels, min)), default=0) < _DEEPEST:
        return []
    depth: dict[str, int] = {}
    deepest: dict[str, int] = {}
    for tag in map(str.lower, tags):
        if tag[0] == "/":
            name = tag[1:]
            if depth.get(name):
                depth[name] -= 1
        elif tag not in _VOID:
            depth[tag] = level = depth.get(tag, 0) + 1
            if level > deepest.get(tag, 0):
                deepest[tag] = level
    if sum(deepest.values()) <= _DEEPEST:
        return []
    return [tag for tag, levels in deepest.items() if levels > _DEEPEST_OF_ONE and tag not in ("html", "body")]


def strip(page: Page) -> None:
    """Take out scripts, forms' controls, menus and what is hidden."""
    # Backwards: an element inside another must go before that one is gone.
    for node in reversed(page.tree.css(_NEVER)):
        node.decompose()
    for node in reversed(page.tree.css("[style]")):
        if re.search(r"display\s*:\s*none", node.attributes.get("style") or ""):
            node.decompose()


def unwrap(page: Page, needed: Iterable[LexborNode]) -> None:
    """Put the text of plain inline elements straight into their blocks; kinds of elements that are needed still, that a
    layout has marked or that name themselves captions stay."""
    kept = {node.tag for node in (*needed, *page.tree.css(_TELLING))}
    page.tree.unwrap_tags([tag for tag in PLAIN if tag not in kept])


def beginnings(title: str) -> list[str]:
    """A declared title up to each sign that may part it from the site's name, the shortest first, and the whole."""
    ends = [sign.start() for sign in _SITE_SUFFIX.finditer(title)]
    return [title[:end] for end in ends if end] + [title]


def title_forms(page: Page) -> list[str]:
    """The page's declared titles, folded, with and without the site's name at their ends."""
    forms: list[str] = []
    for title in page.titles:
        parts = [part for part in _SITE_SUFFIX.split(title) if part]
        for form in (title, *(title[: title.rfind(part)].rstrip(" |–—»-") for part in parts[1:]), *parts):
            folded = fold(_DOTS.sub("", form))
            if folded and folded not in forms:
                forms.append(folded)
    return forms


def cut_off(text: str) -> bool:
    """Whether a text ends in dots that stand for a missing rest."""
    return bool(_DOTS.search(text))


def without_dots(text: str) -> str:
    return _DOTS.sub("", text)


def ancestors(node: LexborNode) -> Iterator[LexborNode]:
    """The node's parents, nearest first."""
    parent = node.parent
    while parent is not None and parent.tag != "-undef":
        yield parent
        parent = parent.parent


def link_length(node: LexborNode) -> int:
    """How many characters of a node are link text."""
    return sum(len(link.text()) for link in node.css("a[href]"))


def own_link(node: LexborNode) -> LexborNode | None:
    """The link that a heading is, stands in, or holds."""
    if inside := node.css_first("a[href]"):
        return inside
    return next((parent for _, parent in zip(range(3), ancestors(node), strict=False) if parent.tag == "a"), None)
