"""Blocks to article: what is lead, paragraph, caption, byline or credit."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from archive.extract.article import Article, Link
from archive.extract.blocks import Block, is_document
from archive.extract.blocks.bylines import marked_credit, take_byline
from archive.extract.blocks.captions import mark_captions
from archive.extract.blocks.names import is_labelled
from archive.extract.blocks.tails import own_blocks, until_tail, without_last_headings
from archive.extract.dates.written import is_date_line
from archive.text import fold

_VIDEO = re.compile(r"youtube\.com|youtu\.be|\.mp4(?:$|[?#])", re.IGNORECASE)
_LEAD_SHORTEST = 40


@dataclass(frozen=True, slots=True)
class Parts:
    """The blocks of a page's zones (see `zones`), the title, how they were found, and whom the page shows as writer."""

    title: str
    before: Sequence[Block]
    head: Sequence[Block]
    body: Sequence[Block]
    foot: Sequence[Block]
    extractor: str
    shown_author: str | None = None


def compose(parts: Parts) -> Article | None:
    """The article of a page, undated; None when nothing of its own is on the page."""
    captioned = mark_captions(own_blocks(until_tail(parts.body), parts.title, parts.shown_author))
    foot = until_tail(parts.foot)
    author, credit, body = take_byline(captioned, parts.before, parts.head, foot, parts.shown_author)
    body = without_last_headings(body)
    head = mark_captions(own_blocks(parts.head, parts.title, parts.shown_author))
    lead = _lead(head)
    pictures = [*_with_captions(head), *body]
    paragraphs = [block for block in body if block.kind not in ("caption", "image")]
    if lead is None and paragraphs and (paragraphs[0].role == "lead" or _opens_as_lead(paragraphs)):
        lead, paragraphs = paragraphs[0].text, paragraphs[1:]
    elif lead and paragraphs and fold(paragraphs[0].text) == fold(lead):
        paragraphs = paragraphs[1:]
    links = [link for block in body for link in block.links]
    if not paragraphs and lead is None and not links and not any(block.kind == "image" for block in body):
        return None
    texts = [block.text for block in paragraphs if block.text]
    if credit is None and (first := lead or next(iter(texts), "")):
        credit = marked_credit(first)
    return Article(
        title=parts.title,
        paragraphs=texts,
        lead=lead,
        author=author,
        credit=credit,
        captions=[block.text for block in pictures if block.kind == "caption"],
        tables=_tables(body),
        links=_unique(links),
        images=list(dict.fromkeys(image for block in pictures for image in block.images)),
        kind=_kind(lead, paragraphs, links, body),
        extractor=parts.extractor,
    )


def dating(parts: Parts) -> list[Block]:
    """The blocks that may say the date: below the title first, then above it, at the body's ends, and after it."""
    body = until_tail(parts.body)
    return [
        *(block for block in (*parts.head, *body[:2]) if block.role != "lead"),
        *parts.before[::-1][:6],
        *until_tail(parts.foot)[:4],
        *(block for block in body[2:] if block.times and is_date_line(block.text)),
    ]


def _with_captions(head: Sequence[Block]) -> list[Block]:
    """The pictures between title and body with their captions; without one a picture there may be a button's."""
    shown = [block for block in head if block.kind in ("image", "caption")]
    return shown if any(block.kind == "caption" for block in shown) else []


def _lead(head: list[Block]) -> str | None:
    """What stands between title and body and is a sentence."""
    marked = [block.text for block in head if block.role == "lead"]
    texts = marked or [block.text for block in head if _is_lead(block)]
    return " ".join(dict.fromkeys(texts)) or None


def _is_lead(block: Block) -> bool:
    """Whether a block between title and body is a text, not a line about it."""
    if block.kind not in ("p", "h") or block.role or block.linked >= 0.3 or block.times or is_labelled(block.text):
        return False
    return len(block.text) >= (_LEAD_SHORTEST if block.ends else 2 * _LEAD_SHORTEST)


def _opens_as_lead(paragraphs: list[Block]) -> bool:
    return len(paragraphs) > 1 and paragraphs[0].bold and not paragraphs[1].bold and len(paragraphs[0].text) >= 60


def _tables(blocks: list[Block]) -> list[list[list[str]]]:
    numbers = sorted({block.table for block in blocks if block.kind == "row"})
    return [[list(block.cells) for block in blocks if block.table == number] for number in numbers]


def _kind(lead: str | None, paragraphs: list[Block], links: list[Link], body: list[Block]) -> str:
    if lead or any(block.linked < 0.5 and (len(block.text) >= 60 or block.is_sentence) for block in paragraphs):
        return "text"
    if any(is_document(link) for link in links):
        return "pdf"
    if any(_VIDEO.search(link.url) for link in links):
        return "video"
    return "image" if any(block.kind == "image" for block in body) else "text"


def _unique(links: list[Link]) -> list[Link]:
    return list({link.url: link for link in links}.values())
