"""How the sources fare, judged from the databases alone: who is silent, blocked, failing, changed or not looked at.

A warning is no failure: the run worked, what it brought (or did not) is unusual for this source.
"""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise, takewhile
from pathlib import Path
from statistics import median
from typing import Literal

from archive.database import connect_read_only, explained
from archive.runs import Fill, History, RunRow, histories

NEWEST_ARTICLES = 50
"""The dated articles whose gaps say how often a source has news."""
USUAL_GAPS = 3
QUIET_DAYS_LEAST = 30
"""A source whose record has no quiet_days may be silent for 3 median gaps, and never less than a month."""
PAGES_JUDGED = 10
"""Pages that must have been read before their fields say anything of the layout."""
MISSING_MOST = 0.20
"""The share of pages without a title, date or body above which the layout is in doubt."""
MISSING_MORE = 0.10
"""What a source has always left out is its way; drift is when it leaves out this much more than before."""
BLOCKED_PAGES = 3
FAILED_RUNS = 3
"""One page that is shut or one night that fails is an accident."""
FIRST_DAYS = 7
"""Undated articles first seen this soon after a source's first run are its old stock, not news."""
LOOKED_DAYS = 14
"""A source not run for longer is not being watched."""

Kind = Literal["blocked", "failing", "drift", "silent", "not run lately", "never run"]

CURES: dict[Kind, str] = {
    "blocked": "open the site in a browser; if it lets people in, ask its owner to let the crawler in",
    "failing": "look at that address; the site may be down or have moved",
    "drift": "look at a new page of it; mend its layout, then run `union-archive rebuild`",
    "silent": "look at the site; if it moved or closed, change its record",
    "not run lately": "look at the schedule of `scrapy harvest`, or whether its record is disabled",
    "never run": "run `scrapy harvest` with its id to watch it",
}


@dataclass(frozen=True, slots=True)
class HealthWarning:
    """What is wrong with a source: its kind, since when (an ISO date or time; None: since ever), and the cause in
    English, for the operator."""

    kind: Kind
    since: str | None
    detail: str

    @property
    def cure(self) -> str:
        return CURES[self.kind]


@dataclass(frozen=True, slots=True)
class Held:
    """What the archive holds of a source: the days of its newest dated articles (newest first), the day its newest
    undated one was first seen, and the silence its record calls a fault."""

    days: tuple[date, ...] = ()
    undated: date | None = None
    quiet_days: int | None = None


@dataclass(frozen=True, slots=True)
class Health:
    """A source at a moment: its last run (None: never run), what its newest pages held, its warnings (worst first)."""

    last: RunRow | None
    fill: Fill | None
    warnings: tuple[HealthWarning, ...]


def health(crawl_db: Path, archive_db: Path, *, now: datetime) -> dict[str, list[HealthWarning]]:
    """The warnings of every source that was ever run or has an article, by id; an empty list for a healthy one.

    Either file may be missing. Raises ArchiveError when one cannot be read.
    """
    with explained(archive_db):
        return {source: list(found.warnings) for source, found in read_health(crawl_db, archive_db, now=now).items()}


def read_health(crawl_db: Path | None, archive_db: Path, *, now: datetime) -> dict[str, Health]:
    """The health of every source that was ever run or has an article, by id. Either file may be missing, `crawl_db`
    None. Raises ArchiveError; sqlite3.DatabaseError when the archive is damaged."""
    runs, held = histories(crawl_db, enough=PAGES_JUDGED) if crawl_db else {}, _held(archive_db)
    return {source: judge(runs.get(source), held.get(source, Held()), now) for source in sorted({*runs, *held})}


def judge(history: History | None, held: Held, now: datetime) -> Health:
    """Judge one source. Pure."""
    if history is None:
        return Health(None, None, (HealthWarning("never run", None, "never run: its articles came another way"),))
    found = (
        _blocked(history.runs) or _failing(history.runs),
        _drift(history.fill, history.fill_before),
        _silent(history, held),
        _not_run_lately(history.runs[0], now),
    )
    return Health(history.runs[0], history.fill, tuple(warning for warning in found if warning))


def _blocked(runs: Sequence[RunRow]) -> HealthWarning | None:
    """The last run lost its listing, or several pages, to the site's defences."""
    shut = list(takewhile(_shut_out, runs))
    if not shut:
        return None
    reasons = Counter({name: number for name, number in shut[0].failed.items() if "blocked: " in name})
    reason = reasons.most_common(1)[0][0].removeprefix("listing: ")
    return HealthWarning("blocked", shut[-1].started, f"{reason} since {_day(shut[-1].started)}")


def _shut_out(run: RunRow) -> bool:
    pages = sum(number for name, number in run.failed.items() if name.startswith("blocked: "))
    return pages >= BLOCKED_PAGES or any(name.startswith("listing: blocked: ") for name in run.failed)


def _failing(runs: Sequence[RunRow]) -> HealthWarning | None:
    failed = list(takewhile(lambda run: run.state == "failed", runs))
    if len(failed) < FAILED_RUNS:
        return None
    since = failed[-1].started
    detail = f"the last {len(failed)} runs failed, since {_day(since)}, the last one with {failed[0].reason}"
    return HealthWarning("failing", since, detail)


def _drift(fill: Fill | None, before: Fill | None) -> HealthWarning | None:
    """More pages than before lack a field, or bodies are half as long: the layout no longer fits."""
    if fill is None or fill.pages < PAGES_JUDGED:
        return None
    if before is not None and before.pages < PAGES_JUDGED:
        before = None
    problems = [*_missing(fill, before)]
    if before and 0 < fill.body_length < before.body_length / 2:
        problems.append(f"bodies have {fill.body_length:,.0f} characters instead of {before.body_length:,.0f}")
    if not problems:
        return None
    detail = f"of the {fill.pages} pages read since {_day(fill.since)} " + ", ".join(problems)
    return HealthWarning("drift", fill.since, detail)


def _missing(fill: Fill, before: Fill | None) -> Iterable[str]:
    for field in ("title", "date", "body"):
        missing = 1 - getattr(fill, field)
        usual = 1 - getattr(before, field) if before else 0.0
        if missing > MISSING_MOST and missing > usual + MISSING_MORE:
            yield f"{missing:.0%} have no {field}" + (f" ({usual:.0%} before)" if before else "")


def _silent(history: History, held: Held) -> HealthWarning | None:
    """No article for longer than usual, up to the last run that saw the listing: what was not looked at is not silent.

    Days are counted from the date of the newest article, the first sight of a new one without a date, or the first run.
    """
    looked = next((run for run in history.runs if run.pages and not _listing_lost(run)), None)
    if looked is None:
        return None
    first = _day(history.first)
    last = _newest(held, first)
    since = last or first
    days, why = _quiet_days(held)
    if (_day(looked.ended) - since).days <= days:
        return None
    detail = f"silent since {since} ({why})" if last else f"no article since its first run on {since} ({why})"
    return HealthWarning("silent", since.isoformat(), detail)


def _newest(held: Held, first: date) -> date | None:
    """The day of the newest article; None when there is none. Where dates are shown, one without is judged apart."""
    if not held.days:
        return held.undated
    if held.undated and (held.undated - first).days > FIRST_DAYS:
        return max(held.days[0], held.undated)
    return held.days[0]


def _listing_lost(run: RunRow) -> bool:
    return any(reason.startswith("listing: ") for reason in run.failed)


def _quiet_days(held: Held) -> tuple[float, str]:
    """How many days without an article are usual, and by what."""
    if held.quiet_days is not None:
        return held.quiet_days, f"quiet_days {held.quiet_days}"
    gaps = [(later - earlier).days for later, earlier in pairwise(held.days)]
    days = USUAL_GAPS * median(gaps) if gaps else 0
    if days <= QUIET_DAYS_LEAST:
        return QUIET_DAYS_LEAST, f"no quiet_days, {QUIET_DAYS_LEAST} days"
    return days, f"{USUAL_GAPS} × the median gap of {median(gaps):g} days"


def _not_run_lately(last: RunRow, now: datetime) -> HealthWarning | None:
    if (now.date() - _day(last.ended)).days <= LOOKED_DAYS:
        return None
    return HealthWarning("not run lately", last.ended, f"not run since {_day(last.ended)}")


def _day(moment: str) -> date:
    return date.fromisoformat(moment[:10])


_HELD = """
SELECT sources.id, quiet_days, undated FROM sources LEFT JOIN (
    SELECT source, max(first_seen) AS undated FROM articles WHERE published IS NULL GROUP BY source
) ON source = sources.id
"""
# All of it stands in the index articles_source.
_DAYS = """
SELECT id, (
    SELECT json_group_array(day) FROM (
        SELECT substr(published, 1, 10) AS day FROM articles WHERE source = sources.id AND published IS NOT NULL
        ORDER BY published DESC LIMIT :newest
    )
) FROM sources
"""


def _held(archive_db: Path) -> dict[str, Held]:
    """What the archive holds of each source, by id; empty when there is no archive yet."""
    if not archive_db.exists():
        return {}
    with closing(connect_read_only(archive_db)) as connection:
        connection.execute("BEGIN")
        days = {
            source: tuple(map(date.fromisoformat, json.loads(newest)))
            for source, newest in connection.execute(_DAYS, {"newest": NEWEST_ARTICLES})
        }
        return {
            source: Held(days[source], _day(undated) if undated else None, quiet_days)
            for source, quiet_days, undated in connection.execute(_HELD)
        }
