"""A page cut along its title and its body: what stands before, between, in and after them."""

import html
from collections.abc import Iterator
from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from archive.extract.page import ancestors


@dataclass(frozen=True, slots=True)
class Zones:
    """HTML of the smallest part of the page that holds title and body, in four pieces."""

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
        return Zones(_html(_before(title, body)), "", _html(_after(title, body)), _html(_after(body, body.parent)))
    branch = chain[places[root.mem_id] - 1]
    between = list(_after(title, root))
    stop = next((place for place, node in enumerate(between) if node.mem_id == branch.mem_id), None)
    if stop is None:
        # The title stands below the body: a caption's or a sidebar's heading, not this page's order.
        return Zones("", "", body.html or "", _html(_after(body, root)))
    head = [*between[:stop], *_before(body, branch)]
    return Zones(_html(_before(title, root)), _html(head), body.html or "", _html(_after(body, root)))


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
    """What precedes a node inside root, in the page's order."""
    found: list[LexborNode] = []
    current: LexborNode | None = node
    while current is not None and current.mem_id != root.mem_id:
        sibling = current.prev
        while sibling is not None:
            found.append(sibling)
            sibling = sibling.prev
        current = current.parent
    return found[::-1]


def _html(nodes: "list[LexborNode] | Iterator[LexborNode]") -> str:
    return "".join(html.escape(node.text()) if node.is_text_node else node.html or "" for node in nodes)
