"""Examine an XAdES seal in an EDCI XML document: cryptography alone (EN 319 132-1; XMLDSig §3.2)."""

from __future__ import annotations

import hmac
from datetime import datetime

from cryptography import x509
from lxml import etree

from converter.strict import parse_xml
from schemas.evidence import SealExamination
from verifier.sealing import algorithms, certificates, transforms
from verifier.sealing.algorithms import XML_DIGESTS, XML_SCHEMES
from verifier.sealing.envelope import Envelope, Reference, open_envelope, repeats_id
from verifier.sealing.fault import Refusal, broken, unsupported
from verifier.sealing.nested import SIGNATURE
from verifier.sealing.signing_certificate import XADES, named_signer, names_signer
from verifier.sealing.tally import Tally, check_value, instant
from verifier.sealing.transforms import Cut, NoCanonicalFormError, UnknownTransformError

XADES_141 = "http://uri.etsi.org/01903/v1.4.1#"


def examine_xades(raw: bytes) -> SealExamination:
    """Examine the one XAdES seal of an EDCI XML document, without any trust in who made it.

    Raises:
        Malformed: not well-formed, a DOCTYPE, or too large.
    """
    tree = parse_xml(raw)
    try:
        return _examine(tree, open_envelope(tree))
    except Refusal as refusal:
        return refusal.examination()
    except NoCanonicalFormError:
        return broken("structure", "The document has no canonical form, so no seal covers it.").examination()
    except UnknownTransformError:
        return unsupported(
            "structure", "The document is of a kind that is not canonicalized here."
        ).examination()


def _examine(tree: etree._ElementTree, envelope: Envelope) -> SealExamination:
    if transforms.crowded(tree.getroot(), exclusive=envelope.content.how.exclusive):
        raise unsupported("structure", "The document has elements with too many attributes or namespaces.")
    tally = Tally()
    ders = [certificates.decode_base64(text) for text in envelope.certificates]
    carried = certificates.load_all(ders)
    to_be_signed = transforms.octets_of(envelope.signed_info, envelope.how)
    properties = transforms.octets_of(envelope.signed_properties, envelope.properties.how)
    profile = property_names(envelope.signed_properties, envelope.unsigned_properties)
    every = certificates.load_all((*ders, *values_carried(envelope.unsigned_properties)))
    claimed_time = signing_time(envelope.signed_properties)
    signer = _signer(envelope.signed_properties, carried, tally)
    octets = transforms.octets_without(_left_out(tree, envelope), envelope.content.how)
    if repeats_id(tree, octets, envelope.ids):
        raise broken("structure", "An Id that the seal uses stands in the content as well.")
    _compare(envelope.content, octets, tally, ("digest", "The content was changed after sealing."))
    _compare(
        envelope.properties,
        properties,
        tally,
        ("properties", "The signed properties were changed after sealing."),
    )
    _value(envelope, to_be_signed, signer, tally)
    return SealExamination(
        intact=tally.intact,
        faults=tuple(tally.faults),
        signer=signer,
        certificates=every,
        claimed_time=claimed_time,
        algorithms=tuple(dict.fromkeys(tally.algorithms)),
        weak=tuple(dict.fromkeys(tally.weak)),
        signed=octets if tally.intact else None,
        profile=profile,
    )


def _left_out(tree: etree._ElementTree, envelope: Envelope) -> list[etree._Element]:
    """Tell which signatures the transform takes away: those of the documents inside as well, or not."""
    if envelope.content.cut is not Cut.EVERY:
        return [envelope.signature]
    return transforms.outermost(tree.getroot().iter(SIGNATURE))


def _compare(reference: Reference, octets: bytes, tally: Tally, fault: tuple[str, str]) -> None:
    """Hold the octets against the reference's digest (XMLDSig §3.2.1)."""
    name = XML_DIGESTS.get(reference.digest_method)
    tally.use(reference.digest_method, weak=name in algorithms.WEAK_HASHES)
    if name is None:
        tally.note(unsupported("algorithm", "A digest algorithm of the seal is not supported."))
        return
    expected = certificates.decode_base64(reference.digest_value)
    if expected is None or not hmac.compare_digest(algorithms.digest(name, octets), expected):
        tally.note(broken(*fault))


def _value(envelope: Envelope, message: bytes, signer: x509.Certificate | None, tally: Tally) -> None:
    """Hold the signature value against SignedInfo (XMLDSig §3.2.2)."""
    scheme = XML_SCHEMES.get(envelope.method)
    tally.use(envelope.method, weak=scheme is not None and scheme.weak)
    if scheme is None:
        refuse = broken if "hmac" in envelope.method.lower() else unsupported
        tally.note(refuse("algorithm", "The signature algorithm is none that a seal may use."))
        return
    if signer is None:
        return
    value = certificates.decode_base64(envelope.value)
    if value is None:
        tally.note(broken("value", "The signature value is not base64."))
        return
    check_value(scheme, signer, value, message, tally)


def _signer(
    signed_properties: etree._Element, carried: tuple[x509.Certificate, ...], tally: Tally
) -> x509.Certificate | None:
    named = names_signer(signed_properties)
    if not named:
        tally.note(broken("certificate", "The signed properties do not name the signing certificate."))
        return None
    return named_signer(named, carried, tally)


def signing_time(signed_properties: etree._Element) -> datetime | None:
    """Read SigningTime, the signer's own word; None without one, or without a time zone."""
    text = signed_properties.findtext(f"{{{XADES}}}SignedSignatureProperties/{{{XADES}}}SigningTime")
    return instant(text or "")


def property_names(
    signed_properties: etree._Element | None, unsigned_properties: etree._Element | None
) -> frozenset[str]:
    """Name the properties that are there, signed or not: nothing is said about whether they hold."""
    holders = [
        holder for one in (signed_properties, unsigned_properties) if one is not None for holder in one
    ]
    names = [etree.QName(one) for holder in holders for one in holder.iterchildren("*")]
    return frozenset(name.localname for name in names if name.namespace in {XADES, XADES_141})


def values_carried(unsigned_properties: etree._Element | None) -> list[bytes | None]:
    """Decode the certificates among the unsigned properties (EN 319 132-1 §5.4.1)."""
    if unsigned_properties is None:
        return []
    path = f"*/{{{XADES}}}CertificateValues/{{{XADES}}}EncapsulatedX509Certificate"
    return [certificates.decode_base64(one.text or "") for one in unsigned_properties.findall(path)]
