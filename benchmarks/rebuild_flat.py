"""The figures of benchmarks/rebuild.py as rows of benchmarks/rows.py."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from benchmarks.rows import Row, alone, beside, goal


class Rebuild(Protocol):
    """What is read of benchmarks.rebuild.Measured."""

    pages: int
    speed: float
    cpu: float
    writer: float
    reader_memory: float
    checksum: str


def flat(kinds: Mapping[str, Sequence[Rebuild]], speedup: float, memory: float, a_core: float) -> list[Row]:
    """Two workers beside one, one process alone; the goals are those of the benchmark: the least speed-up, the most MB
    of a worker, the fewest articles a second a core."""
    every = [one for some in kinds.values() for one in some]
    what = f"rebuild, {every[0].pages:,} captures"
    same = len({one.checksum for one in every})
    rows = [Row(f"{what}: different archives", "checksums", same, len(every), note=goal(same == 1, "1"))]
    if one_process := kinds.get("alone"):
        core = alone(f"{what}: one process", "pages/s a core", [1000 / one.cpu for one in one_process])
        rows.append(replace(core, note=goal(core.ours >= a_core, f">= {a_core:g}")))
    if "1 worker" in kinds and "2 workers" in kinds:
        two, one_worker = ([one.speed for one in kinds[way]] for way in ("2 workers", "1 worker"))
        row = beside(f"{what}: 2 workers", "pages/s", two, "1 worker", one_worker)
        rows.append(replace(row, note=goal((row.ratio or 0) >= speedup, f">= {speedup:g} times it")))
        rows.append(alone(f"{what}: the one writer", "CPU ms a page", [one.writer for one in kinds["2 workers"]]))
        most = max(one.reader_memory for one in every)
        rows.append(Row(f"{what}: a worker", "MB at most", most, len(every), note=goal(most < memory, f"< {memory:g}")))
    return rows
