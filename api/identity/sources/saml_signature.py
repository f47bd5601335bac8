"""The one signature of a SAML element: what it covers comes back, and nothing else is read (core §5.4)."""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable
from typing import cast

from cryptography import x509
from lxml import etree

from api.identity.sources.saml_names import Element, fail, only
from verifier.sealing import algorithms, transforms
from verifier.sealing.algorithms import Family, KeyMismatchError, Scheme, UnsupportedKeyError
from verifier.sealing.certificates import decode_base64
from verifier.sealing.signature_method import scheme_of
from verifier.sealing.transforms import DS, Canonicalization, NoCanonicalFormError, UnknownTransformError

SIGNATURE = f"{{{DS}}}Signature"
_CITE = "SAML core §5.4"
_ID = re.compile(r"[A-Za-z_][\w.\-]{0,200}", re.ASCII)
_IDS = etree.XPath(
    "//@*[local-name() = 'ID' or local-name() = 'Id' or local-name() = 'id']", smart_strings=False
)
_HASHES = frozenset({"sha256", "sha384", "sha512"})
_FAMILIES = frozenset({Family.RSA, Family.PSS, Family.ECDSA})
"""eIDAS cryptographic requirements 1.2 §3.3; and RSA as of old, by which brokers sign."""
_PARTS = ("SignedInfo", "SignatureValue", "KeyInfo")
_NOT_SIGNED = "What is read of the answer is not signed by a key of the node."


def is_signed(element: Element) -> bool:
    """Tell whether an element has a signature of its own."""
    return element.find(SIGNATURE) is not None


def signed_octets(element: Element, certificates: Iterable[x509.Certificate]) -> bytes:
    """Check an element's own signature, and return what it covers: that element, in canonical form.

    The reference is to this very element, by an ID that nothing else in the document has; the transforms are
    the two that SAML allows. Keys come from the operator alone, never from the signature.

    Args:
        element: Response or Assertion, in its document.
        certificates: of the node; their dates are the operator's concern.

    Raises:
        Refused: `identity.saml-read`, `.saml-unsigned`, `.saml-forged`.
    """
    found = element.findall(SIGNATURE)
    if not found:
        fail("saml-unsigned", "What is read of the answer is not signed.", _CITE)
    signature = found[0]
    if len(found) > 1 or tuple(one.tag for one in signature) not in _shapes():
        fail("saml-read", "The signature has another form than SAML allows.", _CITE)
    signed_info = signature[0]
    if tuple(one.tag for one in signed_info) != _tags(
        "CanonicalizationMethod", "SignatureMethod", "Reference"
    ):
        fail("saml-read", "The signature has another form than SAML allows.", _CITE)
    try:
        octets = _referred(element, signature, signed_info[2])
        message = transforms.octets_of(signed_info, _exclusive(signed_info[0]))
    except (UnknownTransformError, NoCanonicalFormError):
        fail("saml-read", "The signature takes its content in a way that SAML does not allow.", _CITE)
    _check_value(signed_info[1], signature[1], message, certificates)
    return octets


def _tags(*names: str) -> tuple[str, ...]:
    return tuple(f"{{{DS}}}{name}" for name in names)


def _shapes() -> tuple[tuple[str, ...], ...]:
    return _tags(*_PARTS[:2]), _tags(*_PARTS)


def _exclusive(method: Element) -> Canonicalization:
    how = transforms.canonicalization(method)
    if not how.exclusive:
        raise UnknownTransformError
    return how


def _referred(element: Element, signature: Element, reference: Element) -> bytes:
    """Hold the element against the digest of the reference (XMLDSig §3.2.1)."""
    name = element.get("ID", "")
    if not _ID.fullmatch(name) or reference.get("URI") != f"#{name}":
        fail("saml-forged", "The signature is over something else than what is read.", _CITE)
    root = element.getroottree().getroot()
    if cast("list[str]", _IDS(root)).count(name) != 1:
        fail("saml-forged", "What the signature is over stands in the answer twice.", _CITE)
    if transforms.crowded(root, exclusive=True):
        raise UnknownTransformError
    steps = list(only(reference, f"{{{DS}}}Transforms", _CITE))
    if len(steps) != 2 or steps[0].get("Algorithm") != transforms.ENVELOPED or len(steps[0]):  # noqa: PLR2004
        raise UnknownTransformError
    how = _exclusive(steps[1])
    with transforms.without([signature]):
        # Of what a reference by ID is to, comments are no part (XMLDSig §4.4.3.3).
        octets = transforms.octets_of(element, Canonicalization(prefixes=how.prefixes))
    hash_name = algorithms.XML_DIGESTS.get(
        only(reference, f"{{{DS}}}DigestMethod", _CITE).get("Algorithm", "")
    )
    expected = decode_base64(only(reference, f"{{{DS}}}DigestValue", _CITE).text or "")
    if hash_name not in _HASHES:
        fail("saml-forged", "The signature's digest is of a kind that proves nothing.", _CITE)
    if expected is None or not hmac.compare_digest(algorithms.digest(hash_name, octets), expected):
        fail("saml-forged", "What was signed was changed.", _CITE)
    return octets


def _counts(scheme: Scheme) -> bool:
    hashed = {scheme.hash_name, scheme.mask_hash or scheme.hash_name}
    return scheme.family in _FAMILIES and hashed <= _HASHES


def _check_value(
    method: Element, value: Element, message: bytes, certificates: Iterable[x509.Certificate]
) -> None:
    """Hold the signature value against the keys of the node (XMLDSig §3.2.2)."""
    scheme = scheme_of(method)
    raw = decode_base64(value.text or "")
    if scheme is None or not _counts(scheme) or raw is None:
        fail("saml-forged", "The signature is of a kind that proves nothing.", _CITE)
    for one in certificates:
        key = one.public_key()
        try:
            if not algorithms.weak_key(key) and algorithms.holds(scheme, key, raw, message):
                return
        except (KeyMismatchError, UnsupportedKeyError):
            continue
    fail("saml-forged", _NOT_SIGNED, _CITE)
