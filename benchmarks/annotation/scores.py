"""Precision and recall over cases: a code, year or fact counts once a text, figures as often as they stand there."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from archive.annotate import find_places, find_school_years
from archive.annotate.figures import find_figures
from archive.annotate.movements import find_movements
from archive.annotate.organisations import find_organisations
from archive.annotate.schools import find_schools
from benchmarks.annotation.lookup import codes, dictionary
from benchmarks.annotation.sets import PlaceCase, YearCase

Codes = tuple[set[str], set[str]]
"""Of districts and of provinces."""


@dataclass(frozen=True)
class Share:
    """So many of so many."""

    right: int = 0
    of: int = 0

    @property
    def value(self) -> float | None:
        return self.right / self.of if self.of else None


@dataclass(frozen=True)
class Score:
    """What was found against what is there."""

    precision: Share = Share()
    recall: Share = Share()


@dataclass(frozen=True)
class PlaceScore:
    district: Score
    province: Score


@dataclass(frozen=True)
class YearScore:
    """`role` is of the years found, where the truth tells it; `inferred` of the dated texts that write no year."""

    written: Score
    role: Share
    inferred: Share


def places(cases: Sequence[PlaceCase], found: Sequence[Codes]) -> PlaceScore:
    """The scores of what a tool found in each case."""
    pairs = list(zip(cases, found, strict=True))
    return PlaceScore(
        score((districts, case.districts) for case, (districts, _) in pairs),
        score((provinces, case.provinces) for case, (_, provinces) in pairs if case.provinces is not None),
    )


def ours(case: PlaceCase) -> Codes:
    mentions = find_places(case.text, home=case.home, date=case.day)
    return (
        {mention.code for mention in mentions if mention.level == "district"},
        {mention.code for mention in mentions if mention.level == "province"},
    )


def plain(case: PlaceCase) -> Codes:
    return codes(dictionary(case.text), case.home, case.day)


def years(cases: Sequence[YearCase]) -> YearScore:
    """This project's scores; the other programs read no school years."""
    pairs, roles, inferred = [], [], []
    for case in cases:
        mentions = find_school_years(case.text, published=case.day)
        written = {mention.year: mention.role for mention in mentions if mention.evidence == "text"}
        pairs.append((written, case.years))
        roles += [written[year] == role for year, role in case.years.items() if role and year in written]
        if case.tells_inferred and case.day and not case.years:
            concluded = [mention.year for mention in mentions if mention.evidence == "inferred"]
            inferred.append(concluded == ([case.inferred] if case.inferred else []))
    return YearScore(score(pairs), Share(sum(roles), len(roles)), Share(sum(inferred), len(inferred)))


FACTS: Mapping[str, Callable[[str], list[str]]] = {
    "figures": lambda text: [f"{figure.value} {figure.unit}" for figure in find_figures(text)],
    "figure_awards": lambda text: [f"{f.value} {f.unit}|{f.award}|{f.giver}" for f in find_figures(text)],
    "movements": lambda text: [movement.id for movement in find_movements(text)],
    "schools": lambda text: [school.name for school in find_schools(text)],
    "organisations": lambda text: [organisation.name for organisation in find_organisations(text)],
}


def kind_of(file: str) -> str | None:
    """The facts that a file of cases tells; None for one this benchmark does not know."""
    return next((kind for kind in sorted(FACTS, key=len, reverse=True) if file.startswith(kind)), None)


def facts(kind: str, rows: Iterable[tuple[str, list[str]]]) -> Score:
    """This project's score on the rows of a kind."""
    return score((FACTS[kind](text), wanted) for text, wanted in rows)


def score(pairs: Iterable[tuple[Iterable[str], Iterable[str]]]) -> Score:
    """Found and wanted of each text."""
    right = found = wanted = 0
    for got, truth in pairs:
        here, there = Counter(list(got)), Counter(list(truth))
        right, found, wanted = right + (here & there).total(), found + here.total(), wanted + there.total()
    return Score(Share(right, found), Share(right, wanted))
