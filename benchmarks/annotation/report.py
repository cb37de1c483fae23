"""The tables."""

from collections.abc import Mapping, Sequence

from tabulate import tabulate

from benchmarks.annotation.scores import PlaceScore, Score, Share, YearScore
from benchmarks.annotation.speed import Speed

NONE = "–"
OURS = "this project"
_HEADERS = ("", "district\nP", "\nR", "province\nP", "\nR", "year\nP", "\nR", "role\nright", "inferred\nright",
            "figure\nP", "\nR")  # fmt: skip
COLUMNS = """
P, R: precision and recall, in %, of the codes a text names, of its written school years, of its figures (number and
unit). Role: of the years found. Inferred: of the dated texts without a written year, those with the right one or
rightly none. The peers' names and the dictionary's go through the same gazetteer and the same choice by type, province
and home. –: the truth does not tell, or the program has none."""


def case_table(
    name: str, count: str, places: Mapping[str, PlaceScore], years: YearScore, figures: Score, absent: Sequence[str]
) -> str:
    """A row a tool over one set of cases; years and figures are this project's alone."""
    rows = []
    for tool, score in places.items():
        facts = [NONE] * 6
        if tool == OURS:
            facts = [*_pair(years.written), _share(years.role), _share(years.inferred), *_pair(figures)]
        rows.append([tool, *_pair(score.district), *_pair(score.province), *facts])
    rows += [[f"{tool}: not installed", *[NONE] * 10] for tool in absent]
    return f"\n{name}: {count}\n" + _table(rows, _HEADERS)


def fact_table(facts: Mapping[str, tuple[int, Score]]) -> str:
    """A row a file of the tests' fact tables."""
    rows = [[name, str(rows), str(s.recall.of), *_pair(s)] for name, (rows, s) in facts.items()]
    return "\ntests/annotate/cases, this project\n" + _table(rows, ("", "rows", "facts", "P", "R"))


def speed_table(what: str, speeds: Sequence[Speed], absent: Sequence[str]) -> str:
    """A row a part of this project, then the peers."""
    rows = [
        [
            one.part,
            f"{one.a_second:,.3g}" if one.a_second < 100 else f"{one.a_second:,.0f}",
            f"{1000 / one.a_second:.2f}",
            f"{min(one.passes):.3g}–{max(one.passes):.3g}" if one.a_second < 100 else
            f"{min(one.passes):.0f}–{max(one.passes):.0f}",
            str(one.articles),
            f"{one.characters:.0f}",
        ]
        for one in speeds
    ]  # fmt: skip
    rows += [[f"{tool}: not installed", *[NONE] * 5] for tool in absent]
    headers = ("", "articles/s\na core", "CPU ms\nan article", "passes\nfrom–to", "articles", "characters\nan article")
    return f"\n{what}\n" + _table(rows, headers)


def _table(rows: Sequence[Sequence[str]], headers: Sequence[str]) -> str:
    return tabulate(rows, headers=headers, disable_numparse=True, colalign=("left", *["right"] * (len(headers) - 1)))


def _pair(score: Score) -> list[str]:
    return [_share(score.precision), _share(score.recall)]


def _share(share: Share) -> str:
    return NONE if share.value is None else f"{100 * share.value:.1f}"
