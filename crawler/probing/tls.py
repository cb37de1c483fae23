"""Why a certificate is not believed."""

import ipaddress
from collections.abc import Iterator
from datetime import UTC, datetime

from cryptography import x509
from OpenSSL import SSL
from service_identity import VerificationError

from archive.text import clean


def tls_fault(error: BaseException) -> str | None:
    """What OpenSSL or the check of the host's name said, if that broke a download; None if something else did."""
    for cause in _causes(error):
        if isinstance(cause, VerificationError):
            return "wrong name"
        if isinstance(cause, SSL.Error):
            entries = cause.args[0] if cause.args and isinstance(cause.args[0], list) else []
            return ", ".join(dict.fromkeys(entry[-1] for entry in entries)) or "connection closed in the handshake"
    return None


def certificate_fault(certificate: x509.Certificate, host: str, now: datetime | None = None) -> str:
    """All that is wrong with a certificate that was refused: dates, name, or else its chain."""
    now = now or datetime.now(UTC)
    names = _names(certificate)
    faults = []
    if certificate.not_valid_after_utc < now:
        faults.append(f"expired on {certificate.not_valid_after_utc:%Y-%m-%d}")
    if certificate.not_valid_before_utc > now:
        faults.append(f"not valid before {certificate.not_valid_before_utc:%Y-%m-%d}")
    if not any(_covers(name, host) for name in names):
        faults.append(f"wrong name: it is for {clean(', '.join(names[:5])) or 'no host'}")
    if certificate.issuer == certificate.subject:
        faults.append("self-signed")
    issuer = clean(certificate.issuer.rfc4514_string())[:120]
    return "; ".join(faults) or f"incomplete chain, or an authority unknown here: {issuer}"


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """An error, what it came from, and what Twisted collected in it."""
    while error is not None:
        yield error
        for failure in getattr(error, "reasons", None) or []:
            yield from _causes(failure.value)
        error = error.__cause__


def _names(certificate: x509.Certificate) -> list[str]:
    try:
        named = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, ValueError):
        return []
    return [
        *named.get_values_for_type(x509.DNSName),
        *(str(address) for address in named.get_values_for_type(x509.IPAddress)),
    ]


def _covers(name: str, host: str) -> bool:
    try:
        return ipaddress.ip_address(name) == ipaddress.ip_address(host)
    except ValueError:
        pass
    name, host = name.lower(), host.lower()
    return name == host or (name.startswith("*.") and host.partition(".")[2] == name[2:])
