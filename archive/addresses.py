"""Addresses: their canonical form, and the key that makes two of them one article."""

import base64
import hashlib
import re
from functools import cache
from urllib.parse import urlsplit, urlunsplit

from w3lib.url import canonicalize_url, url_query_cleaner

from archive.sources import Source, families

# What says who is looking or where they came from, never what they look at.
_VISITOR = ["fbclid", "gclid", "zalo_share", "PHPSESSID", "jsessionid"]
_SESSION = re.compile(r";jsessionid=[^?#/]*", re.IGNORECASE)
_CAMPAIGN = re.compile(r"(?<=[?&])utm_[^&#]*&?", re.IGNORECASE)
ID_LENGTH = 12


def canonical(url: str, source: Source) -> str:
    """The one address of a page: the source's own host for its aliases, no fragment, session or campaign marks."""
    url = _CAMPAIGN.sub("", _SESSION.sub("", url))
    if "?" in url:
        url = url_query_cleaner(url, _VISITOR, remove=True).rstrip("?&")
    cleaned = canonicalize_url(url)
    parts = urlsplit(cleaned)
    site = urlsplit(source.site)
    if parts.netloc in (site.netloc, *source.aliases) or bare_host(parts.netloc) == bare_host(site.netloc):
        parts = parts._replace(scheme=site.scheme, netloc=site.netloc)
    return urlunsplit(parts)


def bare_host(netloc: str) -> str:
    """A host and port without a leading www."""
    return netloc.lower().removeprefix("www.")


def identity(url: str, source: Source) -> str:
    """The key of the article at an address: host and the system's own id where the family has one, else the address."""
    address = canonical(url, source)
    parts = urlsplit(address)
    for pattern in identity_patterns(source.family):
        if match := pattern.search(address.removeprefix(f"{parts.scheme}://{parts.netloc}")):
            return f"{bare_host(parts.netloc)} {' '.join(match.groups()).lower()}"
    return address.removeprefix(f"{parts.scheme}://").removeprefix("www.")


def article_id(url: str, source: Source) -> str:
    """The permanent id of the article at an address: 12 characters of the base32 SHA-256 of its identity."""
    digest = hashlib.sha256(identity(url, source).encode()).digest()
    return base64.b32encode(digest).decode().lower()[:ID_LENGTH]


@cache
def identity_patterns(family: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern) for pattern in families()[family]["identity"])
