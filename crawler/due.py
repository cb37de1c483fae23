"""When an article is asked for changes again: the newest in every run, the others the more seldom the older."""

from datetime import UTC, date, datetime, timedelta

NEWEST = 60
"""How many of a source's newest articles are asked for changes in every run."""
REVISITS = 100
"""How many of its older articles, the longest overdue first, a run asks for changes."""
ASKED_AGAIN = ((timedelta(days=30), timedelta(days=7)), (timedelta(days=365), timedelta(days=30)))
"""Articles up to this old are due again after this long; older ones after a year: few are edited late."""
SELDOM = timedelta(days=365)
FARTHEST = SELDOM + timedelta(days=1)
"""Nothing is due later than this: what is was put off by a clock that ran ahead, and is due now."""
GONE_AFTER = timedelta(hours=24)
"""An address is gone when it was missing twice, this far apart: sites fail for an afternoon."""


def due(dated: str | None) -> str:
    """When an article of this date is asked for changes again."""
    age = datetime.now(UTC).date() - date.fromisoformat(dated[:10]) if dated else SELDOM
    return after(next((wait for oldest, wait in ASKED_AGAIN if age <= oldest), SELDOM))


def after(wait: timedelta) -> str:
    return (datetime.now(UTC) + wait).isoformat(timespec="milliseconds")


def in_utc(moment: str) -> str:
    """A moment in the form that `fetched` has, so that the two compare as text."""
    return datetime.fromisoformat(moment).astimezone(UTC).isoformat(timespec="milliseconds")


def now() -> str:
    return after(timedelta(0))
