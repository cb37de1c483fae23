"""What the archive finds in an article: places and school years, one entry each with its role, and every figure,
movement, school and organisation."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from archive.annotate import gazetteer
from archive.annotate.figures import Figure, read_figures
from archive.annotate.gazetteer_links import predecessors_of
from archive.annotate.movements import Movement, read_movements
from archive.annotate.names import Level
from archive.annotate.organisations import Organisation, read_organisations
from archive.annotate.places import PlaceMention, read_places
from archive.annotate.reading import read
from archive.annotate.school_years import SchoolYearMention, read_school_years
from archive.annotate.schools import School, read_schools
from archive.annotate.sentences import Sentence, sentences_of
from archive.annotate.year_roles import Role

Mention = Figure | Movement | School | Organisation
PlaceRole = Literal["about", "mentioned", "source", "successor"]
Places = dict[tuple[Level, str, str], list[PlaceMention]]
"""The mentions of each place of an article by (level, code, valid_to), in the order of the text."""


@dataclass(frozen=True)
class ArticlePlace:
    """A place of an article. `start`, `end` and `evidence` are those of its first mention in title + blank
    line + body.

    `role`: about (named in the title, else most often), mentioned, source (the home district of the
    source of an article that names no district: `count` 0, `start` = `end` = 0, `evidence` "home") or successor
    (a former district that the article does not name, but communes of 2025 that took area of it: `evidence`
    "successor", the rest as of the mentions of these communes). A home district whose communes are named is a
    successor, not a source: the text says more than the home.
    """

    code: str
    level: Level
    valid_to: str
    name: str
    province_code: str
    role: PlaceRole
    count: int
    in_title: bool
    evidence: str
    start: int
    end: int


@dataclass(frozen=True)
class ArticleYear:
    """A school year of an article; `main` is true for one of them. Offsets as in ArticlePlace."""

    year: str
    role: Role
    evidence: Literal["text", "inferred", "correction"]
    main: bool
    start: int
    end: int


@dataclass(frozen=True)
class Annotations:
    """What annotate() found, each list in the order of the text; `sentences` are those that hold the figures,
    movements, schools and organisations."""

    places: list[ArticlePlace]
    school_years: list[ArticleYear]
    figures: list[Figure] = field(default_factory=list)
    movements: list[Movement] = field(default_factory=list)
    schools: list[School] = field(default_factory=list)
    organisations: list[Organisation] = field(default_factory=list)
    sentences: list[Sentence] = field(default_factory=list)


def annotate(title: str, body: str, *, home: str | None = None, published: datetime.date | None = None) -> Annotations:
    """What is found in the text title + "\\n\\n" + body, which all offsets refer to.

    `home` is the code of the source's district or province, `published` the article's date; both may be
    unknown.
    """
    reading = read(f"{title}\n\n{body}")
    mentions, _ = read_places(reading, home, published)
    years, counts = read_school_years(reading, published)
    figures, movements, schools = read_figures(reading), read_movements(reading), read_schools(reading)
    organisations = read_organisations(reading, schools)
    kinds: tuple[Sequence[Mention], ...] = (figures, movements, schools, organisations)
    return Annotations(
        _places(mentions, len(title), home, published),
        _years(years, counts, len(title), published),
        figures,
        movements,
        schools,
        organisations,
        sentences_of(reading.given, [one.start for found in kinds for one in found]),
    )


def _places(
    mentions: list[PlaceMention], title_end: int, home: str | None, published: datetime.date | None
) -> list[ArticlePlace]:
    groups: Places = {}
    for mention in mentions:
        groups.setdefault((mention.level, mention.code, mention.valid_to), []).append(mention)
    about = _about(groups, title_end)
    places = []
    for key, group in groups.items():
        first = group[0]
        places.append(
            ArticlePlace(
                first.code, first.level, first.valid_to, first.name, first.province_code,
                "about" if key in about else "mentioned",
                len(group), first.end <= title_end, first.evidence, first.start, first.end,
            )
        )  # fmt: skip
    named = any(place.level == "district" for place in places)
    successors = _successors(groups, title_end)
    places += successors
    district = gazetteer.district_at(home, published) if home else None
    if district and not named and all((p.code, p.valid_to) != (district.code, district.valid_to) for p in successors):
        places.append(
            ArticlePlace(
                district.code, "district", district.valid_to, district.name, district.province_code,
                "source", 0, False, "home", 0, 0,
            )
        )  # fmt: skip
    return places


def _successors(groups: Places, title_end: int) -> list[ArticlePlace]:
    """The districts not named whose communes of 2025 are, in the order of these. A commune has `valid_to` "" only in an
    article of 2025-07-01 or later; one that drew on several districts stands for each of them."""
    heirs: dict[gazetteer.District, list[PlaceMention]] = {}
    for (level, code, valid_to), group in groups.items():
        if level == "commune" and not valid_to:
            for district in predecessors_of(code):
                if ("district", district.code, district.valid_to) not in groups:
                    heirs.setdefault(district, []).extend(group)
    places = []
    for district, mentions in heirs.items():
        first = min(mentions, key=lambda mention: mention.start)
        places.append(
            ArticlePlace(
                district.code, "district", district.valid_to, district.name, district.province_code, "successor",
                len(mentions), first.end <= title_end, "successor", first.start, first.end,
            )
        )  # fmt: skip
    return places


def _about(groups: Places, title_end: int) -> set[tuple[Level, str, str]]:
    """The places in the title; else the one named most often, a district before a province, the first of
    equals."""
    titled = {key for key, group in groups.items() if group[0].end <= title_end}
    if titled:
        return titled
    for level in ("district", "province", "commune"):
        of_level = {key: len(group) for key, group in groups.items() if key[0] == level}
        if of_level:
            return {max(of_level, key=lambda key: of_level[key])}
    return set()


def _years(
    years: list[SchoolYearMention], counts: dict[str, int], title_end: int, published: datetime.date | None
) -> list[ArticleYear]:
    """The years with the main one marked: most mentions (the title's twice), then current on the date, then
    first."""
    if not years:
        return []
    current = _year_of(published)
    main = max(years, key=lambda y: (counts[y.year], y.end <= title_end, y.year == current, -years.index(y)))
    return [ArticleYear(y.year, y.role, y.evidence, y is main, y.start, y.end) for y in years]


def _year_of(day: datetime.date | None) -> str:
    """The school year that a day lies in, from September on."""
    if day is None:
        return ""
    first = day.year if day.month >= 9 else day.year - 1
    return f"{first}-{first + 1}"
