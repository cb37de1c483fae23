"""`make bench`: every benchmark tells rows of one shape, the table is made of them alone, what fails is named."""

import json
import math
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import benchmarks.__main__ as bench
from benchmarks.machine import machine, this_project
from benchmarks.registry import BENCHMARKS, Benchmark
from benchmarks.results import HEADERS, Run, number, results, table
from benchmarks.rows import Row, alone, beside, goal, is_missed, read, versions, write
from tests.conftest import ROOT

ROWS = [
    beside("crawl, captures", "pages/s", [90.0, 110.0, 100.0], "bare Scrapy spider", [100.0, 100.0, 200.0]),
    alone("ingest", "articles/s a core", [119.0], goal(False, ">= 120")),
]
TINY = {
    "extraction": "--corpora golden --tools this-project,this-project-generic --rounds 1",
    "annotation": "--articles 3 --passes 1",
    "reprints": "--articles 80 --edits 10 --rounds 1",
    "captures": "--sites 2 --pages 5 --rounds 2 --recorded nowhere",
    "ingest": "--captures 256 --rounds 1",
    "rebuild": "--captures 60 --rounds 1",
    "crawl": "--articles 40 --rounds 1",
    "incremental": "",
    "publish": "--articles 300 --rounds 2",
    "search": "--articles 300 --requests 4 --stock-requests 4",
}
STAND_IN = """
import json, sys
from pathlib import Path
told = {"rows": [{"name": "stand-in", "unit": "pages/s", "ours": 7.0, "rounds": 3}], "versions": {"peer": "1.2"}}
Path(sys.argv[-1]).write_text(json.dumps(told))
"""


def test_a_ratio_is_the_median_of_the_rounds_not_of_the_medians() -> None:
    row = ROWS[0]
    assert (row.ours, row.peer, row.ratio, row.rounds) == (100, 100, 0.9, 3)
    with pytest.raises(ValueError, match="zip"):
        beside("uneven", "s", [1.0, 2.0], "peer", [1.0])


def test_what_is_written_is_read(tmp_path: Path) -> None:
    write(tmp_path / "a.json", ROWS, versions(["scrapy", "no-such-package"]), more=1)
    rows, programs = read(tmp_path / "a.json")
    assert rows == ROWS
    assert list(programs) == ["scrapy"]
    assert programs == versions(["scrapy", "no-such-package"], sys.executable)
    (tmp_path / "a.json").write_text("{}", "utf-8")
    with pytest.raises(KeyError):
        read(tmp_path / "a.json")


def test_the_page_has_all_that_was_measured_and_names_what_is_wrong() -> None:
    runs = [
        Run("crawl", "python -m benchmarks.crawl", 61.2, ROWS, {"scrapy": "2.19.0"}),
        Run("rebuild", "python -m benchmarks.rebuild", 3, failed="ended with status 2: no such | option"),
    ]
    page = results(runs, machine(), this_project(), datetime(2026, 11, 23, 8, 5, tzinfo=UTC))
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in table(runs).splitlines()]
    assert lines[0] == list(HEADERS)
    assert lines[2] == ["crawl, captures", "pages/s", "100", "bare Scrapy spider", "100", "0.9", "3", ""]
    assert lines[3] == ["ingest", "articles/s a core", "119", "", "", "", "1", "goal >= 120: **MISSED**"]
    assert lines[4][0] == "**rebuild: failed**"
    assert lines[4][-1] == "ended with status 2: no such / option"
    assert all(len(line) == len(HEADERS) for line in lines)
    for said in ("2026-11-23 08:05 UTC", "processor: ", "cores: ", "memory: ", "Python: ", "scrapy 2.19.0", "| 61 |"):
        assert said.replace("| 61 |", "61") in page
    wrong = page[page.index("## Not as it should be") : page.index("## Commands")]
    assert "rebuild failed" in wrong
    assert "ingest, articles/s a core: 119" in wrong


@pytest.mark.parametrize(
    ("value", "shown"), [(None, ""), (0.0, "0"), (0.8765, "0.876"), (20.24, "20.2"), (12345, "12,345")]
)
def test_figures_have_three_digits(value: float | None, shown: str) -> None:
    assert number(value) == shown


def run(monkeypatch: pytest.MonkeyPatch, folder: Path, scripts: dict[str, str], *arguments: str | Path) -> Result:
    """`python -m benchmarks` of modules that stand in for the benchmarks."""
    package = folder / "benchmarks"
    package.mkdir()
    for name, script in scripts.items():
        (package / f"{name}.py").write_text(script, "utf-8")
    monkeypatch.setattr(bench, "BENCHMARKS", tuple(Benchmark(name, "") for name in scripts))
    monkeypatch.setattr(bench, "ROOT", folder)
    monkeypatch.setattr(bench, "RESULTS", package / "RESULTS.md")
    monkeypatch.setattr(bench, "this_project", lambda: "0.0")
    return CliRunner().invoke(bench.main, list(map(str, arguments)))


def test_one_that_fails_is_named_and_the_others_still_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scripts = {"broken": "raise SystemExit('the disk is full')", "silent": "", "whole": STAND_IN}
    done = run(monkeypatch, tmp_path, scripts, "--json", tmp_path / "all.json")
    assert done.exit_code == 1, done.output
    page = (tmp_path / "benchmarks" / "RESULTS.md").read_text("utf-8")
    for said in (
        "**broken: failed**",
        "the disk is full",
        "**silent: failed**",
        "wrote no rows",
        "| stand-in",
        "peer 1.2",
    ):
        assert said in page
    assert "look at broken, silent" in done.output
    told = json.loads((tmp_path / "all.json").read_text("utf-8"))
    assert [one["name"] for one in told["benchmarks"]] == list(scripts)
    assert told["benchmarks"][2]["rows"][0]["ours"] == 7
    assert set(told["machine"]) == set(machine())


def test_a_goal_that_is_missed_makes_the_status(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    missed = STAND_IN.replace('"rounds": 3', '"rounds": 3, "note": "goal >= 9: MISSED"') + "sys.exit(1)"
    done = run(monkeypatch, tmp_path, {"slow": missed})
    assert done.exit_code == 1
    page = (tmp_path / "benchmarks" / "RESULTS.md").read_text("utf-8")
    assert "goal >= 9: **MISSED**" in page
    assert "failed" not in page


def test_one_alone_is_shown_and_the_page_of_whole_runs_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = run(monkeypatch, tmp_path, {"ingest": STAND_IN, "publish": "1/0"}, "--only", "ingest")
    assert (done.exit_code, "stand-in" in done.output) == (0, True), done.output
    assert not (tmp_path / "benchmarks" / "RESULTS.md").exists()


def test_one_that_hangs_is_stopped_with_its_children(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "LIMIT", 1)
    child = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import time; time.sleep(60)'])"
    done = run(monkeypatch, tmp_path, {"hanging": child, "whole": STAND_IN})
    assert done.exit_code == 1
    assert "hanging failed: stopped after 1 s" in done.output


def test_missing_peers_are_named_with_their_cure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "ROOT", tmp_path)
    done = bench.run(Benchmark("extraction", "", peers=True), tmp_path)
    assert "make bench" in done.failed


def test_every_benchmark_of_the_registry_has_a_tiny_size_here() -> None:
    assert set(TINY) == {one.name for one in BENCHMARKS}


@pytest.mark.soak
@pytest.mark.parametrize("name", TINY)
def test_every_benchmark_tells_rows(name: str, tmp_path: Path) -> None:
    file = tmp_path / "figures.json"
    command = [sys.executable, "-m", f"benchmarks.{name}", *TINY[name].split(), "--json", str(file)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    # So small a size may miss its goals; then one says so.
    assert done.returncode in (0, 1), done.stdout + done.stderr
    rows, programs = read(file)
    assert rows
    assert done.returncode == any(map(is_missed, rows)), done.stdout + done.stderr
    assert all(map(well_formed, rows))
    assert all(programs.values())


def well_formed(row: Row) -> bool:
    figures: list[Any] = [figure for figure in (row.ours, row.peer, row.ratio) if figure is not None]
    return (
        all(math.isfinite(figure) and figure >= 0 for figure in figures)
        and bool(row.name and row.unit)
        and row.rounds >= 1
        and (row.peer is None) == (not row.peer_name)
    )
