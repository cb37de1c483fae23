"""All hostile sites at once, the operator's own network that nobody may reach from there, and a host elsewhere."""

from __future__ import annotations

import ssl
import tempfile
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path
from types import TracebackType
from typing import Any

import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.sites.hostile import feeds, manners, moves, network, texts, traps
from tests.sites.hostile.site import LISTING, Site, article, healthy, page
from tests.sites.hostile.wire import Server

SECRET = page(article(title="Tài liệu nội bộ không ai được đọc"))
SELF_SIGNED = Site("tls.tu-ky", [healthy() for _ in range(4)])
EXCEPTION = Site(
    "tls.ngoai-le",
    [healthy() for _ in range(4)],
    record={"tls_exception": "chứng thư tự ký, cơ quan xác nhận qua điện thoại"},
)
SITES: tuple[Site, ...] = (
    *network.SITES, *moves.SITES, *traps.SITES, *texts.SITES, *manners.SITES, *feeds.SITES, EXCEPTION,
)  # fmt: skip
UNREACHABLE = (manners.AWAY, SELF_SIGNED)
"""Sites of which not one page may be asked for."""


class HostileWeb:
    """The sites, running from construction to `close()` (or the end of a `with` block); `servers` by the site's id."""

    def __init__(self) -> None:
        network.bomb(network.PAGE, b" "), feeds.sitemap_bomb(), network.links()  # made now: some seconds
        self._ends = ExitStack()
        self.inside = self._serve(Server(lambda wire: wire.answer(SECRET)))
        self.elsewhere = self._serve(Server(lambda wire: wire.answer(SECRET), host="127.0.0.2"))
        tls = self_signed()
        self.servers: dict[str, Server] = {}
        for site in (*SITES, *UNREACHABLE):
            server = self._serve(Server(site.answer, tls=tls if site.id.startswith("tls.") else None))
            server.internal, server.elsewhere = self.inside.address, self.elsewhere.address
            self.servers[site.id] = server

    def record(self, site: Site) -> dict[str, Any]:
        """The source record of a site."""
        fields = {
            "id": site.id,
            "name": f"Trang xấu {site.id}",
            "home": "279",
            "family": "mastercms",
            "site": self.servers[site.id].address,
            "listing": [LISTING],
            "enabled": True,
        }
        return fields | dict(site.record)

    def environment(self, folder: Path) -> dict[str, str]:
        """Writes the records into a folder; what lets the crawler through to these sites and the host elsewhere."""
        folder.mkdir(parents=True, exist_ok=True)
        records = [self.record(site) for site in (*SITES, *UNREACHABLE)]
        (folder / "hostile.yml").write_text(yaml.safe_dump(records, allow_unicode=True, sort_keys=False), "utf-8")
        hosts = [server.address.partition("://")[2] for server in (*self.servers.values(), self.elsewhere)]
        return {
            "UNION_ARCHIVE_SOURCES": str(folder),
            "UNION_ARCHIVE_ALLOW_PRIVATE": ",".join(hosts),
            "UNION_ARCHIVE_DELAY": "0.01",
        }

    def later(self) -> None:
        """Time has passed: what changes has changed."""
        for server in self.servers.values():
            server.later = True

    def close(self) -> None:
        self._ends.close()

    def __enter__(self) -> HostileWeb:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _serve(self, server: Server) -> Server:
        self._ends.callback(server.close)
        return server


def self_signed() -> ssl.SSLContext:
    """A server's TLS with a certificate nobody has signed but itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "trang-xau.example")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.NamedTemporaryFile(suffix=".pem") as file:
        file.write(certificate.public_bytes(serialization.Encoding.PEM))
        file.write(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        file.flush()
        context.load_cert_chain(file.name)
    return context
