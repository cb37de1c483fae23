"""Paragraphs from runs of text: what stands in a line, and where it ends."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from archive.extract.article import Link
from archive.text import clean

_SENTENCE_END = re.compile(r"[.!?…:;”\"]\s*$")


class Marks(NamedTuple):
    """What the elements around a text say of it."""

    linked: bool = False
    bold: bool = False
    italic: bool = False


PLAIN = Marks()
"""A text with nothing special around it."""


@dataclass(slots=True)
class Line:
    """A run of text being gathered, with what stands in it; a `None` part is a line break."""

    parts: list[tuple[str, Marks] | None] = field(default_factory=list)
    pictured: bool = False
    images: list[str] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    times: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return bool(self.parts or self.pictured or self.links)


class Piece(NamedTuple):
    """A paragraph's text and how many of its characters are linked, bold, italic."""

    text: str
    linked: int = 0
    bold: int = 0
    italic: int = 0


def paragraphs(parts: list[tuple[str, Marks] | None]) -> list[Piece]:
    """The paragraphs of a run of text: an empty line divides, a single break only after a sentence's end."""
    if None not in parts:
        return [line for line in _lines(parts) if line.text] if parts else []
    found: list[Piece] = []
    open_pieces: list[Piece] = []
    length = 0
    broken = False
    for piece in _lines(parts):
        if not piece.text:
            broken = True
            continue
        ended = broken or (length >= 60 and _SENTENCE_END.search(open_pieces[-1].text[-10:]))
        if open_pieces and ended:
            found.append(_joined(open_pieces))
            open_pieces, length = [], 0
        open_pieces.append(piece)
        length += len(piece.text) + 1
        broken = False
    return [*found, _joined(open_pieces)] if open_pieces else found


def _joined(pieces: list[Piece]) -> Piece:
    texts, linked, bold, italic = zip(*pieces, strict=True)
    return Piece(" ".join(texts), sum(linked), sum(bold), sum(italic))


def _lines(parts: list[tuple[str, Marks] | None]) -> Iterator[Piece]:
    """The text between line breaks."""
    texts: list[str] = []
    linked = bold = italic = 0
    for part in parts:
        if part is None:
            yield Piece(clean("".join(texts)), linked, bold, italic)
            texts = []
            linked = bold = italic = 0
            continue
        text, marks = part
        texts.append(text)
        if marks is not PLAIN:
            length = len(clean(text))
            linked += length * marks.linked
            bold += length * marks.bold
            italic += length * marks.italic
    yield Piece(clean("".join(texts)), linked, bold, italic)
