"""What a spider yields: an article, or why a page holds none."""

from dataclasses import InitVar, asdict, dataclass, field
from typing import Any

from archive.addresses import article_id, canonical
from archive.capture import Capture
from archive.ingest import Reading


@dataclass
class ArticleItem:
    """One article as feed exports show it; its capture travels along unseen."""

    capture: InitVar[Capture]
    reading: InitVar[Reading]
    id: str = ""
    source: str = ""
    url: str = ""
    title: str = ""
    published: str | None = None
    author: str | None = None
    credit: str | None = None
    lead: str | None = None
    body: str = ""
    captions: list[str] = field(default_factory=list)
    links: list[dict[str, Any]] = field(default_factory=list)
    kind: str = "text"
    captured: str = ""

    def __post_init__(self, capture: Capture, reading: Reading) -> None:
        self.origin = capture
        self.id = article_id(capture.final_url, capture.source)
        self.source = capture.source.id
        self.url = canonical(capture.final_url, capture.source)
        self.captured = capture.fetched
        self.fill(reading)

    def fill(self, reading: Reading) -> None:
        """Take what was read of the capture."""
        article = reading.article
        assert article is not None
        self.read = reading
        self.text_hash = article.text_hash
        self.title, self.lead, self.body = article.title, article.lead, article.body
        self.published, self.author, self.credit = article.published, article.author, article.credit
        self.captions, self.kind = list(article.captions), article.kind
        self.links = [asdict(link) for link in article.links]


@dataclass
class Refused:
    """A page that is no article, and why. `lost`: it should have been one and is asked for again; `missing`: the site
    says that it is not there, without a status that says so."""

    url: str
    reason: str
    lost: bool = False
    missing: bool = False
