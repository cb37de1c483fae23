"""The tables of archive/data that the rules read: one row a thing, its spellings in one cell."""

import csv
from collections.abc import Iterator
from importlib.resources import files

from archive.text import clean


def rows(name: str) -> Iterator[dict[str, str]]:
    """The rows of one CSV file of archive/data, every value in NFC with single spaces."""
    text = (files("archive") / "data" / name).read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        yield {key: clean(value or "") for key, value in row.items()}


def cells(cell: str) -> list[str]:
    """The spellings in one cell, which semicolons separate."""
    return [part.strip() for part in cell.split(";") if part.strip()]
