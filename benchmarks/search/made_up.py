"""Made-up articles with the skew of real ones, as rows of archive.db.

Each is made from its number alone, so that any of them can be made anywhere, in any order. Their dates grow denser with
the years, a few sources and districts have most of them, one in 25 tells the one before it again. What is found in a
text stands in it: offsets are those of title, blank line and body.
"""

from base64 import b32encode
from bisect import bisect
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from itertools import accumulate
from random import Random

from archive.annotate.gazetteer import District, all_districts
from benchmarks.search.words import FIGURES, FREQUENT, FREQUENT_SHARE, LEVELS, MOVEMENTS, clauses, rare_in

SEED = 2026
SOURCES = 700
UNDATED, REVISED = 0.06, 0.03
FIRST, DAYS = datetime(2008, 1, 1, tzinfo=UTC), 6_870
RETOLD_EVERY = 25
ROLES = (("past", "text"), ("past", "text"), ("ahead", "text"), ("mention", "text"), ("mention", "inferred"))

Row = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Content:
    """A text, the district and school year it is about, and the rows of each annotation without the article's id."""

    title: str
    body: str
    district: District
    year: str | None
    found: dict[str, list[Row]]


@dataclass(frozen=True, slots=True)
class Made:
    """An article; `retells` is the number of the earlier one with the same text, None where there is none."""

    number: int
    id: str
    source: int
    published: str | None
    first_seen: str
    revised: bool
    retells: int | None
    content: Content


@dataclass(slots=True)
class Text:
    """A text as it grows: what is said comes behind a few words of its own, and stands where `say` tells."""

    random: Random
    length: int
    parts: list[str] = field(default_factory=list)
    sentences: list[tuple[int, int]] = field(default_factory=list)

    def say(self, *said: str) -> list[int]:
        """A sentence that holds these texts; where each of them starts."""
        start = at = self.length
        words, starts = [], []
        for text in said:
            clause = self.random.choice(clauses())
            at += len(clause) + 1
            starts.append(at)
            at += len(text) + 1
            words += [clause, text]
        words.append(self.random.choice(clauses()))
        at += len(words[-1]) + 1
        self.sentences.append((start, at))
        end = "\n\n" if len(self.sentences) % 3 == 0 else " "
        line = " ".join(words)
        self.parts.append(f"{line[0].upper()}{line[1:]}.{end}")
        self.length = at + len(end)
        return starts


def article_id(number: int) -> str:
    """The id of the article with this number: as random as those of addresses."""
    return b32encode(sha256(b"made-up %d" % number).digest()).decode().lower()[:12]


def made(number: int, articles: int) -> Made:
    """The article with this number (from 0) of so many."""
    random = Random(SEED * 10_000_019 + number)
    day = FIRST + timedelta(days=DAYS * ((number + random.random()) / articles) ** 0.6)
    retells = number - 1 if number % RETOLD_EVERY == 7 else None
    return Made(
        number,
        article_id(number),
        bisect(_shares(), random.random()),
        day.date().isoformat() if random.random() >= UNDATED else None,
        (day + timedelta(hours=random.randrange(1, 72))).isoformat(timespec="milliseconds"),
        random.random() < REVISED,
        retells,
        _content(number if retells is None else retells, articles, day.year),
    )


def home(source: int) -> District:
    """The district that a source is of."""
    return _districts()[source % len(_districts())]


def _content(number: int, articles: int, year: int) -> Content:
    random = Random(SEED * 20_000_003 + number)
    where = home(bisect(_shares(), random.random()))
    name = where.full_name[0].lower() + where.full_name[1:]
    school_year = f"{year - 1}-{year}" if random.random() < 0.5 else f"{year}-{year + 1}"
    phrases = [phrase for phrase in FREQUENT if random.random() < FREQUENT_SHARE]
    rare = rare_in(number, articles)
    named = random.random() < 0.4
    title = random.choice(clauses()).capitalize()
    title += f" ở {name}" if named else ""
    title += f": {phrases[0]}" if phrases and random.random() < 0.15 else ""
    text, found = Text(random, len(title) + 2), {}
    (start,) = text.say(f"LĐLĐ {name}")
    found["organisations"] = [(f"LĐLĐ {name}", "LĐLĐ", where.code, start, start + 5 + len(name), "place")]
    found["places"] = [_place(where, "about", 1 + named, named, start + 5), *_others(random, where, start)]
    has_year = random.random() < 0.7
    if has_year:
        (start,) = text.say(f"năm học {school_year}")
        found["school_years"] = [(school_year, *random.choice(ROLES), 1, start + 8, start + 17)]
    for phrase in phrases:
        text.say(phrase)
    if rare:
        text.say(rare)
    figures = [(random.randrange(2, 900), random.choice(FIGURES)) for _ in range(random.randrange(9))]
    starts = text.say(*(f"{value} {unit}" for value, unit in figures)) if figures else []
    found["figures"] = [_figure(*figure, start) for figure, start in zip(figures, starts, strict=True)]
    if random.random() < 0.35:
        key, movement = random.choice(MOVEMENTS)
        (start,) = text.say(movement)
        found["movements"] = [(key, movement, start, start + len(movement), "quotes")]
    if random.random() < 0.4:
        level = random.choice(LEVELS)
        school = f"{level} {' '.join(random.choice(clauses()).split()[:2]).title()}"
        (start,) = text.say(f"Trường {school}")
        found["schools"] = [(school, level, start, start + 7 + len(school), "school")]
    found["sentences"] = list(text.sentences)
    while text.length < 1_150 * random.lognormvariate(0, 0.45):
        text.say()
    return Content(title, "".join(text.parts).rstrip(), where, school_year if has_year else None, found)


def _others(random: Random, where: District, start: int) -> Iterable[Row]:
    others = {
        other.code: other for _ in range(random.choice((0, 0, 0, 1, 1, 2))) for other in [random.choice(_districts())]
    }
    for other in others.values():
        if other.code != where.code:
            yield _place(other, random.choice(("mentioned", "source", "successor")), 1, False, start)


def _place(place: District, role: str, count: int, in_title: bool, start: int) -> Row:
    return (place.code, place.valid_to, "district", place.name, place.province_code, role, count, int(in_title), "cue",
            start, start + len(place.full_name))  # fmt: skip


def _figure(value: int, unit: str, start: int) -> Row:
    kind = {"đồng": "money", "triệu đồng": "money", "%": "percent"}.get(unit, "count")
    base, factor = ("đồng", 1_000_000) if unit == "triệu đồng" else (unit, 1)
    return value * factor, base, kind, start, start + len(f"{value} {unit}"), "", "digits", "", "", 0, 0


@cache
def _districts() -> list[District]:
    """All districts that had an end at most once, in an order that is not that of the map."""
    known = list({district.code: district for district in all_districts()}.values())
    Random("districts").shuffle(known)
    return known


@cache
def _shares() -> list[float]:
    """Up to which part of 1 the articles are those of a source: the largest has forty times the median's."""
    sizes = list(accumulate(1 / (place + 8) for place in range(SOURCES)))
    return [size / sizes[-1] for size in sizes[:-1]]
