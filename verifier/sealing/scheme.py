"""By which algorithm a key signs, in the words of JOSE and of XML signatures."""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature

from schemas.errors import Unavailable
from schemas.key import Key
from verifier.sealing.algorithms import (
    JOSE_SCHEMES,
    XML_SCHEMES,
    Family,
    KeyMismatchError,
    Scheme,
    UnsupportedKeyError,
    holds,
)

_UNFIT = "The key signs by an algorithm that a seal may not use."
STRANGE = "The key made a signature that does not belong to its certificate."


def scheme_of(key: Key) -> Scheme:
    """Return the scheme of a key; Ed25519 is none of those that Europass readers take.

    Raises:
        Unavailable: seals are not made by it.
    """
    scheme = JOSE_SCHEMES.get(key.algorithm)
    if scheme is None or scheme.family is Family.EDDSA or not key.certificates:
        raise Unavailable("", _UNFIT)
    return scheme


def xml_method(key: Key) -> str:
    """Return the SignatureMethod URI (RFC 9231 §2.3).

    Raises:
        Unavailable: seals are not made by it.
    """
    wanted = scheme_of(key)
    for uri, scheme in XML_SCHEMES.items():
        if (scheme.family, scheme.hash_name) == (wanted.family, wanted.hash_name):
            return uri
    raise Unavailable("", _UNFIT)


def signed(key: Key, message: bytes) -> bytes:
    """Sign, and see that the value belongs to the certificate: a token in a drawer can hold another's key.

    Raises:
        Unavailable: it does not, or the key cannot sign.
    """
    scheme = JOSE_SCHEMES[key.algorithm]
    value = key.sign(message)
    try:
        good = holds(scheme, key.certificates[0].public_key(), value, message)
    except (KeyMismatchError, UnsupportedKeyError, InvalidSignature):
        good = False
    if not good:
        raise Unavailable("", STRANGE)
    return value
