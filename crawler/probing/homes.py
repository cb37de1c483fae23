"""The home of a source: the district or province a person names, or the one a site gives itself away as."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from archive.annotate import find_places, gazetteer
from archive.annotate.names import Unit, canon_name, index, lookup
from archive.errors import ArchiveError
from archive.text import clean, fold

NATIONAL = "national"
"""What a person writes for a source without a home."""
_TYPES = {
    "huyen": "Huyện", "h": "Huyện", "quan": "Quận", "q": "Quận", "thi xa": "Thị xã", "tx": "Thị xã",
    "thanh pho": "Thành phố", "tp": "Thành phố", "tinh": "Tỉnh",
}  # fmt: skip
_TYPE = re.compile(rf"(?:({'|'.join(sorted(_TYPES, key=len, reverse=True))})(?:\.\s*|\s+))?(.+)")
_BODIES = r"(?:ldld|cdgd|congdoan|liendoanlaodong|cd|ubnd|tinh|huyen|quan|thixa|thanhpho|tp|tx)"
_NO_NAMES = frozenset({"www", "gov", "org", "com", "edu", "net", "vn", "donvi", "so", "web", "portal"})


@dataclass(frozen=True, slots=True)
class Home:
    """A district or province code, and what speaks for it."""

    code: str
    why: str


def resolve(text: str) -> str | None:
    """The code of the district or province a person names: a code, or a name with or without type, accents and
    province ("352", "Bình Lục", "huyen binh luc, ha nam"); None for "national".

    Raises ArchiveError that lists the candidates where several bear the name.
    """
    if text == NATIONAL:
        return None
    if gazetteer.is_home(text):
        return text
    name, _, province = (clean(part) for part in text.partition(","))
    units = _units(name)
    if province:
        provinces = {unit.code for unit in _units(province) if unit.level == "province"}
        units = [u for u in units if u.level == "district"]
        units = [u for u in units if u.province_code in provinces] or [u for u in units if _today(u) in provinces]
    found = dict.fromkeys(unit.code for unit in units)
    if len(found) == 1:
        return next(iter(found))
    if not found:
        raise ArchiveError(
            f"home {text!r}",
            "no district or province is called so",
            "write its name or its code as in archive/data/gazetteer/districts.csv, or national",
        )
    raise ArchiveError(
        f"home {text!r}",
        "several are called so: " + "; ".join(f"{code} {called(code)}" for code in found),
        "give the code, or add the province: 'name, province'",
    )


def called(code: str) -> str:
    """The name of a district or province code, as a person writes it."""
    if district := gazetteer.district(code):
        return f"{district.full_name}, {district.province}"
    province = gazetteer.province(code)
    return province.full_name if province else code


def guess(url: str, texts: Iterable[tuple[str, str]]) -> Home | None:
    """The home that an address and a site's own words (where they stand, text) speak for: a district before a
    province; None where nothing names one."""
    by_host = _of_address(url)
    if by_host and gazetteer.district(by_host.code):
        return by_host
    province = by_host
    for where, text in texts:
        mentions = find_places(text, home=by_host.code if by_host else None)
        for level in ("district", "province"):
            codes = dict.fromkeys(m.code for m in mentions if m.level == level and gazetteer.is_home(m.code))
            if len(codes) != 1:
                continue
            home = Home(code := next(iter(codes)), f"{called(code)}: {where} names it")
            if level == "district":
                return home
            province = province or home
    return province


def _units(text: str) -> list[Unit]:
    """The districts and provinces that bear a name, of the type it is given with."""
    plain = fold(text)
    match = _TYPE.fullmatch(plain)
    kind = _TYPES[match[1]] if match and match[1] else None
    exact = canon_name(text[match.start(2) :] if match else text)
    words = tuple(map(lookup, exact.split()))
    named = next((name for name in index().get(words[0], ()) if name.words == words), None) if words else None
    if named is None:
        return []
    spellings = [named.spellings.get(exact, ())]
    if not spellings[0] and fold(exact) == exact:  # written without accents: any spelling may be meant
        spellings = list(named.spellings.values())
    return [unit for units in spellings for unit in units if (kind is None or unit.type == kind) and _is_latest(unit)]


def _is_latest(unit: Unit) -> bool:
    """Whether a unit's code still means it: the state reuses codes."""
    latest = gazetteer.district(unit.code) if unit.level == "district" else gazetteer.province(unit.code)
    return latest is not None and latest.valid_to == unit.valid_to


def _today(unit: Unit) -> str:
    """The province of today (since 2025-07-01) that a unit lies in."""
    province = gazetteer.province(unit.province_code)
    return province.province_2025_code if province else ""


def _of_address(url: str) -> Home | None:
    """The district or province whose name, written together, is a part of an address (binhluc.hanam.gov.vn)."""
    parts = urlsplit(url)
    labels = [
        (label, re.sub(rf"^{_BODIES}+(?=[a-z]{{4}})", "", label.replace("-", "").removesuffix("city")))
        for label in [*(parts.hostname or "").split("."), *parts.path.lower().split("/")]
        if label and label not in _NO_NAMES
    ]
    words = {form: label for label, bare in labels for form in (bare, label)}
    province = next((p for p in gazetteer.all_provinces() if _joined(p.name) in words), None)
    districts = [
        d for d in gazetteer.all_districts()
        if _joined(d.name) in words and gazetteer.district(d.code) == d
        and (province is None or d.province_code == province.code)
        # "hagiang" is the province's own host, not its city's
        and (province is None or _joined(d.name) != _joined(province.name))
    ]  # fmt: skip
    if len(districts) == 1:
        label = words[_joined(districts[0].name)]
        return Home(districts[0].code, f"{called(districts[0].code)}: its address says {label!r}")
    if province is None:
        return None
    return Home(province.code, f"{called(province.code)}: its address says {words[_joined(province.name)]!r}")


def _joined(name: str) -> str:
    return gazetteer.slugify(name).replace("-", "")
