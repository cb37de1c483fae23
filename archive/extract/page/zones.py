"""A page cut along its title and its body: what stands before, between, in and after them."""

import html
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from archive.extract.page import ancestors

_NEAR = 600
"""Characters of text before the title and after the body in which a date or a byline is looked for."""


@dataclass(frozen=True, slots=True)
class Zones:
    """HTML of the smallest part of the page that holds title and body, in four pieces; of the outer two the parts
    nearest to the article, and what a layout has marked."""

    before: str
    head: str
    body: str
    foot: str


def cut(title: LexborNode | None, body: LexborNode) -> Zones:
    """The zones around a title and a body; a title within the body splits it."""
    if title is None:
        return Zones("", "", body.html or "", "")
    chain = [body, *ancestors(body)]
    places = {node.mem_id: place for place, node in enumerate(chain)}
    root = next((node for node in (title, *ancestors(title)) if node.mem_id in places), None)
    if root is None or root.tag == "html":
        return Zones("", "", body.html or "", "")
    if root.mem_id == body.mem_id:
        foot = _after(body, body.parent)
        return Zones(_above(_before(title, body)), "", _html(_after(title, body)), _below(foot))
    branch = chain[places[root.mem_id] - 1]
    between = list(_after(title, root))
    stop = next((place for place, node in enumerate(between) if node.mem_id == branch.mem_id), None)
    foot = _after(body, root)
    if stop is None:
        # The title stands below the body: a caption's or a sidebar's heading, not this page's order.
        return Zones("", "", body.html or "", _below(foot))
    head = [*between[:stop], *_before(body, branch)[::-1]]
    return Zones(_above(_before(title, root)), _html(head), body.html or "", _below(foot))


def _after(node: LexborNode, root: LexborNode | None) -> Iterator[LexborNode]:
    """What follows a node inside root, in the page's order."""
    current: LexborNode | None = node
    while current is not None and root is not None and current.mem_id != root.mem_id:
        sibling = current.next
        while sibling is not None:
            yield sibling
            sibling = sibling.next
        current = current.parent


def _before(node: LexborNode, root: LexborNode) -> list[LexborNode]:
    """What precedes a node inside root, the nearest first."""
    found: list[LexborNode] = []
    current: LexborNode | None = node
    while current is not None and current.mem_id != root.mem_id:
        sibling = current.prev
        while sibling is not None:
            found.append(sibling)
            sibling = sibling.prev
        current = current.parent
    return found


def _above(nodes: Iterable[LexborNode]) -> str:
    """The nearest of what stands before, given nearest first."""
    return "".join(reversed(list(_nearest(nodes, backwards=True))))


def _below(nodes: Iterable[LexborNode]) -> str:
    return "".join(_nearest(nodes, backwards=False))


def _nearest(nodes: Iterable[LexborNode], *, backwards: bool) -> Iterator[str]:
    """HTML of nodes until there is text enough, of larger ones the nearest parts; what is marked in all of them."""
    left = _NEAR
    waiting = list(nodes)[::-1]
    while waiting:
        node = waiting.pop()
        length = len(node.text()) if left > 0 else 0
        if left <= 0:
            yield from (marked.html or "" for marked in node.css("[data-role]"))
        elif length <= left or node.first_child is None:
            left -= length
            yield _html([node])
        else:
            children = list(node.iter(include_text=True))
            waiting += children if backwards else children[::-1]


def _html(nodes: Iterable[LexborNode]) -> str:
    return "".join(html.escape(node.text()) if node.is_text_node else node.html or "" for node in nodes)
