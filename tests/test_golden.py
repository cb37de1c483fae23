"""Golden pages: what a frozen page gives now is what a person has reviewed. One test a page and field."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from archive.sources import families
from crawler.probing import golden
from tests.conftest import ROOT

FOLDER = ROOT / "tests" / "golden"
LAYOUTS = ROOT / "archive" / "extract" / "layouts.yml"
PAGES = golden.pages(FOLDER)
FIELDS = [(file, *field) for file in PAGES for field in golden.fields(golden.load(file)[0])]


def named(value: object) -> str:
    return f"{value.parent.name}/{value.stem}" if isinstance(value, Path) else str(value)


@cache
def now(file: Path) -> dict[str, Any]:
    """What the page gives now, in the words of its JSON."""
    return json.loads(json.dumps(golden.read(golden.capture_of(*golden.load(file)))))


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
    assert golden.fields(now(file)) == golden.fields(wanted)


@pytest.mark.parametrize("family", families())
def test_every_family_has_a_golden_page(family: str) -> None:
    assert family in {golden.load(file)[0]["family"] for file in PAGES}


def layouts() -> list[str]:
    """The layouts by the name that an article read by one has."""
    rows = yaml.safe_load(LAYOUTS.read_text("utf-8"))
    counted = [row["family"] for row in rows]
    return [f"layout {family}/{counted[: at + 1].count(family)}" for at, family in enumerate(counted)]


@pytest.mark.parametrize("layout", layouts())
def test_every_layout_has_a_golden_page(layout: str) -> None:
    articles = [golden.load(file)[0]["article"] for file in PAGES]
    assert layout in {article["extractor"] for article in articles if article}


def test_every_page_has_both_its_files() -> None:
    assert PAGES
    files = {path for path in FOLDER.glob("*/*") if path.is_file()}
    assert files == {path for file in PAGES for path in (file, file.with_suffix(".html"))}
