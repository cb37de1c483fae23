"""The search index of a static copy, made by Pagefind: each article once, its words without accents.

A browser folds what is typed in the same way, so "dam ha" and "Đầm Hà" find the same; the text as it is spelt goes
beside it, word by word, for the reader.
"""

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import TYPE_CHECKING

from archive.database import connect_read_only
from archive.errors import ArchiveError
from archive.site.formats import day
from archive.text import fold

if TYPE_CHECKING:
    from pagefind.index import PagefindIndex

_ARTICLES = """
    SELECT a.n, a.id, a.title, a.body, a.published, s.name AS source_name
    FROM articles AS a JOIN sources AS s ON s.id = a.source ORDER BY a.n DESC
"""
LANGUAGE = "vi"


def articles(site_db: Path) -> Iterator[sqlite3.Row]:
    """Every article (n, id, title, body, published, source_name), the newest first, one at a time."""
    with closing(connect_read_only(site_db)) as db:
        yield from db.execute(_ARTICLES)


@asynccontextmanager
async def search_index(folder: Path) -> AsyncIterator["PagefindIndex"]:
    """An index that is written to the folder in the end. Raises ArchiveError where Pagefind is not installed."""
    try:
        from pagefind.index import PagefindIndex
    except ImportError as error:
        raise ArchiveError(
            "static copy", "its search is made by Pagefind", "run `pip install union-news-archive[static]`"
        ) from error
    async with PagefindIndex(config={"output_path": str(folder), "force_language": LANGUAGE}) as index:
        yield index


async def add(index: "PagefindIndex", row: sqlite3.Row) -> None:
    """One article."""
    words = f"{row['title']} — {row['body']}".split()
    await index.add_custom_record(
        url=f"/bai/{row['id']}/",
        content=" ".join(fold(word) or word for word in words),
        language=LANGUAGE,
        meta={
            "title": row["title"],
            "path": f"bai/{row['id']}/",
            "by": " · ".join(part for part in (day(row["published"]), row["source_name"]) if part),
            "text": " ".join(words),
        },
    )
