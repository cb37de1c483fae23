"""How Vietnamese was written before Unicode, and how a word is told to be Vietnamese.

TCVN3 (ABC, the .Vn fonts) and VNI draw Vietnamese letters where Latin-1 has others, so that their pages read
"C«ng ®oµn" and "Coâng ñoaøn" wherever their fonts are missing.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

_ONSET = "b|ch?|d|đ|gh?|gi|h|k[hr]?|l|m|n(?:gh?|h)?|ph?|qu|r|s|t[hr]?|v|x"
_RHYMES = """
a ac ach ai ak am an ang anh ao ap at au ay ăc ăk ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây
e ec em en eng eo ep et ê êch êm ên ênh êp êt êu
i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu y yêm yên yêng yêt yêu
o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet oi om on ong ooc oong op ot
ô ôc ôi ôk ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt
u ua uân uâng uât uây uc uê uêch uênh ui um un ung uôc uôi uôm uôn uông uôt uơ up ut uy uya uych uyên uyêt uynh uyp uyt
uyu ư ưa ưc ưi ưm ưn ưng ươc ươi ươm ươn ương ươp ươt ươu ưt ưu
"""
_SYLLABLE = re.compile(rf"(?:{_ONSET})?(?:{'|'.join(_RHYMES.split())})")
_ACUTE_OR_DOT = frozenset("\u0301\u0323")
_TONES = _ACUTE_OR_DOT | frozenset("\u0300\u0303\u0309")


@lru_cache(maxsize=10_000)
def is_syllable(word: str) -> bool:
    """Whether a word is spelled as one Vietnamese syllable; those that end in c, ch, p, t have two tones only."""
    if not (word.islower() or word.istitle() or word.isupper()):
        return False
    parts = unicodedata.normalize("NFD", word.lower())
    tones = [char for char in parts if char in _TONES]
    base = unicodedata.normalize("NFC", "".join(char for char in parts if char not in _TONES))
    if len(tones) > 1 or not _SYLLABLE.fullmatch(base):
        return False
    return not base.endswith(("c", "ch", "p", "t")) or bool(_ACUTE_OR_DOT.intersection(tones))


# Each letter of TCVN3 as Latin-1 shows its byte.
_TCVN3 = dict(
    zip(
        "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\xadõøö÷ùúýûüþ¡¢£¤¥¦§",
        "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵĂÂÊÔƠƯĐ",
        strict=True,
    )
)
# VNI writes a vowel's marks behind it; what these vowels are, and which marks a letter stands for.
_VNI_VOWELS = dict(zip("aeouyôö", "aeouyơư", strict=True))
_VNI_MARKS = {
    "ù": "\u0301", "ø": "\u0300", "û": "\u0309", "õ": "\u0303", "ï": "\u0323",
    "â": "\u0302", "á": "\u0302\u0301", "à": "\u0302\u0300", "å": "\u0302\u0309", "ã": "\u0302\u0303",
    "ä": "\u0302\u0323",
    "ê": "\u0306", "é": "\u0306\u0301", "è": "\u0306\u0300", "ú": "\u0306\u0309", "ü": "\u0306\u0303",
    "ë": "\u0306\u0323",
}  # fmt: skip
_VNI_BEHIND = {"\u0302": "aeo", "\u0306": "a"}
_VNI_ALONE = dict(zip("ñôöæóòîíì", "đơưỉĩịỵíì", strict=True))


def _vni() -> dict[str, str]:
    """Every letter of VNI, one or two signs, in both cases; a capital's marks may be small."""
    table = dict(_VNI_ALONE) | {alone.upper(): letter.upper() for alone, letter in _VNI_ALONE.items()}
    for vowel, letter in _VNI_VOWELS.items():
        for sign, marks in _VNI_MARKS.items():
            if vowel in _VNI_BEHIND.get(marks[0], _VNI_VOWELS):
                made = unicodedata.normalize("NFC", letter + marks)
                table |= {
                    vowel + sign: made,
                    vowel.upper() + sign: made.upper(),
                    vowel.upper() + sign.upper(): made.upper(),
                }
    return table


_VNI = _vni()
_VNI_LETTER = re.compile("[aeouyôöAEOUYÔÖ][ùøûõïâáàåãäêéèúüëÙØÛÕÏÂÁÀÅÃÄÊÉÈÚÜË]|[\xc0-\xff]")


# Its ư is Latin-1's soft hyphen, which many a tool has dropped; no rhyme has ơ before these.
_LOST_U = re.compile("(?<![ưƯ])[ơờớởỡợ](?=ng|c)", re.IGNORECASE)


def _read_tcvn3(word: str) -> str | None:
    letters = [char if char.isascii() else _TCVN3.get(char) for char in word]
    return None if None in letters else _LOST_U.sub(r"ư\g<0>", "".join(filter(None, letters)))


def _read_vni(word: str) -> str | None:
    if any(match[0] not in _VNI for match in _VNI_LETTER.finditer(word)):
        return None
    return _VNI_LETTER.sub(lambda match: _VNI[match[0]], word)


def _read_cp1258(word: str) -> str | None:
    return unicodedata.normalize("NFC", word.encode("latin-1").decode("cp1258"))


@dataclass(frozen=True, slots=True)
class Scheme:
    """A way to write Vietnamese with the 256 signs of Latin-1: what its words and, among them, what its marks
    (what other languages hardly write within a word) look like, and how a word reads; None: it is none. `few` is how
    many marks in different words are enough where nothing on the page speaks against them."""

    name: str
    word: re.Pattern[str]
    mark: re.Pattern[str]
    read: Callable[[str], str | None]
    few: int


_LETTERS = re.compile("[A-Za-z\xc0-\xff]+")
TCVN3 = Scheme("tcvn3", re.compile("[A-Za-z\xa1-\xff]+"), re.compile("[\xa1-\xbe\xd7\xf7]"), _read_tcvn3, few=3)
VNI = Scheme("vni", _LETTERS, re.compile("[ñÑ]|[aeouyôöAEOUYÔÖ][ùøûõïâáàåãäêéèúüëÙØÛÕÏÂÁÀÅÃÄÊÉÈÚÜË]"), _read_vni, few=3)
# Italian accents look like its tone marks: a few words are not enough.
CP1258 = Scheme("cp1258", _LETTERS, re.compile("[aeiouyâãêôõýAEIOUYÂÃÊÔÕÝ][\xcc\xd2\xde\xec\xf2]"), _read_cp1258, few=5)
