"""What a source's captures propose as its furniture: lines that repeat over different articles, for a person to decide.

The captures are read as a build reads them, under the decisions there are. Each line is tried on the article that shows
it: what would change nothing, or cost the article, is not proposed.
"""

import csv
from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass
from datetime import date
from io import StringIO
from typing import Any

from tabulate import tabulate

from archive import ingest
from archive.captures import CaptureStore
from archive.decisions import FURNITURE_COLUMNS
from archive.errors import PurgedError
from archive.extract.repeated import LEAST_ARTICLES, RepeatedLine, Sheet, different, repeated, sheet_of

PROPOSED_MOST = 40
"""Lines that are proposed at a time: what a person decides at one go. The next come when these are decided."""
TRIED_MOST = 100
_SHOWN = 60

_NEWEST = """
SELECT captures.id, max(fetched) AS newest FROM captures JOIN addresses ON addresses.id = address
WHERE article IS NOT NULL AND record IN (SELECT id FROM source_records WHERE source = ?)
GROUP BY article ORDER BY newest DESC, captures.id DESC LIMIT ?
"""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What was read of a source and what repeats: `pages` newest captures, one an article, of which `articles` held
    one, of which `different` are stories of their own; `decided` texts are its furniture already."""

    source: str
    pages: int
    articles: int
    different: int
    decided: int
    lines: tuple[RepeatedLine, ...]

    def as_dict(self) -> dict[str, Any]:
        lines = [{**asdict(line), "sure": round(line.sure, 3), "share": round(line.share, 3)} for line in self.lines]
        return asdict(self) | {"lines": lines}


def propose(
    captures: CaptureStore,
    source: str,
    furniture: Collection[str],
    newest: int,
    progress: Callable[[int, int], None] | None = None,
) -> Proposal:
    """What repeats over the articles last captured of a source, at most so many; `furniture` is decided already.
    Raises ArchiveError when a capture is damaged."""
    rows = captures.connection.execute(_NEWEST, (source, newest)).fetchall()
    ids: dict[str, int] = {}
    sheets = []
    for done, row in enumerate(rows, start=1):
        if sheet := _read(captures, row["id"], furniture):
            sheets.append(sheet)
            ids[sheet.address] = row["id"]
        if progress:
            progress(done, len(rows))
    stories = different(sheets)
    lines: list[RepeatedLine] = []
    candidates = repeated(stories) if len(stories) >= LEAST_ARTICLES else []
    for line in candidates[:TRIED_MOST]:
        without = _read(captures, ids[line.example], {*furniture, line.key})
        if without and line.key not in without.keys:
            lines.append(line)
    return Proposal(source, len(rows), len(sheets), len(stories), len(furniture), tuple(lines[:PROPOSED_MOST]))


def _read(captures: CaptureStore, capture_id: int, furniture: Collection[str]) -> Sheet | None:
    """The article of a capture, as far as it is looked at; a file's text is none of the page's."""
    try:
        capture = captures.get(capture_id)
    except PurgedError:
        return None
    article = ingest.read(capture, furniture=furniture).article
    return sheet_of(article, capture.final_url) if article else None


def summary(found: Proposal) -> str:
    """What was looked at, in a line or two, and what to do where nothing can be proposed."""
    said = (
        f"{found.source}: {found.pages} captured pages read, {found.articles} hold an article, {found.different} of"
        f" them different stories; {found.decided} texts are decided already"
    )
    if found.different >= LEAST_ARTICLES:
        return said if found.lines else f"{said}\nNothing else repeats"
    needed = f"What repeats shows from {LEAST_ARTICLES} different articles on"
    if found.articles >= LEAST_ARTICLES:
        return f"{said}\n{needed}; these share their title or half their text: look whether their layout finds both"
    if found.pages >= LEAST_ARTICLES:
        return f"{said}\n{needed}; mend what keeps these pages from being read (`scrapy freeze`), or harvest more"
    return f"{said}\n{needed}; harvest more of it first: `scrapy harvest {found.source}`"


def table(found: Proposal) -> str:
    """The lines for a person to look at, the surest first."""
    rows = [
        (f"{line.sure:.0%}", f"{line.articles} ({line.share:.0%})", line.place, _short(line.text),
         ", ".join(line.doubts), line.example)
        for line in found.lines
    ]  # fmt: skip
    names = ["sure", "articles", "place", "text", "doubts", "example"]
    return tabulate(rows, headers=names, disable_numparse=True)


def csv_rows(found: Proposal, day: date, *, header: bool) -> str:
    """The lines as rows of the decisions' file, their reasons left for a person to write."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    if header and found.lines:
        writer.writerow(FURNITURE_COLUMNS)
    writer.writerows((found.source, line.text, "", day.isoformat()) for line in found.lines)
    return out.getvalue()


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
