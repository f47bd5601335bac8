"""What every key must be: of a kind that can seal, and the one that its certificate is for."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes

from verifier.sealing.algorithms import (
    JOSE_SCHEMES,
    MIN_RSA_BITS,
    KeyMismatchError,
    UnsupportedKeyError,
    holds,
)
from verifier.sealing.certificates import issued

CURVES: Mapping[str, str] = {
    scheme.curve: name for name, scheme in JOSE_SCHEMES.items() if scheme.curve and not scheme.weak
}
"""Curve, as the cryptography library calls it → JOSE name."""
RSA_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512")
_CHALLENGE = b"badgepass: does this key fit its certificate?\n"
_CHALLENGE_BYTES = 32
_MOST_ABOVE = 8


class KeyFault(Exception):  # noqa: N818 - reads as a sentence
    """A key cannot be used as it was named; the message is a sentence for whoever named it."""


def algorithm_for(public: CertificatePublicKeyTypes, wanted: str = "") -> str:
    """Name the algorithm that a key signs by: the one wanted, or the usual one of its kind.

    Raises:
        KeyFault: the key is too short or of a kind that cannot seal, or the wanted one is not one of its.
    """
    if isinstance(public, rsa.RSAPublicKey):
        if public.key_size < MIN_RSA_BITS:
            raise KeyFault(f"It is an RSA key of fewer than {MIN_RSA_BITS} bits.")
        return chosen(RSA_ALGORITHMS, wanted)
    if isinstance(public, ec.EllipticCurvePublicKey):
        if public.curve.name not in CURVES:
            raise KeyFault("It is on a curve that cannot be used; use P-256.")
        return chosen((CURVES[public.curve.name],), wanted)
    if isinstance(public, ed25519.Ed25519PublicKey):
        return chosen(("EdDSA",), wanted)
    raise KeyFault("It is of a kind that cannot be used.")


def chosen(possible: tuple[str, ...], wanted: str) -> str:
    """Take the wanted algorithm if it is possible, the first where none is wanted.

    Raises:
        KeyFault: it is not.
    """
    if wanted and wanted not in possible:
        raise KeyFault(f"It does not sign by {wanted[:20]}, but by {', '.join(possible)}.")
    return wanted or possible[0]


def proven_chain(
    certificates: Iterable[x509.Certificate], algorithm: str, sign: Callable[[bytes], bytes]
) -> tuple[x509.Certificate, ...]:
    """Let the key sign something fresh; return the certificate that this holds by, and those above it.

    Raises:
        KeyFault: it holds by none of them.
    """
    known = tuple(dict.fromkeys(certificates))
    message = _CHALLENGE + secrets.token_bytes(_CHALLENGE_BYTES)
    value = sign(message)
    own = next((one for one in known if signed_by(one, algorithm, value, message)), None)
    if own is None:
        raise KeyFault("None of the certificates at hand is that of the key.")
    algorithm_for(own.public_key())  # a key on a token does not say how long it is
    return chain_of(own, known)


def signed_by(certificate: x509.Certificate, algorithm: str, value: bytes, message: bytes) -> bool:
    """Tell whether a signature is that of a certificate's key."""
    try:
        return holds(JOSE_SCHEMES[algorithm], certificate.public_key(), value, message)
    except (KeyMismatchError, UnsupportedKeyError, UnsupportedAlgorithm, ValueError):
        return False


def chain_of(own: x509.Certificate, known: Iterable[x509.Certificate]) -> tuple[x509.Certificate, ...]:
    """Put a certificate's issuers behind it, the nearest first (RFC 7515 §4.1.6); leave out strangers."""
    chain = [own]
    left = [one for one in known if one != own]
    while len(chain) <= _MOST_ABOVE:
        above = next((one for one in left if issued(chain[-1], one)), None)
        if above is None:
            break
        chain.append(above)
        left.remove(above)
    return tuple(chain)
