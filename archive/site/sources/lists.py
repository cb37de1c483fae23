"""The lists of sources: all, those of a province, those that fare alike, or both; in pages. Pure.

The address of a list is /nguon[/<province>][/<state>], without a query but for the page: plain files have them too.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby

from archive.annotate import gazetteer
from archive.site.places.outline import SourceEntry

PATH = "/nguon"
PER_PAGE = 100
"""Rows of a page: with long names and in English it stays below 100 kB."""
STATES: Mapping[str, str] = {
    "blocked": "bi-chan",
    "failing": "loi",
    "last_failed": "lan-cuoi-hong",
    "drift": "doi-mau",
    "silent": "im-lang",
    "not_run_lately": "chua-xem-lai",
    "no_article": "chua-co-bai",
    "never_run": "khong-theo-doi",
    "followed": "dang-theo-doi",
}
"""Each condition (outline.Condition) and its part of an address, the worst first."""
TROUBLES = frozenset(("blocked", "failing", "last_failed", "drift", "silent", "not_run_lately"))
"""The conditions that someone should look at."""
COUNTRY = "toan-quoc"
"""Where a province's name would stand in an address: the sources of the whole country."""
_PAGE = re.compile("[1-9][0-9]{0,5}")
_slug = cache(gazetteer.slugify)
_RANKS = {name: rank for rank, name in enumerate(STATES)}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for: a province as addresses write it (None: everywhere), a condition (None: any), a page, the
    first being 1."""

    province: str | None = None
    state: str | None = None
    page: int = 1

    @property
    def address(self) -> str:
        path = "/".join(filter(None, (PATH, self.province, self.state and STATES[self.state])))
        return path if self.page == 1 else f"{path}?trang={self.page}"


@dataclass(frozen=True, slots=True)
class Choice:
    """A way to narrow a list: to what (a condition, or a province's name; None: the country), its address, how many
    sources it leaves, and whether it is the one that is shown."""

    name: str | None
    address: str
    sources: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Sources under one heading: those of a province (None: the country), or those in trouble, wherever they are."""

    province: str | None
    troubled: bool
    entries: tuple[SourceEntry, ...]


@dataclass(frozen=True, slots=True)
class SourceList:
    """One page of a list. `place` is the name of its province, `found` how many sources are in the whole list, `states`
    and `provinces` what it can be narrowed to; the first of each is any."""

    wanted: Wanted
    place: str | None
    found: int
    pages: int
    groups: tuple[Group, ...]
    states: tuple[Choice, ...]
    provinces: tuple[Choice, ...]

    @property
    def previous(self) -> str | None:
        """The address of the page before."""
        return self._page(self.wanted.page - 1)

    @property
    def following(self) -> str | None:
        return self._page(self.wanted.page + 1)

    def _page(self, number: int) -> str | None:
        return replace(self.wanted, page=number).address if 1 <= number <= self.pages else None


def read_wanted(parts: Sequence[str], page: str | None) -> Wanted | None:
    """What an address asks for, of its parts after /nguon and its `trang`; None where it is no address of a list."""
    known = {part: name for name, part in STATES.items()}
    state = known.get(parts[-1]) if parts else None
    rest = parts[:-1] if state else parts
    if len(rest) > 1 or not (_PAGE.fullmatch(page or "1")):
        return None
    return Wanted(rest[0] if rest else None, state, int(page or "1"))


def source_list(entries: Sequence[SourceEntry], wanted: Wanted) -> SourceList | None:
    """The page asked for, of all sources sorted by province; None where there is no such province or page.

    Where the condition is not chosen, those in trouble come first, the worst of them at the top.
    """
    there = {province_of(entry): entry.province for entry in entries}
    if wanted.province and wanted.province not in there:
        return None
    found = _in_order([one for one in entries if _is_in(one, wanted)], mixed=wanted.state is None)
    pages = max(1, -(-len(found) // PER_PAGE))
    if wanted.page > pages:
        return None
    shown = found[(wanted.page - 1) * PER_PAGE : wanted.page * PER_PAGE]
    return SourceList(
        wanted=wanted,
        place=there[wanted.province] if wanted.province else None,
        found=len(found),
        pages=pages,
        groups=tuple(_groups(shown, mixed=wanted.state is None)),
        states=tuple(_states([one for one in entries if _is_in(one, Wanted(wanted.province))], wanted)),
        provinces=tuple(_provinces([one for one in entries if _is_in(one, Wanted(None, wanted.state))], wanted)),
    )


def every_page(entries: Sequence[SourceEntry]) -> Iterator[SourceList]:
    """Every page of every list that another one leads to."""
    chosen = [Wanted(), *(Wanted(state=state) for state in STATES if any(state in _names(one) for one in entries))]
    for province, group in groupby(entries, key=province_of):
        names = {name for entry in group for name in _names(entry)}
        chosen += [Wanted(province), *(Wanted(province, state) for state in STATES if state in names)]
    for wanted in chosen:
        while found := source_list(entries, wanted):
            yield found
            wanted = replace(wanted, page=wanted.page + 1)


def province_of(entry: SourceEntry) -> str:
    """The province of a source as addresses write it."""
    return _slug(entry.province) if entry.province else COUNTRY


def anchor(source: str) -> str:
    """The id of a source's row."""
    return f"nguon-{source}"


def _names(entry: SourceEntry) -> list[str]:
    return [condition.name for condition in entry.conditions]


def _is_in(entry: SourceEntry, wanted: Wanted) -> bool:
    return wanted.province in (None, province_of(entry)) and (wanted.state is None or wanted.state in _names(entry))


def _is_troubled(entry: SourceEntry) -> bool:
    return not TROUBLES.isdisjoint(_names(entry))


def _in_order(entries: list[SourceEntry], *, mixed: bool) -> list[SourceEntry]:
    if not mixed:
        return entries
    troubled = sorted(filter(_is_troubled, entries), key=lambda entry: min(_RANKS[name] for name in _names(entry)))
    return troubled + [entry for entry in entries if not _is_troubled(entry)]


def _groups(entries: Sequence[SourceEntry], *, mixed: bool) -> Iterator[Group]:
    def heading(entry: SourceEntry) -> tuple[bool, str | None]:
        troubled = mixed and _is_troubled(entry)
        return troubled, None if troubled else entry.province

    for (troubled, province), group in groupby(entries, key=heading):
        yield Group(province, troubled, tuple(group))


def _states(entries: Sequence[SourceEntry], wanted: Wanted) -> Iterator[Choice]:
    counts = Counter(name for entry in entries for name in _names(entry))
    yield Choice(None, Wanted(wanted.province).address, len(entries), wanted.state is None)
    for state in STATES:
        if counts[state] or state == wanted.state:
            yield Choice(state, Wanted(wanted.province, state).address, counts[state], state == wanted.state)


def _provinces(entries: Sequence[SourceEntry], wanted: Wanted) -> Iterator[Choice]:
    yield Choice(None, Wanted(None, wanted.state).address, len(entries), wanted.province is None)
    for province, group in groupby(entries, key=province_of):
        found = list(group)
        yield Choice(found[0].province, Wanted(province, wanted.state).address, len(found), province == wanted.province)
