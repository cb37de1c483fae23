"""Captures that are dated in the future: the machine's clock ran ahead when they were taken, or runs behind now.

The site's own clock, in the Date header that every capture keeps, tells which of the two. A capture is never changed;
what is read of it gets the time it must have been taken at, so that the versions of an article keep their order.
"""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from archive.capture import Capture
from archive.captures import CaptureStore
from archive.errors import ArchiveError, DamagedError

TOLERANCE = timedelta(days=1)
"""How far clocks may differ: time zones and a slow clock are no fault."""


def true_times(captures: CaptureStore, now: datetime) -> dict[int, str]:
    """When the captures that are dated after `now` were taken, by id: the site's time, but not before what was captured
    earlier; none where all is well.

    Raises ArchiveError when the sites agree with what the captures say: then it is `now` that is wrong.
    """
    latest = moment(now + TOLERANCE)
    ahead = captures.ids_after(latest)
    if not ahead:
        return {}
    told = {capture_id: _site_time(captures, capture_id) for capture_id in ahead}
    agreeing = [capture_id for capture_id, said in told.items() if said and said > latest]
    if 2 * len(agreeing) > len([said for said in told.values() if said]):
        capture = captures.without_bytes(agreeing[0])
        raise ArchiveError(
            "the clock of this machine",
            f"it says {now:%Y-%m-%d %H:%M} UTC, but {capture.final_url} was captured on {capture.fetched[:10]}, as the"
            " site's own clock says too",
            "set the clock right, then run this again",
        )
    times: dict[int, str] = {}
    for capture_id in sorted(ahead):
        said = told[capture_id] or ""
        floor = max([captures.newest_before(capture_id, latest) or "", *list(times.values())[-1:]])
        times[capture_id] = max(floor, said if said <= latest else "") or moment(now)
    return times


def moment(when: datetime) -> str:
    """A time in the form that `fetched` has, so that the two compare as text."""
    return when.astimezone(UTC).isoformat(timespec="milliseconds")


def site_time(capture: Capture) -> str | None:
    """When the site said it answered; None when it did not, or not so that it can be read."""
    for name, value in capture.headers:
        if name.lower() == "date":
            try:
                return moment(parsedate_to_datetime(value))
            except (ValueError, TypeError, OverflowError):
                return None
    return None


def _site_time(captures: CaptureStore, capture_id: int) -> str | None:
    try:
        return site_time(captures.get(capture_id))
    except DamagedError:
        return None
