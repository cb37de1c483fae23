"""Blocks to article: what is lead, paragraph, caption, byline or credit, and where the article ends."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from archive.extract.article import Article, Link
from archive.extract.clean import Block, is_document
from archive.extract.dates import Dated, is_date_line
from archive.extract.phrases import is_furniture, is_imprint, is_tail, phrases
from archive.text import clean, fold

_FINAL = re.compile(r"[.!?:;,”\"»)…]\s*$")
_CREDIT_MARK = re.compile(r"^\(\s*([^()]{2,40}?)\s*\)\s*[-–—:.]?\s*")
_PICTURE_MARK = re.compile(r"(?:^|[(\s.])ảnh\s*(?:minh h[oọ]a|tư liệu)?\s*:", re.IGNORECASE)
_BYLINE_LABEL = re.compile(
    r"^(?:tác giả|bài viết|người viết|thực hiện|pv|ctv|by|"
    r"(?:tin|bài|ảnh|video)(?:\s*(?:,|và|&|-|–)\s*(?:tin|bài|ảnh|video))*)"
    r"(?:\s*[:：]\s*|(?<=by)\s+)(?P<name>.+)$",
    re.IGNORECASE,
)  # fmt: skip
_CREDIT_LABEL = re.compile(r"^(?:nguồn(?: tin)?|theo)\s*(?P<colon>[:：])?\s*(?P<name>\S.*)$", re.IGNORECASE)
_NAME_AND_BODY = re.compile(r"^(?P<name>[^–—-]{2,40}?)\s+[–—-]\s+(?P<body>.{3,80})$")
_VIDEO = re.compile(r"youtube\.com|youtu\.be|\.mp4(?:$|[?#])", re.IGNORECASE)
_BYLINE_WORDS = 12
_CAPTION_LONGEST = 300
_LEAD_SHORTEST = 40
_LABEL_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Parts:
    """The blocks of a page's zones (see `zones`), the title, how they were found, and the marked dates around them."""

    title: str
    before: Sequence[Block]
    head: Sequence[Block]
    body: Sequence[Block]
    foot: Sequence[Block]
    extractor: str
    marked: Sequence[Dated] = ()


def compose(parts: Parts) -> Article | None:
    """The article of a page, undated; None when nothing of its own is on the page."""
    head = [block for block in parts.head if _is_text(block, parts.title)]
    body = _captions([block for block in _until_tail(parts.body) if _is_content(block, parts.title)])
    author, credit, body = _byline(body, parts)
    lead = _lead(head)
    paragraphs = [block for block in body if block.kind not in ("caption", "image")]
    if lead is None and paragraphs and (paragraphs[0].role == "lead" or _opens_as_lead(paragraphs)):
        lead, paragraphs = paragraphs[0].text, paragraphs[1:]
    elif lead and paragraphs and fold(paragraphs[0].text) == fold(lead):
        paragraphs = paragraphs[1:]
    links = [link for block in body for link in block.links]
    if not paragraphs and lead is None and not links and not any(block.kind == "image" for block in body):
        return None
    texts = [block.text for block in paragraphs if block.text]
    if credit is None and (first := [lead or "", *texts][0]):
        credit = _marked_credit(first)
    return Article(
        title=parts.title,
        paragraphs=texts,
        lead=lead,
        author=author,
        credit=credit,
        captions=[block.text for block in body if block.kind == "caption"],
        tables=_tables(body),
        links=_unique(links),
        images=list(dict.fromkeys(image for block in body for image in block.images)),
        kind=_kind(lead, texts, links, body),
        extractor=parts.extractor,
    )


def date_lines(parts: Parts) -> list[str]:
    """Short lines near the title that may be the date: those below it first, then those above, then the last."""
    return [
        *(block.text for block in (*parts.head, *parts.body[:2]) if block.role != "lead"),
        *(block.text for block in parts.before[::-1][:6]),
        *(block.text for block in _until_tail(parts.foot)[:4]),
    ]


def _until_tail(blocks: Sequence[Block]) -> list[Block]:
    for place, block in enumerate(blocks):
        if block.kind != "row" and len(block.text) < 60 and is_tail(block.text):
            return list(blocks[:place])
    return list(blocks)


def _is_text(block: Block, title: str) -> bool:
    return bool(block.text) and block.kind != "image" and _is_content(block, title) and not is_date_line(block.text)


def _is_content(block: Block, title: str) -> bool:
    """Whether a block is the article's own: no title again, no button, no list of links, no date line."""
    if block.kind == "image" or (not block.text and block.links):
        return True
    if block.role in ("date",) or fold(block.text) == fold(title) or is_furniture(block.text) or is_imprint(block.text):
        return False
    if block.kind != "row" and is_date_line(block.text):
        return False
    if block.linked < (0.5 if len(block.text) <= _LABEL_LONGEST else 0.8):
        return True
    # Only a document's link is content when nothing but the link is there.
    return any(is_document(link) for link in block.links)


def _captions(blocks: list[Block]) -> list[Block]:
    """Tell captions from paragraphs: what stands in a picture's table, beneath a picture, or names its photographer."""
    pictured_tables = any(block.kind == "caption" for block in blocks)
    found: list[Block] = []
    after_image = False
    for block in blocks:
        if block.kind == "image":
            after_image = True
        elif block.kind in ("row", "h"):
            after_image = False
        elif (
            block.role == "captions"
            or block.kind == "caption"
            or (_looks_like_caption(block, after_image) or (block.boxed and pictured_tables))
        ):
            block = replace(block, kind="caption")
            after_image = False
        else:
            after_image = block.pictured and len(block.text) < 3
        found.append(block)
    return found


def _looks_like_caption(block: Block, after_image: bool) -> bool:
    if not block.text or len(block.text) >= _CAPTION_LONGEST:
        return False
    if _PICTURE_MARK.search(block.text) and not _BYLINE_LABEL.match(block.text):
        return True
    if not (after_image or block.pictured) or block.align == "right":
        return False
    return block.align == "center" or block.italic or not _FINAL.search(block.text)


def _byline(blocks: list[Block], parts: Parts) -> tuple[str | None, str | None, list[Block]]:
    """Author and credit, and the blocks without the lines that name them."""
    author = next(
        (
            block.text
            for block in (*parts.before, *parts.head, *blocks, *parts.foot)
            if block.role == "author" and block.text
        ),
        None,
    )
    credit: str | None = None
    kept = [block for block in blocks if block.role != "author"]
    while kept and (line := kept[-1]).kind in ("p", "h", "caption") and line.text:
        if (label := _CREDIT_LABEL.match(line.text)) and (label["colon"] or line.align == "right") and _short(line):
            credit = credit or clean(label["name"])
        elif is_byline(line):
            author = author or line.text
        else:
            break
        kept.pop()
    for line in _until_tail(parts.foot)[:6]:
        if (label := _CREDIT_LABEL.match(line.text)) and label["colon"] and _short(line):
            credit = credit or clean(label["name"])
        elif author is None and is_byline(line) and not is_furniture(line.text) and line.linked < 0.5:
            author = line.text
    if author is None:
        return None, credit, kept
    name, body = split_byline(author)
    return name, credit or body, kept


def is_byline(block: Block) -> bool:
    """Whether a line names the writer: labelled, or short, capitalised and without a sentence's end."""
    if not _short(block) or is_date_line(block.text):
        return False
    if _BYLINE_LABEL.match(block.text):
        return True
    if _FINAL.search(block.text) or re.search(r"\d", block.text) or block.kind != "p":
        return False
    if not (block.align == "right" or block.bold or block.role == "author"):
        return False
    words = [word for word in re.split(r"[\s–—-]+", block.text) if word]
    capitals = sum(1 for word in words if word[0].isupper())
    return capitals >= 0.6 * len(words)


def split_byline(text: str) -> tuple[str, str | None]:
    """A byline's person and, where it names one, the body he or she writes for."""
    if label := _BYLINE_LABEL.match(text):
        text = clean(label["name"])
    if (pair := _NAME_AND_BODY.match(text)) and len(pair["body"].split()) >= 2 and len(pair["name"].split()) <= 5:
        return pair["name"], pair["body"]
    return text, None


def _short(block: Block) -> bool:
    return 2 <= len(block.text) <= 120 and len(block.text.split()) <= _BYLINE_WORDS


def _lead(head: list[Block]) -> str | None:
    """What stands between title and body and is a sentence."""
    marked = [block.text for block in head if block.role == "lead"]
    texts = marked or [
        block.text
        for block in head
        if len(block.text) >= _LEAD_SHORTEST and block.linked < 0.3 and block.kind in ("p", "h") and not block.role
    ]
    return " ".join(texts) or None


def _opens_as_lead(paragraphs: list[Block]) -> bool:
    return len(paragraphs) > 1 and paragraphs[0].bold and not paragraphs[1].bold and len(paragraphs[0].text) >= 60


def _marked_credit(text: str) -> str | None:
    mark = _CREDIT_MARK.match(text)
    return phrases().credits.get(mark[1]) if mark else None


def _tables(blocks: list[Block]) -> list[list[list[str]]]:
    numbers = sorted({block.table for block in blocks if block.kind == "row"})
    return [[list(block.cells) for block in blocks if block.table == number] for number in numbers]


def _kind(lead: str | None, texts: list[str], links: list[Link], body: list[Block]) -> str:
    if lead or any(len(text) >= 60 or _FINAL.search(text) for text in texts):
        return "text"
    if any(is_document(link) for link in links):
        return "pdf"
    if any(_VIDEO.search(link.url) for link in links):
        return "video"
    return "image" if any(block.kind == "image" for block in body) else "text"


def _unique(links: list[Link]) -> list[Link]:
    return list({link.url: link for link in links}.values())
