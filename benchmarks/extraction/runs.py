"""Runs of tools: each over each corpus in a fresh process, several rounds in turn."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import mean, median
from typing import Any

from benchmarks.extraction.corpora import Corpus
from benchmarks.extraction.metrics import page_score, summary, words
from benchmarks.extraction.worker import GENERIC, OURS, TOOLS

ROOT = Path(__file__).parent.parent.parent
WORKER = Path(__file__).with_name("worker.py")
START_SECONDS, SECONDS_A_PAGE = 120, 5


@dataclass(frozen=True)
class Run:
    """One tool over one corpus once: the line of each page it came to, None for the others."""

    gives: tuple[str, ...] = ()
    pages: tuple[dict[str, Any] | None, ...] = ()
    start: float | None = None
    absent: str | None = None
    broken: str | None = None

    @property
    def cpu(self) -> float | None:
        """CPU milliseconds a page."""
        read = [page["cpu"] for page in self.pages if page]
        return mean(read) * 1000 if read else None

    @property
    def once(self) -> float | None:
        """CPU milliseconds a page of one pass in a fresh process, all that it loads at its start shared out."""
        if self.cpu is None or self.start is None:
            return None
        return self.cpu + 1000 * self.start / len(self.pages)

    @property
    def memory(self) -> float | None:
        """The most memory in MB."""
        return max((page["memory"] for page in self.pages if page), default=0) / 1e6 or None


@dataclass
class Measured:
    """One tool over one corpus: the figures of metrics.FIGURES, medians of the rounds, and what went wrong."""

    tool: str
    figures: dict[str, float | None]
    cpu: float | None
    memory: float | None
    empty: int
    errors: dict[str, str] = field(default_factory=dict)
    rounds: list[float | None] = field(default_factory=list)
    once: list[float | None] = field(default_factory=list)


def measure(
    corpus: Corpus, tools: Sequence[str], rounds: int, peer_python: str, progress: Callable[[str], None]
) -> tuple[list[Measured], dict[str, str]]:
    """All tools over a corpus, and why those that could not be imported are left out. `progress` is called before
    each run."""
    runs: dict[str, list[Run]] = {tool: [] for tool in tools}
    with tempfile.TemporaryDirectory() as place:
        pages = Path(place) / "pages"
        with pages.open("wb") as file:
            for page in corpus.pages:
                pickle.dump(page.given(), file)
        for number in range(rounds):
            for tool, done in runs.items():
                progress(f"{corpus.name}, round {number + 1}: {tool}")
                if not done or not (done[-1].absent or done[-1].broken):
                    python = sys.executable if is_ours(tool) else peer_python
                    done.append(run(tool, python, pages, Path(place) / "results", len(corpus.pages)))
    absent = {tool: done[0].absent for tool, done in runs.items() if done[0].absent}
    return [judge(corpus, tool, done) for tool, done in runs.items() if tool not in absent], absent


def is_ours(tool: str) -> bool:
    return tool in (OURS, GENERIC)


def run(tool: str, python: str, pages: Path, results: Path, count: int) -> Run:
    """One tool over `count` pages in a fresh process; whatever becomes of it, what it wrote is kept."""
    results.unlink(missing_ok=True)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    if is_ours(tool):
        environment["PYTHONPATH"] = str(ROOT)
    broken = None
    try:
        done = subprocess.run(
            [python, str(WORKER), tool, str(pages), str(results)],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            timeout=START_SECONDS + SECONDS_A_PAGE * count,
            check=False,
        )
        if done.returncode:
            last = done.stderr.decode(errors="replace").strip().rpartition("\n")[2]
            broken = f"the process ended with status {done.returncode}" + (f": {last}" if last else "")
    except subprocess.TimeoutExpired as error:
        broken = f"stopped after {error.timeout:.0f} seconds"
    lines = results.read_text("utf-8").splitlines(keepends=True) if results.exists() else []
    # A process that was killed may have left half a line.
    told = [json.loads(line) for line in lines if line.endswith("\n")]
    first, read = (told[0], told[1:]) if told else ({}, [])
    if "absent" in first:
        return Run(absent=first["absent"])
    gives, pages_read = first.get("gives", TOOLS[tool].gives), (*read, *[None] * (count - len(read)))
    return Run(tuple(gives), pages_read, first.get("start"), broken=broken)


def judge(corpus: Corpus, tool: str, runs: Sequence[Run]) -> Measured:
    """The texts of the first run beside the truth; the medians of all."""
    first = runs[0]
    pairs = list(zip(corpus.pages, first.pages, strict=True))
    missing = {"error": first.broken or "not read"}
    errors = {page.name: (line or missing)["error"] for page, line in pairs if "error" in (line or missing)}
    empty = [
        page
        for page, line in pairs
        if page.name not in errors and page.truth.body and not words((line or {}).get("body"))
    ]
    cpus, memories = [run.cpu for run in runs], [run.memory for run in runs if run.memory]
    told = [cpu for cpu in cpus if cpu is not None]
    return Measured(
        tool=tool,
        figures=summary([page_score(page.truth, line, first.gives) for page, line in pairs]),
        cpu=median(told) if told else None,
        memory=median(memories) if memories else None,
        empty=len(empty),
        errors=errors,
        rounds=cpus,
        once=[run.once for run in runs],
    )
