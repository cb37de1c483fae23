"""Addresses: their canonical form, and the key that makes two of them one article."""

import base64
import hashlib
import re
import unicodedata
from functools import cache, lru_cache
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from w3lib.url import canonicalize_url

from archive.sources import Source, families

# Parameters that say who is looking or where they came from, never what they look at. `sid` is one only with a
# session's value: old systems number their articles with it.
_VISITOR = re.compile(
    r"(?<=[?&])(?:utm_[^=&?/]*|fbclid|gclid|gbraid|wbraid|msclkid|mibextid|igshid|zarsrc|gidzl|zalo_share|"
    r"PHPSESSID|ASPSESSIONID[^=&?/]*|jsessionid|sid(?==(?=\d*[a-z])[0-9a-z]{16,}(?:&|$)))(?:=[^&?/]*)?(?:&|(?=\?)|$)",
    re.IGNORECASE,
)
# A session in the path: Java's, and ASP.NET's "cookieless" one, a folder like /(S(lit3py55))/.
_SESSION = re.compile(r"(?:;|%3B)+jsessionid=[^/]*|/\((?:[A-Z]\([^()/]*\))+\)(?=/)", re.IGNORECASE)
_DEFAULT_PORT = re.compile(r":(?:80|443)?$")
_NOT_ASCII = re.compile(r"(?:%[89A-F][0-9A-F])+|[^\x00-\x7f]+", re.IGNORECASE)
ID_LENGTH = 12


def canonical(url: str, source: Source) -> str:
    """The one address of a page: the source's own host for its aliases, no fragment, session or campaign marks.
    Raises ValueError for what is no address."""
    return _canonical(url, source.site, source.aliases)


@lru_cache(4096)
def _canonical(url: str, site_url: str, aliases: tuple[str, ...]) -> str:
    cleaned = canonicalize_url(url)
    while (plain := without_marks(cleaned)) != cleaned:
        cleaned = canonicalize_url(plain)
    parts = urlsplit(cleaned)
    site = urlsplit(site_url)
    if bare_host(parts.netloc) in {bare_host(host) for host in (site.netloc, *aliases)}:
        parts = parts._replace(scheme=site.scheme, netloc=site.netloc)
    return urlunsplit(parts)


def without_marks(address: str) -> str:
    """An address without the marks of sessions and campaigns."""
    path, *query = address.split("?", 1)
    stripped = "?".join([_SESSION.sub("", path), *query])
    return _VISITOR.sub("", stripped).rstrip("?&") if _VISITOR.search(stripped) else stripped


def bare_host(netloc: str) -> str:
    """A host and port without a leading www or a default port."""
    return _DEFAULT_PORT.sub("", netloc.lower().removeprefix("www."))


def identity(url: str, source: Source) -> str:
    """The key of the article at an address: host and the system's own id where the family has one, else the address."""
    address = _one_spelling(canonical(url, source))
    parts = urlsplit(address)
    for pattern in identity_patterns(source.family):
        if match := pattern.search(address.removeprefix(f"{parts.scheme}://{parts.netloc}")):
            return f"{bare_host(parts.netloc)} {' '.join(match.groups()).lower()}"
    return address.removeprefix(f"{parts.scheme}://").removeprefix("www.")


def _one_spelling(address: str) -> str:
    """An address with its letters composed: the same name is stored composed here and decomposed there. Only the key
    is told so; a server may know the one spelling alone."""
    if "%" not in address:
        return address

    def letters(match: re.Match[str]) -> str:
        try:
            return unquote(match[0], errors="strict")
        except UnicodeDecodeError:
            return match[0]

    composed = unicodedata.normalize("NFC", _NOT_ASCII.sub(letters, address))
    return _NOT_ASCII.sub(lambda match: match[0] if match[0].startswith("%") else quote(match[0]), composed)


def article_id(url: str, source: Source) -> str:
    """The permanent id of the article at an address: 12 characters of the base32 SHA-256 of its identity."""
    return _hashed(identity(url, source))


@lru_cache(maxsize=4096)
def _hashed(key: str) -> str:
    digest = hashlib.sha256(key.encode()).digest()
    return base64.b32encode(digest).decode().lower()[:ID_LENGTH]


@cache
def identity_patterns(family: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern) for pattern in families()[family]["identity"])
