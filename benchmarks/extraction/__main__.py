"""The extraction of this project beside that of other programs, on pages whose truth is known, in one run.

    python -m benchmarks.extraction [--peer-python PATH] [--tools a,b] [--rounds 3] [--json FILE] [FOLDER …]

The pages: `golden`, the project's own; `replay`, `seeds` and `pages` of the shared folder, where it is there; and any
FOLDER with its pages beside a truth.jsonl (as `pages` has it) or a ground-truth.json (a checkout of
github.com/scrapinghub/article-extraction-benchmark). Where pages name their publishing system, this project has two
rows: read as captures are, by its layouts, and by the generic path alone.

The other programs are no dependencies of the project. They need a venv of their own, and nothing else in it:

    python3 -m venv peers
    peers/bin/pip install --no-deps --require-hashes -r benchmarks/peers.txt
    python -m benchmarks.extraction --peer-python peers/bin/python

Each program goes over each corpus in a fresh process on one core, once, after a made-up page that is not timed. The
rounds go from one program to the next, so that what else the machine does meets all; CPU, its ratio to this project's
and memory are medians. The peers are given the decoded text and, where they ask for it, the language; this project the
bytes. Needs Linux.
"""

import os
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click
from tqdm import tqdm

from benchmarks.extraction.corpora import Corpus, CorpusError, folder_of, golden_pages
from benchmarks.extraction.flat import flat, programs
from benchmarks.extraction.recorded import SHARED, shared_corpora
from benchmarks.extraction.report import COLUMNS, table
from benchmarks.extraction.runs import ROOT, Measured, measure
from benchmarks.extraction.worker import GENERIC, TOOLS
from benchmarks.rows import write

GOLDEN = ROOT / "tests" / "golden"
NAMES = ("golden", *SHARED)


@click.command(
    help=f"""Measure article extraction beside other programs, on pages whose truth is known.

    FOLDER holds pages beside a truth.jsonl, or is a checkout of scrapinghub/article-extraction-benchmark.

    Tools: {", ".join(TOOLS)}.

    \b
    Examples:
      python -m benchmarks.extraction --tools this-project --rounds 1
      python -m benchmarks.extraction --peer-python peers/bin/python --json figures.json
      python -m benchmarks.extraction --corpora golden --tools this-project,trafilatura-fast
      python -m benchmarks.extraction --corpora none --peer-python peers/bin/python article-extraction-benchmark/
    """
)
@click.argument("folders", metavar="[FOLDER]...", nargs=-1, type=click.Path(path_type=Path))
@click.option("--corpora", help=f"Of {', '.join(NAMES)}: those named, by commas; none for the FOLDERs alone.")
@click.option(
    "--shared", type=click.Path(path_type=Path), help="The shared folder.  [default: ../shared beside the project]"
)
@click.option("--tools", help="The tools to run, by commas.  [default: all]")
@click.option("--peer-python", type=click.Path(path_type=Path), help="The interpreter that has the other programs.")
@click.option(
    "--rounds", type=click.IntRange(1), default=3, show_default=True, help="Runs of each tool over each corpus."
)
@click.option("--json", "json_file", type=click.Path(dir_okay=False, path_type=Path), help="Write all figures here.")
def main(
    folders: tuple[Path, ...],
    corpora: str | None,
    shared: Path | None,
    tools: str | None,
    peer_python: Path | None,
    rounds: int,
    json_file: Path | None,
) -> None:
    if sys.platform != "linux":
        raise click.UsageError("cores and memory are measured as Linux has them: run it there")
    chosen_tools = _chosen("--tools", tools, tuple(TOOLS))
    chosen_corpora = _chosen("--corpora", corpora, NAMES)
    python = _interpreter(peer_python)
    if json_file and not json_file.absolute().parent.is_dir():
        raise click.UsageError(f"--json: no folder {json_file.parent}; make it or name another file")
    try:
        loaded, skipped = _loaded(chosen_corpora, shared, folders)
    except CorpusError as error:
        raise click.UsageError(str(error)) from error
    if not loaded:
        raise click.UsageError("no pages to measure: name a FOLDER or other --corpora")
    for line in skipped:
        click.echo(line)
    results: dict[str, list[Measured]] = {}
    absent: dict[str, str] = {}
    rows = {corpus.name: _rows(corpus, chosen_tools) for corpus in loaded}
    with tqdm(total=rounds * sum(map(len, rows.values())), unit="run", leave=False) as bar:

        def progress(doing: str) -> None:
            bar.set_description(doing)
            bar.update()

        for corpus in loaded:
            present = [tool for tool in rows[corpus.name] if tool not in absent]
            results[corpus.name], missing = measure(corpus, present, rounds, python, progress)
            absent |= missing
    for corpus in loaded:
        click.echo(table(corpus, results[corpus.name]))
    click.echo(COLUMNS)
    for tool, why in absent.items():
        click.echo(f"{tool} not installed: pip install {TOOLS[tool].package} ({why})")
    if json_file:
        _write(json_file, rounds, loaded, results, absent, programs(results, python))


def _chosen(option: str, given: str | None, known: Sequence[str]) -> list[str]:
    """The names given by commas, in the order of those known; all where none is given."""
    if given is None:
        return list(known)
    names = [name.strip() for name in given.split(",") if name.strip()]
    if option == "--corpora" and names == ["none"]:
        return []
    for name in names:
        if name not in known:
            raise click.UsageError(f"{option}: no {name!r}; choose from {', '.join(known)}")
    if not names:
        raise click.UsageError(f"{option}: name at least one of {', '.join(known)}")
    return [name for name in known if name in names]


def _interpreter(given: Path | None) -> str:
    if given is None:
        return sys.executable
    if not (given.is_file() and os.access(given, os.X_OK)):
        raise click.UsageError(f"--peer-python: {given} is no program; name the bin/python of the venv with the peers")
    return str(given.absolute())


def _loaded(names: Sequence[str], shared: Path | None, folders: Sequence[Path]) -> tuple[list[Corpus], list[str]]:
    """The corpora, and a line for each that is not there. Raises CorpusError."""
    loaded, skipped = [], []
    if "golden" in names:
        loaded.append(golden_pages(GOLDEN))
    if wanted := [name for name in names if name in SHARED]:
        found, absent = shared_corpora(shared or ROOT.parent / "shared")
        if shared and absent == list(SHARED):
            raise CorpusError(f"--shared: {shared} holds none of {', '.join(SHARED)}; name the folder they are in")
        loaded += [corpus for corpus in found if corpus.name in wanted]
        skipped = [f"{name}: skipped, not beside the project (--shared names another place)" for name in absent]
        skipped = [line for line in skipped if line.partition(":")[0] in wanted]
    for folder in folders:
        corpus = folder_of(folder)
        if corpus.name in {other.name for other in loaded}:
            raise CorpusError(
                f"{folder}: there is a corpus {corpus.name!r} already; leave one out or rename the folder"
            )
        loaded.append(corpus)
    return loaded, skipped


def _rows(corpus: Corpus, tools: Sequence[str]) -> list[str]:
    """The tools that have a row of their own: the generic path is the only one where no publishing system is known."""
    known = any(page.family for page in corpus.pages)
    return [tool for tool in tools if tool != GENERIC or known]


def _write(
    file: Path,
    rounds: int,
    loaded: list[Corpus],
    results: dict[str, list[Measured]],
    absent: dict[str, str],
    tools: dict[str, str],
) -> None:
    figures = {
        corpus.name: {"pages": len(corpus.pages), "tools": [asdict(one) for one in results[corpus.name]]}
        for corpus in loaded
    }
    write(file, flat(loaded, results), tools, rounds=rounds, corpora=figures, not_installed=absent)


if __name__ == "__main__":
    main(prog_name="python -m benchmarks.extraction")
