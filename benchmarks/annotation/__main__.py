"""Places, school years and figures against the truth, beside other programs and a plain dictionary; articles a second.

    python -m benchmarks.annotation [--peer-python PATH] [--articles 300] [--passes 5] [--json FILE]

The truth: `truth` of the shared folder where it is there, the cases of the project's tests, and the articles of the
sample web. The rules were tuned on the first two; files named fresh were written after the rules, and what they showed
was mended since: a net against falling back, no measure of texts unseen. The other programs read places alone.

They are no dependencies of the project. They need a venv of their own, and nothing else in it:

    python3 -m venv peers
    peers/bin/pip install --no-deps --require-hashes -r benchmarks/annotation/peers.txt
    python -m benchmarks.annotation --peer-python peers/bin/python

Speed is processor time of one process, after a warm-up: this project's parts alone, each with its own reading of the
text, and together from one reading; of the peers that of their names alone, on as many of the same articles as they
read in --peer-seconds. A pass is one of each, in turn. They run without network: what would download a model is not
measured.
"""

import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from tqdm import tqdm

from benchmarks.annotation import lookup, peers, scores, sets, speed
from benchmarks.annotation.articles import wholes
from benchmarks.annotation.flat import flat
from benchmarks.annotation.report import COLUMNS, OURS, case_table, fact_table, speed_table
from benchmarks.annotation.worker import PEERS
from benchmarks.rows import write

ROOT = Path(__file__).parent.parent.parent
DICTIONARY = "plain dictionary"


@click.command(
    help="""Measure places, school years and figures against known truth, and articles a second, beside other programs.

    \b
    Examples:
      python -m benchmarks.annotation
      python -m benchmarks.annotation --peer-python peers/bin/python --json figures.json
      python -m benchmarks.annotation --articles 50 --passes 1 --shared elsewhere/shared
    """
)
@click.option(
    "--shared", type=click.Path(path_type=Path), help="The shared folder.  [default: ../shared beside the project]"
)
@click.option("--peer-python", type=click.Path(path_type=Path), help="The interpreter that has the other programs.")
@click.option("--articles", type=click.IntRange(1), default=300, show_default=True, help="Whole articles to time.")
@click.option("--passes", type=click.IntRange(1), default=5, show_default=True, help="Timed passes over the articles.")
@click.option(
    "--peer-seconds",
    type=click.FloatRange(0, min_open=True),
    default=30,
    show_default=True,
    help="Processor time each of the other programs may take for its articles.",
)
@click.option("--json", "json_file", type=click.Path(dir_okay=False, path_type=Path), help="Write all figures here.")
def main(
    shared: Path | None,
    peer_python: Path | None,
    articles: int,
    passes: int,
    peer_seconds: float,
    json_file: Path | None,
) -> None:
    python = _interpreter(peer_python)
    if json_file and not json_file.absolute().parent.is_dir():
        raise click.UsageError(f"--json: no folder {json_file.parent}; make it or name another file")
    case_sets = _case_sets(shared)
    texts, what = wholes(articles)
    times: dict[str, list[float]] = {part: [] for part in speed.PARTS}
    runs: dict[str, peers.PeerRun] = {}
    sentences = [case.text for one in case_sets for case in one.places]
    bodies = [text.text for text in texts]
    speed.warm_up(texts)
    with tqdm(total=passes * (len(PEERS) + len(speed.PARTS)), unit="run", leave=False) as bar:

        def progress(doing: str) -> None:
            bar.set_description(f"pass {number + 1}: {doing}")
            bar.update()

        for number in range(passes):
            for peer in PEERS:
                progress(peer)
                seconds = peer_seconds / passes
                if number == 0:
                    runs[peer] = peers.run(peer, python, sentences, bodies, seconds)
                else:
                    runs[peer] = peers.again(peer, python, runs[peer], bodies, seconds)
            for part, spent in speed.one_pass(texts, progress).items():
                times[part].append(spent)
    speeds = [speed.speed_of(part, texts, spent) for part, spent in times.items()]
    present = {peer: run for peer, run in runs.items() if not run.absent}
    absent = {peer: run.absent for peer, run in runs.items() if run.absent}
    speeds += [speed.speed_of(peer, texts[: run.articles], run.times) for peer, run in present.items() if run.articles]
    facts = {
        name: (len(rows), scores.facts(kind, rows))
        for name, rows in sets.fact_rows().items()
        if (kind := scores.kind_of(name))
    }
    scored = {one.name: _scored(one, case_sets, present) for one in case_sets}
    years = {one.name: scores.years(one.years) for one in case_sets}
    for one in case_sets:
        count = f"{len(one.places)} texts for places, {len(one.years)} for school years"
        figures = _figures() if one.name == sets.OWN else scores.Score()
        click.echo(case_table(one.name, count, scored[one.name], years[one.name], figures, list(absent)))
    click.echo(COLUMNS)
    click.echo(fact_table(facts))
    click.echo(speed_table(what, speeds, list(absent)))
    for peer, run in present.items():
        trouble = "".join(f"; {said}" for said in (run.broken, *run.errors[:1]) if said)
        click.echo(f"{peer} {run.version}: {len(run.errors)} texts with an error{trouble}")
    for peer, why in absent.items():
        click.echo(f"{peer} not installed: pip install {PEERS[peer].package} ({why})")
    if json_file:
        more = {
            "places": {name: {tool: _plain(s) for tool, s in tools.items()} for name, tools in scored.items()},
            "school_years": {name: _plain(score) for name, score in years.items()},
            "facts": {name: {"rows": rows, **_plain(score)} for name, (rows, score) in facts.items()},
            "articles": what,
            "speed": [asdict(one) | {"a_second": one.a_second} for one in speeds],
            "peers": {peer: {"version": run.version, "errors": len(run.errors)} for peer, run in present.items()},
            "not_installed": absent,
        }
        programs = {peer: run.version for peer, run in present.items() if run.version}
        write(json_file, flat(scored, years, speeds, list(present)), programs, **more)


def _interpreter(given: Path | None) -> str:
    if given is None:
        return sys.executable
    if not (given.is_file() and os.access(given, os.X_OK)):
        raise click.UsageError(f"--peer-python: {given} is no program; name the bin/python of the venv with the peers")
    return str(given.absolute())


def _case_sets(shared: Path | None) -> list[sets.CaseSet]:
    """The sets there are; says so where the shared one is missing."""
    try:
        truth = sets.shared(shared or ROOT.parent / "shared")
    except sets.TruthError as error:
        raise click.UsageError(str(error)) from error
    if truth is None:
        if shared:
            raise click.UsageError(f"--shared: {shared} holds no {sets.PLACES} and {sets.YEARS}; name the folder")
        click.echo("shared truth: skipped, not beside the project (--shared names another place)")
    return [*([truth] if truth else []), sets.own(), sets.sample_web()]


def _scored(
    one: sets.CaseSet, case_sets: list[sets.CaseSet], present: dict[str, peers.PeerRun]
) -> dict[str, scores.PlaceScore]:
    """Every tool's place scores over one set; the peers' names are those of all sets, one after another."""
    found = {
        OURS: scores.places(one.places, [scores.ours(case) for case in one.places]),
        DICTIONARY: scores.places(one.places, [scores.plain(case) for case in one.places]),
    }
    first = sum(len(earlier.places) for earlier in case_sets[: case_sets.index(one)])
    for peer, run in present.items():
        named = run.named[first : first + len(one.places)]
        pairs = zip(one.places, named, strict=True)
        found[peer] = scores.places(one.places, [lookup.codes(names, case.home, case.day) for case, names in pairs])
    return found


def _figures() -> scores.Score:
    """Over all files of figures."""
    rows = [row for name, some in sets.fact_rows().items() if scores.kind_of(name) == "figures" for row in some]
    return scores.facts("figures", rows)


def _plain(value: Any) -> dict[str, Any]:
    """A score as JSON: each share its right, its of and its value."""
    if isinstance(value, scores.Share):
        return asdict(value) | {"value": value.value}
    return {name: _plain(getattr(value, name)) for name in value.__dataclass_fields__}


if __name__ == "__main__":
    main(prog_name="python -m benchmarks.annotation")
