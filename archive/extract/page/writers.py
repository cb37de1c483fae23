"""Whom a page shows as an article's writer, by what elements near the title are called."""

from selectolax.lexbor import LexborNode

from archive.extract.blocks.names import is_person, named
from archive.extract.page import Page, ancestors
from archive.text import clean

_NAMED = (
    '[rel~="author"], [itemprop~="author"], [class~="author" i], [class~="vcard" i], [class*="byline" i],'
    ' [class*="tacgia" i], [class*="tac-gia" i]'
)
_LONGEST = 80
_HOLDERS = frozenset({"div", "li", "p", "td", "section", "article"})
_HEADLINE = 30
"""Characters from which a link's text is a headline, not a name."""
_MOST = 30
"""Names that are looked at: a page with more is a list."""
_NEAR = 5
"""Levels above the title within which a writer's name is the article's."""


def shown_author(page: Page, title: LexborNode) -> str | None:
    """The first person that an element near the title names as its writer."""
    around = {node.mem_id for _, node in zip(range(_NEAR), ancestors(title), strict=False)}
    article = next((node.mem_id for node in ancestors(title) if node.tag in ("article", "main")), None)
    for node in page.tree.css(_NAMED)[:_MOST]:
        outer = list(ancestors(node))
        near = any(parent.mem_id in around or parent.mem_id == article for parent in outer)
        if not near or _is_of_teaser(outer) or any(_is_of_comments(parent) for parent in outer):
            continue
        lines = [named(clean(line)).person for line in node.text(separator="\n")[:_LONGEST].split("\n")]
        if name := next(filter(is_person, lines), None):
            return name
    return None


def _is_of_teaser(outer: list[LexborNode]) -> bool:
    """Whether the headline of another page stands beside a name."""
    holder = next((parent for parent in outer if parent.tag in _HOLDERS), None)
    return holder is not None and any(len(link.text()) >= _HEADLINE for link in holder.css("a[href]"))


def _is_of_comments(node: LexborNode) -> bool:
    return "comment" in f"{node.attributes.get('class') or ''} {node.attributes.get('id') or ''}".lower()
