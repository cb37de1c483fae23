"""What a benchmark tells with --json: rows of one flat shape, and the versions of the programs it measured.

    {"rows": [{"name", "unit", "ours", "rounds", "peer", "peer_name", "ratio", "note"}, …],
     "versions": {program: version}}

A benchmark may tell more beside them; `python -m benchmarks` reads these two.
"""

import json
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median
from typing import Any

MISSED = ": MISSED"
_VERSIONS = """
import json, sys
from importlib.metadata import PackageNotFoundError, version
found = {}
for name in sys.argv[1:]:
    try: found[name] = version(name)
    except PackageNotFoundError: pass
print(json.dumps(found))
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One figure in its unit, the median of so many rounds; where there is a peer, its figure and `ratio`, ours ÷ its,
    the median of the rounds' ratios: what else the machine does changes in minutes. `note` says what a reader must
    know, a goal and whether it was met among it."""

    name: str
    unit: str
    ours: float
    rounds: int = 1
    peer: float | None = None
    peer_name: str = ""
    ratio: float | None = None
    note: str = ""


def alone(name: str, unit: str, ours: Sequence[float], note: str = "") -> Row:
    """A figure that no other program has, from its rounds."""
    return Row(name, unit, median(ours), len(ours), note=note)


def beside(name: str, unit: str, ours: Sequence[float], peer_name: str, peer: Sequence[float], note: str = "") -> Row:
    """A figure of both, from the rounds in which they were measured in turn. Raises ValueError when one has more."""
    pairs = [(one, other) for one, other in zip(ours, peer, strict=True) if other]
    ratio = median(one / other for one, other in pairs) if pairs else None
    return Row(name, unit, median(ours), len(ours), median(peer), peer_name, ratio, note)


def goal(met: bool, text: str) -> str:
    """The note of a figure that has a goal."""
    return f"goal {text}{'' if met else MISSED}"


def is_missed(row: Row) -> bool:
    """Whether a figure has a goal that it does not reach."""
    return MISSED in row.note


def versions(names: Iterable[str], python: str | Path | None = None) -> dict[str, str]:
    """The versions of the packages that are installed here, or for another interpreter."""
    if python:
        done = subprocess.run([python, "-c", _VERSIONS, *names], capture_output=True, text=True, check=True)
        found: dict[str, str] = json.loads(done.stdout)
        return found
    found = {}
    for name in names:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def write(file: Path, rows: Iterable[Row], programs: Mapping[str, str], /, **more: Any) -> None:
    """Write what a benchmark has measured; `more` is told beside it."""
    told = {"rows": [asdict(row) for row in rows], "versions": dict(programs), **more}
    file.write_text(json.dumps(told, ensure_ascii=False, indent=1, default=str) + "\n", "utf-8")


def read(file: Path) -> tuple[list[Row], dict[str, str]]:
    """The rows and versions that a benchmark has written. Raises ValueError, KeyError, TypeError on any other file."""
    told = json.loads(file.read_text("utf-8"))
    return [Row(**row) for row in told["rows"]], told["versions"]
