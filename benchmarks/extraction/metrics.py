"""How right an extraction is: shingles as scrapinghub's article-extraction-benchmark counts them, and what readers see.

A page's score has the figures alone that its truth tells and its tool gives; means are over the pages that have one.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from statistics import mean
from typing import Any

Score = dict[str, float]
FIGURES = (
    "f1",
    "precision",
    "recall",
    "furniture",
    "lost",
    "captions_in_body",
    "captions_returned",
    "title",
    "byline",
    "date",
    "date_invented",
)
_SHINGLE = 4
_UNSEEN = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
_WORD = re.compile(r"\w+")
_DAY = re.compile(r"\s*(\d{4}-\d\d-\d\d)")


@dataclass(frozen=True)
class Truth:
    """What is right for a page. None: not told; an empty text or list: the page has none.

    `body` is without captions; `optional` holds lines that are neither required nor wrong in it; `bylines` the forms
    of the author's name that are right, "" where none is; `furniture` texts of the page that are not the article's;
    `verbatim` whether shingles are compared as they are written, Unicode's forms and what nobody sees included.
    """

    body: tuple[str, ...]
    title: str | None = None
    published: str | None = None
    bylines: tuple[str, ...] | None = None
    captions: tuple[str, ...] | None = None
    furniture: tuple[str, ...] | None = None
    optional: tuple[str, ...] = ()
    verbatim: bool = False


def normal(text: str | None) -> str:
    """The text in NFC and without what nobody sees: tools differ in both, readers do not."""
    return unicodedata.normalize("NFC", _UNSEEN.sub("", text or ""))


def words(text: str | None) -> tuple[str, ...]:
    """The words of a text, for comparing."""
    return tuple(_WORD.findall(normal(text).casefold()))


def holds(text: Sequence[str], part: Sequence[str]) -> bool:
    """Whether the words of a part stand one after the other in those of a text."""
    return f" {' '.join(part)} " in f" {' '.join(text)} "


def shingles(text: str) -> Counter[tuple[str, ...]]:
    """The runs of four words, case kept; a shorter text is one."""
    tokens = _WORD.findall(text)
    runs = (tuple(tokens[at : at + _SHINGLE]) for at in range(max(1, len(tokens) - _SHINGLE + 1)))
    return Counter(run for run in runs if run)


def matching(true: str, predicted: str) -> tuple[float, float, float]:
    """The shares of shingles that are right, too many and left out: together one, or zero where there are none."""
    right, found = shingles(true), shingles(predicted)
    counts = ((right & found).total(), (found - right).total(), (right - found).total())
    total = sum(counts)
    return (counts[0] / total, counts[1] / total, counts[2] / total) if total else (0.0, 0.0, 0.0)


def body_score(true: str, predicted: str) -> Score:
    """Precision where something was predicted, recall where something was to be found."""
    hit, extra, missed = matching(true, predicted)
    score: Score = {}
    if hit + extra:
        score["precision"] = hit / (hit + extra)
    if hit + missed:
        score["recall"] = hit / (hit + missed)
    return score


def page_score(truth: Truth, result: Mapping[str, Any] | None, gives: Collection[str]) -> Score:
    """One page of one tool, which gives these fields; no result counts as an empty one."""
    found = result or {}
    as_compared = str if truth.verbatim else normal
    body = as_compared(found.get("body") or "")
    body_words = words(body)
    score: Score = {}
    if truth.body:
        score |= body_score(as_compared("\n".join(truth.body)), _required(body, truth))
        score["lost"] = any(not holds(body_words, words(paragraph)) for paragraph in truth.body)
    if truth.furniture is not None:
        score["furniture"] = any(holds(body_words, words(text)) for text in truth.furniture)
    if truth.captions:
        score["captions_in_body"] = any(holds(body_words, words(caption)) for caption in truth.captions)
        if "captions" in gives:
            returned = {words(caption) for caption in found.get("captions") or ()}
            score["captions_returned"] = mean(words(caption) in returned for caption in truth.captions)
    if truth.title is not None and "title" in gives:
        score["title"] = words(found.get("title")) == words(truth.title)
    if truth.bylines is not None and "author" in gives:
        score["byline"] = words(found.get("author")) in {words(name) for name in truth.bylines}
    if truth.published is not None and "published" in gives:
        if truth.published:
            score["date"] = day(found.get("published")) == day(truth.published)
        else:
            score["date_invented"] = day(found.get("published")) is not None
    return score


def _required(body: str, truth: Truth) -> str:
    """The body without the lines that may be in it or not."""
    free = {words(line) for line in truth.optional} - {words(line) for line in truth.body}
    return "\n".join(line for line in body.splitlines() if not (words(line) and words(line) in free))


def day(date: str | None) -> str | None:
    """The day of an ISO 8601 date."""
    match = _DAY.match(date or "")
    return match[1] if match else None


def summary(scores: Sequence[Score]) -> dict[str, float | None]:
    """All figures over the pages of a corpus; None where no page has one. F1 is that of mean precision and recall."""
    figures: dict[str, float | None] = {}
    for name in FIGURES:
        told = [score[name] for score in scores if name in score]
        figures[name] = mean(told) if told else None
    precision, recall = figures["precision"], figures["recall"]
    if recall is not None:
        total = (precision or 0) + recall
        figures["f1"] = 2 * (precision or 0) * recall / total if total else 0.0
    return figures
