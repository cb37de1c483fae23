"""The search truth: every query of search_truth.yml finds what answers it, no wrong accent stands above a right one."""

import unicodedata
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from site_archive import BINH_LUC_SOURCE, Site, article_id, text

from archive.annotate import annotate
from archive.publish import publish
from archive.site.datasette_api import DATABASE
from archive.store import Store, Version

TRUTH: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("search_truth.yml").read_text("utf-8"))
QUERIES: list[dict[str, Any]] = TRUTH["queries"]
OWN = {"found", "order", "more", "form"}


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("truth")
    source = BINH_LUC_SOURCE.__class__(
        "bao.lao-dong", "Báo", None, "listing", "https://t.example", False, None, "full", 60
    )
    store = Store(folder / "archive.db")
    for capture, (name, record) in enumerate(TRUTH["records"].items(), start=1):
        day: date | None = record["date"]
        article = text(record["title"], record["body"], published=day.isoformat() if day else None)
        version = Version(
            article_id(url(name)),
            url(name),
            capture,
            "2023-12-01T00:00:00+00:00",
            article,
            annotate(article.title, article.body, home=None, published=day),
        )
        with store.transaction():
            store.put(source, version)
    store.close()
    publish(folder / "archive.db", folder / f"{DATABASE}.db")
    site = Site(folder / f"{DATABASE}.db")
    yield site
    site.close()


def url(name: str) -> str:
    return f"https://t.example/{name}"


def found(site: Site, query: dict[str, Any], **more: str) -> list[str]:
    """The names of the records that a query finds, all pages of them."""
    params = {key: value for key, value in query.items() if key not in OWN} | more
    params["q"] = unicodedata.normalize(query.get("form", "NFC"), query["q"])
    names: list[str] = []
    for page in range(1, 10):
        answer = site.json("/tim-kiem.json", **params, trang=page)
        names += [result["url"].rpartition("/")[2] for result in answer["results"]]
        if not answer["next"]:
            assert len(names) == answer["total"]
            break
    return names


def test_the_truth_is_large_enough() -> None:
    assert len(TRUTH["records"]) >= 80
    assert len(QUERIES) >= 40
    named = {name for query in QUERIES for group in (query["found"], *query.get("order", [])) for name in group}
    assert named <= set(TRUTH["records"])


@pytest.mark.parametrize(
    "query", QUERIES, ids=lambda query: query["q"] + ("" if len(query) < 3 else f" {query.get('form', '')}")
)
def test_a_query_finds_what_answers_it(truth: Site, query: dict[str, Any]) -> None:
    names = found(truth, query)
    assert set(query["found"]) <= set(names), "recall"
    if not query.get("more"):
        assert set(names) <= set(query["found"]), "nothing else"
    groups = query.get("order", [])
    places = [[names.index(name) for name in group] for group in groups]
    for above, below in pairwise(places):
        assert max(above) < min(below), names
    by_date = found(truth, query, xep="moi-nhat")
    assert sorted(by_date) == sorted(names), "the order changes nothing else"
