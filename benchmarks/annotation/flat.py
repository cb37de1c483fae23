"""The figures as rows of benchmarks/rows.py."""

from collections.abc import Mapping, Sequence

from benchmarks.annotation.report import OURS
from benchmarks.annotation.scores import PlaceScore, Score, YearScore
from benchmarks.annotation.sets import OWN, SHARED
from benchmarks.annotation.speed import Speed
from benchmarks.rows import Row, alone, beside

PLACES, ALL = "places", "annotate: all with roles and sentences"
"""Parts of benchmarks/annotation/speed.py: what the peers do too, and what the pipeline does."""


def flat(
    scored: Mapping[str, Mapping[str, PlaceScore]],
    years: Mapping[str, YearScore],
    speeds: Sequence[Speed],
    peers: Sequence[str],
) -> list[Row]:
    """Districts and speed beside each other program, school years and the whole of it alone."""
    rows = []
    for name, tools in scored.items():
        ours = tools[OURS].district
        for tool, score in tools.items():
            if tool != OURS:
                note = f"precision {_share(ours.precision.value)} and {_share(score.district.precision.value)}"
                note += f", recall {_share(ours.recall.value)} and {_share(score.district.recall.value)}"
                note += "; our rules were tuned on it" if name in (OWN, SHARED) else ""
                own, theirs = _f1(ours), _f1(score.district)
                ratio = own / theirs if theirs else None
                rows.append(Row(f"annotation: districts, {name}", "% F1", own, 1, theirs, tool, ratio, note))
        rows.append(Row(f"annotation: written school years, {name}", "% F1", _f1(years[name].written)))
    passes = {one.part: one.passes for one in speeds}
    for peer in peers:
        if of := passes.get(peer):
            rows.append(beside("annotation: names of places", "articles/s a core", passes[PLACES][: len(of)], peer, of))
    rows.append(alone("annotation: all there is", "articles/s a core", passes[ALL]))
    return rows


def _f1(score: Score) -> float:
    precision, recall = score.precision.value or 0, score.recall.value or 0
    return 200 * precision * recall / (precision + recall) if precision + recall else 0


def _share(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.1f}"
