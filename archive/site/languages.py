"""Which language a page is in, and how its addresses say so: Vietnamese, or English with ?lang=en. Pure."""

from urllib.parse import parse_qsl, urlencode

from archive.site.datasette_api import DATABASE, Arguments
from archive.site.messages import ENGLISH, LANGUAGE

_NO_PAGES = (f"/{DATABASE}", "/-/")
"""Datasette's own pages and the static files, which know one language."""


def language_of(args: Arguments) -> str:
    """The language a query string asks for: English by lang=en, else Vietnamese."""
    return ENGLISH if args.get("lang") == ENGLISH else LANGUAGE


def in_language(address: str, language: str) -> str:
    """The address of one of our pages (path, query, fragment) in a language. What is no page, a file such as
    /bai/x.json among it, stays as it is."""
    rest, hash_, fragment = address.partition("#")
    path, _, query = rest.partition("?")
    if not path.startswith("/") or path.startswith(_NO_PAGES) or "." in path.rpartition("/")[2]:
        return address
    if language == LANGUAGE and "lang=" not in query:
        return address
    pairs = [pair for pair in parse_qsl(query, keep_blank_values=True) if pair[0] != "lang"]
    if language != LANGUAGE:
        pairs.append(("lang", language))
    return f"{path}{'?' if pairs else ''}{urlencode(pairs)}{hash_}{fragment}"
