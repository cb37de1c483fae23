"""Writers' names as bylines have them: "Tin, ảnh: Xuân Sơn (CTV)", "H.D", "Quốc Nghị – Trung tâm TT&VH Đầm Hà"."""

import re
from typing import NamedTuple

from archive.extract.phrases import is_body_name
from archive.text import clean

_LABEL = re.compile(
    r"^(?:tác giả(?: bài viết)?|bài viết|người viết|người đăng|người thực hiện|thực hiện|pv|ctv|"
    r"(?:posted |written )?by|(?:viết|đăng) bởi|"
    r"(?:tin|bài|ảnh|video)(?:\s*(?:,|và|&|-|–|\+|/)?\s*(?:tin|bài|ảnh|video))*)"
    r"(?:\s*[:：]\s*|(?:(?<=by)|(?<=bởi))\s+)(?P<name>.+)$",
    re.IGNORECASE,
)
_BRACKETS = re.compile(r"^[(\[]\s*(?P<name>[^()\[\]]+?)\s*[)\]]\.?$")
_POST = re.compile(r"\s*[(\[]\s*(?:ctv|pv|t/h|tổng hợp|sưu tầm|biên soạn|ghi)\s*[)\]]\s*", re.IGNORECASE)
# "Bài: Hà Vân - Ảnh: Minh Tú": the writer, not the photographer.
_OTHER_LABEL = re.compile(r"\s*[-–—,;/]\s*(?:tin|bài|ảnh|video)\s*[:：].*$", re.IGNORECASE)
_NAME_AND_BODY = re.compile(r"^(?P<name>[^–—-]{2,40}?)\s+[–—-]\s+(?P<body>.{2,80})$")
_INITIALS = re.compile(r"(?:[^\W\d_]{1,2}\.\s?){1,4}(?:[^\W\d_]+\.?)?")
_AND = re.compile(r"\s+(?:[–—&-]|và)\s+|\s*[,;]\s+")
_NO_NAMES = frozenset({"theo", "nguồn", "tin", "bài", "ảnh"})
_DIGIT = re.compile(r"\d")
_LONGEST = 120
_MOST_WORDS = 5


class Named(NamedTuple):
    """A person, and the body that he or she writes for where the line names one."""

    person: str
    body: str | None = None


def is_labelled(text: str) -> bool:
    """Whether a line says that a writer's name follows: "Tin, ảnh: …"."""
    label = _LABEL.match(text.lstrip("([ "))
    return label is not None and label["name"][0].isupper()


def names_writer(text: str) -> bool:
    """Whether a line names who wrote the text, not only who took a picture: "Tin, ảnh: …"."""
    return is_labelled(text) and not text.lower().lstrip("([ ").startswith(("ảnh", "video"))


def named(text: str) -> Named:
    """The person of a byline without label, brackets and post, and the body; whatever the line says for a person where
    it is none that can be told."""
    if label := _LABEL.match(text.lstrip("([ ")):
        closing = ")]. " if text[:1] in "([" else ". " if not _INITIALS.fullmatch(clean(label["name"])) else ""
        text = _OTHER_LABEL.sub("", clean(label["name"])).rstrip(closing)
    text = _POST.sub(" ", text).strip()
    if bracketed := _BRACKETS.match(text):
        text = clean(bracketed["name"])
    pair = _NAME_AND_BODY.match(text)
    if pair and is_body_name(pair["body"]) and len(pair["name"].split()) <= _MOST_WORDS:
        return Named(pair["name"], pair["body"])
    return Named(text)


def is_person(name: str) -> bool:
    """Whether a text is a person's name, each word capitalised, or initials, or some of these; no body's name and no
    account's."""
    if len(name) > _LONGEST:
        return False
    people = _AND.split(name)
    return len(people) <= 3 and all(map(_is_one_person, people))


def _is_one_person(name: str) -> bool:
    if not name or is_body_name(name) or len(name) > 40:
        return False
    if _INITIALS.fullmatch(name):
        return name[0].isupper()
    words = name.split()
    if not 2 <= len(words) <= _MOST_WORDS or words[0].lower() in _NO_NAMES:
        return False
    return all(word[0].isupper() and word[-1] not in ":;,." and not _DIGIT.search(word) for word in words)
