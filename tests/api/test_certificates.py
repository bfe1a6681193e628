"""Certificates come from the system's own store: where a company puts its own authority, calls go through."""

from __future__ import annotations

import datetime
import ipaddress
import os
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from cctoolkit._httpx import httpx

#: This machine by a name for which the environment counts, as it does for any other host.
HERE = "127.0.0.2"

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the store is the user's own, and not for a test"),
    pytest.mark.skipif(httpx.__name__ != "httpx2", reason="the fallback httpx brings certificates of its own"),
]


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])


def _used_for(*, signing: bool) -> x509.KeyUsage:
    """What Python has asked for since 3.13."""
    others = ("content_commitment", "crl_sign", "data_encipherment", "decipher_only", "encipher_only")
    return x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=signing,
        key_agreement=False,
        key_encipherment=False,
        **dict.fromkeys(others, False),
    )


def _certificate(
    name: str, issuer: str, key: ec.EllipticCurvePrivateKey, signed_by: ec.EllipticCurvePrivateKey
) -> bytes:
    now = datetime.datetime.now(datetime.UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(_named(name))
        .issuer_name(_named(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(x509.BasicConstraints(ca=name == issuer, path_length=None), critical=True)
        .add_extension(_used_for(signing=name == issuer), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(HERE))]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signed_by.public_key()), critical=False)
    )
    return built.sign(signed_by, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


class _Answering(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def company(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """A server whose certificate an authority of a company's own has signed: its address, and that authority."""
    authority_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    authority, chain = tmp_path / "authority.pem", tmp_path / "server.pem"
    authority.write_bytes(_certificate("Company", "Company", authority_key, authority_key))
    (tmp_path / "another.pem").write_bytes(_certificate("Another", "Another", key, key))
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    chain.write_bytes(_certificate("server", "Company", key, authority_key) + private)
    server = HTTPServer((HERE, 0), _Answering)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield f"https://{HERE}:{server.server_port}/v3", authority
    server.shutdown()
    server.server_close()


_ASKS = """
import sys, cctoolkit
client = cctoolkit.connect(api_url=sys.argv[1], access_token="a-token-of-nobody")
try:
    client.account.summary()
    print("answered")
except cctoolkit.CctoolkitError as error:
    print(type(error).__name__, error)
"""


def test_an_authority_of_the_systems_store_is_trusted(company: tuple[str, Path]) -> None:
    """As where a company reads along; without it the call fails, and says what it is about."""
    address, authority = company

    def said(**environment: str) -> str:
        command = [sys.executable, "-c", _ASKS, address]
        done = subprocess.run(
            command, env={**os.environ, **environment}, capture_output=True, text=True, check=False, timeout=120
        )
        return done.stdout + done.stderr

    assert said(SSL_CERT_FILE=str(authority)) == "answered\n"
    refused = said(SSL_CERT_FILE=str(authority.with_name("another.pem")))
    assert "ServiceUnreachable" in refused
    assert "an authority that this machine does not know" in refused
