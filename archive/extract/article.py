"""What extraction makes of a page."""

import hashlib
import json
from dataclasses import asdict, dataclass, field, fields, replace
from functools import cached_property

_UNSEEN = frozenset({"published_from", "extractor", "images"})
"""Fields that say how an article was found, or name what changes its address without a change to see."""


@dataclass(frozen=True)
class Link:
    """A link of the article's body: its address (http or https) and its words."""

    url: str
    text: str


@dataclass(frozen=True)
class Article:
    """A news article: its own words and nothing of the page around it.

    All text is NFC, without zero-width characters and non-breaking spaces. `published` is an ISO 8601
    date, or a date and time with +07:00, or None when the page does not say; `published_from` names where
    it was read. `author` is the person, `credit` the paper or body the text is taken from. `images` are the
    addresses of the body's pictures. `kind` is `text`, `pdf`, `image` or `video`; `extractor` names the path that
    found it (a layout, `generic`, `trafilatura`).
    """

    title: str
    paragraphs: list[str]
    lead: str | None = None
    published: str | None = None
    published_from: str | None = None
    author: str | None = None
    credit: str | None = None
    captions: list[str] = field(default_factory=list)
    tables: list[list[list[str]]] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    images: list[str] = field(default_factory=list)
    kind: str = "text"
    extractor: str = "generic"

    @property
    def body(self) -> str:
        """Lead and paragraphs, a blank line between them."""
        return "\n\n".join([self.lead, *self.paragraphs] if self.lead else self.paragraphs)

    @property
    def by_layout(self) -> bool:
        """Whether the publishing system's own layout found it, rather than a guess."""
        return self.extractor.startswith("layout ")

    @cached_property
    def text_hash(self) -> str:
        """SHA-256 of everything a reader sees of the article: two captures with the same one are one version."""
        seen = {name.name: getattr(self, name.name) for name in fields(self) if name.name not in _UNSEEN}
        text = json.dumps(seen, ensure_ascii=False, sort_keys=True, default=asdict)
        return hashlib.sha256(text.encode()).hexdigest()

    def known_as(self, text_hash: str) -> "Article":
        """The same under the hash of the text that was captured: what is shown may hold less of it."""
        known = replace(self)
        known.__dict__["text_hash"] = text_hash
        return known
