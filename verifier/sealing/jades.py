"""Examine a JAdES seal over an ELM document: cryptography alone (TS 119 182-1; RFC 7515; RFC 7797)."""

from __future__ import annotations

from typing import Any

from cryptography import x509

from schemas.evidence import SealExamination
from verifier.sealing import certificates
from verifier.sealing.fault import Refusal, broken
from verifier.sealing.jades_parts import (
    Certificates,
    chain_of,
    claimed_time,
    components_of,
    named_signer,
    property_names,
    references_to_signer,
    scheme_of,
    values_carried,
)
from verifier.sealing.jws import Token, check_critical, decode_base64url, protected_header, take_apart
from verifier.sealing.tally import Tally, check_value


def examine_jades(raw: bytes) -> SealExamination:
    """Examine the one JAdES seal of a JWS in general, flattened or compact serialisation.

    Several signatures over one payload are left undecided. Says nothing about the payload itself: whoever
    reads `signed` must read it strictly.

    Raises:
        Malformed: the JSON around the seal cannot be taken apart.
    """
    try:
        token = take_apart(raw)
        header = protected_header(token)
        check_critical(header, token.header)
        return _examine(token, header)
    except Refusal as refusal:
        return refusal.examination()


def _examine(token: Token, header: dict[str, Any]) -> SealExamination:
    tally = Tally()
    content, in_message = _content(token, encoded=header.get("b64", True))
    components = components_of(token.header)
    chain = chain_of(header)
    more = certificates.load_all(values_carried(components))
    signer = _signer(header, chain, more, tally)
    scheme = scheme_of(header, tally)
    if scheme is not None and signer is not None:
        value = decode_base64url(token.value, "The signature value")
        message = token.protected.encode("ascii") + b"." + in_message
        check_value(scheme, signer, value, message, tally)
    return SealExamination(
        intact=tally.intact,
        faults=tuple(tally.faults),
        signer=signer,
        certificates=tuple(dict.fromkeys((*chain, *more))),
        claimed_time=claimed_time(header),
        algorithms=tuple(dict.fromkeys(tally.algorithms)),
        weak=tuple(dict.fromkeys(tally.weak)),
        signed=content if tally.intact else None,
        profile=property_names(header, components),
    )


def _signer(
    header: dict[str, Any], chain: Certificates, more: Certificates, tally: Tally
) -> x509.Certificate | None:
    """Find the certificate that the protected header names: the first of `x5c`, where that is there."""
    references = references_to_signer(header)
    if not references:
        tally.note(broken("certificate", "The protected header does not name the signing certificate."))
        return None
    return named_signer(references, chain[:1] or more, header, tally)


def _content(token: Token, *, encoded: bool) -> tuple[bytes, bytes]:
    """Return the content, and the content as it goes into the signature (RFC 7797 §3)."""
    text = token.text.encode("utf-8")
    if not encoded:
        return text, text
    return decode_base64url(token.text, "The sealed content"), text
