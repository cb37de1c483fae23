"""Runs of the peers, each in a fresh process of another interpreter."""

import json
import os
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks.annotation.lookup import Named

WORKER = Path(__file__).with_name("worker.py")
START_SECONDS, SECONDS_A_CASE = 120, 5


@dataclass(frozen=True)
class PeerRun:
    """What a peer named in each case, its errors and its times; or why there is nothing of it."""

    absent: str | None = None
    broken: str | None = None
    version: str | None = None
    named: tuple[tuple[Named, ...], ...] = ()
    errors: tuple[str, ...] = ()
    articles: int = 0
    times: tuple[float, ...] = ()


def again(peer: str, python: str, first: PeerRun, articles: Sequence[str], seconds: float) -> PeerRun:
    """The same run with the time of one more pass over the articles that it came to in its first."""
    if not first.articles:
        return first
    # Ten times what the first pass took: it is not to stop before the last of these articles.
    more = run(peer, python, [], articles[: first.articles], 10 * seconds)
    return replace(first, broken=first.broken or more.broken, times=(*first.times, *more.times))


def run(peer: str, python: str, cases: Sequence[str], articles: Sequence[str], seconds: float) -> PeerRun:
    """One peer over all cases and, once, as many articles as it reads in so many seconds; what it did not come to
    counts as nothing found."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    limit = START_SECONDS + SECONDS_A_CASE * len(cases) + 4 * seconds
    broken = None
    with tempfile.TemporaryDirectory() as place:
        work, results = Path(place) / "work", Path(place) / "results"
        told = {"cases": list(cases), "articles": list(articles), "passes": 1, "seconds": seconds}
        work.write_text(json.dumps(told), "utf-8")
        try:
            done = subprocess.run(
                [python, str(WORKER), peer, str(work), str(results)],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                timeout=limit,
                check=False,
            )
            if done.returncode:
                last = done.stderr.decode(errors="replace").strip().rpartition("\n")[2]
                broken = f"the process ended with status {done.returncode}" + (f": {last}" if last else "")
        except subprocess.TimeoutExpired:
            broken = f"stopped after {limit:.0f} seconds"
        text = results.read_text("utf-8") if results.exists() else ""
    # A process that was killed may have left half a line.
    lines = [json.loads(line) for line in text.splitlines(keepends=True) if line.endswith("\n")]
    return _told(lines, len(cases), broken)


def _told(lines: Sequence[dict[str, Any]], cases: int, broken: str | None) -> PeerRun:
    first = lines[0] if lines else {}
    if "absent" in first:
        return PeerRun(absent=first["absent"])
    read = [line for line in lines[1:] if "named" in line or "error" in line]
    named = [tuple((before, name) for before, name in line.get("named", ())) for line in read]
    errors = [line["error"] for line in read if "error" in line]
    timed = lines[-1] if lines and "times" in lines[-1] else {}
    return PeerRun(
        broken=broken,
        version=first.get("version"),
        named=(*named, *[()] * (cases - len(named))),
        errors=tuple(errors),
        articles=timed.get("articles", 0),
        times=tuple(timed.get("times", ())),
    )
