"""Mails over TLS: by a certificate that is trusted or not at all, and no password in clear off this machine."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from careerhub.admin.mails import send_due
from careerhub.admin.parts import Parts
from tests.admin.test_mails import Inbox, queue, unused_port

__all__ = ["unused_port"]

# this machine, by an address that isn't known to be: what leads elsewhere is treated so
ELSEWHERE = "127.0.0.2"
USER, PASSWORD = "lamps@example.org", "pass:word/@ #%"


class Gate:
    """Who may send, and the passwords that were tried."""

    def __init__(self) -> None:
        self.tried: list[tuple[bytes, bytes]] = []

    def __call__(self, server: Any, session: Any, envelope: Any, mechanism: str, data: LoginPassword) -> AuthResult:
        self.tried.append((data.login, data.password))
        is_right = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
        return AuthResult(success=is_right, handled=False)


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """Give a certificate for that address, with its key, in a file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.example.org")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(ELSEWHERE))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "server.pem"
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return file


@contextmanager
def serving(port: int, certificate: Path | None, *, is_wrapped: bool = False) -> Iterator[tuple[Inbox, Gate]]:
    inbox, gate = Inbox(), Gate()
    context = None
    if certificate:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate)
    server = Controller(
        inbox,
        hostname=ELSEWHERE,
        port=port,
        ssl_context=context if is_wrapped else None,
        tls_context=None if is_wrapped else context,
        authenticator=gate,
        auth_require_tls=False,
    )
    server.start()
    yield inbox, gate
    server.stop()


def send(parts: Parts, scheme: str, port: int, *, password: str = "pass%3Aword%2F%40%20%23%25") -> int:
    address = f"{scheme}://{USER.replace('@', '%40')}:{password}@{ELSEWHERE}:{port}"
    sending = replace(parts, smtp_url=address, mail_from="careerhub@example.org")
    queue(sending)
    return send_due(sending)


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_a_mail_goes_over_tls_with_user_and_password(
    scheme: str, parts: Parts, unused_port: int, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with serving(unused_port, certificate, is_wrapped=scheme == "smtps") as (inbox, gate):
        assert send(parts, scheme, unused_port) == 1
    assert len(inbox.mails) == 1
    assert gate.tried == [(USER.encode(), PASSWORD.encode())]


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_a_certificate_that_nobody_vouches_for_gets_neither_password_nor_mail(
    scheme: str, parts: Parts, unused_port: int, certificate: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with serving(unused_port, certificate, is_wrapped=scheme == "smtps") as (inbox, gate):
        assert send(parts, scheme, unused_port) == 0
    assert (inbox.mails, gate.tried) == ([], [])
    assert "SSLCertVerificationError" in caplog.text


def test_no_password_goes_in_clear_to_another_machine(
    parts: Parts, unused_port: int, caplog: pytest.LogCaptureFixture
) -> None:
    with serving(unused_port, None) as (inbox, gate):
        assert send(parts, "smtp", unused_port) == 0
    assert (inbox.mails, gate.tried) == ([], [])
    assert "the password isn't sent in clear" in caplog.text


def test_a_wrong_password_is_told_and_kept_out_of_the_log(
    parts: Parts,
    unused_port: int,
    certificate: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with serving(unused_port, certificate, is_wrapped=True) as (inbox, gate):
        assert send(parts, "smtps", unused_port, password="seven-lamps") == 0
    assert inbox.mails == []
    assert gate.tried[0] == (USER.encode(), b"seven-lamps")
    assert "SMTPAuthenticationError 535" in caplog.text
    assert "seven-lamps" not in caplog.text
