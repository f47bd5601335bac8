"""Hold the signature of a trusted list against the certificates that may have made it.

TS 119 612 §5.7 and Annex B: one enveloped XAdES signature, a child of the root, over the whole list and its
own signed properties. What is returned are the octets that were signed; nothing else of the file is read.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from hashlib import sha256

from cryptography import x509
from lxml import etree

from converter.strict import parse_xml
from schemas.errors import Malformed
from verifier.sealing import algorithms, transforms
from verifier.sealing.algorithms import WEAK_HASHES, XML_DIGESTS, XML_SCHEMES
from verifier.sealing.certificates import decode_base64
from verifier.sealing.nested import SIGNATURE
from verifier.sealing.signing_certificate import XADES
from verifier.sealing.tally import Tally, check_value
from verifier.sealing.transforms import DS, Canonicalization, NoCanonicalFormError, UnknownTransformError
from verifier.trust.lists.elements import TSL
from verifier.trust.lists.fault import ListRefusal, unreadable, unsigned
from verifier.trust.lists.identity import loaded

MAX_BYTES = 24 * 1024 * 1024
"""The largest national lists take about ten megabytes; the general gate for documents is not widened."""
ROOT = f"{{{TSL}}}TrustServiceStatusList"
_REFERENCES = 2  # the list, and the signed properties
_MOST_CERTIFICATES = 16
_MOST_INSIDE = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """What a signature that holds is over.

    Attributes:
        octets: the list without its signature, canonical: all that may be read.
        signer: sha-256 (hex) of the certificate that made it.
        sha256: of the file, hex.
    """

    octets: bytes
    signer: str
    sha256: str


def signed_octets(data: bytes, pinned: frozenset[str]) -> Signed:
    """Verify a list's signature.

    Args:
        data: the file.
        pinned: sha-256 (hex) of the certificates one of which must have made the signature. Their dates and
            issuers are not asked: whoever names them here vouches for them (TS 119 615 §4.1, §4.2).

    Raises:
        ListRefusal: `unreadable`, `signature`, `signer` or `weak`.
    """
    try:
        tree = parse_xml(data, max_bytes=MAX_BYTES)
    except Malformed as error:
        raise unreadable(str(error)) from None
    root = tree.getroot()
    if root.tag != ROOT:
        raise unreadable("The file is not a trusted list.")
    signature = _only_signature(root)
    try:
        signer, octets = _verified(root, signature, pinned)
    except UnknownTransformError:
        raise unsigned("The list's signature takes it through a transform that is not allowed.") from None
    except NoCanonicalFormError:
        raise unsigned("The list has no canonical form, so no signature covers it.") from None
    return Signed(octets=octets, signer=signer, sha256=sha256(data).hexdigest())


def _only_signature(root: etree._Element) -> etree._Element:
    found = list(root.iter(SIGNATURE))
    if not found:
        raise unsigned("The list is not signed.")
    if len(found) > 1:
        raise unsigned("The list holds more than one signature; each leaves the other unprotected.")
    if found[0].getparent() is not root:
        raise unsigned("The list's signature does not stand in its root.")
    if sum(1 for _ in found[0].iter()) > _MOST_INSIDE:
        raise unsigned("The list's signature holds more elements than any signature needs.")
    return found[0]


def _verified(root: etree._Element, signature: etree._Element, pinned: frozenset[str]) -> tuple[str, bytes]:
    signed_info = _only(signature, f"{{{DS}}}SignedInfo")
    of_list, of_properties, properties = _references(root, signature, signed_info)
    how = transforms.canonicalization(_only(signed_info, f"{{{DS}}}CanonicalizationMethod"))
    excluded, list_how = _canonicalization(of_list)
    also_excluded, properties_how = _canonicalization(of_properties)
    exclusive = how.exclusive and list_how.exclusive and properties_how.exclusive
    if not excluded or also_excluded or transforms.crowded(root, exclusive=exclusive):
        raise UnknownTransformError
    signer, certificate = _signer(signature, properties, pinned)
    message = transforms.octets_of(signed_info, how)
    _hold(signature, signed_info, certificate, message)
    _compare(of_properties, transforms.octets_of(properties, properties_how))
    octets = transforms.octets_without([signature], list_how)
    _compare(of_list, octets)
    return signer, octets


def _only(parent: etree._Element, tag: str) -> etree._Element:
    found = parent.findall(tag)
    if len(found) != 1:
        raise unsigned("The list's signature is not built as a signature must be.")
    return found[0]


def _references(
    root: etree._Element, signature: etree._Element, signed_info: etree._Element
) -> tuple[etree._Element, etree._Element, etree._Element]:
    """Sort out the reference to the list, the one to the signed properties, and the properties themselves."""
    references = signed_info.findall(f"{{{DS}}}Reference")
    whole = ("", f"#{root.get('Id')}") if root.get("Id") else ("",)
    of_list = [one for one in references if one.get("URI") in whole]
    rest = [one for one in references if one.get("URI") not in whole]
    if len(of_list) != 1 or len(references) != _REFERENCES:
        raise unsigned("The list's signature does not cover the whole list and its own properties alone.")
    properties = list(signature.iter(f"{{{XADES}}}SignedProperties"))
    if len(properties) != 1 or rest[0].get("URI") != f"#{properties[0].get('Id')}":
        raise unsigned("The list's signature does not cover its own signed properties.")
    return of_list[0], rest[0], properties[0]


def _canonicalization(reference: etree._Element) -> tuple[bool, Canonicalization]:
    """Read the transforms: whether the first leaves the signature out, and the canonicalization."""
    steps = list(reference.iterfind(f"{{{DS}}}Transforms/*"))
    excluded = bool(steps) and transforms.cut_of(steps[0]) is not None
    steps = steps[1:] if excluded else steps
    if len(steps) > 1:
        raise UnknownTransformError
    return excluded, transforms.canonicalization(steps[0]) if steps else transforms.DEFAULT


def _signer(
    signature: etree._Element, properties: etree._Element, pinned: frozenset[str]
) -> tuple[str, x509.Certificate]:
    """Find the pinned certificate in KeyInfo; the signed properties name it too (EN 319 132-1 §5.2.2)."""
    key_info = _only(signature, f"{{{DS}}}KeyInfo")
    texts = [one.text or "" for one in key_info.iter(f"{{{DS}}}X509Certificate")][:_MOST_CERTIFICATES]
    ders = [der for text in texts if (der := decode_base64(text))]
    chosen = {der: found for der in ders if sha256(der).hexdigest() in pinned and (found := loaded(der))}
    if not chosen:
        raise ListRefusal("signer", "The list is signed with a certificate that nobody named for it.")
    cert = properties.find(f".//{{{XADES}}}CertDigest")
    method = cert.find(f"{{{DS}}}DigestMethod") if cert is not None else None
    named = cert.findtext(f"{{{DS}}}DigestValue") if cert is not None else None
    name = XML_DIGESTS.get(method.get("Algorithm", "")) if method is not None else None
    value = decode_base64(named or "")
    der = next((one for one in chosen if name and algorithms.digest(name, one) == value), None)
    if der is None:
        raise unsigned("The list's signature names another certificate than the one that made it.")
    return sha256(der).hexdigest(), chosen[der]


def _compare(reference: etree._Element, octets: bytes) -> None:
    name = XML_DIGESTS.get(_only(reference, f"{{{DS}}}DigestMethod").get("Algorithm", ""))
    if name is None or name in WEAK_HASHES:
        raise ListRefusal("weak", "The list's signature rests on a hash that does not count.")
    expected = decode_base64(_only(reference, f"{{{DS}}}DigestValue").text or "")
    if expected is None or not hmac.compare_digest(algorithms.digest(name, octets), expected):
        raise unsigned("The list was changed after it was signed.")


def _hold(
    signature: etree._Element, signed_info: etree._Element, certificate: x509.Certificate, message: bytes
) -> None:
    method = _only(signed_info, f"{{{DS}}}SignatureMethod")
    scheme = XML_SCHEMES.get(method.get("Algorithm", ""))
    if scheme is None or len(method) or scheme.weak:
        raise ListRefusal("weak", "The list is signed with an algorithm that does not count.")
    value = decode_base64(_only(signature, f"{{{DS}}}SignatureValue").text or "")
    tally = Tally()
    check_value(scheme, certificate, value or b"", message, tally)
    if tally.faults:
        raise unsigned("The list's signature value does not hold.")
    if tally.weak:
        raise ListRefusal("weak", "The list is signed with a key too short to count.")
