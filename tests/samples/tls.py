"""A certificate authority of our own for servers of our own, and certificates good and bad."""

from __future__ import annotations

import ipaddress
import ssl
import tempfile
import warnings
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from samples.usages import AUTHORITY_USAGE


@cache
def _key(of: str) -> ec.EllipticCurvePrivateKey:
    del of  # one key for each name
    return ec.generate_private_key(ec.SECP256R1())


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


@cache
def authority() -> x509.Certificate:
    """Make the authority's own certificate."""
    return (
        _builder("Voorbeeld Web CA", "Voorbeeld Web CA", days=30)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(AUTHORITY_USAGE, critical=True)
        .add_extension(
            x509.SubjectKeyIdentifier.from_public_key(_key("Voorbeeld Web CA").public_key()), critical=False
        )
        .sign(_key("Voorbeeld Web CA"), hashes.SHA256())
    )


def _builder(name: str, issuer: str, *, days: int) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(_named(name))
        .issuer_name(_named(issuer))
        .public_key(_key(name).public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=60))
        .not_valid_after(now + timedelta(days=days))
    )


def serving(
    *names: str, self_signed: bool = False, expired: bool = False, oldest: bool = False
) -> ssl.SSLContext:
    """Return what a server needs to speak TLS under some names.

    Args:
        names: host names and addresses the certificate is for.
        self_signed: by nobody else.
        expired: a month ago.
        oldest: speak TLS 1.0 only, with what ciphers that takes.
    """
    issuer = names[0] if self_signed else "Voorbeeld Web CA"
    certificate = (
        _builder(names[0], issuer, days=-30 if expired else 30)
        .add_extension(x509.SubjectAlternativeName([_general(name) for name in names]), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(_key(issuer).public_key()), critical=False
        )
        .sign(_key(issuer), hashes.SHA256())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "chain.pem"
        private = _key(names[0]).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        place.write_bytes(private + certificate.public_bytes(Encoding.PEM))
        context.load_cert_chain(place)
    if oldest:
        context.set_ciphers("ALL:@SECLEVEL=0")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # which is the point
            context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1
    return context


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def trusting() -> ssl.SSLContext:
    """Return the client's side: everything as the system has it, but this authority instead of its own."""
    return ssl.create_default_context(cadata=authority().public_bytes(Encoding.PEM).decode())
