"""Organisations that a text names with their place: LĐLĐ, Phòng and Sở GD&ĐT, Công đoàn Giáo dục, UBND, HĐND,
and the union of a school. Kinds and spellings are rows of archive/data/organisations.csv.

A place counts only where the gazetteer has it with the type the text gives, so that "LĐLĐ huyện Nguyễn Thị
Hoa" is none and "LĐLĐ huyện Bình Lục Triển khai" ends in time. An organisation without a place ("LĐLĐ
huyện") is none either: which one is meant, the text does not say.
"""

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import cache
from typing import Literal

from archive.annotate import gazetteer
from archive.annotate.names import Unit, canon, index, lookup
from archive.annotate.reading import Reading, read
from archive.annotate.schools import School, read_schools
from archive.annotate.tables import cells, rows, vocabulary
from archive.text import fold, norm

Rule = Literal["place", "list", "shared", "school", "name"]

_WRITTEN = {
    "Huyện": ("huyện", "huyên", "huyện đảo", "h."),
    "Quận": ("quận", "q."),
    "Thị xã": ("thị xã", "tx", "tx."),
    "Thành phố": ("thành phố", "tp", "tp.", "t.p"),
    "Tỉnh": ("tỉnh",),
    "Xã": ("xã",),
    "Phường": ("phường",),
    "Thị trấn": ("thị trấn",),
    "Đặc khu": ("đặc khu",),
}
_TYPES = {way: type_ for type_, ways in _WRITTEN.items() for way in ways}
_PLAIN_TYPES = {fold(written): type_ for written, type_ in _TYPES.items()}
# A city may be a district or a province, a bare name is a province.
_LEVELS = (
    *((start, "commune") for start in ("xã ", "phường ", "thị trấn ", "đặc khu ")),
    *((start, "district") for start in ("huyện ", "quận ", "Quận ", "thị xã ")),
    ("tỉnh ", "province"),
)
# A unit that changed its type keeps its name: "huyện Thủy Nguyên" before it was a city.
_DISTRICTS = frozenset({"Huyện", "Quận", "Thị xã", "Thành phố"})
_COMMUNES = frozenset({"Xã", "Phường", "Thị trấn", "Đặc khu"})
_WAYS = sorted(map(re.escape, _PLAIN_TYPES), key=len, reverse=True)
_TYPE = "|".join(way if way.endswith(".") else rf"{way}(?![^\W\d_])" for way in _WAYS)
_PLURAL = r"(?:cac|hai|ba|bon|nam|sau|bay|[2-9]|0[2-9]) "
_TYPED = re.compile(rf" {{0,2}}(?:\([^)\n]{{2,12}}\) )?(?P<many>{_PLURAL})?(?P<type>{_TYPE}):? {{0,2}}")
_MORE = re.compile(rf"(?:, | va )(?:(?P<type>{_TYPE}) )?")
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
_NATIONAL = {"tong ldld viet nam": "Tổng LĐLĐ Việt Nam", "tong lien doan lao dong viet nam": "Tổng LĐLĐ Việt Nam"}
_NATION = re.compile(r" viet nam(?!\w)")
_JOINED = re.compile(r" (?:va|cung|voi|phoi hop voi|-) ")
_UNION = re.compile(r"(?:CĐCS|[Cc]ông đoàn cơ sở|Công đoàn) $")


@dataclass(frozen=True)
class Organisation:
    """An organisation a text names, in its one spelling ("LĐLĐ huyện Bình Lục"); offsets into the text as given.

    `code` is that of its district or province, "" where several places bear the name (or it has none). `rule`:
    place (the place follows), list (a later place of a list), shared (the place stands after the next body:
    "LĐLĐ và Phòng GD&ĐT huyện Đầm Hà"), school (the union of a school), name (Tổng LĐLĐ Việt Nam).
    """

    name: str
    kind: str
    code: str
    start: int
    end: int
    rule: Rule


@dataclass(frozen=True, slots=True)
class _Place:
    name: str
    code: str
    start: int
    end: int


_KINDS = {row["kind"]: row for row in rows("organisations.csv")}
_FORMS = sorted(
    ((fold(form), norm(form).lower(), kind) for kind, row in _KINDS.items() for form in cells(row["forms"])),
    key=lambda row: -len(row[0]),
)
_STEM = 11  # letters by which spellings are first looked for, several at once

_Form = tuple[str, str, str]


def _by_stem() -> dict[str, list[tuple[frozenset[bytes], _Form]]]:
    """Stem → the words of each spelling that begins with it, and the spelling, without accents and with, and kind."""
    found: dict[str, list[tuple[frozenset[bytes], _Form]]] = {}
    for form in [*((plain, "", "") for plain in _NATIONAL), *_FORMS]:
        found.setdefault(form[0][:_STEM], []).append((vocabulary(form[0]), form))
    return found


_STEMS = _by_stem()


def find_organisations(text: str) -> list[Organisation]:
    """The organisations with a place that a text names, one entry a mention, in its order."""
    return read_organisations(read(text))


def read_organisations(r: Reading, schools: list[School] | None = None) -> list[Organisation]:
    """find_organisations of a text made ready by read(); `schools`, if given, are those read_schools found."""
    found: list[Organisation] = []
    heads = _heads(r)
    for n, (start, end, kind) in enumerate(heads):
        if not kind:
            found.append(Organisation(_NATIONAL[r.folded[start:end]], "Tổng LĐLĐ", "", *r.span(start, end), "name"))
            continue
        places, rule = _places(r, end, kind), "place"
        if not places and n + 1 < len(heads) and heads[n + 1][2] and _JOINED.fullmatch(r.folded, end, heads[n + 1][0]):
            places, rule = _places(r, heads[n + 1][1], heads[n + 1][2])[:1], "shared"
            places = [place for place in places if _fits(kind, place)]
        for m, place in enumerate(places):
            first, last = (start, end if rule == "shared" else place.end) if m == 0 else (place.start, place.end)
            ways: Rule = "list" if m else "shared" if rule == "shared" else "place"
            found.append(Organisation(f"{kind} {place.name}", kind, place.code, *r.span(first, last), ways))
    for school in read_schools(r) if schools is None else schools:
        at = school.start if r.offsets is None else bisect_left(r.offsets, school.start)
        union = _UNION.search(r.plain, max(0, at - 17), at) if school.rule == "school" else None
        if union:
            start = r.span(union.start(), at)[0]
            found.append(Organisation(f"CĐCS Trường {school.name}", "CĐCS", "", start, school.end, "school"))
    return sorted(found, key=lambda o: o.start)


def _heads(r: Reading) -> list[tuple[int, int, str]]:
    """Where the bodies are named: (start, end, kind), the longest spelling of each; "" for national ones."""
    found: list[tuple[int, int, str]] = []
    known = r.vocabulary
    for stem, some in _STEMS.items():
        forms = [form for words, form in some if words <= known]
        at = r.folded.find(stem) if forms else -1
        while at >= 0:
            if not r.folded[at - 1 : at].isalnum():
                found += _head(r, at, forms)
            at = r.folded.find(stem, at + 1)
    return sorted(found)


def _head(r: Reading, at: int, forms: list[_Form]) -> list[tuple[int, int, str]]:
    """The body that is named at an offset, by the longest spelling."""
    for plain, exact, kind in forms:
        end = at + len(plain)
        if r.folded.startswith(plain, at) and not r.folded[end : end + 1].isalnum() and _written(r, at, end, exact):
            return [] if kind == "LĐLĐ" and r.folded.endswith("tong ", 0, at) else [(at, end, kind)]
    return []


def _written(r: Reading, start: int, end: int, exact: str) -> bool:
    """Whether a spelling without accents is that with accents in the text: phòng giáo dục, not phong …"""
    if not exact or r.unaccented(start):
        return True
    given = r.plain[start:end].lower()
    return given == exact or norm(given).replace("gđ", "gd") == exact


def _places(r: Reading, at: int, kind: str) -> list[_Place]:
    """The places after a body's name: one, or those of a list."""
    row = _KINDS[kind]
    stop = r.line(at)[1]
    typed = _TYPED.match(r.folded, at, stop)
    if not typed:
        place = _place(r, at + 1, "", stop) if r.plain[at : at + 1] == " " and row["bare"] else None
        nation = _NATION.match(r.folded, at, stop) if kind == "Công đoàn Giáo dục" and not place else None
        if nation and r.plain[at + 1].isupper():
            return [_Place("Việt Nam", "", at + 1, nation.end())]
        return [place] if place and _fits(kind, place) else []
    type_ = _type(r, typed)
    place = _place(r, typed.end(), type_, stop) if type_ else None
    if not place or not _fits(kind, place):
        return []
    places = [place]
    while typed["many"] and (more := _MORE.match(r.folded, places[-1].end, stop)):
        type_ = _type(r, more) if more["type"] else type_
        place = _place(r, more.end(), type_, stop)
        if not place:
            break
        places.append(place)
    return places


def _type(r: Reading, match: re.Match[str]) -> str:
    written = r.plain[slice(*match.span("type"))].lower()
    return _TYPES.get(written) or (_PLAIN_TYPES[match["type"]] if r.unaccented(match.start("type")) else "")


def _fits(kind: str, place: _Place) -> bool:
    """Whether there is such a body at the place's level."""
    return all(level in _KINDS[kind]["levels"] for start, level in _LEVELS if place.name.startswith(start))


def _place(r: Reading, at: int, type_: str, stop: int) -> _Place | None:
    """The place whose name begins at an offset, with the type the text gives; "" for a province without one."""
    first = r.plain[at : at + 1]
    if not (first.isupper() or first.isdigit() or (first.isalpha() and first.isascii() and r.unaccented(at))):
        return None
    plain = r.unaccented(at)
    spans = [m.span() for m in _WORD.finditer(r.plain, at, min(stop, at + 40))][:6]
    if type_ in _COMMUNES:
        return _commune(r, spans, type_)
    names = index().get(lookup(r.plain[slice(*spans[0])]))
    if not names:
        return None
    words = [r.plain[start:end] for start, end in spans]
    keys = [lookup(word) for word in words]
    for name in names:
        size = len(name.words)
        if tuple(keys[:size]) != name.words:
            continue
        exact = " ".join(map(canon, words[:size]))
        units = [u for way, some in name.spellings.items() if plain or way == exact or name.loose for u in some]
        units = [u for u in units if (u.type == type_ if type_ else u.level == "province")] or (
            [u for u in units if u.level == "district" and not _goes_on(r, spans[size - 1][1])]
            if type_ in _DISTRICTS
            else []
        )
        if units and (not keys[0].isdigit() or type_ == "Quận"):
            codes = {unit.code for unit in units}
            return _Place(_title(units[0], type_), codes.pop() if len(codes) == 1 else "", at, spans[size - 1][1])
    return None


def _goes_on(r: Reading, end: int) -> bool:
    """Whether a capitalised word follows: then the name may be a longer one that the gazetteer has not."""
    return r.plain[end : end + 1] in {" ", "-"} and r.plain[end + 1 : end + 2].isupper()


def _title(unit: Unit, type_: str) -> str:
    name = norm(unit.name)
    return name if not type_ or name.startswith("Quận ") else f"{type_.lower()} {name}"


def _commune(r: Reading, spans: list[tuple[int, int]], type_: str) -> _Place | None:
    for size in range(min(4, len(spans)), 0, -1):
        name = norm(r.plain[spans[0][0] : spans[size - 1][1]])
        if (type_, name) in _communes():
            return _Place(f"{type_.lower()} {name}", "", spans[0][0], spans[size - 1][1])
    return None


@cache
def _communes() -> frozenset[tuple[str, str]]:
    """(type, name) of every commune of 2025-03 and 2025-07."""
    return frozenset((c.type, norm(c.name)) for c in (*gazetteer.communes(), *gazetteer.communes_2025()))
