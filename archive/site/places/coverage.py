"""Why a district has no article of a school year: none found, not crawled, or site gone. Pure.

The rule, from what is known of each source whose home is the district when the archive is published:

- A source is known from the date of its oldest article to the day it was last crawled. Where it is blocked or failing
  that ends on the day this began; where it was never crawled (its articles came from copies) with its newest article.
- A school year is the time from 1 September to 31 August, as far as it has passed.
- none_found: a source is known over all of that time and gave no article about the district. `from_day` and `to_day`
  are set (none_found_partly) where it is known over a part of it only.
- site_gone: no source is known over any of it, and one was blocked or failing since before its end.
- not_crawled: no source of the district, or none that is known over any of it.

A crawl up to GRACE_DAYS before the end counts as one at the end: sources are not crawled every hour.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

GRACE_DAYS = 14
LOST = ("blocked", "failing")

GapKind = Literal["none_found", "none_found_partly", "site_gone", "not_crawled"]


@dataclass(frozen=True, slots=True)
class Known:
    """The time over which a source is known, both days included; `lost`: it ends because the site was lost."""

    first: date
    last: date
    lost: bool


@dataclass(frozen=True, slots=True)
class Gap:
    """Why there is nothing; the days (ISO) tell the part that is known, or since when a site is gone (`from_day`)."""

    kind: GapKind
    from_day: str | None = None
    to_day: str | None = None


def known(first: str | None, last: str | None, looked: str | None, lost_since: str | None) -> Known | None:
    """The time of one source, of ISO dates or times: its oldest and newest article, its last crawl, when it was lost.
    None for a source without a dated article."""
    if not first:
        return None
    end = lost_since or looked or last or first
    return Known(_day(first), _day(end), lost_since is not None)


def time_of(year: str) -> tuple[date, date]:
    """The first and last day of a school year like 2019-2020."""
    begins = int(year[:4])
    return date(begins, 9, 1), date(begins + 1, 8, 31)


def year_of(day: date) -> str:
    """The school year a day lies in."""
    begins = day.year if day.month >= 9 else day.year - 1
    return f"{begins}-{begins + 1}"


def years_between(first: str, last: str) -> list[str]:
    """The school years from one to another, both included."""
    return [f"{begins}-{begins + 1}" for begins in range(int(first[:4]), int(last[:4]) + 1)]


def gap(sources: Iterable[Known], year: str, today: date) -> Gap:
    """Why a school year has no article, by the sources of the district; `today` is the day of publication."""
    begins, ends = time_of(year)
    ends = min(ends, today)
    before = [source for source in sources if source.first <= ends]
    over = [source for source in before if source.last >= begins]
    if any(source.first <= begins and source.last >= ends - timedelta(days=GRACE_DAYS) for source in over):
        return Gap("none_found")
    if over:
        first, last = min(source.first for source in over), max(source.last for source in over)
        return Gap("none_found_partly", max(first, begins).isoformat(), min(last, ends).isoformat())
    lost = [source for source in before if source.lost]
    return Gap("site_gone", max(source.last for source in lost).isoformat()) if lost else Gap("not_crawled")


def first_known(sources: Sequence[Known]) -> str | None:
    """The school year in which the oldest of the sources begins."""
    return year_of(min(source.first for source in sources)) if sources else None


def _day(moment: str) -> date:
    return date.fromisoformat(moment[:10])
