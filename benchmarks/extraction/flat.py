"""The figures of all corpora as rows of benchmarks/rows.py."""

from collections.abc import Iterable, Mapping, Sequence

from benchmarks.extraction.corpora import Corpus
from benchmarks.extraction.report import LABELS
from benchmarks.extraction.runs import Measured, is_ours
from benchmarks.extraction.worker import GENERIC, OURS, TOOLS
from benchmarks.rows import Row, alone, beside, versions

KNOWN = {"golden": "pages that our rules were written on"}
"""What a reader must know of a corpus."""


def flat(corpora: Iterable[Corpus], results: Mapping[str, Sequence[Measured]]) -> list[Row]:
    """F1 and CPU of this project beside each other tool: by the generic path where there is a row of it, for the others
    know no publishing systems either; by layouts then alone."""
    rows = []
    for corpus in corpora:
        measured = {one.tool: one for one in results[corpus.name]}
        what, known = f"extraction: {corpus.name}, {len(corpus.pages)} pages", KNOWN.get(corpus.name, "")
        if GENERIC in measured and OURS in measured:
            rows += _alone(f"{what}, by layouts", measured[OURS], known)
        ours = measured.get(GENERIC) or measured.get(OURS)
        if ours:
            others = [one for one in measured.values() if not is_ours(one.tool)]
            rows += [row for one in others for row in _beside(what, ours, one, known)] or _alone(what, ours, known)
    return rows


def _alone(what: str, one: Measured, known: str) -> list[Row]:
    return [
        Row(what, "% body F1", 100 * (one.figures["f1"] or 0), note=known),
        alone(what, "CPU ms a page", [cpu for cpu in one.rounds if cpu is not None]),
    ]


def _beside(what: str, ours: Measured, peer: Measured, known: str) -> list[Row]:
    label = LABELS.get(peer.tool, peer.tool)
    failed = f"of it {peer.empty} pages empty, {len(peer.errors)} errors" if peer.empty or peer.errors else ""
    note = "; ".join(filter(None, (known, failed)))
    own, theirs = (100 * (one.figures["f1"] or 0) for one in (ours, peer))
    rows = [Row(what, "% body F1", own, 1, theirs, label, own / theirs if theirs else None, note)]
    pairs = [(one, other) for one, other in zip(ours.rounds, peer.rounds, strict=False) if one and other]
    if pairs:
        rows.append(beside(what, "CPU ms a page", [one for one, _ in pairs], label, [other for _, other in pairs]))
    return rows


def programs(results: Mapping[str, Sequence[Measured]], python: str) -> dict[str, str]:
    """The versions of the tools that ran."""
    ran = {one.tool for measured in results.values() for one in measured}
    return versions(sorted({name for tool in ran for name in TOOLS[tool].package.split()}), python)
