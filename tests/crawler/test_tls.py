"""Certificates, real ones over real connections: what is verified, and what is told of those that are not."""

import ssl
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from crawler.probing.tls import certificate_fault
from tests.conftest import Operator
from tests.crawler.test_probe import allow, probed, records
from tests.sites.small import article, listing

PAGES = {"/tin": listing("/mot-1.html").body, "/mot-1.html": article("Họp mặt đầu năm").body}
HERE = "127.0.0.1"


class Issued(NamedTuple):
    """A certificate and its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    def pem(self) -> bytes:
        key = self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return self.certificate.public_bytes(serialization.Encoding.PEM) + key


def issue(name: str, by: Issued | None = None, *, host: str = HERE, days: int = 10, authority: bool = False) -> Issued:
    """A certificate of some name for a host, valid for so many days from now on; signed by itself unless told."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    signer = by.key if by else key
    now = datetime.now(UTC)
    names = x509.IPAddress(ip_address(host)) if host[0].isdigit() else x509.DNSName(host)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.certificate.subject if by else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=30))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([names]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
    )
    return Issued(made.sign(signer, hashes.SHA256()), key)


AUTHORITY = issue("Cơ quan thử", authority=True)
MIDDLE = issue("Trung gian thử", AUTHORITY, authority=True)
CASES = {
    "good": issue("a", AUTHORITY),
    "expired": issue("b", AUTHORITY, days=-1),
    "wrong name": issue("c", AUTHORITY, host="khac.example.vn"),
    "self-signed": issue("d"),
    "incomplete": issue("e", MIDDLE),
}


@contextmanager
def serving(issued: Issued, folder: Path) -> Iterator[str]:
    """A site behind a certificate."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = PAGES.get(self.path)
            self.send_response(200 if body else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(body or b"<h1>404</h1>")

        def log_message(self, format: str, *args: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        def handle_error(self, request: object, client_address: object) -> None:
            """A client that does not like the certificate hangs up."""

    file = folder / "server.pem"
    file.write_bytes(issued.pem())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    with Server((HERE, 0), Handler) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        try:
            yield f"https://{HERE}:{server.server_address[1]}"
        finally:
            server.shutdown()


@pytest.mark.soak
def test_what_is_wrong_with_a_certificate_is_told(operator: Operator, tmp_path: Path) -> None:
    trusted = tmp_path / "authority.pem"
    trusted.write_bytes(AUTHORITY.certificate.public_bytes(serialization.Encoding.PEM))
    operator.environment["SSL_CERT_FILE"] = str(trusted)
    with ExitStack() as sites:
        addresses = {name: sites.enter_context(serving(issued, tmp_path)) for name, issued in CASES.items()}
        allow(operator, tmp_path, *addresses.values())
        found = probed(operator, *(f"{address}/tin" for address in addresses.values()))
        seen = dict(zip(addresses, found, strict=True))
        ended = CASES["expired"].certificate.not_valid_after_utc
        assert {name: one["tls"] for name, one in seen.items()} == {
            "good": "verified",
            "expired": f"NOT VERIFIED: expired on {ended:%Y-%m-%d}",
            "wrong name": "NOT VERIFIED: wrong name: it is for khac.example.vn",
            "self-signed": "NOT VERIFIED: self-signed",
            "incomplete": "NOT VERIFIED: incomplete chain, or an authority unknown here: CN=Trung gian thử",
        }
        assert all(one["article"]["title"] == "Họp mặt đầu năm" for one in seen.values())
        for name, one in seen.items():
            (record,) = yaml.safe_load(one["record"])
            assert "tls_exception" not in record
            assert ("# tls_exception: " in one["record"]) == (name != "good")
        commented = yaml.safe_load(seen["expired"]["record"].replace("# tls_exception", "tls_exception"))
        assert commented[0]["tls_exception"] == f"expired on {ended:%Y-%m-%d}"
        written = seen["expired"]["record"].replace("national.127-0-0-1", "thu.het-han")
        (records(tmp_path) / "thu.yml").write_text(written, "utf-8")
        done = operator.run("scrapy", "probe", "--enable", "thu.het-han")
        assert done.returncode == 1
        assert f"its certificate cannot be verified: expired on {ended:%Y-%m-%d}; ask the site's owner" in done.stderr
        assert "enabled: false" in (records(tmp_path) / "thu.yml").read_text("utf-8")
        (records(tmp_path) / "thu.yml").write_text(written.replace("# tls_exception", "tls_exception"), "utf-8")
        done = operator.run("scrapy", "probe", "--enable", "thu.het-han")
        assert done.returncode == 0, done.stderr


@pytest.mark.soak
def test_plain_http_where_tls_is_asked_for_is_told(operator: Operator, tmp_path: Path) -> None:
    with ThreadingHTTPServer((HERE, 0), BaseHTTPRequestHandler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        address = f"https://{HERE}:{server.server_address[1]}"
        done = allow(operator, tmp_path, address).run("scrapy", "probe", f"{address}/tin")
        server.shutdown()
    assert done.returncode == 1
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("https://")]
    assert f"{address}/tin: its TLS fails: " in line


def test_all_faults_of_a_certificate_are_named() -> None:
    old = issue("x", host="khac.example.vn", days=-3).certificate
    told = certificate_fault(old, "a.example.vn")
    assert told.startswith("expired on ")
    assert told.endswith("; wrong name: it is for khac.example.vn; self-signed")


@pytest.mark.parametrize(
    ("host", "asked", "good"),
    [
        ("*.hanam.example", "binhluc.hanam.example", True),
        ("*.hanam.example", "a.binhluc.hanam.example", False),
        ("*.hanam.example", "hanam.example", False),
        ("HANAM.example", "hanam.EXAMPLE", True),
        ("127.0.0.1", "127.0.0.1", True),
        ("127.0.0.1", "127.0.0.2", False),
    ],
)
def test_the_names_a_certificate_covers(host: str, asked: str, good: bool) -> None:
    made = issue("x", AUTHORITY, host=host).certificate
    assert ("wrong name" not in certificate_fault(made, asked)) == good
