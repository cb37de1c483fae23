"""What people decide about the archive, kept apart from what is derived: CSV files in the folder data/decisions.

Rows are appended by hand and hold whenever captures are read: in a crawl, in build, rebuild and import. So far:

    furniture.csv     source,text,reason,date   this line of that source's pages is the site's own, no article's
    corrections.csv   article,field,value,reason,date   this field of that article is so, whatever was read of it
    withdrawals.csv   article,passage,reason,date,purge   this passage, or all of it, is withdrawn on request

One more is one more call of `_rows` with the check of each column, and a field of `Decisions`.
"""

import csv
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from io import StringIO
from pathlib import Path
from typing import cast

from archive.addresses import ID_LENGTH
from archive.corrections import FIELDS, Correction, Field, day_of, problem_with
from archive.errors import ArchiveError
from archive.extract.phrases import bare
from archive.folder import DataFolder
from archive.source_ids import captured_ids, known_ids, near_ids
from archive.text import clean
from archive.withdrawals import Withdrawal, Withdrawals

FURNITURE = "furniture.csv"
FURNITURE_COLUMNS = ("source", "text", "reason", "date")
CORRECTIONS = "corrections.csv"
WITHDRAWALS = "withdrawals.csv"
WITHDRAWALS_COLUMNS = ("article", "passage", "reason", "date", "purge")

Row = dict[str, str]
Check = Callable[[Row], str | None]
"""What is wrong with a column of a row, as "cause; cure"; None when nothing is."""

_ARTICLE = re.compile(rf"[a-z2-7]{{{ID_LENGTH}}}")


class DecisionsError(ArchiveError):
    """Bad rows: one line each with file, line, column, cause and cure."""

    def __init__(self, problems: list[str]):
        Exception.__init__(self, "\n".join(problems))


@dataclass(frozen=True)
class Decisions:
    """What was decided. `furniture` holds, by source id, texts as `phrases.bare` gives them: extraction drops them.
    `corrections` holds, by article id, those that are in force: the last one of each field; `withdrawals` all."""

    furniture: Mapping[str, frozenset[str]] = field(default_factory=dict)
    corrections: Mapping[str, tuple[Correction, ...]] = field(default_factory=dict)
    withdrawals: Withdrawals = field(default_factory=dict)

    def furniture_of(self, source: str) -> frozenset[str]:
        return self.furniture.get(source, frozenset())

    def corrections_of(self, article: str) -> tuple[Correction, ...]:
        return self.corrections.get(article, ())


NOTHING_DECIDED = Decisions()


def read_decisions(folder: DataFolder) -> Decisions:
    """What was decided in a data folder; nothing where its files are not there. Raises ArchiveError that names every
    bad row, SourceError when an id must be looked up in records that are bad."""
    problems: list[str] = []
    furniture = _furniture(folder, problems)
    corrections = _corrections(folder, problems)
    withdrawals = _withdrawals(folder, problems)
    if problems:
        raise DecisionsError(problems)
    return Decisions(furniture, corrections, withdrawals)


def read_withdrawals(folder: DataFolder) -> Withdrawals:
    """What is withdrawn in a data folder, whatever its other decisions are. Raises ArchiveError as read_decisions."""
    problems: list[str] = []
    withdrawals = _withdrawals(folder, problems)
    if problems:
        raise DecisionsError(problems)
    return withdrawals


def unknown_articles(decisions: Decisions, ids: Collection[str]) -> list[str]:
    """One line for each correction and withdrawal of an article that is not among these ids; none when all are."""
    corrections = [
        f"{CORRECTIONS}: line {one.line}: article: the archive holds no article {one.article}, its {one.field} is"
        " corrected in vain; copy the id from the article's address, or take the row out"
        for article in sorted(decisions.corrections.keys() - set(ids))
        for one in decisions.corrections[article]
    ]
    return corrections + [
        f"{WITHDRAWALS}: line {one.line}: article: the archive holds no article {one.article}, nothing of it is"
        " withdrawn; copy the id from the article's address, or take the row out"
        for article in sorted(decisions.withdrawals.keys() - set(ids))
        for one in decisions.withdrawals[article]
    ]


def _furniture(folder: DataFolder, problems: list[str]) -> dict[str, frozenset[str]]:
    @cache
    def captured() -> frozenset[str]:
        return captured_ids(folder.crawl_db)

    @cache
    def known() -> frozenset[str]:
        return known_ids(folder.crawl_db)

    def source(row: Row) -> str | None:
        value = row["source"]
        if value in captured() or value in known():  # the registry is only read where it must be
            return None
        return f"no source has the id {value!r}; {near_ids(value, known())}"

    checks = (source, _text, _reason("why this is no text of the articles"), _day)
    texts: dict[str, set[str]] = defaultdict(set)
    for _, row in _rows(folder.decisions / FURNITURE, dict(zip(FURNITURE_COLUMNS, checks, strict=True)), problems):
        texts[row["source"]].add(bare(row["text"]))
    return {name: frozenset(some) for name, some in texts.items()}


def _corrections(folder: DataFolder, problems: list[str]) -> dict[str, tuple[Correction, ...]]:
    checks: dict[str, Check] = {
        "article": _article,
        "field": _field,
        "value": _value,
        "reason": _reason("what shows the mistake"),
        "date": _day,
    }
    held: dict[str, dict[str, Correction]] = defaultdict(dict)
    for line, row in _rows(folder.decisions / CORRECTIONS, checks, problems):
        article, name = row["article"], cast(Field, row["field"])
        held[article][name] = Correction(article, name, clean(row["value"]), clean(row["reason"]), row["date"], line)
    return {article: tuple(fields.values()) for article, fields in held.items()}


def row_problems(row: Row) -> list[str]:
    """What is wrong with a row for withdrawals.csv, as "column: cause; cure"."""
    return list(_wrong([*row.values()], _withdrawal_checks()))


def _withdrawal_checks() -> dict[str, Check]:
    checks = (_article, _passage, _reason("why it is withdrawn: everyone reads it"), _day, _purge)
    return dict(zip(WITHDRAWALS_COLUMNS, checks, strict=True))


def _withdrawals(folder: DataFolder, problems: list[str]) -> dict[str, tuple[Withdrawal, ...]]:
    held: dict[str, dict[str, Withdrawal]] = defaultdict(dict)
    for line, row in _rows(folder.decisions / WITHDRAWALS, _withdrawal_checks(), problems):
        one = Withdrawal(
            row["article"], row["passage"].strip(), clean(row["reason"]), row["date"], bool(row["purge"]), line
        )
        held[one.article][one.digest] = one
    return {article: tuple(some.values()) for article, some in held.items()}


def _rows(file: Path, checks: Mapping[str, Check], problems: list[str]) -> list[tuple[int, Row]]:
    """The good rows of a file with the lines they begin on; none where it is not there or empty. What is wrong is added
    to problems."""
    if not file.exists():
        return []
    rows: list[tuple[int, Row]] = []
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
                rows.append((line, dict(zip(checks, values, strict=True))))
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
    row = dict(zip(checks, values, strict=True))
    for column, check in checks.items():
        if problem := check(row):
            yield f"{column}: {problem}"


def _text(row: Row) -> str | None:
    return None if bare(row["text"]) else f"{row['text']!r} is no text; copy the line as the article shows it"


def _article(row: Row) -> str | None:
    if _ARTICLE.fullmatch(row["article"]):
        return None
    return f"{row['article']!r} is no article's id; copy the {ID_LENGTH} characters after /bai/ in its address"


def _field(row: Row) -> str | None:
    return None if row["field"] in FIELDS else f"{row['field']!r} cannot be corrected; write one of {', '.join(FIELDS)}"


def _value(row: Row) -> str | None:
    return problem_with(row["field"], clean(row["value"]), day_of(row["date"]))


def _reason(wanted: str) -> Check:
    def check(row: Row) -> str | None:
        return None if row["reason"].strip() else f"is empty, the row is not reviewed; say {wanted}"

    return check


def _passage(row: Row) -> str | None:
    if not row["passage"] or bare(row["passage"]):
        return None
    return f"{row['passage']!r} is no text; copy it from the article, or leave it empty to withdraw the whole"


def _purge(row: Row) -> str | None:
    return None if row["purge"] in ("", "yes") else f"{row['purge']!r} is unknown; write yes, or nothing"


def _day(row: Row) -> str | None:
    if day_of(row["date"]):
        return None
    return f"{row['date']!r} is no date; write the day of the decision like 2026-11-23"
