"""The gazetteer as rows of the published database: every unit with what it became and came of, and the tile maps.

Written when an archive is published, so that a request never reads the gazetteer.
"""

import csv
import sqlite3
from collections.abc import Iterator
from importlib.resources import files

from archive.annotate import gazetteer
from archive.annotate.gazetteer import Commune, District, Province, Province2025, slugify
from archive.annotate.gazetteer_links import Link, Unit, links_from, links_to, provinces_of, successors

Key = tuple[str, str, str]
"""Level (district, province, province_2025), code, valid_to."""
Own = District | Province | Province2025
"""The units that have a page."""


def write_units(db: sqlite3.Connection) -> None:
    """Fill units, unit_links and province_tiles of a new union-news.db, whose connection has isolation_level None.

    Raises KeyError when a tile or a link names a unit that the gazetteer does not have.
    """
    db.execute("BEGIN")
    ids: dict[Key, int] = {}
    units: dict[Key, Own] = {}
    for number, (unit, slug) in enumerate(_slugged(), start=1):
        key = _key(unit)
        ids[key], units[key] = number, unit
        then, now = _provinces(unit)
        db.execute(
            "INSERT INTO units VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (number, *key, unit.valid_from, slug, unit.name, unit.full_name, then, slugify(then), now, slugify(now)),
        )
    slugs = {row[0]: row[1] for row in db.execute("SELECT id, slug FROM units")}
    for key, unit in units.items():
        for later, kind, date, other in _links(unit):
            target = ids.get(_key(other)) if not isinstance(other, Commune) else None
            level = None if isinstance(other, Commune) else _key(other)[0]
            name = f"{other.type} {other.name}" if isinstance(other, Commune) else other.full_name
            province = _provinces(other)[0] if isinstance(other, District) else ""
            db.execute(
                "INSERT INTO unit_links VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (ids[key], later, kind, date, level, slugs[target] if target else None, name, province),
            )
    db.executemany("INSERT INTO province_tiles VALUES (?, ?, ?, ?, ?)", _tiles(ids))
    db.execute("COMMIT")


def tile_rows() -> list[dict[str, str]]:
    """The rows of province_tiles.csv: our own layout of the country in equal squares, north to south."""
    text = (files("archive") / "data" / "province_tiles.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def district_slugs() -> Iterator[tuple[District, str]]:
    """Every district with its slug. Two of one name and end share one; the second adds its code."""
    taken: set[str] = set()
    for district in gazetteer.all_districts():
        slug = district.slug if district.slug not in taken else f"{district.slug}-{district.code}"
        taken.add(slug)
        yield district, slug


def _slugged() -> Iterator[tuple[Own, str]]:
    """Every unit with its slug."""
    yield from district_slugs()
    yield from ((province, province.slug) for province in gazetteer.all_provinces())
    yield from ((province, province.slug) for province in gazetteer.provinces_2025)


def _key(unit: Unit) -> Key:
    if isinstance(unit, Province2025):
        return "province_2025", unit.code, ""
    return "district" if isinstance(unit, District) else "province", unit.code, unit.valid_to


def _provinces(unit: Unit) -> tuple[str, str]:
    """The province a unit lay in, and that of 2025."""
    if isinstance(unit, District):
        return unit.province, unit.province_2025
    return (unit.name, unit.province_2025) if isinstance(unit, Province) else ("", unit.name)


def _links(unit: Own) -> Iterator[tuple[int, str, str, Unit]]:
    """Whether the other came later, the kind, the date and the other unit."""
    if isinstance(unit, Province2025):
        yield from ((0, "2025", gazetteer.DISTRICTS_ENDED, old) for old in provinces_of(unit.code) if not old.valid_to)
        return
    for link in links_from(unit):
        if link.kind != "2025" or isinstance(unit, Province):
            yield 1, link.kind, link.date, _other(link, link.to_code, link.to_valid_to)
    if isinstance(unit, District):
        yield from ((1, "2025", gazetteer.DISTRICTS_ENDED, commune) for commune in successors(unit))
    for link in links_to(unit):
        yield 0, link.kind, link.date, _other(link, link.from_code, link.from_valid_to)


def _other(link: Link, code: str, valid_to: str) -> Unit:
    found: Unit | None
    if link.kind == "2025":
        found = next((province for province in gazetteer.provinces_2025 if province.code == code), None)
    elif len(code) == len("01"):
        found = gazetteer.province(code, valid_to)
    else:
        found = gazetteer.district(code, valid_to)
    if found is None:
        raise KeyError(code)
    return found


def _tiles(ids: dict[Key, int]) -> Iterator[tuple[object, ...]]:
    levels = {"34": "province_2025", "63": "province"}
    for row in tile_rows():
        unit = ids[levels[row["map"]], row["code"], ""]
        yield row["map"], unit, int(row["row"]), int(row["column"]), row["short"]
