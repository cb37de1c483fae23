"""The gazetteer: provinces, districts and communes of Vietnam, typed, from the CSV files of archive/data.

Codes are the state's (GSO). The state reuses them and moves districts with theirs, so that the key of a
place is the pair (code, valid_to); `valid_to` is "" for a unit that was in force on 2025-03-01 or later.
`valid_from` is the first day (ISO) of a unit, "" where the data does not tell it.
"""

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from importlib.resources import files

from archive.text import clean, fold


@dataclass(frozen=True, slots=True)
class Province:
    """One of the 63 provinces of 2025-03 (or a former one) and the one of the 34 that it went into."""

    code: str
    name: str
    type: str
    full_name: str
    province_2025_code: str
    province_2025: str
    valid_to: str
    slug: str
    valid_from: str = ""


@dataclass(frozen=True, slots=True)
class Province2025:
    """One of the 34 provinces in force since 2025-07-01; its code is that of one of the 63."""

    code: str
    name: str
    type: str
    full_name: str
    slug: str
    valid_from: str = ""


@dataclass(frozen=True, slots=True)
class District:
    """A district of 2025-03 (`valid_to` "") or a former one (`valid_to` its last day, ISO).

    `successor_codes` are the communes of 2025 that took its area, () for a former district.
    """

    code: str
    name: str
    type: str
    full_name: str
    province_code: str
    province: str
    province_2025_code: str
    province_2025: str
    valid_to: str
    slug: str
    valid_from: str = ""
    successor_codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Commune:
    """A commune (xã, phường, thị trấn, đặc khu): of 2025-03 or of 2025-07.

    One of 2025-03 has its `district_code`, the `valid_to` on which all of them ended, and in `successor_codes`
    the communes of 2025 that took its area. One of 2025-07 has "", "" and (), and the province code of one of
    the 34.
    """

    code: str
    name: str
    type: str
    district_code: str
    province_code: str
    valid_to: str
    valid_from: str = ""
    successor_codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FormerType:
    """A type that a unit of today bore before; `valid_to` is the last day (ISO), "" where it is not known."""

    type: str
    valid_to: str


DISTRICTS_ENDED = "2025-07-01"
"""The day from which there are no districts, and the first day of the 34 provinces and 3,321 communes."""
_LAST_DAY = "2025-06-30"


def rows(name: str) -> Iterator[dict[str, str]]:
    """The rows of one CSV file of the gazetteer, every value in NFC with single spaces."""
    text = (files("archive") / "data" / "gazetteer" / name).read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        yield {key: clean(value or "") for key, value in row.items()}


def slugify(*parts: str) -> str:
    """The parts as one address part: lower-case ASCII words joined by hyphens."""
    words = "".join(c if c.isalnum() else " " for c in fold(" ".join(parts)).replace("'", ""))
    return "-".join(words.split())


def _full(kind: str, name: str) -> str:
    return name if name.startswith(kind + " ") else f"{kind} {name}"


def _began() -> dict[str, str]:
    """Code → first day of the units of today of which it is known: they took over a code, or came of a split."""
    return {
        row["to_code"]: row["date"]
        for row in rows("links.csv")
        if not row["to_valid_to"] and (row["kind"] == "split" or row["from_code"] == row["to_code"])
    }


def _provinces() -> tuple[Province, ...]:
    """The 63 provinces, then former ones."""
    names = {row["province_code"]: row["province"] for row in rows("provinces_2025.csv")}
    return tuple(
        Province(
            row["province_code"], row["province"], row["type"], _full(row["type"], row["province"]),
            row["province_2025_code"], names[row["province_2025_code"]],
            row.get("valid_to", ""), slugify(row["province"]),
            "" if row.get("valid_to") else _BEGAN.get(row["province_code"], ""),
        )
        for file in ("provinces.csv", "former_provinces.csv")
        for row in rows(file)
    )  # fmt: skip


def _provinces_2025() -> tuple[Province2025, ...]:
    return tuple(
        Province2025(
            row["province_code"],
            row["province"],
            row["type"],
            _full(row["type"], row["province"]),
            slugify(row["province"]),
            DISTRICTS_ENDED,
        )
        for row in rows("provinces_2025.csv")
    )


def _districts() -> tuple[District, ...]:
    """Current districts, then former ones."""
    made = [
        replace(
            _district(row["district_code"], row["district"], row["type"], row["province_code"], ""),
            valid_from=_BEGAN.get(row["district_code"], ""),
            successor_codes=tuple(row["communes_2025"].split()),
        )
        for row in rows("districts.csv")
    ] + [
        _district(row["code"], row["name"], row["type"], row["province_code"], row["valid_to"])
        for row in rows("former_districts.csv")
    ]
    return tuple(_with_slugs(made))


def _district(code: str, name: str, kind: str, province_code: str, valid_to: str) -> District:
    """A district in the province it lay in on its last day; its slug is its name and that province's."""
    then = [p for p in _ALL_PROVINCES if p.code == province_code]
    if not then:
        raise ValueError(f"gazetteer: district {code} {name}: no province {province_code} in provinces.csv")
    owner = next((p for p in then if valid_to and p.valid_to and valid_to <= p.valid_to), then[0])
    return District(
        code, name, kind, _full(kind, name), owner.code, owner.name,
        owner.province_2025_code, owner.province_2025, valid_to, slugify(name, owner.name),
    )  # fmt: skip


def _with_slugs(made: list[District]) -> Iterator[District]:
    """The districts with unique slugs: a reused name has its end year, two of one time their types."""
    names = Counter(d.slug for d in made)
    times = Counter((d.slug, d.valid_to[:4]) for d in made)
    for d in made:
        slug = d.slug if times[d.slug, d.valid_to[:4]] == 1 else slugify(d.name, d.type, d.province)
        yield replace(d, slug=f"{slug}-{d.valid_to[:4]}" if d.valid_to and names[d.slug] > 1 else slug)


_BEGAN = _began()
_ALL_PROVINCES = _provinces()
_FORMER_PROVINCES = tuple(p for p in _ALL_PROVINCES if p.valid_to)
_ALL_DISTRICTS = _districts()

provinces: tuple[Province, ...] = tuple(p for p in _ALL_PROVINCES if not p.valid_to)
"""The 63 provinces of 2025-03."""
provinces_2025: tuple[Province2025, ...] = _provinces_2025()
"""The 34 provinces in force since 2025-07-01."""
districts: tuple[District, ...] = tuple(d for d in _ALL_DISTRICTS if not d.valid_to)
"""The 696 districts of 2025-03."""
former: tuple[District, ...] = tuple(d for d in _ALL_DISTRICTS if d.valid_to)
"""Districts abolished, renamed or moved to another province before 2025-07-01."""

_DISTRICTS = {(d.code, d.valid_to): d for d in _ALL_DISTRICTS}
_PROVINCES = {(p.code, p.valid_to): p for p in _ALL_PROVINCES}
_BY_CODE = {d.code: d for d in sorted(former, key=lambda d: d.valid_to)} | {d.code: d for d in districts}
_PROVINCE_BY_CODE = {p.code: p for p in (*_FORMER_PROVINCES, *provinces)}


def all_districts() -> tuple[District, ...]:
    """Current districts, then former ones."""
    return _ALL_DISTRICTS


def all_provinces() -> tuple[Province, ...]:
    """The 63 provinces, then former ones (Hà Tây, Thừa Thiên Huế)."""
    return _ALL_PROVINCES


def district(code: str, valid_to: str | None = None) -> District | None:
    """The district of a code: the one in force (else the latest) or, with `valid_to`, exactly that one."""
    return _BY_CODE.get(code) if valid_to is None else _DISTRICTS.get((code, valid_to))


def province(code: str, valid_to: str | None = None) -> Province | None:
    """The province of a code (of the 63, else a former one) or, with `valid_to`, exactly that one."""
    return _PROVINCE_BY_CODE.get(code) if valid_to is None else _PROVINCES.get((code, valid_to))


def is_home(code: str) -> bool:
    """Whether a source may name this code as its home: a district or a province, former ones included."""
    return code in _BY_CODE or code in _PROVINCE_BY_CODE


def home_province(code: str | None) -> str:
    """The province code of a home (itself, if it is a province); "" if there is none or it is unknown."""
    if not code:
        return ""
    if code in _PROVINCE_BY_CODE:
        return code
    return _BY_CODE[code].province_code if code in _BY_CODE else ""


def district_at(code: str, day: date | None) -> District | None:
    """The district that bore a code on a day (None: today's reading)."""
    fitting = [d for d in former if d.code == code and day and day.isoformat() <= d.valid_to]
    return min(fitting, key=lambda d: d.valid_to) if fitting else district(code)


def province_at(code: str, day: date | None) -> Province | None:
    """The province (one of the 63 or a former one) that bore a code on a day (None: today's reading)."""
    fitting = [p for p in _FORMER_PROVINCES if p.code == code and day and day.isoformat() <= p.valid_to]
    return min(fitting, key=lambda p: p.valid_to) if fitting else province(code)


def former_types(code: str) -> tuple[FormerType, ...]:
    """The types that the unit of a code bore before today's, oldest first. Only those that tell units apart are
    recorded: none does not mean that there was none."""
    return _former_types().get(code, ())


@cache
def _former_types() -> dict[str, tuple[FormerType, ...]]:
    found: dict[str, tuple[FormerType, ...]] = {}
    for row in rows("type_history.csv"):
        found[row["code"]] = (*found.get(row["code"], ()), FormerType(row["type"], row["valid_to"]))
    return found


@cache
def communes() -> tuple[Commune, ...]:
    """The 10,035 communes of 2025-03."""
    return tuple(
        Commune(
            r["commune_code"], r["commune"], r["type"], r["district_code"], r["province_code"], _LAST_DAY,
            "", tuple(r["communes_2025"].split()),
        )
        for r in rows("communes_2025-03.csv")
    )  # fmt: skip


@cache
def communes_2025() -> tuple[Commune, ...]:
    """The 3,321 communes in force since 2025-07-01; their province codes are those of the 34."""
    return tuple(
        Commune(r["commune_code"], r["commune"], r["type"], "", r["province_code"], "", DISTRICTS_ENDED)
        for r in rows("communes_2025-07.csv")
    )
