"""What an authority signed, in the one shape of X.509: a body, an algorithm, a value (RFC 5280 §4.1.1)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes

from verifier.sealing.algorithms import WEAK_HASHES, weak_key
from verifier.trust import der

_MOST_KEPT = 64 * 1024
"""Octets of what is remembered to be verified: certificates and short lists, which seal after seal brings."""
_MOST_RSA_BITS = 8192
"""Verifying takes the square of the length; no authority has a longer key."""

_HASHES: dict[bytes, hashes.HashAlgorithm] = {
    der.object_id(dotted): one
    for dotted, one in (
        ("1.3.14.3.2.26", hashes.SHA1()),  # noqa: S303 - verified so as to be told weak
        ("2.16.840.1.101.3.4.2.4", hashes.SHA224()),
        ("2.16.840.1.101.3.4.2.1", hashes.SHA256()),
        ("2.16.840.1.101.3.4.2.2", hashes.SHA384()),
        ("2.16.840.1.101.3.4.2.3", hashes.SHA512()),
    )
}
_PKCS1, _ECDSA, _EDDSA = "1.2.840.113549.1.1", "1.2.840.10045.4", "1.3.101"
_PLAIN: dict[bytes, tuple[str, hashes.HashAlgorithm | None]] = {
    der.object_id(dotted): (family, hashed)
    for dotted, family, hashed in (
        (f"{_PKCS1}.5", "rsa", hashes.SHA1()),  # noqa: S303 - as above
        (f"{_PKCS1}.14", "rsa", hashes.SHA224()),
        (f"{_PKCS1}.11", "rsa", hashes.SHA256()),
        (f"{_PKCS1}.12", "rsa", hashes.SHA384()),
        (f"{_PKCS1}.13", "rsa", hashes.SHA512()),
        (f"{_ECDSA}.1", "ec", hashes.SHA1()),  # noqa: S303 - as above
        (f"{_ECDSA}.3.1", "ec", hashes.SHA224()),
        (f"{_ECDSA}.3.2", "ec", hashes.SHA256()),
        (f"{_ECDSA}.3.3", "ec", hashes.SHA384()),
        (f"{_ECDSA}.3.4", "ec", hashes.SHA512()),
        (f"{_EDDSA}.112", "ed", None),
        (f"{_EDDSA}.113", "ed", None),
    )
}
_PSS = der.object_id(f"{_PKCS1}.10")
_MGF1 = der.object_id(f"{_PKCS1}.8")


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """A signed structure, taken apart.

    Attributes:
        body: what is signed, with tag and length.
        algorithm: AlgorithmIdentifier, with tag and length.
        value: the signature.
        rest: what follows; only OCSP answers have any.
    """

    body: bytes
    algorithm: bytes
    value: bytes
    rest: tuple[der.Element, ...] = ()


def read_signed(data: bytes) -> Signed:
    """Take a signed structure apart.

    Raises:
        ValueError: the bytes are none.
    """
    body, algorithm, value, *rest = der.elements(der.only(data, der.SEQUENCE), 4)
    if value.tag != der.BIT_STRING or value.content[:1] != b"\x00":
        raise ValueError("the signature is not a string of octets")
    return Signed(body=body.whole, algorithm=algorithm.whole, value=value.content[1:], rest=tuple(rest))


def verified(signed: Signed, key: CertificatePublicKeyTypes) -> bool:
    """Tell whether the value is this key's over the body; what cannot be computed is not."""
    try:
        return _verify(signed, key)
    except InvalidSignature:
        return False
    except Exception:  # noqa: BLE001 - hostile keys and parameters: whatever the library says, it does not verify
        return False


def verified_once(signed: Signed, by: x509.Certificate) -> bool:
    """Tell the same of a certificate's key; what was worked out is remembered by all octets of both."""
    if len(signed.body) + len(signed.value) > _MOST_KEPT:
        return verified(signed, by.public_key())
    return _remembered(signed, by)


@lru_cache(maxsize=256)
def _remembered(signed: Signed, by: x509.Certificate) -> bool:
    return verified(signed, by.public_key())


def _verify(signed: Signed, key: CertificatePublicKeyTypes) -> bool:
    family, hashed = _scheme(signed.algorithm)
    match family, key:
        case "rsa", rsa.RSAPublicKey() if hashed and key.key_size <= _MOST_RSA_BITS:
            key.verify(signed.value, signed.body, padding.PKCS1v15(), hashed)
        case "pss", rsa.RSAPublicKey() if hashed and key.key_size <= _MOST_RSA_BITS:
            salted = padding.PSS(padding.MGF1(hashed), hashed.digest_size)
            key.verify(signed.value, signed.body, salted, hashed)
        case "ec", ec.EllipticCurvePublicKey() if hashed:
            key.verify(signed.value, signed.body, ec.ECDSA(hashed))
        case "ed", ed25519.Ed25519PublicKey() | ed448.Ed448PublicKey():
            key.verify(signed.value, signed.body)
        case _:
            return False
    return True


def _scheme(algorithm: bytes) -> tuple[str, hashes.HashAlgorithm | None]:
    kind, *parameters = der.elements(der.only(algorithm, der.SEQUENCE), 2)
    if kind.content == _PSS:
        return "pss", _usual_hash(parameters[0].content)
    return _PLAIN.get(kind.content, ("", None))


def _usual_hash(parameters: bytes) -> hashes.HashAlgorithm | None:
    """Give the hash of RSASSA-PSS whose mask and salt go with it (RFC 4055 §3.1); None for any other."""
    found = der.elements(parameters)

    def inner(tag: int) -> list[der.Element]:
        return der.elements(der.only(der.optional(found, tag) or b"", der.SEQUENCE))

    hashed = _HASHES.get(inner(0xA0)[0].content)
    mask = inner(0xA1)
    masked = _HASHES.get(der.elements(mask[1].content)[0].content)
    salt = der.number(der.only(der.optional(found, 0xA2) or b"", der.INTEGER))
    usual = hashed is masked and mask[0].content == _MGF1 and hashed is not None
    return hashed if usual and hashed and salt == hashed.digest_size else None


def weakness(signed: Signed, key: CertificatePublicKeyTypes) -> str:
    """Name what no longer counts about a signature, its hash or its key (TS 119 312); empty for nothing."""
    _, hashed = _scheme(signed.algorithm)
    if hashed is not None and hashed.name in WEAK_HASHES:
        return hashed.name.upper().replace("SHA", "SHA-")
    return weak_key(key)
