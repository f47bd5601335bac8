"""What a seal carries along for whoever validates it later: timestamps, certificates, revocation data."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from cryptography import x509

from verifier.sealing.certificates import decode_base64

Kind = Literal["content", "signature", "archive"]
"""What a timestamp is about: the content before sealing, the signature value, or all that stood before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """One timestamp as it stands in a seal; nothing is said about whether it holds.

    Attributes:
        kind: what it is about.
        token: the RFC 3161 token, DER or BER; None where it could not be decoded.
        parts: the octets its imprint must be over, in order; None where they cannot be computed.
        why: then the reason, a sentence; else empty.
    """

    kind: Kind
    token: bytes | None
    parts: tuple[bytes, ...] | None
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Revocations:
    """Revocation data and certificates that came with a seal. Nobody vouches for any of it.

    Attributes:
        crls: DER.
        ocsps: DER, as they stand (OCSPResponse).
        certificates: those that could be parsed, each once.
    """

    crls: tuple[bytes, ...] = ()
    ocsps: tuple[bytes, ...] = ()
    certificates: tuple[x509.Certificate, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """All of it, from one seal."""

    stamps: tuple[Stamp, ...] = ()
    revocations: Revocations = Revocations()


MOST_STAMPS = 32
"""A seal renewed every year for a generation has fewer; each may take hashing the whole document."""
MOST_VALUES = 1024
"""Certificates, CRLs and OCSP answers of each sort that are taken out of one seal."""

_ARMOUR = re.compile(rb"\s*-----BEGIN [A-Z0-9 ]+-----([A-Za-z0-9+/=\s]+)-----END [A-Z0-9 ]+-----\s*")


def each_der(values: Iterable[str]) -> tuple[bytes, ...]:
    """Decode base64 values, each once; what cannot be decoded is left out.

    Takes the armour off: seals have been met that carry a PEM list, base64 once more, where DER belongs.
    """
    found = dict.fromkeys(decode_base64(text) for text in values)
    return tuple(dict.fromkeys(bare for data in found if data and (bare := _bare(data))))


def _bare(data: bytes) -> bytes | None:
    armoured = _ARMOUR.fullmatch(data) if data.lstrip()[:5] == b"-----" else None
    return decode_base64(armoured[1].decode("ascii")) if armoured else data
