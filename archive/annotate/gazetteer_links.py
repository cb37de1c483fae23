"""How the places of the gazetteer hang together in time: what a unit became and what it came of.

Sources: links.csv (decrees before 2025-07), the columns of the 63 provinces and 696 districts that name their
units of 2025-07-01, and the communes of 2025-03 with those that took their area (resolutions 1654 to 1687).
"""

from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from typing import Literal, get_args

from archive.annotate.gazetteer import (
    DISTRICTS_ENDED,
    Commune,
    District,
    Province,
    Province2025,
    all_provinces,
    communes,
    communes_2025,
    district,
    districts,
    provinces,
    rows,
)

LinkKind = Literal["renamed", "split", "merged", "moved", "upgraded", "2025"]
Unit = Province | Province2025 | District | Commune
_KINDS: dict[str, LinkKind] = {kind: kind for kind in get_args(LinkKind)}


@dataclass(frozen=True, slots=True)
class Link:
    """A unit of one time and one that has its area, or part of it, afterwards; both by (code, valid_to).

    `kind`: upgraded (a higher type), renamed (a new name, often with a higher type), split (its area became several
    units), merged (its area went into a unit with that of others), moved (to another province) or 2025 (the order
    of 2025-07-01). Provinces have codes of two digits, districts of three, communes of five; a link of 2025 from a
    province leads to one of the 34. `date` is the first day of the new state, ISO.
    """

    from_code: str
    from_valid_to: str
    to_code: str
    to_valid_to: str
    kind: LinkKind
    date: str


def links_from(unit: Unit) -> tuple[Link, ...]:
    """What became of a unit, as far as it is recorded; () for one in force after 2025-07-01."""
    if isinstance(unit, Province2025):
        return ()
    valid_to = unit.valid_to
    links = [link for link in _decreed() if (link.from_code, link.from_valid_to) == (unit.code, valid_to)]
    if isinstance(unit, Province):
        codes: tuple[str, ...] = () if valid_to else (unit.province_2025_code,)
    else:
        codes = unit.successor_codes
    return *links, *(Link(unit.code, valid_to, code, "", "2025", DISTRICTS_ENDED) for code in codes)


def links_to(unit: Unit) -> tuple[Link, ...]:
    """What a unit came of, as far as it is recorded: of a commune of 2025 its districts, then its old communes."""
    if isinstance(unit, Province2025):
        froms: list[Unit] = [p for p in provinces if p.province_2025_code == unit.code]
    elif isinstance(unit, Commune):
        froms = [] if unit.valid_to else [*predecessors(unit), *_old_communes_of().get(unit.code, ())]
    else:
        return tuple(link for link in _decreed() if (link.to_code, link.to_valid_to) == (unit.code, unit.valid_to))
    return tuple(link for old in froms for link in links_from(old) if link.kind == "2025" and link.to_code == unit.code)


def successors(unit: District | Commune) -> tuple[Commune, ...]:
    """The communes of 2025 that took the area of a district or of a commune of 2025-03, by code.

    Of a former district they are those of the districts it went into: all of its area, and where it was merged that
    of its neighbours too, for the records know no finer.
    """
    codes = set(unit.successor_codes)
    if isinstance(unit, District):
        codes.update(code for heir in _heirs(unit) for code in heir.successor_codes)
    return tuple(_by_code()[code] for code in sorted(codes))


def predecessors(commune: Commune) -> tuple[District, ...]:
    """The districts, of the 696, that a commune of 2025 drew its area from, by code; () for an old commune."""
    return () if commune.valid_to else predecessors_of(commune.code)


def predecessors_of(code: str) -> tuple[District, ...]:
    """predecessors() of the commune of 2025 that bears a code; () if none does."""
    return _districts_of().get(code, ())


def old_communes(unit: District) -> tuple[Commune, ...]:
    """The communes of 2025-03 in a district, or in those a former one went into. The five island districts without
    communes have none."""
    homes = {unit.code} if not unit.valid_to else {heir.code for heir in _heirs(unit)}
    return tuple(commune for code in sorted(homes) for commune in _communes_in().get(code, ()))


def provinces_of(code_2025: str) -> tuple[Province, ...]:
    """The provinces, of the 63 and former ones, that went into one of the 34: what its name of today also finds."""
    return tuple(p for p in all_provinces() if p.province_2025_code == code_2025)


def _heirs(unit: District) -> list[District]:
    """The districts of 2025-03 that a former district went into."""
    found: list[District] = []
    for link in links_from(unit):
        heir = district(link.to_code, link.to_valid_to) if link.kind != "2025" else None
        if heir is not None:
            found += _heirs(heir) if heir.valid_to else [heir]
    return found


@cache
def _decreed() -> tuple[Link, ...]:
    """The links of links.csv. Raises KeyError for a kind that is none."""
    return tuple(
        Link(
            row["from_code"], row["from_valid_to"], row["to_code"], row["to_valid_to"], _KINDS[row["kind"]],
            row["date"],
        )
        for row in rows("links.csv")
    )  # fmt: skip


@cache
def _by_code() -> dict[str, Commune]:
    return {commune.code: commune for commune in communes_2025()}


@cache
def _districts_of() -> dict[str, tuple[District, ...]]:
    """Commune of 2025 → its districts: of 299 communes more than one."""
    found: defaultdict[str, list[District]] = defaultdict(list)
    for unit in districts:
        for code in unit.successor_codes:
            found[code].append(unit)
    return {code: tuple(units) for code, units in found.items()}


@cache
def _old_communes_of() -> dict[str, list[Commune]]:
    """Commune of 2025 → the communes of 2025-03 that went into it."""
    found: defaultdict[str, list[Commune]] = defaultdict(list)
    for commune in communes():
        for code in commune.successor_codes:
            found[code].append(commune)
    return dict(found)


@cache
def _communes_in() -> dict[str, list[Commune]]:
    """District → its communes of 2025-03."""
    found: defaultdict[str, list[Commune]] = defaultdict(list)
    for commune in communes():
        found[commune.district_code].append(commune)
    return dict(found)
