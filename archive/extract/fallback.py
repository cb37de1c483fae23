"""trafilatura, for pages on which neither layout nor sentences were found."""

from collections.abc import Collection

from archive.extract.article import Article
from archive.extract.phrases import bare, is_furniture, is_imprint, is_tail
from archive.text import clean, fold


def by_trafilatura(html: str, url: str, title: str, furniture: Collection[str]) -> Article | None:
    """What trafilatura's fast path makes of a page under a title that was found; never a date of its search."""
    from trafilatura import bare_extraction  # slow to load, and few pages need it

    document = bare_extraction(html, url=url, fast=True, include_comments=False, with_metadata=False)
    if document is None:
        return None
    text = document["text"] if isinstance(document, dict) else document.text
    paragraphs: list[str] = []
    for line in map(clean, (text or "").split("\n")):
        if is_tail(line):
            break
        if (
            line
            and fold(line) != fold(title)
            and bare(line) not in furniture
            and not (is_furniture(line) or is_imprint(line))
        ):
            paragraphs.append(line)
    return Article(title=title, paragraphs=paragraphs, extractor="trafilatura") if paragraphs else None
