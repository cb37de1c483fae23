"""Scores on the shared example truth, where it lies beside the project."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from archive.annotate import find_places, find_school_years

SHARED = Path(__file__).resolve().parents[3] / "shared"

pytestmark = pytest.mark.skipif(
    not (SHARED / "truth").is_dir(), reason="the shared example truth (../shared) is not here"
)

SEEDS = {
    "000": ("352", [("2019-2020", "past"), ("2020-2021", "ahead")]),
    "001": ("279", [("2020-2021", "past")]),
    "002": ("154", [("2021-2022", "past"), ("2022-2023", "ahead")]),
    "003": ("280", [("2019-2020", "past")]),
    "004": ("200", [("2019-2020", "past"), ("2020-2021", "ahead")]),
}


def load(name: str) -> Any:
    return json.loads((SHARED / "truth" / name).read_text(encoding="utf-8"))


def day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


@pytest.mark.parametrize("level", ["district", "province"])
def test_places(level: str) -> None:
    right = found = expected = 0
    for case in load("places.dev.json")["cases"]:
        mentions = find_places(case["text"], home=case["home"], date=day(case["date"]))
        codes = {m.code for m in mentions if m.level == level}
        truth = set(case["expect"][level + "s"])
        right, found, expected = right + len(codes & truth), found + len(codes), expected + len(truth)
    assert right / found >= 0.98
    assert right / expected >= 0.97


def test_school_years() -> None:
    right = found = expected = roles = 0
    for case in load("school_years.dev.json")["cases"]:
        mentions = find_school_years(case["text"], published=day(case["date"]))
        years = {m.year: m.role for m in mentions if m.evidence == "text"}
        truth = {e["year"]: e["role"] for e in case["expect"]}
        both = years.keys() & truth.keys()
        right, found, expected = right + len(both), found + len(years), expected + len(truth)
        roles += sum(years[year] == truth[year] for year in both)
    assert right / found >= 0.99
    assert right / expected >= 0.99
    assert roles / right >= 0.93


def test_inferred_school_years() -> None:
    cases = load("school_years.dev.json")["cases"]
    right = 0
    for case in cases:
        mentions = find_school_years(case["text"], published=day(case["date"]))
        years = [m.year for m in mentions if m.evidence == "inferred"]
        right += years == ([case["inferred"]] if case["inferred"] else [])
    assert right / len(cases) >= 0.95


@pytest.mark.parametrize("seed", sorted(SEEDS))
def test_seeds(seed: str) -> None:
    (article,) = (truth for name, truth in load("seed_truth.json").items() if name.startswith(seed))
    text = article["title"] + "\n\n" + "\n\n".join(article["body"])
    district, years = SEEDS[seed]
    published = day(article["date"])
    assert {m.code for m in find_places(text, date=published) if m.level == "district"} == {district}
    assert [(m.year, m.role) for m in find_school_years(text, published=published)] == years
