"""The text of a PDF as paragraphs: lines joined that only the page's width broke, headings left alone."""

import re
import statistics
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from pypdfium2 import PdfDocument, PdfiumError, PdfPage, PdfTextPage
from pypdfium2.raw import FPDFText_GetUnicode

from archive.extract.decode import UNREADABLE
from archive.extract.decode.legacy import TCVN3, is_syllable
from archive.extract.decode.mojibake import repair_lines
from archive.text import clean

PAGES = 60
CHARACTERS = 300_000
"""What is read of a document: its first pages, and no more than this of their text."""

_MARKER = re.compile(
    r"(?:[-–—+*•●▪○·→✓](?=\s)(?!\s\d)|\(?\d{1,2}(?:\.\d{1,2})*[.)/](?!\d)|\(?[a-zđ][.)]|[IVX]{1,5}[.)]"
    r"|(?:Điều|Chương|Mục|Phần) [\dIVX]+)"
)
_SENTENCE_END = re.compile(r"[.:;!?…][”\"')/]*$")
_PAGE_NUMBER = re.compile(r"\W*(?:(?:trang|page)\s*)?\d{1,3}(?:\s*(?:/|of)\s*\d{1,3})?\W*", re.IGNORECASE)
_DIGITS = re.compile(r"\d+")
# PDFium joins a line that ends with a hyphen to the next with this sign; other control characters and the private ones
# are letters of fonts that do not say which.
_HYPHEN = "\x02"
_LINE_ENDS = f"\r\n{_HYPHEN}"
_SIGNS = dict.fromkeys([*range(32), 0xFFFE, *range(0xE000, 0xF900)], UNREADABLE)
_SIGNS |= {ord(_HYPHEN): "-", **{ord(space): " " for space in "\t\r\n"}}
_UNKNOWN = re.compile(rf"{UNREADABLE}+")
_HYPHENATED_END = re.compile(r"\w-$|\d–$")
# The ư of TCVN3 fonts is the hyphen of others.
_HYPHENATED = re.compile("[A-Za-z\xa1-\xff]*-[A-Za-z\xa1-\xff-]*")
_EDGE = 0.12
"""The share of a page's height, above and below, where its number and running titles stand."""
_LEADING = 1.4
"""How much more than usual two lines of a paragraph may stand apart."""
_CELL_GAP = 2.0
"""The gap between two cells of a row, in heights of a line."""
_SHORTEST = 30
"""Characters of the shortest line that the page's width can have broken."""
_NEIGHBOURS = 15
"""Lines before and behind that show how wide a line's column is."""
_GARBAGE = 0.1


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page: its text, its edges in points from the page's left and lower edge, its letters' height, and
    how wide its first word is."""

    text: str
    page: int
    left: float
    right: float
    bottom: float
    height: float
    first_word: float
    at_edge: bool


def paragraphs(body: bytes) -> list[str]:
    """The paragraphs of a PDF, in NFC, without page numbers, running titles and ruled lines; [] for scans without
    text, for fonts that do not say what they draw (single such signs are U+FFFD) and for what is no readable PDF.
    `body` is the file's bytes; `PAGES` pages and `CHARACTERS` characters of it are read."""
    try:
        lines = list(_lines(body))
    except PdfiumError:
        return []
    text = "".join(line.text for line in lines)
    if text.count(UNREADABLE) > _GARBAGE * len(text):
        return []
    joined = map(clean, _joined(_unicode(_without_running(lines))))
    return [text for text in joined if any(map(str.isalnum, text))]


def _unicode(lines: list[Line]) -> list[Line]:
    """The lines with their text in Unicode, where a document is in the fonts before it."""
    texts = [line.text for line in lines]
    repaired = repair_lines(texts)
    if repaired and repaired[1] == TCVN3.name:
        repaired = repair_lines([_HYPHENATED.sub(_with_u_horn, text) for text in texts])
    return [replace(line, text=text) for line, text in zip(lines, repaired[0], strict=True)] if repaired else lines


def _with_u_horn(match: re.Match[str]) -> str:
    word = match[0].replace("-", "\xad")
    reading = TCVN3.read(word)
    return word if reading and is_syllable(reading) else match[0]


def _lines(body: bytes) -> Iterator[Line]:
    document = PdfDocument(body)
    left = CHARACTERS
    try:
        for number in range(min(PAGES, len(document))):
            page = document[number]
            textpage = page.get_textpage()
            count = min(left, textpage.count_chars())
            yield from _lines_of(page, textpage, count, number)
            left -= count
    finally:
        document.close()


def _lines_of(page: PdfPage, textpage: PdfTextPage, count: int, number: int) -> Iterator[Line]:
    height = page.get_height()
    chars = [chr(FPDFText_GetUnicode(textpage, at)) for at in range(count)]
    shown = "".join(chars).translate(_SIGNS)
    inked: list[int] = []
    for at, char in enumerate(chars):
        if not shown[at].isspace():
            inked.append(at)
        if char in _LINE_ENDS and inked:
            yield _line(textpage, shown, inked, number, height)
            inked = []
    if inked:
        yield _line(textpage, shown, inked, number, height)


def _line(textpage: PdfTextPage, chars: str, inked: Sequence[int], number: int, page_height: float) -> Line:
    left, bottom, _, top = textpage.get_charbox(inked[0], loose=True)
    words: list[str] = []
    ends: list[float] = []
    start = inked[0]
    for at, following in pairwise([*inked, inked[-1] + 2]):
        if following == at + 1:
            continue
        right = textpage.get_charbox(at, loose=True)[2]
        if ends and textpage.get_charbox(start, loose=True)[0] - ends[-1] > _CELL_GAP * (top - bottom):
            words.append("|")
        words.append(chars[start : at + 1])
        ends.append(right)
        start = following
    return Line(
        text=_without_unknown(words),
        page=number,
        left=left,
        right=ends[-1],
        bottom=bottom,
        height=max(1.0, top - bottom),
        first_word=ends[0] - left,
        at_edge=not _EDGE * page_height < bottom < (1 - _EDGE) * page_height,
    )


def _without_unknown(words: Sequence[str]) -> str:
    """A line's words without signs of unknown fonts that stand alone: a bullet before them, an ornament among them."""
    known = [word for word in words if not _UNKNOWN.fullmatch(word)]
    return " ".join(known if words[0] in known[:1] else ["•", *known])


def _without_running(lines: Sequence[Line]) -> list[Line]:
    """The lines without page numbers and without what stands at one place of most pages' edges."""
    pages = len({line.page for line in lines})
    seen = Counter(place for _, place in {(line.page, _place(line)) for line in lines if line.at_edge})
    return [
        line
        for line in lines
        if not line.at_edge
        or not (_PAGE_NUMBER.fullmatch(line.text) or (pages > 1 and seen[_place(line)] >= max(2, pages / 2)))
    ]


def _place(line: Line) -> tuple[str, int]:
    return _DIGITS.sub("0", line.text), round(line.bottom / 3)


def _joined(lines: Sequence[Line]) -> Iterator[str]:
    if not lines:
        return
    steps = [step for a, b in pairwise(lines) if 0 < (step := (a.bottom - b.bottom)) < 3 * a.height]
    step = statistics.median(steps) if steps else 0.0
    text = lines[0].text
    for at, (line, following) in enumerate(pairwise(lines)):
        beside = lines[max(0, at - _NEIGHBOURS) : at + _NEIGHBOURS]
        if _goes_on(line, following, step, beside):
            text += following.text if _HYPHENATED_END.search(text) else f" {following.text}"
        else:
            yield text
            text = following.text
    yield text


def _goes_on(line: Line, following: Line, step: float, beside: Sequence[Line]) -> bool:
    """Whether the next line is of the same paragraph."""
    if _MARKER.match(following.text) or abs(line.height - following.height) > 0.15 * line.height:
        return False
    if "|" in line.text or "|" in following.text:
        return False
    ended = bool(_SENTENCE_END.search(line.text))
    mid_sentence = not ended and following.text[0].islower()
    column = [line, *(other for other in beside if other.page == line.page and _overlap(line, other))]
    is_long = len(line.text) >= _SHORTEST
    is_full = is_long and line.right + 0.3 * line.height + following.first_word > max(other.right for other in column)
    down = line.bottom - following.bottom
    if following.page != line.page or down <= 0:
        return is_full and not ended
    if down > _LEADING * step:
        return False
    margin = min(other.left for other in column)
    if _are_centred(line, following):
        return not ended and not following.text[0].isupper()
    indented = following.left - margin > 0.5 * line.height
    if indented and not _MARKER.match(line.text) and (following.left > line.left + 2 or ended):
        return is_full and mid_sentence and following.left <= line.left + 2
    return is_full or mid_sentence


def _are_centred(line: Line, other: Line) -> bool:
    """Whether lines of different length have one middle, as those of a heading have."""
    middles_apart = abs(line.left + line.right - other.left - other.right) / 2
    return middles_apart < 0.5 * line.height < abs(line.left - other.left)


def _overlap(line: Line, other: Line) -> bool:
    return min(line.right, other.right) - max(line.left, other.left) > 0
