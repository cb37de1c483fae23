"""What went wrong with a request, in words an operator knows: one name a kind, so that runs can be counted by it."""

from collections.abc import Iterator

from scrapy import exceptions
from scrapy.spidermiddlewares.httperror import HttpError

TOO_LARGE = "larger than 8 MB"
KINDS: dict[type[BaseException], str] = {
    exceptions.DownloadTimeoutError: "no answer in time",
    exceptions.CannotResolveHostError: "the name of the host is not known",
    exceptions.DownloadConnectionRefusedError: "connection refused",
    exceptions.ResponseDataLossError: "answer cut short",
    exceptions.DownloadCancelledError: TOO_LARGE,
    exceptions.UnsupportedURLSchemeError: "no web address",
}
TOO_LONG = "takes too long to read"
CRASHED = "breaks the reader"
_BLOCKED = (401, 403, 407, 451)
_TLS = (
    ("unsafe legacy renegotiation", "TLS: only the old renegotiation is offered (OPENSSL_CONF can allow it)"),
    ("certificate verify failed", "TLS: the certificate cannot be verified"),
    ("certificate", "TLS: the certificate cannot be verified"),
    ("SSL", "TLS: no secure connection"),
)


class PutOff(exceptions.IgnoreRequest):
    """The site asks to come back later than a run can wait."""

    def __init__(self, seconds: float):
        super().__init__(f"asks to come back after {seconds / 3600:.1f} hours")
        self.seconds = seconds


class Stopped(Exception):  # noqa: N818 (no error: the operator's wish)
    """The run ends before this request was sent."""


def cause(error: BaseException) -> str:
    """The kind of an error, the same for all errors of that kind."""
    if isinstance(error, HttpError):
        status = error.response.status
        return f"blocked: HTTP {status}" if status in _BLOCKED else f"HTTP {status}"
    if isinstance(error, PutOff):
        return str(error)
    if isinstance(error, exceptions.IgnoreRequest):
        return TOO_LARGE if "DOWNLOAD_MAXSIZE" in str(error) else f"not asked: {error}"
    if type(error) in KINDS:
        return KINDS[type(error)]
    text = " ".join(_told(error))
    for mark, kind in _TLS:
        if mark in text:
            return kind
    if isinstance(error, exceptions.DownloadFailedError):
        return "the connection broke"
    return f"{type(error).__name__}: {error}"[:200]


def _told(error: BaseException | None) -> Iterator[str]:
    """What an error and the errors behind it say."""
    while error is not None:
        yield repr(error)
        for reason in getattr(error, "reasons", ()):
            yield repr(getattr(reason, "value", reason))
        error = error.__cause__ or error.__context__
