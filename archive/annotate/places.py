"""Places named in a text: districts, provinces and, where their district or province is known, communes."""

import datetime
from dataclasses import dataclass

from archive.annotate import gazetteer
from archive.annotate.communes import find_communes
from archive.annotate.names import Level, find_hits
from archive.annotate.place_choice import Chooser
from archive.annotate.place_rules import judge
from archive.annotate.reading import Reading, read


@dataclass(frozen=True, slots=True)
class PlaceMention:
    """One place where a text names a unit; offsets into the text as given.

    `valid_to` is "" for a unit in force on 2025-03-01 or later, else its last day (ISO): the state reuses
    codes.
    `evidence`: cue (a type before the name), org (a body), place (tại, ở), list, address (commune before it),
    province (its province follows), home (bare, in the source's province), bare (a province's name alone).
    """

    code: str
    level: Level
    name: str
    province_code: str
    valid_to: str
    start: int
    end: int
    evidence: str


@dataclass(frozen=True, slots=True)
class AmbiguousPlace:
    """A name that is a place, but may be any of several: (code, valid_to) each."""

    name: str
    start: int
    end: int
    candidates: tuple[tuple[str, str], ...]


def find_places(text: str, *, home: str | None = None, date: datetime.date | None = None) -> list[PlaceMention]:
    """Every mention of a place that can be told for certain, in the order of the text.

    `home` is the code of the source's district or province, `date` the day the text was published; an unknown
    home counts as none. The province of a named district is in `province_code`, not a mention of its own.
    """
    return read_places(read(text), home, date)[0]


def ambiguous_places(text: str, *, home: str | None = None, date: datetime.date | None = None) -> list[AmbiguousPlace]:
    """The names that find_places left out because several places bear them."""
    return read_places(read(text), home, date)[1]


def read_places(
    r: Reading, home: str | None, date: datetime.date | None
) -> tuple[list[PlaceMention], list[AmbiguousPlace]]:
    """find_places and ambiguous_places of a text made ready by read()."""
    day = iso(date)
    hits = find_hits(r)
    verdicts = [verdict for at in range(len(hits)) if (verdict := judge(r, hits, at, day))]
    chooser = Chooser(r, day, home or "", gazetteer.home_province(home))
    several = chooser.run(verdicts)
    mentions = []
    for verdict in verdicts:
        unit = chooser.chosen.get(verdict.hit.start)
        if unit:
            span = r.span(verdict.hit.start, verdict.hit.end)
            mentions.append(
                PlaceMention(
                    unit.code,
                    unit.level,
                    unit.name,
                    unit.province_code,
                    unit.valid_to,
                    *span,
                    verdict.evidence,
                )
            )
    communes = _communes(r, mentions, home, day)
    ambiguous = [
        AmbiguousPlace(units[0].name, *r.span(v.hit.start, v.hit.end), tuple((u.code, u.valid_to) for u in units))
        for v, units in several
    ]
    return sorted(mentions + communes, key=lambda m: m.start), ambiguous


def _communes(r: Reading, mentions: list[PlaceMention], home: str | None, day: str) -> list[PlaceMention]:
    districts = {m.code for m in mentions if m.level == "district"}
    provinces = {m.code for m in mentions if m.level == "province"} or {gazetteer.home_province(home)}
    if provinces == {""}:  # a district named tells its province
        provinces = {m.province_code for m in mentions}
    if home and not districts and gazetteer.district(home):
        districts = {home}
    today = {p.province_2025_code for code in provinces if (p := gazetteer.province(code))}
    return [
        PlaceMention(c.code, "commune", c.name, c.province_code, c.valid_to, *r.span(c.start, c.end), "cue")
        for c in find_communes(r, districts, today, day)
    ]


def iso(date: datetime.date | None) -> str:
    """A date (or datetime) as an ISO day, "" for none."""
    return date.isoformat()[:10] if date else ""
