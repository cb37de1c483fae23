"""What a text does with a school year: sums it up (past), plans or opens it (ahead), or only names it
(mention).

A sentence speaks for the year by the words before it ("tổng kết … năm học 2019-2020"), rarely by those
after it:
"năm học 2019-2020, các trường đã bám sát kế hoạch" plans nothing. The role in the whole text is that of the
majority of its sentences; the rule "the first role wins" was right on 4 of the 5 seed articles, majority on
5.
"""

import datetime
import re
from collections import Counter
from itertools import pairwise
from typing import Literal

from archive.annotate import year_words as words
from archive.annotate.phrases import Phrases
from archive.annotate.reading import Reading

Role = Literal["past", "ahead", "mention"]

_LONGEST_SENTENCE = 600
_SENTENCE_END = re.compile(r"[.!?;](?=[\s\"”)]|$)|\n")
_ABBREVIATION = re.compile(r"(?:^|[^a-z])(?:tp|tx|t\.p|t\.x|h|q|gs|ts|ths|pgs|d/c|nh)$")


_STRONG_PAST, _PAST, _AHEAD = Phrases(words.STRONG_PAST), Phrases(words.PAST), Phrases(words.AHEAD)
_WEAK_PAST, _FUTURE, _OTHER_YEAR = Phrases(words.WEAK_PAST), Phrases(words.FUTURE), Phrases(words.OTHER_YEAR)
_ENDED = Phrases(words.ENDED)
_AIM = Phrases(words.AIM)
_HONOURED = Phrases(words.HONOURED_AFTER, r"\)?\s*,?\s*", "")
_ACCOMPLISHED = Phrases(words.ACCOMPLISHED, r"\)?\s*,?\s*", "")
_PAST_AFTER = Phrases(words.PAST_AFTER, r"\)?\s*,?\s*", "")
_AHEAD_AFTER = Phrases(words.AHEAD_AFTER, r"\)?\s*,?\s*", "")
_S = r"\s{0,8}"  # bounded: a page of blanks must not cost its square
# Without accents: the cue before a year, the end of a phrase, what stands between the years of a list.
_CUE = r"(?:(?<![a-z])(?:nam[ -]*hoc|nien[ -]*(?:khoa|hoc)|nam|n\.?h\.?))"
_CUE_AT_END = re.compile(
    rf"[\s(\"]{{0,8}}(?:(?<!\w)(?:trong|cua|o|(?<!buoc )vao|ca|cho|tai|tu|cac|nhung|hai|2|ba|3)\s+)*"
    rf"{_CUE}?{_S}(?:(moi|toi|sap toi)|((?:vua )?qua|vua roi))?{_S}[:(]*{_S}$"
)
_PHRASE_END = re.compile(r"[,;:.]|\s-\s|(?<=\w)-\s|(?<![a-z])(?:va|dong thoi|cung nhu|gan voi|de)(?![a-z])")
_CONNECTOR = re.compile(rf"[\s(),;&-]{{0,8}}(?:va|den|den het|toi|hoac|cac)?{_S}(?:cac{_S})?{_CUE}?[\s(:]*$")
_ROW = re.compile(rf"{_S};{_S}")
_DONE = re.compile(r"(?<![a-z])da ")
_SINCE = re.compile(r"[\s(\"]*tu\s")
_TITLE_AFTER = re.compile(r"\)?\s{0,8}:\s{0,8}")
_TERM = re.compile(r"hoc k[yi]|(?<![a-z])hk")
_TERM_AT_END = re.compile(rf"(?:hoc k[yi]|(?<![a-z])hk){_S}(?:[12]|i{{1,2}}){_S},$")  # "học kỳ I, năm học 2021-2022"
_CUE_REACH = 40  # characters before a year
_TITLE_REACH, _FUTURE_REACH = 60, 160  # characters after it


def sentence_start(folded: str, at: int) -> int:
    """Where the sentence that holds an offset begins (at most some hundred characters back)."""
    floor = max(0, at - _LONGEST_SENTENCE)
    start = floor
    for match in _SENTENCE_END.finditer(folded, floor, at):
        if match[0] != "." or not _ABBREVIATION.search(folded, max(floor, match.start() - 4), match.start()):
            start = match.end()
    return start


def sentence_end(folded: str, at: int) -> int:
    """Where the sentence that holds an offset ends."""
    match = _SENTENCE_END.search(folded, at, at + _LONGEST_SENTENCE)
    return match.start() if match else min(len(folded), at + _LONGEST_SENTENCE)


def roles_of_mentions(r: Reading, spans: list[tuple[int, int]]) -> list[Role]:
    """The role of each mention by its own sentence; `spans` are those of the years, in the order of the
    text."""
    folded, roles = r.folded, list[Role]()
    for at, (start, end) in enumerate(spans):
        left = sentence_start(folded, start)
        if at:
            before = spans[at - 1]
            in_sentence = before[1] > left and _CONNECTOR.fullmatch(folded, before[1], start)
            if (
                before[1] > start or in_sentence or _ROW.fullmatch(folded, before[1], start)
            ):  # one range or list: its later years are as its first
                roles.append(roles[-1])
                continue
            left = max(left, before[1])
        right = sentence_end(folded, end)
        if at + 1 < len(spans):
            right = max(end, min(right, spans[at + 1][0]))
        accomplished: Role | None = "past" if _accomplished(r, end) else None
        role = accomplished or _before(r, left, start) or _after(r, end, right)
        roles.append(role or ("past" if _honoured(r, left, spans[at:]) else "mention"))
    return roles


def _honoured(r: Reading, left: int, spans: list[tuple[int, int]]) -> bool:
    """Whether a list of years says for what somebody is honoured: "các đơn vị dẫn đầu năm học 2018-2019 được tặng Cờ
    thi đua"; not where it opens a clause, and says when."""
    start, end = spans[0]
    for after in spans[1:]:
        if after[0] < end or _CONNECTOR.fullmatch(r.folded, end, after[0]):
            end = max(end, after[1])
    cue = _CUE_AT_END.search(r.folded, max(left, start - _CUE_REACH), start)
    head = r.folded[left : cue.start() if cue else start].rstrip()
    return bool(head) and head[-1] not in ",;:" and _HONOURED.match(r, end, sentence_end(r.folded, end))


def _accomplished(r: Reading, end: int) -> bool:
    """Whether the words directly after a year say that something was reached in it: no plan is left then."""
    return _ACCOMPLISHED.match(r, end, sentence_end(r.folded, end))


def _before(r: Reading, left: int, start: int) -> Role | None:
    """The role that the words before a year, from `left` on, give it; None if they say nothing."""
    folded = r.folded
    cue = _CUE_AT_END.search(folded, max(left, start - _CUE_REACH), start)
    if cue and (cue[1] or cue[2]):  # "năm học mới 2020-2021", "năm học qua (2019-2020)"
        return "ahead" if cue[1] else "past"
    stop = cue.start() if cue else start
    other = _OTHER_YEAR.search(r, left, stop)
    if other:
        left = other.end()
    clause = folded[left:stop].rstrip()
    if clause.endswith(",") and not _TERM_AT_END.search(
        clause
    ):  # "…, năm học 2020-2021 các trường …" opens a clause of its own
        return None
    terms = len(_TERM.findall(folded, left, stop))
    if terms > 1 and _STRONG_PAST.search(r, left, stop) and _AHEAD.search(r, left, stop):
        return "mention"  # the half-year of one year is summed up, the other planned
    ends = [left, *(m.end() for m in _PHRASE_END.finditer(folded, left, stop)), stop]
    for phrase in reversed(list(pairwise(ends))):
        past, ahead = _PAST.search(r, *phrase), _AHEAD.search(r, *phrase)
        if _STRONG_PAST.search(r, *phrase):
            return "past"
        aim = past and _AIM.search(r, phrase[0], past.end())
        if past and aim and not _DONE.search(folded, max(phrase[0], aim.start() - len("da ")), past.start()):
            return "ahead"
        if past and ahead:
            return "past" if past.start() < ahead.start() else "ahead"
        if past:
            return "past"
        if ahead:  # what began "từ năm học 2020-2021" goes on, unless it "sẽ … bắt đầu" then
            goes_on = cue and _SINCE.match(cue[0]) and not _FUTURE.search(r, left, stop)
            return None if goes_on else "ahead"
    return None


def _after(r: Reading, end: int, right: int) -> Role | None:
    """The role that the words directly after a year give it."""
    if _PAST_AFTER.match(r, end, right):
        return "past"
    if _AHEAD_AFTER.match(r, end, right):
        return "ahead"
    title = _TITLE_AFTER.match(r.folded, end, right)
    if title:  # "Năm học 2020-2021: Phương hướng …"
        return _before(r, title.end(), min(right, title.end() + _TITLE_REACH))
    if _ENDED.search(r, end, min(right, end + _FUTURE_REACH)):
        return "past"
    return "ahead" if _FUTURE.search(r, end, min(right, end + _FUTURE_REACH)) else None


def role_of_year(
    r: Reading, first: int, roles: list[Role], spans: list[tuple[int, int]], day: datetime.date | None
) -> Role:
    """The role of the year first-(first + 1) in the whole text: that of most sentences; dates break ties."""
    counts = Counter(role for role in roles if role != "mention")
    past, ahead = counts["past"], counts["ahead"]
    if day is not None and day > datetime.date(first + 1, 5, 31):  # what was planned for it lies behind,
        past, ahead = past + ahead, 0
    if day is not None and day < datetime.date(first, 8, 1):  # and nothing before it has begun
        past, ahead = 0, past + ahead
    if past != ahead:
        return "past" if past > ahead else "ahead"
    if past and any(_accomplished(r, end) for _, end in spans):
        return "past"
    if past:
        opening = day is not None and day < datetime.date(first, 11, 1)
        return "ahead" if opening else next(role for role in roles if role != "mention")
    sentences = {(sentence_start(r.folded, start), sentence_end(r.folded, end)) for start, end in spans}
    if len(sentences) > 1 and any(_WEAK_PAST.search(r, *sentence) for sentence in sentences):
        return "past"
    return "mention"
