"""Vietnamese text: one stored form (NFC), one form to compare exactly (norm), one without accents (fold).

norm and fold never change how a text divides into words, so that a search index of normalised
words can highlight the original by word position.
"""

import re
import unicodedata
from functools import lru_cache

# What is invisible, and control characters: XML and HTML allow no others in text.
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
# A second accent on one letter has no composed form and would outlive the translation.
_STRAY_MARK = re.compile("[\u0300-\u036f]")

# The tone mark of oa, oe, uy at the end of a syllable: modern "hoà" is written "hòa" in the classic style.
_MODERN = {
    modern: classic
    for modern_row, classic_row in (
        ("oà oá oả oã oạ", "òa óa ỏa õa ọa"),
        ("oè oé oẻ oẽ oẹ", "òe óe ỏe õe ọe"),
        ("uỳ uý uỷ uỹ uỵ", "ùy úy ủy ũy ụy"),
    )
    for modern, classic in zip(modern_row.split(), classic_row.split(), strict=True)
}
_TONE_PLACE = re.compile(rf"(?<![qQ])({'|'.join(_MODERN)})(?!\w)", re.IGNORECASE)

# Old fonts and keyboards write Đ as the Icelandic Ð or the African Ɖ, which look the same.
_UNACCENTED = (
    {ord(sign): "d" for sign in "đðɖ"}
    | {ord(sign): "D" for sign in "ĐÐƉ"}
    | {
        code: unicodedata.normalize("NFD", chr(code))[0]
        for block in (range(0xC0, 0x250), range(0x1E00, 0x1F00))
        for code in block
        if unicodedata.normalize("NFD", chr(code)) != chr(code)
    }
)


def nfc(text: str) -> str:
    """The text in NFC, without invisible and control characters, spaces otherwise as they were."""
    if not text.isprintable():  # nothing unseen is; asking costs a tenth of looking for it
        text = _UNSEEN.sub("", text)
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def clean(text: str) -> str:
    """One line of text as it is stored: NFC, nothing invisible, every run of white space one space."""
    return " ".join(nfc(text).split())


def unaccent(text: str) -> str:
    """The text with every Vietnamese letter as its plain ASCII letter; length and case are kept for NFC text."""
    if text.isascii():
        return text
    return text.translate(_UNACCENTED)


def norm(text: str) -> str:
    """The exact form for comparing: NFC, classic tone place (hoà and hòa are one word), case kept."""
    return unicodedata.normalize("NFC", _TONE_PLACE.sub(_classic, unicodedata.normalize("NFC", text)))


@lru_cache(1024)  # the same lines of a page are compared with one list after the other
def fold(text: str) -> str:
    """The accent-free form for comparing: lower-case ASCII letters where Vietnamese ones were."""
    folded = fold_words(unicodedata.normalize("NFC", text))
    return folded if folded.isascii() else _STRAY_MARK.sub("", folded)


def fold_words(text: str) -> str:
    """A text in NFC, small and without accents; a stray accent stays a character of its own."""
    return " ".join(map(_FOLDED.__getitem__, text.split(" ")))


class _Folded(dict[str, str]):
    """Word → its letters small and without accents. The same few thousand words make most texts: remembering them
    takes a third of the time of translating each text."""

    def __missing__(self, word: str) -> str:
        if len(self) > _REMEMBERED:
            self.clear()
        folded = unaccent(word).lower()
        if len(word) <= _WORD_LONGEST:
            self[word] = folded
        return folded


_REMEMBERED, _WORD_LONGEST = 65_536, 40
_FOLDED = _Folded()


def _classic(match: re.Match[str]) -> str:
    found = match[1]
    classic = _MODERN[found.lower()]
    if found.isupper():
        return classic.upper()
    return classic.capitalize() if found[0].isupper() else classic
