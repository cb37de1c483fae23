"""What is scored: sentences and articles with the places and school years they name, and the rows of fact tables."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from tests.annotate import case_files, test_place_cases, test_places, test_school_year_cases, test_school_years
from tests.sites import content

PLACES, YEARS = Path("truth/places.dev.json"), Path("truth/school_years.dev.json")
SHARED, OWN, SAMPLE = "shared truth", "own cases", "sample web"


class TruthError(Exception):
    """A truth file that cannot be read; the message says what is wrong and what helps."""


@dataclass(frozen=True)
class PlaceCase:
    """A text and the codes of what it names; `provinces` is None where the truth does not tell."""

    text: str
    home: str | None
    day: date | None
    districts: frozenset[str]
    provinces: frozenset[str] | None


@dataclass(frozen=True)
class YearCase:
    """A text and its written school years with their roles (None: not told), or the one its date suggests."""

    text: str
    day: date | None
    years: Mapping[str, str | None]
    inferred: str | None = None
    tells_inferred: bool = True


@dataclass(frozen=True)
class CaseSet:
    """Cases that are scored together."""

    name: str
    places: tuple[PlaceCase, ...]
    years: tuple[YearCase, ...]


def shared(folder: Path) -> CaseSet | None:
    """The truth files of the shared folder; None where they are not there."""
    if not ((folder / PLACES).is_file() and (folder / YEARS).is_file()):
        return None
    places = tuple(
        PlaceCase(
            case["text"],
            case["home"],
            _day(case["date"]),
            frozenset(case["expect"]["districts"]),
            frozenset(case["expect"]["provinces"]),
        )
        for case in _cases(folder / PLACES)
    )
    years = tuple(
        YearCase(case["text"], _day(case["date"]), {y["year"]: y["role"] for y in case["expect"]}, case["inferred"])
        for case in _cases(folder / YEARS)
    )
    return CaseSet(SHARED, places, years)


def own() -> CaseSet:
    """The cases of the project's tests."""
    places = tuple(
        PlaceCase(text, home, _day(day), *_levels(codes.split())) for text, home, day, codes in test_places.CASES
    )
    forms = [YearCase(text, None, dict.fromkeys(years.split())) for text, years in test_school_years.FORMS]
    none = [YearCase(text, None, {}) for text in test_school_years.FALSE_FRIENDS]
    roles = [YearCase(text, None, {"2018-2019": role}) for text, role in test_school_years.ROLES]
    inferred = [YearCase(text, _day(day), {}, year) for text, day, year in test_school_years.INFERRED]
    more_places = [
        PlaceCase(case.text, case.home, case.day, case.districts, case.provinces)
        for name in test_place_cases.FILES
        for case in test_place_cases.load(name)
    ]
    more_years = [
        YearCase(case.text, case.day, dict(year.split(":") for year in case.years), next(iter(case.inferred), None))
        for name in test_school_year_cases.FILES
        for case in test_school_year_cases.load(name)
    ]
    return CaseSet(OWN, (*places, *more_places), (*forms, *none, *roles, *inferred, *more_years))


def sample_web() -> CaseSet:
    """The articles of the sample web, whole, whose districts and school years were written down with them."""
    homes = {record["id"]: record["home"] for record in content.records()}
    articles = [article for site in homes for article in content.articles(site)]
    places = tuple(PlaceCase(a.text, homes[a.site], _day(a.published), frozenset(a.districts), None) for a in articles)
    years = tuple(
        YearCase(a.text, _day(a.published), {y["year"]: y["role"] for y in a.school_years}, tells_inferred=False)
        for a in articles
    )
    return CaseSet(SAMPLE, places, years)


def fact_rows() -> dict[str, list[tuple[str, list[str]]]]:
    """Each file of the tests' fact tables: its texts with what is to be found in them."""
    others = {*test_place_cases.FILES, *test_school_year_cases.FILES}
    files = sorted({file.stem for file in case_files.FOLDER.glob("*.tsv")} - others)
    return {name: [_values(row) for row in case_files.cases(name)] for name in files}


def _values(row: Any) -> tuple[str, list[str]]:
    text, wanted = row.values
    return text, wanted


def _cases(file: Path) -> list[dict[str, Any]]:
    try:
        cases: list[dict[str, Any]] = json.loads(file.read_text("utf-8"))["cases"]
    except (OSError, ValueError, KeyError) as error:
        raise TruthError(f"{file}: {type(error).__name__}: {error}; a truth file is JSON with `cases`") from error
    return cases


def _levels(codes: Iterable[str]) -> tuple[frozenset[str], frozenset[str]]:
    """Districts have three digits, provinces two."""
    every = frozenset(codes)
    return frozenset(code for code in every if len(code) == 3), frozenset(code for code in every if len(code) == 2)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text[:10]) if text else None
