"""Pages broken at random in the ways that pages are broken: by cuts, by malice, by wrong charsets."""

import random
from collections.abc import Callable, Sequence

Mutation = Callable[[bytes, random.Random], bytes | str]

DEEP = 30_000
LONG = 12_000_000
SCRAPS = (
    b"<div>", b"</p>", b"</div>", b"<table>", b"<tr><td>", b"<!--", b"-->", b'"', b"'", b"<", b">", b"\x00", b"\xff",
    b"\x1a", b"&#xD800;", b"&#0;", b"&#x110000;", b"&", b"<script>", b"</script>", b"<style>", b"</body>", b"</html>",
    b"<title>", b"<textarea>", b"<svg>", b"<math>", b"<template>", b"<plaintext>", b"<noscript>", b"<select><option>",
    b"<form><form>", b"<![CDATA[", b"<?xml", b"<h1>", b"<base href='//['>", "a\u0323\u0303".encode(),
    "\u200b\ufeff".encode(), "e\u0301\u0301".encode(),
)  # fmt: skip
CHARSETS = ("utf-8", "utf-16", "utf-16-be", "windows-1258", "iso-8859-1", "utf-7", "shift_jis", "koi8-r", "nonsense")


def scrapped(page: bytes, chance: random.Random) -> bytes:
    """Scraps thrown in, pieces taken out."""
    broken = bytearray(page)
    for _ in range(chance.randint(1, 60)):
        at = chance.randrange(len(broken) + 1)
        broken[at : at + chance.choice([0, 0, 0, 1, 80, 2_000])] = chance.choice(SCRAPS)
    return bytes(broken)


def cut(page: bytes, chance: random.Random) -> bytes:
    return page[: chance.randrange(len(page))]


def headless(page: bytes, chance: random.Random) -> bytes:
    return page[chance.randrange(len(page)) :]


def shuffled(page: bytes, chance: random.Random) -> bytes:
    """Pieces of the page in another order, some twice."""
    parts = page.split(b">")
    at = sorted(chance.randrange(len(parts)) for _ in range(6))
    pieces = [parts[a:b] for a, b in zip([0, *at], [*at, len(parts)], strict=True)]
    return b">".join(part for piece in chance.choices(pieces, k=len(pieces) + 2) for part in piece)


def unclosed(page: bytes, chance: random.Random) -> bytes:
    """All closing tags of some kinds gone."""
    for tag in chance.sample([b"div", b"p", b"td", b"table", b"span", b"a", b"li", b"ul", b"h1", b"script", b"b"], 4):
        page = page.replace(b"</" + tag + b">", b"")
    return page


def mislabelled(page: bytes, chance: random.Random) -> bytes:
    """Bytes that are not in the charset the page names."""
    named = chance.choice(CHARSETS).encode()
    return page.replace(b"utf-8", named).replace(b"UTF-8", named)


def recoded(page: bytes, chance: random.Random) -> bytes:
    charset = chance.choice(["utf-16", "utf-32", "cp1258", "cp1252", "utf-8-sig"])
    return page.decode("utf-8", "replace").encode(charset, "ignore")


def nested(page: bytes, chance: random.Random) -> bytes:
    """An element inside itself 30,000 times, somewhere."""
    tag = chance.choice([b"div", b"span", b"b", b"table", b"ul", b"blockquote", b"font", b"a", b"section", b"x-y"])
    at = chance.randrange(len(page))
    return page[:at] + (b"<" + tag + b">") * DEEP + page[at:]


def long_attribute(page: bytes, chance: random.Random) -> bytes:
    name = chance.choice([b"class", b"style", b"href", b"data-x", b"datetime", b"content", b"id", b"alt"])
    return page.replace(b"<body", b"<body " + name + b'="' + b"A " * (LONG // 2) + b'"', 1)


def long_text(page: bytes, chance: random.Random) -> bytes:
    filler = chance.choice([b"x", b" ", b"a ", b"1/", "ạ".encode(), b"&amp;", b"<br>", b"<i></i>", b"\n", b"(", b"-"])
    at = chance.randrange(len(page))
    return page[:at] + filler * (1_000_000 // len(filler)) + page[at:]


def entities(page: bytes, chance: random.Random) -> bytes:
    """The entity bomb of XML, and entities without end in HTML's own way."""
    rows = b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 12))
    bomb = b"<!DOCTYPE x [<!ENTITY a0 'ha'>" + rows + b"]>"
    return bomb + page.replace(b"<p>", b"<p>&a11;" + chance.choice([b"&lt", b"&#", b"&notin", b"&#x1F;"]) * 20_000, 2)


def with_nul(page: bytes, chance: random.Random) -> bytes:
    return page.replace(chance.choice([b"a", b"h", b"<p", b" "]), b"\x00")


def with_surrogates(page: bytes, chance: random.Random) -> str:
    """Half of a character, as a text that was decoded wrongly has it."""
    text = page.decode("utf-8", "replace")
    return text.replace(chance.choice("aeion"), chance.choice(["\ud800", "\udfff", "\udcc3"]), 400)


COMMON: Sequence[Mutation] = (
    scrapped, scrapped, scrapped, cut, headless, shuffled, unclosed, mislabelled, recoded, with_nul, with_surrogates,
)  # fmt: skip
LARGE: Sequence[Mutation] = (nested, nested, long_attribute, long_text, entities)


def mutated(pages: Sequence[bytes], number: int) -> bytes | str:
    """The mutation with a number, always the same for the same pages: one of thirty is a large one."""
    chance = random.Random(number)
    page = chance.choice(pages)
    if number % 30 == 0:
        return chance.choice(LARGE)(page, chance)
    broken = chance.choice(COMMON)(page, chance)
    return scrapped(broken, chance) if isinstance(broken, bytes) and broken and chance.random() < 0.3 else broken
