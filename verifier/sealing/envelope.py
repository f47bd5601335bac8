"""The strict shape of an EDCI seal: what stands in the one ds:Signature, and nothing else.

A signature that leaves out every ds:Signature (as EDCI seals do) protects nothing that stands inside one.
So what may stand there is listed, element by element, and all else is refused before any mathematics.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import NoReturn, cast

from lxml import etree

from verifier.sealing import transforms
from verifier.sealing.fault import broken, unsupported
from verifier.sealing.nested import MOST_SIGNATURES, SIGNATURE, own_signatures
from verifier.sealing.signing_certificate import XADES
from verifier.sealing.transforms import DS, Canonicalization, Cut, UnknownTransformError

SIGNED_PROPERTIES_TYPE = "http://uri.etsi.org/01903#SignedProperties"

_ID = re.compile(r"[A-Za-z_][\w.\-]*", re.ASCII)
_IDS = etree.XPath(
    "descendant-or-self::*/@*[name() = 'Id' or name() = 'ID' or name() = 'id' or name() = 'xml:id']",
    smart_strings=False,
)
_MANY = 8
_VAST = etree.XPath("count(descendant::*) > 2000")
_X509_PARTS = frozenset(
    f"{{{DS}}}{name}"
    for name in ("X509Certificate", "X509IssuerSerial", "X509SubjectName", "X509SKI", "X509CRL")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """One ds:Reference: what is left out, how its octets are made and what they should hash to."""

    digest_method: str
    digest_value: str
    how: Canonicalization
    cut: Cut | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """The parts of one seal of the right shape.

    Attributes:
        signature: the element, still in its place.
        signed_info: what the signature value is over.
        how: the canonicalization of `signed_info`.
        method: SignatureMethod URI.
        value: SignatureValue, base64.
        content: the reference to the whole document without the seal.
        properties: the reference to the signed properties.
        signed_properties: the element that reference points at.
        unsigned_properties: beside it, if any.
        certificates: X509Certificate, base64, in document order.
        ids: those by which the seal refers to its own parts.
    """

    signature: etree._Element
    signed_info: etree._Element
    how: Canonicalization
    method: str
    value: str
    content: Reference
    properties: Reference
    signed_properties: etree._Element
    unsigned_properties: etree._Element | None
    certificates: tuple[str, ...]
    ids: tuple[str, ...]


def open_envelope(tree: etree._ElementTree) -> Envelope:
    """Take the seal of an EDCI document apart.

    Raises:
        Refusal: with the first departure from the shape.
    """
    signature = find_signature(tree.getroot())
    if next(signature.iter(etree.Comment, etree.ProcessingInstruction), None) is not None:
        raise unsupported("structure", "The seal holds a comment or a processing instruction inside itself.")
    signed_info, value, key_info, holder = _children(
        signature, ("SignedInfo", "SignatureValue", "KeyInfo", "Object"), "The seal"
    )
    signed_properties, unsigned_properties = _qualifying(holder, signature.get("Id", ""))
    method, references = _signed_info(signed_info)
    content, properties = _references(references, signed_properties.get("Id", ""))
    if _VAST(signature):
        raise unsupported("structure", "The seal holds more elements than any seal needs.")
    return Envelope(
        signature=signature,
        signed_info=signed_info,
        how=_canonicalization(signed_info[0]),
        method=method,
        value=value.text or "",
        content=content,
        properties=properties,
        signed_properties=signed_properties,
        unsigned_properties=unsigned_properties,
        certificates=_certificates(key_info),
        ids=_ids(signature, signed_properties.get("Id", "")),
    )


def find_signature(root: etree._Element) -> etree._Element:
    """Find the one ds:Signature of the document itself: a child of the root, or of the root's `proof`.

    Those of sealed documents inside it are theirs; each of them is for itself.
    """
    found = list(islice(root.iter(SIGNATURE), MOST_SIGNATURES + 1))
    if not found:
        raise unsupported("structure", "The document holds no seal.")
    if len(found) > MOST_SIGNATURES:
        raise broken("structure", f"The document holds more than {MOST_SIGNATURES} seals.")
    own = own_signatures(root, found)
    if not own and all(_of_a_whole(one) for one in found):
        raise unsupported("structure", "Only what is inside the document is sealed; that stands for itself.")
    if not own:
        raise broken("structure", "The seal covers a part of the document, and stands inside another part.")
    if len(own) > 1:
        _refuse_several(own)
    (signature,) = own
    parent = signature.getparent()
    if parent is None:
        raise unsupported(
            "structure", "The document is a seal around or beside its content, not a sealed credential."
        )
    if parent is root or (
        parent.getparent() is root
        and etree.QName(parent) == etree.QName(etree.QName(root).namespace, "proof")
    ):
        return signature
    raise broken("structure", "The seal stands where none may stand: not in the root nor in its proof.")


def _of_a_whole(signature: etree._Element) -> bool:
    return any(one.get("URI") == "" for one in signature.iter(f"{{{DS}}}Reference"))


def _refuse_several(found: list[etree._Element]) -> NoReturn:
    found = found[:_MANY]  # enough to choose between two ways of not accepting it
    counter = [one for one in found if _inside(one, "CounterSignature")]
    if counter and len(counter) == len(found) - 1:
        raise unsupported("structure", "The seal is countersigned, which is not supported.")
    raise broken("structure", "The document holds more than one seal; each leaves the other unprotected.")


def _inside(element: etree._Element, name: str) -> bool:
    return any(etree.QName(ancestor).localname == name for ancestor in element.iterancestors())


def _children(parent: etree._Element, names: tuple[str, ...], what: str) -> list[etree._Element]:
    """Return the children, if they are exactly these elements of XMLDSig in this order."""
    children = list(parent)
    if [child.tag for child in children] != [f"{{{DS}}}{name}" for name in names]:
        raise broken("structure", f"{what} does not hold exactly {', '.join(names)}.")
    return children


def _qualifying(holder: etree._Element, identifier: str) -> tuple[etree._Element, etree._Element | None]:
    if [child.tag for child in holder] != [f"{{{XADES}}}QualifyingProperties"]:
        raise broken(
            "structure", "The Object of the seal holds something else than its qualifying properties."
        )
    (qualifying,) = holder
    if not identifier or qualifying.get("Target") != f"#{identifier}":
        raise broken("structure", "The qualifying properties do not belong to this seal.")
    tags = [child.tag for child in qualifying]
    signed, unsigned = f"{{{XADES}}}SignedProperties", f"{{{XADES}}}UnsignedProperties"
    if tags not in ([signed], [signed, unsigned]):
        raise broken("structure", "The seal does not have exactly one set of signed properties.")
    return qualifying[0], qualifying[1] if len(tags) > 1 else None


def _signed_info(signed_info: etree._Element) -> tuple[str, list[etree._Element]]:
    tags = [child.tag for child in signed_info]
    expected = [f"{{{DS}}}CanonicalizationMethod", f"{{{DS}}}SignatureMethod"]
    references = list(signed_info)[2:]
    if tags[:2] != expected or {child.tag for child in references} - {f"{{{DS}}}Reference"}:
        raise broken("structure", "SignedInfo is not built as a signature must be.")
    if any(not _same_document(reference.get("URI")) for reference in references):
        raise broken(
            "structure", "The seal refers to something outside the document, which is never followed."
        )
    method = signed_info[1]
    if len(method):
        raise unsupported("algorithm", "The signature algorithm has parameters, which are not supported.")
    return method.get("Algorithm", ""), references


def _same_document(uri: str | None) -> bool:
    return uri is not None and (not uri or uri.startswith("#"))


def _references(references: list[etree._Element], properties_id: str) -> tuple[Reference, Reference]:
    """Sort out the two references an EDCI seal has: the whole document, and the signed properties."""
    whole = [one for one in references if one.get("URI") == ""]
    if not whole:
        raise broken("structure", "The seal does not cover the whole document.")
    target = f"#{properties_id}"
    of_properties = [one for one in references if one.get("Type") == SIGNED_PROPERTIES_TYPE]
    if len(of_properties) != 1 or not properties_id or of_properties[0].get("URI") != target:
        raise broken("structure", "The seal does not cover its own signed properties.")
    if len(whole) > 1 or len(references) > 2:  # noqa: PLR2004 - the document and the properties
        raise unsupported("structure", "The seal has more references than the document and its properties.")
    return _reference(whole[0], document=True), _reference(of_properties[0], document=False)


def _reference(element: etree._Element, *, document: bool) -> Reference:
    has_transforms = len(element) > 0 and element[0].tag == f"{{{DS}}}Transforms"
    transforms_, method, value = (
        _children(element, ("Transforms", "DigestMethod", "DigestValue"), "A reference of the seal")
        if has_transforms
        else [None, *_children(element, ("DigestMethod", "DigestValue"), "A reference of the seal")]
    )
    steps = list(transforms_) if transforms_ is not None else []
    cut = transforms.cut_of(steps[0]) if document and steps else None
    if document:
        if cut is None:
            raise broken("structure", "The seal takes the document through a transform that is not allowed.")
        steps = steps[1:]
    if len(steps) > 1:
        raise broken("structure", "The seal takes its content through a transform that is not allowed.")
    assert method is not None  # noqa: S101 - tells the type checker; _children returned it
    assert value is not None  # noqa: S101
    return Reference(
        digest_method=method.get("Algorithm", ""),
        digest_value=value.text or "",
        how=_canonicalization(steps[0]) if steps else transforms.DEFAULT,
        cut=cut,
    )


def _canonicalization(element: etree._Element) -> Canonicalization:
    try:
        return transforms.canonicalization(element)
    except UnknownTransformError:
        raise broken(
            "structure", "The seal takes its content through a transform that is not allowed."
        ) from None


def _certificates(key_info: etree._Element) -> tuple[str, ...]:
    if {child.tag for child in key_info} - {f"{{{DS}}}X509Data"}:
        raise broken("structure", "KeyInfo holds something else than certificates.")
    parts = [part for data in key_info for part in data]
    if {part.tag for part in parts} - _X509_PARTS:
        raise broken("structure", "KeyInfo holds something else than certificates.")
    return tuple(part.text or "" for part in parts if part.tag == f"{{{DS}}}X509Certificate")


def _ids(signature: etree._Element, properties_id: str) -> tuple[str, ...]:
    """Return the Ids that are referred to; every Id in the seal must stand there once."""
    found = _ids_below(signature)
    if len(set(found)) != len(found):
        raise broken("structure", "An Id inside the seal stands there twice.")
    used = (signature.get("Id", ""), properties_id)
    if not all(_ID.fullmatch(one) for one in used):
        raise broken("structure", "An Id of the seal is not a name.")
    return used


def _ids_below(element: etree._Element) -> list[str]:
    return cast("list[str]", _IDS(element))


def repeats_id(tree: etree._ElementTree, octets: bytes, ids: Iterable[str]) -> bool:
    """Tell whether an Id of the (detached) seal stands in the content too.

    Lower-case `id` of the content is no Id and may repeat; only a value that the seal uses may not.
    The canonical octets are looked through first: an attribute can only stand there one way.
    """
    suspects = {one for one in ids if f'="{one}"'.encode() in octets}
    return bool(suspects) and not suspects.isdisjoint(_ids_below(tree.getroot()))
