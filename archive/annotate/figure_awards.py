"""Who gave which award to the figures of a sentence: "LĐLĐ tỉnh tặng Bằng khen cho 14 tập thể".

Nothing is paired across a semicolon, another figure, or two awards that could both be meant.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from archive.annotate.figure_words import Found
from archive.annotate.place_words import rows
from archive.annotate.reading import Reading
from archive.annotate.tables import vocabulary
from archive.annotate.year_roles import sentence_end, sentence_start
from archive.text import fold

# In the one spelling they are given in.
AWARDS = rows(
    """
    bằng khen; giấy khen; kỷ niệm chương; cờ thi đua; cờ đơn vị xuất sắc; bằng lao động sáng tạo; huân chương lao động;
    giấy chứng nhận; thư khen; huy hiệu; danh hiệu
    """
)
_NAMES = {fold(name): name for name in AWARDS} | {"ki niem chuong": "kỷ niệm chương"}
_WORDS = {name: vocabulary(name) for name in _NAMES}
_AWARD = rf"(?:{'|'.join(sorted(_NAMES, key=len, reverse=True))})"
_LIST = rf"{_AWARD}(?:(?:,| va|, va| va tang) {_AWARD})*"
_VERB = r"(?:trao tang|trao thuong|tang thuong|khen thuong|tang|trao)"
_ADVERBS_END = re.compile(r"(?: (?:da|vua|cung|se|quyet dinh|tien hanh|dong thoi|kip thoi)){1,3}$")
# Descriptions between a recipient and what it got: "tiêu biểu", "có thành tích xuất sắc".
_TAIL = rf"(?: (?!duoc |nhan |don nhan |{_VERB} )[a-z0-9]+){{0,9}}?"
# Between an award and whom it goes to: Kỷ niệm chương "Vì …", Huân chương … hạng Ba, Giấy khen và phần thưởng.
_NAMED = r"(?: ?[\"“'][^\"“”'\n]{1,80}[\"”']| vi su nghiep [a-z ]{1,60}?| hang (?:nhat|nhi|ba)| xuat sac)?"
_WITH = r"(?: (?:kem|kem theo|va|cung) (?:tien thuong|phan thuong))?"
_ACTIVE = re.compile(
    rf"(?<![a-z]){_VERB} (?:\d+ )?(?P<award>{_LIST}){_NAMED}{_WITH}"
    rf"(?: cua (?P<by>[^,;]{{1,60}}?)(?: cho| toi| den)|(?: cho| toi| den)?)(?: cac)? ?$"
)
_GIVING = re.compile(rf"(?<![a-z]){_VERB} (?P<award>{_LIST})(?!\w)")
_WHO = re.compile(rf"{_TAIL}(?: vinh du)?(?: duoc(?: de nghi)?)? ?")
_RECEIVED = re.compile(
    rf"{_TAIL} (?:vinh du )?(?:duoc )?(?:don nhan|nhan|trao tang|tang thuong|tang|trao) "
    rf"(?P<award>{_LIST})(?!\w)(?P<of> cua )?"
)
_UPPER = "".join(c for c in map(chr, range(0x41, 0x1F00)) if c.isupper())
_OFFICE = r"(?:(?i:phó chủ tịch|chủ tịch|ban thường vụ|ban chấp hành|btv|bch|thường trực|ban giám đốc|giám đốc) )?"
_BODY = (
    r"(?i:tổng liên đoàn(?: lao động)?|tổng lđlđ|lđlđ|liên đoàn lao động|cđgd|công đoàn|ubnd"
    r"|uỷ ban nhân dân|ủy ban nhân dân|hđnd|thủ tướng chính phủ|chính phủ|chủ tịch nước|bộ|sở|phòng"
    r"|huyện ủy|tỉnh ủy|thành ủy|thị ủy|quận ủy|tỉnh đoàn"
    r"|huyện đoàn|đảng ủy|đảng bộ|hội)"
)
_FIELD = "đào tạo|xã hội|du lịch|môi trường|công nghệ|truyền thông|thể thao|phát triển"
_REST = (
    rf"(?: (?:(?i:tỉnh|huyện|huyện đảo|thành phố|tp\.?|quận|thị xã|thị trấn|xã|phường|ngành|giáo dục|lao động|{_FIELD}"
    rf"|(?:và|&)(?= (?:{_FIELD}))|viên chức|y tế|cấp trên|trung ương|gd&đt|gd-đt|việt nam|trưởng)"
    rf"|[{_UPPER}][\w&.-]*)(?!\w))*"
)
_OF = re.compile(r" cua (?:cac )?")
_BETWEEN = re.compile(r"(?: (?:xuat sac|tieu bieu|dien hinh|tien tien|co thanh tich xuat sac))?,?(?: va| cung| voi)? *")
_REACH = 160  # characters around recipients
_ONE = rf"{_OFFICE}{_BODY}(?!\w){_REST}"
_GIVER = re.compile(rf"(?<!\w){_ONE}(?: và {_ONE})?")


@dataclass(frozen=True, slots=True)
class Group:
    """Figures in a row (`first` to `last`) that lie from `start` to `end`, and the next figures' offsets."""

    first: int
    last: int
    start: int
    end: int
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Award:
    """An award ("bằng khen") and where its giver is named; None where it is not."""

    name: str
    giver: tuple[int, int] | None


def awards(r: Reading, found: list[Found]) -> dict[int, Award]:
    """The awards of those figures of a text, by their place in its list, whose sentence says that they got one; and of
    those that count awards, where it says whose."""
    known = r.vocabulary
    names = [name for name, words in _WORDS.items() if words <= known]
    given: dict[int, Award] = {}
    for group in _groups(r, found) if names else ():
        around = r.folded[max(group.before, group.start - _REACH) : min(group.after, group.end + _REACH)]
        award = _award_of(r, group, names) if any(name in around for name in names) else None
        if award:
            given |= dict.fromkeys(range(group.first, group.last + 1), award)
    for n, one in enumerate(found):
        if one.unit.name in AWARDS and (of := _OF.match(r.folded, one.end)):  # "25 Bằng khen của UBND tỉnh"
            giver = _named(r, of.end(), found[n + 1].start if n + 1 < len(found) else len(r.plain))
            given |= {n: Award(one.unit.name, giver)} if giver else {}
    return given


def _groups(r: Reading, found: list[Found]) -> Iterator[Group]:
    """Recipients that one award is given to together: "14 tập thể và 28 cá nhân"."""
    first = 0
    while first < len(found):
        if not found[first].unit.recipient:
            first += 1
            continue
        last = first
        while last + 1 < len(found) and found[last + 1].unit.recipient:
            if not _BETWEEN.fullmatch(r.folded, found[last].end, found[last + 1].start):
                break
            last += 1
        # "trao 5 giấy khen cho 5 đội": the figure before counts the award itself.
        last_before = first - 2 if first and found[first - 1].unit.name in AWARDS else first - 1
        before = found[last_before].end if last_before >= 0 else 0
        after = found[last + 1].start if last + 1 < len(found) else len(r.folded)
        yield Group(first, last, found[first].start, found[last].end, before, after)
        first = last + 1


def _award_of(r: Reading, group: Group, names: list[str]) -> Award | None:
    """The award of a group of recipients, one of some; None where the sentence names none, or two."""
    low = max(sentence_start(r.folded, group.start), group.before)
    high = min(sentence_end(r.folded, group.end), group.after)
    near = max(low, group.start - _REACH)
    before, after = r.folded[near : group.start], r.folded[group.end : high]
    given = _ACTIVE.search(r.folded, near, group.start) if any(name in before for name in names) else None
    got = _got(r, group.end, high) if any(name in after for name in names) else None
    if given is None or got:
        return None if given else got
    return _award(given, _named(r, *given.span("by")) if given["by"] else _before(r, low, given.start()))


def _got(r: Reading, start: int, end: int) -> Award | None:
    """What the words after the recipients say they were given: "được LĐLĐ tỉnh tặng …", "nhận … của …"."""
    giving = _GIVING.search(r.folded, start, end)
    giver = _before(r, start, giving.start()) if giving else None
    if giving and giver and _WHO.fullmatch(r.folded, start, giver[0]):
        return _award(giving, giver)
    got = _RECEIVED.match(r.folded, start, end)
    return _award(got, _named(r, got.end("of"), end) if got["of"] else None) if got else None


def _award(match: re.Match[str], giver: tuple[int, int] | None) -> Award:
    names = [_NAMES[name] for name in re.findall(_AWARD, match["award"])]
    return Award(", ".join(dict.fromkeys(names)), giver)


def _named(r: Reading, start: int, end: int) -> tuple[int, int] | None:
    """The giver that a part of the text begins with."""
    found = _GIVER.match(r.plain, start, end)
    return found.span() if found else None


def _before(r: Reading, start: int, end: int) -> tuple[int, int] | None:
    """The giver that a part of the text ends with: the subject of "đã tặng Bằng khen"."""
    stop = start + len(r.plain[start:end].rstrip())
    adverbs = _ADVERBS_END.search(r.folded, max(start, stop - 30), stop)
    stop = adverbs.start() if adverbs else stop
    for found in _GIVER.finditer(r.plain, start, stop):
        apposed = adverbs and r.plain[start : found.start()].rstrip().endswith((",", "-"))
        if r.plain[found.end() : stop] in {"", "," if apposed else ""}:  # "…, Chủ tịch LĐLĐ huyện, đã"
            return found.span()
    return None
