"""What a search page is asked for, and the address that asks for it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from urllib.parse import urlencode

from archive.site.datasette_api import Arguments
from archive.site.query import MAX_CHARACTERS, MAX_WORDS, Query, TooLong, parse
from archive.text import clean

PARAMETERS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "huyen": ("district",),
        "nam-hoc": ("school_year",),
        "tinh": ("province", "province_2025"),
        "tinh-cu": ("province",),
        "tinh-nay": ("province_2025",),
        "nguon": ("source",),
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

MAX_PAGE = 10_000
MAX_VALUES = 50
"""Of one facet in one search: more is no person's doing."""


class BadRequest(ValueError):  # noqa: N818 - not an error of the program
    """The address asks for something impossible; `key` and `values` say what, in the message catalogue."""

    def __init__(self, key: str, **values: object):
        super().__init__(key)
        self.key = key
        self.values = values


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """A search: the query, the values chosen of each facet (by parameter), the order, the page (from 1).

    `successors`: a chosen district stands for the communes too that took its place in 2025.
    """

    query: Query
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    order: str | None = None
    page: int = 1
    successors: bool = False

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
        return any(self.chosen.values())

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
        return replace(self, chosen={}, page=1, successors=False)

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
    return SearchRequest(query, chosen, order, _page(args.get("trang") or "1"), args.get("ke-thua") == "1")


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
