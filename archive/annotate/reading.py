"""A text made ready for reading by rule: NFC, plain white space, hyphens and apostrophes, one accent-free
copy of the same length, and the way back from its offsets to those of the text as it was given."""

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass, field

from archive.annotate.tables import words_only
from archive.text import fold_words, nfc, unaccent

# All one character for one, so that offsets stay. Line feeds are kept: they end sentences and paragraphs.
_PLAIN = {
    **dict.fromkeys("\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000", " "),
    **dict.fromkeys("\t\x0b\x0c\r", " "),
    **dict.fromkeys("\u2028\u2029\x85", "\n"),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d", "-"),
    **dict.fromkeys("\u00d0\u0189", "Đ"),
    **dict.fromkeys("\u00f0\u0256", "đ"),
    **dict.fromkeys("\u2018\u2019\u02bc\u2032\u00b4`\uff07", "'"),
}
_ODD = re.compile("[" + "".join(map(re.escape, _PLAIN)) + "]")
# M'gar, H'leo, H' Drai are one word: one or two letters, an apostrophe, the rest.
_WORD_APOSTROPHE = re.compile(r"(?<![^\W_])[^\W\d_]{1,2}' ?[^\W\d_]+|[^\W_]+")
ACCENTED = re.compile("[\u00c0-\u010f\u0112-\u024f\u1e00-\u1eff]")


@dataclass(slots=True)
class Reading:
    """`plain` and `folded` have the same length; `span` leads from their offsets to the given text.

    `words` are where each word starts and ends, `vocabulary` those of `folded` as tables.vocabulary gives them.
    """

    given: str
    plain: str
    folded: str
    offsets: list[int] | None
    words: list[tuple[int, int]]
    vocabulary: frozenset[bytes]
    _small: str | None = field(default=None)
    _lines: list[int] | None = field(default=None)
    _bare: dict[int, bool] = field(default_factory=dict)
    _capitals: dict[int, bool] = field(default_factory=dict)

    @property
    def small(self) -> str:
        """`plain` in small letters, of the same length."""
        if self._small is None:
            small = self.plain.lower()
            same = len(small) == len(self.plain)
            self._small = small if same else "".join(c.lower() if len(c.lower()) == 1 else c for c in self.plain)
        return self._small

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Offsets into `plain` as offsets into the text as given."""
        offsets = self.offsets
        if offsets is None:
            return start, end
        while offsets[end] == offsets[start] and end < len(offsets) - 1:  # a stray accent is part of its letter
            end += 1
        return offsets[start], offsets[end]

    def line(self, at: int) -> tuple[int, int]:
        """The start and end of the line that holds an offset."""
        if self._lines is None:
            self._lines = [0, *(m.end() for m in re.finditer("\n", self.plain)), len(self.plain) + 1]
        index = bisect_right(self._lines, at)
        return self._lines[index - 1], self._lines[min(index, len(self._lines) - 1)] - 1

    def unaccented(self, at: int) -> bool:
        """Whether the line of an offset is written without accents (đ aside: LĐLĐ survives everywhere)."""
        start, end = self.line(at)
        if start not in self._bare:
            self._bare[start] = not ACCENTED.search(self.plain, start, end)
        return self._bare[start]

    def capitals(self, at: int) -> bool:
        """Whether the line of an offset is a headline in capitals, where a capital says nothing."""
        start, end = self.line(at)
        if start not in self._capitals:
            line = self.plain[start:end]
            # Most lines are known by their first half: no capitals in the rest make up for its small letters.
            small = sum(map(str.islower, line[: len(line) // 2]))
            self._capitals[start] = small * 5 < len(line) and (
                sum(map(str.islower, line)) * 4 < sum(map(str.isupper, line))
            )
        return self._capitals[start]


def read(text: str) -> Reading:
    """The text ready for reading. Already composed text without invisible characters costs no offset
    table."""
    plain, offsets = text, None
    if nfc(text) != text:
        plain, offsets = _compose(text)
    for odd in set(_ODD.findall(plain)):
        plain = plain.replace(odd, _PLAIN[odd])
    folded = fold_words(plain)
    if len(folded) != len(plain):  # a letter such as İ, whose small form is two characters
        folded = "".join(low if len(low := unaccent(c).lower()) == 1 else c for c in plain)
    chunks = words_only(folded).split(b" ")
    words = [m.span() for m in _WORD_APOSTROPHE.finditer(plain)] if "'" in plain else _words(chunks)
    return Reading(text, plain, folded, offsets, words, frozenset(chunks))


def _words(chunks: list[bytes]) -> list[tuple[int, int]]:
    """Where the words of a text without apostrophes start and end; splitting bytes takes half the time of a
    pattern."""
    found: list[tuple[int, int]] = []
    start = 0
    for chunk in chunks:
        end = start + len(chunk)
        if end > start:
            found.append((start, end))
        start = end + 1
    return found


def _compose(text: str) -> tuple[str, list[int]]:
    """The text in NFC and, for each of its offsets, the offset in the given text it came from."""
    parts: list[str] = []
    offsets: list[int] = []
    start = 0
    for at in range(1, len(text) + 1):
        if at < len(text) and (unicodedata.combining(text[at]) or not nfc(text[at])):
            continue
        part = nfc(text[start:at])
        parts.append(part)
        offsets.extend([start] * len(part))
        start = at
    offsets.append(len(text))
    return "".join(parts), offsets
