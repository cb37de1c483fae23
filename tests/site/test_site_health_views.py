"""The views that say how the sources fare, as Datasette shows them and as a program asks for them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from site_archive import Site
from site_sources import day


@pytest.fixture(scope="module")
def watched(watched_db: Path) -> Iterator[Site]:
    site = Site(watched_db)
    yield site
    site.close()


def rows(site: Site, view: str, **narrowed: str) -> list[dict[str, Any]]:
    found = site.json(f"/union-news/{view}.json", _shape="array", **narrowed)
    assert isinstance(found, list)
    return found


def test_each_source_has_one_row_with_its_worst_warning(watched: Site) -> None:
    found = {row["source"]: row for row in rows(watched, "source_health")}
    assert {source: row["health"] for source, row in found.items()} == {
        "bao.cu": "never run",
        "bao.doc-dia": "not run lately",
        "ha-nam.binh-luc": "ok",
        "ha-nam.tinh": "silent",
        "ha-noi.phu-xuyen": "drift",
        "quang-ninh.dam-ha": "failing",
        "quang-ninh.van-don": "blocked",
    }
    healthy, silent = found["ha-nam.binh-luc"], found["ha-nam.tinh"]
    assert (healthy["warnings"], healthy["since"], healthy["last_run_state"]) == (0, None, "ok")
    assert (healthy["articles"], healthy["undated_percent"], healthy["last_article"]) == (3, 33.3, day(2))
    assert (silent["warnings"], silent["since"], silent["province"]) == (1, "2025-06-12", "Hà Nam")
    assert "silent since 2025-06-12" in silent["detail"]


def test_a_program_asks_for_one_kind(watched: Site) -> None:
    assert [row["source"] for row in rows(watched, "source_health", health="blocked")] == ["quang-ninh.van-don"]


def test_the_silent_ones_are_counted_in_days(watched: Site) -> None:
    (row,) = rows(watched, "sources_silent")
    assert (row["source"], row["since"]) == ("ha-nam.tinh", "2025-06-12")
    assert row["days"] > 100
    assert row["site"].startswith("https://")


def test_an_archive_without_a_crawl_has_the_views_too(site: Site) -> None:
    assert {row["health"] for row in rows(site, "source_health")} <= {"ok", "never run"}
    assert rows(site, "sources_silent") == []


@pytest.mark.parametrize("view", ["source_health", "sources_silent"])
def test_they_are_pages_with_titles(watched: Site, view: str) -> None:
    page = watched.get(f"/union-news/{view}")
    assert page.status_code == 200
    assert "nguồn" in page.text
