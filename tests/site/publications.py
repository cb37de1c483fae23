"""Publications that can be told apart: each has its number in every title, and an article more than the one before."""

import re
from pathlib import Path

from site_archive import BINH_LUC_SOURCE, Page, build, text

from archive.publications import Published, publish_and_keep

FEWEST = 10
"""Articles of number 0."""


def numbered(number: int) -> list[Page]:
    return [
        (
            f"https://binhluc.example/{n}",
            BINH_LUC_SOURCE,
            text(f"Tin công đoàn ấn bản {number} bài {n}", f"Hội nghị của ấn bản {number}.", published="2020-01-01"),
            [],
            [],
            "2020-01-02T00:00:00+00:00",
        )
        for n in range(FEWEST + number)
    ]


def make(folder: Path, number: int, *, keep: int = 3, accept_fall: bool = False) -> Published:
    """Publish a number into union-news.db of a folder."""
    archive = folder / "archives" / f"{number}.db"
    if not archive.exists():
        archive.parent.mkdir(exist_ok=True)
        build(archive, numbered(number))
    return publish_and_keep(archive, folder / "union-news.db", keep=keep, accept_fall=accept_fall)


def numbers(page: str) -> set[int]:
    """Of which publications a page is made."""
    plain = re.sub(r"<[^>]+>", "", page)
    return {int(number) for number in re.findall(r"ấn bản (\d+)", plain, re.IGNORECASE)}
