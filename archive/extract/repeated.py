"""What repeats over the articles of one source: lines that may be the site's own. Pure; a person decides about each.

Text repeats for other reasons too. A story printed twice repeats whole: of articles that share half their text one is
looked at. Bylines, formulas and names repeat here and there: they are proposed, but below what stands on every page
outside the article's own text, and with the reason to doubt them.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from math import ceil
from typing import Literal

from archive.extract.article import Article
from archive.extract.phrases import bare

LEAST_ARTICLES = 3
LEAST_SHARE = 0.1
"""A line is proposed when 3 different articles and a tenth of them have it: twice is chance, and among 200 articles any
phrase of the trade comes three times. Half of them, as filters over a whole site ask, would miss what only one section
or the pages before a redesign carry; since nothing is dropped unseen, a tenth costs a look, not text."""
LONGEST = 300
"""Characters of the longest line that is proposed."""
PROSE = 100
"""Characters from which a line tells one story from another word by word; shorter ones count the less the more
articles have them, else two short articles within one large menu would be the same story."""
SAME_STORY = 0.5
RUN = 4
"""Words that are compared at a time."""
LINES_MOST = 400
WORDS_MOST = 5_000
"""What is looked at of one article, the lines from both its ends: a table of thousands of rows stays bounded."""

Place = Literal["first", "last", "within", "varies", "caption", "author", "credit"]

_SENTENCE = re.compile(r"[.!?…][\"”’»)]*$")
_NAME_WORDS = range(2, 7)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an article: as written, as lists hold it, and whether it stands in the body, a caption, …"""

    text: str
    key: str
    field: Literal["body", "caption", "author", "credit"]


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is looked at of one article; `runs` are the runs of words of its longer lines."""

    address: str
    title: str
    lines: tuple[Line, ...]
    runs: frozenset[int]

    @property
    def keys(self) -> set[str]:
        return {line.key for line in self.lines}


@dataclass(frozen=True, slots=True)
class RepeatedLine:
    """A line that repeats: as written and as `furniture` holds it, in how many different articles and what share of
    them, where it stands (`first`, `last`: no line of the article's own before it, after it), the newest article that
    has it, and why it may be true text."""

    text: str
    key: str
    articles: int
    share: float
    place: Place
    example: str
    doubts: tuple[str, ...]

    @property
    def sure(self) -> float:
        """The share of the articles, halved by each reason to doubt."""
        return self.share / (1 << len(self.doubts))


def sheet_of(article: Article, address: str) -> Sheet:
    """What is looked at of an article."""
    body = [article.lead, *article.paragraphs] if article.lead else article.paragraphs
    if len(body) > LINES_MOST:
        body = [*body[: LINES_MOST // 2], *body[-LINES_MOST // 2 :]]
    lines = [Line(text, bare(text), "body") for text in body]
    lines += [Line(text, bare(text), "caption") for text in article.captions[:LINES_MOST]]
    lines += [Line(text, bare(text), "author") for text in (article.author,) if text]
    lines += [Line(text, bare(text), "credit") for text in (article.credit,) if text]
    return Sheet(address, bare(article.title), tuple(map(_cut, lines)), frozenset(_runs(lines)))


def different(sheets: Sequence[Sheet]) -> list[Sheet]:
    """The articles that are stories of their own, in their order: the first of those that share title or text."""
    known = Counter(key for sheet in sheets for key in sheet.keys)
    short = [{key for key in sheet.keys if len(key) < PROSE} for sheet in sheets]

    def weight(keys: Set[str]) -> float:
        return sum(len(key.split()) / known[key] for key in keys)

    own = [len(sheet.runs) + weight(keys) + len(sheet.title.split()) for sheet, keys in zip(sheets, short, strict=True)]

    def same(one: int, other: int) -> bool:
        if sheets[one].title == sheets[other].title:
            return True
        shared = len(sheets[one].runs & sheets[other].runs) + weight(short[one] & short[other])
        return shared >= SAME_STORY * min(own[one], own[other])

    kept: list[int] = []
    for place in range(len(sheets)):
        if not any(same(place, other) for other in kept):
            kept.append(place)
    return [sheets[place] for place in kept]


def repeated(sheets: Sequence[Sheet]) -> list[RepeatedLine]:
    """The lines that repeat over different articles (see `different`; newest first), the surest first."""
    least = max(LEAST_ARTICLES, ceil(LEAST_SHARE * len(sheets)))
    counted = Counter(key for sheet in sheets for key in sheet.keys)
    often = {key for key, count in counted.items() if key and count >= least}
    places: dict[str, set[Place]] = defaultdict(set)
    newest: dict[str, tuple[Line, Sheet]] = {}
    for sheet in sheets:
        for line, place in _places(sheet, often):
            places[line.key].add(place)
            newest.setdefault(line.key, (line, sheet))
    found = []
    for key, (line, sheet) in newest.items():
        place = places[key].pop() if len(places[key]) == 1 else "varies"
        doubts = tuple(_doubts(line.text, place))
        share = counted[key] / len(sheets)
        found.append(RepeatedLine(line.text, key, counted[key], share, place, sheet.address, doubts))
    return sorted(found, key=lambda one: (-one.sure, -one.articles, one.key))


def _cut(line: Line) -> Line:
    """A line that is too long to be proposed keeps its place, no more."""
    return line if len(line.text) <= LONGEST else Line("", "", line.field)


def _runs(lines: Sequence[Line]) -> Iterator[int]:
    left = WORDS_MOST
    for line in lines:
        if len(line.key) >= PROSE and left > 0:
            words = line.key.split()[:left]
            left -= len(words)
            for start in range(max(1, len(words) - RUN + 1)):
                yield hash(tuple(words[start : start + RUN]))


def _places(sheet: Sheet, often: Set[str]) -> Iterator[tuple[Line, Place]]:
    """The repeated lines of an article, each with its place."""
    body = [line for line in sheet.lines if line.field == "body"]
    own = [place for place, line in enumerate(body) if line.key not in often]
    first, last = (own[0], own[-1]) if own else (len(body), len(body))
    for place, line in enumerate(body):
        if line.key in often:
            yield line, "first" if place < first else "last" if place > last else "within"
    for line in sheet.lines:
        if line.field != "body" and line.key in often:
            yield line, line.field


def _doubts(text: str, place: Place) -> Iterator[str]:
    if place in ("within", "varies"):
        yield "stands within the text"
    elif place not in ("first", "last"):
        yield f"stands as {place}"
    if _SENTENCE.search(text):
        yield "ends as a sentence"
    words = text.split()
    if len(words) in _NAME_WORDS and all(word[0].isupper() and not word.isupper() for word in words):
        yield "may be a name"
