"""Passages struck from an article: wherever its words stand, a mark stands in their place. Pure."""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from archive.extract.article import Article, Link
from archive.text import nfc

MARK = "[…]"
_BETWEEN = "\n\n"


def redacted(article: Article, passages: Sequence[str]) -> Article:
    """The article without these passages, under the hash it had; itself where it holds none of them."""
    if not passages:
        return article
    lead, *paragraphs = _struck([article.lead or "", *article.paragraphs], passages)
    changed = replace(
        article,
        title=redact(article.title, passages),
        lead=(lead or None) if article.lead else article.lead,
        paragraphs=[text for text in paragraphs if text is not None],
        author=_optional(article.author, passages),
        credit=_optional(article.credit, passages),
        captions=[redact(text, passages) for text in article.captions],
        tables=[[[redact(cell, passages) for cell in row] for row in table] for table in article.tables],
        links=[Link(link.url, redact(link.text, passages)) for link in article.links],
    )
    return article if changed == article else changed.known_as(article.text_hash)


def redact(text: str, passages: Sequence[str]) -> str:
    """A text without these passages."""
    return _struck([text], passages)[0] or ""


def _optional(text: str | None, passages: Sequence[str]) -> str | None:
    return text and redact(text, passages)


def _struck(parts: Sequence[str], passages: Sequence[str]) -> list[str | None]:
    """The parts of a text without the passages, which may go over several; None: the middle or end of one was all of
    it."""
    whole = _BETWEEN.join(parts)
    spans = _merged([match.span() for passage in passages for match in _pattern(passage).finditer(whole)])
    found: list[str | None] = []
    start = 0
    for part in parts:
        end = start + len(part)
        kept, place = "", start
        for first, last in spans:
            if first < end and last > start:
                kept += whole[place : max(first, start)] + MARK
                place = min(last, end)
        kept += whole[place:end]
        begun_before = any(first < start and last >= end for first, last in spans)
        found.append(None if part and begun_before and kept == MARK else kept)
        start = end + len(_BETWEEN)
    return found


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for first, last in sorted(spans):
        if merged and first <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(last, merged[-1][1])
        else:
            merged.append((first, last))
    return merged


@lru_cache(256)
def _pattern(passage: str) -> re.Pattern[str]:
    """The words of a passage, whatever blanks and letter case they stand in; never a part of a word."""
    words = r"\s+".join(re.escape(word) for word in nfc(passage).split())
    before, behind = (r"\b" if letter.isalnum() else "" for letter in (passage.strip()[0], passage.strip()[-1]))
    return re.compile(f"{before}{words}{behind}", re.IGNORECASE)
