"""The tables of archive/data that the rules read: one row a thing, its spellings in one cell; and the words of
a text, by which the rules tell at once what of their tables it cannot name."""

import csv
from collections.abc import Iterator
from importlib.resources import files

from archive.text import clean

# Letters and digits stay, all else divides words.
_WORDS_ONLY = bytes(code if chr(code).isalnum() and code < 128 else 0x20 for code in range(256))


def rows(name: str) -> Iterator[dict[str, str]]:
    """The rows of one CSV file of archive/data, every value in NFC with single spaces."""
    text = (files("archive") / "data" / name).read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        yield {key: clean(value or "") for key, value in row.items()}


def cells(cell: str) -> list[str]:
    """The spellings in one cell, which semicolons separate."""
    return [part.strip() for part in cell.split(";") if part.strip()]


def words_only(folded: str) -> bytes:
    """A text without accents (Reading.folded) with blanks in the place of all but ASCII letters and digits.

    As bytes, which are split in a fraction of the time that a pattern takes; a foreign letter ends a word.
    """
    return folded.encode("ascii", "replace").translate(_WORDS_ONLY)


def vocabulary(folded: str) -> frozenset[bytes]:
    """The words of a text without accents, each once."""
    return frozenset(words_only(folded).split())
