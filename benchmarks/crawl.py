"""The crawl's speed beside a bare Scrapy spider's, on the big site of tests/sites.

    python -m benchmarks.crawl [--articles 1500] [--rounds 5] [--json FILE]

Three programs in turn, several rounds, medians: a bare spider that counts bytes, our crawl with frontier, links and
captures but unread pages, and `scrapy harvest` to the last article stored. Time runs from the first request the site
sees to the last one, for the harvest to the last write of archive.db; CPU is that of all their processes meanwhile.
Must show: captures >= 0.7 of the bare spider's pages/s, the harvest >= 0.4; else status 1.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from pathlib import Path

from tabulate import tabulate

from archive.folder import DataFolder
from benchmarks.rows import Row, beside, goal, is_missed, versions, write
from crawler import settings
from tests.conftest import ROOT
from tests.processes import Watch, marked, new_mark
from tests.sites.big import BigSite
from tests.sites.big_pages import CATEGORY

BARE, GOALS = "bare Scrapy spider", {"captures": 0.7, "whole harvest": 0.4}
DELAY = 0.001
BIN = Path(sys.executable).parent
UNREAD = "benchmarks.capture_only.Unread"
CAPTURES = "benchmarks.capture_only.Captures"


@dataclass(frozen=True, slots=True)
class Measured:
    """One run: pages a second, CPU seconds a page, the most memory in MB."""

    speed: float
    cpu: float
    memory: float


def unread_settings() -> list[str]:
    """The command-line settings that put the benchmark's parts in the place of those that read and store."""
    middlewares = {
        UNREAD if name == "crawler.reading.ReadAhead" else name: order
        for name, order in settings.DOWNLOADER_MIDDLEWARES.items()
    }
    chosen = {"DOWNLOADER_MIDDLEWARES": middlewares, "ITEM_PIPELINES": {CAPTURES: 500}}
    return [f"-s{name}={json.dumps(value)}" for name, value in chosen.items()]


def programs(site: BigSite) -> dict[str, list[str | Path]]:
    """The commands that are compared, by name."""
    source = site.record()["id"]
    return {
        BARE: [sys.executable, "-m", "benchmarks.bare", site.address + CATEGORY, str(DELAY)],
        "captures": [BIN / "scrapy", "crawl", source, "-sLOG_LEVEL=ERROR", *unread_settings()],
        "whole harvest": [BIN / "scrapy", "harvest", "--json"],
    }


def measure(site: BigSite, command: Sequence[str | Path]) -> Measured:
    """Runs one program over the whole site. Raises RuntimeError when it failed or left pages out."""
    site.clear()
    mark = new_mark()
    with tempfile.TemporaryDirectory() as place, Watch(mark, every=0.1) as watch:
        folder = DataFolder(Path(place) / "data")
        environment = site.environment(Path(place) / "sources", DELAY) | {"UNION_ARCHIVE_DATA": str(folder.root)}
        done = subprocess.run(
            command, cwd=ROOT, env=os.environ | environment | mark, capture_output=True, text=True, check=False
        )
        while marked(mark):
            time.sleep(0.01)
        requests = site.requests()
        if done.returncode or len(requests) < len(site.articles) + site.listings:
            raise RuntimeError(f"{command}: {len(requests)} requests, status {done.returncode}\n{done.stderr}")
        started, ended = requests[0].when, requests[-1].when
        if "harvest" in command:
            since_last_write = time.time() - folder.archive_db.stat().st_mtime
            ended = max(ended, time.monotonic() - since_last_write)
    cpu = watch.cpu_at(ended) - watch.cpu_at(started)
    return Measured(len(requests) / (ended - started), cpu / len(requests), watch.memory)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=1500, help="of the site")
    parser.add_argument("--rounds", type=int, default=5, help="of the three programs")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures here")
    options = parser.parse_args()
    runs: dict[str, list[Measured]] = defaultdict(list)
    with BigSite(options.articles) as site:
        for _ in range(options.rounds):
            for name, command in programs(site).items():
                runs[name].append(measure(site, command))
    table = []
    for name, measured in runs.items():
        speed, cpu, memory = (statistics.median(figure) for figure in zip(*map(astuple, measured), strict=True))
        # Round by round: what else the machine does changes in minutes.
        ratio = statistics.median(run.speed / peer.speed for run, peer in zip(measured, runs[BARE], strict=True))
        each = " ".join(f"{run.speed:.0f}" for run in measured)
        table.append((name, f"{speed:.0f}", f"{ratio:.2f}", f"{1000 * cpu:.1f}", f"{memory:.0f}", each))
    print(
        f"{options.articles} articles, {options.rounds} rounds, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    )
    print(tabulate(table, headers=["", "pages/s", "of bare", "CPU ms/page", "MB", "each round"]))
    rows = flat(runs)
    if options.json:
        write(options.json, rows, versions(["scrapy"]))
    return 1 if any(is_missed(row) for row in rows) else 0


def flat(runs: Mapping[str, Sequence[Measured]]) -> list[Row]:
    """The figures of each of our programs beside the bare spider's."""
    rows = []
    for name, least in GOALS.items():
        ours, bare = (list(zip(*map(astuple, runs[one]), strict=True)) for one in (name, BARE))
        speed = beside(f"crawl, {name}", "pages/s", ours[0], BARE, bare[0])
        rows.append(replace(speed, note=goal((speed.ratio or 0) >= least, f">= {least} of it")))
        milliseconds = [[1000 * seconds for seconds in of[1]] for of in (ours, bare)]
        rows.append(beside(f"crawl, {name}", "CPU ms a page", milliseconds[0], BARE, milliseconds[1]))
        rows.append(beside(f"crawl, {name}", "MB of memory at most", ours[2], BARE, bare[2]))
    return rows


if __name__ == "__main__":
    sys.exit(main())
