"""Which unit a name stands for: by type, date, the province named near it, the source's home, its list.

What stays open after these is not guessed: a wrong district is worse for a researcher than none.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from archive.annotate import gazetteer
from archive.annotate.communes import districts_with, provinces_with
from archive.annotate.names import Hit, Unit
from archive.annotate.place_rules import Verdict
from archive.annotate.place_words import FORMER_WORDS
from archive.annotate.reading import Reading

# A named province settles which Châu Thành is meant where it stands this near (characters).
_AFTER, _BEFORE = 25, 80
# Catalogue dates, decrees and habits differ: a former unit is believed for a year after its end.
_GRACE = datetime.timedelta(days=366)
_RANK = {"Huyện": 0, "Thị xã": 1, "Quận": 2, "Thành phố": 2}
_FAMILY = {"28": "01"}  # Hà Tây went into Hà Nội with the codes of its districts


@dataclass(slots=True)
class Chooser:
    """What is known of one text: its reading, day ("" unknown), home code, and the units chosen so far.

    `provinces` are the provinces it names (start, end, code), `lists` the names of each list by its head,
    `named` the places of each name; all by offsets into the plain reading.
    """

    r: Reading
    day: str
    home: str
    home_province: str
    chosen: dict[int, Unit] = field(default_factory=dict)
    provinces: list[tuple[int, int, str]] = field(default_factory=list)
    lists: defaultdict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    named: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    def run(self, verdicts: list[Verdict]) -> list[tuple[Verdict, list[Unit]]]:
        """Fill `chosen` (start of a name → unit); return the verdicts that several units fit."""
        later = []
        for verdict in verdicts:
            self.named[verdict.hit.key].append(verdict.hit.start)
            if verdict.head:
                self.lists[verdict.head.last].append(verdict.hit.start)
            units = self._provinces(verdict)
            if units:
                self.chosen[verdict.hit.start] = units[0]
                self.provinces.append((verdict.hit.start, verdict.hit.end, units[0].code))
            else:
                later.append(verdict)
        several = []
        for verdict in later:
            found = self._districts(verdict)
            if len(found) == 1:
                self.chosen[verdict.hit.start] = found[0]
            elif found:
                several.append((verdict, found))
        several = [(v, units) for v, units in several if not self._by_company(v, units)]
        several = [(v, units) for v, units in several if not self._by_only_province(v, units)]
        self._drop_strays(verdicts)
        return several

    def _fitting(self, verdict: Verdict) -> list[Unit]:
        """The units of the name that existed on the day and have a type that the text gives."""
        hit, types = verdict.hit, verdict.types
        fitting = [unit for unit in hit.units if self._existed(unit, hit)]
        if not types:
            return fitting
        exact = [unit for unit in fitting if unit.type in types]
        if exact or any(unit.type in types for unit in hit.units):
            return exact
        if verdict.evidence == "list" and any(unit.level == "province" for unit in fitting):
            return [unit for unit in fitting if unit.level == "province"]
        # huyện may have become thị xã or thành phố since (the list is that of 2025), never the reverse.
        ranks = [_RANK[name] for name in types if name in _RANK]
        return [
            unit for unit in fitting if unit.level == "district" and any(rank <= _RANK[unit.type] for rank in ranks)
        ]

    def _existed(self, unit: Unit, hit: Hit) -> bool:
        if not self.day:
            return True
        if unit.since and self.day < unit.since:
            return False
        if not unit.until or self.day <= _with_grace(unit.until):
            return True
        return self.r.plain[hit.end : hit.end + 16].lower().lstrip(" ,(").startswith(FORMER_WORDS)

    def _provinces(self, verdict: Verdict) -> list[Unit]:
        """The province the name stands for, if it stands for one: before a district unless a type says
        else."""
        if verdict.within:
            return []
        fitting = self._fitting(verdict)
        provinces = self._of_the_day([unit for unit in fitting if unit.level == "province"], ())
        districts = [unit for unit in fitting if unit.level == "district"]
        if verdict.province_only:
            return provinces
        if verdict.types:
            return [] if self._of_the_day(districts, ()) and not self._newer(districts, provinces) else provinces
        homes = {unit.code for unit in provinces}
        if self.home_province not in homes and self._at_home(districts):
            return []
        return provinces

    def _newer(self, districts: list[Unit], provinces: list[Unit]) -> bool:
        """Whether the province took the name over from the districts: Thành phố Huế since 2025."""
        return bool(provinces) and all(u.until and (not self.day or self.day > u.until) for u in districts)

    def _districts(self, verdict: Verdict) -> list[Unit]:
        if verdict.province_only:
            return []
        hit = verdict.hit
        fitting = self._fitting(verdict)
        units = [unit for unit in fitting if unit.level == "district"]
        if verdict.within:
            units = [u for u in units if u.province_code in verdict.within or u.code in verdict.within]
        near = self._near(hit)
        units = self._of_the_day(units, near)
        if verdict.evidence == "home":
            return self._bare_at_home(hit, units)
        if len(units) > 1:
            units = self._narrow(units, near)
        untyped = not verdict.types and not verdict.within
        if untyped and any(unit.level == "province" for unit in fitting):
            # the name of a district near home and of a far province: either may be meant
            return [unit for unit in units if unit.code == self.home]
        if untyped and len(units) == 1 and self._commune_at_home(hit, units[0]):
            return []
        return units

    def _narrow(self, units: list[Unit], near: list[str]) -> list[Unit]:
        """Several units: the nearest province that has one, else the home district, else the home
        province."""
        for code in near:
            there = [unit for unit in units if _family(unit.province_code) == _family(code)]
            if there:
                return there
        here = [unit for unit in units if unit.code == self.home] or self._at_home(units)
        if here:
            return here
        return units if self.day else [unit for unit in units if not unit.until] or units

    def _at_home(self, units: Iterable[Unit]) -> list[Unit]:
        family = _family(self.home_province)
        return [unit for unit in units if family and _family(unit.province_code) == family]

    def _bare_at_home(self, hit: Hit, units: list[Unit]) -> list[Unit]:
        """Bare names count only in the home province, and not where another district has such a commune."""
        units = [unit for unit in units if unit.code == self.home] or self._at_home(units)
        if len(units) == 1 and units[0].code != self.home:
            others = districts_with(hit.key) - {units[0].code}
            provinces = {d.province_code for code in others if (d := gazetteer.district(code))}
            return [] if self.home_province in provinces else units
        return units

    def _commune_at_home(self, hit: Hit, unit: Unit) -> bool:
        """Whether the name of a far district is also that of a commune in the home province."""
        if not self.home_province or self._at_home([unit]):
            return False
        return self.home_province in provinces_with(hit.key)

    def _of_the_day(self, units: list[Unit], near: Iterable[str]) -> list[Unit]:
        """One reading a place: where a unit replaced another of its name, the one of the day (or of a
        province named)."""
        families: dict[str, list[Unit]] = {}
        for unit in units:
            families.setdefault(_family(unit.province_code), []).append(unit)
        found: list[Unit] = []
        for some in families.values():
            named = [unit for unit in some if unit.province_code in near]
            if named and len({unit.province_code for unit in some}) > 1 and not self.day:
                some = named
            live = [unit for unit in some if self.day and unit.until and self.day <= unit.until]
            if live:
                some = [min(live, key=lambda unit: unit.until)]
            else:
                some = [unit for unit in some if not unit.until] or some[-1:]
            for unit in some:
                if all((unit.code, unit.valid_to) != (u.code, u.valid_to) for u in found):
                    found.append(unit)
        return found

    def _near(self, hit: Hit) -> list[str]:
        """The codes of provinces named close after the name, then before it, nearest first."""
        after = [(s - hit.end, c) for s, _, c in self.provinces if 0 <= s - hit.end <= _AFTER]
        after = [(gap, c) for gap, c in after if ". " not in self.r.plain[hit.end : hit.end + gap]]
        before = [(hit.start - e, c) for _, e, c in self.provinces if 0 <= hit.start - e <= _BEFORE]
        return [code for _, code in sorted(after)] + [code for _, code in sorted(before)]

    def _by_company(self, verdict: Verdict, units: list[Unit]) -> bool:
        """Settle a name by the rest of its list, or by another mention of it that is settled."""
        mates = {_family(unit.province_code) for unit in self._mates(verdict)}
        there = [unit for unit in units if _family(unit.province_code) in mates]
        if len(there) != 1:
            same = {unit for start in self.named[verdict.hit.key] if (unit := self.chosen.get(start))}
            there = [unit for unit in units if unit in same] or there
        if len(there) == 1:
            self.chosen[verdict.hit.start] = there[0]
        return len(there) == 1

    def _by_only_province(self, verdict: Verdict, units: list[Unit]) -> bool:
        """Settle a name by the only province that the text names."""
        named = {_family(code) for _, _, code in self.provinces}
        there = [unit for unit in units if _family(unit.province_code) in named]
        if len(named) == 1 and len(there) == 1 and not self.home_province:
            self.chosen[verdict.hit.start] = there[0]
            return True
        return False

    def _mates(self, verdict: Verdict) -> list[Unit]:
        """The units chosen for the other names of a list."""
        starts = self.lists[verdict.head.last] if verdict.head else []
        return [unit for start in starts if start != verdict.hit.start and (unit := self.chosen.get(start))]

    def _before_its_province(self, hit: Hit, unit: Unit) -> bool:
        """Whether the province of a unit follows its name: "huyện Đức Cơ (Gia Lai), Ngọc Hồi (Kon Tum)"."""
        gaps = [start - hit.end for start, _, code in self.provinces if code == unit.province_code]
        return any(0 <= gap <= _AFTER and "," not in self.r.plain[hit.end : hit.end + gap] for gap in gaps)

    def _drop_strays(self, verdicts: list[Verdict]) -> None:
        """After "huyện A, B" (no "các") B is a district only if it lies in A's province or near home."""
        for verdict in verdicts:
            unit = self.chosen.get(verdict.hit.start)
            if unit is None or unit.level != "district" or verdict.evidence != "list":
                continue
            if (
                verdict.head is None
                or verdict.head.plural
                or self._at_home([unit])
                or not districts_with(verdict.hit.key)
            ):
                continue
            mates = {_family(mate.province_code) for mate in self._mates(verdict)}
            if _family(unit.province_code) not in mates and not self._before_its_province(verdict.hit, unit):
                provinces = [u for u in verdict.hit.units if u.level == "province"]
                if provinces:
                    self.chosen[verdict.hit.start] = provinces[0]
                else:
                    del self.chosen[verdict.hit.start]


def _family(province_code: str) -> str:
    return _FAMILY.get(province_code, province_code)


def _with_grace(day: str) -> str:
    return (datetime.date.fromisoformat(day) + _GRACE).isoformat()
