"""The plain blocks that every kind of markup is cleaned to."""

import re
from dataclasses import dataclass

from archive.extract.article import Link

_DOCUMENT = re.compile(r"\.(pdf|docx?|xlsx?|pptx?|rar|zip)(?:$|[?#])", re.IGNORECASE)
_FINAL = tuple('.!?:;,”"»)…。！？')
_SENTENCE_END = tuple(".!?…")
_PROSE_SHORTEST = 80


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph, heading, list item, table row or picture of a fragment.

    `kind` is `p`, `h`, `li`, `row`, `caption` or `image`; `role` what a layout says it is; `linked` the share of
    the text inside links; `boxed` marks the only text of a table, `pictured` one that shares its paragraph with a
    picture; `holder` is the same for paragraphs of one element; `times` are the moments its <time> elements name.
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
    holder: int = 0
    times: tuple[str, ...] = ()

    @property
    def ends(self) -> bool:
        """Whether the text ends as a sentence or a part of one does."""
        return self.text.endswith(_FINAL)

    @property
    def is_sentence(self) -> bool:
        """Whether the text ends as a whole sentence does."""
        return self.text.rstrip(' ”"»)').endswith(_SENTENCE_END)

    @property
    def is_prose(self) -> bool:
        """Whether it is a paragraph of running text."""
        return self.kind == "p" and self.linked < 0.5 and len(self.text) >= _PROSE_SHORTEST and self.ends


def is_document(link: Link) -> bool:
    """Whether a link leads to a file to read or unpack."""
    return bool(_DOCUMENT.search(link.url))
