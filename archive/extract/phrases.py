"""The lists of phrases.yml, ready to compare with."""

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from archive.text import clean, fold
from archive.yaml_file import parse_yaml

_LABEL_LONGEST = 100
_COUNT = re.compile(r"\s*\(\d+\)$")
_IMPRINT_LONGEST = 800
_ABBREVIATION = re.compile(r"\b[A-ZĐ]{2,}")
_SENTENCE_WORDS = 8
_SITE_WORDS, _BODY_WORDS = 14, 7
_COUNTER = re.compile(r"^\d[\d.,]*\s+")


@dataclass(frozen=True, slots=True)
class Phrases:
    """Folded phrases; see phrases.yml for what each list means."""

    tails: frozenset[str]
    boxes: frozenset[str]
    furniture: frozenset[str]
    furniture_starts: tuple[str, ...]
    rights_starts: tuple[str, ...]
    imprint: tuple[str, ...]
    no_article_titles: frozenset[str]
    listing_title_starts: tuple[str, ...]
    credits: dict[str, str]
    bodies: tuple[str, ...]
    site_names: tuple[str, ...]
    bodies_online: tuple[str, ...]


@cache
def phrases() -> Phrases:
    table = parse_yaml(files("archive.extract").joinpath("phrases.yml").read_text("utf-8"))
    return Phrases(
        tails=frozenset(bare(line) for line in (*table["boxes"], *table["tails"])),
        boxes=frozenset(bare(line) for line in table["boxes"]),
        furniture=frozenset(bare(line) for line in table["furniture"]),
        furniture_starts=tuple(fold(line) for line in table["furniture_starts"]),
        rights_starts=tuple(fold(line) for line in table["rights_starts"]),
        imprint=tuple(fold(line) for line in table["imprint"]),
        no_article_titles=frozenset(bare(str(line)) for line in table["no_article_titles"]),
        listing_title_starts=tuple(fold(line) for line in table["listing_title_starts"]),
        credits=dict(table["credits"]),
        bodies=tuple(f"{line} " for line in table["bodies"]),
        site_names=tuple(fold(line) for line in table["site_names"]),
        bodies_online=tuple(fold(line) for line in table["bodies_online"]),
    )


@lru_cache(1024)  # the same lines of a page are compared with one list after the other
def bare(line: str) -> str:
    """A line as the lists hold it: folded, without signs at its ends."""
    folded = fold(clean(line))
    start, end = 0, len(folded)
    while start < end and not folded[start].isalnum():
        start += 1
    while end > start and not folded[end - 1].isalnum():
        end -= 1
    counted = _COUNT.search(folded, max(start, end - 8), end + 1)
    return folded[start : counted.start()].rstrip() if counted and counted.start() > start else folded[start:end]


def is_tail(line: str) -> bool:
    """Whether other news begins after this line."""
    return bare(line) in phrases().tails


def is_box(line: str) -> bool:
    """Whether a list of other news follows that may stand within an article too."""
    return bare(line) in phrases().boxes


def leads_on(line: str) -> bool:
    """Whether a line begins as those that send the reader to other news: "Xem thêm: …"."""
    label, colon, _ = line[:_LABEL_LONGEST].partition(":")
    return bool(colon) and is_box(label)


def is_furniture(line: str) -> bool:
    """Whether the line is a button, a label or a counter of the page."""
    if len(line) > _LABEL_LONGEST:
        return starts_as_furniture(line)
    stripped = bare(line)
    return len(stripped) < 2 or stripped in phrases().furniture or starts_as_furniture(line)


def starts_as_furniture(line: str) -> bool:
    """Whether the line begins as counters, tags and publishers' addresses do; a whole sentence of the text may begin so
    too, but for what is said of rights."""
    start = _COUNTER.sub("", fold(clean(line[:_LABEL_LONGEST])), 1)
    if start.startswith(phrases().rights_starts):
        return True
    return start.startswith(phrases().furniture_starts) and not _is_sentence(line)


def _is_sentence(line: str) -> bool:
    told = line.rstrip()
    return told.endswith((".", "!", "?", "…", ";")) and len(told.split()) >= _SENTENCE_WORDS


def is_imprint(text: str) -> bool:
    """Whether a text is the publisher's address and licence."""
    if len(text) > _IMPRINT_LONGEST or ":" not in text:
        return False
    folded = fold(text)
    return sum(1 for mark in phrases().imprint if mark in folded) >= 2


def is_body_name(name: str) -> bool:
    """Whether a name is a body's or a paper's, not a person's."""
    if f"{name.lower()} ".startswith(phrases().bodies):
        return True
    # Of a name in capitals alone only a single word tells: TTXVN is a paper, TRẦN HÀ VÂN a person.
    return bool(_ABBREVIATION.search(name)) and (" " not in name or not name.isupper())


def is_site_name(title: str) -> bool:
    """Whether a short title, folded, names the site and not one of its articles."""
    name = bare(title)
    words = len(name.split())
    return (words <= _SITE_WORDS and name.startswith(phrases().site_names)) or (
        words <= _BODY_WORDS and ":" not in name and name.startswith(phrases().bodies_online)
    )


def is_no_article_title(title: str) -> bool:
    """Whether a page so titled is a form, a list or an error."""
    return bare(title) in phrases().no_article_titles or fold(title).startswith(phrases().listing_title_starts)
