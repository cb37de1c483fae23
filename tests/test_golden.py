"""Golden pages: what a frozen page gives now is what a person has reviewed. One test a page and field; and each
layout's scores over its pages, pinned in golden/scores.yml."""

import json
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from archive.sources import families
from archive.text import norm
from crawler.probing import golden
from tests.conftest import ROOT

FOLDER = ROOT / "tests" / "golden"
LAYOUTS = ROOT / "archive" / "extract" / "page" / "layouts.yml"
PAGES = golden.pages(FOLDER)
FIELDS = [(file, *field) for file in PAGES for field in golden.fields(golden.load(file)[0])]
LEAST, LEAST_GENERIC = 3, 6
"""Reviewed pages of every family and layout, and of the pages that no layout fits."""


def named(value: object) -> str:
    return f"{value.parent.name}/{value.stem}" if isinstance(value, Path) else str(value)


@cache
def now(file: Path) -> dict[str, Any]:
    """What the page gives now, in the words of its JSON."""
    found: dict[str, Any] = json.loads(json.dumps(golden.reread(*golden.load(file))))
    return found


@pytest.mark.parametrize(("file", "part", "field"), FIELDS, ids=named)
def test_the_page_gives_what_was_reviewed(file: Path, part: str, field: str) -> None:
    wanted, _ = golden.load(file)
    assert golden.value(now(file), part, field) == golden.value(wanted, part, field)


@pytest.mark.parametrize("file", PAGES, ids=named)
def test_a_person_has_read_it(file: Path) -> None:
    wanted, _ = golden.load(file)
    assert wanted["reviewed"], f'read {file.relative_to(ROOT)}, mend what is wrong in it and set "reviewed": true'


@pytest.mark.parametrize("file", PAGES, ids=named)
def test_every_field_of_an_article_is_held(file: Path) -> None:
    """A field that articles have gained since the page was frozen is not passed over."""
    wanted, _ = golden.load(file)
    assert not now(file)["article"] or golden.fields(now(file)) == golden.fields(wanted)


def layouts() -> list[str]:
    """The layouts by the name that an article read by one has."""
    rows = yaml.safe_load(LAYOUTS.read_text("utf-8"))
    counted = [row["family"] for row in rows]
    return [f"layout {family}/{counted[: at + 1].count(family)}" for at, family in enumerate(counted)]


def reviewed() -> list[golden.Golden]:
    return [wanted for wanted, _ in map(golden.load, PAGES) if wanted["reviewed"]]


@pytest.mark.parametrize("family", families())
def test_every_family_has_its_golden_pages(family: str) -> None:
    assert sum(wanted["family"] == family for wanted in reviewed()) >= LEAST


@pytest.mark.parametrize(("group", "least"), [*((one, LEAST) for one in layouts()), ("generic", LEAST_GENERIC)])
def test_every_layout_and_the_generic_path_have_their_golden_pages(group: str, least: int) -> None:
    articles = [wanted["article"] for wanted in reviewed() if wanted["article"]]
    assert sum(article["extractor"] == group for article in articles) >= least


def test_every_page_has_both_its_files() -> None:
    assert PAGES
    files = {path for path in FOLDER.glob("*/*") if path.is_file()}
    assert files == {path for file in PAGES for path in (file, file.with_suffix(".html"))}


# ---- scores

Article = dict[str, Any]
PINS: dict[str, dict[str, Any]] = yaml.safe_load((FOLDER / "scores.yml").read_text("utf-8"))


def body_f1(wanted: Article, got: Article) -> float:
    """How much of the text is there and how little else, by runs of four words."""
    ours, theirs = shingles(wanted), shingles(got)
    return 2 * (ours & theirs).total() / (ours.total() + theirs.total()) if ours or theirs else 1.0


def shingles(article: Article) -> Counter[tuple[str, ...]]:
    words = norm(" ".join([article.get("lead") or "", *article.get("paragraphs", ())])).split()
    return Counter(tuple(words[at : at + 4]) for at in range(max(1, len(words) - 3)) if words)


def same(*fields: str) -> Callable[[Article, Article], float]:
    return lambda wanted, got: float(bool(got) and all(wanted[field] == got[field] for field in fields))


SCORES = {
    "body": body_f1,
    "title": same("title"),
    "lead": same("lead"),
    "captions": same("captions"),
    "byline": same("author", "credit"),
    "date": same("published"),
}


def scores(group: str) -> dict[str, float]:
    """The mean score of a group's pages in each part, by what they should be read by, not by what reads them now."""
    loaded = [(golden.load(file)[0]["article"], now(file)["article"] or {}) for file in PAGES]
    pages = [(wanted, got) for wanted, got in loaded if wanted and wanted["extractor"] == group]
    return {part: round(sum(score(*page) for page in pages) / max(1, len(pages)), 3) for part, score in SCORES.items()}


def broken_pins(pins: dict[str, Any], found: dict[str, float]) -> tuple[list[str], dict[str, Any]]:
    """What is wrong with a group's pins, and the pins to write once a person agrees to every one that sank."""
    wrong, row = [], {}
    for part, score in found.items():
        entry = pins.get(part, 0.0)
        pin = entry["pin"] if isinstance(entry, dict) else entry
        was, reason = (entry["was"], entry.get("reason")) if isinstance(entry, dict) else (pin, None)
        if score < pin:
            wrong.append(f"{part} sank from {pin} to {score}: mend it, or say why in the pin's reason")
        elif score > pin:
            wrong.append(f"{part} rose from {pin} to {score}")
        elif pin < was and not reason:
            wrong.append(f"{part} was {was}: a lower pin needs a reason")
        row[part] = score if score >= was else {"pin": score, "was": was, "reason": reason or ""}
    return wrong + [f"{part} is no score" for part in pins.keys() - found.keys()], row


@pytest.mark.parametrize("group", [*layouts(), "generic"])
def test_the_scores_are_those_pinned(group: str) -> None:
    wrong, row = broken_pins(PINS.get(group, {}), scores(group))
    line = yaml.safe_dump(row, default_flow_style=True, sort_keys=False, width=1000, allow_unicode=True)
    assert not wrong, "; ".join(wrong) + f"\nscores.yml: {group}: {line}"


def test_only_layouts_and_the_generic_path_have_pins() -> None:
    assert PINS.keys() == {*layouts(), "generic"}


@pytest.mark.parametrize(
    ("pins", "found", "says"),
    [
        ({"body": 0.9}, 0.9, None),
        ({"body": 0.9}, 0.8, "sank"),
        ({"body": 0.9}, 0.95, "rose"),
        ({}, 0.9, "rose"),
        ({"body": {"pin": 0.8, "was": 0.9, "reason": "two pages that nobody can read came in"}}, 0.8, None),
        ({"body": {"pin": 0.8, "was": 0.9, "reason": ""}}, 0.8, "needs a reason"),
        ({"body": 0.9, "boddy": 0.9}, 0.9, "no score"),
    ],
)
def test_a_pin_rises_with_its_score_and_sinks_only_with_a_reason(
    pins: dict[str, Any], found: float, says: str | None
) -> None:
    wrong, _ = broken_pins(pins, {"body": found})
    assert len(wrong) == bool(says)
    assert says is None or says in wrong[0]
