"""Schools that a text names: a level ("THCS", "Tiểu học") and the capitalised name after it.

Written after "Trường"; THCS and THPT also alone, any level where it goes on with a list of schools. Headlines
in capitals and lines without accents are left out, as nothing there tells where a name ends; so are
universities and vocational schools, whose names are prose ("Trường Cao đẳng Y tế Hà Nam").
"""

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

from archive.annotate import gazetteer
from archive.annotate.place_words import rows
from archive.annotate.reading import Reading, read
from archive.text import norm

Rule = Literal["school", "level", "list"]

# Level → how it is written; joined ones ("TH&THCS") are made of these.
LEVELS = {
    "PTDTNT": r"(?i:phổ thông dân tộc nội trú|ptdtnt|pt dtnt|dtnt)",
    "PTDTBT": r"(?i:phổ thông dân tộc bán trú|ptdtbt|pt dtbt)",
    "THCS": r"(?i:trung học cơ sở|thcs)",
    "THPT": r"(?i:trung học phổ thông|phổ thông trung học|thpt|ptth)",
    "Tiểu học": r"(?:(?i:tiểu học)|TH)",
    "Mầm non": r"(?:(?i:mầm non)|MN)",
    "Mẫu giáo": r"(?:(?i:mẫu giáo)|MG)",
}
# What a level begins with or holds, and the words of a text without any of which it is not there.
_ANCHORS = {
    "thcs": {b"thcs"}, "thpt": {b"thpt"}, "ptth": {b"ptth"}, "tieu hoc": {b"tieu"}, "mam non": {b"mam"},
    "mau giao": {b"mau"}, "trung hoc": {b"trung"}, "dtnt": {b"dtnt", b"ptdtnt"}, "dtbt": {b"dtbt", b"ptdtbt"},
    "noi tru": {b"tru"}, "ban tru": {b"tru"}, "truong th ": {b"th"}, "truong mn ": {b"mn"}, "truong mg ": {b"mg"},
}  # fmt: skip
_UPPER = "".join(c for c in map(chr, range(0x41, 0x1F00)) if c.isupper())
_ATOM = "|".join(LEVELS.values())
_CAPITAL = rf"[{_UPPER}][^\W\d_]*(?:'[^\W\d_]+)?"
# "xã Vĩnh Hòa", "số 2 Hòa Phú", "chuyên Lê Hồng Phong", "tư thục Ánh Dương": small words that begin a name.
_OPENERS = r"(?:(?i:chuyên|tư thục|dân lập|bán công|thị trấn|xã|phường|huyện|số \d{1,2}) )*"
_NUMBER_END = r"(?=\s*(?:[,.;:()\n-]|$|và |huyện |xã |thị |thành ))"
_NAME = rf"(?:(?:{_CAPITAL})(?: (?:{_CAPITAL}))*(?: \d{{1,2}}{_NUMBER_END})?|\d{{1,2}}[/-]\d{{1,2}})"
_SCHOOL = re.compile(
    rf"(?<!\w)(?P<cue>[Tt]rường )?(?P<level>(?:{_ATOM})(?:(?: ?[&-] ?| và | )(?:{_ATOM}))*) "
    rf"(?P<name>{_OPENERS}{_NAME}|(?i:số) \d{{1,2}}{_NUMBER_END})(?!\w)"
)
_EACH = re.compile(_ATOM)
# What is "trường" only by the look of it, and what makes a level no school.
_NO_SCHOOL = re.compile(r"(?i:môi|thị|hiện|lập|quảng|nông|lâm|công) $")
_NO_LEVEL = re.compile(r"(?i:khối|cấp|bậc|ngành|ngành học|hệ|và|,|giáo viên|học sinh|cô|thầy|chương trình|&|-|/) ?$")
_BARE = frozenset({"THCS", "THPT", "PTDTNT", "PTDTBT TH&THCS", "TH&THCS", "THCS&THPT"})
_LISTED = re.compile(r",? (?:và |cùng )?")
# Capitalised words that begin something else after a name without a full stop, alone or with the next word.
_STOP = frozenset(rows("trong; ngày; tại; với; ảnh; thầy; cô; các; những; theo; ubnd; lđlđ; cđcs; thcs; thpt; tp; tx"))
_STOP_WITH = re.compile(
    r"(?i:đồng chí|hiệu trưởng|chủ tịch|phó chủ|phó hiệu|liên đoàn|công đoàn|ban chấp|ban giám|hội đồng|đảng ủy|chi bộ"
    r"|tổng liên|nhân dịp|việt nam|năm học|sau khi|từ năm|đoàn viên|tập thể|sáng ngày|chiều ngày|bà con|ông bà)(?!\w)"
)
_SURNAMES = frozenset(
    rows("nguyễn; trần; lê; phạm; hoàng; huỳnh; phan; vũ; võ; đặng; bùi; đỗ; ngô; dương; đinh; trịnh; hà; lương; đào")
)
# After these a school's name may run into a person's: "Hiệu trưởng Trường THCS Trần Phú Nguyễn Thị Hoa".
_OFFICE = re.compile(r"(?i:hiệu trưởng|hiệu phó|chủ tịch|phó|giáo viên|bí thư|tổ trưởng)[^,.;\n]{0,40}$")


@dataclass(frozen=True)
class School:
    """A school a text names: "THCS Trần Phú" with its level, where (offsets into the text as given), and by
    which rule: after Trường (school), by its level alone, or in a list of schools."""

    name: str
    level: str
    start: int
    end: int
    rule: Rule


def find_schools(text: str) -> list[School]:
    """The schools that a text names, one entry a mention, in its order."""
    return read_schools(read(text))


def read_schools(r: Reading) -> list[School]:
    """find_schools of a text made ready by read()."""
    hits = set()
    known = r.vocabulary
    for anchor, words in _ANCHORS.items():
        at = -1 if known.isdisjoint(words) else r.folded.find(anchor)
        while at >= 0:
            hits.add(at)
            at = r.folded.find(anchor, at + len(anchor))
    found: list[School] = []
    reached = 0  # in the plain reading, as the gaps of a list are
    for at in sorted(hits):
        line, stop = r.line(at)
        match = _SCHOOL.search(r.plain, max(line, reached, at - 34), min(stop, at + 120)) if at >= reached else None
        if not match or match.start() > at or match.start("name") <= at or r.capitals(at):
            continue
        rule = _rule(r, match, line, reached if found else -1)
        name = _name(r, match, line) if rule else ""
        if rule and name:
            level = _level(match["level"])
            reached = match.start("name") + len(name)
            found.append(School(f"{level} {norm(name)}", level, *r.span(match.start(), reached), rule))
    return found


def _rule(r: Reading, match: re.Match[str], line: int, last: int) -> Rule | None:
    """By which rule a level and a name are a school; None for those that are none."""
    before = r.plain[max(line, match.start() - 16) : match.start()]
    if match["cue"]:
        return None if _NO_SCHOOL.search(before) else "school"
    if last >= 0 and _LISTED.fullmatch(r.plain, last, match.start()):
        return "list"
    if _level(match["level"]) in _BARE and not _NO_LEVEL.search(before.replace("giáo viên ", "")):
        return "level"
    return None


def _level(text: str) -> str:
    """A level in its one spelling: "Tiểu học & Trung học cơ sở" → "TH&THCS"."""
    found = [next(name for name, way in LEVELS.items() if re.fullmatch(way, m[0])) for m in _EACH.finditer(text)]
    if len(found) == 1:
        return found[0]
    joined = "&".join({"Tiểu học": "TH", "Mầm non": "MN"}.get(name, name) for name in found if name[:4] != "PTDT")
    return " ".join([*(name for name in found if name[:4] == "PTDT"), joined]).strip()


def _name(r: Reading, match: re.Match[str], line: int) -> str:
    """The name without what else follows it in capitals: a person, a province, a new sentence."""
    words = match["name"].split(" ")
    at = match.start("name")
    for n, word in enumerate(words):
        if n and word[0].isupper() and (word.lower() in _STOP or _STOP_WITH.match(r.plain, at)):
            words = words[:n]
            break
        at += len(word) + 1
    if len(words) > 3 and _OFFICE.search(r.plain, max(line, match.start() - 60), match.start()):
        person = next((n for n in range(2, len(words) - 1) if words[n].lower() in _SURNAMES), len(words))
        words = words[:person]
    for count in (3, 2):
        if len(words) >= count + 2 and words[-count - 1][0].isupper() and " ".join(words[-count:]) in _places():
            words = words[:-count]
            break
    return " ".join(words) if words and not words[-1].islower() else ""


@cache
def _places() -> frozenset[str]:
    """The names of provinces and districts, which follow that of a school without a comma."""
    return frozenset(p.name for p in gazetteer.all_provinces()) | frozenset(d.name for d in gazetteer.all_districts())
