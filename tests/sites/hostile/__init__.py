"""The hostile web: small sites that do, among healthy articles, all that a crawler must survive.

Each site is data: the links of its listing, what the server does at each, and what must become of it. One module a
theme; `wire.py` speaks (and breaks) HTTP, `web.py` runs them all beside an internal service that counts its visitors.
"""

from tests.sites.hostile.web import SITES, UNREACHABLE, HostileWeb

__all__ = ["SITES", "UNREACHABLE", "HostileWeb"]
