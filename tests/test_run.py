"""union-archive run, as a timer calls it: harvest, ingest and publish over the sample web, and what can go wrong."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from archive.lock import locked
from archive.operate.prometheus import exposition
from archive.operate.report import Report, Step, as_text
from archive.operate.run import judged
from archive.operate.steps import Ended
from tests.conftest import ROOT, Operator
from tests.processes import marked, new_mark
from tests.run_rows import NOW, run
from tests.sites.big import BigSite
from tests.sites.server import SampleWeb
from tests.sites.systems import SYSTEMS

pytestmark = pytest.mark.soak


def metrics(text: str) -> dict[tuple[str, ...], float]:
    """The samples of an exposition by name and label values, as Prometheus' own parser reads them."""
    return {
        (sample.name.removeprefix("union_archive_"), *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def report_of(operator: Operator, *options: str, status: int = 0) -> dict[str, Any]:
    done = operator.run("union-archive", "run", "--json", *options)
    assert done.returncode == status, done.stderr
    report = json.loads(done.stdout)
    assert isinstance(report, dict)
    return report


def published(operator: Operator) -> int:
    with closing(sqlite3.connect(f"file:{operator.folder.site_db}?mode=ro", uri=True)) as db:
        return int(db.execute("SELECT count(*) FROM articles").fetchone()[0])


def stop_serving(operator: Operator, source: str) -> None:
    """Let a source's record point to a port where nothing listens."""
    path = Path(operator.environment["UNION_ARCHIVE_SOURCES"]) / "sample.yml"
    records = yaml.safe_load(path.read_text("utf-8"))
    (record,) = (record for record in records if record["id"] == source)
    record["site"] = "http://127.0.0.1:9"
    path.write_text(yaml.safe_dump(records, allow_unicode=True), "utf-8")
    operator.environment["UNION_ARCHIVE_ALLOW_PRIVATE"] += ",127.0.0.1:9"


def test_a_run_goes_the_whole_way_and_a_second_one_finds_nothing_new(sample: Operator, tmp_path: Path) -> None:
    file = tmp_path / "union-archive.prom"
    first = report_of(sample, "--prometheus", str(file))
    assert (first["ok"], first["complete"], first["problems"]) == (True, True, [])
    assert [step["name"] for step in first["steps"]] == ["harvest", "ingest", "publish"]
    assert {row["source"]: row["new"] for row in first["sources"]} == dict.fromkeys(sorted(SYSTEMS), 14)
    assert first["publication"]["articles"] == published(sample) == 70
    found = metrics(file.read_text("utf-8"))
    assert found["run_ok",] == found["run_complete",] == found["step_ok", "publish"] == 1
    assert found["published_articles",] == 70
    assert found["source_pages", "mau.dam-ha", "new"] == 14
    assert found["source_warning", "mau.dam-ha", "blocked"] == 0
    assert os.stat(file).st_mode & 0o777 == 0o644
    second = report_of(sample, "--prometheus", str(file))
    assert {row["new"] for row in second["sources"]} == {0}
    assert {row["unchanged"] for row in second["sources"]} == {14}
    found = metrics(file.read_text("utf-8"))
    assert found["source_pages", "mau.dam-ha", "new"] == 0
    assert found["source_pages", "mau.dam-ha", "unchanged"] == 14
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "sources", "union-archive.prom"]


def test_a_failed_source_stops_nothing_and_is_named(sample: Operator, tmp_path: Path) -> None:
    stop_serving(sample, "mau.dam-ha")
    done = sample.run("union-archive", "run", "--prometheus", tmp_path / "a.prom")
    assert done.returncode == 1
    assert "mau.dam-ha: " in done.stdout
    assert "look at that address" in done.stdout
    assert "published: " in done.stdout
    assert published(sample) == 56
    found = metrics((tmp_path / "a.prom").read_text("utf-8"))
    assert (found["run_ok",], found["run_complete",]) == (0, 1)
    assert (found["source_run_ok", "mau.dam-ha"], found["source_run_ok", "mau.binh-luc"]) == (0, 1)


def test_one_source_by_name_also_where_it_is_disabled(sample: Operator) -> None:
    report = report_of(sample, "mau.binh-luc")
    assert [row["source"] for row in report["sources"]] == ["mau.binh-luc"]
    assert published(sample) == 14


def test_an_archive_without_enabled_sources_is_published_all_the_same(sample: Operator, tmp_path: Path) -> None:
    report_of(sample, "mau.binh-luc")
    (tmp_path / "sources" / "sample.yml").write_text("", "utf-8")
    before = sample.folder.site_db.stat().st_mtime_ns
    report = report_of(sample, status=1)
    (problem,) = report["problems"]
    assert problem.startswith("harvest: ")
    assert "no source is enabled" in problem
    assert not report["complete"]
    assert sample.folder.site_db.stat().st_mtime_ns > before


def test_what_a_killed_harvest_left_is_taken_in(sample: Operator) -> None:
    assert sample.run("scrapy", "harvest", "mau.binh-luc").returncode == 0
    sample.folder.archive_db.unlink()
    report = report_of(sample, "mau.dam-ha")
    assert report["publication"]["articles"] == 28


def test_a_second_run_says_who_is_at_work(sample: Operator) -> None:
    with locked(sample.folder.lock):
        done = sample.run("union-archive", "run")
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith(str(sample.folder.lock))
    assert f"another harvest, build or rebuild is at work on this folder: {Path(sys.argv[0]).name}" in line
    assert f"process {os.getpid()}, since 20" in line
    assert done.stdout == ""


def test_the_second_one_leaves_the_first_ones_metrics_alone(sample: Operator, tmp_path: Path) -> None:
    (tmp_path / "a.prom").write_text("old\n")
    with locked(sample.folder.lock):
        assert sample.run("union-archive", "run", "--prometheus", tmp_path / "a.prom").returncode == 1
    assert (tmp_path / "a.prom").read_text() == "old\n"


def test_outside_of_a_project_the_cure_is_named(sample: Operator, tmp_path: Path) -> None:
    done = subprocess.run(
        [Path(sys.executable).parent / "union-archive", "run"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.strip().endswith("run `union-archive init`, or go there")


def test_a_folder_for_metrics_that_is_not_there_is_wrong_usage(operator: Operator, tmp_path: Path) -> None:
    done = operator.run("union-archive", "run", "--prometheus", tmp_path / "nowhere" / "a.prom")
    assert done.returncode == 2
    assert "there is no folder" in done.stderr
    assert not operator.folder.root.exists()


@contextmanager
def under_way(operator: Operator, site: BigSite, mark: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """A run whose harvest has begun to ask for articles."""
    environment = os.environ | operator.environment | mark | {"UNION_ARCHIVE_DATA": str(operator.folder.root)}
    process = subprocess.Popen(
        [Path(sys.executable).parent / "union-archive", "run", "--json"],
        cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        until = time.monotonic() + 60
        while len(site.requests()) < 30 and time.monotonic() < until and process.poll() is None:
            time.sleep(0.02)
        assert process.poll() is None
        yield process
    finally:
        process.kill()
        process.communicate()
        for pid in marked(mark):
            os.kill(pid, signal.SIGKILL)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["term", "int"])
def test_a_run_that_is_asked_to_end_does_so_soon_and_whole(
    operator: Operator, tmp_path: Path, number: signal.Signals
) -> None:
    with BigSite(150) as site:
        operator.environment |= site.environment(tmp_path / "sources", delay=0.05)
        mark = new_mark()
        with under_way(operator, site, mark) as process:
            began = time.monotonic()
            process.send_signal(number)
            printed, _ = process.communicate(timeout=40)
            assert time.monotonic() - began < 25
            assert process.returncode == 1
            report = json.loads(printed)
            assert report["problems"][0].startswith(f"the run was asked to end ({number.name})")
            assert [step["name"] for step in report["steps"]] == ["harvest"]
            assert not marked(mark), "a process of the run is left"
        assert not operator.folder.site_db.exists()
        assert report_of(operator)["publication"]["articles"] == 150


def test_a_killed_run_leaves_its_harvest_the_lock(operator: Operator, tmp_path: Path) -> None:
    with BigSite(150) as site:
        operator.environment |= site.environment(tmp_path / "sources", delay=0.05)
        mark = new_mark()
        with under_way(operator, site, mark) as process:
            process.kill()
            process.wait()
            assert marked(mark), "its harvest goes on"
            done = operator.run("union-archive", "build")
            assert done.returncode == 1
            assert f"union-archive run, process {process.pid}" in done.stderr
        assert operator.run("union-archive", "build").returncode == 0


def ended(name: str, status: int, line: str = "") -> Ended:
    return Ended(name, status, 1.0, "", line)


def test_a_step_is_judged_by_its_status_and_what_it_said() -> None:
    lost, whole = run("a", state="failed", reason="timeout: x"), run("b")
    assert judged(ended("harvest", 0), [whole]).problem is None
    assert judged(ended("harvest", 1, "a: timeout: x"), [lost, whole]).problem is None, "the source is named by its row"
    assert judged(ended("harvest", 1, "disk full"), [whole]).problem == "disk full (status 1)"
    assert judged(ended("publish", 1, "x.db: y; z"), [lost]).problem == "x.db: y; z (status 1)"
    assert judged(ended("ingest", -9), []).problem == "killed by SIGKILL"
    assert judged(ended("ingest", -64), []).problem is not None


def report(**more: Any) -> Report:
    return Report(started=NOW, ended=NOW, steps=(Step("harvest", 1.5),), **more)


def test_any_source_name_is_a_label() -> None:
    name = 'a"b\\c\nd'
    found = metrics(exposition(report(rows=(run(name, new=2),), warnings={name: []})))
    assert found["source_pages", name, "new"] == 2
    assert found["source_warning", name, "silent"] == 0


def test_every_metric_has_help_and_type() -> None:
    for family in text_string_to_metric_families(exposition(report(rows=(run("a"),), warnings={"a": []}))):
        assert family.documentation
        assert family.type == "gauge"
        assert family.samples


def test_the_text_names_what_failed_and_who_was_not_told() -> None:
    rows = (
        run("a", state="failed", reason="timeout: http://a.example"),
        run("b", refused={"no article on the page": 2}),
    )
    text = as_text(report(rows=rows, untold=("mail: no answer in 10 s",), told=("webhook: a: ok → silent",)))
    assert "a: timeout: http://a.example; look at that address" in text
    assert "b: 2 refused: no article on the page" in text
    assert "warning: mail: no answer in 10 s" in text
    assert "told: webhook: a: ok → silent" in text


@pytest.mark.parametrize("what", [{"ended_by": "SIGTERM"}, {"steps": (Step("publish", 1, "disk full"),)}])
def test_a_run_that_did_not_end_well_is_not_complete(what: dict[str, Any]) -> None:
    ended_badly = Report(**({"started": NOW, "ended": NOW, "steps": ()} | what))
    assert not ended_badly.complete
    assert not ended_badly.ok


def test_an_unreachable_sample_web_is_all_failures_and_no_traceback(sample: Operator, web: SampleWeb) -> None:
    web.close()
    done = sample.run("union-archive", "run")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert done.stdout.count("look at that address") == 5
