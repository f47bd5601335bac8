"""Examine every signature of any XML file: XMLDSig and XAdES, enveloped, enveloping or detached within it.

The second face of the engine (ADR 0012). It asks of each signature what it covers and whether that holds,
where the first (`envelope`, `xades`) asks whether a credential is sealed the one way that is accepted.
Cryptography alone (W3C XMLDSig §3.2; ETSI EN 319 132-1).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cryptography import x509
from lxml import etree

from schemas.document import Seal, SealKind
from schemas.evidence import Reach, SealExamination, Signature
from verifier.sealing import certificates, transforms
from verifier.sealing.contents import Contents, Element
from verifier.sealing.coverage import gaps
from verifier.sealing.fault import Refusal, broken, unsupported
from verifier.sealing.nested import SIGNATURE, own_signatures
from verifier.sealing.references import Resolved, references_of, signed_properties
from verifier.sealing.signature_method import is_symmetric, scheme_of
from verifier.sealing.signing_certificate import XADES, named_signer, names_signer
from verifier.sealing.tally import Tally, check_value
from verifier.sealing.transforms import DS, UnknownTransformError
from verifier.sealing.xades import property_names, signing_time, values_carried

_QUALIFYING = f"{{{DS}}}Object/{{{XADES}}}QualifyingProperties"
_COUNTER = f"{{{XADES}}}CounterSignature"
_MOST_CERTIFICATES = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    """The children of one ds:Signature (XMLDSig §4.2)."""

    signed_info: Element
    value: Element
    key_info: Element | None
    properties: Element | None
    unsigned: Element | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Signer:
    """Who signed, and whether the signature itself says so."""

    certificate: x509.Certificate | None
    bound: bool = True
    checked: bool = False


def examine_signatures(raw: bytes, at_hand: Mapping[str, bytes] | None = None) -> tuple[Signature, ...]:
    """Examine every signature of an XML file that is not that of a sealed document inside it.

    Args:
        raw: the file.
        at_hand: content outside it, by the address the signatures give. What is not here is never fetched.

    Raises:
        Malformed: not well-formed, a DOCTYPE, or too large.
        Refusal: more signatures than are looked at.
    """
    contents = Contents(raw, at_hand)
    own = set(own_signatures(contents.root, contents.signatures))
    several = len(contents.signatures) > 1
    return tuple(
        Signature(
            name=_name(signature, place),
            seal=Seal(kind=SealKind.XADES, raw=raw, place=place if several else None),
            examination=_examined(signature, contents),
            counters=_countersigned_name(signature, contents),
        )
        for place, signature in enumerate(contents.signatures)
        if signature in own
    )


def _name(signature: Element, place: int) -> str:
    return signature.get("Id", "")[:60] or f"signature {place + 1}"


def _countersigned(signature: Element) -> Element | None:
    """Find the signature in whose unsigned properties this one stands (EN 319 132-1 §5.2.7.2)."""
    holder = signature.getparent()
    if holder is None or holder.tag != _COUNTER:
        return None
    return next(holder.iterancestors(SIGNATURE), None)


def _countersigned_name(signature: Element, contents: Contents) -> str:
    of = _countersigned(signature)
    return "" if of is None else _name(of, contents.signatures.index(of))


def _examined(signature: Element, contents: Contents) -> SealExamination:
    tally = Tally()
    try:
        parts = _parts(signature)
        return _with_parts(signature, parts, contents, tally)
    except Refusal as refusal:
        return refusal.examination()


def _with_parts(signature: Element, parts: _Parts, contents: Contents, tally: Tally) -> SealExamination:
    how = _canonicalization(parts.signed_info)
    message = contents.part(parts.signed_info, how)
    resolved = references_of(signature, parts.signed_info, contents, tally)
    _check_countersigning(signature, resolved, tally)
    ders = [certificates.decode_base64(one.text or "") for one in _certificates(parts.key_info)]
    carried = certificates.load_all(ders[:_MOST_CERTIFICATES])
    every = certificates.load_all((*ders, *values_carried(parts.unsigned))[:_MOST_CERTIFICATES])
    seen = _Signing(parts, resolved, carried, every, message, tally)
    signer = seen.signer()
    if signer.certificate is not None and not signer.checked:
        seen.check(signer.certificate)
    return SealExamination(
        intact=tally.intact,
        faults=tuple(dict.fromkeys(tally.faults)),
        signer=signer.certificate,
        certificates=every,
        claimed_time=signing_time(parts.properties) if parts.properties is not None else None,
        algorithms=tuple(dict.fromkeys(tally.algorithms)),
        weak=tuple(dict.fromkeys(tally.weak)),
        signed=_signed(resolved) if tally.intact else None,
        profile=property_names(parts.properties, parts.unsigned),
        bound=signer.bound,
        scopes=tuple(one.scope for one in resolved),
        gaps=gaps(signature, resolved, contents),
    )


class _Signing:
    """The signature value, and whose it is."""

    def __init__(
        self,
        parts: _Parts,
        resolved: list[Resolved],
        carried: tuple[x509.Certificate, ...],
        every: tuple[x509.Certificate, ...],
        message: bytes,
        tally: Tally,
    ) -> None:
        self._parts = parts
        self._covered = {one.target for one in resolved if one.scope.holds}
        self._carried = carried
        self._every = every
        self._message = message
        self._tally = tally
        method = parts.signed_info[1]
        self._scheme = scheme_of(method)
        self._value = certificates.decode_base64(parts.value.text or "")
        tally.use(method.get("Algorithm", ""), weak=self._scheme is not None and self._scheme.weak)
        if self._scheme is None:
            refuse = broken if is_symmetric(method) else unsupported
            tally.note(refuse("algorithm", "The signature algorithm is none that a seal may use."))
        if self._value is None:
            tally.note(broken("value", "The signature value is not base64."))

    def signer(self) -> _Signer:
        """Find who signed: whom the covered properties name, else a certificate beside it with the key."""
        properties = self._parts.properties
        named = names_signer(properties) if properties is not None else []
        if properties is not None and properties not in self._covered:
            self._tally.note(unsupported("properties", "The signature does not cover its own properties."))
            named = []
        if not self._carried and _certificates(self._parts.key_info):
            self._tally.note(broken("certificate", "The certificate in the signature cannot be read."))
            return _Signer(certificate=None)
        if not self._carried and not (named and named_signer(named, self._every, Tally())):
            sentence = "The signature carries no certificate of its maker, so nobody is bound by it."
            self._tally.note(unsupported("certificate", sentence))
            return _Signer(certificate=None)
        if named:
            return _Signer(certificate=named_signer(named, self._every, self._tally))
        return self._by_key()

    def _by_key(self) -> _Signer:
        """Take the certificate whose key made the value; bound if the signature covers where it stands."""
        bound = self._parts.key_info in self._covered
        fits = [one for one in self._carried if self._holds(one)]
        if fits:
            return _Signer(certificate=fits[0], bound=bound and len(fits) == 1)
        return _Signer(certificate=self._carried[0], bound=bound)

    def _holds(self, certificate: x509.Certificate) -> bool:
        trial = Tally()
        if self._scheme is None or self._value is None:
            return False
        check_value(self._scheme, certificate, self._value, self._message, trial)
        return bool(trial.intact)

    def check(self, certificate: x509.Certificate) -> None:
        """Hold the signature value against SignedInfo (XMLDSig §3.2.2)."""
        if self._scheme is not None and self._value is not None:
            check_value(self._scheme, certificate, self._value, self._message, self._tally)


def _parts(signature: Element) -> _Parts:
    """Take a signature apart; what cannot be one is no evidence of anything.

    Raises:
        Refusal: with the first departure from the schema.
    """
    children = list(signature.iterchildren("*"))
    names = [str(one.tag) for one in children]
    known = [f"{{{DS}}}{name}" for name in ("SignedInfo", "SignatureValue", "KeyInfo", "Object")]
    rest = names[3:] if names[2:3] == [known[2]] else names[2:]
    if names[:2] != known[:2] or set(rest) - {known[3]} or _holds_elements(children[1]):
        raise broken("structure", "The signature does not hold what a signature must, in its order.")
    signed_info, value = children[:2]
    key_info = children[2] if names[2:3] == [known[2]] else None
    qualifying = signature.findall(_QUALIFYING)
    for one in (signed_info, value, *([] if key_info is None else [key_info]), *qualifying):
        if next(one.iter(etree.Comment, etree.ProcessingInstruction), None) is not None:
            raise unsupported("structure", "The signature holds a comment or a processing instruction.")
    tags = [one.tag for one in signed_info]
    start = [f"{{{DS}}}CanonicalizationMethod", f"{{{DS}}}SignatureMethod"]
    if tags[:2] != start or set(tags[2:]) - {f"{{{DS}}}Reference"}:
        raise broken("structure", "SignedInfo is not built as a signature must be.")
    return _Parts(
        signed_info=signed_info,
        value=value,
        key_info=key_info,
        properties=signed_properties(signature),
        unsigned=_unsigned(qualifying, signature.get("Id", "")),
    )


def _holds_elements(value: Element) -> bool:
    return next(value.iterchildren("*"), None) is not None


def _unsigned(qualifying: list[Element], identifier: str) -> Element | None:
    """Check the qualifying properties (EN 319 132-1 §4.3.1) and give those that are not signed."""
    signed, unsigned = f"{{{XADES}}}SignedProperties", f"{{{XADES}}}UnsignedProperties"
    if len(qualifying) > 1:
        raise broken("structure", "The signature has more than one set of qualifying properties.")
    for one in qualifying:
        if [child.tag for child in one] not in ([signed], [unsigned], [signed, unsigned]):
            raise broken("structure", "The qualifying properties are not built as they must be.")
        if not identifier or one.get("Target") != f"#{identifier}":
            raise broken("structure", "The qualifying properties do not belong to this signature.")
        return one.find(unsigned)
    return None


def _canonicalization(signed_info: Element) -> transforms.Canonicalization:
    try:
        return transforms.canonicalization(signed_info[0])
    except UnknownTransformError:
        raise unsupported("structure", "The signature is canonicalized in a way that is not known.") from None


def _certificates(key_info: Element | None) -> list[Element]:
    return [] if key_info is None else key_info.findall(f"{{{DS}}}X509Data/{{{DS}}}X509Certificate")


def _check_countersigning(signature: Element, resolved: list[Resolved], tally: Tally) -> None:
    """A countersignature is over the value of the signature it stands in (EN 319 132-1 §5.2.7.2)."""
    of = _countersigned(signature)
    if of is None:
        return
    value = of.find(f"{{{DS}}}SignatureValue")
    if not any(one.target is value and one.scope.reach is Reach.COUNTERSIGNED for one in resolved):
        tally.note(broken("structure", "The countersignature is not over the signature it stands in."))


def _signed(resolved: list[Resolved]) -> bytes | None:
    """Give the content that is signed where it is one thing."""
    content = [one for one in resolved if one.scope.reach not in {Reach.OWN, Reach.COUNTERSIGNED}]
    return content[0].octets if len(content) == 1 and not content[0].scope.listed else None
