"""union-archive run: harvest → ingest → publish under one lock, with one report; a failed source never stops it."""

import json
import os
import signal
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from archive.errors import ArchiveError
from archive.folder import DataFolder
from archive.health import HealthWarning, health
from archive.lock import locked
from archive.operate.report import Report, Step
from archive.operate.steps import COMMANDS, Ended, Steps
from archive.runs import RunRow, latest_runs

PROJECT = "scrapy.cfg"


def run(folder: DataFolder, sources: Sequence[str] = ()) -> Report:
    """Crawl the enabled sources (or the named ones), take what they brought, publish; what happened.

    Whatever a step comes to, the next one is tried: an archive with yesterday's articles is better than none. Raises
    ArchiveError before anything starts: no project here, or another command at work on the folder.
    """
    _need_project(Path.cwd())
    started = datetime.now(UTC)
    with locked(folder.lock) as lock, Steps(lock) as steps:
        before = _runs(folder)
        ends = [end for name in COMMANDS if (end := steps.run(name, *(sources if name == "harvest" else ())))]
        rows = tuple(row for source, row in sorted(_runs(folder).items()) if before.get(source) != row)
        asked = steps.asked
    return Report(
        started=started,
        ended=datetime.now(UTC),
        steps=tuple(judged(end, rows) for end in ends),
        rows=rows,
        warnings=_warnings(folder),
        publication=_publication(ends),
        ended_by=asked.name if asked else None,
    )


def judged(end: Ended, rows: Sequence[RunRow]) -> Step:
    """Whether a step did its work. A harvest that lost a source did: the source is named by its row."""
    lost_a_source = end.name == "harvest" and end.status == 1 and any(row.state != "ok" for row in rows)
    if end.status == 0 or lost_a_source:
        return Step(end.name, end.seconds)
    how = f"killed by {_signal(-end.status)}" if end.status < 0 else f"status {end.status}"
    return Step(end.name, end.seconds, f"{end.last_line} ({how})" if end.last_line else how)


def _need_project(here: Path) -> None:
    """Scrapy finds its settings by scrapy.cfg, here or above, or by the environment."""
    if os.environ.get("SCRAPY_SETTINGS_MODULE") or any((at / PROJECT).is_file() for at in (here, *here.parents)):
        return
    raise ArchiveError(PROJECT, "there is none in this folder, nor above it", "run `union-archive init`, or go there")


def _runs(folder: DataFolder) -> dict[str, RunRow]:
    """The last run of each source; none where the file cannot be read: the steps say why."""
    try:
        return latest_runs(folder.crawl_db)
    except ArchiveError:
        return {}


def _warnings(folder: DataFolder) -> Mapping[str, Sequence[HealthWarning]] | None:
    try:
        return health(folder.crawl_db, folder.archive_db, now=datetime.now(UTC))
    except ArchiveError:
        return None


def _publication(ends: Sequence[Ended]) -> dict[str, Any] | None:
    """What `publish --json` printed."""
    for end in ends:
        if end.name == "publish" and end.status == 0:
            printed = json.loads(end.printed)
            return printed if isinstance(printed, dict) else None
    return None


def _signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
