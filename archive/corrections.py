"""What a person corrected of an article, in place of what extraction and annotation said of it. Pure.

A correction changes what the archive shows of an article and in which lists it stands, never the text of a capture or
of a kept revision: their hash stays that of the article as it was read.
"""

import dataclasses
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal, cast, get_args

from archive.annotate import gazetteer
from archive.annotate.article import Annotations, ArticlePlace, ArticleYear
from archive.annotate.school_years import FIRST, LAST
from archive.annotate.year_roles import Role
from archive.extract.article import Article
from archive.extract.dates import EARLIEST

Field = Literal["title", "published", "author", "districts", "provinces", "school-years"]
FIELDS: tuple[Field, ...] = get_args(Field)
EVIDENCE: Final = "correction"
"""What `published_from` and `evidence` say of what a person wrote."""

Level = Literal["district", "province"]
Unit = gazetteer.District | gazetteer.Province

_LEVELS: tuple[tuple[Level, Field], ...] = (("district", "districts"), ("province", "provinces"))
_UNNAMED = ("home", "successor")
"""Evidence of a district that the text itself does not name: its count and offsets are none of the district's."""
_BETWEEN_CODES = re.compile(r"[;\s]+")
_YEAR = re.compile(rf"(\d{{4}})-(\d{{4}})(?:\s+({'|'.join(get_args(Role))}))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Correction:
    """One correction: of which article (its id), which field, to what value ("": none, unknown), why, and the day it
    was decided. `line` is where the file has it; it makes no difference between two."""

    article: str
    field: Field
    value: str
    reason: str
    date: str
    line: int = dataclasses.field(default=0, compare=False)


def corrected_columns(corrections: Sequence[Correction]) -> dict[str, str | None]:
    """What the corrections of an article say of its own row, by column: title, published with published_from, author.
    Empty where they say nothing of it."""
    said: dict[str, str | None] = {}
    for one in corrections:
        if one.field in ("title", "published", "author"):
            said[one.field] = one.value or None
        if one.field == "published":
            said["published_from"] = EVIDENCE
    return said


def corrected(article: Article, corrections: Sequence[Correction]) -> Article:
    """The article as its corrections say; itself where they say nothing of it. Annotations depend on title and date:
    annotate what this returns, then put `corrected_annotations` on it."""
    said = corrected_columns(corrections)
    return dataclasses.replace(article, **cast(dict[str, Any], said)) if said else article


def corrected_annotations(annotations: Annotations, corrections: Sequence[Correction]) -> Annotations:
    """The annotations with the districts, provinces and school years that the corrections say, in their order; what
    they do not name stays. Raises ValueError for a value that `problem_with` would refuse."""
    values = {one.field: one.value for one in corrections}
    places = annotations.places
    for level, name in _LEVELS:
        if name in values:
            places = _places(places, level, places_of(level, values[name]))
    years = annotations.school_years
    if "school-years" in values:
        years = _years(years, years_of(values["school-years"]))
    if places is annotations.places and years is annotations.school_years:
        return annotations
    return dataclasses.replace(annotations, places=places, school_years=years)


def problem_with(field: str, value: str, decided: date | None) -> str | None:
    """What is wrong with the value of a correction, as "cause; cure"; None when nothing is. `decided` is the day of
    the decision, where that is known."""
    try:
        if field == "title" and not any(letter.isalpha() for letter in value):
            return f"{value!r} is no title; write it as the page shows it"
        if field == "published":
            _check_day(value, decided)
        for level, name in _LEVELS:
            if field == name:
                places_of(level, value)
        if field == "school-years":
            years_of(value)
    except ValueError as error:
        return str(error)
    return None


def places_of(level: Level, value: str) -> list[Unit]:
    """The units of a list of codes, `code@valid_to` for a former one. Raises ValueError, "cause; cure"."""
    units: Sequence[Unit] = gazetteer.all_districts() if level == "district" else gazetteer.all_provinces()
    by_code = {_code_of(unit): unit for unit in units}
    codes = [code for code in _BETWEEN_CODES.split(value) if code]
    for code in codes:
        if code not in by_code:
            raise ValueError(f"no {level} is {code!r}; {_near(code, units)}")
    _check_once(codes)
    return [by_code[code] for code in codes]


def years_of(value: str) -> list[tuple[str, Role | None]]:
    """The school years of a list, each with its role where that is written. Raises ValueError, "cause; cure"."""
    found: list[tuple[str, Role | None]] = []
    for part in filter(None, (part.strip() for part in value.split(";"))):
        match = _YEAR.fullmatch(part)
        if not match or not FIRST <= int(match[1]) < LAST or int(match[2]) != int(match[1]) + 1:
            raise ValueError(
                f"{part!r} is no school year of {FIRST} to {LAST}; write them like 2019-2020 past; 2020-2021 ahead"
            )
        found.append((f"{match[1]}-{match[2]}", cast(Role | None, match[3])))
    _check_once([year for year, _ in found])
    return found


def day_of(value: str) -> date | None:
    """The day that is written like 2026-11-23; None for anything else."""
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return None
    return day if day.isoformat() == value else None


def _check_day(value: str, decided: date | None) -> None:
    if not value:
        return
    day = day_of(value)
    if day is None:
        raise ValueError(f"{value!r} is no date; write it like 2019-08-31, or nothing where it is unknown")
    if day < EARLIEST:
        raise ValueError(f"{value} is before the web; write the day the page was published")
    if decided and day > decided:
        raise ValueError(f"{value} is after the day of the decision; mend the one that is wrong")


def _check_once(names: list[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"{name} is named twice; name it once")


def _code_of(unit: Unit) -> str:
    return f"{unit.code}@{unit.valid_to}" if unit.valid_to else unit.code


def _described(unit: Unit) -> str:
    return f"{unit.full_name}, {unit.province}" if isinstance(unit, gazetteer.District) else unit.full_name


def _near(code: str, units: Sequence[Unit]) -> str:
    """What to write instead: the units of that number, which spreadsheets rob of its zeros, or where all codes are."""
    number = code.partition("@")[0].lstrip("0")
    meant = [f"{_code_of(unit)} ({_described(unit)})" for unit in units if unit.code.lstrip("0") == number]
    return f"did you mean {' or '.join(meant)}?" if meant else "write codes of the gazetteer, in archive/data/gazetteer"


def _places(found: list[ArticlePlace], level: Level, units: Sequence[Unit]) -> list[ArticlePlace]:
    """The places with these units for those of one level. What the text says of a unit stays with it."""
    there = {(place.code, place.valid_to): place for place in found if place.level == level}
    said = []
    for unit in units:
        read = there.get((unit.code, unit.valid_to))
        seen = read if read and read.evidence not in _UNNAMED else None
        said.append(
            ArticlePlace(
                code=unit.code,
                level=level,
                valid_to=unit.valid_to,
                name=unit.name,
                province_code=unit.province_code if isinstance(unit, gazetteer.District) else unit.code,
                role="about",
                count=seen.count if seen else 0,
                in_title=seen.in_title if seen else False,
                evidence=EVIDENCE,
                start=seen.start if seen else 0,
                end=seen.end if seen else 0,
            )
        )
    others = [place for place in found if place.level != level]
    if level == "district":
        others = _without_communes_of({code for code, _ in there} - {unit.code for unit in units}, others)
    return [*said, *others]


def _without_communes_of(districts: set[str], places: list[ArticlePlace]) -> list[ArticlePlace]:
    """The places without the communes that were only read because the text seemed to speak of these districts."""
    if not districts or not any(place.level == "commune" for place in places):
        return places
    theirs = {commune.code for commune in gazetteer.communes() if commune.district_code in districts}
    return [p for p in places if not (p.level == "commune" and p.valid_to and p.code in theirs)]


def _years(found: list[ArticleYear], years: list[tuple[str, Role | None]]) -> list[ArticleYear]:
    """These school years, the first as the main one. A role that is not written is the one that was read."""
    there = {one.year: one for one in found}
    said: list[ArticleYear] = []
    for year, role in years:
        seen = there.get(year)
        written = seen if seen and seen.evidence != "inferred" else None
        said.append(
            ArticleYear(
                year=year,
                role=role or (seen.role if seen else "mention"),
                evidence=EVIDENCE,
                main=not said,
                start=written.start if written else 0,
                end=written.end if written else 0,
            )
        )
    return said
