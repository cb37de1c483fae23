"""No request to a private address, whoever asks for it: a link, a redirect or a record."""

import ipaddress
import os
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.exceptions import IgnoreRequest

_PORTS = {"http": 80, "https": 443}


def allowed_private() -> frozenset[str]:
    """The host:port pairs the operator lets through (UNION_ARCHIVE_ALLOW_PRIVATE)."""
    return frozenset(filter(None, os.environ.get("UNION_ARCHIVE_ALLOW_PRIVATE", "").split(",")))


def private_delay() -> float:
    """Seconds between requests to those hosts (UNION_ARCHIVE_DELAY); never 0, see settings."""
    return max(0.001, float(os.environ.get("UNION_ARCHIVE_DELAY") or 0.01))


def is_refused(url: str) -> bool:
    """Whether an address leads to another scheme, an unusual port, or a host that is not on the open internet."""
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".").lower()
    try:
        port = parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        return True
    if f"{host}:{port}" in allowed_private():
        return False
    if parts.scheme not in _PORTS or not host or port not in (80, 443, 8080, 8443):
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

    def process_request(self, request: Request) -> None:
        if is_refused(request.url):
            raise IgnoreRequest(f"refused: {request.url} is no public address")
