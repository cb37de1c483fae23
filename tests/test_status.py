"""union-archive status over what the real commands made of the sample web, and over runs made for the case."""

import json
from pathlib import Path
from typing import Any

import pytest

from archive.status import status
from tests.conftest import Operator
from tests.run_rows import NOW, run, write_runs
from tests.sites import content

SOURCE = "mau.dam-ha"


def table(text: str) -> dict[str, str]:
    """The lines of the first table by source."""
    _heads, _rule, *lines = text.partition("\n\n")[0].splitlines()
    return {line.split()[0]: line for line in lines}


def json_warnings(operator: Operator) -> dict[str, list[dict[str, Any]]]:
    done = operator.run("union-archive", "status", "--json")
    assert done.returncode == 0, done.stderr
    return {source["id"]: source["warnings"] for source in json.loads(done.stdout)["sources"]}


@pytest.mark.soak
def test_status_of_a_harvested_source(watched_sample: Operator) -> None:
    harvest = watched_sample.run("scrapy", "harvest", "--json", SOURCE)
    assert harvest.returncode == 0, harvest.stderr
    (ran,) = json.loads(harvest.stdout)
    newest = max(article.published for article in content.articles(SOURCE) if article.published)

    shown = watched_sample.run("union-archive", "status")
    assert (shown.returncode, shown.stderr) == (0, "")
    assert shown.stdout.split("\n")[0].split("  ")[0] == "source"
    columns = table(shown.stdout)[SOURCE].split()
    assert columns == [SOURCE, "14", "1", *ran["ended"][:16].split("T"), "14", "ok", "silent"]
    assert max(len(line) for line in shown.stdout.partition("\n\n")[0].splitlines()) <= 100
    assert f"{SOURCE}: silent since {newest[:10]} (3 × the median gap of " in shown.stdout
    assert "look at the site" in shown.stdout

    (source,) = json.loads(watched_sample.run("union-archive", "status", "--json").stdout)["sources"]
    assert source["last_run"] == ran["ended"]
    assert (source["articles"], source["undated"], source["state"], source["new"]) == (14, 1, "ok", 14)
    assert source["last_article"] == newest
    (warning,) = source["warnings"]
    assert (warning["kind"], warning["since"]) == ("silent", newest[:10])
    rates = source["rates"]
    assert rates["pages"] == ran["read"] >= 14
    assert 0.8 < rates["date"] < 1


@pytest.mark.soak
def test_runs_without_an_archive_are_shown(operator: Operator) -> None:
    operator.folder.root.mkdir()
    failed = {"listing: blocked: login page": 1}
    runs = [run("a", state="failed", reason="blocked", failed=failed, new=0), run("b", state="failed", reason="DNS: x")]
    write_runs(operator.folder.crawl_db, runs)
    shown = operator.run("union-archive", "status")
    assert (shown.returncode, shown.stderr) == (0, "")
    assert "blocked" in table(shown.stdout)["a"]
    assert "\na: blocked: login page since 2026-11-23; open the site in a browser" in shown.stdout
    assert "\nb: the last run failed: DNS: x; look at that address" in shown.stdout
    assert "\na: the last run failed" not in shown.stdout, "said once"
    assert [warning["kind"] for warning in json_warnings(operator)["a"]] == ["blocked"]
    assert not operator.folder.archive_db.exists()


def test_nothing_at_all_is_an_error(operator: Operator) -> None:
    shown = operator.run("union-archive", "status")
    assert shown.returncode == 1
    assert "run `scrapy harvest` first" in shown.stderr


def test_the_moment_it_is_judged_at_can_be_chosen(tmp_path: Path) -> None:
    crawl_db = write_runs(tmp_path / "crawl.db", [run("a", 20)])
    (source,) = status(tmp_path / "archive.db", crawl_db, now=NOW).sources
    assert [warning.kind for warning in source.warnings] == ["not run lately"]
