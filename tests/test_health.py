"""What makes a source silent, blocked, failing, drifting: judged by cases, then read from real databases."""

import sqlite3
from contextlib import closing
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from archive.annotate import Annotations
from archive.errors import ArchiveError
from archive.extract.article import Article
from archive.health import CURES, PAGES_JUDGED, HealthWarning, Held, health, judge
from archive.runs import RECENT, Fill, History, histories, latest_runs
from archive.store import SourceRow, Store, Version
from tests.run_rows import NOW, run, write_runs

TODAY = NOW.date()


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def every(days: int, *, last: int = 0) -> tuple[date, ...]:
    """The days of twenty articles that came at a steady pace, the last of them some days ago."""
    return tuple(ago(last + days * place) for place in range(20))


def history(*runs: Any, first: int = 400, fill: Fill | None = None, before: Fill | None = None) -> History:
    return History(ago(first).isoformat(), runs or (run(),), fill, before)


def fill(pages: int = 20, title: float = 1, date: float = 1, body: float = 1, length: float = 1000) -> Fill:
    return Fill("2026-11-01T01:00:00+00:00", pages, title, date, body, length)


def of_kind(kind: str, past: History | None, held: Held) -> HealthWarning | None:
    return next((warning for warning in judge(past, held, NOW).warnings if warning.kind == kind), None)


FRESH = Held(every(3))


def test_a_healthy_source_has_no_warning() -> None:
    found = judge(history(run(new=1), run(days_ago=1), fill=fill()), FRESH, NOW)
    assert found.warnings == ()
    assert found.last == run(new=1)
    assert found.fill == fill()


@pytest.mark.parametrize(
    ("held", "since"),
    [
        pytest.param(Held(every(3, last=60), None, 60), None, id="exactly quiet_days"),
        pytest.param(Held(every(3, last=61), None, 60), ago(61), id="a day longer"),
        pytest.param(Held(every(90, last=61), None, 60), ago(61), id="the record decides, not the gaps"),
        pytest.param(Held(every(3, last=30)), None, id="a month, however dense"),
        pytest.param(Held(every(3, last=31)), ago(31), id="more than a month"),
        pytest.param(Held(every(20, last=60)), None, id="three gaps"),
        pytest.param(Held(every(20, last=61)), ago(61), id="more than three gaps"),
        pytest.param(Held((ago(40),)), ago(40), id="one article has no gaps"),
        pytest.param(Held((ago(40), ago(40), *every(100, last=41))), None, id="the median, not the smallest gap"),
        pytest.param(Held((), ago(31)), ago(31), id="dates are never shown"),
        pytest.param(Held((), ago(2)), None, id="dates are never shown, but something came"),
        pytest.param(Held(every(3, last=90), ago(5)), None, id="what came lately has no date"),
        pytest.param(Held(every(3, last=500), ago(395)), ago(500), id="undated stock of the first run is no news"),
        pytest.param(Held(), ago(400), id="nothing ever came"),
    ],
)
def test_silent(held: Held, since: date | None) -> None:
    found = of_kind("silent", history(), held)
    assert (found.since if found else None) == (since.isoformat() if since else None)
    if found and since:
        assert since.isoformat() in found.detail


def test_the_threshold_of_a_silence_is_named() -> None:
    named = {
        "quiet_days 60": Held(every(3, last=90), None, 60),
        "no quiet_days, 30 days": Held(every(3, last=90)),
        "3 × the median gap of 20 days": Held(every(20, last=90)),
    }
    for words, held in named.items():
        found = of_kind("silent", history(), held)
        assert found is not None
        assert found.detail == f"silent since {held.days[0]} ({words})"


@pytest.mark.parametrize(
    "runs",
    [
        pytest.param([run(failed={"listing: HTTP 500": 1}, state="failed")], id="the listing was lost"),
        pytest.param([run(pages=0, failed={"asks to come back tomorrow": 3}, state="failed")], id="nothing was read"),
    ],
)
def test_a_source_nobody_could_look_at_is_not_called_silent(runs: list[Any]) -> None:
    assert of_kind("silent", history(*runs), Held(every(3, last=90))) is None
    looked = run(days_ago=80)
    assert of_kind("silent", history(*runs, looked), Held(every(3, last=90))) is None, "10 days then"
    assert of_kind("silent", history(*runs, looked), Held(every(3, last=120))) is not None


CHALLENGE, LISTING = "blocked: challenge page", "listing: blocked: challenge page"


@pytest.mark.parametrize(
    ("runs", "since"),
    [
        pytest.param([run(failed={CHALLENGE: 2})], None, id="two pages"),
        pytest.param([run(failed={CHALLENGE: 3})], 0, id="three pages"),
        pytest.param([run(failed={CHALLENGE: 2, "blocked: HTTP 403": 1})], 0, id="three pages, two reasons"),
        pytest.param([run(failed={LISTING: 1})], 0, id="the listing"),
        pytest.param([run(failed={"listing: HTTP 500": 1, "HTTP 500": 9})], None, id="broken is not blocked"),
        pytest.param([run(), run(days_ago=1, failed={LISTING: 1})], None, id="it is over"),
        pytest.param(
            [run(failed={LISTING: 1}), run(days_ago=1, failed={CHALLENGE: 9}), run(days_ago=2)], 1, id="two runs"
        ),
    ],
)
def test_blocked(runs: list[Any], since: int | None) -> None:
    found = of_kind("blocked", history(*runs), FRESH)
    assert (found.since if found else None) == (None if since is None else runs[since].started)
    if found and since is not None:
        assert found.detail == f"blocked: challenge page since {ago(since)}"


def broken(days_ago: int, reason: str = "HTTP 500: https://a.example/1") -> Any:
    return run(days_ago=days_ago, state="failed", reason=reason, failed={"HTTP 500": 1})


def test_failing() -> None:
    assert of_kind("failing", history(broken(0), broken(1), run(days_ago=2)), FRESH) is None, "an accident"
    found = of_kind("failing", history(broken(0, "DNS: x"), broken(1), broken(2), run(days_ago=3)), FRESH)
    assert found is not None
    assert found.since == broken(2).started
    assert found.detail == f"the last 3 runs failed, since {ago(2)}, the last one with DNS: x"
    shut = [run(days_ago=day, state="failed", failed={LISTING: 1}) for day in range(5)]
    assert [warning.kind for warning in judge(history(*shut), FRESH, NOW).warnings] == ["blocked"], "said once"


@pytest.mark.parametrize(
    ("now", "before", "words"),
    [
        pytest.param(fill(date=0.8), fill(), "", id="a fifth is allowed"),
        pytest.param(fill(date=0.7), fill(), "30% have no date (0% before)", id="dates"),
        pytest.param(fill(title=0.7), fill(title=0.95), "30% have no title (5% before)", id="titles"),
        pytest.param(fill(body=0.0, length=0), fill(), "100% have no body (0% before)", id="no bodies at all"),
        pytest.param(fill(title=0.5, date=0.5), fill(), "50% have no title (0% before), 50% have no date", id="two"),
        pytest.param(fill(date=0.0), fill(date=0.0), "", id="the site never shows dates"),
        pytest.param(fill(date=0.55), fill(date=0.62), "", id="it was always like this"),
        pytest.param(fill(date=0.5), fill(date=0.62), "50% have no date (38% before)", id="it got worse"),
        pytest.param(fill(date=0.5), None, "50% have no date", id="a first run that reads badly"),
        pytest.param(fill(date=0.5), fill(pages=9, date=0.5), "50% have no date", id="too little before to know"),
        pytest.param(fill(pages=9, date=0.0), fill(), "", id="too few pages"),
        pytest.param(fill(length=500), fill(), "", id="half as long is allowed"),
        pytest.param(fill(length=499), fill(), "bodies have 499 characters instead of 1,000", id="shorter bodies"),
        pytest.param(fill(length=100), fill(pages=9), "", id="too little before to compare lengths"),
        pytest.param(None, None, "", id="nothing was read"),
    ],
)
def test_drift(now: Fill | None, before: Fill | None, words: str) -> None:
    found = of_kind("drift", history(fill=now, before=before), FRESH)
    assert (found is not None) == bool(words)
    if found and now:
        assert found.since == now.since
        assert found.detail.startswith("of the 20 pages read since 2026-11-01 ")
        assert words in found.detail


def test_not_looked_at() -> None:
    assert of_kind("not run lately", history(run(days_ago=14)), FRESH) is None
    found = of_kind("not run lately", history(run(days_ago=15)), FRESH)
    assert found is not None
    assert (found.since, found.detail) == (run(days_ago=15).ended, f"not run since {ago(15)}")
    assert [warning.kind for warning in judge(None, Held(every(3, last=900)), NOW).warnings] == ["never run"]


def test_the_worst_comes_first_and_each_has_a_cure() -> None:
    past = history(run(days_ago=20, failed={CHALLENGE: 3}), fill=fill(date=0))
    kinds = [warning.kind for warning in judge(past, Held(every(3, last=300)), NOW).warnings]
    assert kinds == ["blocked", "drift", "silent", "not run lately"]
    assert {*kinds, "failing", "never run"} == set(CURES)


def test_the_fill_is_of_the_newest_runs_with_enough_pages(tmp_path: Path) -> None:
    runs = [
        run("a", 4, read=40, dated=40, body_length=800),
        run("a", 3, read=10, dated=0, body_length=300),
        run("a", 2, read=6, dated=3, titled=5),
        run("a", 1, read=0),
        run("a", 0, read=4, bodied=2, body_length=4000),
        run("b", 0, read=3),
        run("c", 0),
    ]
    found = histories(write_runs(tmp_path / "crawl.db", runs), enough=PAGES_JUDGED)
    assert found["a"].fill == Fill(runs[2].started, 10, 0.9, 0.7, 0.8, (6 * 1000 + 2 * 4000) / 8)
    assert found["a"].fill_before == Fill(runs[0].started, 50, 1, 0.8, 1, (40 * 800 + 10 * 300) / 50)
    assert [row.started for row in found["a"].runs] == [row.started for row in reversed(runs[:5])]
    assert found["a"].first == runs[0].started
    assert (found["b"].fill, found["b"].fill_before) == (Fill(runs[5].started, 3, 1, 1, 1, 1000), None)
    assert (found["c"].fill, found["c"].fill_before) == (None, None)


def test_only_the_newest_runs_are_read_whole(tmp_path: Path) -> None:
    runs = [run("a", day) for day in range(RECENT + 5)]
    (found,) = histories(write_runs(tmp_path / "crawl.db", runs), enough=PAGES_JUDGED).values()
    assert found.runs == tuple(runs[:RECENT])
    assert found.first == runs[-1].started


NEW_COLUMNS = frozenset({"not_modified", "gone", "read", "titled", "dated", "bodied", "body_length"})


def test_runs_of_before_fields_were_counted_have_no_fill(tmp_path: Path) -> None:
    path = write_runs(tmp_path / "crawl.db", [run("a")], without=NEW_COLUMNS)
    assert histories(path, enough=PAGES_JUDGED)["a"].fill is None
    assert latest_runs(path)["a"].started == run("a").started


def archive(path: Path, articles: dict[str, list[str | None]], quiet_days: int | None = None) -> Path:
    """An archive.db with articles of these dates, first seen on 2020-01-01, by source."""
    store, captures = Store(path), count(1)
    for source, days in articles.items():
        row = SourceRow(source, source, None, "listing", "https://a.example", False, None, "full", quiet_days)
        for place, day in enumerate(days):
            article = Article(title=f"Bài {place}", published=day, paragraphs=["Một câu."])
            with store.transaction():
                key = f"{source}{place}"
                seen = "2020-01-01T00:00:00+00:00"
                store.put(row, Version(key, key, next(captures), seen, article, Annotations([], [])))
    store.close()
    return path


def test_health_of_real_databases(tmp_path: Path) -> None:
    dates = {"fresh": ["2026-11-20", "2026-11-20T08:00:00+07:00"], "quiet": ["2025-06-12T08:00:00+07:00", None],
             "imported": ["2019-01-01"]}  # fmt: skip
    archive_db = archive(tmp_path / "archive.db", dates, quiet_days=60)
    crawl_db = write_runs(
        tmp_path / "crawl.db", [run("fresh"), run("quiet"), run("empty", failed={LISTING: 1}, state="failed")]
    )
    found = health(crawl_db, archive_db, now=NOW)
    assert {source: [warning.kind for warning in warnings] for source, warnings in found.items()} == {
        "empty": ["blocked"], "fresh": [], "imported": ["never run"], "quiet": ["silent"],
    }  # fmt: skip
    assert found["quiet"][0].since == "2025-06-12"


def test_either_database_may_be_missing(tmp_path: Path) -> None:
    archive_db, crawl_db = tmp_path / "archive.db", tmp_path / "crawl.db"
    assert health(crawl_db, archive_db, now=NOW) == {}
    write_runs(crawl_db, [run("a")])
    assert health(crawl_db, archive_db, now=NOW) == {"a": []}
    archive(archive_db, {"b": ["2026-11-20"]})
    crawl_db.unlink()
    assert [warning.kind for warning in health(crawl_db, archive_db, now=NOW)["b"]] == ["never run"]
    with closing(sqlite3.connect(crawl_db)) as db, db:
        db.execute("CREATE TABLE captures (id INTEGER PRIMARY KEY)")
    assert list(health(crawl_db, archive_db, now=NOW)) == ["b"], "imported, never crawled"


def test_a_damaged_database_is_named(tmp_path: Path) -> None:
    for name in ("archive.db", "crawl.db"):
        archive_db, crawl_db = tmp_path / "archive.db", tmp_path / "crawl.db"
        archive(archive_db, {"a": ["2026-11-20"]})
        write_runs(crawl_db, [run("a")])
        damaged = tmp_path / name
        content = damaged.read_bytes()
        damaged.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))
        with pytest.raises(ArchiveError, match=name):
            health(crawl_db, archive_db, now=NOW)
        archive_db.unlink()
        crawl_db.unlink()
