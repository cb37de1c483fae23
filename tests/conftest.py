"""What several tests need: the sample web, a data folder, the project's commands run as a person runs them."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from archive.folder import DataFolder
from tests.sites.server import SampleWeb

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"
"""Recorded sites and truth files beside a checkout of the founders; the tests are complete without them."""


@dataclass
class Operator:
    """Runs the project's commands as a person at a terminal does, in one data folder."""

    folder: DataFolder
    environment: dict[str, str] = field(default_factory=dict)

    def run(self, *command: str | Path, timeout: float = 120) -> subprocess.CompletedProcess[str]:
        program, *arguments = map(str, command)
        return subprocess.run(
            [Path(sys.executable).parent / program, *arguments],
            cwd=ROOT,
            env=os.environ | self.environment | {"UNION_ARCHIVE_DATA": str(self.folder.root)},
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )


@pytest.fixture
def operator(tmp_path: Path) -> Operator:
    return Operator(DataFolder(tmp_path / "data"))


@pytest.fixture
def web() -> Iterator[SampleWeb]:
    with SampleWeb() as sites:
        yield sites


@pytest.fixture
def sample(operator: Operator, web: SampleWeb, tmp_path: Path) -> Operator:
    """An operator whose registry has the five sample sites."""
    web.write_records(tmp_path / "sources")
    operator.environment |= web.environment() | {"UNION_ARCHIVE_SOURCES": str(tmp_path / "sources")}
    return operator


@pytest.fixture
def watched_sample(sample: Operator) -> Operator:
    """The same without the records' word that a long silence is usual."""
    path = Path(sample.environment["UNION_ARCHIVE_SOURCES"]) / "sample.yml"
    path.write_text(re.sub(r"  quiet_days: .*\n", "", path.read_text("utf-8")), "utf-8")
    return sample
