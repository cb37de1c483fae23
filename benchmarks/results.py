"""RESULTS.md of what a run has measured. Pure: nothing in it that is not in the run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from tabulate import tabulate

from benchmarks.rows import MISSED, Row, is_missed

HEADERS = ("", "unit", "this project", "beside it", "its figure", "ours ÷ its", "rounds", "")
HEAD = """# Results

By `make bench`. Each row is from this one run: the median of its rounds, and of programs that are compared, which ran
in turn, the median of the rounds' ratios. A row without anything beside it is of this project alone.
"""


@dataclass(frozen=True, slots=True)
class Run:
    """One benchmark that was run: its command, how long it took, what it told, why it failed ("" where it did not)."""

    name: str
    command: str
    seconds: float
    rows: Sequence[Row] = ()
    versions: Mapping[str, str] | None = None
    failed: str = ""

    @property
    def missed(self) -> list[Row]:
        """Its figures that do not reach their goal."""
        return [row for row in self.rows if is_missed(row)]


def results(runs: Sequence[Run], machine: Mapping[str, str], project: str, started: datetime) -> str:
    """The page."""
    versions = {name: version for run in runs for name, version in (run.versions or {}).items()}
    facts = {"date": f"{started:%Y-%m-%d %H:%M} UTC", **machine, "this project": project}
    parts = [
        HEAD,
        "\n".join(f"- {name}: {words}" for name, words in facts.items()),
        "- beside it: " + ", ".join(f"{name} {version}" for name, version in sorted(versions.items(), key=_folded)),
        "",
        table(runs),
        "",
        *troubles(runs),
        "## Commands",
        "",
        tabulate(
            [(run.name, f"`{run.command}`", f"{run.seconds:.0f}") for run in runs], ("", "command", "seconds"), "github"
        ),
    ]
    return "\n".join(parts) + "\n"


def table(runs: Sequence[Run]) -> str:
    """All rows; a benchmark that failed has one that says so."""
    rows = []
    for run in runs:
        rows += [_cells(row) for row in run.rows]
        if run.failed:
            rows.append((f"**{run.name}: failed**", "", "", "", "", "", "", run.failed.replace("|", "/")))
    align = ("left", "left", "right", "left", "right", "right", "right", "left")
    return tabulate(rows, HEADERS, "github", disable_numparse=True, colalign=align if rows else None)


def troubles(runs: Sequence[Run]) -> list[str]:
    """Lines that name what failed and which goals were missed; none where all is well."""
    lines = [f"- {run.name} failed: {run.failed}" for run in runs if run.failed]
    lines += [f"- {row.name}, {row.unit}: {number(row.ours)}; {row.note}" for run in runs for row in run.missed]
    return ["## Not as it should be", "", *lines, ""] if lines else []


def number(value: float | None) -> str:
    """Three digits of a small number, all of a large one."""
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _cells(row: Row) -> tuple[str, ...]:
    note = row.note.replace(MISSED, f"{MISSED[:2]}**{MISSED[2:]}**").replace("|", "/")
    cells = (number(row.ours), row.peer_name, number(row.peer), number(row.ratio))
    return row.name, row.unit, *cells, str(row.rounds), note


def _folded(item: tuple[str, str]) -> str:
    return item[0].lower()
