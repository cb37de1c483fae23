"""Spellings that mean the same: LĐLĐ is Liên đoàn Lao động. From archive/data/search_synonyms.csv."""

from collections.abc import Iterator, Sequence
from functools import cache

from archive.annotate.tables import cells, rows
from archive.site.search.terms import plain, spelt, words

Words = tuple[str, ...]

MAX_SPELLINGS = 24
"""Of one phrase: a query of acronyms alone has thousands, and nobody means them all."""
_LONGEST = 8


@cache
def groups() -> dict[Words, tuple[Words, ...]]:
    """A form without accents → all forms of its group, as spelt. A form that stands in two groups has those of both."""
    found: dict[Words, tuple[Words, ...]] = {}
    for row in rows("search_synonyms.csv"):
        forms = tuple(dict.fromkeys(tuple(words(spelt(form))) for form in cells(row["forms"])))
        for form in forms:
            key = tuple(map(plain, form))
            found[key] = tuple(dict.fromkeys((*found.get(key, ()), *forms)))
    return found


def segment(typed: Words, start: int) -> tuple[int, tuple[Words, ...]]:
    """The longest form that begins at a word: where it ends, and its group; (start + 1, ()) where there is none."""
    for end in range(min(len(typed), start + _LONGEST), start, -1):
        found = groups().get(tuple(map(plain, typed[start:end])))
        if found:
            return end, found
    return start + 1, ()


def spellings(typed: Words, *, exact: bool) -> tuple[Words, ...]:
    """A phrase in all its spellings, as typed first, at most MAX_SPELLINGS. With `exact` a form counts only where it is
    typed with its accents."""
    found: dict[Words, None] = {}
    for spelling in _spellings(typed, 0, exact):
        found.setdefault(spelling if exact else tuple(map(plain, spelling)), None)
        if len(found) == MAX_SPELLINGS:
            break
    return tuple(found)


def _spellings(typed: Words, start: int, exact: bool) -> Iterator[Words]:
    if start == len(typed):
        yield ()
        return
    # The other forms of what begins here first vary last, so that what was typed comes first.
    for rest in _spellings(typed, start + 1, exact):
        yield (typed[start], *rest)
    for end in range(start + 1, min(len(typed), start + _LONGEST) + 1):
        part = typed[start:end]
        forms = groups().get(tuple(map(plain, part)), ())
        if forms and (not exact or _lower(part) in map(_lower, forms)):
            others = [form for form in forms if _lower(form) != _lower(part)]
            for rest in _spellings(typed, end, exact):
                for form in others:
                    yield (*form, *rest)


def _lower(part: Sequence[str]) -> Words:
    return tuple(word.lower() for word in part)
