"""No request to a private address, whoever asks for it: a link, a redirect, a record or a name server."""

import ipaddress
import os
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError, IgnoreRequest
from scrapy.resolver import CachingThreadedResolver

_PORTS = {"http": 80, "https": 443}


def allowed_private() -> frozenset[str]:
    """The host:port pairs the operator lets through (UNION_ARCHIVE_ALLOW_PRIVATE)."""
    return frozenset(filter(None, os.environ.get("UNION_ARCHIVE_ALLOW_PRIVATE", "").split(",")))


def private_delay() -> float:
    """Seconds between requests to those hosts (UNION_ARCHIVE_DELAY); never 0, see settings."""
    return max(0.001, float(os.environ.get("UNION_ARCHIVE_DELAY") or 0.01))


def is_refused(url: str, own: tuple[str, ...] = ()) -> bool:
    """Whether an address leads to another scheme, to a port that is neither the scheme's nor that of the source's
    `own` host:port pairs, or to a host that is not on the open internet. Names are judged by what they resolve to."""
    parts = urlsplit(url)
    return _leads_inside(parts.scheme, parts.netloc, own, allowed_private())


@lru_cache(maxsize=1024)
def _leads_inside(scheme: str, netloc: str, own: tuple[str, ...], allowed: frozenset[str]) -> bool:
    parts = urlsplit(f"//{netloc}")
    host = (parts.hostname or "").rstrip(".").lower()
    try:
        port = parts.port or _PORTS.get(scheme, 0)
    except ValueError:
        return True
    if f"{host}:{port}" in allowed:
        return False
    if scheme not in _PORTS or not host or (port != _PORTS[scheme] and f"{host}:{port}" not in own):
        return True
    if host == "localhost" or host.endswith((".localhost", ".local", ".internal")):
        return True
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        # A name. Numbers in other spellings (0x7f.1, 2130706433) are no names either.
        return host.replace(".", "").isdigit() or host.startswith("0x")


class GuardMiddleware:
    """Refuses such requests at every hop, before robots.txt of that host is asked for."""

    def __init__(self, crawler: Crawler):
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "GuardMiddleware":
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        hosts = getattr(self.crawler.spider, "hosts", tuple)
        if is_refused(request.url, hosts()):
            raise IgnoreRequest("it leads to no public address")


class GlobalResolver(CachingThreadedResolver):
    """Gives no address that is not on the open internet, so that a name cannot lead inside: not a byte is sent.

    What it answers is what the connection is made to, so a name that changes its address between a check and the
    connection gains nothing.
    """

    def getHostByName(self, name: str, timeout: Any = ()) -> Any:  # noqa: N802 (Twisted's name)
        return super().getHostByName(name, timeout).addCallback(only_global, name)


def only_global(address: str, name: str) -> str:
    """The address a name resolved to. Raises CannotResolveHostError when it is not a public one, unless the operator
    has named the host."""
    named = {pair.rsplit(":", 1)[0] for pair in allowed_private()}
    if name.lower() in named or ipaddress.ip_address(address).is_global:
        return address
    raise CannotResolveHostError(f"refused: {name} leads to {address}, which is no public address")
