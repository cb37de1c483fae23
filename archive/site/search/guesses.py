"""What may have been meant where a query finds nothing: its words but for a slip or two, if these find something."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from weakref import WeakKeyDictionary

from archive.site.datasette_api import Database
from archive.site.search import statements
from archive.site.search.query import Piece, readings
from archive.site.search.request import SearchRequest
from archive.site.search.terms import plain

MAX_WORDS = 8
_TRIED, _SHOWN, _OF_A_WORD = 40, 3, 6
_LETTERS = "abcdefghijklmnopqrstuvwxyz"

_words: WeakKeyDictionary[Database, Mapping[str, int]] = WeakKeyDictionary()


async def guesses(db: Database, request: SearchRequest) -> tuple[str, ...]:
    """Up to three other queries, without accents, that find something; () where none is near or the query is long."""
    typed = [plain(word) for piece in request.query.pieces for word in piece.words]
    if not typed or len(typed) > MAX_WORDS:
        return ()
    if db not in _words:
        _words[db] = {row["word"]: row["articles"] for row in (await db.execute(statements.VOCABULARY)).rows}
    found: list[str] = []
    for words in islice(dict.fromkeys(near_queries(typed, _words[db])), _TRIED):
        match = readings([Piece((word,)) for word in words])[0]
        if (await db.execute(statements.ANY_MATCH, {"match": match.folded[1]})).first():
            found.append(" ".join(words))
        if len(found) == _SHOWN:
            break
    return tuple(found)


def near_queries(typed: Sequence[str], known: Mapping[str, int]) -> Iterator[tuple[str, ...]]:
    """Queries near to one: unknown words replaced, all at once; then one known word, each in its turn; then two words
    written as one apart. `known` are the words of the archive, with how often they stand there."""
    near = [near_words(word, known) for word in typed]
    repaired = [words[0] if word not in known and words else word for word, words in zip(typed, near, strict=True)]
    if repaired != list(typed):
        yield tuple(repaired)
    for at, words in enumerate(near):
        for word in words:
            yield (*repaired[:at], word, *repaired[at + 1 :])
    for at, word in enumerate(typed):
        for cut in range(1, len(word)):
            if word[:cut] in known and word[cut:] in known:
                yield (*repaired[:at], word[:cut], word[cut:], *repaired[at + 1 :])


def near_words(word: str, known: Mapping[str, int]) -> list[str]:
    """The known words one slip away (two, where none is and the word is long enough), the most frequent first."""
    if not (word.isascii() and word.isalpha() and len(word) <= 20):
        return []
    once = set(_slips(word)) - {word}
    found = once & known.keys()
    if not found and len(word) >= 5:
        found = {other for slip in once for other in _slips(slip) if other in known} - {word}
    return sorted(found, key=lambda other: (-known[other], other))[:_OF_A_WORD]


def _slips(word: str) -> Iterator[str]:
    """A letter left out, two swapped, one other, one more."""
    for at in range(len(word) + 1):
        head, tail = word[:at], word[at:]
        if tail:
            yield head + tail[1:]
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:]
        for letter in _LETTERS:
            if tail:
                yield head + letter + tail[1:]
            yield head + letter + tail
