"""Rebuilding by one process, by one worker and by two, on the same made-up captures, in turn.

    python -m benchmarks.rebuild [--captures 2000] [--rounds 3] [--folder FOLDER] [--only alone] [--json FILE]

Pages a second are of wall-clock time, so that they hold on a machine that does nothing else; CPU a page is of the
process that writes and of those that read. One process that does all is "alone": its CPU a page is what a core can
take. From 20,000 captures on, the CPU a page of each 10,000 is shown too: it must not grow with what is stored already.
FOLDER keeps the captures for the next time: 200,000 take ten minutes to make. Every archive must have the same
checksum. Status 1 when a goal is missed.
"""

import argparse
import multiprocessing
import os
import statistics
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path

import psutil
from tabulate import tabulate
from tqdm import tqdm

from archive.checksum import checksum
from archive.decisions import NOTHING_DECIDED
from archive.rebuild import rebuild
from archive.workers import workers
from benchmarks.rebuild_captures import fill
from benchmarks.rebuild_flat import flat
from benchmarks.rows import versions, write

WAYS: dict[str, int | None] = {"alone": None, "1 worker": 1, "2 workers": 2}
LEAST_SPEEDUP, MOST_MEMORY, LEAST_A_CORE = 1.7, 400.0, 120.0
STRETCH, MOST_GROWTH = 10_000, 1.15
"""Pages in a stretch of a long rebuild; how much dearer a page may be in the whole of it than in the first stretch."""


@dataclass(frozen=True)
class Measured:
    """One rebuild: pages a second, milliseconds of CPU a page of the writer and of all readers, the most memory in MB
    of the writer and of one reader, what came out; and milliseconds of CPU a page of all, stretch by stretch."""

    way: str
    pages: int
    speed: float
    writer: float
    readers: float
    writer_memory: float
    reader_memory: float
    checksum: str
    stretches: tuple[float, ...] = ()

    @property
    def cpu(self) -> float:
        return self.writer + self.readers


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--captures", type=int, default=2000, help="how many")
    parser.add_argument("--rounds", type=int, default=3, help="rebuilds of each kind, in turn")
    parser.add_argument("--folder", type=Path, help="where the captures are, or are made")
    parser.add_argument("--only", choices=WAYS, help="this kind alone")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() if options.folder is None else nullcontext(options.folder) as folder:
        crawl_db = Path(folder) / "crawl.db"
        with tqdm(total=options.captures, desc="captures", disable=None) as bar:
            fill(crawl_db, options.captures, lambda done, total: bar.update(done - bar.n) and None)
        rounds = [
            in_own_process(way, crawl_db)
            for _ in range(options.rounds)
            for way in ([options.only] if options.only else WAYS)
        ]
    if options.json:
        kinds = {way: some for way in WAYS if (some := [one for one in rounds if one.way == way])}
        rows = flat(kinds, LEAST_SPEEDUP, MOST_MEMORY, LEAST_A_CORE)
        write(options.json, rows, versions(["distributed"]), rounds=[asdict(one) for one in rounds])
    return 0 if report(rounds) else 1


def in_own_process(way: str, crawl_db: Path) -> Measured:
    """One rebuild, measured in a process that has done nothing before."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(measure, way, crawl_db).result()


def measure(way: str, crawl_db: Path) -> Measured:
    archive_db = crawl_db.with_name("archive.db")
    count = WAYS[way]
    with workers(count, None) if count else nullcontext() as client:
        me = psutil.Process()
        readers = [psutil.Process(pid) for pid in client.run(os.getpid).values()] if client else []
        before, readers_before, started = _cpu(me), [_cpu(one) for one in readers], time.perf_counter()
        marks = [_cpu(me, *readers)]

        def mark(done: int, total: int) -> None:
            if done % STRETCH == 0:
                marks.append(_cpu(me, *readers))

        outcomes = rebuild(crawl_db, archive_db, mark, decisions=NOTHING_DECIDED, client=client)
        seconds, pages = time.perf_counter() - started, outcomes.total()
        spent = sum(_cpu(one) - was for one, was in zip(readers, readers_before, strict=True))
        made = Measured(
            way=way,
            pages=pages,
            speed=pages / seconds,
            writer=(_cpu(me) - before) / pages * 1e3,
            readers=spent / pages * 1e3,
            writer_memory=_peak(me),
            reader_memory=max(map(_peak, readers), default=0.0),
            checksum="",
            stretches=tuple((now - was) / STRETCH * 1e3 for was, now in pairwise(marks)),
        )
    made = Measured(**(asdict(made) | {"checksum": checksum(archive_db)}))
    archive_db.unlink()
    return made


def report(rounds: list[Measured]) -> bool:
    """Print the medians of each kind; whether the goals are met."""
    kinds = {way: [one for one in rounds if one.way == way] for way in WAYS}
    kinds = {way: some for way, some in kinds.items() if some}
    columns = ("speed", "writer", "readers", "writer_memory", "reader_memory")
    rows = [
        (way, *(statistics.median(getattr(one, name) for one in some) for name in columns))
        for way, some in kinds.items()
    ]
    headers = ("", "pages/s", "writer ms\nCPU a page", "readers ms\nCPU a page", "writer MB", "reader MB")
    print(f"{rounds[0].pages} captures, {len(rounds) // len(kinds)} rounds")
    print(tabulate(rows, headers=headers, floatfmt=".2f"))
    good = [_say(len({one.checksum for one in rounds}) == 1, "every archive has the same checksum")]
    memory = max(one.reader_memory for one in rounds)
    good.append(_say(memory < MOST_MEMORY, f"a worker needs {memory:.0f} MB (goal < {MOST_MEMORY:.0f})"))
    if "alone" in kinds:
        core = 1e3 / statistics.median(one.cpu for one in kinds["alone"])
        good.append(_say(core >= LEAST_A_CORE, f"{core:.0f} articles/s a core (goal >= {LEAST_A_CORE:.0f})"))
    if {"1 worker", "2 workers"} <= kinds.keys():
        pairs = zip(kinds["1 worker"], kinds["2 workers"], strict=True)
        speedup = statistics.median(two.speed / one.speed for one, two in pairs)
        good.append(_say(speedup >= LEAST_SPEEDUP, f"two workers: {speedup:.2f} × one (goal >= {LEAST_SPEEDUP})"))
    for one in rounds:
        if len(one.stretches) > 1:
            print(f"{one.way}, CPU ms a page of each {STRETCH}: {' '.join(f'{cost:.1f}' for cost in one.stretches)}")
            growth = one.cpu / one.stretches[0]
            good.append(_say(growth <= MOST_GROWTH, f"a page of all: {growth:.2f} × one of the first {STRETCH}"))
    return all(good)


def _say(good: bool, line: str) -> bool:
    print(f"{'' if good else 'MISSED: '}{line}")
    return good


def _cpu(*processes: psutil.Process) -> float:
    """Seconds so far, in user and system mode."""
    return float(sum(times.user + times.system for times in (process.cpu_times() for process in processes)))


def _peak(process: psutil.Process) -> float:
    """The most memory it has had, in MB."""
    status = Path(f"/proc/{process.pid}/status").read_text("ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


if __name__ == "__main__":
    sys.exit(main())
