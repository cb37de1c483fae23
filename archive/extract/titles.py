"""The whole title: headings and breadcrumbs are often cut off with dots, one of the others is not."""

from collections.abc import Iterable, Sequence

from archive.extract.clean import Block
from archive.extract.page import cut_off, without_dots
from archive.text import clean, fold


def best_title(shown: str, declared: Iterable[str], body: Sequence[Block]) -> str:
    """The title as shown; where that is cut off, the longer one the page declares or its first line repeats."""
    title = clean(shown)
    if not cut_off(title):
        return title
    beginning = fold(without_dots(title))
    for other in (*declared, *(block.text for block in body[:2] if len(block.text) < 300)):
        if fold(other).startswith(beginning) and not cut_off(other):
            return other
    return title
