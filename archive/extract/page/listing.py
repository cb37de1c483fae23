"""Telling a list of articles from an article."""

from itertools import pairwise

from archive.extract.blocks import Block, is_document
from archive.extract.blocks.compose import Parts
from archive.extract.blocks.tails import until_tail
from archive.extract.page import Page

_HEADLINE = 15
"""Characters of the shortest headline."""


def is_listing(page: Page, parts: Parts) -> bool:
    """Whether what was found is teasers of other pages (headings that are links, short texts between them) or a
    table of documents."""
    if page.is_article:
        return False
    if sum(1 for block in parts.body if block.kind == "row" and any(map(is_document, block.links))) >= 2:
        return True
    blocks = [block for block in until_tail(parts.body) if block.text]
    teasers = [block for block in blocks if _is_teaser(block)]
    texts = [block for block in blocks if block.linked < 0.5 and len(block.text) >= 80]
    first = next(iter(blocks), None)
    if first in teasers or any(_is_teaser(block) for block in parts.head):
        return True
    if len(teasers) >= 3 and len(teasers) >= 0.4 * len(texts):
        return True
    return _opens_with_teasers(blocks)


def _opens_with_teasers(blocks: list[Block]) -> bool:
    """Whether links, each with a text of its own beneath, are there from the first line on."""
    headlines = [at for at, block in enumerate(blocks) if block.linked >= 0.8 and len(block.text) >= _HEADLINE]
    with_text = [at for at, after in pairwise([*headlines, len(blocks)]) if after > at + 1]
    return len(with_text) >= 3 and headlines[0] == 0


def _is_teaser(block: Block) -> bool:
    """Whether a block is a heading that leads to another page."""
    return block.kind == "h" and block.linked >= 0.8 and len(block.text) >= _HEADLINE
