"""Which sources fare otherwise than people were last told. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from archive.health import HealthWarning
from archive.operate.report import Report

OK = "ok"
RUN = "union-archive run"
"""What stands in the place of a source when a step of the run itself fails."""
UNTOLD = ("never run",)
"""A source whose articles came another way is not expected to run."""

WORDS = {
    OK: "bình thường",
    "blocked": "bị chặn",
    "failing": "lỗi",
    "drift": "mẫu trang đã đổi",
    "silent": "im lặng",
    "not run lately": "chưa xem lại",
    "failed": "không chạy được",
}
"""The states in Vietnamese, as /nguon has them."""


@dataclass(frozen=True, slots=True)
class State:
    """How a source fares: the kinds of its warnings, or `ok`; causes and cures, one text."""

    name: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """A source whose state is another than was told."""

    source: str
    before: str
    now: str
    detail: str

    @property
    def line(self) -> str:
        """For a person, in both languages."""
        told = f"{self.source}: {self.before} → {self.now} ({in_vietnamese(self.now)})"
        return f"{told}: {self.detail}" if self.detail else told


def states(report: Report) -> dict[str, State]:
    """The state of every source, and of the run; those of sources are left out where they could not be judged."""
    failed = [f"{step.name}: {step.problem}" for step in report.steps if step.problem]
    found = {RUN: State("failed", "; ".join(failed)) if failed else State(OK)}
    return found | {source: state(warnings) for source, warnings in (report.warnings or {}).items()}


def state(warnings: Sequence[HealthWarning]) -> State:
    """The state that a source's warnings make."""
    told = [one for one in warnings if one.kind not in UNTOLD]
    if not told:
        return State(OK)
    return State(", ".join(one.kind for one in told), "; ".join(f"{one.detail}; {one.cure}" for one in told))


def changes(told: Mapping[str, str], now: Mapping[str, State]) -> list[Change]:
    """What differs from the states last told; a source of which nothing was told was ok."""
    return [
        Change(source, told.get(source, OK), found.name, found.detail)
        for source, found in sorted(now.items())
        if found.name != told.get(source, OK)
    ]


def told_now(told: Mapping[str, str], now: Mapping[str, State]) -> dict[str, str]:
    """What has been told after these states were: those that are not ok, and older ones not judged this time."""
    merged = dict(told) | {source: found.name for source, found in now.items()}
    return {source: name for source, name in sorted(merged.items()) if name != OK}


def in_vietnamese(name: str) -> str:
    return ", ".join(WORDS.get(kind, kind) for kind in name.split(", "))


def subject(changed: Sequence[Change]) -> str:
    """One line that says how many, and which where it is one."""
    if len(changed) == 1:
        return f"Kho tin công đoàn: {changed[0].source} {in_vietnamese(changed[0].now)} / {changed[0].now}"
    return f"Kho tin công đoàn: {len(changed)} nguồn đổi trạng thái / {len(changed)} sources changed"
