"""Tells people what changed, each way once; remembers in told.json what they know. Nothing here fails a run."""

import json
import os
from collections.abc import Callable, Iterable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from archive.errors import ArchiveError
from archive.folder import DataFolder
from archive.operate.changes import Change, State, changes, states, subject, told_now
from archive.operate.delivery import ping, post, send_mail
from archive.operate.report import Report
from archive.operate.settings import Mail, Settings, read_settings

Told = dict[str, dict[str, str]]
"""By way (mail, webhook): the last told state of each source that was not ok."""
Send = Callable[[list[Change]], str | None]


def notify(folder: DataFolder, report: Report) -> Report:
    """Tell what changed since it was last told, and ping after a complete run; the report with what became of it.

    A run that was asked to end tells nothing: its steps say nothing of the sources.
    """
    if report.ended_by:
        return report
    try:
        settings = read_settings(folder)
    except ArchiveError as error:
        return replace(report, untold=(*report.untold, *str(error).splitlines()))
    told, untold = tell(settings, folder.told, states(report), report)
    if settings.ping and report.complete:
        if fault := ping(settings.ping, settings.timeout):
            untold.append(f"ping: {fault}; see settings.yml")
        else:
            told.append("ping")
    return replace(report, told=(*report.told, *told), untold=(*report.untold, *untold))


def tell(settings: Settings, memory: Path, now: dict[str, State], report: Report) -> tuple[list[str], list[str]]:
    """Send what each way has not told yet; what was told and what could not be, in lines."""
    before, untold = _remembered(memory)
    known = dict(before)
    lines: list[str] = []
    for way, send in ways(settings, report):
        changed = changes(known.get(way, {}), now)
        fault = send(changed) if changed else None
        if fault:
            untold.append(f"{way}: {fault}; tried again after the next run, see settings.yml")
            continue
        lines += [f"{way}: {change.source}: {change.before} → {change.now}" for change in changed]
        known[way] = told_now(known.get(way, {}), now)
    if known != before and (fault := _remember(memory, known)):
        untold.append(fault)
    return lines, untold


def ways(settings: Settings, report: Report | None) -> Iterable[tuple[str, Send]]:
    """The ways that are set, each with what sends changes on it."""
    timeout = settings.timeout
    if mail := settings.mail:
        yield "mail", lambda changed: _mail(mail, changed, timeout)
    if webhook := settings.webhook:
        yield "webhook", lambda changed: post(webhook, _payload(changed, report), timeout)


def _mail(mail: Mail, changed: list[Change], timeout: float) -> str | None:
    ending = "Chi tiết / details: union-archive status"
    return send_mail(mail, subject(changed), "\n\n".join([*(one.line for one in changed), ending]) + "\n", timeout)


def _payload(changed: list[Change], report: Report | None) -> dict[str, Any]:
    """`text` is what chat services show; the rest is for programs."""
    run = {key: value for key, value in report.as_dict().items() if key in _RUN} if report else None
    text = "\n".join([subject(changed), *(one.line for one in changed)])
    return {"text": text, "changes": [asdict(one) for one in changed], "run": run}


_RUN = ("started", "ended", "seconds", "ok", "complete", "problems")


def _remembered(memory: Path) -> tuple[Told, list[str]]:
    """What was told, and a line where the file is damaged: then all is told anew."""
    try:
        read = json.loads(memory.read_text("utf-8"))
        return {str(way): {str(source): str(name) for source, name in of.items()} for way, of in read.items()}, []
    except FileNotFoundError:
        return {}, []
    except (OSError, ValueError, AttributeError) as error:
        return {}, [f"{memory}: cannot be read ({error}); what was told before is told again"]


def _remember(memory: Path, told: Told) -> str | None:
    """Write it whole; what went wrong, None where nothing did."""
    new = memory.with_name(f"{memory.name}.{os.getpid()}")
    try:
        new.write_text(json.dumps(told, ensure_ascii=False, indent=2, sort_keys=True) + "\n", "utf-8")
        new.replace(memory)
    except OSError as error:
        return f"{memory}: cannot be written ({error.strerror}); what was told is told again after the next run"
    return None
