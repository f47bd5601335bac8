"""Sealed documents inside an EDCI document: which signature is whose, and each inner one as its own document.

A credential may hold others in `childCredentials` (EDCI 1.2), and a presentation holds one.
What such a document's own seal covers is that document as it was before it was put here.
"""

from __future__ import annotations

import re
from itertools import islice

from lxml import etree

from converter.strict import parse_xml
from schemas.document import Document, SealKind
from schemas.errors import Malformed, Problem
from schemas.evidence import SealExamination
from verifier.sealing.fault import unsupported
from verifier.sealing.transforms import DS, INCLUSIVE, INCLUSIVE_11

SIGNATURE = f"{{{DS}}}Signature"
MOST_SIGNATURES = 64
"""In one document, those of everything inside it included."""
_CREDENTIAL, _PRESENTATION = "europassCredential", "verifiablePresentation"
_OTHER_ENCODING = re.compile(
    rb"""[^<]{0,8}<\?xml[^>]{0,200}\bencoding\s*=\s*["'](?!utf-8["']|us-ascii["']|iso-8859-\d{1,2}["'])""",
    re.IGNORECASE,
)
_MATHEMATICS = {"digest", "properties", "value"}

Elements = list[etree._Element]  # noqa: SLF001 - lxml has no public name for it


def own_signatures(root: etree._Element, found: Elements) -> Elements:
    """Of the signatures found below the root, keep those that do not belong to a document inside it."""
    return [one for one in found if not _documents_around(one, root)]


def sealed_inside(root: etree._Element) -> Elements:
    """Give the outermost documents inside that have a signature of their own, in document order.

    Raises:
        Malformed: there are more signatures than are looked at.
    """
    found = list(islice(root.iter(SIGNATURE), MOST_SIGNATURES + 1))
    if len(found) > MOST_SIGNATURES:
        message = f"The document holds more than {MOST_SIGNATURES} seals."
        raise Malformed(Problem(code="format.read", message=message))
    around = [_documents_around(one, root) for one in found]
    sealed = {documents[-1] for documents in around if documents}
    outermost = (next(one for one in documents if one in sealed) for documents in around if documents)
    return list(dict.fromkeys(outermost))


def _documents_around(element: etree._Element, root: etree._Element) -> Elements:
    """Give the documents between the root and an element, from the outside in; the last one holds it."""
    found: Elements = []
    holder = root
    for one in (*reversed(list(element.iterancestors())), element):
        if _stands_in(one, holder):
            found.append(one)
            holder = one
    return found


def _stands_in(one: etree._Element, holder: etree._Element) -> bool:
    """Tell whether an element is a document right inside another: where the schemas put one, nowhere else."""
    parent = one.getparent()
    name = etree.QName(holder)
    if parent is None:
        return False
    if name.localname == _PRESENTATION:
        return parent is holder and etree.QName(one).localname == _CREDENTIAL
    if name.localname != _CREDENTIAL:
        return False
    space = f"{{{name.namespace}}}" if name.namespace else ""
    grandparent = parent.getparent()
    return (
        parent.tag == f"{space}childCredential"
        and grandparent is not None
        and grandparent.tag == f"{space}childCredentials"
        and grandparent.getparent() is holder
    )


def inner_documents(raw: bytes) -> tuple[bytes, ...]:
    """Take the sealed documents inside an EDCI document out of it, each as a file of its own.

    An element taken out brings along the namespaces that were in scope. Exclusive canonicalization looks at
    those that are used alone (Exclusive XML Canonicalization §3), so there a seal covers the same octets as
    it did before; what stood before and after the document element is lost.

    Raises:
        Malformed: not well-formed, a DOCTYPE, too large, or more signatures than are looked at.
    """
    if not _may_hold_others(raw):
        return ()
    root = parse_xml(raw).getroot()
    return tuple(etree.tostring(one, encoding="UTF-8", with_tail=False) for one in sealed_inside(root))


def _may_hold_others(raw: bytes) -> bool:
    """Look for the names of what holds a document inside; most credentials need no second parse for that.

    In an encoding where a name may be written in other bytes, there may always be one.
    """
    if b"\0" in raw[:64] or _OTHER_ENCODING.match(raw):
        return True
    return b"Signature" in raw and any(name in raw for name in (b"childCredential", _PRESENTATION.encode()))


def taken_out(document: Document, examined: SealExamination) -> SealExamination:
    """Say again what was examined of a document that was taken out of another.

    Inclusive canonicalization covers the namespaces of the file a document was in, so a digest that is not
    the same says nothing there. One that is the same still proves it.
    """
    seal = document.seal
    if examined.intact is not False or seal is None or seal.kind is not SealKind.XADES:
        return examined
    if {code for code, _ in examined.faults} - _MATHEMATICS or not _inclusive(seal.raw):
        return examined
    sentence = "The seal depends on the namespaces of the file it was made in; hand that in by itself."
    return unsupported("structure", sentence).examination()


def _inclusive(raw: bytes) -> bool:
    tags = (f"{{{DS}}}CanonicalizationMethod", f"{{{DS}}}Transform")
    used = {one.get("Algorithm", "").partition("#")[0] for one in parse_xml(raw).getroot().iter(*tags)}
    return not used.isdisjoint({INCLUSIVE, INCLUSIVE_11})
