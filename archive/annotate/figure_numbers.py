"""Numbers as Vietnamese print writes them: thousands dot or space, decimal comma, scale words, words for digits."""

import re
from dataclasses import dataclass
from decimal import Decimal

from archive.annotate.reading import Reading
from archive.text import fold

# A point before three digits divides thousands; before one or two it is the decimal point of 3.5 tỷ.
NUMBER = r"(?:\d{1,3}(?:\.\d{3})+(?:,\d{1,2})?|\d{1,3}(?:,\d{3}){2,}|\d{1,3}(?: \d{3})+|\d{1,15}(?:[.,]\d{1,3})?)(?!\d)"
SCALES = {
    "ty": 10**9,
    "ti": 10**9,
    "trieu": 10**6,
    "tr": 10**6,
    "nghin": 1000,
    "ngan": 1000,
    "van": 10**4,
    "trd": 10**6,
    "k": 1000,
}
_SCALE_LETTERS = frozenset(word[0] for word in SCALES)
_SCALE_WORDS = frozenset(["tỷ", "tỉ", "triệu", "tr", "trđ", "nghìn", "ngàn", "vạn"])
# "300k" is a sum, "5K" a slogan, "10 k" nothing.
_SCALE = re.compile(r"(?: ?(ty|ti|trieu|trd|tr|nghin|ngan|van)|(?<=\d\d)(k))(?![^\W_])(?: (ruoi)(?![^\W_]))?")
_MORE = re.compile(rf" ({NUMBER}) ?(trieu|nghin|ngan)(?![^\W_])")
_THOUSANDS = re.compile(r"\d{1,3}(?:[. ]\d{3})+|\d{1,3}(?:,\d{3}){2,}")
_DIGITS = {
    **dict(zip(["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"], range(10), strict=True)),
    "mốt": 1, "tư": 4, "lăm": 5, "nhăm": 5, "bẩy": 7,
}  # fmt: skip
_BEGINNERS = frozenset(["một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "bẩy", "tám", "chín", "mười", "nửa"])
_WORDS = frozenset(
    [*_DIGITS, "mười", "mươi", "trăm", "nghìn", "ngàn", "triệu", "tỷ", "tỉ", "linh", "lẻ", "rưỡi", "nửa"]
)
_PLAIN = {fold(word): word for word in sorted(_WORDS)} | {
    "nam": "năm",
    "lam": "lăm",
    "tu": "tư",
    "ty": "tỷ",
    "ti": "tỉ",
}
# What every number from ten on holds, to be found quickly.
_ANCHORS = {
    b"muoi": "muoi", b"tram": " tram ", b"nghin": " nghin ", b"ngan": " ngan ", b"trieu": " trieu ", b"ty": " ty ",
    b"ti": " ti ",
}  # fmt: skip
# Numbers below ten in words.
_FEW = {"hai": 2, "ba": 3, "bốn": 4, "năm": 5, "sáu": 6, "bảy": 7, "bẩy": 7, "tám": 8, "chín": 9}
_FEW_WORDS = rf"(?:{'|'.join(sorted({fold(word) for word in _FEW}))})"
# "năm" is a year but after these; "giải ba", "nhất, nhì, ba" rank; "hai, ba" is a guess.
_FIVE_AFTER = frozenset(["có", "cho", "tặng", "trao", "gồm", "và"])
_NOT_AFTER = _WORDS | {"giải", "nhất", "nhì"}
_WORD = re.compile(r"[^\W\d_]+")
_LONGEST = 60


@dataclass(slots=True)
class Scaled:
    """A number with its scale ("1,5 tỷ"): the value in ones, where it ends, and what one of it was scaled by."""

    value: int | Decimal
    end: int
    scale: int


def digits(text: str, counts: bool) -> int | Decimal:
    """The value of digits with points and commas; `counts`: of whole things, of which 2,500 are no 2.5."""
    if text.isdigit():
        return int(text)
    if _THOUSANDS.fullmatch(text) and not text.startswith("0."):
        return int(re.sub(r"[., ]", "", text))
    whole, comma, part = text.partition(",")
    if comma and counts and len(part) == 3 and whole.isdigit() and whole != "0":
        return int(whole + part)
    if comma or "." not in text or _THOUSANDS.fullmatch(whole):
        return Decimal(re.sub(r"[. ]", "", whole) + ("." + part if part else ""))
    return Decimal(text)


def scaled(r: Reading, number: str, end: int) -> Scaled:
    """A number whose digits end at an offset, with the scale words after it: tỷ, triệu, nghìn, 4 tỷ 250 triệu."""
    folded = r.folded
    if folded[end : end + 1] == " " and folded[end + 1 : end + 2] not in _SCALE_LETTERS:
        return Scaled(digits(number, True), end, 1)
    scale = _SCALE.match(folded, end)
    # "640 vận động viên", "3 ngân hàng", "5 ti vi" begin like a scale.
    if not scale or not _is_scale(r, scale):
        return Scaled(digits(number, True), end, 1)
    factor = SCALES[scale[1] or "k"]
    value = digits(number, False) * factor
    end = scale.end()
    if scale[3]:
        return Scaled(value + factor // 2, end, factor)
    more = _MORE.match(folded, end)
    while more and SCALES[more[2]] < factor:
        value += digits(more[1], False) * SCALES[more[2]]
        factor, end = SCALES[more[2]], more.end()
        more = _MORE.match(folded, end)
    return Scaled(value, end, factor)


def _is_scale(r: Reading, scale: re.Match[str]) -> bool:
    """Whether a word is a scale as it is written."""
    if scale[2]:
        return r.plain[scale.start(2)] == "k"
    return r.plain[slice(*scale.span(1))].lower() in _SCALE_WORDS or r.unaccented(scale.start())


def few_before(words: frozenset[str]) -> tuple[re.Pattern[str], ...]:
    """The patterns of few() for units that begin with some words without accents."""
    number = rf"{_FEW_WORDS} (?={'|'.join(sorted(words))})"
    # A space or a line feed first makes searching fast: an alternative of both is thrice as slow.
    return tuple(re.compile(before + number) for before in (" ", "\n", r"\A"))


def few(r: Reading, patterns: tuple[re.Pattern[str], ...]) -> list[tuple[int, int, int]]:
    """Numbers from two to nine in words: (start, end, value) each, for units that such words are sure to count.

    "một" is an article and none; lines without accents are left out, where "sau" is also "after".
    """
    in_line, at_line, at_text = patterns
    found = []
    for match in (*in_line.finditer(r.folded), *at_line.finditer(r.folded), at_text.match(r.folded)):
        if match is None:
            continue
        start, end = match.end() - len(match[0].strip()) - 1, match.end() - 1
        word = r.plain[start:end].lower()
        if word not in _FEW:
            continue
        before = r.plain[max(0, start - 12) : start].rpartition("\n")[2].lower().split()
        last = before[-1] if before else ""
        if (last.rstrip(",") in _NOT_AFTER and before[-2:] != ["ít", "nhất"]) or (
            word == "năm" and last not in _FIVE_AFTER
        ):
            continue
        if r.unaccented(start):
            continue
        found.append((start, end, _FEW[word]))
    return found


def written(r: Reading) -> list[tuple[int, int, int]]:
    """Numbers of ten and more in words: (start, end, value) each, in the order of the text.

    Smaller ones are few()'s. "hàng trăm" is no number.
    """
    found: dict[int, tuple[int, int, int]] = {}
    known = r.vocabulary
    for word in _ANCHORS.keys() & known:
        anchor = _ANCHORS[word]
        at = r.folded.find(anchor)
        while at >= 0:
            phrase = _phrase(r, at + anchor.startswith(" "))
            if phrase:
                found.setdefault(phrase[0], phrase)
            at = r.folded.find(anchor, at + len(anchor) - 1)
    return [found[start] for start in sorted(found)]


def _phrase(r: Reading, at: int) -> tuple[int, int, int] | None:
    """The number in words around one of its words."""
    if at > 1 and r.folded[at - 2].isdigit():
        return None
    line, stop = r.line(at)
    plain = r.unaccented(at)
    floor = max(line, at - _LONGEST)
    spans = [m.span() for m in _WORD.finditer(r.plain, floor, min(stop, at + _LONGEST))]
    words = [_PLAIN.get(r.folded[s:e], "") if plain else r.plain[s:e].lower() for s, e in spans]
    here = next((n for n, (start, _) in enumerate(spans) if start == at), None)
    if here is None or words[here] not in _WORDS:
        return None
    first = last = here
    while first and words[first - 1] in _WORDS and r.plain[spans[first - 1][1] : spans[first][0]] == " ":
        first -= 1
    while last + 1 < len(words) and words[last + 1] in _WORDS and r.plain[spans[last][1] : spans[last + 1][0]] == " ":
        last += 1
    while first <= here and words[first] not in _BEGINNERS:
        first += 1
    if first > here or (spans[first][0] == floor > line):
        return None
    value = words_value(words[first : last + 1])
    return (spans[first][0], spans[last][1], value) if value and value >= 10 else None


def words_value(words: list[str]) -> int | None:
    """The value of a number in words ("hai", "mươi", "lăm" → 25); None for words that make no number."""
    total = group = 0
    digit: int | None = None
    last = 1
    for word in words:
        if word in _DIGITS:
            if digit is not None:
                return None
            digit = _DIGITS[word]
        elif word in {"linh", "lẻ"}:
            continue
        elif word == "nửa":
            total, last = -1, 1
        elif word == "rưỡi":
            return total + group + last // 2 if last > 1 and digit is None else None
        elif word == "mười":
            group, last = group + 10, 10
        elif word in {"mươi", "trăm"}:
            if digit is None:
                return None
            last = 10 if word == "mươi" else 100
            group, digit = group + digit * last, None
        else:
            last = SCALES[fold(word)]
            if total == -1:
                total, group = last // 2, 0
                continue
            count = group + (digit or 0)
            if not count:
                return None
            total, group, digit = total + count * last, 0, None
    return total + group + (digit or 0) if total >= 0 else None
