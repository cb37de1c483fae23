"""A fragment of a page to a list of blocks, on BeautifulSoup's tree: the place to read and extend the cleaning.

Word-paste markup, <font>, <div> and <br><br> paragraphs, nested layout tables all end as the same plain blocks.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from urllib.parse import urljoin

from bs4.element import Comment, NavigableString, Tag

from archive.extract.article import Link
from archive.extract.blocks import Block
from archive.extract.blocks.lines import PLAIN, Line, Marks, paragraphs
from archive.extract.blocks.tree import tree_of
from archive.extract.dates.written import tells_of_change
from archive.text import clean

_BLOCK_TAGS = frozenset(
    {
        "address",
        "article",
        "caption",
        "details",
        "legend",
        "summary",
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
    }
    | {"footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "li", "main", "ol", "p", "pre"}
    | {"section", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul"}
)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_BOLD = frozenset({"b", "strong"})
_ITALIC = frozenset({"i", "em"})
_ALIGN = re.compile(r"text-align\s*:\s*(left|right|center|justify)", re.IGNORECASE)
# As editors name it: has-text-align-right, text-right, rteright, aligncenter.
_ALIGN_CLASS = re.compile(r"(?:^|[\s-])(?:text|align|rte)-?(left|right|center|justify)\b", re.IGNORECASE)
_CAPTION_CLASS = re.compile(r"caption|chu-?thich|img-?desc|image-?desc|(?:photo|image)-?credit", re.IGNORECASE)
_PICTURES = ["img", "picture", "video"]
_NOT_OF_A_CAPTION = ["table", "blockquote", "pre", "ul", "ol"]
_ROLE = "data-role"
_MOST_TAGS = 40_000
"""Tags of a fragment that are read; what has more is made to be slow, no article has a tenth of it."""
_REMEMBERED_LONGEST = 500
"""Characters of an address that is kept for the next page; a picture in its own address may have megabytes."""
_CELL_LONGEST = 300
_ALIGNED_LONGEST = 400
"""Characters from which a paragraph is neither caption nor byline, wherever it stands."""
_CAPTION_LONGEST = 400
_CAPTIONS_LONGEST = 600


def blocks(html: str, url: str) -> list[Block]:
    """The blocks of a fragment in reading order; links are made absolute against the page's address."""
    return list(_Walk(url, marked=_ROLE in html).walk(_soup(html))) if html.strip() else []


def blocks_of(fragments: Sequence[str], url: str) -> list[list[Block]]:
    """The blocks of each of some fragments of one page, as `blocks` gives them: one tree costs less than several."""
    filled = [html for html in fragments if html.strip()]
    whole = "".join(f"<div>{html}</div>" for html in filled)
    soup, marked = _soup(whole), _ROLE in whole
    boxes = list(soup.children)
    if len(boxes) != len(filled) or any(not isinstance(box, Tag) or box.name != "div" or box.attrs for box in boxes):
        return [blocks(html, url) for html in fragments]  # a fragment that breaks out of its box
    walked = iter([list(_Walk(url, marked=marked).walk(box)) for box in boxes if isinstance(box, Tag)])
    return [next(walked) if html.strip() else [] for html in fragments]


def _soup(html: str) -> Tag:
    if html.count("<") > _MOST_TAGS:
        html = "<".join(html.split("<", _MOST_TAGS + 1)[:-1])
    return tree_of(html)


class _Walk:
    """One walk over one fragment."""

    def __init__(self, url: str, *, marked: bool):
        self.url = url
        self.marked = marked
        self.tables = 0
        self.aligned: dict[int, str] = {}

    def walk(self, tag: Tag, *, kind: str = "p", boxed: bool = False, marks: Marks = PLAIN) -> Iterator[Block]:
        marks = _marks(tag, marks)
        line = Line()
        holder = id(tag.parent)
        for child in tag.children:
            if isinstance(child, Tag) and _stands_alone(child):
                holder = id(tag)
                if line.holds:
                    yield from self._flush(line, tag, kind, boxed, holder)
                    line = Line()
                yield from self._block(child, kind, boxed, marks)
            else:
                self._gather(child, line, marks)
        if line.holds:
            yield from self._flush(line, tag, kind, boxed, holder)

    def _block(self, tag: Tag, kind: str, boxed: bool, marks: Marks) -> Iterator[Block]:
        if tag.name == "table":
            yield from self._table(tag)
        elif tag.name in _HEADINGS:
            yield from self.walk(tag, kind=kind if kind == "caption" else "h", marks=marks)
        elif tag.name == "li":
            yield from self.walk(tag, kind=kind if kind == "caption" else "li", marks=marks)
        elif _is_caption(tag):
            yield from self.walk(tag, kind="caption")
        else:
            yield from self.walk(tag, kind=kind, boxed=boxed, marks=marks)

    def _table(self, table: Tag) -> Iterator[Block]:
        rows = list(_rows(table))
        cells = [cell for row in rows for cell in row]
        texts = [cell for cell in cells if clean(cell.get_text())]
        images = table.find_all("img")
        pictures = bool(images)
        is_flat = table.find("table") is None
        if is_flat and pictures and texts and _are_captions(texts):
            yield Block("", kind="image", images=tuple(filter(None, map(self._image, images))))
            for cell in texts:
                yield from self.walk(cell, kind="caption")
        elif is_flat and not pictures and _holds_data(rows):
            self.tables += 1
            for title in table.find_all("caption", recursive=False):
                yield from self.walk(title)
            for row in rows:
                words = tuple(clean(cell.get_text(" ")) for cell in row)
                links = [link for cell in row for tag in cell.find_all("a") if (link := self._link(tag))]
                if any(words):
                    yield Block(" | ".join(words), kind="row", table=self.tables, cells=words, links=tuple(links))
        else:
            for cell in cells:
                yield from self.walk(cell, boxed=len(texts) == 1 and not pictures)

    def _gather(self, node: object, line: Line, marks: Marks) -> None:
        """Add an inline node to the paragraph."""
        if isinstance(node, NavigableString):
            # Space alone begins no paragraph.
            if not isinstance(node, Comment) and (line.parts or not node.isspace()):
                line.parts.append((str(node).replace("\n", " ").replace("\r", " "), marks))
            return
        if not isinstance(node, Tag):
            return
        if node.name == "br":
            line.parts.append(None)
        elif node.name == "img":
            line.pictured = True
            if image := self._image(node):
                line.images.append(image)
        else:
            if node.name == "a" and (link := self._link(node)):
                line.links.append(link)
            elif node.name == "time" and not tells_of_change(str(node.get("class") or "")):
                line.times.append(str(node.get("datetime") or ""))
            marks = _marks(node, marks)
            for child in node.children:
                self._gather(child, line, marks)

    def _link(self, tag: Tag) -> Link | None:
        url = self._address(tag.get("href"))
        return Link(url, clean(tag.get_text())) if url else None

    def _image(self, tag: Tag) -> str | None:
        """The address of a picture, also of one that a script would load."""
        return self._address(tag.get("data-src") or tag.get("src"))

    def _address(self, written: object) -> str | None:
        address = str(written or "")
        if address.startswith(("/", "http://", "https://")) and len(address) <= _REMEMBERED_LONGEST:
            # A site's pages have the same links around their text, which do not depend on the page.
            url = _remembered(_origin(self.url), address)
        else:
            url = _joined(self.url, address)
        return url if address and url.startswith(("http://", "https://")) else None

    def _role(self, tag: Tag) -> str:
        """What a layout has marked an element or one around it as."""
        if not self.marked:
            return ""
        return next((str(role) for node in (tag, *tag.parents) if (role := node.get(_ROLE))), "")

    def _align(self, tag: Tag) -> str:
        """How the text of an element is set, by what it or the nearest around it says."""
        key = id(tag)  # the tree outlives the walk
        if key not in self.aligned:
            own = _own_align(tag)
            self.aligned[key] = self._align(tag.parent) if own is None and tag.parent else own or ""
        return self.aligned[key]

    def _flush(self, line: Line, tag: Tag, kind: str, boxed: bool, holder: int) -> Iterator[Block]:
        pieces = paragraphs(line.parts)
        if not pieces:
            if line.pictured or line.links:
                kind = "image" if line.pictured else kind
                yield Block(
                    "", kind, self._role(tag), links=tuple(line.links), images=tuple(line.images), holder=holder
                )
            return
        role = self._role(tag)
        align = self._align(tag) if min(len(piece.text) for piece in pieces) < _ALIGNED_LONGEST else ""
        for piece in pieces:
            length = max(1, len(piece.text))
            yield Block(
                text=piece.text,
                kind=kind,
                role=role,
                linked=min(1.0, piece.linked / length),
                bold=piece.bold >= 0.9 * length,
                italic=piece.italic >= 0.9 * length,
                align=align,
                boxed=boxed,
                pictured=line.pictured and len(pieces) <= 2,
                links=tuple(line.links),
                images=tuple(line.images),
                holder=holder,
                times=tuple(line.times),
            )


def _marks(tag: Tag, around: Marks) -> Marks:
    if tag.name == "a":
        return around._replace(linked=True)
    if tag.name in _BOLD:
        return around._replace(bold=True)
    return around._replace(italic=True) if tag.name in _ITALIC else around


def _are_captions(cells: list[Tag]) -> bool:
    """Whether the texts beside pictures in a table are short enough to be theirs."""
    lengths = [len(clean(cell.get_text())) for cell in cells]
    return sum(lengths) < _CAPTIONS_LONGEST and max(lengths) < _CAPTION_LONGEST


def _rows(table: Tag) -> Iterator[list[Tag]]:
    """The cells of a table's own rows."""
    for child in table.children:
        if not isinstance(child, Tag):
            continue
        if child.name == "tr":
            yield [cell for cell in child.children if isinstance(cell, Tag) and cell.name in ("td", "th")]
        elif child.name in ("tbody", "thead", "tfoot"):
            yield from _rows(child)


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
        or tag.has_attr(_ROLE)
        or (tag.name == "span" and _is_caption(tag))
        or any(isinstance(below, Tag) and below.name in _BLOCK_TAGS for below in tag.descendants)
    )


def _is_caption(tag: Tag) -> bool:
    """Whether an element names itself the text of a picture, or is a picture with its text."""
    if tag.name == "figcaption":
        return True
    if tag.name == "figure":
        return tag.find(_PICTURES) is not None and tag.find(_NOT_OF_A_CAPTION) is None
    named = tag.get("class")
    return bool(named and _CAPTION_CLASS.search(str(named))) and len(tag.get_text()) < _CAPTION_LONGEST


def _own_align(tag: Tag) -> str | None:
    """How an element itself says that its text is set; "" where nothing around it counts, None: it says nothing."""
    if style := _ALIGN.search(str(tag.get("style") or "")):
        return style[1].lower()
    if named := _ALIGN_CLASS.search(str(tag.get("class") or "")):
        return named[1].lower()
    if align := tag.get("align"):
        return str(align).lower()
    if tag.name == "center":
        return "center"
    return "" if tag.name in ("table", "body") or tag.parent is None else None


def _joined(base: str, address: str) -> str:
    """An address made absolute; "" where it is none."""
    try:
        return urljoin(base, address)
    except ValueError:
        return ""


_remembered = lru_cache(4096)(_joined)


@lru_cache(16)
def _origin(url: str) -> str:
    """What leads an address from the root of its site."""
    return _joined(url, "/")
