"""What a second crawl costs: a thousand articles, then ten new, three edited, one deleted.

    python -m benchmarks.incremental [--json FILE]

Crawls the big site of tests/sites twice with `scrapy harvest`, once with ETags and once without, and prints the second
crawl's requests and bytes beside the first's, as the site counted them. Must show: requests <= 8 %, bytes <= 2 % with
ETags, all recent changes found though nothing is due, no revision for a page that differs in counters alone.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tabulate import tabulate

from archive.folder import DataFolder
from benchmarks.rows import Row, goal, is_missed, write
from tests.conftest import Operator
from tests.sites.big import BigSite
from tests.sites.generated import Made

ARTICLES = 1000
EDITED_AT = (3, 44, 700)
"""Places in the listing of the edited articles: two recent, an old one that is found when it is due."""
DELETED_AT = 20
MOST_REQUESTS, MOST_BYTES = 0.08, 0.02


@dataclass(frozen=True, slots=True)
class Crawl:
    """One crawl: what the site answered, and the row of the report."""

    requests: int
    bytes: int
    row: dict[str, Any] = field(repr=False)

    @property
    def missing(self) -> int:
        """How many articles the crawl noted as no longer there."""
        return sum(number for reason, number in self.row["refused"].items() if "410" in reason)


@dataclass(frozen=True, slots=True)
class Twice:
    """The two crawls, and what was changed between them."""

    first: Crawl
    second: Crawl
    new: list[Made]
    edited: list[Made]
    deleted: Made

    @property
    def requests(self) -> float:
        return self.second.requests / self.first.requests

    @property
    def bytes(self) -> float:
        return self.second.bytes / self.first.bytes


def crawl_twice(operator: Operator, site: BigSite) -> Twice:
    """Crawls the site whole, changes it, crawls it again."""
    first = crawl(operator, site)
    edited = site.edit([site.articles[place] for place in EDITED_AT])
    deleted = site.articles[DELETED_AT]
    site.delete([deleted])
    new = site.add(10)
    return Twice(first, crawl(operator, site), new, edited, deleted)


def crawl(operator: Operator, site: BigSite) -> Crawl:
    """One harvest of the site alone. Raises RuntimeError with what it said when it failed."""
    site.clear()
    done = operator.run("scrapy", "harvest", "--json", timeout=600)
    if done.returncode:
        raise RuntimeError(done.stderr)
    answered = site.requests()
    (row,) = json.loads(done.stdout)
    return Crawl(len(answered), sum(request.bytes for request in answered), row)


def flat(done: Twice, etags: bool) -> list[Row]:
    """The second crawl's figures beside the first's."""
    which = f"second crawl, {'with' if etags else 'without'} ETags"
    first, second = done.first, done.second
    found = second.row["new"], second.row["edited"], second.missing
    all_found = goal(found == (10, 2, 1), "all changes found: {} new, {} edited, {} gone".format(*found))
    requests = goal(done.requests <= MOST_REQUESTS, f"<= {MOST_REQUESTS}")
    size = goal(done.bytes <= MOST_BYTES, f"<= {MOST_BYTES}") if etags else ""
    peer = f"first crawl of {ARTICLES} articles"
    return [
        Row(which, "requests", second.requests, 1, first.requests, peer, done.requests, f"{requests}; {all_found}"),
        Row(which, "MB from the site", second.bytes / 1e6, 1, first.bytes / 1e6, peer, done.bytes, size),
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures here")
    options = parser.parse_args()
    lines, rows = [], []
    for etags in (True, False):
        with tempfile.TemporaryDirectory() as folder, BigSite(ARTICLES, etags=etags) as site:
            operator = Operator(DataFolder(Path(folder) / "data"), site.environment(Path(folder) / "sources"))
            done = crawl_twice(operator, site)
        first, second = done.first, done.second
        lines.append(
            ("yes" if etags else "no", f"{first.requests} → {second.requests}", f"{done.requests:.1%}",
             f"{first.bytes / 1e6:.2f} → {second.bytes / 1e6:.2f}", f"{done.bytes:.1%}",
             second.row["new"], second.row["edited"], second.missing)
        )  # fmt: skip
        rows += flat(done, etags)
    print(tabulate(lines, headers=["ETags", "requests", "", "MB", "", "new", "edited", "missing"]))
    if options.json:
        write(options.json, rows, {})
    return 1 if any(map(is_missed, rows)) else 0


if __name__ == "__main__":
    sys.exit(main())
