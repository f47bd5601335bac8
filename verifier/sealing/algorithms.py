"""The algorithms a seal may use, each bound to one type of key. What is not listed here is not supported.

Cites ETSI TS 119 312 (which ones still count), RFC 7518 §3 and RFC 8037 (JOSE names), RFC 9231 (XML URIs).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

MIN_RSA_BITS = 2048
MIN_CURVE_BITS = 256
WEAK_HASHES = frozenset({"sha1", "sha224"})
"""Collisions are made (SHA-1) or come within reach (SHA-224): such a seal proves nothing by itself."""


class Family(StrEnum):
    """How a signature value is made; each takes exactly one type of key."""

    RSA = "RSA PKCS#1 v1.5"
    PSS = "RSA-PSS"
    ECDSA = "ECDSA"
    EDDSA = "Ed25519"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    """One signature algorithm.

    Attributes:
        family: how, and so with which type of key.
        hash_name: as hashlib calls it; empty where the family fixes it.
        curve: the one curve a JOSE name stands for; empty where any curve may be used.
        mask_hash: RSA-PSS: the hash of the mask; empty where it is the same.
        salt: RSA-PSS: length of the salt in bytes; None where it is that of the hash.
    """

    family: Family
    hash_name: str
    curve: str = ""
    mask_hash: str = ""
    salt: int | None = None

    @property
    def weak(self) -> bool:
        """Tell whether the hash no longer counts."""
        return self.hash_name in WEAK_HASHES


class KeyMismatchError(Exception):
    """The algorithm does not belong to this type of key."""


class UnsupportedKeyError(Exception):
    """The key is of a type, curve or size that cannot be computed with here."""


_HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha1": hashes.SHA1(),  # noqa: S303 - computed so that an old seal can be told weak and not broken
    "sha224": hashes.SHA224(),
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
    "sha3_256": hashes.SHA3_256(),
    "sha3_384": hashes.SHA3_384(),
    "sha3_512": hashes.SHA3_512(),
}

_DSIG = "http://www.w3.org/2000/09/xmldsig#"
_MORE_2001 = "http://www.w3.org/2001/04/xmldsig-more#"
_MORE_2007 = "http://www.w3.org/2007/05/xmldsig-more#"
_MORE_2021 = "http://www.w3.org/2021/04/xmldsig-more#"
_XMLENC = "http://www.w3.org/2001/04/xmlenc#"

XML_DIGESTS = {
    f"{_DSIG}sha1": "sha1",
    f"{_MORE_2001}sha224": "sha224",
    f"{_XMLENC}sha256": "sha256",
    f"{_MORE_2001}sha384": "sha384",
    f"{_XMLENC}sha512": "sha512",
    f"{_MORE_2007}sha3-256": "sha3_256",
    f"{_MORE_2007}sha3-384": "sha3_384",
    f"{_MORE_2007}sha3-512": "sha3_512",
}
"""Digest URI → hashlib name."""


def _xml_schemes() -> dict[str, Scheme]:
    schemes = {
        f"{_DSIG}rsa-sha1": Scheme(family=Family.RSA, hash_name="sha1"),
        f"{_MORE_2021}eddsa-ed25519": Scheme(family=Family.EDDSA, hash_name=""),
    }
    for name in ("sha1", "sha224", "sha256", "sha384", "sha512"):
        schemes[f"{_MORE_2001}ecdsa-{name}"] = Scheme(family=Family.ECDSA, hash_name=name)
        schemes[f"{_MORE_2007}{name}-rsa-MGF1"] = Scheme(family=Family.PSS, hash_name=name)
        if name != "sha1":
            schemes[f"{_MORE_2001}rsa-{name}"] = Scheme(family=Family.RSA, hash_name=name)
    for bits in ("256", "384", "512"):
        schemes[f"{_MORE_2007}sha3-{bits}-rsa-MGF1"] = Scheme(family=Family.PSS, hash_name=f"sha3_{bits}")
        schemes[f"{_MORE_2021}ecdsa-sha3-{bits}"] = Scheme(family=Family.ECDSA, hash_name=f"sha3_{bits}")
    return schemes


XML_SCHEMES = _xml_schemes()
"""SignatureMethod URI → scheme. No HMAC and no DSA."""

JOSE_SCHEMES = {
    **{f"RS{bits}": Scheme(family=Family.RSA, hash_name=f"sha{bits}") for bits in (256, 384, 512)},
    **{f"PS{bits}": Scheme(family=Family.PSS, hash_name=f"sha{bits}") for bits in (256, 384, 512)},
    "ES256": Scheme(family=Family.ECDSA, hash_name="sha256", curve="secp256r1"),
    "ES384": Scheme(family=Family.ECDSA, hash_name="sha384", curve="secp384r1"),
    "ES512": Scheme(family=Family.ECDSA, hash_name="sha512", curve="secp521r1"),
    "EdDSA": Scheme(family=Family.EDDSA, hash_name=""),
    "Ed25519": Scheme(family=Family.EDDSA, hash_name=""),
}
"""JOSE `alg`, case-sensitive (RFC 7515 §4.1.1) → scheme. No `none`, no HS*."""

JOSE_DIGESTS = {
    "S256": "sha256",
    "S384": "sha384",
    "S512": "sha512",
    **{uri: name for uri, name in XML_DIGESTS.items() if name in {"sha256", "sha384", "sha512"}},
}
"""`digAlg` of JAdES certificate references (TS 119 182-1 §5.2.2) → hashlib name."""


def digest(hash_name: str, data: bytes) -> bytes:
    """Hash with one of the names in the tables above."""
    return hashlib.new(hash_name, data, usedforsecurity=False).digest()


def weak_key(key: CertificatePublicKeyTypes) -> str:
    """Name a key too short to count (TS 119 312 §8), or give an empty string."""
    if isinstance(key, rsa.RSAPublicKey) and key.key_size < MIN_RSA_BITS:
        return f"RSA-{key.key_size}"
    if isinstance(key, ec.EllipticCurvePublicKey) and key.curve.key_size < MIN_CURVE_BITS:
        return f"EC-{key.curve.key_size}"
    return ""


def holds(scheme: Scheme, key: CertificatePublicKeyTypes, value: bytes, message: bytes) -> bool:
    """Tell whether the signature value is this key's over the message.

    Raises:
        KeyMismatchError: the algorithm is not one of this key's.
        UnsupportedKeyError: cannot be computed here.
    """
    try:
        _verify(scheme, key, value, message)
    except InvalidSignature:
        return False
    except (UnsupportedAlgorithm, ValueError) as error:
        raise UnsupportedKeyError from error
    return True


def _verify(scheme: Scheme, key: CertificatePublicKeyTypes, value: bytes, message: bytes) -> None:
    match scheme.family, key:
        case Family.RSA, rsa.RSAPublicKey():
            key.verify(value, message, padding.PKCS1v15(), _HASHES[scheme.hash_name])
        case Family.PSS, rsa.RSAPublicKey():
            # RFC 7518 §3.5 and RFC 9231 §2.3.9: the salt is as long as the hash
            hashed = _HASHES[scheme.hash_name]
            salt = hashed.digest_size if scheme.salt is None else scheme.salt
            mask = padding.MGF1(_HASHES[scheme.mask_hash or scheme.hash_name])
            key.verify(value, message, padding.PSS(mask, salt), hashed)
        case Family.ECDSA, ec.EllipticCurvePublicKey() if scheme.curve in {"", key.curve.name}:
            key.verify(_dss(value, key.curve.key_size), message, ec.ECDSA(_HASHES[scheme.hash_name]))
        case Family.EDDSA, ed25519.Ed25519PublicKey():
            key.verify(value, message)
        case _:
            raise KeyMismatchError


def _dss(value: bytes, bits: int) -> bytes:
    """Turn r‖s of exactly the curve's length (RFC 7518 §3.4, RFC 9231 §2.3.6) into DER; refuse DER itself."""
    size = (bits + 7) // 8
    if len(value) != 2 * size:
        raise InvalidSignature
    return encode_dss_signature(int.from_bytes(value[:size]), int.from_bytes(value[size:]))
