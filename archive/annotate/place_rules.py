"""What a name in a text is: no place, or a place of certain types, with the evidence for it.

Rules first measured on 89 sentences and on 34 National Assembly resolutions: the dictionary alone is right
for four names of five, with these cues and the home province for all but a few. In doubt a name is no place.
"""

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from archive.annotate.communes import DISTRICTS_ENDED, districts_with, lives_on
from archive.annotate.names import Hit, canon, canon_name
from archive.annotate.place_cues import Cue, cue_before, gap_before, list_head, word_at
from archive.annotate.place_words import (
    CITY_BODIES,
    HERO_NAMES,
    INSTITUTIONS,
    LIST_WORDS,
    OPENERS,
    PERSON_VERBS,
    SURNAMES,
    WORD_NAMES,
)
from archive.annotate.reading import Reading

Evidence = Literal["cue", "org", "place", "list", "address", "province", "home", "bare"]

_WORD_NAMES = frozenset(map(canon_name, WORD_NAMES))
_HERO_NAMES = frozenset(map(canon_name, HERO_NAMES))
_CITY_BODIES = frozenset(map(canon_name, CITY_BODIES))
_OPENERS = frozenset(map(canon, OPENERS))
_INSTITUTIONS = frozenset(map(canon_name, INSTITUTIONS))
_LONGEST_INSTITUTION = 8
_SURNAMES = frozenset(map(canon, SURNAMES))
_PERSON_VERBS = tuple(canon_name(verb) for verb in PERSON_VERBS)
_LIST_MARKS = frozenset({",", ";", "-", "("})
_LIST_JOINS = frozenset({",", ";", "-", "và", "và huyện", ", huyện"})
_PROVINCE_TYPES = ("tỉnh", "thành phố", "tp.", "tp")
_ROLE_AFTER = re.compile(
    r", (?:lớp|sinh năm|công ty|công nhân|giáo viên|học sinh|nhân viên|đoàn viên|cđcs|trường)\b", re.IGNORECASE
)
_NAME = r"[^\W\d_]+(?: [^\W\d_]+){1,3}"
_TWO_NAMES = re.compile(rf"{_NAME} ?- ?{_NAME}")
_LONGEST_RUN = 8  # names of a list that one province may follow


@dataclass(frozen=True, slots=True)
class Verdict:
    """A name read as a place: evidence, types it may have (empty: any), the cue that it or its list
    follows."""

    hit: Hit
    evidence: Evidence
    types: frozenset[str] = frozenset()
    head: Cue | None = None
    province_only: bool = False
    within: frozenset[str] = frozenset()


def judge(r: Reading, hits: list[Hit], at: int, day: str) -> Verdict | None:
    """How the name hits[at] is meant; `day` is the ISO date of the text or ""."""
    hit = hits[at]
    if not hit.units:
        return None
    cue = cue_before(r, hit.first, hit.end)
    if hit.key.isdigit():
        return _number(r, hit, cue)
    if cue and cue.kind == "type":
        return Verdict(hit, "cue", cue.types, cue)
    if hit.lower_tail:
        return None
    if cue:
        return _after_cue(r, hits, at, cue, day)
    head = list_head(r, hit.first)
    if head:
        return _in_list(r, hits, at, head, day)
    return _bare(r, hits, at, day)


def _is_province(hit: Hit) -> bool:
    return any(unit.level == "province" for unit in hit.units)


def _lives_on(hit: Hit, day: str) -> bool:
    """Whether the name, without a type, is by now that of a commune."""
    return day >= DISTRICTS_ENDED and lives_on(hit.key)


def _number(r: Reading, hit: Hit, cue: Cue | None) -> Verdict | None:
    """Quận 1; in a list ("các quận 1, 3 và 5") a number must not be that of a count ("Quận 7, 8 công
    nhân")."""
    after = r.plain[hit.end : hit.end + 2]
    if after[:1] in {".", ",", "%"} and after[1:].isdigit():
        return None
    if cue and cue.kind == "type":
        return Verdict(hit, "cue", cue.types, cue) if "Quận" in cue.types else None
    head = list_head(r, hit.first)
    if head is None or "Quận" not in head.types:
        return None
    if not head.plural and hit.last + 1 < len(r.words):
        following = word_at(r, hit.last + 1)
        counts = gap_before(r, hit.last + 1).isspace() and following != "và"
        if counts and r.plain[r.words[hit.last + 1][0]].islower():
            return None
    return Verdict(hit, "list", frozenset({"Quận"}), head)


def _after_cue(r: Reading, hits: list[Hit], at: int, cue: Cue, day: str) -> Verdict | None:
    """A name after a word that is no type: bodies and words of place let it in, all others keep it out."""
    hit = hits[at]
    if cue.kind not in {"org", "place"}:
        return None
    if hit.key in _HERO_NAMES and cue.phrase not in _CITY_BODIES:
        return None
    if hit.key in _WORD_NAMES and r.capitals(hit.start) and not _is_province(hit):
        return None
    if _goes_on(r, hits, at):
        return None
    evidence: Evidence = "org" if cue.kind == "org" else "place"
    if _lives_on(hit, day):
        return Verdict(hit, evidence, head=cue, province_only=True) if _is_province(hit) else None
    return Verdict(hit, evidence, head=cue, within=_province_after(r, hits, at))


def _in_list(r: Reading, hits: list[Hit], at: int, head: Cue, day: str) -> Verdict | None:
    """A name whose list begins with a cue: it is of the kind that the first of them is."""
    hit = hits[at]
    joined = hit.first > 0 and word_at(r, hit.first - 1) in LIST_WORDS
    if head.kind == "byline":
        return None
    if head.kind == "type":
        if "Tỉnh" in head.types or (_is_province(hit) and not head.plural and not joined):
            return Verdict(hit, "list", province_only=True)
        return Verdict(hit, "list", head.types, head)
    if head.kind in {"org", "place"}:
        if hit.key in _HERO_NAMES or (_lives_on(hit, day) and not _is_province(hit)):
            return None
        within = _province_after(r, hits, at)
        return Verdict(hit, "province" if within else "list", head=head, within=within)
    if head.plural or joined:
        return None
    if head.kind == "commune" and not _is_province(hit):
        within = _commune_districts(r, head, hit) & {unit.code for unit in hit.units}
        within = within or _province_after(r, hits, at)
        return Verdict(hit, "address", within=within) if within and not _lives_on(hit, day) else None
    verdict = _bare(r, hits, at, day)
    return verdict if verdict and verdict.evidence in {"province", "bare"} else None


def _commune_districts(r: Reading, head: Cue, hit: Hit) -> frozenset[str]:
    """The districts that have a commune of the name between a commune cue and the next mark: "xã An Nội,
    …"."""
    words: list[str] = []
    for at in range(head.last + 1, hit.first):
        if words and gap_before(r, at).strip():
            break
        words.append(word_at(r, at))
    return districts_with(" ".join(words))


def _bare(r: Reading, hits: list[Hit], at: int, day: str) -> Verdict | None:
    """A name that nothing introduces: a district before its province, a province, or a district near home."""
    hit = hits[at]
    capitals = r.capitals(hit.start)
    if hit.key in _HERO_NAMES or (capitals and hit.key in _WORD_NAMES):
        return None
    if _goes_on(r, hits, at) or (not capitals and _is_tail(r, hits, at)) or _of_institution(r, hit):
        return None
    within = _province_after(r, hits, at)
    if within and not _lives_on(hit, day):
        return Verdict(hit, "province", within=within)
    if _is_province(hit):
        return Verdict(hit, "bare", province_only=True)
    if hit.key in _WORD_NAMES or _lives_on(hit, day) or _is_byline(r, hit):
        return None
    return Verdict(hit, "home")


def _province_after(r: Reading, hits: list[Hit], at: int) -> frozenset[str]:
    """The province codes that the next name, or that after the list of the name, may stand for, where it follows
    like one: "Bình Lục (Hà Nam)", "Yên Lạc, Lập Thạch - tỉnh Vĩnh Phúc"."""
    own = {unit.province_code for unit in hits[at].units if unit.level == "district"}
    for before, after in pairwise(hits[at : at + _LONGEST_RUN]):
        codes = own & {unit.code for unit in after.units if unit.level == "province"}
        between = r.plain[before.end : after.start].strip(" \n")
        low = between.lower()
        mark = next((between[: -len(w)].strip() for w in _PROVINCE_TYPES if low.endswith(w)), between)
        if codes:
            return frozenset(codes) if mark in _LIST_MARKS or (not mark and r.plain[before.end] == " ") else frozenset()
        if low not in _LIST_JOINS:
            break
    return frozenset()


def _goes_on(r: Reading, hits: list[Hit], at: int) -> bool:
    """Whether a longer name goes on to the right of this one: Hải Hà Kotobuki, Hà Nội Tower."""
    hit = hits[at]
    if r.capitals(hit.start) or hit.last + 1 >= len(r.words):
        return False
    start, end = r.words[hit.last + 1]
    if r.plain[hit.end : start].strip(" ") or not r.plain[start].isupper():
        return False
    acronym = end - start > 1 and r.plain[start:end].isupper()
    return not acronym and not (at + 1 < len(hits) and hits[at + 1].first == hit.last + 1)


def _is_tail(r: Reading, hits: list[Hit], at: int) -> bool:
    """Whether the name ends a longer one, of a person or a firm: Lê Văn Lâm, Samsung Thái Nguyên."""
    hit = hits[at]
    if hit.first == 0 or gap_before(r, hit.first).strip(" "):
        return False
    start, end = r.words[hit.first - 1]
    word = r.plain[start:end]
    if not word[0].isupper() or (len(word) > 1 and word.isupper()):
        return False
    if (at and hits[at - 1].last == hit.first - 1) or canon(word) in _OPENERS:
        return False
    before = gap_before(r, hit.first - 1)
    opens = hit.first == 1 or "\n" in before or any(mark in before for mark in '.!?:;("“-')
    return not opens or canon(word) in _SURNAMES


def _of_institution(r: Reading, hit: Hit) -> bool:
    """Whether the name ends that of an institution: Đại học Công nghiệp Hà Nội."""
    words, first = r.words, hit.first
    while first > 0 and hit.first - first < _LONGEST_INSTITUTION and gap_before(r, first) == " ":
        first -= 1
        if r.plain[words[first + 1][0]].isupper() and first + 1 < hit.first:
            one = word_at(r, first)
            if one in _INSTITUTIONS or (first and f"{word_at(r, first - 1)} {one}" in _INSTITUTIONS):
                return True
    return False


def _two_names(line: str) -> bool:
    return _TWO_NAMES.fullmatch(line) is not None and all(word[0].isupper() for word in re.findall(r"\w+", line))


def _is_byline(r: Reading, hit: Hit) -> bool:
    """Whether a bare name is a person's: alone on its line, one of two that end the text, with what the person is, or
    doing what people do."""
    start, end = r.line(hit.start)
    if not r.plain[start : hit.start].strip(" -*") and not r.plain[hit.end : end].strip(" .-*"):
        return True
    if start and not r.plain[end:].strip() and _two_names(r.plain[start:end].strip(" .*")):
        return True
    if _ROLE_AFTER.match(r.plain, hit.end):
        return True
    if hit.last + 2 >= len(r.words):
        return False
    following = " ".join(word_at(r, at) for at in range(hit.last + 1, min(hit.last + 4, len(r.words))))
    return following.startswith(_PERSON_VERBS)
