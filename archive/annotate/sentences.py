"""The sentences of a text that hold what was found in it: the evidence a person reads beside a figure."""

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

_END = re.compile(r"\n+|[.!?…][.!?…\"'”’)\]]*(?=\s)")
# "TP. Phủ Lý", "ông Ng. Văn A", "đ/c. Lan": a full stop that ends an abbreviation ends no sentence.
_ABBREVIATION = re.compile(
    r"(?:^|[^\w.])(?:tp|tx|tt|t\.p|t\.x|gs|pgs|ts|ths|bs|ks|đ/c|ths|nxb|tr|stt|v\.v|ng|[^\W\d_])$", re.IGNORECASE
)
_SMALL_NEXT = re.compile(r"\s+[^\W\d_]")


@dataclass(frozen=True)
class Sentence:
    """Where a sentence starts and ends in the text, without the white space round it."""

    start: int
    end: int


def sentences_of(text: str, places: Iterable[int]) -> list[Sentence]:
    """The sentences that hold these offsets, each once, in their order. A line feed always ends one."""
    wanted = sorted(set(places))
    if not wanted:
        return []
    ends = [match.end() for match in _END.finditer(text) if _is_end(text, match)]
    found: dict[int, Sentence] = {}
    for place in wanted:
        at = bisect_right(ends, place)
        start, end = (ends[at - 1] if at else 0), (ends[at] if at < len(ends) else len(text))
        if start not in found:
            line = text[start:end]
            found[start] = Sentence(start + len(line) - len(line.lstrip()), start + len(line.rstrip()))
    return list(found.values())


def _is_end(text: str, match: re.Match[str]) -> bool:
    if match[0].startswith("\n"):
        return True
    following = _SMALL_NEXT.match(text, match.end())
    if following and following[0][-1].islower():
        return False
    return match[0] != "." or not _ABBREVIATION.search(text, max(0, match.start() - 6), match.start())
