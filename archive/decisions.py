"""What people decide about the archive, kept apart from what is derived: CSV files in the folder data/decisions.

Rows are appended by hand and hold whenever captures are read: in a crawl, in build, rebuild and import. So far:

    furniture.csv   source,text,reason,date     this line of that source's pages is the site's own, no article's

One more is one more call of `_rows` with the check of each column, and a field of `Decisions`.
"""

import csv
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from io import StringIO
from pathlib import Path

from archive.errors import ArchiveError
from archive.extract.phrases import bare
from archive.folder import DataFolder
from archive.source_ids import captured_ids, known_ids, near_ids

FURNITURE = "furniture.csv"
FURNITURE_COLUMNS = ("source", "text", "reason", "date")

Row = dict[str, str]
Check = Callable[[str], str | None]
"""What is wrong with a value, as "cause; cure"; None when nothing is."""


class DecisionsError(ArchiveError):
    """Bad rows: one line each with file, line, column, cause and cure."""

    def __init__(self, problems: list[str]):
        Exception.__init__(self, "\n".join(problems))


@dataclass(frozen=True)
class Decisions:
    """What was decided. `furniture` holds, by source id, texts as `phrases.bare` gives them: extraction drops them."""

    furniture: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def furniture_of(self, source: str) -> frozenset[str]:
        return self.furniture.get(source, frozenset())


NOTHING_DECIDED = Decisions()


def read_decisions(folder: DataFolder) -> Decisions:
    """What was decided in a data folder; nothing where its files are not there. Raises ArchiveError that names every
    bad row, SourceError when an id must be looked up in records that are bad."""

    @cache
    def captured() -> frozenset[str]:
        return captured_ids(folder.crawl_db)

    @cache
    def known() -> frozenset[str]:
        return known_ids(folder.crawl_db)

    def source(value: str) -> str | None:
        if value in captured() or value in known():  # the registry is only read where it must be
            return None
        return f"no source has the id {value!r}; {near_ids(value, known())}"

    problems: list[str] = []
    checks = (source, _text, _reason, _day)
    rows = _rows(folder.decisions / FURNITURE, dict(zip(FURNITURE_COLUMNS, checks, strict=True)), problems)
    furniture: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        furniture[row["source"]].add(bare(row["text"]))
    if problems:
        raise DecisionsError(problems)
    return Decisions(furniture={name: frozenset(texts) for name, texts in furniture.items()})


def _rows(file: Path, checks: Mapping[str, Check], problems: list[str]) -> list[Row]:
    """The good rows of a file, by column; none where it is not there or empty. What is wrong is added to problems."""
    if not file.exists():
        return []
    rows: list[Row] = []
    line = 1
    try:
        reader = csv.reader(StringIO(file.read_bytes().decode("utf-8-sig"), newline=""), strict=True)
        header = next(reader, [])
        if header and header != [*checks]:
            problems.append(f"{file}: line 1: {','.join(header)!r} is not its header; write {','.join(checks)}")
            return []
        line = reader.line_num + 1
        for values in reader:
            found = list(_wrong(values, checks)) if values else []
            problems += [f"{file}: line {line}: {problem}" for problem in found]
            if values and not found:
                rows.append(dict(zip(checks, values, strict=True)))
            line = reader.line_num + 1
    except csv.Error as error:
        problems.append(f"{file}: line {line}: this is no CSV ({error}); mend its quotes")
    except UnicodeDecodeError as error:
        problems.append(f"{file}: this is no UTF-8 ({error.reason} at byte {error.start}); save it as UTF-8")
    except OSError as error:
        raise ArchiveError(file, f"cannot be read ({error.strerror})", "make it a file that can be read") from error
    return rows


def _wrong(values: list[str], checks: Mapping[str, Check]) -> Iterator[str]:
    if len(values) != len(checks):
        yield f"{len(values)} values instead of {len(checks)}; put a text that holds commas into double quotes"
        return
    for (column, check), value in zip(checks.items(), values, strict=True):
        if problem := check(value):
            yield f"{column}: {problem}"


def _text(value: str) -> str | None:
    return None if bare(value) else f"{value!r} is no text; copy the line as the article shows it"


def _reason(value: str) -> str | None:
    return None if value.strip() else "is empty, the row is not reviewed; say why this is no text of the articles"


def _day(value: str) -> str | None:
    try:
        date.fromisoformat(value)
    except ValueError:
        return f"{value!r} is no date; write the day of the decision like 2026-11-23"
    return None
