"""Keys that sign receipts, made anew in each run, and receipts taken apart and put together again."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from schemas.canonical import canonical

Private = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey
KINDS: dict[str, Callable[[], Private]] = {
    "ES256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "ES384": lambda: ec.generate_private_key(ec.SECP384R1()),
    "ES512": lambda: ec.generate_private_key(ec.SECP521R1()),
    "RS256": lambda: rsa.generate_private_key(65537, 2048),
    "EdDSA": ed25519.Ed25519PrivateKey.generate,
}


def pair(kind: str = "ES256", name: str = "Gateway of the Polder") -> tuple[Private, x509.Certificate]:
    """Make a key and its certificate, the same ones for the same kind and name."""
    return _pair(kind, name)


@cache
def _pair(kind: str, name: str) -> tuple[Private, x509.Certificate]:
    private = KINDS[kind]()
    subject = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2028, 1, 1, tzinfo=UTC))
    )
    return private, builder.sign(private, None if kind == "EdDSA" else hashes.SHA256())


def pem(kind: str = "ES256", name: str = "Gateway of the Polder") -> bytes:
    """Write key and certificate as one file."""
    private, certificate = pair(kind, name)
    held = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return held + certificate.public_bytes(Encoding.PEM)


def key_file(folder: Path, kind: str = "ES256", name: str = "Gateway of the Polder") -> str:
    """Write the key file into a folder, and the certificate alone into `trusted` below it."""
    path = folder / f"{kind}-{len(name)}.pem"
    path.write_bytes(pem(kind, name))
    trusted = folder / "trusted"
    trusted.mkdir(exist_ok=True)
    (trusted / path.name).write_bytes(pair(kind, name)[1].public_bytes(Encoding.PEM))
    return str(path)


def parts(token: bytes) -> tuple[dict[str, Any], dict[str, Any], bytes]:
    """Take a receipt apart: header, payload, signature."""
    header, payload, signature = (_decoded(one) for one in token.strip().split(b"."))
    return json.loads(header), json.loads(payload), signature


def put_together(header: Any, payload: Any, signature: bytes) -> bytes:
    """Put a receipt together, canonical, with whatever signature; bytes are taken as they are."""
    spelt = [one if isinstance(one, bytes) else canonical(one) for one in (header, payload)]
    return b".".join(_encoded(one) for one in (*spelt, signature))


def _decoded(text: bytes) -> bytes:
    return base64.urlsafe_b64decode(text + b"=" * (-len(text) % 4))


def _encoded(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")
