"""A fragment of a page to a list of blocks, on BeautifulSoup's tree: the place to read and extend the cleaning.

Word-paste markup, <font>, <div> and <br><br> paragraphs, nested layout tables all end as the same plain blocks.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup
from bs4.element import Comment, NavigableString, Tag

from archive.extract.article import Link
from archive.text import clean, nfc

_BLOCK_TAGS = frozenset(
    [
        "address",
        "article",
        "blockquote",
        "body",
        "center",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "html",
        "li",
        "main",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_BOLD = frozenset({"b", "strong"})
_ITALIC = frozenset({"i", "em"})
_ALIGN = re.compile(r"text-align\s*:\s*(left|right|center|justify)", re.IGNORECASE)
_CAPTION_CLASS = re.compile(r"caption|chu-?thich|image-?desc", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?…:;”\"]\s*$")
_BREAK = "\n"
_CELL_LONGEST = 300
_DOCUMENT = re.compile(r"\.(pdf|docx?|xlsx?|pptx?|rar|zip)(?:$|[?#])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph, heading, list item, table row or picture of a fragment.

    `kind` is `p`, `h`, `li`, `row`, `caption` or `image`; `role` what a layout says it is; `linked` the share of
    the text inside links; `boxed` marks the only text of a table, `pictured` one that shares its paragraph with a
    picture.
    """

    text: str
    kind: str = "p"
    role: str = ""
    linked: float = 0.0
    bold: bool = False
    italic: bool = False
    align: str = ""
    boxed: bool = False
    pictured: bool = False
    links: tuple[Link, ...] = ()
    images: tuple[str, ...] = ()
    table: int = 0
    cells: tuple[str, ...] = ()


@dataclass(slots=True)
class _Line:
    """A paragraph being gathered, with how much of it is linked, bold or italic."""

    parts: list[str] = field(default_factory=list)
    linked: int = 0
    bold: int = 0
    italic: int = 0
    pictured: bool = False
    images: list[str] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)


def blocks(html: str, url: str) -> list[Block]:
    """The blocks of a fragment in reading order; links are made absolute against the page's address."""
    return list(_Walk(url).walk(BeautifulSoup(html, "lxml"))) if html.strip() else []


def blocks_of(fragments: Sequence[str], url: str) -> list[list[Block]]:
    """The blocks of each of some fragments of one page, as `blocks` gives them: one tree costs less than several."""
    filled = [html for html in fragments if html.strip()]
    soup = BeautifulSoup("".join(f"<div>{html}</div>" for html in filled), "lxml")
    boxes = list(soup.body.children) if soup.body else []
    if len(boxes) != len(filled) or any(not isinstance(box, Tag) or box.name != "div" or box.attrs for box in boxes):
        return [blocks(html, url) for html in fragments]  # a fragment that breaks out of its box
    walked = iter([list(_Walk(url).walk(box)) for box in boxes if isinstance(box, Tag)])
    return [next(walked) if html.strip() else [] for html in fragments]


class _Walk:
    """One walk over one fragment."""

    def __init__(self, url: str):
        self.url = url
        self.tables = 0

    def walk(self, tag: Tag, *, kind: str = "p", boxed: bool = False) -> Iterator[Block]:
        line = _Line()
        for child in tag.children:
            if isinstance(child, Tag) and _stands_alone(child):
                yield from self._flush(line, tag, kind, boxed)
                line = _Line()
                yield from self._block(child, kind, boxed)
            else:
                self._gather(child, line)
        yield from self._flush(line, tag, kind, boxed)

    def _block(self, tag: Tag, kind: str, boxed: bool) -> Iterator[Block]:
        if tag.name == "table":
            yield from self._table(tag)
        elif tag.name in _HEADINGS:
            yield from self.walk(tag, kind="h")
        elif tag.name == "li":
            yield from self.walk(tag, kind="li")
        elif tag.name == "figcaption" or (_classes(tag, _CAPTION_CLASS) and len(tag.get_text()) < 400):
            yield from self.walk(tag, kind="caption")
        else:
            yield from self.walk(tag, kind=kind, boxed=boxed)

    def _table(self, table: Tag) -> Iterator[Block]:
        rows = [
            [cell for cell in row.find_all(["td", "th"]) if cell.find_parent("table") is table]
            for row in table.find_all("tr")
            if row.find_parent("table") is table
        ]
        cells = [cell for row in rows for cell in row]
        texts = [cell for cell in cells if clean(cell.get_text())]
        images = table.find_all("img")
        pictures = bool(images)
        if table.find("table") is None and pictures and texts and sum(len(cell.get_text()) for cell in texts) < 600:
            yield Block("", kind="image", images=tuple(filter(None, map(self._image, images))))
            for cell in texts:
                yield from self.walk(cell, kind="caption")
        elif table.find("table") is None and _holds_data(rows) and not pictures:
            self.tables += 1
            for row in rows:
                words = tuple(clean(cell.get_text(" ")) for cell in row)
                links = [link for cell in row for tag in cell.find_all("a") if (link := self._link(tag))]
                if any(words):
                    yield Block(" | ".join(words), kind="row", table=self.tables, cells=words, links=tuple(links))
        else:
            for cell in cells:
                yield from self.walk(cell, boxed=len(texts) == 1 and not pictures)

    def _gather(self, node: object, line: _Line) -> None:
        """Add an inline node to the paragraph."""
        if isinstance(node, NavigableString):
            if not isinstance(node, Comment):
                self._add(node, str(node).replace("\n", " ").replace("\r", " "), line)
            return
        if not isinstance(node, Tag):
            return
        if node.name == "br":
            line.parts.append(_BREAK)
        elif node.name == "img":
            line.pictured = True
            if image := self._image(node):
                line.images.append(image)
        else:
            if node.name == "a" and (link := self._link(node)):
                line.links.append(link)
            for child in node.children:
                self._gather(child, line)

    def _add(self, node: NavigableString, text: str, line: _Line) -> None:
        line.parts.append(text)
        length = 0 if text.isspace() else len(clean(text))
        if not length:
            return
        above = set()
        for parent in node.parents:
            if parent.name in _BLOCK_TAGS and parent.name not in _HEADINGS:
                break
            above.add(parent.name)
        line.linked += length if "a" in above else 0
        line.bold += length if above & _BOLD else 0
        line.italic += length if above & _ITALIC else 0

    def _link(self, tag: Tag) -> Link | None:
        url = self._address(tag.get("href"))
        return Link(url, clean(tag.get_text())) if url else None

    def _image(self, tag: Tag) -> str | None:
        """The address of a picture, also of one that a script would load."""
        return self._address(tag.get("data-src") or tag.get("src"))

    def _address(self, written: object) -> str | None:
        try:
            url = urljoin(self.url, str(written or ""))
            scheme = urlsplit(url).scheme
        except ValueError:
            return None
        return url if written and scheme in ("http", "https") else None

    def _flush(self, line: _Line, tag: Tag, kind: str, boxed: bool) -> Iterator[Block]:
        texts = _paragraphs("".join(line.parts))
        if not texts:
            if line.pictured or line.links:
                kind = "image" if line.pictured else kind
                yield Block("", kind, _role(tag), links=tuple(line.links), images=tuple(line.images))
            return
        total = max(1, sum(len(text) for text in texts))
        for text in texts:
            yield Block(
                text=text,
                kind=kind,
                role=_role(tag),
                linked=min(1.0, line.linked / total),
                bold=line.bold >= 0.9 * total,
                italic=line.italic >= 0.9 * total,
                align=_align(tag),
                boxed=boxed,
                pictured=line.pictured,
                links=tuple(line.links),
                images=tuple(line.images),
            )


def is_document(link: Link) -> bool:
    """Whether a link leads to a file to read or unpack."""
    return bool(_DOCUMENT.search(link.url))


def _paragraphs(text: str) -> list[str]:
    """The paragraphs of a run of text: an empty line divides, a single break only after a sentence's end."""
    found: list[str] = []
    if not text or text.isspace():
        return found
    for part in re.split(r"\n(?:\s*\n)+", nfc(text)):
        open_line = ""
        for piece in map(clean, part.split(_BREAK)):
            if open_line and piece and _SENTENCE_END.search(open_line) and len(open_line) >= 60:
                found.append(open_line)
                open_line = piece
            else:
                open_line = f"{open_line} {piece}".strip()
        if open_line:
            found.append(open_line)
    return found


def _holds_data(rows: list[list[Tag]]) -> bool:
    """Whether a table shows data in rows and columns, not a layout."""
    filled = [row for row in rows if len(row) >= 2]
    if len(filled) < 2:
        return False
    cells = [clean(cell.get_text()) for row in filled for cell in row]
    return max(map(len, cells)) <= _CELL_LONGEST and sum(1 for cell in cells if cell) >= 0.5 * len(cells)


def _stands_alone(tag: Tag) -> bool:
    """Whether an element is a paragraph of its own or holds some: by its name, or because a layout marked it."""
    return (
        tag.name in _BLOCK_TAGS
        or tag.has_attr("data-role")
        or any(isinstance(below, Tag) and below.name in _BLOCK_TAGS for below in tag.descendants)
    )


def _align(tag: Tag) -> str:
    for node in (tag, *tag.parents):
        if style := _ALIGN.search(str(node.get("style") or "")):
            return style[1].lower()
        if align := node.get("align"):
            return str(align).lower()
        if node.name == "center":
            return "center"
        if node.name in ("table", "body"):
            return ""
    return ""


def _role(tag: Tag) -> str:
    for node in (tag, *tag.parents):
        if role := node.get("data-role"):
            return str(role)
    return ""


def _classes(tag: Tag, pattern: re.Pattern[str]) -> bool:
    return bool(pattern.search(" ".join(map(str, tag.get_attribute_list("class")))))
