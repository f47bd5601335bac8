"""Keys in files: PEM, and PKCS#12 (RFC 7292)."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import load_pem_private_key, pkcs12

from api.keys.fitting import KeyFault, algorithm_for, proven_chain
from verifier.sealing.algorithms import JOSE_SCHEMES, Family

HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}
_MAX_FILE = 1024 * 1024
_Private = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldKey:
    """A key out of a file, held in memory; satisfies `schemas.key.Key`."""

    algorithm: str
    certificates: tuple[x509.Certificate, ...]
    private: _Private = field(repr=False)

    def sign(self, message: bytes) -> bytes:
        """Sign as JOSE wants it."""
        private, scheme = self.private, JOSE_SCHEMES[self.algorithm]
        if isinstance(private, ed25519.Ed25519PrivateKey):
            return private.sign(message)
        hashed = HASHES[scheme.hash_name]
        if isinstance(private, rsa.RSAPrivateKey):
            if scheme.family is Family.PSS:
                return private.sign(message, padding.PSS(padding.MGF1(hashed), hashed.digest_size), hashed)
            return private.sign(message, padding.PKCS1v15(), hashed)
        return side_by_side(private.sign(message, ec.ECDSA(hashed)), private.curve.key_size)


def side_by_side(value: bytes, bits: int) -> bytes:
    """Turn the DER of an ECDSA signature into r and s side by side (RFC 7518 §3.4).

    Raises:
        ValueError: it is no such DER.
        OverflowError: r or s is longer than the curve's order.
    """
    r, s = decode_dss_signature(value)
    size = (bits + 7) // 8
    return r.to_bytes(size) + s.to_bytes(size)


def open_pem(path: Path, password: str = "", algorithm: str = "") -> HeldKey:
    """Read a private key and its certificate from one PEM file; those above it may lie there too.

    Raises:
        KeyFault: the file cannot be read, or does not hold a key that can sign and its certificate.
    """
    data = read_file(path)
    try:
        private = load_pem_private_key(data, password.encode() or None)
        certificates = x509.load_pem_x509_certificates(data)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        kind = "a private key that the password opens" if password else "a private key without a password"
        raise KeyFault(f"The file must hold {kind} and its certificate, both PEM.") from None
    return _held(private, tuple(certificates), algorithm)


def open_pkcs12(path: Path, password: str = "", algorithm: str = "") -> HeldKey:
    """Read a private key, its certificate and those above it from a PKCS#12 file.

    Raises:
        KeyFault: the file cannot be read, the password does not open it, or it does not hold a key that can
            sign and its certificate.
    """
    data = read_file(path)
    try:
        found = pkcs12.load_pkcs12(data, password.encode() or None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise KeyFault("The file is no PKCS#12, or the password does not open it.") from None
    held = [one.certificate for one in (found.cert, *found.additional_certs) if one is not None]
    if found.key is None or not held:
        raise KeyFault("The file holds no private key with its certificate.")
    return _held(found.key, tuple(held), algorithm)


def read_file(path: Path) -> bytes:
    """Read a file of keys or certificates.

    Raises:
        KeyFault: it cannot be read, or is larger than any such file.
    """
    try:
        with path.open("rb") as file:
            data = file.read(_MAX_FILE + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not a usable file name"
        raise KeyFault(f"The file cannot be read: {reason}.") from None
    if len(data) > _MAX_FILE:
        raise KeyFault("The file cannot be read: it is larger than a megabyte.")
    return data


def _held(private: object, certificates: tuple[x509.Certificate, ...], wanted: str) -> HeldKey:
    if not isinstance(private, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey):
        raise KeyFault("It is of a kind that cannot be used.")
    algorithm = algorithm_for(private.public_key(), wanted)
    bare = HeldKey(algorithm=algorithm, certificates=(), private=private)
    chain = proven_chain(certificates, algorithm, bare.sign)
    return HeldKey(algorithm=algorithm, certificates=chain, private=private)
