"""From Scrapy's response to the archive's capture."""

from datetime import UTC, datetime
from urllib.parse import urlsplit

from scrapy.http import Response

from archive.capture import Capture
from archive.sources import Source


def to_capture(response: Response, source: Source, url: str, listed: str | None = None) -> Capture:
    """The capture of a response that was asked for at `url`."""
    headers = tuple(
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, values in response.headers.items()
        for value in values
    )
    return Capture(
        source=source,
        url=url,
        final_url=response.url,
        fetched=datetime.now(UTC).isoformat(timespec="milliseconds"),
        body=response.body,
        status=response.status,
        headers=headers,
        listed=listed,
        tls=_tls(response.url, source),
    )


def _tls(url: str, source: Source) -> str | None:
    if urlsplit(url).scheme != "https":
        return None
    return "unverified" if source.tls_exception else "verified"
