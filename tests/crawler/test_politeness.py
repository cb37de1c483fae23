"""What a site asks of its visitors is done: Retry-After in seconds or as a date, Crawl-delay, robots.txt."""

import json
import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Operator
from tests.sites.small import Reply, article, listing, register, small_site

SHORT = 1.5


def once_busy(status: int, wait: str | None, page: Reply) -> Any:
    """A page that is refused the first time."""
    replies = iter(
        [Reply(b"<h1>busy</h1>", status, {"Content-Type": "text/html"} | ({"Retry-After": wait} if wait else {}))]
    )
    return lambda: next(replies, page)


def harvest(operator: Operator) -> tuple[int, dict[str, Any], str]:
    done = operator.run("scrapy", "harvest", "--json")
    (row,) = json.loads(done.stdout)
    return done.returncode, row, done.stderr


@pytest.mark.soak
@pytest.mark.parametrize("status", [429, 503])
def test_a_short_wait_is_waited_and_the_whole_site_is_left_alone_meanwhile(
    operator: Operator, tmp_path: Path, status: int
) -> None:
    paths = [f"/bai-{number}.html" for number in range(1, 6)]
    pages = {"/tin": listing(*paths)} | {path: article(f"Hội nghị số {path}") for path in paths}
    pages[paths[2]] = once_busy(status, "2", article("Hội nghị thứ ba"))
    with small_site(pages) as site:
        register(operator, tmp_path, site)
        code, row, told = harvest(operator)
    assert (code, row["new"], told) == (0, 5, "")
    refused, again = site.asked(paths[2])
    assert again.at - refused.at >= 2
    meanwhile = [hit for hit in site.hits if refused.at < hit.at < refused.at + 1.9]
    assert meanwhile == []


@pytest.mark.soak
def test_a_wait_may_be_a_date(operator: Operator, tmp_path: Path) -> None:
    moment = format_datetime(datetime.now(UTC) + timedelta(seconds=8), usegmt=True)
    with small_site({"/tin": listing("/mot-1.html")}) as site:
        site.pages["/mot-1.html"] = once_busy(503, moment, article("Hội nghị"))
        register(operator, tmp_path, site)
        code, row, _ = harvest(operator)
    assert (code, row["new"]) == (0, 1)
    refused, again = site.asked("/mot-1.html")
    assert 1 < again.at - refused.at < 9


@pytest.mark.soak
def test_a_long_wait_puts_one_address_off_and_the_others_are_fetched(operator: Operator, tmp_path: Path) -> None:
    pages = {"/tin": listing("/mot-1.html", "/hai-2.html"), "/hai-2.html": article("Đại hội")}
    with small_site(pages) as site:
        site.pages["/mot-1.html"] = once_busy(429, "86400", article("Hội nghị"))
        register(operator, tmp_path, site)
        code, row, _ = harvest(operator)
        assert (code, row["new"], row["refused"]) == (0, 1, {"put off by the site": 1})
        code, row, _ = harvest(operator)
        # Not before the site wants it.
        assert row["new"] == 0
        assert len(site.asked("/mot-1.html")) == 1


@pytest.mark.soak
def test_all_that_wait_for_robots_txt_obey_it(operator: Operator, tmp_path: Path) -> None:
    """A run that was cut off left addresses waiting: they are asked for at once, before robots.txt is there."""
    paths = [f"/kin/bai-{number}.html" for number in range(1, 9)]
    with small_site({"/tin": listing(*paths), "/robots.txt": Reply(b"User-agent: *\nDisallow: /kin/\n")}) as site:
        register(operator, tmp_path, site)
        _, row, _ = harvest(operator)
        assert row["refused"] == {"not asked: Forbidden by robots.txt": 8}
        with closing(sqlite3.connect(operator.folder.crawl_db)) as db, db:
            db.execute("UPDATE frontier SET state = 'new', reason = NULL, fetched = NULL, due = NULL")
        _, row, _ = harvest(operator)
        assert row["refused"] == {"not asked: Forbidden by robots.txt": 8}
        assert [hit for path in paths for hit in site.asked(path)] == []


@pytest.mark.parametrize("where", ["/robots.txt", "/tin"])
def test_a_long_wait_of_the_whole_site_ends_its_run(operator: Operator, tmp_path: Path, where: str) -> None:
    busy = Reply(b"", 503, {"Retry-After": "86400"})
    with small_site({"/tin": listing("/mot-1.html"), "/mot-1.html": article("Hội nghị")}) as site:
        site.pages[where] = busy
        register(operator, tmp_path, site)
        started = time.monotonic()
        code, row, told = harvest(operator)
    assert time.monotonic() - started < 20
    assert (code, row["state"]) == (1, "failed")
    assert "asks to come back after 24.0 hours" in told
    assert "/mot-1.html" not in site.paths()


def test_three_long_waits_in_a_row_end_the_run(operator: Operator, tmp_path: Path) -> None:
    paths = [f"/bai-{number}.html" for number in range(1, 9)]
    busy = Reply(b"", 429, {"Retry-After": "7200"})
    with small_site({"/tin": listing(*paths)} | dict.fromkeys(paths, busy)) as site:
        register(operator, tmp_path, site)
        code, row, told = harvest(operator)
    assert code == 1
    assert "asks to come back after 2.0 hours" in told
    assert row["refused"]["put off by the site"] >= 3


@pytest.mark.soak
def test_crawl_delay_is_kept(operator: Operator, tmp_path: Path) -> None:
    paths = [f"/bai-{number}.html" for number in range(1, 4)]
    pages = {"/tin": listing(*paths)} | {path: article(f"Hội nghị số {path}") for path in paths}
    with small_site(pages) as site:
        site.pages["/robots.txt"] = Reply(f"User-agent: *\nCrawl-delay: {SHORT}\n".encode())
        register(operator, tmp_path, site)
        code, row, _ = harvest(operator)
    assert (code, row["new"]) == (0, 3)
    gaps = [after.at - before.at for before, after in pairwise(site.hits)]
    assert min(gaps) >= SHORT - 0.05


def test_a_crawl_delay_beyond_reason_ends_the_run_with_its_reason(operator: Operator, tmp_path: Path) -> None:
    with small_site({"/tin": listing("/mot-1.html"), "/mot-1.html": article("Hội nghị")}) as site:
        site.pages["/robots.txt"] = Reply(b"User-agent: *\nCrawl-delay: 86400\n")
        register(operator, tmp_path, site)
        code, _, told = harvest(operator)
    assert code == 1
    assert "robots.txt asks for 86400 s between two requests" in told
    assert site.paths() == ["/robots.txt"]


def test_what_robots_forbids_is_not_asked(operator: Operator, tmp_path: Path) -> None:
    pages = {"/tin": listing("/mot-1.html", "/rieng/hai-2.html"), "/mot-1.html": article("Hội nghị")}
    pages["/rieng/hai-2.html"] = article("Đại hội")
    with small_site(pages) as site:
        site.pages["/robots.txt"] = Reply(b"User-agent: *\nDisallow: /rieng/\n")
        register(operator, tmp_path, site)
        _, row, _ = harvest(operator)
    assert row["new"] == 1
    assert row["refused"] == {"not asked: Forbidden by robots.txt": 1}
    assert "/rieng/hai-2.html" not in site.paths()


def test_the_visitor_says_who_it_is(operator: Operator, tmp_path: Path) -> None:
    with small_site({"/tin": listing("/mot-1.html"), "/mot-1.html": article("Hội nghị")}) as site:
        register(operator, tmp_path, site)
        harvest(operator)
    agents = {hit.headers["User-Agent"] for hit in site.hits}
    assert len(agents) == 1
    assert "contact@" in agents.pop()
    assert not any("Cookie" in hit.headers for hit in site.hits)


def test_one_host_is_asked_for_one_page_at_a_time(operator: Operator, tmp_path: Path) -> None:
    at_once = worst = 0

    def slow(title: str) -> Any:
        def reply() -> Reply:
            nonlocal at_once, worst
            at_once += 1
            worst = max(worst, at_once)
            time.sleep(0.05)
            at_once -= 1
            return article(title)

        return reply

    paths = [f"/bai-{number}.html" for number in range(1, 9)]
    with small_site({"/tin": listing(*paths)} | {path: slow(f"Hội nghị {path}") for path in paths}) as site:
        register(operator, tmp_path, site)
        _, row, _ = harvest(operator)
    assert row["new"] == 8
    assert worst == 1
