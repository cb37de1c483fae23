"""What stands around the number of a figure, in digits or in words: units behind it, labels and qualifiers before it.

Units and labels are rows of archive/data/figure_units.csv and figure_labels.csv: the units are those that
union news of districts counts, the labels are the words whose number is a name and counts nothing.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from archive.annotate.figure_numbers import Scaled, few, few_before, written
from archive.annotate.place_words import rows as phrases
from archive.annotate.reading import Reading
from archive.annotate.tables import cells, rows
from archive.annotate.year_roles import sentence_start
from archive.text import fold, norm

Kind = Literal["count", "money", "percent"]
Rule = Literal["digits", "list", "range", "share", "words"]

# The first word after a number.
_OPENING = re.compile(r"(?: {0,3}\([^()\d\n]{1,60}\))? {0,3}[\"\u201c']?([^\W_]+|[%\u20ab])")
_GLUED = frozenset({"đ", "₫", "vnđ", "vnd", "usd", "km", "m", "m2", "m²", "m3", "m³", "ha", "kg"})
# Words between the number and its unit that do not change what is counted: "376 nữ nhà giáo".
_MODIFIERS = frozenset(phrases("nữ; nam; chị; em; bạn; vị; anh"))

# "hơn 1.500", "không dưới 20": the number is a bound or a guess.
QUALIFIERS = phrases(
    """
    hơn; trên; gần; khoảng; chừng; xấp xỉ; ước; ước tính; dưới; ngót; ít nhất; tối thiểu; tối đa; không dưới;
    không quá; đến gần; tới gần; khoảng hơn; khoảng gần; có hơn; quá; độ; cỡ; ước khoảng; ước đạt
    """
)
# Before a label these make its number a count: "mỗi lớp 5 học sinh", "3 ngày 200 người".
_COUNTERS = frozenset(
    phrases(
        "mỗi; mọi; từng; một; hằng; hàng; cả; hai; ba; bốn; năm; sáu; bảy; tám; chín; mười; nhiều; vài; các; toàn; quân"
    )
)
# "tổng số 52 giáo viên", "trong số 52 giáo viên" count; a plan is "số 52".
_BEFORE_NUMBER = frozenset(phrases("tổng; trong; con; với; là; đa; quân; lượng"))
# What 1985 may follow to be a count and no year.
_BEFORE_COUNT = frozenset(
    phrases(
        "có; với; cho; hơn; gần; trên; khoảng; được; gồm; đạt; của; là; tặng; trao; còn; thêm; hút; số; nạp; về; từ"
    )
)
# A number that begins the name of a campaign: chương trình "1 triệu sáng kiến".
_TITLES = tuple(
    map(fold, phrases("chương trình; phong trào; cuộc vận động; cuộc thi; mô hình; chủ đề; khẩu hiệu; phương châm"))
)
# Scaled numbers without a unit are money where the clause speaks of it: "ủng hộ 500 triệu".
_MONEY_BEFORE = re.compile(
    r"(?<!\w)(?:tien|kinh phi|tri gia|ung ho|ho tro|thuong|quyen gop|quy|vay|muc|chi|luong|thu nhap|dong gop|von|tang"
    r"|trong do|doanh thu|trao|gia|loi nhuan|tiet kiem|thu|no|tong|huy dong|van dong|boi thuong|uoc|dau tu|ngan sach"
    r"|chi phi|gia tri|lam loi|giai ngan)(?!\w)"
)
_MONEY_AFTER = re.compile(
    r" ?(?:[.,;:)\n]|/(?:nguoi|thang|suat|ho|em|can|nha)|$| (?:cho|de|tu|trong|va|moi|do|tai|ung ho)(?!\w))"
)
_VIEWS = ("hơn", "trên", "gần", "khoảng")
_COUNTER_BEFORE = re.compile(r"(?:xem|doc|truy cap|views?|tai|like)\W{0,3}$")
_BETWEEN = ':"\u201c('
_OPENERS = " \"\u201c':"
_NEAR = 25  # characters before a number


@dataclass(frozen=True, slots=True)
class Unit:
    """What a figure counts, in the one name for all its spellings; `few`: also by "hai", "ba" …"""

    name: str
    kind: str
    recipient: bool
    few: bool = False


@dataclass(slots=True)
class Found:
    """A figure in offsets of the plain reading."""

    value: int | Decimal
    unit: Unit
    start: int
    end: int
    rule: Rule


def _units() -> dict[str, list[tuple[str, str, Unit]]]:
    """First word without accents → the spellings that begin with it, without accents and with, longest first."""
    found: dict[str, dict[str, tuple[str, str, Unit]]] = {}
    for row in rows("figure_units.csv"):
        unit = Unit(row["unit"], row["kind"], bool(row["recipient"]), bool(row["few"]))
        for form in [row["unit"], *cells(row["forms"])]:
            exact = norm(form).lower()
            first = _OPENING.match(fold(exact))
            assert first, form
            found.setdefault(first[1], {}).setdefault(exact, (fold(exact), exact, unit))
    return {word: sorted(some.values(), key=lambda row: -len(row[0])) for word, some in found.items()}


_UNITS = _units()
# The first words of all units, and what may stand before one.
STARTERS = frozenset([*_UNITS, *map(fold, _MODIFIERS)])
_FEW = few_before(
    frozenset([*(word for word, some in _UNITS.items() if any(u.few for *_, u in some)), *map(fold, _MODIFIERS)])
)
_LABELS = {row["label"]: int(row["below"]) for row in rows("figure_labels.csv")}
_REPEATS = frozenset(
    label for row in rows("figure_labels.csv") if row["repeats"] for label in (row["label"], fold(row["label"]))
)
_PLAIN_LABELS = {fold(label): below for label, below in _LABELS.items()}
_LABELS_END = frozenset(label.split()[-1] for label in (*_LABELS, *_PLAIN_LABELS))
_EXACT = (_COUNTERS, _BEFORE_NUMBER, _BEFORE_COUNT)
_PLAIN = tuple(frozenset(map(fold, words)) for words in _EXACT)
_QUALIFIERS, _PLAIN_QUALIFIERS = frozenset(QUALIFIERS), {fold(words): words for words in QUALIFIERS}
_QUALIFIERS_END = frozenset(words.split()[-1] for words in (*_QUALIFIERS, *_PLAIN_QUALIFIERS))
_PLAIN_MODIFIERS = frozenset(map(fold, _MODIFIERS))
DONG, DOLLAR = Unit("đồng", "money", False), Unit("USD", "money", False)


def unit_after(r: Reading, at: int) -> tuple[Unit, int] | None:
    """The unit that the words from an offset on name, and where it ends; None for words that are no unit."""
    opening = _OPENING.match(r.folded, at)
    if not opening:
        return None
    if opening.start(1) == at:
        glued = opening[1] in "%\u20ab" or r.plain[at : opening.end()].lower() in _GLUED
        return _unit_at(r, opening) if glued else None
    unit = _unit_at(r, opening)
    if opening[1] in _PLAIN_MODIFIERS:
        after = _OPENING.match(r.folded, opening.end())
        written = r.plain[slice(*opening.span(1))].lower() in _MODIFIERS or r.unaccented(at)
        found = unit_after(r, opening.end()) if after and after.start(1) > opening.end() and written else None
        # "90 nữ công nhân" are workers, "15 chị em" and "35 chị được biểu dương" are not.
        if found and (not unit or found[1] > unit[1]):
            return found
    return unit


def unit_of(r: Reading, start: int, amount: Scaled) -> tuple[Unit | None, int]:
    """The unit after a number and where it ends; đồng where a sum of money leaves it out."""
    found = unit_after(r, amount.end)
    if found and found[0].name == "lượt" and _COUNTER_BEFORE.search(r.folded, max(0, start - 12), start):
        return None, amount.end
    if found and found[0].kind != "none":
        return found
    if found and found[0].name == "view" and (amount.scale > 1 or qualifier_before(r, start) in _VIEWS):
        return Unit("lượt", "count", False), found[1]
    if not found and r.plain[start - 1 : start] == "$":
        return DOLLAR, amount.end
    if not found and r.plain[amount.end - 1] == "k" and amount.scale == 1000:
        return DONG, amount.end
    if not found and amount.scale >= 10**6 and _MONEY_AFTER.match(r.folded, amount.end):
        clause = sentence_start(r.folded, start)
        if _MONEY_BEFORE.search(r.folded, clause, start):
            return DONG, amount.end
    return None, amount.end


def worded(r: Reading, found: list[Found]) -> list[Found]:
    """The figures whose number is in words, but for those that repeat one in digits: "50 triệu đồng (năm mươi …)"."""
    taken = {n for f in found for n in (f.start, f.end)}
    made = []
    for start, end, value in [*written(r), *few(r, _FEW)]:
        unit = unit_after(r, end)
        if not unit or unit[1] in taken or unit[0].kind == "none" or (value < 10 and not unit[0].few):
            continue
        if is_name(r, start, value, False):
            continue
        if r.plain[start - 1 : start] == "(" and any(f.value == value and 0 < start - f.end < 4 for f in found):
            continue
        made.append(Found(value, unit[0], start, unit[1], "words"))
    return made


def _unit_at(r: Reading, opening: re.Match[str]) -> tuple[Unit, int] | None:
    """The longest unit that begins with a word."""
    start = opening.start(1)
    for key, exact, unit in _UNITS.get(opening[1], ()):
        if not r.folded.startswith(key, start):
            continue
        end = start + len(key)
        if r.folded[end : end + 1].isalnum() and key[-1].isalnum():
            continue
        given = r.plain[start:end].lower()
        if given == exact or norm(given) == exact or (given.isascii() and r.unaccented(start)):
            return unit, end
    return None


def is_title(r: Reading, at: int) -> bool:
    """Whether the number at an offset begins the name of a campaign: chương trình "1 triệu sáng kiến"."""
    return r.folded[max(0, at - _NEAR) : at].rstrip(_OPENERS).endswith(_TITLES)


def is_name(r: Reading, at: int, value: float, bare_year: bool) -> bool:
    """Whether the number at an offset is a name and counts nothing: "lớp 9", "năm 2020", "số 12".

    `bare_year`: it is written with four digits alone, as years are.
    """
    if is_title(r, at):
        return True
    bare_year = bare_year and 1900 <= value < 2100
    words = _words_before(r, at, _NEAR)
    if not words:
        return bare_year
    last, other = words[-1].rstrip(_BETWEEN), words[-2] if len(words) > 1 else ""
    if last not in _LABELS_END and not bare_year:
        return False
    plain = last.isascii() and r.unaccented(at)
    labels = _PLAIN_LABELS if plain else _LABELS
    counters, numbers, counts = _PLAIN if plain else _EXACT
    if plain:
        other = fold(other)
    if bare_year:
        return last not in counts or (last in {"số", "so"} and other not in numbers)
    below = labels.get(f"{other} {last}", labels.get(last))
    if below is None or value >= below:
        return False
    if last in {"số", "so"}:
        return other not in numbers
    return not (other in counters or (other.isdigit() and last in _REPEATS))


def qualifier_before(r: Reading, at: int) -> str:
    """The words that make the number at an offset a bound or a guess; "" where it is exact."""
    words = _words_before(r, at, 16)
    if not words or words[-1] not in _QUALIFIERS_END:
        return ""
    for phrase in (" ".join(words[-2:]), words[-1]):
        if phrase in _QUALIFIERS:
            return phrase
        if phrase in _PLAIN_QUALIFIERS and r.unaccented(at):
            return _PLAIN_QUALIFIERS[phrase]
    return ""


def _words_before(r: Reading, at: int, reach: int) -> list[str]:
    """The words of a line before an offset, in small letters."""
    before = r.plain[max(0, at - reach) : at]
    if "\n" in before:
        before = before.rpartition("\n")[2]
    return before.lower().split()
