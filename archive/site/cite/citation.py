"""What a citation says of an article, in no format yet."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from archive.site.articles.article import ArticlePage
from archive.site.formats import VIETNAM, moment_of, web_address

Address = Callable[[str], str]
"""Makes a whole address of a path of ours."""

LANGUAGE = "vi"


@dataclass(frozen=True, slots=True)
class Citation:
    """An article as others cite it. Texts are one line each, as the source wrote them: an author may be two people.

    `key` is the source and the article's permanent id. `url` is the source's address, None when no browser may follow
    it; `page` ours, `archive` the version's, which never changes. `published` None: the article is undated.
    `captured` is the day the version was captured: the day it was last seen so.
    """

    key: str
    title: str
    author: str | None
    source: str
    url: str | None
    page: str
    archive: str
    published: date | None
    captured: date | None


def of_article(article: ArticlePage, address: Address, *, as_version: bool = False) -> Citation:
    """The citation of an article in the version shown; one version among others has its number in the key."""
    path = f"/bai/{article.id}"
    key = f"{article.source}-{article.id}"
    return Citation(
        key=f"{key}-{article.version}" if as_version else key,
        title=one_line(article.title),
        author=one_line(article.author or "") or None,
        source=one_line(article.source_name),
        url=_followed(article.url),
        page=address(path),
        archive=address(f"{path}/ban-luu/{article.version}"),
        published=day_of(article.published),
        captured=day_of(article.captured),
    )


def of_row(row: Mapping[str, Any], address: Address) -> Citation:
    """The same from a row of articles, which stands for its newest version, with its source's name."""
    path = f"/bai/{row['id']}"
    return Citation(
        key=f"{row['source']}-{row['id']}",
        title=one_line(row["title"]),
        author=one_line(row["author"] or "") or None,
        source=one_line(row["source_name"]),
        url=_followed(row["url"]),
        page=address(path),
        archive=address(f"{path}/ban-luu/{row['version']}"),
        published=day_of(row["published"]),
        captured=day_of(row["changed"]),
    )


def one_line(text: str) -> str:
    """A text without line breaks and other control characters: every format is made of lines."""
    if not text.isprintable():
        text = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(text.split())


def _followed(url: str | None) -> str | None:
    return one_line(url).replace(" ", "%20") if url and web_address(url) else None


def day_of(moment: str | None) -> date | None:
    """The day of an ISO date or time in Vietnam; None when it is neither."""
    parsed = moment_of(moment)
    return parsed.astimezone(VIETNAM).date() if parsed else None
