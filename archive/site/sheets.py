"""Tables to take away: CSV for programs and XLSX for people, with cells no spreadsheet runs as a formula. Pure but for
the file a workbook is written to."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import IO

import xlsxwriter

Cell = str | int | float | date | None
"""A date is a day; None is an empty cell."""

BOM = "\ufeff"
"""Before a CSV: without it Excel reads Vietnamese as Latin-1. Whoever reads "utf-8-sig" never sees it."""

SHEET_ROWS = 1_048_575
"""Rows that one sheet of XLSX holds below its header."""
_CELL_CHARACTERS = 32_767
_FORMULA = tuple("=+-@\t\r\n＝＋－＠")
"""What makes a spreadsheet take a text for a formula (OWASP, "CSV Injection"), East Asian full-width forms included."""
_FIRST_DAY = date(1900, 3, 1)
"""Before it, days of a spreadsheet are one off."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its heading, and its width in characters."""

    heading: str
    width: int = 14


def csv_rows(rows: Sequence[Sequence[Cell]]) -> str:
    """Lines of RFC 4180. Days are ISO 8601; a text that a spreadsheet would run has an apostrophe before it, a number
    has none."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([_csv_cell(cell) for cell in row] for row in rows)
    return text.getvalue()


class Workbook:
    """An XLSX file in the making, its rows on disk and not in memory; a sheet that is full is followed by another."""

    def __init__(self, file: IO[bytes], name: str, columns: Sequence[Column], sheet_rows: int = SHEET_ROWS):
        options = {"constant_memory": True, "in_memory": False}
        self._book = xlsxwriter.Workbook(file, options)
        self._name, self._columns, self._sheet_rows = name, columns, sheet_rows
        self._bold = self._book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        self._day = self._book.add_format({"num_format": "dd/mm/yyyy"})
        self._sheets = 0
        self._begin()

    def add(self, rows: Sequence[Sequence[Cell]]) -> None:
        """Write some rows below the others."""
        for row in rows:
            if self._row == self._sheet_rows:
                self._end()
                self._begin()
            self._row += 1
            for place, cell in enumerate(row):
                self._write(place, cell)

    def close(self) -> None:
        """Put the file together."""
        self._end()
        self._book.close()

    def _begin(self) -> None:
        self._sheets += 1
        self._sheet = self._book.add_worksheet(self._name if self._sheets == 1 else f"{self._name} {self._sheets}")
        self._sheet.freeze_panes(1, 0)
        self._row = 0
        for place, column in enumerate(self._columns):
            self._sheet.set_column(place, place, column.width)
            self._sheet.write_string(0, place, column.heading, self._bold)

    def _end(self) -> None:
        self._sheet.autofilter(0, 0, self._row, len(self._columns) - 1)

    def _write(self, place: int, cell: Cell) -> None:
        if isinstance(cell, date) and cell >= _FIRST_DAY:
            self._sheet.write_datetime(self._row, place, cell, self._day)
        elif isinstance(cell, int | float):
            self._sheet.write_number(self._row, place, cell)
        elif cell is not None and cell != "":
            # As a string: whatever it begins with, it is neither formula nor link.
            self._sheet.write_string(self._row, place, _shortened(str(cell)))


def _csv_cell(cell: Cell) -> str | int | float | None:
    if isinstance(cell, date):
        return cell.isoformat()
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def _shortened(text: str) -> str:
    return text if len(text) <= _CELL_CHARACTERS else text[: _CELL_CHARACTERS - 1] + "…"
