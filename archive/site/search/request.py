"""What a search page is asked for, and the address that asks for it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from urllib.parse import urlencode

from archive.site.datasette_api import Arguments
from archive.site.search.query import MAX_CHARACTERS, MAX_WORDS, Query, TooLong, parse
from archive.text import clean, fold

PARAMETERS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "huyen": ("district",),
        "nam-hoc": ("school_year",),
        "tinh": ("province", "province_2025"),
        "tinh-cu": ("province",),
        "tinh-nay": ("province_2025",),
        "nguon": ("source",),
        "nam": ("year",),
    }
)
"""Parameter of the address → facets of the database, in the order pages show them. A place has moved with its province:
`tinh` asks for both the one it lay in and the one it lies in, `tinh-cu` and `tinh-nay` for one of them."""
GROUPS = tuple(parameter for parameter, facets in PARAMETERS.items() if len(facets) == 1)
"""The parameters whose values are counted beside a result."""
SUCCESSOR = "successor"
"""The facet of articles that name only a commune which took a district's place; its values are districts'."""

RELEVANCE, NEWEST = "lien-quan", "moi-nhat"
SORTS = (RELEVANCE, NEWEST)

NO, YES = "khong", "1"
"""`loc=khong` takes places and school years in the query as words; `khong-ngay=1` adds the undated to a date filter."""
MAX_PAGE = 10_000
MAX_VALUES = 50
"""Of one facet in one search: more is no person's doing."""


_ISO = re.compile(r"(?P<y>[0-9]{4})-(?P<m>[0-9]{1,2})-(?P<d>[0-9]{1,2})")
_DAY_FIRST = re.compile(r"(?P<d>[0-9]{1,2})[/.-](?P<m>[0-9]{1,2})[/.-](?P<y>[0-9]{4})")


class BadRequest(ValueError):  # noqa: N818 - not an error of the program
    """The address asks for something impossible; `key` and `values` say what, in the message catalogue."""

    def __init__(self, key: str, **values: object):
        super().__init__(key)
        self.key = key
        self.values = values


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """A search: the query, the values chosen of each facet (by parameter), the order, the page (from 1).

    `successors`: a chosen district stands for the communes too that took its place in 2025. `since` and `until`: days
    of publication, both included; `undated`: with them the articles without a date, which have none of those days.
    `as_words`: names of places and school years in the query are words like others.
    """

    query: Query
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    order: str | None = None
    page: int = 1
    successors: bool = False
    since: date | None = None
    until: date | None = None
    undated: bool = False
    as_words: bool = False

    @classmethod
    def everything(cls) -> "SearchRequest":
        """The search without words or filters: all articles."""
        return cls(Query("", ()))

    @property
    def sort(self) -> str:
        """The order that applies: without words there is no relevance."""
        return (self.order or RELEVANCE) if self.query.text else NEWEST

    @property
    def is_narrowed(self) -> bool:
        return any(self.chosen.values()) or self.is_dated

    @property
    def is_dated(self) -> bool:
        """Whether it asks for days of publication."""
        return self.since is not None or self.until is not None

    def values(self, parameter: str) -> tuple[str, ...]:
        return self.chosen.get(parameter, ())

    def with_value(self, parameter: str, value: str) -> "SearchRequest":
        """The search that also takes this value."""
        return self._choosing(parameter, (*self.values(parameter), value))

    def without_value(self, parameter: str, value: str) -> "SearchRequest":
        """The search without this value."""
        return self._choosing(parameter, tuple(other for other in self.values(parameter) if other != value))

    def facets(self, parameter: str) -> tuple[str, ...]:
        """The facets that the values of a parameter are looked up in."""
        with_successors = parameter == "huyen" and self.successors
        return (*PARAMETERS[parameter], SUCCESSOR) if with_successors else PARAMETERS[parameter]

    def without_values(self) -> "SearchRequest":
        """The search with the words alone."""
        return replace(self, chosen={}, page=1, successors=False, since=None, until=None, undated=False)

    def without_days(self) -> "SearchRequest":
        """The search whatever the day of publication."""
        return replace(self, since=None, until=None, undated=False, page=1)

    def with_undated(self, wanted: bool) -> "SearchRequest":
        return replace(self, undated=wanted, page=1)

    def with_words(self, text: str) -> "SearchRequest":
        """The same search for other words. Raises TooLong."""
        return replace(self, query=parse(text), page=1, as_words=False)

    def meaning(self, parameter: str, values: tuple[str, ...], words: tuple[str, ...]) -> "SearchRequest":
        """The search narrowed to what some words of the query mean, without these words if they are all of it."""
        said = tuple(fold(word) for piece in self.query.pieces for word in piece.words)
        alone = (
            not self.query.without and said[-len(words) :] == tuple(map(fold, words)) and len(said) <= len(words) + 2
        )
        chosen = tuple(dict.fromkeys((*self.values(parameter), *values)))
        narrowed = self._choosing(parameter, chosen)
        return replace(narrowed, query=parse("")) if alone else replace(narrowed, as_words=bool(self.query.text))

    def taken_as_words(self) -> "SearchRequest":
        """The search that takes no place or school year of the query as a filter."""
        return replace(self, as_words=True, page=1)

    def with_successors(self, wanted: bool) -> "SearchRequest":
        return replace(self, successors=wanted, page=1)

    def sorted_by(self, order: str) -> "SearchRequest":
        return replace(self, order=order, page=1)

    def at_page(self, page: int) -> "SearchRequest":
        return replace(self, page=page)

    def address(self, path: str = "/tim-kiem") -> str:
        """The path and query string of this search, only what differs from the plain one."""
        pairs = [("q", self.query.text)] if self.query.text else []
        pairs += [(parameter, value) for parameter in PARAMETERS for value in self.values(parameter)]
        if self.successors and self.values("huyen"):
            pairs.append(("ke-thua", "1"))
        pairs += [(name, day.isoformat()) for name, day in (("tu", self.since), ("den", self.until)) if day]
        if self.undated and self.is_dated:
            pairs.append(("khong-ngay", YES))
        if self.as_words and self.query.text:
            pairs.append(("loc", NO))
        if self.order and self.query.text and self.order != RELEVANCE:
            pairs.append(("xep", self.order))
        if self.page > 1:
            pairs.append(("trang", str(self.page)))
        return f"{path}?{urlencode(pairs)}" if pairs else path

    def _choosing(self, parameter: str, values: tuple[str, ...]) -> "SearchRequest":
        return replace(self, chosen={**self.chosen, parameter: values}, page=1)


def read_request(args: Arguments) -> SearchRequest:
    """Read the query string. Raises BadRequest."""
    try:
        query = parse(args.get("q") or "")
    except TooLong as error:
        raise BadRequest("error.too_long", characters=MAX_CHARACTERS, words=MAX_WORDS) from error
    chosen = {parameter: _values(args, parameter) for parameter in PARAMETERS}
    order = args.get("xep") or None
    if order is not None and order not in SORTS:
        raise BadRequest("error.sort", sorts=", ".join(SORTS))
    since, until = _day(args, "tu"), _day(args, "den")
    if since and until and since > until:
        raise BadRequest("error.days", since=f"{since:%d/%m/%Y}", until=f"{until:%d/%m/%Y}")
    return SearchRequest(
        query,
        chosen,
        order,
        _page(args.get("trang") or "1"),
        successors=args.get("ke-thua") == YES,
        since=since,
        until=until,
        undated=args.get("khong-ngay") == YES,
        as_words=args.get("loc") == NO,
    )


def _day(args: Arguments, parameter: str) -> date | None:
    """A day as 2019-08-31 or as 31/08/2019."""
    text = clean((args.get(parameter) or "")[:200])
    if not text:
        return None
    found = _ISO.fullmatch(text) or _DAY_FIRST.fullmatch(text)
    try:
        if found is None:
            raise ValueError
        return date(int(found["y"]), int(found["m"]), int(found["d"]))
    except ValueError as error:
        raise BadRequest("error.day", parameter=parameter) from error


def _values(args: Arguments, parameter: str) -> tuple[str, ...]:
    values = tuple(dict.fromkeys(filter(None, (clean(value[:200]) for value in args.getlist(parameter)))))
    if len(values) > MAX_VALUES:
        raise BadRequest("error.too_many_values", values=MAX_VALUES)
    return values


def _page(text: str) -> int:
    text = text.strip()
    if not (text.isascii() and text.isdecimal() and len(text) <= 9 and 1 <= int(text) <= MAX_PAGE):
        raise BadRequest("error.page", pages=MAX_PAGE)
    return int(text)
