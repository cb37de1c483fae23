"""Pages that are no content: challenges, logins, maintenance, errors and soft 404s, named by kind."""

import html
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import islice
from typing import Any

from archive.extract.decode import decode
from archive.extract.page import Page, parse, strip, title_forms
from archive.extract.phrases import is_furniture, is_imprint
from archive.text import clean, fold
from archive.yaml_file import parse_yaml

NOT_FOUND = "not found"

_SMALL = 8_000
"""Bytes up to which a page without paragraphs is looked at closely whatever it says."""
_LARGE = 300_000
"""Bytes beyond which no page is a notice."""
_SENTENCE = 40
"""Characters from which a line counts as prose."""
_PROSE_BESIDE = 800
"""Characters of prose that a notice may have beside its title."""
_BARE = 200
"""Characters up to which a page shows next to nothing."""
_LINE_LONGEST = 300
_HEADLINE_WORDS = 4

_PARAGRAPH = re.compile(rb"<(?!a\b|script|style)[a-z][^<>]*>[^<]{200}", re.IGNORECASE)
_TITLE = re.compile(rb"<title[^<>]*>([^<]{1,300})", re.IGNORECASE)
_TITLE_PARTS = re.compile(r"\s+[|–—»:·-]\s+|\s*[|»]\s*")
_HEAD = 16_000
_END = re.compile(rb"<\s*/\s*(?:html|body)\s*>", re.IGNORECASE)
_TAIL = 2048
_INLINE = re.compile(r"</?(?:b|strong|i|em|u|font|span|small|big|code|abbr|mark|sup|sub)\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of page that is no content; see blocked.yml for what its fields mean."""

    name: str
    statuses: frozenset[int]
    headers: tuple[tuple[str, str], ...]
    password: bool
    marks: re.Pattern[str] | None
    bare_marks: re.Pattern[str] | None
    sure_titles: re.Pattern[str] | None
    titles: re.Pattern[str] | None
    phrases: re.Pattern[str] | None


@dataclass(frozen=True, slots=True)
class Notices:
    """The table of blocked.yml, ready to compare with."""

    kinds: tuple[Kind, ...]
    words: tuple[bytes, ...]
    polite: tuple[str, ...]


@cache
def notices() -> Notices:
    table = parse_yaml(files("archive.extract").joinpath("blocked.yml").read_text("utf-8"))
    return Notices(
        kinds=tuple(_kind(name, row) for name, row in table["kinds"].items()),
        words=tuple(word.encode() for word in table["words"]),
        polite=tuple(map(fold, table["polite"])),
    )


def _kind(name: str, row: dict[str, Any]) -> Kind:
    return Kind(
        name=name,
        statuses=frozenset(row.get("statuses", ())),
        headers=tuple(row.get("headers", {}).items()),
        password=row.get("password", False),
        marks=_any_of(row.get("marks", ())),
        bare_marks=_any_of(row.get("bare_marks", ())),
        sure_titles=_any_of(map(fold, row.get("sure_titles", ()))),
        titles=_any_of(map(fold, row.get("titles", ()))),
        phrases=_any_of(map(fold, row.get("phrases", ()))),
    )


def _any_of(patterns: Iterable[str]) -> re.Pattern[str] | None:
    joined = "|".join(f"(?:{pattern})" for pattern in patterns)
    return re.compile(joined) if joined else None


def blocked(body: bytes, *, status: int = 200, headers: Mapping[str, str] | None = None) -> str | None:
    """The kind of a page that is no content, a name of blocked.yml ("challenge", "login", "maintenance", "error",
    "not found"); None: nothing says that it is one. `body` is the page's bytes, unpacked; `headers` the response's."""
    sent = {name.lower(): value.lower() for name, value in (headers or {}).items()}
    for kind in notices().kinds:
        if any(sent.get(name) == value for name, value in kind.headers):
            return kind.name
    if body.strip() and len(body) <= _LARGE and (status != 200 or _is_suspect(body)):
        look = _look(body, headers)
        for says in (_by_marks, _by_title, _by_phrase):
            for kind in notices().kinds:
                if says(kind, look):
                    return kind.name
    return next((kind.name for kind in notices().kinds if status in kind.statuses), None)


def whole(body: bytes) -> bool:
    """Whether an HTML page goes to its end: a page cut in the middle has no `</html>` or `</body>` in its last bytes,
    whatever comments and scripts come behind it."""
    return bool(_END.search(body[-2 * _TAIL :].replace(b"\x00", b"")[-_TAIL:]))


@dataclass(frozen=True, slots=True)
class _Look:
    """What a page shows: its HTML, its titles and headings (folded), its lines outside links and menus."""

    html: str
    titles: tuple[str, ...]
    headings: tuple[str, ...]
    subheadings: tuple[str, ...]
    lines: tuple[str, ...]
    shown: int
    password: bool
    is_article: bool

    def prose(self, without: re.Pattern[str] | None = None) -> int:
        """Characters of sentences that are neither the notice's own nor the page's furniture."""
        return sum(
            len(line)
            for line in self.lines
            if len(line) >= _SENTENCE
            and not line.startswith(notices().polite)
            and not (without and without.match(line))
        )

    def headline(self, notice: re.Match[str] | None) -> bool:
        """Whether a heading says what the title says and is more than the notice: an article about such things."""
        return any(
            heading in self.titles and len(heading.split()) >= _HEADLINE_WORDS and (not notice or notice[0] in heading)
            for heading in (*self.headings, *self.subheadings)
            if not notice or notice[0] != heading
        )


def _is_suspect(body: bytes) -> bool:
    """Whether a page is worth a close look: its title could be a notice's, or it is small or holds a notice's words
    and has no two paragraphs."""
    found = _TITLE.search(body, 0, _HEAD)
    if found is None or _could_be_notice(found[1]):
        return True
    if len(body) > _SMALL and not any(word in body for word in notices().words):
        return False
    return len(list(islice(_PARAGRAPH.finditer(body), 2))) < 2


def _could_be_notice(title: bytes) -> bool:
    text = _heading(html.unescape(title.decode("utf-8", "replace")))
    patterns = [pattern for kind in notices().kinds for pattern in (kind.sure_titles, kind.titles) if pattern]
    return any(pattern.fullmatch(form) for form in (text, *_TITLE_PARTS.split(text)) for pattern in patterns)


def _look(body: bytes, headers: Mapping[str, str] | None) -> _Look:
    text = decode(body, headers)
    page = parse(text, "")
    password = page.tree.css_first("input[type=password i]") is not None
    titles = tuple(title_forms(page))
    strip(page)
    shown = len(clean(page.tree.body.text(separator=" "))) if page.tree.body else 0
    for node in page.tree.css("a, header, footer"):
        node.decompose()
    headings, subheadings = (tuple(_heading(node.text()) for node in page.tree.css(tag)) for tag in ("h1", "h2"))
    return _Look(text, titles, headings, subheadings, tuple(_lines(page)), shown, password, page.is_article)


def _heading(text: str) -> str:
    return fold(clean(text)).rstrip(".… ")


def _lines(page: Page) -> Iterable[str]:
    if page.tree.body is None:
        return
    markup = _TAG.sub("\n", _INLINE.sub("", page.tree.body.html or ""))
    for line in html.unescape(markup).split("\n"):
        text = clean(line)
        if text and not is_furniture(text) and not is_imprint(text):
            yield fold(text)


def _by_marks(kind: Kind, look: _Look) -> bool:
    if kind.bare_marks and look.shown <= _BARE and kind.bare_marks.search(look.html):
        return True
    if kind.marks is None or (kind.password and not look.password):
        return False
    return look.prose() <= _PROSE_BESIDE and bool(kind.marks.search(look.html))


def _by_title(kind: Kind, look: _Look) -> bool:
    if kind.sure_titles and any(map(kind.sure_titles.fullmatch, (*look.titles, *look.headings[:1], *look.lines[:1]))):
        return True
    if kind.titles is None or look.is_article or (kind.password and not look.password):
        return False
    for text in look.titles if kind.password else (*look.titles, *look.headings):
        if (notice := kind.titles.fullmatch(text)) and not look.headline(notice):
            return look.prose(kind.phrases) <= _PROSE_BESIDE
    return False


def _by_phrase(kind: Kind, look: _Look) -> bool:
    if kind.phrases is None or look.is_article or look.headline(None):
        return False
    if not any(len(line) <= _LINE_LONGEST and kind.phrases.match(line) for line in look.lines):
        return False
    return look.prose(kind.phrases) < _SENTENCE
