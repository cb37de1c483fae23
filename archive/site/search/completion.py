"""The fields that complete: places and school years by the beginning of their names, with accents or without."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from archive.site.datasette_api import Arguments, Database
from archive.site.search import statements
from archive.site.search.known_values import known_values
from archive.site.search.place_names import name_key, name_words
from archive.site.search.query import Piece, Query
from archive.site.search.request import SearchRequest
from archive.site.search.terms import fits
from archive.site.search.understanding import Understood, name_keys, understand
from archive.text import clean

PLACE, SCHOOL_YEAR = "them-noi", "them-nam-hoc"
"""The fields of the form beside a result: their text becomes a filter."""
MAX_SUGGESTIONS = 10
MAX_CHARACTERS = 100

_TYPE = re.compile(r"^(?:huyen|thi xa|thanh pho|quan|tinh|h|tx|tp|q|t) (?=\S)")
_DASHES = re.compile(r"\s*[-‐‑‒–—−/_ ]\s*")
_CUE = re.compile(r"^(?:nam|nien) hoc ")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A value to narrow a search to, with how many articles of the whole archive have it."""

    parameter: str
    value: str
    label: str
    hint: str
    articles: int


def typed_field(args: Arguments) -> tuple[str, str]:
    """The field of the form that holds text, and the text; two empty strings if none does."""
    for field in (PLACE, SCHOOL_YEAR):
        if text := clean((args.get(field) or "")[:MAX_CHARACTERS]):
            return field, text
    return "", ""


async def suggest(db: Database, text: str, kind: str | None = None) -> list[Suggestion]:
    """What a text may be the beginning of, the most frequent first: places and school years, or those of a field."""
    text = text[:MAX_CHARACTERS]
    found: list[Suggestion] = []
    if kind != PLACE:
        found += await _school_years(db, text)
    if kind != SCHOOL_YEAR:
        found += await _places(db, text)
    return found[:MAX_SUGGESTIONS]


async def added(db: Database, request: SearchRequest, kind: str, text: str) -> SearchRequest | Understood:
    """The search that a text of a field adds its filter to; what it may mean, if that is not one thing."""
    years = [row["value"] for row in (await known_values(db)).of.get("school_year", ())]
    text = text[:MAX_CHARACTERS]
    if kind == SCHOOL_YEAR:
        found = await _school_years(db, text)
        one_year = len(found) == 1 and "-" in _year(text)
        return request.with_value("nam-hoc", found[0].value) if one_year else Understood()
    words = tuple(_words(text))
    query = Query(text, tuple(Piece((word,)) for word in words))
    names = (await db.execute(statements.NAMES, {"keys": json.dumps(name_keys(query))})).rows
    places = [row for row in names if row["level"] != "commune"] or names
    meant = understand(query, places, years, alone=True)
    if len(meant.filters) == 1 and not meant.rest:
        (named,) = meant.filters
        for value in named.values:
            request = (
                request if value in request.values(named.parameter) else request.with_value(named.parameter, value)
            )
        return request
    return Understood(offers=meant.offers, ambiguous=meant.ambiguous)


async def _school_years(db: Database, text: str) -> list[Suggestion]:
    typed = _year(text)
    if not typed[:1].isdecimal():
        return []
    rows = [row for row in (await known_values(db)).of.get("school_year", ()) if row["value"].startswith(typed)]
    return [
        Suggestion("nam-hoc", row["value"], row["label"], "", row["articles"])
        for row in sorted(rows, key=lambda row: str(row["value"]), reverse=True)
    ]


def _year(text: str) -> str:
    """A school year, or its beginning, as the archive writes it: 2019/2020 and 19-20 are 2019-2020."""
    typed = _DASHES.sub("-", _CUE.sub("", text.strip().lower().replace("ă", "a").replace("ọ", "o").replace("ê", "e")))
    first, dash, second = typed.partition("-")
    if dash and len(first) == 2 and first.isdecimal():
        first = f"20{first}"
    if dash and len(second) == 2 and len(first) == 4 and second not in ("19", "20"):
        second = f"20{second}"
    return f"{first}{dash}{second}"


async def _places(db: Database, text: str) -> list[Suggestion]:
    key, name = name_key(text), name_words(text)
    bare = _TYPE.sub("", key)
    if not bare:
        return []
    name = " ".join(name.split()[len(key.split()) - len(bare.split()) :])
    rows = (await db.execute(statements.NAMES_FROM, {"key": bare, "end": f"{bare}\U0010ffff"})).rows
    found: dict[tuple[str, str], Suggestion] = {}
    for row in rows:
        if _begins(str(row["name"]), name):
            parameter = "tinh" if row["level"] == "province" else "huyen"
            found.setdefault(
                (parameter, row["value"]),
                Suggestion(parameter, row["value"], row["label"], row["hint"], row["articles"]),
            )
    return list(found.values())


def _begins(name: str, typed: str) -> bool:
    """Whether a name begins as typed, accents counting in the words that were typed with them."""
    return all(fits(word, known) for word, known in _pairs(typed, name))


def _pairs(typed: str, name: str) -> Iterator[tuple[str, str]]:
    return zip(typed.split(), name.split(), strict=False)


def _words(text: str) -> list[str]:
    return name_words(text).split()
