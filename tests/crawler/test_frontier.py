"""The frontier alone: what is asked for next, in which order, and what an answer changes."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlite_utils import Database

from archive.capture import Capture
from archive.captures import open_crawl_db
from archive.sources import Source
from crawler import due, tables
from crawler.frontier import Frontier
from crawler.known import Answer
from crawler.links import ListedLink

SITE = "http://congdoan.example"
SOURCE = Source(id="thu.mot", name="Thử", family="mastercms", site=SITE, listing=("/tin",))
TODAY = datetime.now(UTC).date()


@pytest.fixture
def frontier(tmp_path: Path) -> Iterator[Frontier]:
    frontier = Frontier(tmp_path / "crawl.db", SOURCE)
    yield frontier
    frontier.close()


def address(number: int) -> str:
    return f"{SITE}/bai-viet-{number}.html"


def listed(frontier: Frontier, *numbers: int, day: str | None = None) -> set[str]:
    return set(frontier.add(f"{SITE}/tin", [ListedLink(address(n), day) for n in numbers], None, None).new)


def keep(frontier: Frontier, number: int, published: str | None = None, **answer: str) -> None:
    fetched = datetime.now(UTC).isoformat(timespec="milliseconds")
    capture = Capture(SOURCE, address(number), address(number), fetched, f"<html>{number}</html>".encode())
    frontier.keep(capture, Answer(published, answer.get("etag"), answer.get("last_modified"), capture.sha256))


def asked(frontier: Frontier) -> list[str]:
    return [known.url for known in frontier.revisits()]


def set_column(frontier: Frontier, column: str, number: int, value: object) -> None:
    with frontier.transaction() as connection:
        connection.execute(f"UPDATE frontier SET {column} = ? WHERE url = ?", (value, address(number)))


def ago(**age: int) -> str:
    return (datetime.now(UTC) - timedelta(**age)).isoformat(timespec="milliseconds")


def test_a_listing_tells_the_new_from_the_known(frontier: Frontier) -> None:
    assert listed(frontier, 1, 2) == {address(1), address(2)}
    assert listed(frontier, 2, 3) == {address(3)}


def test_what_was_found_and_not_fetched_waits_for_the_next_run(frontier: Frontier) -> None:
    listed(frontier, 1, 2, 3)
    keep(frontier, 2)
    assert [known.url for known in frontier.waiting()] == [address(1), address(3)]


def test_waiting_does_not_end_where_a_chunk_does(frontier: Frontier, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawler.frontier.CHUNK", 3)
    listed(frontier, *range(10))
    waiting = frontier.waiting()
    first = [next(waiting).url for _ in range(2)]
    listed(frontier, 77)
    # What a listing finds while this is read is asked for by the walk itself.
    assert first + [known.url for known in waiting] == [address(n) for n in range(10)]


def test_an_address_that_fails_is_tried_in_three_runs(frontier: Frontier) -> None:
    listed(frontier, 1)
    for _ in range(3):
        assert [known.url for known in frontier.waiting()] == [address(1)]
        frontier.fail(address(1), "HTTP 500")
    assert list(frontier.waiting()) == []


def test_an_address_that_is_put_off_waits_until_then(frontier: Frontier) -> None:
    listed(frontier, 1)
    frontier.put_off(address(1), datetime.now(UTC) + timedelta(hours=3))
    assert list(frontier.waiting()) == []
    frontier.put_off(address(1), datetime.now(UTC) - timedelta(seconds=2))
    assert [known.url for known in frontier.waiting()] == [address(1)]


def test_the_newest_are_asked_by_date_and_not_by_row(frontier: Frontier) -> None:
    # A first crawl inserts the newest first; the newest rows are the oldest articles.
    for number in range(100):
        keep(frontier, number, published=(TODAY - timedelta(days=number)).isoformat())
    assert asked(frontier) == [address(number) for number in range(due.NEWEST)]


def test_undated_articles_of_the_first_crawl_come_last_and_in_the_listings_order(frontier: Frontier) -> None:
    listed(frontier, *range(70))
    for number in range(70):
        keep(frontier, number, published="2019-05-01" if number == 65 else None)
    assert asked(frontier) == [address(65), *(address(number) for number in range(due.NEWEST - 1))]


def test_an_undated_article_found_later_is_of_the_day_it_was_found(frontier: Frontier) -> None:
    keep(frontier, 1, published="2024-05-01")
    frontier.set_backfill_done()
    listed(frontier, 2)
    keep(frontier, 2)
    assert asked(frontier) == [address(2), address(1)]


def test_the_date_of_the_listing_serves_where_the_page_has_none(frontier: Frontier) -> None:
    listed(frontier, 1, day="03/02/2021")
    listed(frontier, 2, day="03/02/2023")
    keep(frontier, 1)
    keep(frontier, 2)
    assert asked(frontier) == [address(2), address(1)]


@pytest.mark.parametrize(("age", "wait"), [(3, 7), (30, 7), (31, 30), (365, 30), (366, 365), (4000, 365)])
def test_the_older_an_article_the_more_seldom_it_is_asked(frontier: Frontier, age: int, wait: int) -> None:
    keep(frontier, 1, published=(TODAY - timedelta(days=age)).isoformat())
    (moment,) = frontier.connection.execute("SELECT due FROM frontier").fetchone()
    assert abs(datetime.fromisoformat(moment) - datetime.now(UTC) - timedelta(days=wait)) < timedelta(minutes=1)


def test_old_articles_come_when_due_the_longest_overdue_first_and_no_more_than_the_budget(frontier: Frontier) -> None:
    for number in range(300):
        keep(frontier, number, published=(TODAY - timedelta(days=number)).isoformat())
    for number in range(100, 280):
        set_column(frontier, "due", number, ago(days=number))
    visits = asked(frontier)
    assert visits[due.NEWEST :] == [address(number) for number in range(279, 279 - due.REVISITS, -1)]


def test_a_known_article_that_the_site_says_has_changed_is_asked_again(frontier: Frontier) -> None:
    keep(frontier, 1, etag='"a"')
    set_column(frontier, "fetched", 1, ago(hours=2))
    to_come = (datetime.now(UTC) + timedelta(hours=9)).isoformat()
    for moment in ("2020-01-01T00:00:00+07:00", to_come):
        assert frontier.add(SITE, [ListedLink(address(1), None, moment)], None, None).changed == ()
    (changed,) = frontier.add(SITE, [ListedLink(address(1), None, ago(hours=1))], None, None).changed
    assert (changed.url, changed.etag) == (address(1), '"a"')


def test_an_article_stays_one_whatever_its_page_answers_later(frontier: Frontier) -> None:
    keep(frontier, 1)
    frontier.refuse(address(1), "no article on the page")
    frontier.fail(address(1), "HTTP 500")
    assert frontier.ever_ok(address(1))
    assert asked(frontier) == [address(1)]


def test_missing_twice_a_day_apart_is_gone_and_an_answer_brings_it_back(frontier: Frontier) -> None:
    keep(frontier, 1)
    assert not frontier.missing(address(1), "HTTP 404")
    assert not frontier.missing(address(1), "HTTP 404")
    assert frontier.captures.gone() == {}
    set_column(frontier, "missing_since", 1, ago(hours=25))
    assert frontier.missing(address(1), "HTTP 404")
    assert len(frontier.captures.gone()) == 1
    assert not frontier.missing(address(1), "HTTP 404")
    frontier.not_modified(address(1))
    assert frontier.captures.gone() == {}


def test_an_article_missing_once_is_looked_for_again_after_a_day(frontier: Frontier) -> None:
    keep(frontier, 1, published="2010-05-01")
    frontier.missing(address(1), "HTTP 404")
    (moment,) = frontier.connection.execute("SELECT due FROM frontier").fetchone()
    assert timedelta(hours=23) < datetime.fromisoformat(moment) - datetime.now(UTC) < timedelta(hours=25)


def test_a_listing_is_asked_conditionally_only_after_the_first_crawl(frontier: Frontier) -> None:
    frontier.add(f"{SITE}/feed", [], '"x"', None)
    assert frontier.listing_validators(f"{SITE}/feed") == {}
    frontier.set_backfill_done()
    assert frontier.listing_validators(f"{SITE}/feed") == {"If-None-Match": '"x"'}
    assert frontier.listing_validators(f"{SITE}/other") == {}


def test_a_file_is_tried_three_times(frontier: Frontier) -> None:
    url = f"{SITE}/ke-hoach.pdf"
    assert [frontier.file_failed(url, "HTTP 404") for _ in range(3)] == [True, True, False]
    assert not frontier.wants_file(url)


def test_a_frontier_of_the_first_version_is_brought_up_and_keeps_its_rows(tmp_path: Path) -> None:
    path = tmp_path / "crawl.db"
    with closing(open_crawl_db(path)) as connection:
        database = Database(connection)
        tables.m001_frontier(database)
        tables.m002_runs(database)
        for name in ("m001_frontier", "m002_runs"):
            database.table("_sqlite_migrations").insert(
                {"migration_set": "frontier", "name": name, "applied_at": "2026-01-01"}
            )
        connection.execute(
            "INSERT INTO frontier (article, source, url, state, published, first_seen, fetched)"
            " VALUES ('abc', 'thu.mot', ?, 'ok', '2024-05-01', '2026-01-01', '2026-01-01')",
            (address(1),),
        )
        connection.commit()
    frontier = Frontier(path, SOURCE)
    assert asked(frontier) == [address(1)]
    frontier.close()
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT dated FROM frontier").fetchone() == ("2024-05-01",)
