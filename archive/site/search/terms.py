"""How words stand in the search index and how a query names them there. Pure: text in, text out.

One index holds every text twice, as spelt and without accents, and titles apart from bodies. A mark before each word
says which of the four it is, so that a search reads no list of another kind to the end: "dam ha" as spelt is rare even
where "đầm hà" is in half of all articles.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from archive.text import fold, norm

MARKS = {"title": "1", "body": "", "title_f": "2", "body_f": "0"}
"""Column of the index → what stands before its words. The columns of queries keep apart what still looks the same."""
EVERYTHING, UNDATED = "fall", "fundated"
"""Words of the column `facets`: of every article, and of those without a date. A value is `facet_word` of its id."""

# As unicode61 with the categories L* and N* divides a text: highlights go by the position of a word.
_WORD = re.compile("[^\\W_](?:[^\\W_]|[\u0300-\u036f])*")
# The same where neither an underscore nor an accent of its own is, in half the time.
_PLAIN_WORD, _ODD = re.compile(r"\w+"), re.compile("[_\u0300-\u036f]")
# Lý and lí, quý and quí: a final y that is the only vowel of its syllable.
_FINAL_Y = re.compile(r"[yýỳỷỹỵYÝỲỶỸỴ](?:(?<=[bcdđghklmnpqrstvxBCDĐGHKLMNPQRSTVX].)|(?<=[qQ][uU].))(?![^\W_])")
_I_FOR_Y = str.maketrans("yýỳỷỹỵYÝỲỶỸỴ", "iíìỉĩịIÍÌỈĨỊ")


def spelt(text: str) -> str:
    """The form in which exact spellings are compared: norm, and lí for lý."""
    return _FINAL_Y.sub(lambda found: found[0].translate(_I_FOR_Y), norm(text))


def words(text: str) -> list[str]:
    """The words of a text as the index divides it."""
    return (_WORD if _ODD.search(text) else _PLAIN_WORD).findall(text)


def plain(word: str) -> str:
    """A word (of `spelt`) without accents, in lower case."""
    return fold(word)


class _Forms(dict[str, str]):
    """Word of a text → what a column holds for it. A language has few words: each is worked out once."""

    def __init__(self, column: str):
        super().__init__()
        self.mark, self.folded = MARKS[column], column.endswith("_f")

    def __missing__(self, word: str) -> str:
        if len(self) >= _KEPT_FORMS:  # names and numbers have no end
            self.clear()
        form = spelt(word)
        said = " ".join(self.mark + part for part in words(fold(form) if self.folded else form))
        self[word] = said
        return said


_KEPT_FORMS = 200_000
_FORMS = {column: _Forms(column) for column in MARKS}


@lru_cache(2)  # each text is asked for in two columns
def _words_of(text: str) -> list[str]:
    return words(unicodedata.normalize("NFC", text))


def indexed(column: str, text: str) -> str:
    """What the index holds in one of its columns for a text."""
    return " ".join(map(_FORMS[column].__getitem__, _words_of(text)))


def facet_word(identifier: int) -> str:
    """The word by which an article has a value of facet_counts."""
    return f"f{identifier}f"


def facet_clause(found: Sequence[str]) -> str:
    """An expression for the articles that have one of these words of the column `facets`."""
    return f"{{facets}} : ({' OR '.join(found)})"


def phrase(column: str, spelling: Sequence[str]) -> str:
    """An expression for the articles with these words, one after the other, in a column."""
    mark = MARKS[column]
    said = " ".join(mark + (plain(word) if column.endswith("_f") else word) for word in spelling)
    return f'{{{column}}} : "{said}"'


def fits(typed: str, name: str) -> bool:
    """Whether a word begins as typed, both in lower case; an accent counts only where one was typed."""
    return len(typed) <= len(name) and all(
        letter == of_name or (plain(of_name) == letter) for letter, of_name in zip(typed, name, strict=False)
    )


def is_plain(word: str) -> bool:
    """Whether a word is typed without accents."""
    return plain(word) == word.lower()
