"""The five rebuilt seed pages, by their layouts and by the generic path with every class and id taken away."""

import json
import re
from collections import Counter
from typing import Any

import pytest

from archive.annotate import find_places, find_school_years
from archive.extract import Article, extract
from tests.conftest import SHARED

PAGES = sorted((SHARED / "replay" / "seeds").glob("*.html"))
FAMILIES = {"000": "sharepoint", "001": "mastercms", "002": "listing", "003": "liferay", "004": "sharepoint"}
PUBLISHED = {"002": "2022-10-03", "003": "2020-08-31T21:06:00+07:00"}
BYLINES = {"002": "Xuân Sơn", "003": "H.D", "004": "Quốc Nghị"}
DISTRICTS = {"000": "352", "001": "279", "002": "154", "003": "280", "004": "200"}
SCHOOL_YEARS = {
    "000": {"2019-2020": "past", "2020-2021": "ahead"},
    "001": {"2020-2021": "past"},
    "002": {"2021-2022": "past", "2022-2023": "ahead"},
    "003": {"2019-2020": "past"},
    "004": {"2019-2020": "past", "2020-2021": "ahead"},
}

pytestmark = pytest.mark.skipif(not PAGES, reason="no ../shared beside this checkout")


def truth(number: str) -> dict[str, Any]:
    seeds = json.loads((SHARED / "truth" / "seed_truth.json").read_text("utf-8"))
    return next(seed for name, seed in seeds.items() if name.startswith(number))


def read(number: str, *, bare: bool = False) -> Article:
    (page,) = (page for page in PAGES if page.name.startswith(number))
    html = page.read_text("utf-8")
    if bare:
        html = re.sub(r"""\s(?:class|id)=("[^"]*"|'[^']*')""", "", html)
    article = extract(html, f"https://seed.example.vn/{page.name}", family=None if bare else FAMILIES[number])
    assert article is not None
    return article


def f1(found: str, wanted: str) -> float:
    words = [Counter(re.findall(r"\w+", text.lower())) for text in (found, wanted)]
    common = (words[0] & words[1]).total()
    return 2 * common / (words[0].total() + words[1].total())


@pytest.mark.parametrize("number", FAMILIES)
class TestByLayout:
    def test_title(self, number: str) -> None:
        assert read(number).title == truth(number)["title"]

    def test_body(self, number: str) -> None:
        assert f1(read(number).body, "\n\n".join(truth(number)["body"])) >= 0.98

    def test_nothing_of_the_page_is_left(self, number: str) -> None:
        lines = set(read(number).body.splitlines())
        assert lines.isdisjoint(truth(number)["dropped"])

    def test_captions_are_apart(self, number: str) -> None:
        article = read(number)
        assert article.captions == truth(number)["captions"]
        assert all(caption not in article.body for caption in article.captions)

    def test_date(self, number: str) -> None:
        assert read(number).published == PUBLISHED.get(number)

    def test_byline(self, number: str) -> None:
        assert read(number).author == BYLINES.get(number)

    def test_district(self, number: str) -> None:
        article = read(number)
        named = find_places(f"{article.title}\n\n{article.body}", home=DISTRICTS[number])
        assert {place.code for place in named if place.level == "district"} == {DISTRICTS[number]}

    def test_school_years(self, number: str) -> None:
        article = read(number)
        years = find_school_years(f"{article.title}\n\n{article.body}")
        assert {year.year: year.role for year in years} == SCHOOL_YEARS[number]


@pytest.mark.parametrize("number", FAMILIES)
class TestWithoutNames:
    """No family given, every class and id attribute removed."""

    def test_title(self, number: str) -> None:
        assert read(number, bare=True).title == truth(number)["title"]

    def test_body(self, number: str) -> None:
        assert f1(read(number, bare=True).body, "\n\n".join(truth(number)["body"])) >= 0.95
