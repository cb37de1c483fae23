"""Who wrote an article, and from which paper or body it is taken."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from archive.extract.blocks import Block
from archive.extract.dates.written import is_date_line
from archive.extract.phrases import is_body_name, is_furniture, phrases
from archive.text import clean

_CREDIT_MARK = re.compile(r"^\(\s*([^()]{2,40}?)\s*\)\s*[-–—:.]?\s*")
_BYLINE_LABEL = re.compile(
    r"^(?:tác giả|bài viết|người viết|thực hiện|pv|ctv|(?:posted |written )?by|đăng bởi|"
    r"(?:tin|bài|ảnh|video)(?:\s*(?:,|và|&|-|–)\s*(?:tin|bài|ảnh|video))*)"
    r"(?:\s*[:：]\s*|(?<=by)\s+)(?P<name>.+)$",
    re.IGNORECASE,
)  # fmt: skip
_STORY_LABEL = re.compile(r"^(?:tin|bài)(?:\s*(?:,|và|&|-|–)\s*(?:tin|bài|ảnh|video))*\s*[:：]", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"^\(\s*(?P<name>[^()]+?)\s*\)\.?$")
_NAME = r"[A-ZÀ-ỸĐ]\w+(?:\s+[A-ZÀ-ỸĐ]\w*){1,4}"
_PERSON = re.compile(_NAME)
_BESIDE_DATE = re.compile(
    rf"(?:^|[\s|·•–-])(?:[Bb]ởi|[Bb]y|[Tt]ác giả)\s*:?\s+(?P<name>{_NAME})\s*(?=$|[|·•–,\d-]|on\b)"
)
_CREDIT_LABEL = re.compile(r"^(?:nguồn(?: tin)?|theo)\s*(?P<colon>[:：])?\s*(?P<name>\S.*)$", re.IGNORECASE)
_NAME_AND_BODY = re.compile(r"^(?P<name>[^–—-]{2,40}?)\s+[–—-]\s+(?P<body>.{3,80})$")
_MOST_WORDS = 12
_FOOT_LINES = 6


class Byline(NamedTuple):
    """The writer, the paper or body credited, and the blocks without the lines that name them."""

    author: str | None
    credit: str | None
    rest: list[Block]


def take_byline(body: Sequence[Block], around: Sequence[Block], foot: Sequence[Block]) -> Byline:
    """The byline of an article: what a layout marked, else the last lines of the body, else the first after it.
    `around` are the blocks beside the body that a layout may have marked."""
    author = next((block.text for block in (*around, *body, *foot) if block.role == "author" and block.text), None)
    credit: str | None = None
    rest = [block for block in body if block.role != "author"]
    while rest and (line := rest[-1]).kind in ("p", "h", "caption") and line.text:
        if (label := _CREDIT_LABEL.match(line.text)) and (label["colon"] or line.align == "right") and _short(line):
            credit = credit or clean(label["name"])
        elif is_byline(line):
            author = author if _is_person(author) else line.text
        elif not (len(rest) > 1 and is_labelled(rest[-2]) and line.text in rest[-2].text):
            break  # neither a byline nor the name of the labelled one above it again
        rest.pop()
    for line in foot[:_FOOT_LINES]:
        if (label := _CREDIT_LABEL.match(line.text)) and label["colon"] and _short(line):
            credit = credit or clean(label["name"])
        elif author is None and _names_author_below(line):
            author = line.text
    author = author or _named_beside_date((*around, *body[:2]))
    if author is None or not _is_person(author):
        return Byline(None, credit, rest)
    name, body_name = split_byline(author)
    return Byline(name, credit or body_name, rest)


def _named_beside_date(lines: Sequence[Block]) -> str | None:
    """The name after "Bởi" or "Tác giả" in a short line above the text."""
    found = (_BESIDE_DATE.search(line.text) for line in lines if _short(line))
    return next((clean(match["name"]) for match in found if match), None)


def _is_person(byline: str | None) -> bool:
    return byline is not None and not is_body_name(split_byline(byline)[0])


def _names_author_below(line: Block) -> bool:
    if not is_byline(line):
        return False
    return is_labelled(line) or (line.linked < 0.5 and not is_furniture(line.text))


def declared_author(names: Sequence[str]) -> str | None:
    """The person that a page's data name as its author; neither an account's name nor a body's."""
    return next((clean(name) for name in names if _PERSON.fullmatch(clean(name)) and not is_body_name(name)), None)


def is_byline(block: Block) -> bool:
    """Whether a line names the writer: labelled, or short, capitalised and without a sentence's end."""
    if not _short(block) or is_date_line(block.text):
        return False
    if is_labelled(block):
        return True
    if (block.ends and not _IN_BRACKETS.match(block.text)) or re.search(r"\d", block.text):
        return False
    if not (block.kind == "p" or (block.kind == "caption" and block.align == "right")):
        return False
    if not (block.align == "right" or block.bold or block.italic or block.role == "author"):
        return False
    words = [word for word in re.split(r"[\s()–—-]+", block.text) if word]
    capitals = sum(1 for word in words if word[0].isupper())
    return capitals >= 0.6 * len(words)


def is_labelled(block: Block) -> bool:
    """Whether a line says that a writer's name follows: "Tin, ảnh: …"."""
    return bool(_BYLINE_LABEL.match(block.text))


def names_writer(text: str) -> bool:
    """Whether a line names who wrote the text, not only who took a picture: "Tin, ảnh: …"."""
    return bool(_STORY_LABEL.match(text))


def split_byline(text: str) -> tuple[str, str | None]:
    """A byline's person and, where it names one, the body he or she writes for."""
    if label := _BYLINE_LABEL.match(text):
        text = clean(label["name"])
    if bracketed := _IN_BRACKETS.match(text):
        text = clean(bracketed["name"])
    if (pair := _NAME_AND_BODY.match(text)) and is_body_name(pair["body"]) and len(pair["name"].split()) <= 5:
        return pair["name"], pair["body"]
    return text, None


def marked_credit(text: str) -> str | None:
    """The paper that a mark like "(LĐTĐ)" at the beginning of a text stands for."""
    mark = _CREDIT_MARK.match(text)
    return phrases().credits.get(mark[1]) if mark else None


def _short(block: Block) -> bool:
    return 2 <= len(block.text) <= 120 and len(block.text.split()) <= _MOST_WORDS
