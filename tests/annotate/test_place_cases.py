"""Which districts and provinces the sentences of cases/places*.tsv name, with the floors the archive promises.

Rows: home, date, text, districts, provinces (codes of the gazetteer; a former unit by its own), category. The fresh
ones were written after the rules.
"""

import csv
from dataclasses import dataclass
from datetime import date

import pytest

from archive.annotate import find_places
from tests.annotate.case_files import FOLDER

FILES = ("places", "places_fresh")


@dataclass(frozen=True, slots=True)
class PlaceCase:
    """A sentence, where and when it was published, and the codes of what it names."""

    home: str | None
    day: date | None
    text: str
    districts: frozenset[str]
    provinces: frozenset[str]


def load(name: str) -> list[PlaceCase]:
    with (FOLDER / f"{name}.tsv").open(encoding="utf-8", newline="") as lines:
        return [
            PlaceCase(
                row["home"] or None,
                date.fromisoformat(row["date"]) if row["date"] else None,
                row["text"].replace("\\n", "\n"),
                frozenset(row["districts"].split()),
                frozenset(row["provinces"].split()),
            )
            for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        ]


def codes(case: PlaceCase, level: str) -> frozenset[str]:
    found = find_places(case.text, home=case.home, date=case.day)
    return frozenset(mention.code for mention in found if mention.level == level)


@pytest.mark.parametrize("case", [case for name in FILES for case in load(name)], ids=lambda case: case.text[:60])
def test_case(case: PlaceCase) -> None:
    assert codes(case, "district") == case.districts
    assert codes(case, "province") == case.provinces


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("level", ["district", "province"])
def test_floors(name: str, level: str) -> None:
    pairs = [(codes(case, level), getattr(case, level + "s")) for case in load(name)]
    right = sum(len(found & wanted) for found, wanted in pairs)
    assert right / sum(len(found) for found, _ in pairs) >= 0.98
    assert right / sum(len(wanted) for _, wanted in pairs) >= 0.97
