"""When a seal was there: each timestamp it carries, held against what it must be about.

A time counts for anything only if `imprint_holds` and `intact` are both True, and its authority is trusted,
which is not asked here. Cites ETSI EN 319 102-1 §5.4; RFC 3161; EN 319 132-1 §5; TS 119 182-1 §5.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar

from cryptography import x509

from schemas.document import Document, SealKind
from schemas.errors import DocumentError
from verifier.trust.carried import Carried, Kind, Revocations, Stamp
from verifier.trust.jades_stamps import carried_by_jades
from verifier.trust.tokens import Token, read_token
from verifier.trust.xades_stamps import carried_by_xades

T = TypeVar("T")

__all__ = ["Kind", "Revocations", "SealTime", "embedded", "seal_times"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SealTime:
    """One timestamp of a seal.

    Attributes:
        kind: `content` (made before sealing), `signature` (of the signature value), or `archive` (of all
            that stood before it).
        moment: the time the authority says, in UTC; None where the token cannot be read.
        accuracy: how far off the authority says that may be.
        imprint_holds: whether it is about this seal; None where that cannot be computed here.
        intact: whether the token's own signature holds and was made with a certificate for timestamps;
            None where undecided, which SHA-1 and short keys make it.
        authority: the certificate that signed it, bound by the token itself.
        certificates: every certificate the token carries.
        faults: what does not hold, as (sub-code, sentence).
    """

    kind: Kind
    moment: datetime | None
    accuracy: timedelta = timedelta()
    imprint_holds: bool | None
    intact: bool | None
    authority: x509.Certificate | None = None
    certificates: tuple[x509.Certificate, ...] = ()
    faults: tuple[tuple[str, str], ...] = ()


def seal_times(document: Document) -> tuple[SealTime, ...]:
    """Examine every timestamp of a document's XAdES or JAdES seal: signed ones first, then as they stand.

    Empty where there is no such seal, or it cannot be taken apart, which its examination tells.
    """
    carried = _carried(document)
    return tuple(_time(stamp, carried.revocations.certificates) for stamp in carried.stamps)


def embedded(document: Document) -> Revocations:
    """Collect the revocation data and certificates that a seal and its timestamps carry.

    Nobody vouches for any of it.
    """
    carried = _carried(document)
    found = carried.revocations
    tokens = [read_token(stamp.token) for stamp in carried.stamps if stamp.token]
    return replace(
        found,
        crls=_once(found.crls, *(token.crls for token in tokens)),
        ocsps=_once(found.ocsps, *(token.ocsps for token in tokens)),
        certificates=_once(found.certificates, *(token.certificates for token in tokens)),
    )


def _once(*groups: tuple[T, ...]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(one for group in groups for one in group))


def _carried(document: Document) -> Carried:
    if document.seal is None:
        return Carried()
    try:
        match document.seal.kind:
            case SealKind.XADES:
                return carried_by_xades(document.seal.raw, document.seal.place)
            case SealKind.JADES:
                return carried_by_jades(document.seal.raw, document.seal.place)
            case _:
                return Carried()
    except DocumentError:
        return Carried()


def _time(stamp: Stamp, carried: tuple[x509.Certificate, ...]) -> SealTime:
    if stamp.token is None:
        sentence = stamp.why or "The timestamp cannot be read."
        return SealTime(
            kind=stamp.kind, moment=None, imprint_holds=None, intact=None, faults=(("structure", sentence),)
        )
    token = read_token(stamp.token, carried=carried)
    holds = _holds(token, stamp.parts)
    faults = token.faults
    if holds is False:
        faults += (("imprint", "The timestamp is about something else than this seal."),)
    elif stamp.parts is None:
        faults += (("imprint", stamp.why),)
    return SealTime(
        kind=stamp.kind,
        moment=token.moment,
        accuracy=token.accuracy,
        imprint_holds=holds,
        intact=token.intact,
        authority=token.authority,
        certificates=token.certificates,
        faults=faults,
    )


def _holds(token: Token, parts: tuple[bytes, ...] | None) -> bool | None:
    """Compute the imprint anew (RFC 3161 §2.4.2)."""
    if parts is None or not token.hash_name:
        return None
    hashed = hashlib.new(token.hash_name, usedforsecurity=False)
    for part in parts:
        hashed.update(part)
    return hmac.compare_digest(hashed.digest(), token.imprint)
