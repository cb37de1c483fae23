"""Reprints among 20,000 articles: recall of each kind of edit, false pairs, time and disk an added article costs.

    python -m benchmarks.reprints [--articles 20000] [--edits 200] [--rounds 1] [--peer-python PATH] [--json FILE]

The articles are made up (made_up.py); after them come edited copies, each of an article of its own, and forms filled in
for two districts, which are no reprints. Each is put in a transaction of its own, as a crawl does, into a file like
archive.db. False are the pairs of articles in one story that were not made from one another. datasketch and rensa are
measured on the same shingles with as many bands where they are installed: they keep their index in memory and give
candidates, which are not verified. Time is compared over rounds of one after the other. Status 1 when a goal is missed.

They are no dependencies of the project. They need a venv of their own, of the same Python, and nothing else in it:

    python3 -m venv peers
    peers/bin/pip install --no-deps --require-hashes -r benchmarks/reprints/peers.txt
    python -m benchmarks.reprints --peer-python peers/bin/python
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from itertools import combinations
from pathlib import Path
from random import Random
from statistics import mean, median, quantiles

from tabulate import tabulate

from archive import minhash
from archive.database import connect
from archive.reprints import SCHEMA, Reprints
from benchmarks.reprints.made_up import Given, Maker
from benchmarks.rows import Row, beside, goal, versions, write

MARKS = (1_000, 5_000, 20_000)
"""How many articles are there when the time of the next SPAN is reported."""
SPAN = 500
GOALS = {
    "title changed": 1.0,
    "cut to 60 %": 1.0,
    "reordered": 1.0,
    "no accents": 1.0,
    "40 % added": 1.0,
    "5 % of words": 1.0,
    "10 % of words": 0.6,
    "title, no accents, cut to 70 %": 1.0,
}
MOST_MS = 2.0
OURS = "this project"


@dataclass(frozen=True, slots=True)
class Measured:
    """What one index made of the articles: recall by edit, false pairs, ms an added article (median and 99th percentile
    at MARKS, and the processor's of all)."""

    name: str
    recall: dict[str, float]
    false_pairs: int
    median_ms: dict[int, float]
    p99_ms: dict[int, float]
    processor_ms: float
    bytes_an_article: float | None


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=20_000, help="made-up articles")
    parser.add_argument("--edits", type=int, default=200, help="copies of each kind of edit, and pairs of forms")
    parser.add_argument("--rounds", type=int, default=1, help="of all programs, in turn")
    parser.add_argument("--peer-python", type=Path, metavar="PATH", help="the interpreter that has the other programs")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures here")
    options = parser.parse_args()
    if options.edits * len(GOALS) > options.articles:
        parser.error(f"each copy needs an article of its own: --articles {options.edits * len(GOALS)} at least")
    if options.peer_python:
        # Behind all else on the path: what the project brings itself stays as it is.
        sys.path.append(packages_of(options.peer_python))
    maker = Maker("reprints")
    articles = [maker.article(number) for number in range(options.articles)]
    originals = iter(maker.random.sample(articles, options.edits * len(GOALS)))
    copies = {kind: [maker.edited(kind, next(originals)) for _ in range(options.edits)] for kind in GOALS}
    forms = [maker.form(number, half) for number in range(options.edits) for half in "ab"]
    print(likeness(maker.random, articles, forms))
    rounds: dict[str, list[Measured]] = defaultdict(list)
    absent = set()
    for _ in range(options.rounds):
        rounds[OURS].append(own(articles, copies, forms))
        for name, index in (("datasketch", datasketch_index), ("rensa", rensa_index)):
            try:
                parts = index()
            except ImportError:
                absent.add(name)
            else:
                rounds[name].append(peer(name, parts, articles, copies, forms))
    results = [of[0] for of in rounds.values()]
    print(table(results))
    if absent:
        print(f"not installed: {', '.join(sorted(absent))}")
    if options.json:
        write(options.json, flat(rounds), versions(rounds), programs=[asdict(result) for result in results])
    return 0 if good(results[0]) else 1


def packages_of(python: Path) -> str:
    """The folder that an interpreter has its packages in."""
    code = "import sysconfig; print(sysconfig.get_path('platlib'))"
    return subprocess.run([python, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def flat(rounds: Mapping[str, Sequence[Measured]]) -> list[Row]:
    """Recall and false pairs of the first round, the processor's time of all, beside each other program; the goals."""
    first, what = rounds[OURS][0], f"reprints, {max(rounds[OURS][0].median_ms):,} articles"
    found = all(first.recall[kind] >= least for kind, least in GOALS.items())
    slowest = max(first.median_ms.values())
    recall, times = mean(first.recall.values()), [one.processor_ms for one in rounds[OURS]]
    rows = [
        Row(
            f"{what}: recall of the edit found least",
            "share",
            min(first.recall.values()),
            note=goal(found, "of each kind"),
        ),
        Row(f"{what}: false pairs", "pairs", first.false_pairs, note=goal(not first.false_pairs, "0")),
        Row(
            f"{what}: an added one",
            "ms",
            slowest,
            note=goal(slowest <= MOST_MS, f"<= {MOST_MS:g}, the median at each mark"),
        ),
        Row(f"{what}: index in archive.db", "bytes an article", first.bytes_an_article or 0),
    ]
    kept = "ours verified and in a file, its candidates and in memory"
    for name, theirs in rounds.items():
        if name != OURS:
            other = mean(theirs[0].recall.values())
            rows.append(Row(f"{what}: recall of all edits", "share", recall, 1, other, name, recall / other))
            pairs = (first.false_pairs, 1, theirs[0].false_pairs, name)
            rows.append(Row(f"{what}: false pairs", "pairs", *pairs, note="its are candidates that nobody verified"))
            its_times = [one.processor_ms for one in theirs]
            rows.append(beside(f"{what}: an added one", "CPU ms", times, name, its_times, kept))
    return rows


def own(articles: list[Given], copies: dict[str, list[Given]], forms: list[Given]) -> Measured:
    """The project's: one transaction an article, in a file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "archive.db"
        with closing(connect(path)) as connection:
            connection.executescript(SCHEMA)
            reprints = Reprints(connection)

            def put(article: Given) -> None:
                connection.execute("BEGIN IMMEDIATE")
                with connection:
                    text = minhash.read(article.title, article.body)
                    reprints.put(article.id, text, "2024-05-01", "2024-05-02T00:00:00+00:00")

            started = time.process_time()
            times = timed(put, articles)
            processor = (time.process_time() - started) / len(articles) * 1e3
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            size = path.stat().st_size / len(articles)
            later = [*(copy for made in copies.values() for copy in made), *forms]
            timed(put, later)
            story = {article.id: reprints.story_of(article.id) for article in [*articles, *later]}
    recall = {
        kind: sum(story[one.id] == story[one.origin] for one in made) / len(made) for kind, made in copies.items()
    }
    stories = defaultdict(list)
    for article in [*articles, *later]:
        stories[story[article.id]].append(article.origin)
    false = sum(one != other for origins in stories.values() for one, other in combinations(origins, 2))
    return Measured(OURS, recall, false, *at_marks(times), processor, size)


Sketch = tuple[Callable[[list[int]], object], Callable[[object], list[int]], Callable[[int, object], object]]
"""Of a peer: shingles → sketch, sketch → numbers of the candidates, number and sketch → index."""


def datasketch_index() -> Sketch:
    """datasketch with this project's bands. Raises ImportError."""
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(num_perm=minhash.BANDS * minhash.ROWS, params=(minhash.BANDS, minhash.ROWS))

    def sketch(shingles: list[int]) -> object:
        made = MinHash(num_perm=minhash.BANDS * minhash.ROWS)
        made.update_batch([shingle.to_bytes(4, "little") for shingle in shingles])
        return made

    return sketch, index.query, index.insert


def rensa_index() -> Sketch:
    """rensa with this project's bands. Raises ImportError."""
    from rensa import RMinHash, RMinHashLSH

    index = RMinHashLSH(threshold=0.5, num_perm=minhash.BANDS * minhash.ROWS, num_bands=minhash.BANDS)

    def sketch(shingles: list[int]) -> object:
        made = RMinHash(num_perm=minhash.BANDS * minhash.ROWS, seed=1)
        made.update([str(shingle) for shingle in shingles])
        return made

    return sketch, index.query, index.insert


def peer(
    name: str, parts: Sketch, articles: list[Given], copies: dict[str, list[Given]], forms: list[Given]
) -> Measured:
    """Another program's index in memory, over the same shingles: all candidates count."""
    sketch, query, insert = parts
    origins: list[str] = []
    false = 0

    def put(article: Given) -> set[str]:
        nonlocal false
        made = sketch(list(minhash.shingles(article.body)))
        found = [origins[number] for number in query(made)]
        insert(len(origins), made)
        origins.append(article.origin)
        false += sum(origin != article.origin for origin in found)
        return set(found)

    started = time.process_time()
    times = timed(put, articles)
    processor = (time.process_time() - started) / len(articles) * 1e3
    recall = {kind: sum(one.origin in put(one) for one in made) / len(made) for kind, made in copies.items()}
    timed(put, forms)
    return Measured(name, recall, false, *at_marks(times), processor, None)


def timed(put: Callable[[Given], object], articles: Iterable[Given]) -> list[float]:
    """How long each took, in ms."""
    times = []
    for article in articles:
        started = time.perf_counter()
        put(article)
        times.append((time.perf_counter() - started) * 1e3)
    return times


def at_marks(times: list[float]) -> tuple[dict[int, float], dict[int, float]]:
    """The median and the 99th percentile of the last SPAN articles before each mark."""
    marks = [mark for mark in MARKS if mark < len(times)] + [len(times)]
    spans = {mark: times[max(0, mark - SPAN) : mark] for mark in marks}
    return (
        {mark: median(span) for mark, span in spans.items()},
        {mark: quantiles(span, n=100)[98] for mark, span in spans.items()},
    )


def likeness(random: Random, articles: list[Given], forms: list[Given]) -> str:
    """How much unrelated articles share, and the forms of one template: shares of shingles."""
    texts = [minhash.shingles(article.body) for article in random.sample(articles, min(600, len(articles)))]
    common = sorted(len(one & other) / len(one | other) for one, other in combinations(texts, 2))
    filled = [minhash.shingles(form.body) for form in forms]
    shares = sorted(minhash.containment(one, other) for one, other in zip(filled[::2], filled[1::2], strict=True))
    return (
        f"{len(articles)} articles of {median(map(len, texts)) + minhash.WIDTH - 1:.0f} syllables; two unrelated ones"
        f" have a Jaccard similarity of {median(common):.3f} (99.9 %: {common[int(len(common) * 0.999)]:.3f}, most"
        f" {common[-1]:.3f});\n{len(shares)} pairs of forms share {shares[0]:.2f} to {shares[-1]:.2f} of their shingles"
    )


def table(results: list[Measured]) -> str:
    """Figures in rows, programs in columns."""
    rows: list[list[object]] = [
        [f"recall: {kind}", goal, *(f"{result.recall[kind]:.3f}" for result in results)] for kind, goal in GOALS.items()
    ]
    rows.append(["false pairs", 0, *(result.false_pairs for result in results)])
    for mark in results[0].median_ms:
        rows.append(
            [f"ms an added article at {mark:,}: median", MOST_MS, *(f"{one.median_ms[mark]:.2f}" for one in results)]
        )
        rows.append(["    99 %", "", *(f"{one.p99_ms[mark]:.2f}" for one in results)])
    rows.append(["ms of processor, all articles", "", *(f"{one.processor_ms:.2f}" for one in results)])
    rows.append(
        ["bytes an article on disk", "", *(one.bytes_an_article and round(one.bytes_an_article) for one in results)]
    )
    return tabulate(rows, headers=["", "goal", *(result.name for result in results)], disable_numparse=True)


def good(measured: Measured) -> bool:
    """Whether the goals are met."""
    return (
        all(measured.recall[kind] >= goal for kind, goal in GOALS.items())
        and not measured.false_pairs
        and max(measured.median_ms.values()) <= MOST_MS
    )


if __name__ == "__main__":
    sys.exit(main())
