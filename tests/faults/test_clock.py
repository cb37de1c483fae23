"""A clock that runs ahead or behind: versions keep their order, nothing waits for the year 2099, and a clock that is
behind the captures is named before anything is dated by it."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from archive.capture import Capture
from archive.captures import CaptureStore
from archive.clock import moment, site_time, true_times
from archive.errors import ArchiveError
from archive.folder import DataFolder
from archive.verify import verify
from crawler import due
from crawler.frontier import Frontier
from crawler.known import Answer
from crawler.links import ListedLink
from tests.conftest import Operator
from tests.crawler.test_harvest import contents, harvest, query
from tests.filled import execute, page, put, take
from tests.sites.server import SampleWeb
from tests.test_ingest import SOURCE

NOW = datetime(2024, 6, 1, tzinfo=UTC)
AHEAD = datetime(2099, 1, 1, tzinfo=UTC)
TEXTS = tuple(f"Công đoàn cơ sở tổng kết năm học, bản thứ {number} của bài viết này." for number in range(4))


def seen(number: int, text: str, when: datetime, site: datetime | None = None) -> Capture:
    """A capture of a page, dated by our clock and by the site's."""
    headers = (("Content-Type", "text/html"), *([("date", format_datetime(site, usegmt=True))] if site else []))
    return replace(page(number, text), fetched=moment(when), headers=headers)


def days(number: float) -> datetime:
    return NOW + timedelta(days=number)


def times(path: Path, captures: Sequence[Capture], now: datetime = NOW) -> dict[int, str]:
    with closing(CaptureStore(path / "crawl.db")) as store:
        for one in captures:
            store.put(one)
        return true_times(store, now)


def versions(folder: DataFolder) -> list[Any]:
    return query(folder.archive_db, "SELECT captured, body FROM revisions ORDER BY captured, capture")


def test_a_capture_from_the_future_is_of_the_sites_time(tmp_path: Path) -> None:
    found = times(
        tmp_path,
        [
            seen(1, "", days(-9), days(-9)),
            seen(2, "", AHEAD, days(-5)),
            seen(3, "", AHEAD + timedelta(days=1)),  # no Date: not before what was captured earlier
            seen(4, "", AHEAD + timedelta(days=2), days(-400)),  # a site whose own clock is slow
            seen(5, "", days(-1), days(-1)),
            seen(6, "", days(0.9), days(0.9)),  # clocks may differ
        ],
    )
    assert found == {2: moment(days(-5)), 3: moment(days(-5)), 4: moment(days(-5))}


def test_an_archive_of_nothing_but_captures_without_a_time(tmp_path: Path) -> None:
    assert times(tmp_path, [seen(1, "", AHEAD)]) == {1: moment(NOW)}


def test_a_clock_that_is_behind_is_named(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError) as caught:
        times(tmp_path, [seen(1, "", days(-400), days(-400)), seen(2, "", days(0), days(0))], days(-300))
    assert str(caught.value) == (
        "the clock of this machine: it says 2023-08-06 00:00 UTC, but https://a.example.vn/tin/bai-2 was captured on"
        " 2024-06-01, as the site's own clock says too; set the clock right, then run this again"
    )


def test_one_site_whose_clock_is_ahead_too_proves_nothing(tmp_path: Path) -> None:
    pages = [seen(number, "", AHEAD, days(-1)) for number in (1, 2)]
    found = times(tmp_path, [*pages, seen(3, "", AHEAD, AHEAD)])
    assert found == {1: moment(days(-1)), 2: moment(days(-1)), 3: moment(days(-1))}


@pytest.mark.parametrize(
    "said", ["", "x", "32/13/2024", "Mon, 99 Jan 2024 00:00:00 GMT", "Thu, 01 Jan 99999 00:00:00 GMT"]
)
def test_a_date_that_is_none(said: str) -> None:
    assert site_time(replace(page(1), headers=(("Date", said),))) is None


def test_versions_keep_their_order_after_the_clock_ran_ahead(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    week = timedelta(days=7)
    folder, other = DataFolder(tmp_path / "a"), DataFolder(tmp_path / "b")
    true = [now - 4 * week, now - 3 * week, now - 2 * week, now - week]
    captures = [seen(1, text, when, when) for text, when in zip(TEXTS, true, strict=True)]
    put(other, *captures)
    take(other)
    put(folder, captures[0])
    take(folder)
    # The clock jumps: this version is taken as of 2099, as the crawl of that night did.
    (ahead,) = put(folder, seen(1, TEXTS[1], AHEAD, true[1]))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("archive.ingest.datetime", _Clock(AHEAD))
        take(folder)
    assert versions(folder)[-1][0] == moment(AHEAD)
    # The clock is right again.
    take(folder)
    put(folder, *captures[2:])
    take(folder)
    second = (when.isoformat(timespec="seconds")[:19] for when in true)
    assert [(captured[:19], body) for captured, body in versions(folder)] == list(zip(second, TEXTS, strict=True))
    assert [body for _, body in versions(folder)] == [body for _, body in versions(other)]
    assert query(folder.archive_db, "SELECT body, revisions FROM articles") == [(TEXTS[3], 4)]
    found = contents(folder.archive_db)
    assert take(folder) == [], "and it is not taken again and again"
    folder.archive_db.unlink()
    take(folder)
    assert contents(folder.archive_db) == found
    assert verify(folder, seed=1).problems == []
    with closing(CaptureStore(folder.crawl_db)) as store:
        assert store.get(ahead).fetched == moment(AHEAD), "a capture is never changed"


class _Clock(datetime):
    """A clock that stands at another time."""

    def __new__(cls, when: datetime) -> Any:
        class Stopped(datetime):
            @classmethod
            def now(cls, tz: Any = None) -> datetime:
                return when

        return Stopped


@pytest.mark.soak
def test_a_build_under_a_clock_that_is_behind_changes_nothing(operator: Operator) -> None:
    folder = operator.folder
    put(folder, page(1))
    take(folder)
    before = contents(folder.archive_db)
    put(folder, seen(2, "", AHEAD, AHEAD))  # seen from 2099, this machine is behind
    for command in (("union-archive", "build"), ("union-archive", "rebuild"), ("scrapy", "harvest", "ha-nam.binh-luc")):
        done = operator.run(*command)
        assert done.returncode == 1
        (line,) = done.stderr.splitlines()
        assert line.startswith("the clock of this machine: it says 20")
        assert line.endswith("; set the clock right, then run this again")
        assert contents(folder.archive_db) == before


def test_nothing_is_put_off_until_2099(tmp_path: Path) -> None:
    far = "2099-06-01T08:00:00.000+00:00"
    with closing(Frontier(tmp_path / "crawl.db", SOURCE)) as frontier:
        for number in (1, 2):
            frontier.keep(page(number), Answer("2023-05-20", None, None, None))
        frontier.add(SOURCE.site, [ListedLink(page(3).url)], None, None)
        (inside,) = frontier.connection.execute("SELECT min(due) FROM frontier").fetchone()
        assert inside < due.after(due.FARTHEST)
        with frontier.connection:
            frontier.connection.execute("UPDATE frontier SET due = ?, fetched = ?", (far, far))
            frontier.connection.execute(
                "UPDATE frontier SET dated = NULL, missing_since = ? WHERE url LIKE '%2'", (far,)
            )
        assert [known.url for known in frontier.waiting()] == [page(3).url]
        changed = frontier.add(SOURCE.site, [ListedLink(page(1).url, changed="2024-05-30T00:00:00Z")], None, None)
        assert [known.url for known in changed.changed] == [page(1).url]
        assert frontier.missing(page(2).url, "HTTP 404") is False
        (since,) = frontier.connection.execute("SELECT missing_since FROM frontier WHERE url LIKE '%2'").fetchone()
        assert since <= due.now(), "it counts from now, not from 2099"


def test_older_articles_are_asked_again_after_the_clock_ran_ahead(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crawler.frontier.NEWEST", 1)
    with closing(Frontier(tmp_path / "crawl.db", SOURCE)) as frontier:
        for number in (1, 2, 3):
            frontier.keep(page(number), Answer(f"2023-05-2{number}", None, None, None))
        assert [known.url for known in frontier.revisits()] == [page(3).url]
        with frontier.connection:
            frontier.connection.execute("UPDATE frontier SET due = '2099-06-01T08:00:00.000+00:00'")
        assert {known.url for known in frontier.revisits()} == {page(number).url for number in (1, 2, 3)}


@pytest.mark.soak
def test_a_harvest_after_the_clock_ran_ahead_heals_the_archive(sample: Operator, web: SampleWeb) -> None:
    harvest(sample)
    before = query(sample.folder.archive_db, "SELECT id, title, revisions FROM articles ORDER BY id")
    ahead = "strftime('%Y-%m-%dT%H:%M:%f+00:00', {}, '+75 years')"
    execute(sample.folder.crawl_db, "UPDATE captures SET fetched = " + ahead.format("fetched"),
            "UPDATE frontier SET fetched = " + ahead.format("fetched") + ", due = " + ahead.format("due"))  # fmt: skip
    execute(sample.folder.archive_db, "UPDATE ingested SET captured = " + ahead.format("captured"),
            "UPDATE revisions SET captured = " + ahead.format("captured"))  # fmt: skip
    web.edited = True
    rows = harvest(sample)
    assert sum(row["edited"] for row in rows.values()) > 0
    assert sum(row["new"] for row in rows.values()) == 0
    (newest,) = query(sample.folder.archive_db, "SELECT max(captured) FROM revisions")[0]
    assert newest < moment(datetime.now(UTC) + timedelta(days=1))
    assert len(query(sample.folder.archive_db, "SELECT id FROM articles")) == len(before)
    again = harvest(sample)
    assert sum(row["edited"] + row["new"] for row in again.values()) == 0, "what was edited is the newest version"
    assert verify(sample.folder, seed=1).problems == []
