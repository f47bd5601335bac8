"""From a place in an XML document to the octets that are hashed or signed: for checking and for making.

Only three ways to leave the signature out are known, compared as literals and never evaluated, and only the
canonicalizations of the table below. Implements XMLDSig §4.4.3.3, §6.5, §6.6 as far as EDCI seals need it.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum

from lxml import etree

DS = "http://www.w3.org/2000/09/xmldsig#"
FILTER2 = "http://www.w3.org/2002/06/xmldsig-filter2"
XPATH1 = "http://www.w3.org/TR/1999/REC-xpath-19991116"
ENVELOPED = f"{DS}enveloped-signature"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
INCLUSIVE = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
INCLUSIVE_11 = "http://www.w3.org/2006/12/xml-c14n11"

_METHODS = {
    EXCLUSIVE: (True, False),
    f"{EXCLUSIVE}WithComments": (True, True),
    INCLUSIVE: (False, False),
    f"{INCLUSIVE}#WithComments": (False, True),
    INCLUSIVE_11: (False, False),
    f"{INCLUSIVE_11}#WithComments": (False, True),
}
_XML = "{http://www.w3.org/XML/1998/namespace}"


_CROWDED = etree.XPath("boolean(//*[@*[257]])")
_MAX_PREFIXES = 64


class UnknownTransformError(Exception):
    """The transform or canonicalization is not on the list, or cannot be done faithfully here."""


class NoCanonicalFormError(Exception):
    """The content has no canonical form: a namespace is relative (C14N 1.0 §1.3)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Canonicalization:
    """How nodes become octets.

    Attributes:
        exclusive: Exclusive XML Canonicalization 1.0; else Canonical XML 1.0 or 1.1.
        comments: comments are kept. Never so for a reference (XMLDSig §4.4.3.3).
        prefixes: InclusiveNamespaces PrefixList.
    """

    exclusive: bool = True
    comments: bool = False
    prefixes: tuple[str, ...] = ()


DEFAULT = Canonicalization(exclusive=False)
"""What holds where no canonicalization is named (XMLDSig §4.4.3.2)."""


def canonicalization(element: etree._Element) -> Canonicalization:
    """Read a CanonicalizationMethod, or a Transform that is one.

    Raises:
        UnknownTransformError: not on the list.
    """
    method = _METHODS.get(element.get("Algorithm", ""))
    if method is None:
        raise UnknownTransformError
    exclusive, comments = method
    prefixes: tuple[str, ...] = ()
    for child in element:
        if not exclusive or child.tag != f"{{{EXCLUSIVE}}}InclusiveNamespaces" or prefixes:
            raise UnknownTransformError
        prefixes = tuple(child.get("PrefixList", "").split())
    if len(prefixes) > _MAX_PREFIXES:
        raise UnknownTransformError
    return Canonicalization(exclusive=exclusive, comments=comments, prefixes=prefixes)


class Cut(Enum):
    """What a transform leaves out of the document."""

    OWN = "own"  # the signature it stands in
    EVERY = "every"  # each ds:Signature there is


def cut_of(transform: etree._Element) -> Cut | None:
    """Tell whether a Transform is one of the three literal ways to leave the signature out, and which.

    They give the same octets where the document holds exactly one signature.
    """
    algorithm = transform.get("Algorithm")
    children = list(transform)
    if algorithm == ENVELOPED:
        return Cut.OWN if not children else None
    if len(children) != 1 or len(children[0]):
        return None
    (xpath,) = children
    names = [f"{prefix}:Signature" for prefix, uri in xpath.nsmap.items() if prefix and uri == DS]
    expression = "".join((xpath.text or "").split())
    if algorithm == FILTER2:
        literal = "/descendant::{}"
        fits = xpath.tag == f"{{{FILTER2}}}XPath" and xpath.get("Filter") == "subtract"
    else:
        literal = "not(ancestor-or-self::{})"
        fits = algorithm == XPATH1 and xpath.tag == f"{{{DS}}}XPath"
    return Cut.EVERY if fits and expression in [literal.format(name) for name in names] else None


def outermost(signatures: Iterable[etree._Element]) -> list[etree._Element]:
    """Keep the signatures, in document order, that do not stand in another of them."""
    kept: list[etree._Element] = []
    known: set[etree._Element] = set()
    for one in signatures:
        if known.isdisjoint(one.iterancestors(one.tag)):
            kept.append(one)
            known.add(one)
    return kept


def crowded(root: etree._Element, *, exclusive: bool) -> bool:
    """Tell whether canonicalizing would take time out of proportion.

    libxml2 sorts an element's attributes, and without `exclusive` the namespaces in scope of every
    element, in quadratic time. No credential comes near the bounds.
    """
    if _CROWDED(root):
        return True
    return not exclusive and any(len(element.nsmap) > _MAX_PREFIXES for element in root.iter("*"))


def octets_of(element: etree._Element, how: Canonicalization) -> bytes:
    """Canonicalize one element with all below it, in the namespaces that are in scope there.

    Raises:
        UnknownTransformError: too many namespaces; or inclusive, and an ancestor has an `xml:` attribute
            that the element would inherit (C14N 1.0 §2.4): no seal does so, and 1.0 and 1.1 differ there.
        NoCanonicalFormError: there is none.
    """
    if len(element.nsmap) > _MAX_PREFIXES:
        raise UnknownTransformError
    if not how.exclusive and any(
        str(name).startswith(_XML) for ancestor in element.iterancestors() for name in ancestor.attrib
    ):
        raise UnknownTransformError
    try:
        octets: bytes = etree.tostring(
            element,
            method="c14n",
            exclusive=how.exclusive,
            with_comments=how.comments,
            inclusive_ns_prefixes=list(how.prefixes) or None,
        )
    except etree.C14NError:
        raise NoCanonicalFormError from None
    return octets


def octets_without(signatures: list[etree._Element], how: Canonicalization) -> bytes:
    """Canonicalize the whole document without these signatures, and without comments (XMLDSig §4.4.3.3).

    The signatures are taken out of their tree for good, which is what makes a copy needless: whatever is
    wanted of them in their place must be taken before.

    Raises:
        UnknownTransformError: one of them is the document.
        NoCanonicalFormError: there is none.
    """
    tree = None
    for signature in signatures:
        tree = signature.getroottree()
        detach(signature)
    if tree is None:
        raise UnknownTransformError
    return whole_octets(tree, how)


def whole_octets(tree: etree._ElementTree, how: Canonicalization) -> bytes:
    """Canonicalize a whole document as it stands, without comments.

    Raises:
        NoCanonicalFormError: there is none.
    """
    sink = io.BytesIO()
    try:
        tree.write_c14n(  # type: ignore[call-arg] # the stubs know an older lxml
            sink,
            exclusive=how.exclusive,
            with_comments=False,
            inclusive_ns_prefixes=list(how.prefixes) or None,  # type: ignore[arg-type]
        )
    except etree.C14NError:
        raise NoCanonicalFormError from None
    return sink.getvalue()


@contextmanager
def without(signatures: list[etree._Element]) -> Iterator[None]:
    """Take signatures out of their tree for a while, and put each back where it stood.

    Raises:
        UnknownTransformError: one of them is the document.
    """
    taken: list[_Place] = []
    try:
        for one in signatures:
            place = _Place.of(one)
            detach(one)
            taken.append(place)
        yield
    finally:
        for place in reversed(taken):
            place.restore()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where an element stood, with the texts around it."""

    element: etree._Element
    parent: etree._Element
    index: int
    before: str | None
    tail: str | None

    @classmethod
    def of(cls, element: etree._Element) -> _Place:
        parent = element.getparent()
        if parent is None:
            raise UnknownTransformError
        previous = element.getprevious()
        before = parent.text if previous is None else previous.tail
        index = parent.index(element)
        return cls(element=element, parent=parent, index=index, before=before, tail=element.tail)

    def restore(self) -> None:
        previous = self.parent[self.index - 1] if self.index else None
        if previous is None:
            self.parent.text = self.before
        else:
            previous.tail = self.before
        self.parent.insert(self.index, self.element)
        self.element.tail = self.tail


def detach(element: etree._Element) -> None:
    """Take an element out of its parent; the text after it stays."""
    parent = element.getparent()
    if parent is None:
        raise UnknownTransformError
    if element.tail:
        before = element.getprevious()
        if before is not None:
            before.tail = (before.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
        element.tail = None
    parent.remove(element)
