"""Which school years the sentences of cases/school_years*.tsv name or let infer, with the floors the archive promises.

Rows: date, text, years ("2019-2020:past", by spaces), inferred year, category. The fresh ones were written after the
rules.
"""

import csv
from dataclasses import dataclass
from datetime import date

import pytest

from archive.annotate import find_school_years
from tests.annotate.case_files import FOLDER

FILES = ("school_years", "school_years_fresh")


@dataclass(frozen=True, slots=True)
class YearCase:
    """A sentence, its date, its years (year:role), and the year to infer."""

    day: date | None
    text: str
    years: frozenset[str]
    inferred: tuple[str, ...]


def load(name: str) -> list[YearCase]:
    with (FOLDER / f"{name}.tsv").open(encoding="utf-8", newline="") as lines:
        return [
            YearCase(
                date.fromisoformat(row["date"]) if row["date"] else None,
                row["text"].replace("\\n", "\n"),
                frozenset(row["years"].split()),
                tuple(row["inferred"].split()),
            )
            for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        ]


def written(case: YearCase) -> frozenset[str]:
    found = find_school_years(case.text, published=case.day)
    return frozenset(f"{mention.year}:{mention.role}" for mention in found if mention.evidence == "text")


def inferred(case: YearCase) -> tuple[str, ...]:
    found = find_school_years(case.text, published=case.day)
    return tuple(mention.year for mention in found if mention.evidence == "inferred")


def years(mentions: frozenset[str]) -> frozenset[str]:
    return frozenset(mention.partition(":")[0] for mention in mentions)


@pytest.mark.parametrize("case", [case for name in FILES for case in load(name)], ids=lambda case: case.text[:60])
def test_case(case: YearCase) -> None:
    assert written(case) == case.years
    assert inferred(case) == case.inferred


@pytest.mark.parametrize("name", FILES)
def test_floors(name: str) -> None:
    pairs = [(written(case), case.years) for case in load(name)]
    right = sum(len(years(found) & years(wanted)) for found, wanted in pairs)
    assert right / sum(len(found) for found, _ in pairs) >= 0.99
    assert right / sum(len(wanted) for _, wanted in pairs) >= 0.99
    assert sum(len(found & wanted) for found, wanted in pairs) / right >= 0.93


@pytest.mark.parametrize("name", FILES)
def test_inferred_floor(name: str) -> None:
    cases = load(name)
    assert sum(inferred(case) == case.inferred for case in cases) / len(cases) >= 0.95
