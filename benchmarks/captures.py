"""Captures beside WARC.gz: bytes a page, writing, reading in order and at random, from one run on the same pages.

    python -m benchmarks.captures [--sites 4] [--pages 300] [--rounds 3] [--recorded FOLDER] [--json FILE]

The pages are those of made-up portals (benchmarks/portal.py) and, where the folder of recorded sites is there, theirs.
Counted is the whole crawl.db: headers, addresses, indexes and dictionaries included; WARC.gz has the responses alone.
Reading captures includes the comparison with their SHA-256. Status 1 when a goal is missed.
"""

import argparse
import random
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import astuple, dataclass, replace
from io import BytesIO
from pathlib import Path
from statistics import median
from typing import TypeVar

from tabulate import tabulate
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from archive.capture import Capture
from archive.captures import CaptureStore
from archive.sources import Source
from benchmarks import portal
from benchmarks.rows import Row, beside, goal, is_missed, versions, write

RECORDED = Path(__file__).parent.parent.parent / "shared" / "replay"
Given = TypeVar("Given")
Got = TypeVar("Got")
ARTICLE = re.compile(r"-\d+\.html$|^/\d{4}/\d\d/\d\d/.")
"""The addresses of articles on the recorded sites: a crawl captures nothing else."""
MADE_UP = "made-up portals"
MOST_OF_WARC, LEAST_READS = 0.3, 2_000


@dataclass(frozen=True, slots=True)
class Measured:
    """What one way of storing some pages took: bytes a page, pages a second."""

    size: float
    written: float
    in_order: float
    at_random: float


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sites", type=int, default=4, help="made-up portals")
    parser.add_argument("--pages", type=int, default=300, help="pages of each")
    parser.add_argument("--rounds", type=int, default=3, help="of both, in turn")
    parser.add_argument("--recorded", type=Path, default=RECORDED, help="folder of recorded sites, each with INDEX.tsv")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures here")
    options = parser.parse_args()
    numbers = [(site, page) for page in range(options.pages) for site in range(options.sites)]
    corpora = {MADE_UP: [portal.capture(f"cong-{site}", page) for site, page in numbers]}
    for index in sorted(options.recorded.glob("*/INDEX.tsv")):
        corpora[index.parent.name] = recorded(index)
    rows = [row for name, pages in corpora.items() for row in report(name, pages, options.rounds)]
    if options.json:
        write(options.json, rows, versions(["warcio", "zstandard"]))
    return 1 if any(map(is_missed, rows)) else 0


def report(name: str, pages: list[Capture], rounds: int) -> list[Row]:
    """Measure and print one corpus; its figures. The made-up portals, as large as sites are, have the goals."""
    warc, captures = [], []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as folder:
            warc.append(measure_warc(pages, Path(folder) / "pages.warc.gz"))
            captures.append(measure_captures(pages, Path(folder) / "crawl.db"))
            with closing(CaptureStore(Path(folder) / "empty.db")) as store:
                empty = file_size(store) / len(pages)
    size = sum(len(page.body) for page in pages) / len(pages)
    print(f"\n{name}: {len(pages)} pages of {size / 1e3:.1f} KB")
    ours, theirs = _columns(captures), _columns(warc)
    table = [
        (one, *(round(median(figures)) for figures in of)) for one, of in (("WARC.gz", theirs), ("captures", ours))
    ]
    print(tabulate(table, headers=["", "bytes a page", "written/s", "read/s in order", "read/s at random"]))
    ratio, reads = median(ours[0]) / median(theirs[0]), min(median(ours[2]), median(ours[3]))
    bare = (
        f"{(median(ours[0]) - empty) / median(theirs[0]):.2f} without an empty file's {empty * len(pages) / 1e3:.0f} kB"
    )
    print(
        f"captures need {ratio:.2f} of WARC.gz, {bare} (goal <= {MOST_OF_WARC}), and are read at {reads:.0f} a second"
        f" (goal >= {LEAST_READS})"
    )
    units = ("bytes a page", "pages/s written", "pages/s read in order", "pages/s read at random")
    what = f"captures: {name}, {len(pages)} pages of {size / 1e3:.0f} kB"
    rows = [beside(what, unit, one, "WARC.gz", other) for unit, one, other in zip(units, ours, theirs, strict=True)]
    if name != MADE_UP:  # too few for speeds
        return [replace(rows[0], note=bare)]
    fast = goal(reads >= LEAST_READS, f">= {LEAST_READS:,}")
    notes = (f"{goal(ratio <= MOST_OF_WARC, f'<= {MOST_OF_WARC} of it')}; {bare}", "", fast, fast)
    return [replace(row, note=note) for row, note in zip(rows, notes, strict=True)]


def _columns(rounds: list[Measured]) -> list[tuple[float, ...]]:
    """Each figure in all rounds."""
    return list(zip(*map(astuple, rounds), strict=True))


def measure_captures(pages: list[Capture], path: Path) -> Measured:
    """The pages in a CaptureStore, one transaction each."""
    with closing(CaptureStore(path)) as store:
        ids, written = timed(store.put, pages)
        size = file_size(store) / len(pages)
    with closing(CaptureStore(path)) as store:
        read, in_order = timed(store.get, ids)
        if read != pages:
            raise SystemExit("what was read is not what was stored")
        _, at_random = timed(store.get, random.Random(1).sample(ids, len(ids)))
    return Measured(size, written, in_order, at_random)


def file_size(store: CaptureStore) -> int:
    """The bytes of its file, with everything in it."""
    store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert store.path
    return store.path.stat().st_size


def measure_warc(pages: list[Capture], path: Path) -> Measured:
    """The responses alone in a WARC.gz, a gzip member each, as every crawler writes it."""
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        _, written = timed(lambda page: writer.write_record(response(writer, page)), pages)
    offsets: list[int] = []
    with path.open("rb") as file:
        records = ArchiveIterator(file)
        started = time.perf_counter()
        for record in records:
            record.content_stream().read()
            offsets.append(records.get_record_offset())
        in_order = len(offsets) / (time.perf_counter() - started)

        def read(offset: int) -> bytes:
            file.seek(offset)
            body: bytes = next(iter(ArchiveIterator(file))).content_stream().read()
            return body

        _, at_random = timed(read, random.Random(1).sample(offsets, len(offsets)))
    return Measured(path.stat().st_size / len(pages), written, in_order, at_random)


def response(writer: WARCWriter, page: Capture) -> object:
    """One response record."""
    headers = StatusAndHeaders(f"{page.status} OK", list(page.headers), protocol="HTTP/1.1")
    return writer.create_warc_record(
        page.final_url, "response", payload=BytesIO(page.body), length=len(page.body), http_headers=headers
    )


def timed(work: Callable[[Given], Got], given: Iterable[Given]) -> tuple[list[Got], float]:
    """The results, and how many a second."""
    started = time.perf_counter()
    results = [work(one) for one in given]
    return results, len(results) / (time.perf_counter() - started)


def recorded(index: Path) -> list[Capture]:
    """The article pages of a recorded site: INDEX.tsv names target, status, media type and file of each."""
    name = index.parent.name
    source = Source(id=name.replace(".", "-"), name=name, family="listing", site=f"https://{name}", listing=("/",))
    pages = []
    for number, line in enumerate(index.read_text("utf-8").splitlines()):
        target, status, _, file = line.split("\t")[:4]
        if status != "200" or not ARTICLE.search(target):
            continue
        head = index.with_name(file).with_suffix(".headers").read_text("latin-1").splitlines()[1:]
        headers = tuple((key, value) for key, _, value in (entry.partition(": ") for entry in head if entry))
        fetched = f"2026-11-23T03:{number // 60 % 60:02}:{number % 60:02}.000+00:00"
        body = index.with_name(file).read_bytes()
        pages.append(Capture(source, source.site + target, source.site + target, fetched, body, headers=headers))
    return pages


if __name__ == "__main__":
    sys.exit(main())
