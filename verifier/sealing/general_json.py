"""Examine every signature of any JWS: general, flattened and compact, JAdES or not, content in it or not.

The second face of the engine (ADR 0012), as `general_xml` is for XML. Where RFC 7515 and RFC 7797 say that
a signature must be refused, it is broken here as it is for a credential. Cryptography alone (TS 119 182-1).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from cryptography import x509

from schemas.document import Seal, SealKind
from schemas.errors import Malformed
from schemas.evidence import Reach, Scope, SealExamination, Signature
from verifier.sealing import certificates
from verifier.sealing.fault import Refusal, broken, unsupported
from verifier.sealing.jades_parts import (
    Certificates,
    Components,
    chain_of,
    claimed_time,
    components_of,
    named_signer,
    opened,
    property_names,
    references_to_signer,
    scheme_of,
    values_carried,
)
from verifier.sealing.jws import (
    Token,
    check_critical,
    decode_base64url,
    protected_header,
    take_all_apart,
    tokens_of,
)
from verifier.sealing.sig_d import outside
from verifier.sealing.tally import Tally, check_value

_EVALUATED = frozenset({"sigD", "sigPId"})
"""Of what `crit` may name: `sigD` is looked at; a signature policy is told beside the signature."""
_MOST_COUNTERS = 16
_DISAGREE = "The signatures disagree on how the content is encoded."
_AROUND = "The file holds members beside the content and the signatures that nothing covers."


@dataclass(slots=True, kw_only=True)
class _Content:
    """What takes part in a signature as its payload, and what that is."""

    scopes: tuple[Scope, ...]
    message: bytes | None
    content: bytes | None = None
    gaps: list[str] = field(default_factory=list)


def examine_tokens(raw: bytes, at_hand: Mapping[str, bytes] | None = None) -> tuple[Signature, ...]:
    """Examine every signature of a JWS, and the countersignatures of each (TS 119 182-1 §5.3.2).

    Args:
        raw: the JWS in any serialisation.
        at_hand: content outside it, by the name the signatures give. What is not here is never fetched.

    Raises:
        Malformed: the JSON around the signatures cannot be taken apart.
        Refusal: it is no JWS.
    """
    tokens = take_all_apart(raw)
    several = len(tokens) > 1
    disagree = len({_encoded(token) for token in tokens} - {None}) > 1
    found: list[Signature] = []
    for place, token in enumerate(tokens):
        name = f"signature {place + 1}"
        seal = Seal(kind=SealKind.JADES, raw=raw, place=place if several else None)
        examined = _examined(token, at_hand or {})
        if disagree:
            examined = broken("structure", _DISAGREE).examination()
        found.append(Signature(name=name, seal=seal, examination=examined))
        found += _counters(token, name, seal)
    return tuple(found)


def _encoded(token: Token) -> bool | None:
    """Tell whether a signature calls the payload encoded (RFC 7797 §3); None where it says nothing sound."""
    try:
        said = protected_header(token).get("b64", True)
    except Refusal:
        return None
    return said if isinstance(said, bool) else None


def _examined(token: Token, at_hand: Mapping[str, bytes], countersigned: str = "") -> SealExamination:
    tally = Tally()
    try:
        header = protected_header(token)
        check_critical(header, token.header, evaluated=_EVALUATED)
        content = (
            _content(token, header, at_hand, tally) if not countersigned else _value(token, countersigned)
        )
        return _with_header(token, header, content, tally)
    except Refusal as refusal:
        return refusal.examination()


def _content(token: Token, header: dict[str, Any], at_hand: Mapping[str, bytes], tally: Tally) -> _Content:
    encoded = header.get("b64", True)
    if "sigD" in header:
        if token.payload:
            raise broken("structure", "The file holds content, and says that its content is elsewhere.")
        elsewhere = outside(header["sigD"], encoded=encoded, at_hand=at_hand, tally=tally)
        return _Content(scopes=elsewhere.scopes, message=elsewhere.message)
    if not token.payload:
        # RFC 7515 appendix F: an empty payload may as well be one that was taken away
        tally.note(unsupported("outside", "What was signed is not in the file, and not at hand."))
        return _Content(scopes=(Scope(reach=Reach.OUTSIDE, holds=None),), message=None)
    text = token.payload.encode("utf-8")
    content = decode_base64url(token.payload, "The signed content") if encoded else text
    scopes = (Scope(reach=Reach.DOCUMENT, holds=True),)
    gaps = [_AROUND] if token.strangers else []
    return _Content(scopes=scopes, message=text, content=content, gaps=gaps)


def _value(token: Token, countersigned: str) -> _Content:
    """The content of a countersignature is the value of the signature it stands in (TS 119 182-1 §5.3.2)."""
    if token.payload not in {None, "", countersigned}:
        raise broken("structure", "The countersignature is not over the signature it stands in.")
    return _Content(scopes=(Scope(reach=Reach.COUNTERSIGNED, holds=True),), message=countersigned.encode())


def _with_header(token: Token, header: dict[str, Any], content: _Content, tally: Tally) -> SealExamination:
    components = components_of(token.header)
    chain, beside = chain_of(header), chain_of(token.header)
    more = certificates.load_all(values_carried(components))
    scheme = scheme_of(header, tally)
    signer, bound = _signer(header, chain, beside, more, tally)
    if scheme is not None and signer is not None and content.message is not None:
        value = decode_base64url(token.value, "The signature value")
        message = token.protected.encode("ascii") + b"." + content.message
        check_value(scheme, signer, value, message, tally)
    return SealExamination(
        intact=tally.intact,
        faults=tuple(tally.faults),
        signer=signer,
        certificates=tuple(dict.fromkeys((*chain, *beside, *more))),
        claimed_time=claimed_time(header),
        algorithms=tuple(dict.fromkeys(tally.algorithms)),
        weak=tuple(dict.fromkeys(tally.weak)),
        signed=content.content if tally.intact else None,
        profile=property_names(header, components),
        bound=bound,
        scopes=content.scopes,
        gaps=tuple(content.gaps),
    )


def _signer(
    header: dict[str, Any], chain: Certificates, beside: Certificates, more: Certificates, tally: Tally
) -> tuple[x509.Certificate | None, bool]:
    """Find who signed, and whether the signature itself says so.

    By digest, else the first of a protected `x5c` (RFC 7515 §4.1.6); an unprotected one binds nobody.
    """
    references = references_to_signer(header)
    if references:
        return named_signer(references, chain[:1] or beside[:1] or more, header, tally), True
    if chain:
        return chain[0], True
    if beside:
        return beside[0], False
    sentence = "The signature carries no certificate of its maker, so nobody is bound by it."
    tally.note(unsupported("certificate", sentence))
    return None, True


def _counters(token: Token, of: str, seal: Seal) -> Iterator[Signature]:
    """Examine the countersignatures among the unsigned components."""
    components: Components = [one for one in components_of(token.header) if one[0] == "cSig"]
    for number, (name, value) in enumerate(components[:_MOST_COUNTERS], start=1):
        yield Signature(
            name=f"countersignature {number} of {of}",
            seal=seal,
            examination=_countersignature(opened(name, value), value, token.value),
            counters=of,
        )


def _countersignature(said: Any, raw: Any, countersigned: str) -> SealExamination:  # noqa: ANN401 - JSON is any value
    try:
        tokens = tokens_of(said) if isinstance(said, dict) else take_all_apart(str(said or raw).encode())
    except (Refusal, Malformed):
        return broken("structure", "The countersignature cannot be read.").examination()
    if len(tokens) != 1:
        return unsupported("structure", "The countersignature is several at once.").examination()
    return _examined(tokens[0], {}, countersigned)
