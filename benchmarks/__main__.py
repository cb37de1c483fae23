"""All benchmarks of the registry, one after the other, into one table: benchmarks/RESULTS.md.

    python -m benchmarks [--only NAME]... [--json FILE]

Each runs in a process of its own, and no two at a time: let nothing else run on the machine. One that fails is named in
the table, the others still run, and the status is 1; so it is when a goal is missed.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click

from benchmarks.machine import ROOT, machine, this_project
from benchmarks.registry import BENCHMARKS, PEERS, Benchmark
from benchmarks.results import Run, results, table, troubles
from benchmarks.rows import read

RESULTS = ROOT / "benchmarks" / "RESULTS.md"
LIMIT = 600
"""Seconds that one benchmark may take: none needs a third of them."""
TOLD = 12
"""Lines that are shown of what one said that failed."""


@click.command(
    help="""Run all benchmarks at their smaller sizes and write benchmarks/RESULTS.md, with this project beside others.

    It takes ten minutes of two quiet cores. `make bench` installs the other programs before.

    \b
    Examples:
      python -m benchmarks
      python -m benchmarks --json figures.json
      python -m benchmarks --only ingest --only publish    # only shown: RESULTS.md is of whole runs
    """
)
@click.option("--only", multiple=True, type=click.Choice([one.name for one in BENCHMARKS]), help="Run this one alone.")
@click.option(
    "--json", "json_file", type=click.Path(dir_okay=False, path_type=Path), help="Write all figures here too."
)
def main(only: tuple[str, ...], json_file: Path | None) -> None:
    if json_file and not json_file.absolute().parent.is_dir():
        raise click.UsageError(f"--json: no folder {json_file.parent}; make it or name another file")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # the one that runs ends too
    started, on = datetime.now(UTC), machine()
    chosen = [one for one in BENCHMARKS if not only or one.name in only]
    runs = run_all(chosen)
    project = this_project()
    click.echo(f"\n{table(runs)}\n")
    for line in troubles(runs):
        click.echo(line)
    if json_file:
        told = {
            "started": started.isoformat(),
            "machine": on,
            "this_project": project,
            "benchmarks": [asdict(done) for done in runs],
        }
        json_file.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", "utf-8")
    if not only:
        RESULTS.write_text(results(runs, on, project, started), "utf-8")
    bad = [done.name for done in runs if done.failed or done.missed]
    minutes = sum(done.seconds for done in runs) / 60
    where = "" if only else f" in {RESULTS.relative_to(ROOT)}"
    click.echo(
        f"{len(runs)} benchmarks in {minutes:.1f} minutes{where}" + (f"; look at {', '.join(bad)}" if bad else "")
    )
    sys.exit(1 if bad else 0)


def run_all(chosen: Sequence[Benchmark]) -> list[Run]:
    """Run them, and say how far it is."""
    runs = []
    with tempfile.TemporaryDirectory() as folder:
        for place, one in enumerate(chosen, start=1):
            click.echo(f"{place}/{len(chosen)} {one.name} …", nl=False)
            done = run(one, Path(folder))
            runs.append(done)
            click.echo(
                f" {len(done.rows)} figures in {done.seconds:.0f} s" + (f"; {done.failed}" if done.failed else "")
            )
    return runs


def run(one: Benchmark, folder: Path) -> Run:
    """Run one; whatever becomes of it, what it told is kept, and why it failed."""
    command = " ".join(["python", *one.arguments("DIR", "FILE")])
    if one.peers and not (ROOT / one.python).exists():
        return Run(one.name, command, 0, failed=f"{PEERS / one.name} is missing; `make bench` installs it")
    file, log = folder / f"{one.name}.json", folder / f"{one.name}.log"
    started = time.monotonic()
    with log.open("wb") as said:
        process = subprocess.Popen(
            [sys.executable, *one.arguments(str(folder / "kept"), str(file))],
            cwd=ROOT, stdin=subprocess.DEVNULL, stdout=said, stderr=said, start_new_session=True,
        )  # fmt: skip
        try:
            status = process.wait(LIMIT)
            trouble = f"ended with status {status}" if status else ""
        except subprocess.TimeoutExpired:
            trouble = f"stopped after {LIMIT} s"
        finally:
            _end(process)
    seconds = time.monotonic() - started
    try:
        rows, versions = read(file)
    except (OSError, ValueError, KeyError, TypeError) as error:
        trouble = trouble or f"wrote no rows ({type(error).__name__}: {error})"
        lines = log.read_text("utf-8", errors="replace").strip().splitlines()[-TOLD:]
        click.echo("".join(f"\n  {line}" for line in lines))
        last = f": {lines[-1].strip()}" if lines else ""
        return Run(one.name, command, seconds, failed=trouble + last)
    done = Run(one.name, command, seconds, rows, versions)
    # Status 1 with all figures told is how a benchmark says that a goal is missed.
    return done if not trouble or done.missed else Run(one.name, command, seconds, rows, versions, trouble)


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End it with all its children, which are of its session."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


if __name__ == "__main__":
    main(prog_name="python -m benchmarks")
