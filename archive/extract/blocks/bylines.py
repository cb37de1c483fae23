"""Who wrote an article, and from which paper or body it is taken."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from archive.extract.blocks import Block
from archive.extract.blocks.names import is_labelled, is_person, named
from archive.extract.dates.written import is_date_line
from archive.extract.phrases import bare, is_body_name, phrases
from archive.text import clean

_CREDIT_MARK = re.compile(r"^\(\s*([^()]{2,40}?)\s*\)\s*[-–—:.]?\s*")
_CREDIT_LABEL = re.compile(r"^(?:nguồn(?: tin)?(?! ảnh)|theo)\s*(?P<colon>[:：])?\s*(?P<name>\S.*)$", re.IGNORECASE)
_BESIDE_DATE = re.compile(
    r"(?:^|[\s|·•–-])(?:bởi|by|tác giả)\s*:?\s+(?P<name>[^|·•–,\d-]+?)\s*(?=$|[|·•–,\d-]|on\b)", re.I
)
_MOST_WORDS = 12
_FOOT_LINES = 6
_HEAD_LINES = 3


class Byline(NamedTuple):
    """The writer, the paper or body credited, and the blocks without the lines that name them."""

    author: str | None
    credit: str | None
    rest: list[Block]


def take_byline(
    body: Sequence[Block],
    before: Sequence[Block],
    head: Sequence[Block],
    foot: Sequence[Block],
    shown: str | None = None,
) -> Byline:
    """The byline of an article: what a layout marked, else the last or first lines of the body, else a line after it or
    between title and body, else the name that the page shows as its writer's."""
    rest = [block for block in body if block.role != "author"]
    marked = [block.text for block in (*before, *head, *body, *foot) if block.role == "author" and block.text]
    credits = list(_take_credits(rest))
    written = [*marked, *_take_bylines(rest, last=True), *_take_bylines(rest, last=False)]
    credits += [name for line in foot[:_FOOT_LINES] if (name := _credit(line))]
    above = [*before[-_HEAD_LINES:], *head, *rest[:_HEAD_LINES]]
    written += [line.text for line in head if _short(line) and is_labelled(line.text)]
    written += _below(foot[:_FOOT_LINES])
    written += _labelled_pairs(foot[:_FOOT_LINES]) + _labelled_pairs(above)
    written += [name for line in above if (name := _beside_date(line))]
    written += [line.text for line in head if is_person(line.text)]
    found = [one for one in map(named, written) if not is_body_name(one.person)]
    # A name before an account ("quantri"), which pages show where a person's name would stand.
    best = next((one for one in found if is_person(one.person)), next(iter(found), None))
    author, body_name = best or (shown, None)
    return Byline(author, next(iter(credits), body_name), rest)


def _take_credits(rest: list[Block]) -> Iterator[str]:
    """Take the credits from the last lines, where bylines may stand among them."""
    at = len(rest)
    while at and (_credit(rest[at - 1]) or is_byline(rest[at - 1])):
        at -= 1
    last = [(line, _credit(line)) for line in rest[at:]]
    rest[at:] = [line for line, name in last if name is None]
    yield from (name for _, name in last if name is not None)


def _take_bylines(rest: list[Block], *, last: bool) -> Iterator[str]:
    """Take the bylines that end, or begin, a text; and below a labelled one its name again."""
    pictures = 0 if last else next((at for at, line in enumerate(rest) if line.text), 0)
    end = -1 if last else pictures
    plain = 0
    while len(rest) > pictures and (line := rest[end]).text:
        again = last and len(rest) > 1 and is_labelled(rest[-2].text) and line.text in rest[-2].text
        if not (again or is_byline(line)):
            plain += 1
            above = rest[-2] if last and len(rest) > 1 else None
            if plain > 1 or not _is_plain_byline(line) or (above is not None and not above.ends):
                return
        line = rest.pop(end)
        if not again:
            yield line.text


def _credit(line: Block) -> str | None:
    """The paper or body that a line credits: "Nguồn: …", "Theo …"."""
    label = _CREDIT_LABEL.match(line.text) if _short(line) and line.kind in ("p", "h", "caption") else None
    if label is None:
        return None
    name = clean(label["name"])
    set_apart = line.align == "right" or ((line.bold or line.italic) and is_body_name(name))
    return name if label["colon"] or set_apart else None


def _below(foot: Sequence[Block]) -> list[str]:
    return [line.text for line in foot if is_byline(line) and (is_labelled(line.text) or line.linked < 0.5)]


def _labelled_pairs(lines: Sequence[Block]) -> list[str]:
    """The names that stand in a line of their own below their label."""
    return [name.text for label, name in pairwise(lines) if bare(label.text) in _PAIR_LABELS and is_person(name.text)]


_PAIR_LABELS = frozenset({"tac gia", "tac gia bai viet", "nguoi viet", "bai viet", "author", "by"})


def _beside_date(line: Block) -> str | None:
    """The name after "Bởi" or "Tác giả" in a short line."""
    found = _BESIDE_DATE.search(line.text) if _short(line) else None
    return name if found and is_person(name := clean(found["name"])) else None


def declared_author(names: Sequence[str]) -> str | None:
    """The person that a page's data name as its author; neither an account's name nor a body's."""
    return next((name for name in map(clean, names) if is_person(name)), None)


def is_byline(block: Block) -> bool:
    """Whether a line names the writer: labelled, or a name that is set apart."""
    if not _short(block) or is_date_line(block.text) or block.kind not in ("p", "h", "caption"):
        return False
    if is_labelled(block.text):
        return True
    if block.kind != "p" and block.align != "right":
        return False
    set_apart = block.align == "right" or block.bold or block.italic or block.role == "author"
    return set_apart and is_person(named(block.text).person)


def _is_plain_byline(line: Block) -> bool:
    """Whether a paragraph is nothing but a name, or a name with its body."""
    return line.kind == "p" and line.linked < 0.5 and is_person(named(line.text).person)


def marked_credit(text: str) -> str | None:
    """The paper that a mark like "(LĐTĐ)" at the beginning of a text stands for."""
    mark = _CREDIT_MARK.match(text)
    return phrases().credits.get(mark[1]) if mark else None


def _short(block: Block) -> bool:
    return 2 <= len(block.text) <= 120 and len(block.text.split()) <= _MOST_WORDS
