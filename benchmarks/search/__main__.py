"""Searching a million articles over HTTP, beside stock Datasette on the same articles, and publishing them.

    python -m benchmarks.search [--articles 1000000] [--keep DIR] [--profile] [--json FILE]

The articles are made up (made_up.py, the same every time) and written into an archive.db, published, and served by
`union-archive serve`; stock Datasette serves a copy as it would have it (stock.py), without our plugin and with time
to finish. One client asks both in turn, after a few requests that do not count, and no search twice. Status 1 when a
goal is missed. It needs ten gigabytes of disk for a million articles and, alone on two cores, half an hour.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median, quantiles

from tabulate import tabulate

from archive.publish import publish
from benchmarks.search.archive_file import write_archive
from benchmarks.search.cases import Case, cases
from benchmarks.search.served import Server, ours, stock
from benchmarks.search.stock import write_stock

WARM_UP = 3


@dataclass(frozen=True, slots=True)
class Measured:
    """The answers to one case: milliseconds of ours and of stock Datasette (None: not asked), the largest of ours."""

    name: str
    p50: float
    p95: float
    kilobytes: float
    stock_p50: float | None
    stock_p95: float | None
    ratio: float | None
    goal: str
    met: bool


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=1_000_000, help="made-up articles")
    parser.add_argument("--requests", type=int, default=30, help="of each kind to our site, 40 at most")
    parser.add_argument("--stock-requests", type=int, default=8, help="of each kind to stock Datasette")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep the files here, and use those that are there")
    parser.add_argument("--profile", action="store_true", help="print the steps of the publication")
    parser.add_argument("--json", type=Path, help="write all figures here")
    options = parser.parse_args()
    if not WARM_UP < options.stock_requests <= options.requests <= 40:
        parser.error(f"{WARM_UP} < stock requests <= requests <= 40")
    with nullcontext(options.keep) if options.keep else tempfile.TemporaryDirectory() as folder:
        return run(Path(folder), options)


def run(folder: Path, options: argparse.Namespace) -> int:
    """Make what is not there, measure it, print it; the exit status."""
    archive_db, site_db = folder / "archive.db", folder / "site" / "union-news.db"
    stock_db = folder / "stock.db"
    figures: dict[str, object] = {"articles": options.articles}
    if not archive_db.exists():
        figures["made_seconds"] = _timed(lambda: write_archive(archive_db, options.articles))
        print(f"{options.articles:,} articles made in {figures['made_seconds']:.0f} s: {_size(archive_db)}", flush=True)
    if not site_db.exists():
        steps: list[tuple[float, str]] = []
        processor = time.process_time()
        publication = publish(archive_db, site_db, told=lambda step, seconds: steps.append((seconds, step)))
        processor = time.process_time() - processor
        figures |= asdict(publication) | {"processor_seconds": processor}
        print(
            f"published in {publication.seconds:.0f} s ({processor:.0f} s of a processor): {_size(site_db)}", flush=True
        )
        if options.profile:
            print(tabulate([(f"{took:.1f}", _first_line(step)) for took, step in sorted(steps, reverse=True)[:20]]))
    if not stock_db.exists():
        took = _timed(lambda: write_stock(site_db, stock_db))
        print(f"stock Datasette's file made in {took:.0f} s: {_size(stock_db)}", flush=True)
    with ours(folder) as site, stock(stock_db) as other:
        found = measure(cases(site_db, WARM_UP + options.requests), site, other, WARM_UP + options.stock_requests)
    print(report(found))
    if options.json:
        options.json.write_text(
            json.dumps(figures | {"measured": [asdict(one) for one in found]}, default=str, indent=1)
        )
    return 0 if all(one.met for one in found) else 1


def measure(wanted: list[Case], site: Server, other: Server, stock_requests: int) -> list[Measured]:
    """Ask for all of it, one kind after the other and the two servers in turn."""
    times: dict[str, list[float]] = {case.name: [] for case in wanted}
    stock_times: dict[str, list[float]] = {case.name: [] for case in wanted}
    largest = dict.fromkeys(times, 0)
    for place in range(len(wanted[0].ours)):
        for case in wanted:
            taken, body = site.ask(case.ours[place])
            times[case.name].append(taken)
            largest[case.name] = max(largest[case.name], len(body))
            if case.stock and place < stock_requests:
                stock_times[case.name].append(other.ask(case.stock[place])[0])
    return [_measured(case, times[case.name], stock_times[case.name], largest[case.name]) for case in wanted]


def report(found: list[Measured]) -> str:
    """The table."""
    rows = [
        (one.name, one.p50, one.p95, one.kilobytes, one.stock_p50, one.stock_p95, one.ratio,
         f"{one.goal}{'' if one.met else ': MISSED'}")
        for one in found
    ]  # fmt: skip
    head = ("ms", "p50", "p95", "kB", "stock p50", "stock p95", "times faster", "goal")
    return tabulate(rows, head, floatfmt=".1f", missingval="")


def _measured(case: Case, all_times: list[float], all_stock: list[float], largest: int) -> Measured:
    times, stock_times = all_times[WARM_UP:], all_stock[WARM_UP:]
    p50, p95 = median(times), quantiles(times, n=20, method="inclusive")[-1]
    theirs = median(stock_times) if stock_times else None
    ratio = theirs / p50 if theirs is not None else None
    goals = [f"p95 <= {case.p95:g}"] if case.p95 else []
    goals += [f">= {case.ratio:g} times"] if case.ratio else []
    met = (case.p95 is None or p95 <= case.p95) and (case.ratio is None or (ratio or 0) >= case.ratio)
    stock_p95 = quantiles(stock_times, n=20, method="inclusive")[-1] if stock_times else None
    return Measured(case.name, p50, p95, largest / 1000, theirs, stock_p95, ratio, ", ".join(goals), met)


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _first_line(statement: str) -> str:
    return next(line for line in statement.splitlines() if not line.startswith("--"))[:90]


def _size(path: Path) -> str:
    return f"{path.stat().st_size / 1e6:,.0f} MB"


if __name__ == "__main__":
    sys.exit(main())
