"""The crawl's speed beside a bare Scrapy spider's, on the big site of tests/sites.

    python -m benchmarks.crawl

Three programs in turn, several rounds, medians: a bare spider that counts bytes, our crawl with frontier, links and
captures but unread pages, and `scrapy harvest` to the last article stored. Time runs from the first request the site
sees to the last one, for the harvest to the last write of archive.db; CPU is that of all their processes meanwhile.
Must show: captures >= 0.7 of the bare spider's pages/s, the harvest >= 0.4.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tabulate import tabulate

from archive.folder import DataFolder
from crawler import settings
from tests.conftest import ROOT
from tests.processes import Watch, marked, new_mark
from tests.sites.big import BigSite
from tests.sites.big_pages import CATEGORY

ARTICLES = 1500
ROUNDS = 5
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
        "bare Scrapy spider": [sys.executable, "-m", "benchmarks.bare", site.address + CATEGORY, str(DELAY)],
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
        if done.returncode or len(requests) < ARTICLES + site.listings:
            raise RuntimeError(f"{command}: {len(requests)} requests, status {done.returncode}\n{done.stderr}")
        started, ended = requests[0].when, requests[-1].when
        if "harvest" in command:
            since_last_write = time.time() - folder.archive_db.stat().st_mtime
            ended = max(ended, time.monotonic() - since_last_write)
    cpu = watch.cpu_at(ended) - watch.cpu_at(started)
    return Measured(len(requests) / (ended - started), cpu / len(requests), watch.memory)


def main() -> None:
    runs: dict[str, list[Measured]] = defaultdict(list)
    with BigSite(ARTICLES) as site:
        for _ in range(ROUNDS):
            for name, command in programs(site).items():
                runs[name].append(measure(site, command))
    bare = next(iter(runs.values()))
    rows = []
    for name, measured in runs.items():
        speed = statistics.median(run.speed for run in measured)
        cpu = statistics.median(run.cpu for run in measured)
        # Round by round: what else the machine does changes in minutes.
        ratio = statistics.median(run.speed / peer.speed for run, peer in zip(measured, bare, strict=True))
        each = " ".join(f"{run.speed:.0f}" for run in measured)
        rows.append((name, f"{speed:.0f}", f"{ratio:.2f}", f"{1000 * cpu:.1f}", f"{measured[0].memory:.0f}", each))
    print(f"{ARTICLES} articles, {ROUNDS} rounds, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    print(tabulate(rows, headers=["", "pages/s", "of bare", "CPU ms/page", "MB", "each round"]))


if __name__ == "__main__":
    main()
