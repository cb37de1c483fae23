"""One peer in a process of its own: any Python that has it, without the project.

    python worker.py TOOL WORK RESULTS

WORK is JSON: `cases`, texts to be read once; `articles`, texts to be timed; `passes` over as many of them as the first
could read in `seconds` / `passes`. RESULTS gets JSON lines: `{"version": …}`, or `{"absent": why}` and no more; one a
case, `{"named": [[words before, name], …]}` or `{"error": …}`; last `{"articles": number, "times": processor seconds}`.
"""

from __future__ import annotations

import json
import logging
import os
import socket
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import Any

Reader = Callable[[str], list[tuple[str, str]]]
WORDS_BEFORE = 3


@dataclass(frozen=True)
class Peer:
    """`load` imports the program and gives its reader: a text's names of places, each with the words before it."""

    package: str
    load: Callable[[], Reader]


def underthesea() -> Reader:
    ner = import_module("underthesea").ner

    def read(text: str) -> list[tuple[str, str]]:
        found: list[tuple[str, str]] = []
        for line in filter(None, map(str.strip, text.splitlines())):
            tokens = ner(line)
            tags = [token[3] for token in tokens]
            places, begins = [tag.endswith("-LOC") for tag in tags], [tag == "B-LOC" for tag in tags]
            found += _runs([token[0] for token in tokens], places, begins)
        return found

    return read


def pyvi() -> Reader:
    tokenize = import_module("pyvi.ViTokenizer").tokenize
    tag = import_module("pyvi.ViPosTagger").postagging

    def read(text: str) -> list[tuple[str, str]]:
        found: list[tuple[str, str]] = []
        for line in filter(None, map(str.strip, text.splitlines())):
            words, tags = tag(tokenize(line))
            found += _runs([word.replace("_", " ") for word in words], [one == "Np" for one in tags])
        return found

    return read


def _runs(words: list[str], marked: list[bool], begins: list[bool] | None = None) -> Iterator[tuple[str, str]]:
    """The marked words that stand together, each run with the words before it."""
    at = 0
    while at < len(words):
        end = at
        while end < len(words) and marked[end] and not (begins and end > at and begins[end]):
            end += 1
        if end > at:
            yield " ".join(words[max(0, at - WORDS_BEFORE) : at]), " ".join(words[at:end])
        at = max(end, at + 1)


PEERS = {"underthesea": Peer("underthesea", underthesea), "pyvi": Peer("pyvi", pyvi)}


def main(name: str, work_path: str, results_path: str) -> None:
    # The folder of this file, first on the path of a script, has modules whose names others may import.
    sys.path.pop(0)
    _bound()
    with open(work_path, encoding="utf-8") as file:
        work = json.load(file)
    with open(results_path, "w", encoding="utf-8") as results:

        def tell(**line: Any) -> None:
            results.write(json.dumps(line, ensure_ascii=False) + "\n")
            results.flush()

        try:
            reader = PEERS[name].load()
        except ImportError as error:
            tell(absent=str(error))
            return
        tell(version=_version(PEERS[name].package))
        for text in work["cases"]:
            tell(**_read(reader, text))
        count, times = _timed(reader, work["articles"], work["passes"], work["seconds"])
        tell(articles=count, times=times)


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "of no known version"


def _read(reader: Reader, text: str) -> dict[str, Any]:
    try:
        return {"named": reader(text)}
    except Exception as error:  # an error of a peer is counted, whatever it is
        return {"error": f"{type(error).__name__}: {error}"[:200]}


def _timed(reader: Reader, articles: list[str], passes: int, seconds: float) -> tuple[int, list[float]]:
    """How many articles were read, and the processor seconds of each pass over them."""
    # The model is loaded with the first text.
    _read(reader, "Công đoàn huyện tổng kết năm học.")
    times: list[float] = []
    chosen = articles
    for _ in range(passes):
        started, done = time.process_time(), 0
        for text in chosen:
            _read(reader, text)
            done += 1
            if not times and time.process_time() - started >= seconds / passes:
                break
        times.append(time.process_time() - started)
        chosen = chosen[:done]
    return len(chosen), times


def _bound() -> None:
    """One core, no network: a model that is not in the package is not measured; no logs on the terminal."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    socket.socket.connect = _no_network  # type: ignore[method-assign]
    socket.getaddrinfo = _no_network  # type: ignore[assignment]


def _no_network(*_: object, **__: object) -> None:
    raise OSError("the benchmark has no network")


if __name__ == "__main__":
    main(*sys.argv[1:])
