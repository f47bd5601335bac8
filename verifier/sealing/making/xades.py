"""An XAdES seal in the form of the European Commission's issuer (EN 319 132-1; XMLDSig §3.1).

Exclusive canonicalization everywhere, so that whatever wraps the document later cannot break it.
"""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime
from functools import lru_cache

from asn1crypto import cms
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives import hashes
from lxml import etree

from converter.strict import parse_xml
from schemas.errors import Problem, Refused
from schemas.key import Key
from verifier.sealing import transforms
from verifier.sealing.certificates import octets
from verifier.sealing.envelope import SIGNED_PROPERTIES_TYPE
from verifier.sealing.making.means import Means
from verifier.sealing.nested import SIGNATURE, own_signatures
from verifier.sealing.scheme import signed, xml_method
from verifier.sealing.signing_certificate import XADES
from verifier.sealing.transforms import DS, EXCLUSIVE, FILTER2, Canonicalization
from verifier.trust.carried import Kind, Revocations
from verifier.trust.xades_stamps import XADES_141, carried_by_xades

_SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
_HOW = Canonicalization(exclusive=True)
_EMPTY = "AA=="


def begun(document: bytes, means: Means, *, more: bool) -> bytes:
    """Seal an EDCI XML document at level B, in its root's `proof`; what is added makes its own place.

    Raises:
        Malformed: it is not well-formed, or has a DOCTYPE.
        Refused: it is sealed already.
        Unavailable: the key cannot sign.
    """
    key, now = means.key, means.now
    tree = parse_xml(document)
    root = tree.getroot()
    if own_signatures(root, list(root.iter(SIGNATURE))):
        raise Refused(Problem(code="sealing.present", message="The document is sealed already."))
    name = hashlib.sha256(document + f"{now:%Y%m%dT%H%M%SZ}".encode()).hexdigest()[:32]
    signature = _skeleton(_proof(root), name, key, now)
    _fill(tree, signature, name)
    info = signature[0]
    message = transforms.octets_of(info, _HOW)
    value = signed(key, message) if more else key.sign(message)  # without more it will be examined whole
    signature[1].text = _base64(value)
    return _written(tree)


def _proof(root: etree._Element) -> etree._Element:
    """Return the root's `proof`, made where it is missing: the last of its elements."""
    namespace = etree.QName(root).namespace
    tag = f"{{{namespace}}}proof"
    found = root.find(tag)
    return found if found is not None else etree.SubElement(root, tag)


def _skeleton(proof: etree._Element, name: str, key: Key, now: datetime) -> etree._Element:
    """Put the whole signature in its place, with empty digests and an empty value."""
    identifier, content, properties = f"id-{name}", f"r-id-{name}-1", f"xades-id-{name}"
    signature = etree.SubElement(proof, f"{{{DS}}}Signature", nsmap={"ds": DS}, Id=identifier)
    info = _add(signature, "SignedInfo")
    _add(info, "CanonicalizationMethod", Algorithm=EXCLUSIVE)
    _add(info, "SignatureMethod", Algorithm=xml_method(key))
    whole = _add(info, "Reference", Id=content, URI="")
    steps = _add(whole, "Transforms")
    cut = _add(steps, "Transform", Algorithm=FILTER2)
    xpath = etree.SubElement(cut, f"{{{FILTER2}}}XPath", nsmap={"dsig-filter2": FILTER2}, Filter="subtract")
    xpath.text = "/descendant::ds:Signature"
    _digested(whole, steps)
    own = _add(info, "Reference", Type=SIGNED_PROPERTIES_TYPE, URI=f"#{properties}")
    _digested(own, _add(own, "Transforms"))
    _add(signature, "SignatureValue", Id=f"value-id-{name}")
    data = _add(_add(signature, "KeyInfo"), "X509Data")
    for one in key.certificates:
        _add(data, "X509Certificate").text = _base64(octets(one))
    qualifying = etree.SubElement(
        _add(signature, "Object"),
        f"{{{XADES}}}QualifyingProperties",
        nsmap={"xades": XADES},
        Target=f"#{identifier}",
    )
    _properties(qualifying, properties, content, key, now)
    return signature


def _digested(reference: etree._Element, steps: etree._Element) -> None:
    _add(steps, "Transform", Algorithm=EXCLUSIVE)
    _add(reference, "DigestMethod", Algorithm=_SHA256)
    _add(reference, "DigestValue")


def _properties(qualifying: etree._Element, identifier: str, content: str, key: Key, now: datetime) -> None:
    signed_ones = etree.SubElement(qualifying, f"{{{XADES}}}SignedProperties", Id=identifier)
    of_seal = _xades(signed_ones, "SignedSignatureProperties")
    _xades(of_seal, "SigningTime").text = f"{now:%Y-%m-%dT%H:%M:%SZ}"
    cert = _xades(_xades(of_seal, "SigningCertificateV2"), "Cert")
    digest = _xades(cert, "CertDigest")
    _add(digest, "DigestMethod", Algorithm=_SHA256)
    own = key.certificates[0]
    _add(digest, "DigestValue").text = _base64(own.fingerprint(hashes.SHA256()))
    _xades(cert, "IssuerSerialV2").text = _base64(_issuer_serial(octets(own)))
    form = _xades(_xades(signed_ones, "SignedDataObjectProperties"), "DataObjectFormat")
    form.set("ObjectReference", f"#{content}")
    _xades(form, "MimeType").text = "text/xml"


@lru_cache(maxsize=64)  # a school seals thousands with one
def _issuer_serial(der: bytes) -> bytes:
    """Write issuer and serial number as RFC 5035 §4 has them."""
    parsed = asn1_x509.Certificate.load(der)
    name = asn1_x509.GeneralName(name="directory_name", value=parsed.issuer)
    written: bytes = cms.IssuerSerial({"issuer": [name], "serial": parsed.serial_number}).dump()
    return written


def _fill(tree: etree._ElementTree, signature: etree._Element, name: str) -> None:
    """Compute both digests: that of the properties in their place, that of the document without any seal."""
    whole, own = signature[0].findall(f"{{{DS}}}Reference")
    properties = signature.find(f".//{{{XADES}}}SignedProperties[@Id='xades-id-{name}']")
    assert properties is not None  # noqa: S101 - it was put there
    _set_digest(own, transforms.octets_of(properties, _HOW))
    with transforms.without(transforms.outermost(tree.getroot().iter(SIGNATURE))):
        octets = transforms.whole_octets(tree, _HOW)
    _set_digest(whole, octets)


def _set_digest(reference: etree._Element, octets: bytes) -> None:
    reference[-1].text = _base64(hashlib.sha256(octets).digest())


def octets_for(sealed: bytes, kind: Kind) -> bytes:
    """Return what the next timestamp of a kind has to be about: the place is written, and read."""
    return b"".join(carried_by_xades(with_token(sealed, kind, None)).stamps[-1].parts or ())


def with_token(sealed: bytes, kind: Kind, token: bytes | None) -> bytes:
    """Add a timestamp of the signature (§5.3) or of all there is (§5.5.2)."""
    tree, unsigned = _opened(sealed)
    number = 1 + sum(1 for one in unsigned if etree.QName(one).localname.endswith("TimeStamp"))
    if kind == "signature":
        place = etree.SubElement(unsigned, f"{{{XADES}}}SignatureTimeStamp")
    else:
        place = etree.SubElement(unsigned, f"{{{XADES_141}}}ArchiveTimeStamp", nsmap={"xades141": XADES_141})
    place.set("Id", f"TS-{number}-{_identifier(unsigned)}")
    _add(place, "CanonicalizationMethod", Algorithm=EXCLUSIVE)
    value = _EMPTY if token is None else _base64(token)
    _xades(place, "EncapsulatedTimeStamp").text = value
    return _written(tree)


def with_values(sealed: bytes, found: Revocations, *, of_stamps: bool) -> bytes:
    """Add certificates and revocation data: of the seal (§5.4.1, §5.4.3) or of timestamps (§5.5.1)."""
    if not (found.certificates or found.crls or found.ocsps):
        return sealed
    tree, unsigned = _opened(sealed)
    holder = unsigned
    if of_stamps:
        holder = etree.SubElement(
            unsigned, f"{{{XADES_141}}}TimeStampValidationData", nsmap={"xades141": XADES_141}
        )
    if found.certificates:
        held = _xades(holder, "CertificateValues")
        for one in found.certificates:
            _xades(held, "EncapsulatedX509Certificate").text = _base64(octets(one))
    if found.crls or found.ocsps:
        held = _xades(holder, "RevocationValues")
        for name, values in (("CRL", found.crls), ("OCSP", found.ocsps)):
            inner = _xades(held, f"{name}Values") if values else None
            for data in values:
                assert inner is not None  # noqa: S101 - there are values
                _xades(inner, f"Encapsulated{name}Value").text = _base64(data)
    return _written(tree)


def finished(sealed: bytes) -> bytes:
    """Return it as it is: nothing empty was left."""
    return sealed


def _opened(sealed: bytes) -> tuple[etree._ElementTree, etree._Element]:
    """Find where the unsigned properties of the document's own seal stand, made where they are missing."""
    tree = parse_xml(sealed)
    root = tree.getroot()
    (signature,) = own_signatures(root, list(root.iter(SIGNATURE)))
    qualifying = signature.find(f"{{{DS}}}Object/{{{XADES}}}QualifyingProperties")
    assert qualifying is not None  # noqa: S101 - whoever comes here has examined it
    unsigned = qualifying.find(f"{{{XADES}}}UnsignedProperties/{{{XADES}}}UnsignedSignatureProperties")
    if unsigned is None:
        unsigned = _xades(_xades(qualifying, "UnsignedProperties"), "UnsignedSignatureProperties")
    return tree, unsigned


def _identifier(unsigned: etree._Element) -> str:
    signature = next(unsigned.iterancestors(SIGNATURE))
    return str(signature.get("Id", "id"))


def _written(tree: etree._ElementTree) -> bytes:
    return etree.tostring(tree, encoding="UTF-8", xml_declaration=True)


def _add(parent: etree._Element, name: str, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{DS}}}{name}", attrib=attributes)


def _xades(parent: etree._Element, name: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{XADES}}}{name}")


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
