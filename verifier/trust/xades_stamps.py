"""What an XAdES seal carries along, and the octets each of its timestamps is about.

Implements EN 319 132-1 §5.2.8.1, §5.3 and §5.5.2 in the not distributed case.

Reads any XML signature, not the EDCI shape alone: it decides nothing about the seal itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from itertools import islice

from lxml import etree

from converter.strict import parse_xml
from verifier.sealing import certificates
from verifier.sealing.signing_certificate import XADES
from verifier.sealing.transforms import (
    DEFAULT,
    DS,
    Canonicalization,
    NoCanonicalFormError,
    UnknownTransformError,
    canonicalization,
)
from verifier.trust.carried import MOST_STAMPS, MOST_VALUES, Carried, Kind, Revocations, Stamp, each_der
from verifier.trust.xades_parts import Parts, find_signature

XADES_141 = "http://uri.etsi.org/01903/v1.4.1#"

_TOKEN = f"{{{XADES}}}EncapsulatedTimeStamp"
_CONTENT = {f"{{{XADES}}}AllDataObjectsTimeStamp", f"{{{XADES}}}IndividualDataObjectsTimeStamp"}
_ARCHIVE = {f"{{{XADES_141}}}ArchiveTimeStamp", f"{{{XADES}}}ArchiveTimeStamp"}
_ENCODINGS = {f"http://uri.etsi.org/01903/v1.2.2#{name}" for name in ("DER", "BER")}
_UNKNOWN_ENCODING = "The timestamp is written in a way that is not known."
_NOT_COMPUTED = "What the timestamp is about cannot be put together here."


def carried_by_xades(raw: bytes, place: int | None = None) -> Carried:
    """Take out of an XML document what one signature carries.

    Args:
        raw: the document.
        place: which of its signatures, counted in document order; without it the document's own one, and
            nothing where there is not exactly one.

    Raises:
        Malformed: not well-formed, a DOCTYPE, or too large.
    """
    signature = find_signature(parse_xml(raw), place)
    if signature is None:
        return Carried()
    qualifying = f"{{{DS}}}Object/{{{XADES}}}QualifyingProperties"
    signed = signature.find(f"{qualifying}/{{{XADES}}}SignedProperties/{{{XADES}}}SignedDataObjectProperties")
    unsigned = signature.find(
        f"{qualifying}/{{{XADES}}}UnsignedProperties/{{{XADES}}}UnsignedSignatureProperties"
    )
    stamps: list[Stamp] = []
    parts = Parts(raw, signature)
    for holder, kinds in ((signed, {"content"}), (unsigned, {"signature", "archive"})):
        for container in holder.iterchildren("*") if holder is not None else ():
            if _kind(container) in kinds:
                stamps += _stamps(container, parts)
            if len(stamps) >= MOST_STAMPS:
                break
    return Carried(stamps=tuple(stamps[:MOST_STAMPS]), revocations=_revocations(signature, unsigned))


def _stamps(container: etree._Element, parts: Parts) -> Iterator[Stamp]:
    """Give the tokens of one property, if it is a timestamp; each is about the same octets."""
    kind = _kind(container)
    if kind is None:
        return
    octets: tuple[bytes, ...] | None = None
    with suppress(UnknownTransformError, NoCanonicalFormError):
        octets = tuple(_octets(container, parts, _how(container)))
    for token in container:
        if token.tag == _TOKEN and token.get("Encoding", f"{XADES}DER") in _ENCODINGS | {f"{XADES}DER"}:
            data = certificates.decode_base64(token.text or "")
            yield Stamp(kind=kind, token=data, parts=octets, why="" if octets is not None else _NOT_COMPUTED)
        elif token.tag in {_TOKEN, f"{{{XADES}}}XMLTimeStamp"}:
            yield Stamp(kind=kind, token=None, parts=octets, why=_UNKNOWN_ENCODING)


def _kind(container: etree._Element) -> Kind | None:
    if container.tag in _CONTENT:
        return "content"
    if container.tag == f"{{{XADES}}}SignatureTimeStamp":
        return "signature"
    return "archive" if container.tag in _ARCHIVE else None


def _how(container: etree._Element) -> Canonicalization:
    """Read how its octets are canonicalized; Canonical XML 1.0 where it does not say (EN 319 132-1 §4.5)."""
    method = container.find(f"{{{DS}}}CanonicalizationMethod")
    return DEFAULT if method is None else canonicalization(method)


def _octets(container: etree._Element, parts: Parts, how: Canonicalization) -> Iterator[bytes]:
    """Put together what a timestamp is about.

    Raises:
        UnknownTransformError: it cannot be computed here.
        NoCanonicalFormError: it has no canonical form.
    """
    included = [one.get("URI", "") for one in container.iterchildren(f"{{{XADES}}}Include")]
    match _kind(container):
        case "signature":
            # an Include is superfluous here, and then must mean what is meant without it (§5.3)
            if set(included) - {f"#{parts.value.get('Id', '')}"}:
                raise UnknownTransformError
            yield parts.canonical(parts.value, how)
        case "content":
            if included or container.tag != f"{{{XADES}}}AllDataObjectsTimeStamp":
                raise UnknownTransformError
            yield from parts.references(how, properties=False)
        case _:
            if included:
                raise UnknownTransformError  # the distributed case, §5.5.2.3
            yield from _archive(container, parts, how)


def _archive(container: etree._Element, parts: Parts, how: Canonicalization) -> Iterator[bytes]:
    """Put together what an archive timestamp is about, in the not distributed case (§5.5.2.2).

    The older property of TS 101 903 §7.7 differs in that it leaves out the Objects that are signed anyway.
    """
    yield from parts.references(how, properties=True)
    yield parts.canonical(parts.signed_info, how)
    yield parts.canonical(parts.value, how)
    if parts.key_info is not None:
        yield parts.canonical(parts.key_info, how)
    for before in reversed(list(container.itersiblings("*", preceding=True))):
        yield parts.canonical(before, how)
    for one in parts.objects(unsigned_only=container.tag == f"{{{XADES}}}ArchiveTimeStamp"):
        yield parts.canonical(one, how)


def _revocations(signature: etree._Element, unsigned: etree._Element | None) -> Revocations:
    """Collect KeyInfo, CertificateValues and RevocationValues, wherever below the unsigned properties.

    That takes in those of attribute authorities, TimeStampValidationData and AnyValidationData.
    """

    def values(name: str) -> tuple[bytes, ...]:
        found = unsigned.iter(f"{{{XADES}}}{name}") if unsigned is not None else ()
        return each_der(one.text or "" for one in islice(found, MOST_VALUES))

    chain = signature.iterfind(f"{{{DS}}}KeyInfo/{{{DS}}}X509Data/{{{DS}}}X509Certificate")
    own = each_der(one.text or "" for one in islice(chain, MOST_VALUES))
    return Revocations(
        crls=values("EncapsulatedCRLValue"),
        ocsps=values("EncapsulatedOCSPValue"),
        certificates=certificates.load_all((*own, *values("EncapsulatedX509Certificate"))),
    )
