"""Vietnamese that shows as other signs on a page: known by its words, never by a single sign.

Two causes: the text is in a legacy scheme (see legacy.py) and was taken for Latin-1, or it is UTF-8 that was taken for
windows-1252 and encoded once more ("LiÃªn Ä‘oÃ n"). A cause is believed when it makes the words Vietnamese syllables,
and only lines that show it themselves are changed: on one page the portal's menu is right and the old article not.
"""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass

from archive.extract.decode.legacy import TCVN3, VNI, Scheme, is_syllable

# A run of text of a page; addresses keep their signs, they are the server's.
_BETWEEN = re.compile(r"""((?:href|src|action)\s*=\s*(?:"[^"]*"|'[^']*')|[<>"\n])""", re.IGNORECASE)
_REFERENCE = re.compile("&(?:#[0-9]{2,5}|#[xX][0-9a-fA-F]{2,4}|[A-Za-z]{2,8});")
# Signs of which every text in one of the schemes has some: à, á, ạ, đ, ê, ơ in TCVN3; đ, ư and the grave in VNI; what
# stands for most letters that were encoded twice. As they stand in a word, and as a page may spell them.
_TRACES = "µ¸¹®ª¬ñöøÑÖØºÄÆ"
_TRACES_IN_WORDS = re.compile("(?<=[A-Za-z\xa1-\xff])[µ¸¹ª¬]|[®µ¬](?=[A-Za-z\xa1-\xff])|[ñöøÑÖØÆ]|Ä[^a-z]|áº")
_SPELLED_TRACES = re.compile("&(?:micro|cedil|sup1|reg|ordf|not|ntilde|ouml|oslash|ordm|Auml|AElig);")
_UNICODE_ONLY = re.compile("[ĂăĐđĨĩŨũƠơƯư\u1ea0-\u1ef9]")
_ONE_LETTER_WORDS = frozenset("àáảởờớýồổốùúủụứừ")
_SIGNS_BEHIND = "®©ª»"
_SHARE = 0.7
_LONGEST = 1_000_000
_MANY = 4
_CAPITALS_OF_A_LINE = 8


def may_be_legacy(text: str) -> bool:
    """Whether a look at every word is worth its time: not for ordinary Unicode Vietnamese."""
    if any(sign in text for sign in _TRACES) and _TRACES_IN_WORDS.search(text):
        return True
    return bool(_SPELLED_TRACES.search(text))


def repair_page(page: str, schemes: Sequence[Scheme] = (TCVN3, VNI)) -> tuple[str, str] | None:
    """The HTML of a page with its legacy lines as Unicode, and the scheme's name; None: it holds none beyond doubt, or
    is longer than any article."""
    if len(page) > _LONGEST:
        return None
    pieces = _BETWEEN.split(page)
    repaired = repair_lines(pieces[::2], schemes)
    if repaired is None:
        return None
    pieces[::2], name = repaired
    return "".join(pieces), name


def repair_lines(lines: Sequence[str], schemes: Sequence[Scheme] = (TCVN3, VNI)) -> tuple[list[str], str] | None:
    """Lines of text with the legacy ones as Unicode, and the scheme's name; None: none is legacy beyond doubt."""
    plain = [line if line.isascii() and "&" not in line else _REFERENCE.sub(_resolve, line) for line in lines]
    if once := _once(plain):
        return [old if new == text else new for old, text, new in zip(lines, plain, once, strict=True)], "utf-8 twice"
    looks = {scheme: [_look(line, scheme) for line in plain] for scheme in schemes}
    believed = [scheme for scheme in schemes if _is_beyond_doubt(looks[scheme], scheme)]
    if not believed:
        return None
    scheme = max(believed, key=lambda scheme: sum(len(look.good) for look in looks[scheme]))
    legacy = _legacy_lines(looks[scheme])
    changed = [
        _convert(text, scheme) if is_legacy else old for old, text, is_legacy in zip(lines, plain, legacy, strict=True)
    ]
    return changed, scheme.name


@dataclass(frozen=True, slots=True)
class _Look:
    """What a line's words say of a scheme: `good` those with its marks that it makes syllables, `bad` those that it
    does not; `likely` and `unlikely` the same of words without marks; `odd`: some likely word is no syllable as
    it stands; `unicode`: the line holds letters that only Unicode has."""

    good: tuple[str, ...] = ()
    bad: int = 0
    likely: int = 0
    unlikely: int = 0
    odd: bool = False
    unicode: bool = False

    @property
    def is_legacy(self) -> bool:
        fitting = len(self.good) + self.likely
        return not self.unicode and bool(self.good) and fitting >= _SHARE * (fitting + self.bad + self.unlikely)


_NOTHING = _Look()


def _look(line: str, scheme: Scheme) -> _Look:
    if line.isascii():
        return _NOTHING
    good: list[str] = []
    bad = likely = unlikely = 0
    odd = False
    for word in scheme.word.findall(line):
        if len(word) == 1 or word.isascii():
            continue
        reading = scheme.read(word)
        fits = reading is not None and is_syllable(_cased(reading))
        if scheme.mark.search(word):
            if fits:
                good.append(word)
            else:
                bad += 1
        elif fits:
            likely += 1
            odd = odd or not is_syllable(word)
        else:
            unlikely += 1
    look = _Look(tuple(good), bad, likely, unlikely, odd, bool(_UNICODE_ONLY.search(line)))
    return _NOTHING if look == _NOTHING else look


def _is_beyond_doubt(looks: Sequence[_Look], scheme: Scheme) -> bool:
    """Many different words with marks that fit, or a few where nothing else on the page speaks against them."""
    heard = [look for look in looks if not look.unicode]
    good = [word.lower() for look in heard for word in look.good]
    bad = sum(look.bad for look in heard)
    if len(good) < _SHARE * (len(good) + bad):
        return False
    different = set(good)
    if len(different) >= _MANY:
        return True
    marks = sum(len(scheme.mark.findall(word)) for word in different)
    return len(different) >= 2 and marks >= scheme.few and not bad and not any(look.unlikely for look in heard)


def _legacy_lines(looks: Sequence[_Look]) -> list[bool]:
    """Which lines are in the scheme. A line of a few words without marks ("huyÖn", "chÝ") goes with its neighbours."""
    before = _nearest(looks)
    after = _nearest(looks[::-1])[::-1]
    found = []
    for look, left, right in zip(looks, before, after, strict=True):
        in_doubt = look.likely and not (look.good or look.bad or look.unlikely or look.unicode)
        beside = (left or right) if look.odd else (left and right)
        found.append(look.is_legacy or bool(in_doubt and beside))
    return found


def _nearest(looks: Sequence[_Look]) -> list[bool]:
    """For each line whether the last one before it that shows what it is, is legacy."""
    found, last = [], False
    for look in looks:
        found.append(last)
        if look.unicode or look.is_legacy:
            last = look.is_legacy
    return found


def _convert(line: str, scheme: Scheme) -> str:
    def reading(match: re.Match[str]) -> str:
        word = match[0]
        read = None if word.isascii() else scheme.read(word)
        if read is None or (len(word) == 1 and read not in _ONE_LETTER_WORDS):
            return word
        if not is_syllable(_cased(read)) and word.rstrip(_SIGNS_BEHIND).isascii():
            return word
        return _cased(read)

    converted = scheme.word.sub(reading, line)
    return converted.upper() if _has_capitals_alone(converted, _CAPITALS_OF_A_LINE) else converted


def _cased(word: str) -> str:
    """TCVN3 has no capitals with tones, a font of capitals shows them: "ĐOàN" is ĐOÀN, "ủY" is ỦY."""
    if word.islower() or word.istitle() or word.isupper():
        return word
    return word.upper() if _has_capitals_alone(word, 1) else word


def _has_capitals_alone(text: str, at_least: int) -> bool:
    letters = [char for char in text if char.isascii() and char.isalpha()]
    return len(letters) >= at_least and all(map(str.isupper, letters))


def _resolve(match: re.Match[str]) -> str:
    char = html.unescape(match[0])
    return char if len(char) == 1 and not char.isascii() else match[0]


# UTF-8 read as windows-1252 or -1258, with what is undefined there as it is in Latin-1, and encoded again.
_BYTE = {bytes((byte,)).decode("cp1252", "replace"): byte for byte in range(0x80, 0x100)}
_BYTE |= {chr(byte): byte for byte in range(0x80, 0x100)} | {"Ă": 0xC3}
_BEHIND = "".join(sorted(char for char, byte in _BYTE.items() if byte < 0xC0 and char != "\ufffd"))
_TWICE = re.compile(rf"[ÂÃĂÄÅÆ][{re.escape(_BEHIND)}]|[áâ][{re.escape(_BEHIND)}]{{2}}")
# What was a no-break space is often a plain one by now.
_LOST_A_GRAVE = re.compile(r"(\w{0,6})[ÃĂ](?: (\w{0,6})|$)")

# Where the last byte is lost altogether only Đ can be told: the other letters that began with Ä have kept theirs.
_LOST_D = re.compile(r"Ä(?=[^\W\d_])")
_LOST = re.compile(r"á[º»]|[ÃĂ](?=[^\W\d_])")


def _once(lines: Sequence[str]) -> list[str] | None:
    """Lines without their second encoding; None: none has one."""
    found = {match for line in lines if not line.isascii() for match in _TWICE.findall(line)}
    letters = {letter for match in found if (letter := _undo(match)) and letter.isalpha()}
    if len(letters) < 2 or not any(map(_UNICODE_ONLY.match, letters)):
        return None
    return [line if line.isascii() else _undone(line) for line in lines]


def _undone(line: str) -> str:
    shown = {match for match in _TWICE.findall(line) if match[1] != "\xa0"}
    if not shown or _UNICODE_ONLY.search(_TWICE.sub("", line).replace("Ă", "")):
        return line
    once = _TWICE.sub(lambda match: _undo(match[0]) or match[0], line)
    return _LOST.sub("\ufffd", _LOST_A_GRAVE.sub(_a_grave, _LOST_D.sub("Đ", once)))


def _undo(signs: str) -> str | None:
    try:
        return bytes(_BYTE[sign] for sign in signs).decode("utf-8")
    except UnicodeDecodeError:
        return None


def _a_grave(match: re.Match[str]) -> str:
    left, right = match[1], match[2]
    if not right:
        return f"{left}à"
    return f"{left}à{right}" if is_syllable(f"{left}à{right}") else f"{left}à {right}"
