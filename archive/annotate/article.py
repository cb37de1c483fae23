"""The places and school years of an article: one entry each, with its role, for the store and its facets."""

import datetime
from dataclasses import dataclass
from typing import Literal

from archive.annotate import gazetteer
from archive.annotate.names import Level
from archive.annotate.places import PlaceMention, read_places
from archive.annotate.reading import read
from archive.annotate.school_years import SchoolYearMention, read_school_years
from archive.annotate.year_roles import Role

PlaceRole = Literal["about", "mentioned", "source"]


@dataclass(frozen=True)
class ArticlePlace:
    """A place of an article. `start`, `end` and `evidence` are those of its first mention in title + blank
    line + body.

    `role`: about (named in the title, else most often), mentioned, or source (the home district of the
    source of an article that names no district: `count` 0, `start` = `end` = 0, `evidence` "home").
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
    evidence: Literal["text", "inferred"]
    main: bool
    start: int
    end: int


@dataclass(frozen=True)
class Annotations:
    """What annotate() found, each list in the order of the text."""

    places: list[ArticlePlace]
    school_years: list[ArticleYear]


def annotate(title: str, body: str, *, home: str | None = None, published: datetime.date | None = None) -> Annotations:
    """The places and school years of the text title + "\\n\\n" + body, which all offsets refer to.

    `home` is the code of the source's district or province, `published` the article's date; both may be
    unknown.
    """
    reading = read(f"{title}\n\n{body}")
    mentions, _ = read_places(reading, home, published)
    years, counts = read_school_years(reading, published)
    return Annotations(_places(mentions, len(title), home, published), _years(years, counts, len(title), published))


def _places(
    mentions: list[PlaceMention], title_end: int, home: str | None, published: datetime.date | None
) -> list[ArticlePlace]:
    groups: dict[tuple[str, str, str], list[PlaceMention]] = {}
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
    district = gazetteer.district_at(home, published) if home else None
    if district and not any(place.level == "district" for place in places):
        places.append(
            ArticlePlace(
                district.code, "district", district.valid_to, district.name, district.province_code,
                "source", 0, False, "home", 0, 0,
            )
        )  # fmt: skip
    return places


def _about(groups: dict[tuple[str, str, str], list[PlaceMention]], title_end: int) -> set[tuple[str, str, str]]:
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
