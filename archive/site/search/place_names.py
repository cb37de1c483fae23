"""The names that places are known by, as the published table place_names holds them: what a query and the fields that
complete are compared with. Pure, from the gazetteer of this program."""

from collections.abc import Iterator

from archive.annotate import gazetteer
from archive.annotate.gazetteer_names import variants
from archive.site.search.terms import plain, spelt, words

# key, name, level, kind, code and valid_to of the unit, full name, hint, whether it was in force in 2025
NameRow = tuple[str, str, str, str, str, str, str, str, int]


def name_key(name: str) -> str:
    """A name as it is looked up: its words without accents."""
    return " ".join(plain(word) for word in words(spelt(name)))


def name_words(name: str) -> str:
    """A name as typed accents are compared with it."""
    return " ".join(word.lower() for word in words(spelt(name)))


def name_rows() -> Iterator[NameRow]:
    """Every spelling of every province, district and commune before 2025-07. A commune has the code of its district,
    which is what a search can be narrowed to."""
    for p in gazetteer.all_provinces():
        for name in {name_words(one): one for one in (p.name, *variants(p))}.values():
            yield _row(name, "province", p.type, p.code, p.valid_to, p.full_name, "")
    for d in gazetteer.all_districts():
        for name in {name_words(one): one for one in (d.name, *variants(d))}.values():
            yield _row(name, "district", d.type, d.code, d.valid_to, d.full_name, d.province)
    for c in gazetteer.communes():
        home = gazetteer.district(c.district_code)
        if home is not None:
            full = c.name if c.name.startswith(c.type) else f"{c.type} {c.name}"
            yield _row(c.name, "commune", c.type, home.code, home.valid_to, full, f"{home.full_name}, {home.province}")


def _row(name: str, level: str, kind: str, code: str, ended: str, full: str, hint: str) -> NameRow:
    return name_key(name), name_words(name), level, name_key(kind), code, ended, full, hint, int(not ended)
