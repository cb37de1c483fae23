"""From captures to articles: how many a second of one core, and whether the last page costs what the first ones did.

    python -m benchmarks.ingest [--captures 2000] [--rounds 3] [--json FILE]

The captures are those of made-up portals (portal.py), pages of 60 KB with articles as long as recorded ones. What is
timed is `union-archive build`: captures read and unpacked, extracted by the generic path, annotated and stored, portion
by portion; in processor time, without the first portion. Extraction and annotation are timed once more alone. Flat: the
last quarter of the portions beside the first. Must show: >= 120 articles/s a core, flat within 15 %; else status 1.
"""

import argparse
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from tabulate import tabulate

from archive import ingest
from archive.captures import CaptureStore
from archive.portions import AT_ONCE
from archive.store import Store
from benchmarks import portal
from benchmarks.rows import Row, alone, beside, goal, is_missed, write

SITES = 4
PARAGRAPHS = 5
"""Of an article: 1,600 characters, as the recorded pages have (750 to 1,700)."""
WARM_UP = 20
MOST_READ = 400
"""Captures whose extraction and annotation are timed alone."""
LEAST, MOST_APART = 120, 0.15


@dataclass(frozen=True, slots=True)
class Round:
    """Milliseconds of processor time a page: all together, in the first quarter, in the last; bytes an article."""

    whole: float
    early: float
    late: float
    size: float


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--captures", type=int, default=2_000, help="made-up pages, a new article each")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures here")
    options = parser.parse_args()
    if options.captures < 3 * AT_ONCE:
        parser.error(f"--captures {3 * AT_ONCE} at least")
    with tempfile.TemporaryDirectory() as folder, closing(CaptureStore(Path(folder) / "crawl.db")) as captures:
        for number in range(options.captures):
            captures.put(portal.capture(f"cong-{number % SITES}", number // SITES, PARAGRAPHS))
        reading = read_alone(captures, options.rounds)
        rounds = [build(captures, Path(folder) / f"archive-{number}.db") for number in range(options.rounds)]
    rows = flat(options.captures, rounds, reading)
    print(tabulate([(row.name, row.unit, row.ours, row.note) for row in rows], floatfmt=",.2f"))
    if options.json:
        write(options.json, rows, {})
    return 1 if any(map(is_missed, rows)) else 0


def build(captures: CaptureStore, archive_db: Path) -> Round:
    """Take all captures into a new archive.db. Raises RuntimeError when one was no new article."""
    times = [time.process_time()]
    with closing(Store(archive_db)) as store:
        outcomes = ingest.build(captures, store, lambda done, of: times.append(time.process_time()))
        store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    pages = len(times) - 1
    if dict(outcomes) != {"new": pages}:
        raise RuntimeError(f"{pages} captures were not all new articles: {dict(outcomes)}")
    # A portion is read before any of it is stored: only its end says what it cost. The first loads what is loaded once.
    ends = times[AT_ONCE::AT_ONCE]
    quarter = max(1, (len(ends) - 1) // 4)

    def a_page(first: int, last: int) -> float:
        return 1000 * (ends[last] - ends[first]) / AT_ONCE / (last - first)

    last = len(ends) - 1
    size = archive_db.stat().st_size / pages
    return Round(a_page(0, last), a_page(0, quarter), a_page(last - quarter, last), size)


def read_alone(captures: CaptureStore, rounds: int) -> list[float]:
    """Milliseconds of extraction and annotation a page, without any database."""
    pages = [captures.get(number) for number in captures.page_ids()[: MOST_READ + WARM_UP]]
    for page in pages[:WARM_UP]:
        ingest.read(page)
    found = []
    for _ in range(rounds):
        started = time.process_time()
        for page in pages[WARM_UP:]:
            ingest.read(page)
        found.append(1000 * (time.process_time() - started) / len(pages[WARM_UP:]))
    return found


def flat(captures: int, rounds: list[Round], reading: list[float]) -> list[Row]:
    """The figures."""
    what = f"ingest, {captures:,} captures"
    whole = alone(what, "articles/s a core", [1000 / one.whole for one in rounds])
    level = beside(
        what, "CPU ms a page, the last quarter", [one.late for one in rounds], "its own first quarter",
        [one.early for one in rounds],
    )  # fmt: skip
    is_flat = abs((level.ratio or 0) - 1) <= MOST_APART
    return [
        replace(whole, note=goal(whole.ours >= LEAST, f">= {LEAST}")),
        replace(level, note=goal(is_flat, f"within {MOST_APART:.0%}")),
        alone(what, "CPU ms a page: extracted and annotated", reading),
        alone(what, "CPU ms a page: all together", [one.whole for one in rounds]),
        alone(what, "bytes an article of archive.db", [one.size for one in rounds]),
    ]


if __name__ == "__main__":
    sys.exit(main())
