"""Pages with their truth: the golden pages, folders with a truth.jsonl, scrapinghub's article-extraction-benchmark."""

import gzip
import json
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from archive.extract.decode import decode
from benchmarks.extraction.metrics import Truth, holds, words
from crawler.probing import golden

TRUTH, GROUND_TRUTH = "truth.jsonl", "ground-truth.json"
_NUMBER = re.compile(r"\d+")
_LEAST_WORDS = 4
"""Words of a text of a golden page that count as furniture where the article has them nowhere."""


class CorpusError(Exception):
    """A folder that cannot be read as a corpus; the message says what is wrong and what helps."""


@dataclass(frozen=True)
class Page:
    """A page as it was captured. Peers are given the text that the project's decoder makes of the bytes, and those that
    ask for it the language, None where it differs from page to page."""

    name: str
    url: str
    html: bytes = field(repr=False)
    truth: Truth = field(repr=False)
    family: str | None = None
    captured: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    overrides: Mapping[str, str] = field(default_factory=dict)
    listed: str | None = None
    language: str | None = "vi"

    def given(self) -> dict[str, Any]:
        """What a tool may know of the page, in plain types."""
        return {
            "url": self.url,
            "html": self.html,
            "text": decode(self.html, self.headers),
            "language": self.language,
            "family": self.family,
            "captured": self.captured,
            "headers": dict(self.headers),
            "overrides": dict(self.overrides),
            "listed": self.listed,
        }


@dataclass(frozen=True)
class Corpus:
    """Pages that are measured together; `note` is printed beside the name."""

    name: str
    pages: tuple[Page, ...]
    note: str = ""


def golden_pages(folder: Path) -> Corpus:
    """The project's golden pages; those without an article and those that nobody has reviewed are left out."""
    loaded = [(file, *golden.load(file)) for file in golden.pages(folder)]
    told = [(file, record, body) for file, record, body in loaded if record["reviewed"] and record["article"]]
    left_out = len(loaded) - len(told)
    note = f"{left_out} without an article or not reviewed left out" if left_out else ""
    return Corpus(
        "golden",
        tuple(_golden_page(f"{file.parent.name}/{file.stem}", record, body) for file, record, body in told),
        note,
    )


def _golden_page(name: str, record: Mapping[str, Any], body: bytes) -> Page:
    article = record["article"]
    rows = [row for table in article["tables"] for row in table]
    optional = [*(" | ".join(row) for row in rows), *(cell for row in rows for cell in row)]
    author, credit = article["author"] or "", article["credit"] or ""
    optional += [link["text"] for link in article["links"]] + [author, credit, f"{author} {credit}"]
    paragraphs = ([article["lead"]] if article["lead"] else []) + article["paragraphs"]
    told = [article["title"], *paragraphs, *article["captions"], *optional]
    return Page(
        name=name,
        url=record["url"],
        html=body,
        truth=Truth(
            body=tuple(paragraphs),
            title=article["title"],
            published=article["published"] or "",
            bylines=(author,),
            captions=tuple(article["captions"]),
            furniture=furniture_of(decode(body, record["headers"]), told, article["published"]),
            optional=tuple(optional),
        ),
        family=record["family"],
        captured=record["captured"],
        headers=record["headers"],
        overrides=record["layout"],
        listed=record["listed"],
    )


def furniture_of(html: str, told: Iterable[str], published: str | None = None) -> tuple[str, ...]:
    """The texts of a page, element by element, that are nowhere in what is told of its article and not its date."""
    tree = LexborHTMLParser(html)
    tree.strip_tags(["script", "style", "template", "noscript"], recursive=True)
    texts = (tree.body.text(separator="\n") if tree.body else "").splitlines()
    article = words("\n".join(told))
    iso = _NUMBER.findall((published or "")[:10])
    dates = [iso, iso[::-1]] if iso else []
    return tuple(
        text
        for text in dict.fromkeys(line.strip() for line in texts)
        if len(found := words(text)) >= _LEAST_WORDS
        and not holds(article, found)
        and not any(holds(_NUMBER.findall(text), date) for date in dates)
    )


def folder_of(folder: Path) -> Corpus:
    """A folder of pages with a truth.jsonl or a ground-truth.json. Raises CorpusError."""
    if not folder.is_dir():
        raise CorpusError(f"no folder {folder}: name one that is there")
    if (folder / GROUND_TRUTH).is_file():
        return scrapinghub(folder)
    if (folder / TRUTH).is_file():
        return told_pages(folder)
    raise CorpusError(
        f"{folder} holds neither {TRUTH} nor {GROUND_TRUTH}: name a folder with one of them beside its pages"
    )


def told_pages(folder: Path) -> Corpus:
    """HTML files named by the lines of a truth.jsonl."""
    pages = []
    for number, line in enumerate((folder / TRUTH).read_text("utf-8").splitlines(), 1):
        try:
            if line.strip():
                pages.append(_told_page(folder, json.loads(line)))
        except (ValueError, KeyError, TypeError, OSError) as error:
            reason = f"field {error} is missing" if isinstance(error, KeyError) else error
            raise CorpusError(f"{folder / TRUTH}, line {number}: {reason}; mend the line or leave it out") from error
    return _filled(folder, pages)


def _told_page(folder: Path, record: Mapping[str, Any]) -> Page:
    author = record.get("author")
    dated = "published" in record and record.get("date_scored", True)
    captions, furniture = record.get("captions"), record.get("boilerplate_samples")
    return Page(
        name=record["file"],
        url=record["url"],
        html=(folder / record["file"]).read_bytes(),
        truth=Truth(
            body=tuple(record["body"]),
            title=record.get("title"),
            published=(record["published"] or "") if dated else None,
            bylines=_bylines(author, record.get("author_display")) if "author" in record else None,
            captions=None if captions is None else tuple(captions),
            furniture=None if furniture is None else tuple(furniture),
            optional=tuple(record.get("optional", ())),
        ),
        language=record.get("language", "vi"),
    )


def _bylines(author: str | None, shown: str | None) -> tuple[str, ...]:
    """The author alone; where there is none, no name or the one that the page shows for its editors."""
    if author:
        return (author,)
    return ("", shown) if shown else ("",)


def scrapinghub(folder: Path) -> Corpus:
    """A checkout of scrapinghub/article-extraction-benchmark: bodies alone are told."""
    pages = []
    for name, record in json.loads((folder / GROUND_TRUTH).read_text("utf-8")).items():
        file = folder / "html" / f"{name}.html.gz"
        try:
            html = gzip.decompress(file.read_bytes())
        except (OSError, EOFError) as error:
            raise CorpusError(f"{file}: {error}; is the checkout whole?") from error
        body = tuple(line for line in record.get("articleBody", "").splitlines() if line.strip())
        pages.append(Page(name, record["url"], html, Truth(body, verbatim=True), language=None))
    return _filled(folder, pages)


def _filled(folder: Path, pages: list[Page]) -> Corpus:
    if not pages:
        raise CorpusError(f"{folder} tells of no page: fill it or name another folder")
    return Corpus(Path(os.path.abspath(folder)).name, tuple(pages))
