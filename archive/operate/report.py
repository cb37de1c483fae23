"""The report of a run: what each step and source did, what is wrong, what was published. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from tabulate import tabulate

from archive.health import HealthWarning
from archive.runs import RunRow


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the run: its seconds, and what went wrong with the step itself (None: nothing)."""

    name: str
    seconds: float
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """One run.

    `rows` are the sources that were crawled in it, `warnings` those of every source that was ever run or has an
    article (None where the databases could not be read), `publication` what publish printed (None: nothing was
    published), `told` and `untold` what was said to people and what could not be, `ended_by` the signal that cut it
    short.
    """

    started: datetime
    ended: datetime
    steps: tuple[Step, ...]
    rows: tuple[RunRow, ...] = ()
    warnings: Mapping[str, Sequence[HealthWarning]] | None = None
    publication: Mapping[str, Any] | None = None
    told: tuple[str, ...] = ()
    untold: tuple[str, ...] = ()
    ended_by: str | None = None

    @property
    def seconds(self) -> float:
        return (self.ended - self.started).total_seconds()

    @property
    def failed_sources(self) -> tuple[str, ...]:
        return tuple(row.source for row in self.rows if row.state != "ok")

    @property
    def complete(self) -> bool:
        """Whether every step did its work, whatever single sources did: the run that a ping tells of."""
        return self.ended_by is None and not any(step.problem for step in self.steps)

    @property
    def ok(self) -> bool:
        """Whether nothing failed, no source either; warnings are no failures."""
        return self.complete and not self.failed_sources

    def warnings_of(self, source: str) -> Sequence[HealthWarning]:
        return (self.warnings or {}).get(source, ())

    @property
    def problems(self) -> Iterator[str]:
        """What failed, one line each."""
        if self.ended_by:
            yield f"the run was asked to end ({self.ended_by}); the next one goes on where it was"
        for step in self.steps:
            if step.problem:
                yield f"{step.name}: {step.problem}"
        for row in self.rows:
            if row.state != "ok":
                yield f"{row.source}: {row.reason}; look at that address, it is asked again next run"

    def as_dict(self) -> dict[str, Any]:
        """The report as JSON holds it."""
        return {
            "started": self.started.isoformat(timespec="seconds"),
            "ended": self.ended.isoformat(timespec="seconds"),
            "seconds": round(self.seconds, 3),
            "ok": self.ok,
            "complete": self.complete,
            "steps": [asdict(step) for step in self.steps],
            "sources": [
                row.as_dict() | {"warnings": [asdict(one) | {"cure": one.cure} for one in self.warnings_of(row.source)]}
                for row in self.rows
            ],
            "warnings": {
                source: [one.kind for one in found] for source, found in (self.warnings or {}).items() if found
            },
            "publication": self.publication,
            "problems": list(self.problems),
            "told": list(self.told),
            "untold": list(self.untold),
        }


def as_text(report: Report) -> str:
    """The report for a person: a table, what is unusual, what failed, what was published."""
    table = [
        (row.source, row.pages, row.new, row.edited, row.gone, sum(row.refused.values()), sum(row.failed.values()),
         round(row.seconds, 1), row.state)
        for row in report.rows
    ]  # fmt: skip
    names = ["source", "pages", "new", "edited", "gone", "refused", "failed", "seconds", "state"]
    parts = [tabulate(table, headers=names)] if table else []
    parts += ["\n".join(lines) for lines in (list(_remarks(report)), list(report.problems)) if lines]
    ending = [", ".join(f"{step.name} {step.seconds:.1f} s" for step in report.steps)]
    if report.publication:
        ending.append("published: " + ", ".join(f"{key} {value}" for key, value in _shown(report.publication)))
    ending += [f"told: {line}" for line in report.told]
    ending += [f"warning: {line}" for line in report.untold]
    return "\n\n".join([*parts, "\n".join(ending)])


def _remarks(report: Report) -> Iterator[str]:
    for row in report.rows:
        for reason, number in row.refused.items():
            yield f"{row.source}: {number} refused: {reason}"
    for source, found in (report.warnings or {}).items():
        for one in found:
            yield f"{source}: {one.kind}: {one.detail}; {one.cure}"


def _shown(publication: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The plain figures of a publication."""
    for key, value in publication.items():
        if isinstance(value, str | int | float) and not isinstance(value, bool):
            yield key.replace("_", " "), round(value, 1) if isinstance(value, float) else value
