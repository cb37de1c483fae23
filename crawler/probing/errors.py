"""What ends a look at a site, in one line; the cause alone where a survey goes on without that page."""

from archive.errors import ArchiveError


class ProbeError(ArchiveError):
    """A page that could not be had or is not what was asked for."""

    def __init__(self, url: object, cause: str, cure: str):
        super().__init__(url, cause, cure)
        self.cause = cause


class TlsError(ProbeError):
    """A connection that failed over its certificate or its TLS."""

    def __init__(self, url: str, fault: str):
        super().__init__(url, f"its TLS fails: {fault}", "ask the site's owner, or record a tls_exception")
