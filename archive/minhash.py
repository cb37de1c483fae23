"""What a text shares with another: shingles, MinHash bands that propose pairs, and the rule that decides them. Pure.

A shingle is five syllables in a row, folded, so that copies without accents, under another title or in another order
keep theirs. Of two texts with Jaccard similarity j at least one of the BANDS keys is equal with probability
1 - (1 - j^ROWS)^BANDS: .999 at j = .6 (a copy cut to 60 %), .92 at .42 (every tenth word changed), .002 at .04 (two
articles of one genre).
"""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Mapping, Set
from dataclasses import dataclass
from hashlib import blake2b
from itertools import accumulate, chain, combinations
from struct import pack
from zlib import crc32

from archive.text import nfc, unaccent

WIDTH = 5
"""Syllables of a shingle."""
BANDS, ROWS = 32, 3
"""Keys of a text, and MinHash values in each: four miss one in eighty copies cut to 60 %, two propose too much."""
MOST = 0.5
"""Share of the longer text that a reprint has more than. It holds both ways, so that a digest of two articles which
share nothing can be a reprint of one of them at most and never makes them one story."""
SHORTEST = 40
"""Syllables under which only an equal text under an equal title is a reprint: a notice is a formula with a name."""
LEAST_SAID = 20
"""Syllables, with the title, under which an equal text says nothing: "Thông báo: xem tệp đính kèm"."""
LONGEST = 4000
"""Syllables that are compared; the rest of a longer document is not looked at."""
FEWEST_ALIKE = 24
"""Equal bytes of two sketches of BANDS * ROWS under which their shingles need not be compared. What MOST asks for is a
Jaccard similarity above 1/3, 32 equal bytes give or take 5; two articles of one genre have ten."""
FEWEST_FACTS, SAME_FACTS = 5, 0.5
"""From five facts on, in both texts, half of the fewer must be in the other: a form filled in twice shares its phrases
and not its facts."""

_SYLLABLE = re.compile(rb"\w+")
_NUMBER = re.compile(rb"\d+(?:[.,]\d+)*")
_NAME = re.compile(rb"\b[A-Z][a-z]*(?: [A-Z][a-z]*\b)+")
_RINGS = (0x9E3779B1, 0x85EBCA6B, 0xC2B2AE35)
_STEPS = (1, 11, 23)
_WORD = 1 << 32


@dataclass(frozen=True)
class Text:
    """What is compared of an article. `identity` is equal where two articles say the same under the folding; it is
    None where nothing is said. A short notice has no shingles."""

    identity: bytes | None
    shingles: frozenset[int]
    facts: frozenset[int]
    keys: tuple[int, ...]
    sketch: bytes


class Pairs:
    """Which of some texts are reprints of each other: an equal key that is no template's proposes, `alike` and `shared`
    decide. Each two are compared once, and only where they must be."""

    def __init__(self, texts: Mapping[int, Text], templates: Set[int] = frozenset()):
        self.texts = texts
        self.usable = {number: frozenset(text.keys) - templates for number, text in texts.items()}
        self.known: dict[tuple[int, int], int] = {}

    def keys(self, one: int, other: int) -> frozenset[int]:
        """The keys that propose two texts."""
        return self.usable[one] & self.usable[other]

    def shared(self, one: int, other: int) -> int:
        """How many shingles make two texts reprints; 0 when they are none."""
        pair = (min(one, other), max(one, other))
        if pair not in self.known:
            first, second = self.texts[one], self.texts[other]
            proposed = self.keys(one, other) and alike(first.sketch, second.sketch)
            self.known[pair] = shared(first, second) if proposed else 0
        return self.known[pair]

    def groups(self) -> list[list[int]]:
        """The texts, those together that pairs connect."""
        group_of = {number: [number] for number in self.texts}
        having: defaultdict[int, list[int]] = defaultdict(list)
        for number, keys in self.usable.items():
            for key in keys:
                having[key].append(number)
        for numbers in having.values():
            if all(group_of[number] is group_of[numbers[0]] for number in numbers):
                continue
            for one, other in combinations(numbers, 2):
                if group_of[one] is not (joined := group_of[other]) and self.shared(one, other):
                    group_of[one] += joined
                    group_of.update(dict.fromkeys(joined, group_of[one]))
        return list({id(group): group for group in group_of.values()}.values())


def read(title: str, body: str) -> Text:
    """What is compared of an article with this title and body: of a short one both, of any other the body alone."""
    plain = _plain(body)
    words = syllables(plain)
    if len(words) >= SHORTEST:
        words, facts = words[:LONGEST], facts_of(plain)
        found = _shingles(words)
        rows = _rows(found)
        return Text(_identity(words, *sorted(facts)), found, facts, _keys(rows), _sketch(rows))
    heading = syllables(_plain(title))
    said = words and len(words) + len(heading) >= LEAST_SAID
    return Text(_identity(words, *map(crc32, heading)) if said else None, frozenset(), frozenset(), (), b"")


def alike(one: bytes, other: bytes) -> bool:
    """Whether two sketches are near enough for their texts to be reprints."""
    differences = int.from_bytes(one) ^ int.from_bytes(other)
    return differences.to_bytes(BANDS * ROWS).count(0) >= FEWEST_ALIKE


def shared(one: Text, other: Text) -> int:
    """How many shingles make two texts reprints of each other; 0 when they are none."""
    longest = max(len(one.shingles), len(other.shingles))
    if min(len(one.shingles), len(other.shingles)) <= MOST * longest:
        return 0
    common = len(one.shingles & other.shingles)
    return common if common > MOST * longest and _same_facts(one.facts, other.facts) else 0


def containment(one: Set[int], other: Set[int]) -> float:
    """The share of the first set that is in the second, 0 to 1; 0 of an empty set."""
    return len(one & other) / len(one) if one else 0.0


def shingles(text: str) -> frozenset[int]:
    """The CRC-32 of every run of five folded syllables; none of a text with fewer."""
    return _shingles(syllables(_plain(text)))


def syllables(plain: bytes) -> list[bytes]:
    """The folded syllables of a text in their order, numbers among them."""
    return _SYLLABLE.findall(plain.lower())


def facts_of(plain: bytes) -> frozenset[int]:
    """The CRC-32 of a text's numbers, without their dots and commas, and of its names of two syllables and more."""
    numbers = (number.translate(None, b".,") for number in _NUMBER.findall(plain))
    return frozenset(map(crc32, chain(numbers, map(bytes.lower, _NAME.findall(plain)))))


def signature(shingles: Collection[int]) -> tuple[int, ...]:
    """The BANDS keys of a set of shingles, 48 bits with the band's number in the lowest five; none of an empty set.

    Instead of 96 hash functions, three: each puts the shingles on a ring, where 32 fixed points take the next one.
    That is the minimum of the ring turned to that point, so two sets agree at a point with probability j. It is "one
    permutation hashing" with the empty bins filled by rotation (Shrivastava and Li, 2014), a ring for each row so that
    the values of a key are independent. It costs three sorts.
    """
    return _keys(_rows(shingles)) if shingles else ()


def _rows(shingles: Collection[int]) -> list[list[int]]:
    return [_ring(shingles, factor) for factor in _RINGS]


def _keys(rows: list[list[int]]) -> tuple[int, ...]:
    return tuple(
        _key(band, [row[band * step % BANDS] for row, step in zip(rows, _STEPS, strict=True)]) for band in range(BANDS)
    )


def _sketch(rows: list[list[int]]) -> bytes:
    """The lowest byte of each MinHash value: two texts agree in as many as their shingles do, and one in 256 more."""
    return bytes([value & 0xFF for row in rows for value in row])


def _plain(text: str) -> bytes:
    """The text as `fold` compares it, its case kept; a sign that has no ASCII letter parts words."""
    return unaccent(nfc(text)).encode("ascii", "replace")


def _shingles(words: list[bytes]) -> frozenset[int]:
    line = b" ".join(words)
    starts = [0, *accumulate([len(word) + 1 for word in words])]
    return frozenset([crc32(line[start : end - 1]) for start, end in zip(starts, starts[WIDTH:], strict=False)])


def _ring(shingles: Collection[int], factor: int) -> list[int]:
    """The next shingle's place on a ring after each of its points."""
    places = sorted([shingle * factor % _WORD for shingle in shingles])
    places.append(places[0])
    ordered = places[:-1]
    return [places[bisect_left(ordered, point)] for point in range(0, _WORD, _WORD // BANDS)]


def _key(band: int, values: list[int]) -> int:
    digest = blake2b(pack(f"<{ROWS}I", *values), digest_size=6).digest()
    return int.from_bytes(digest, "little", signed=True) & ~(BANDS - 1) | band


def _identity(words: list[bytes], *others: int) -> bytes:
    return blake2b(b"%b\n%b" % (b" ".join(words), repr(others).encode()), digest_size=16).digest()


def _same_facts(one: Set[int], other: Set[int]) -> bool:
    fewer = min(len(one), len(other))
    return fewer < FEWEST_FACTS or len(one & other) >= SAME_FACTS * fewer
