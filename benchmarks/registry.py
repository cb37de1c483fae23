"""The benchmarks that `make bench` runs, in this order and at sizes that together take ten minutes of two cores."""

from dataclasses import dataclass
from pathlib import Path

PEERS = Path(".venv", "peers")
"""The folder of the venvs with other programs, one a benchmark that has such; `make bench` fills it."""


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A module and what it is told; it writes its rows (benchmarks/rows.py) to the file that --json names. `peers` says
    that it has other programs in a venv of its name; `kept`, that it may use what others leave in one folder."""

    name: str
    options: str
    peers: bool = False
    kept: bool = False

    @property
    def python(self) -> Path:
        """The interpreter that has the other programs, from the project's folder."""
        return PEERS / self.name / "bin" / "python"

    def arguments(self, kept: str, file: str) -> list[str]:
        """The arguments of a Python to run it with."""
        peers = ["--peer-python", str(self.python)] if self.peers else []
        folder = ["--keep", kept] if self.kept else []
        return ["-m", f"benchmarks.{self.name}", *self.options.split(), *peers, *folder, "--json", file]


BENCHMARKS = (
    Benchmark("extraction", "--corpora golden --rounds 3", peers=True),
    Benchmark("annotation", "--articles 100 --passes 3 --peer-seconds 15", peers=True),
    Benchmark("reprints", "--articles 2000 --edits 100 --rounds 3", peers=True),
    Benchmark("captures", "--pages 150 --rounds 3"),
    Benchmark("ingest", "--captures 1000 --rounds 3"),
    Benchmark("rebuild", "--captures 3000 --rounds 3"),
    Benchmark("crawl", "--rounds 3"),
    Benchmark("incremental", ""),
    Benchmark("publish", "--articles 20000 --rounds 3", kept=True),
    Benchmark("search", "--articles 20000", kept=True),
)
