"""Which figures are asked for, and the address that asks for them. Pure."""

import re
from dataclasses import dataclass, replace
from functools import cached_property
from urllib.parse import urlencode

from archive.site.datasette_api import Arguments
from archive.site.search.query import MAX_CHARACTERS, MAX_WORDS
from archive.site.search.request import MAX_VALUES, BadRequest
from archive.site.search.terms import is_plain, phrase, spelt, words
from archive.text import clean, fold, unaccent

KINDS = ("count", "money", "percent")
FACETS = {"huyen": "district", "nam-hoc": "school_year"}
"""Parameter → facet of the articles."""

Place = tuple[int, int]
"""Where a list is: the number of an article and the id of the last of its figures that was listed."""
BEHIND_ALL = 1 << 62
_NO_SLUG, _TYPE = re.compile("[^a-z0-9]+"), re.compile("^(?:huyen|quan|thi-xa|thanh-pho|tp)-")
_PLACE = re.compile("([0-9]{1,18})-([0-9]{1,19})")


@dataclass(frozen=True)
class FigureRequest:
    """Figures of one unit or kind, with a value from `low` to `high`, of articles about some districts (slugs or their
    beginnings) and school years, in sentences that hold `words` one after the other: as spelt if any has accents.

    `after` is where the page before ended, None on the first.
    """

    text: str = ""
    unit: str | None = None
    kind: str | None = None
    districts: tuple[str, ...] = ()
    years: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    after: Place | None = None

    @cached_property
    def words(self) -> tuple[str, ...]:
        return tuple(words(spelt(self.text)))

    @cached_property
    def _sure(self) -> tuple[str, ...]:
        """The words that every spelling of them holds as letters without accents: a quick look before the true one."""
        return tuple(word for word in map(fold, self.words) if not set("iy") & set(word))

    @property
    def match(self) -> str | None:
        """What the search index of the articles is asked: an article whose sentence holds the words holds them too."""
        return " OR ".join(phrase(column, self.words) for column in ("title_f", "body_f")) if self.words else None

    def holds(self, sentence: str | None) -> bool:
        """Whether a sentence holds the words, with their accents if they were typed with any."""
        if not self.text:
            return True
        rough = unaccent(sentence or "").lower()
        if not self.words or not all(word in rough for word in self._sure):
            return False
        plain = all(map(is_plain, self.words))
        there, wanted = (
            " ".join(fold(word) if plain else word.lower() for word in found)
            for found in (words(spelt(sentence or "")), self.words)
        )
        return f" {wanted} " in f" {there} "

    @property
    def is_everything(self) -> bool:
        """Whether no filter is set, on whatever page."""
        return replace(self, after=None) == FigureRequest()

    def page_after(self, place: Place | None) -> "FigureRequest":
        return replace(self, after=place)

    def address(self, path: str = "/so-lieu") -> str:
        """The path and query string of this list, only what differs from the whole one."""
        values = [("q", self.text), ("don-vi", self.unit), ("loai", self.kind)]
        values += [("huyen", value) for value in self.districts] + [("nam-hoc", value) for value in self.years]
        values += [("tu", written(self.low)), ("den", written(self.high))]
        values += [("sau", f"{self.after[0]}-{self.after[1]}" if self.after else None)]
        pairs = [(name, value) for name, value in values if value]
        return f"{path}?{urlencode(pairs)}" if pairs else path


def read_figure_request(args: Arguments) -> FigureRequest:
    """Read the query string. Raises BadRequest."""
    text = clean((args.get("q") or "")[: 4 * MAX_CHARACTERS])
    if len(text) > MAX_CHARACTERS or len(words(text)) > MAX_WORDS:
        raise BadRequest("error.too_long", characters=MAX_CHARACTERS, words=MAX_WORDS)
    unit, kind = clean((args.get("don-vi") or "")[:200]) or None, args.get("loai") or None
    if kind is not None and kind not in KINDS:
        raise BadRequest("error.kind", kinds=", ".join(KINDS))
    low, high = _value(args, "tu"), _value(args, "den")
    if (low is not None or high is not None) and not (unit or kind):
        raise BadRequest("error.value_of_what")
    after = _PLACE.fullmatch(args.get("sau") or "")
    return FigureRequest(
        text=text,
        unit=unit,
        kind=kind,
        districts=tuple(map(_slug, _values(args, "huyen"))),
        years=_values(args, "nam-hoc"),
        low=low,
        high=high,
        after=(int(after[1]), int(after[2])) if after else None,
    )


def written(value: float | None) -> str | None:
    """A value as an address holds it."""
    return None if value is None else f"{value:.15g}"


def _value(args: Arguments, parameter: str) -> float | None:
    """A number as people here write it, 1.500,5, or as programs do, 1500.5."""
    text = "".join((args.get(parameter) or "")[:100].split())
    if not text:
        return None
    if "," in text or text.count(".") > 1:
        text = text.replace(".", "").replace(",", ".")
    try:
        value = float(text) if text.isascii() and text.replace(".", "", 1).lstrip("-").isdecimal() else None
    except ValueError:
        value = None
    if value is None or abs(value) > 1e15:
        raise BadRequest("error.value", parameter=parameter)
    return value


def _slug(name: str) -> str:
    """A district as addresses write it, also where someone typed its name: "Đầm Hà" stands for dam-ha-quang-ninh."""
    return _TYPE.sub("", _NO_SLUG.sub("-", fold(name)).strip("-")) or "-"


def _values(args: Arguments, parameter: str) -> tuple[str, ...]:
    values = tuple(dict.fromkeys(filter(None, (clean(value[:200]) for value in args.getlist(parameter)))))
    if len(values) > MAX_VALUES:
        raise BadRequest("error.too_many_values", values=MAX_VALUES)
    return values
