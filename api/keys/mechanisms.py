"""How a token signs by each JOSE algorithm: the mechanisms of PKCS#11 (OASIS PKCS #11 v2.40 §2)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from asn1crypto import algos, core
from pkcs11 import MGF, Attribute, KeyType, Mechanism

from api.keys.fitting import RSA_ALGORITHMS, KeyFault, chosen
from verifier.sealing.algorithms import JOSE_SCHEMES

_CURVES = {"1.2.840.10045.3.1.7": "ES256", "1.3.132.0.34": "ES384", "1.3.132.0.35": "ES512"}
_MASKS = {"SHA256": MGF.SHA256, "SHA384": MGF.SHA384, "SHA512": MGF.SHA512}


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One mechanism to sign by: what it takes of a message, and with which parameters."""

    mechanism: Mechanism
    taken: Callable[[bytes], bytes]
    parameters: tuple[Any, ...] | None = None


def algorithm_of(private: Any, wanted: str) -> str:  # noqa: ANN401 - the binding is untyped
    """Name the algorithm that a key on a token signs by: the one wanted, or the usual one of its kind.

    Raises:
        KeyFault: the key is of a kind that cannot seal, or the wanted algorithm is not one of its.
    """
    if private.key_type is KeyType.RSA:
        return chosen(RSA_ALGORITHMS, wanted)
    if private.key_type is KeyType.EC:
        dotted = core.ObjectIdentifier.load(private[Attribute.EC_PARAMS]).dotted
        if dotted in _CURVES:
            return chosen((_CURVES[dotted],), wanted)
        raise KeyFault("It is on a curve that cannot be used; use P-256.")
    raise KeyFault("It is of a kind that cannot be used.")


def way_of(algorithm: str, offered: frozenset[Mechanism]) -> Way:
    """Choose how to sign: the digest made here where the token takes it, so that little is sent to it.

    Raises:
        KeyFault: the token has no mechanism for the algorithm.
    """
    name = JOSE_SCHEMES[algorithm].hash_name
    upper = name.upper()

    def digest(message: bytes) -> bytes:
        return hashlib.new(name, message).digest()

    def digest_info(message: bytes) -> bytes:
        info = algos.DigestInfo({"digest_algorithm": {"algorithm": name}, "digest": digest(message)})
        written: bytes = info.dump()
        return written

    salted = (Mechanism[upper], _MASKS[upper], hashlib.new(name).digest_size)
    ways = {
        "RS": (
            Way(mechanism=Mechanism.RSA_PKCS, taken=digest_info),
            Way(mechanism=Mechanism[f"{upper}_RSA_PKCS"], taken=bytes),
        ),
        "PS": (
            Way(mechanism=Mechanism.RSA_PKCS_PSS, taken=digest, parameters=salted),
            Way(mechanism=Mechanism[f"{upper}_RSA_PKCS_PSS"], taken=bytes, parameters=salted),
        ),
        "ES": (
            Way(mechanism=Mechanism.ECDSA, taken=digest),
            Way(mechanism=Mechanism[f"ECDSA_{upper}"], taken=bytes),
        ),
    }[algorithm[:2]]
    found = next((one for one in ways if one.mechanism in offered), None)
    if found is None:
        raise KeyFault(f"The token does not sign by {algorithm}.")
    return found
