"""Searching a million articles over HTTP, beside stock Datasette on the same articles, and publishing them.

    python -m benchmarks.search [--articles 1000000] [--keep DIR] [--profile] [--json FILE]

The articles are made up (made_up.py, the same every time) and written into an archive.db, published, and served by
`union-archive serve`; stock Datasette serves a copy as it would have it (stock.py), without our plugin, with time to
finish and pages as long as ours. One client asks both in turn, after a few requests that do not count, and no search
twice; "times faster" is the median of the requests that both were asked. Both must find as many articles, and no answer
may be without its facets. Ours counts them in the newest 10,000 hits and says so, stock Datasette in all of them; ours
orders by relevance, which it never does. Status 1 when a goal is missed; "times faster" has one from 100,000 articles
on. A million need ten gigabytes of disk and, alone on two cores, half an hour.
"""

import argparse
import json
import sqlite3
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
from archive.site.messages import say
from benchmarks.rows import Row, alone, beside, goal, versions, write
from benchmarks.search.archive_file import write_archive
from benchmarks.search.cases import Case, cases
from benchmarks.search.served import RefusedError, Server, ours, stock
from benchmarks.search.stock import FACETS, write_stock

WARM_UP = 3
STOCK = "stock Datasette"
MOST_APART = 0.02
"""By how much the numbers of hits may differ: the two fold accents a little differently."""
TOO_SLOW = say("facets.too_slow").encode()
"""What our page says when it gave its facets up."""


@dataclass(frozen=True, slots=True)
class Measured:
    """The answers to one case: milliseconds of ours and of stock Datasette (None: not asked), the largest of ours.
    `times` are ours, `pairs` those of the requests that both were asked: ours, stock's. `wrong` says why they must not
    be compared, "" where they may."""

    name: str
    p50: float
    p95: float
    kilobytes: float
    stock_p50: float | None
    stock_p95: float | None
    ratio: float | None
    goal: str
    met: bool
    times: list[float]
    pairs: list[tuple[float, float]]
    wrong: str


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
        programs = versions(["datasette", "sqlite-utils"]) | {"SQLite": sqlite3.sqlite_version}
        measured = [asdict(one) for one in found]
        write(options.json, flat(found, options.articles), programs, **figures, measured=measured)
    return 0 if all(one.met for one in found) else 1


def measure(wanted: list[Case], site: Server, other: Server, stock_requests: int) -> list[Measured]:
    """Ask for all of it, one kind after the other and the two servers in turn; then count what both have found."""
    times: dict[str, list[float]] = {case.name: [] for case in wanted}
    stock_times: dict[str, list[float]] = {case.name: [] for case in wanted}
    largest = dict.fromkeys(times, 0)
    wrong: dict[str, str] = {}
    for place in range(len(wanted[0].ours)):
        for case in wanted:
            try:
                taken, body = site.ask(case.ours[place])
            except RefusedError as refused:
                taken, body = refused.taken, b""
                wrong[case.name] = f"not answered: {refused}"
            if TOO_SLOW in body:
                wrong[case.name] = f"without facets: {case.ours[place]}"
            times[case.name].append(taken)
            largest[case.name] = max(largest[case.name], len(body))
            if case.stock and place < stock_requests:
                stock_times[case.name].append(other.ask(case.stock[place])[0])
    wrong |= {case.name: said for case in wanted if case.same and (said := unlike(site, other, case))}
    return [
        _measured(case, times[case.name], stock_times[case.name], largest[case.name], wrong.get(case.name, ""))
        for case in wanted
    ]


def unlike(site: Server, other: Server, case: Case) -> str:
    """How the numbers of hits of one search differ, "" where they do not."""
    ours = json.loads(site.ask(case.ours[0].replace("?", ".json?", 1))[1])["total"]
    answer = json.loads(other.ask(case.stock[0].replace("?", ".json?", 1))[1])
    stock, facets = answer["filtered_table_rows_count"], answer["facet_results"]
    if set(facets) != set(FACETS):
        return f"{STOCK} counted only {', '.join(facets) or 'nothing'}"
    return "" if abs(ours - stock) <= MOST_APART * ours else f"{ours} hits, of {STOCK} {stock}"


def report(found: list[Measured]) -> str:
    """The table."""
    rows = [
        (one.name, one.p50, one.p95, one.kilobytes, one.stock_p50, one.stock_p95, one.ratio,
         _note(one))
        for one in found
    ]  # fmt: skip
    head = ("ms", "p50", "p95", "kB", "stock p50", "stock p95", "times faster", "goal")
    return tabulate(rows, head, floatfmt=".1f", missingval="")


def _note(one: Measured) -> str:
    """What a reader must know: what is wrong with the answers, else the goal."""
    if one.wrong:
        return goal(False, f"whole answers, {one.wrong}")
    return goal(one.met, one.goal) if one.goal else ""


def _measured(case: Case, all_times: list[float], all_stock: list[float], largest: int, wrong: str) -> Measured:
    times, stock_times = all_times[WARM_UP:], all_stock[WARM_UP:]
    p50, p95 = median(times), _p95(times)
    pairs = list(zip(times, stock_times, strict=False))
    ratio = median(stock / ours for ours, stock in pairs) if pairs else None
    goals = [f"p95 <= {case.p95:g}"] if case.p95 else []
    goals += [f">= {case.ratio:g} times"] if case.ratio else []
    met = not wrong and (case.p95 is None or p95 <= case.p95) and (case.ratio is None or (ratio or 0) >= case.ratio)
    stock_p50, stock_p95 = (median(stock_times), _p95(stock_times)) if stock_times else (None, None)
    return Measured(
        case.name, p50, p95, largest / 1000, stock_p50, stock_p95, ratio, ", ".join(goals), met, times, pairs, wrong
    )


def _p95(times: list[float]) -> float:
    return quantiles(times, n=20, method="inclusive")[-1]


def flat(found: list[Measured], articles: int) -> list[Row]:
    """The figures beside stock Datasette's, then those that have a goal of their own."""
    rows = []
    for one in found:
        what = f"search, {articles:,} articles: {one.name}"
        note = "; ".join(filter(None, (f"p95 {one.p95:.0f}" if one.goal else "", _note(one))))
        if one.pairs:
            ours, stock = zip(*one.pairs, strict=True)
            rows.append(beside(what, "ms an answer", ours, STOCK, stock, note))
        elif note:
            rows.append(alone(what, "ms an answer", one.times, note))
    return rows


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
