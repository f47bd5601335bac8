"""Certificates around trusted lists, of our own making: authorities, operators, and whoever seals."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID


def at(year: int, month: int = 1, day: int = 1) -> datetime:
    """Return midnight of a day."""
    return datetime(year, month, day, tzinfo=UTC)


_MARCH = at(2024, 3)


@cache
def key(name: str) -> ec.EllipticCurvePrivateKey:
    """Make the key that goes by a name."""
    assert name
    return ec.generate_private_key(ec.SECP256R1())


def _name(common: str, country: str = "NL", organisation: str = "Voorbeeld Zegels BV") -> x509.Name:
    parts = [
        (NameOID.COUNTRY_NAME, country),
        (NameOID.ORGANIZATION_NAME, organisation),
        (NameOID.COMMON_NAME, common),
    ]
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in parts if value])


@cache
def authority(name: str, *, country: str = "NL", under: str = "", keyed: str = "") -> x509.Certificate:
    """Make the certificate of an authority, its own or under another's; `keyed`: by whose key."""
    return (
        _builder(_name(name, country), key(keyed or name), under or name, country, at(2015))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key(under or keyed or name), hashes.SHA256())
    )


def _builder(
    subject: x509.Name, private: ec.EllipticCurvePrivateKey, issuer: str, country: str, since: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(_name(issuer, country))
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(at(2045))
    )


def _der(tag: int, *contents: bytes) -> bytes:
    content = b"".join(contents)
    assert len(content) < 128
    return bytes([tag, len(content)]) + content


def _etsi(*last: int) -> bytes:
    """Spell 0.4.0.1862.1.… as DER."""
    return _der(6, bytes.fromhex("04008e4601") + bytes(last))


KINDS = {"eSignature": 1, "eSeal": 2, "WSA": 3, "unknown": 9}


def statements(
    *, compliance: bool = True, device: bool = False, kinds: Iterable[str] = ("eSeal",), law: bool = False
) -> bytes:
    """Spell QcStatements (EN 319 412-5)."""
    parts = [_der(0x30, _etsi(1))] if compliance else []
    parts += [_der(0x30, _etsi(4))] if device else []
    types = [_etsi(6, KINDS[one]) for one in kinds]
    parts += [_der(0x30, _etsi(6), _der(0x30, *types))] if types else []
    parts += [_der(0x30, _etsi(7), _der(0x30, _der(0x13, b"US")))] if law else []
    return _der(0x30, *parts)


def issued(
    by: str = "Zegel CA",
    *,
    said: bytes | None = None,
    policy: str = "1.2.3.4",
    since: datetime = _MARCH,
    country: str = "NL",
) -> x509.Certificate:
    """Make the certificate of somebody who seals; `said`: its QcStatements, none where empty."""
    builder = _builder(
        _name("Hogeschool Voorbeeld", "NL", "Hogeschool Voorbeeld"), key("holder"), by, country, since
    )
    usages = dict.fromkeys(
        ("key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign"), False
    )
    usage = x509.KeyUsage(
        digital_signature=True, content_commitment=True, encipher_only=False, decipher_only=False, **usages
    )
    builder = builder.add_extension(usage, critical=True)
    policies = x509.CertificatePolicies([x509.PolicyInformation(x509.ObjectIdentifier(policy), None)])
    builder = builder.add_extension(policies, critical=False)
    value = statements() if said is None else said
    if value:
        extension = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.5.5.7.1.3"), value)
        builder = builder.add_extension(extension, critical=False)
    return builder.sign(key(by), hashes.SHA256())


@cache
def operator(name: str) -> x509.Certificate:
    """Make the certificate of somebody who signs lists."""
    return _builder(_name(name, "BE"), key(name), name, "BE", at(2020)).sign(key(name), hashes.SHA256())


def der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)


def digest(certificate: x509.Certificate) -> str:
    return sha256(der(certificate)).hexdigest()


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()
