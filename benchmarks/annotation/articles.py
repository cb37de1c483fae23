"""The whole articles that speed is measured on: of the golden pages, of the sample web, and made up by number."""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random

from tests.sites import content
from tests.sites.generated import made

GOLDEN = Path(__file__).parent.parent.parent / "tests" / "golden"


@dataclass(frozen=True)
class Whole:
    """An article as the pipeline annotates it."""

    title: str
    body: str
    home: str | None
    day: date | None

    @property
    def text(self) -> str:
        return f"{self.title}\n\n{self.body}"


def wholes(count: int) -> tuple[list[Whole], str]:
    """That many articles, in an order that mixes their kinds, and a line that says what they are."""
    golden, sample = _golden(), _sample()
    # Sites reprint each other's articles.
    kept = list({article.text: article for article in (*golden, *sample)}.values())
    homes = sorted({article.home for article in sample if article.home})
    numbers = range(max(0, count - len(kept)))
    kept += [_made(number, homes[number % len(homes)]) for number in numbers]
    # A peer that is stopped early has then read the same mixture.
    Random(0).shuffle(kept)
    chosen = kept[:count]
    length = sum(len(article.text) for article in chosen) / len(chosen)
    kinds = f"golden pages and sample web ({len(kept) - len(numbers)}), made up ({len(numbers)})"
    taken = "" if len(chosen) == len(kept) else f" {len(chosen)} of"
    return chosen, f"{len(chosen)} articles, {length:.0f} characters on the average:{taken} {kinds}"


def _golden() -> list[Whole]:
    found = []
    for file in sorted(GOLDEN.glob("*/*.json")):
        page = json.loads(file.read_text("utf-8"))
        if article := page["article"]:
            body = "\n\n".join([*([article["lead"]] if article["lead"] else []), *article["paragraphs"]])
            published = article["published"]
            day = date.fromisoformat(published[:10]) if published else None
            found.append(Whole(article["title"], body, page["home"], day))
    return found


def _sample() -> list[Whole]:
    found = []
    for record in content.records():
        for article in content.articles(record["id"]):
            day = date.fromisoformat(article.published[:10]) if article.published else None
            body = article.text.removeprefix(article.title).lstrip("\n")
            found.append(Whole(article.title, body, record["home"], day))
    return found


def _made(number: int, home: str) -> Whole:
    article = made(number, None)
    return Whole(article.title, article.body, home, date(2012 + number % 13, 1 + number % 12, 1 + number % 28))
