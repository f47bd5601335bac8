"""The parts of an XML signature as octets, each canonicalized once (XMLDSig §4.4.3; EN 319 132-1 §4.5)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import cast

from lxml import etree

from converter.strict import parse_xml
from verifier.sealing import transforms
from verifier.sealing.certificates import decode_base64
from verifier.sealing.envelope import SIGNED_PROPERTIES_TYPE
from verifier.sealing.nested import MOST_SIGNATURES, SIGNATURE, own_signatures
from verifier.sealing.signing_certificate import XADES
from verifier.sealing.transforms import DS, Canonicalization, Cut, UnknownTransformError

_BASE64 = f"{DS}base64"
_MOST_WAYS = 4
"""Of canonicalizing, among all timestamps of a seal; each goes through the whole document."""
_MOST_REFERENCES = 16
Elements = list[etree._Element]  # noqa: SLF001 - lxml has no public name for it
_ID = etree.XPath("//*[@Id = $one or @ID = $one or @id = $one or @xml:id = $one]")


def find_signature(tree: etree._ElementTree, place: int | None = None) -> etree._Element | None:
    """Find the signature meant: that at a place among all, or the document's own where it has exactly one.

    Those of sealed documents inside it and countersignatures are not its own.
    """
    found = list(islice(tree.getroot().iter(SIGNATURE), MOST_SIGNATURES + 1))
    if place is not None:
        return found[place] if place < len(found) else None
    if len(found) > MOST_SIGNATURES:
        return None
    own = [one for one in own_signatures(tree.getroot(), found) if not _counters(one)]
    return own[0] if len(own) == 1 else None


def _counters(signature: etree._Element) -> bool:
    return any(
        etree.QName(ancestor).localname == "CounterSignature" for ancestor in signature.iterancestors()
    )


class Parts:
    """One signature and its parts. Octets are kept, so that each timestamp that covers them shares them."""

    def __init__(self, raw: bytes, signature: etree._Element) -> None:
        """Take the document's bytes and the signature in its place."""
        self._raw = raw
        self._signature = signature
        self._octets: dict[tuple[etree._Element | Cut, Canonicalization], bytes] = {}
        self._ways: set[Canonicalization] = set()
        self._found: dict[str, Elements] = {}
        self._data: dict[etree._Element, bytes | None] = {}

    @property
    def signed_info(self) -> etree._Element:
        """The SignedInfo element."""
        return self._part("SignedInfo")

    @property
    def value(self) -> etree._Element:
        """The SignatureValue element."""
        return self._part("SignatureValue")

    @property
    def key_info(self) -> etree._Element | None:
        """The KeyInfo element, if there is one."""
        return self._signature.find(f"{{{DS}}}KeyInfo")

    def _part(self, name: str) -> etree._Element:
        found = self._signature.findall(f"{{{DS}}}{name}")
        if len(found) != 1:
            raise UnknownTransformError
        return found[0]

    def objects(self, *, unsigned_only: bool) -> Iterator[etree._Element]:
        """Give the Objects without the one of the qualifying properties, or only those not referred to."""
        signed = {one.get("URI", "") for one in self.signed_info.iterchildren(f"{{{DS}}}Reference")}
        for one in self._signature.iterchildren(f"{{{DS}}}Object"):
            if one.find(f"{{{XADES}}}QualifyingProperties") is not None:
                continue
            if not (unsigned_only and f"#{one.get('Id')}" in signed):
                yield one

    def canonical(self, element: etree._Element, how: Canonicalization) -> bytes:
        """Canonicalize one element in its place, once.

        Raises:
            UnknownTransformError: it cannot be done faithfully, or in too many ways.
            NoCanonicalFormError: there is none.
        """
        self._admit(how)
        if (element, how) not in self._octets:
            self._octets[element, how] = transforms.octets_of(element, how)
        return self._octets[element, how]

    def references(self, how: Canonicalization, *, properties: bool) -> Iterator[bytes]:
        """Give the octets of each reference in order, with or without that to the signed properties.

        Raises:
            UnknownTransformError: one is to something that is not known or not there.
            NoCanonicalFormError: one has no canonical form.
        """
        found = list(self.signed_info.iterchildren(f"{{{DS}}}Reference"))
        if len(found) > _MOST_REFERENCES:
            raise UnknownTransformError
        for reference in found:
            if properties or reference.get("Type") != SIGNED_PROPERTIES_TYPE:
                yield self._reference(reference, how)

    def _reference(self, reference: etree._Element, how: Canonicalization) -> bytes:
        """Process one reference; what comes out as nodes is canonicalized as the timestamp says."""
        steps = list(reference.iterfind(f"{{{DS}}}Transforms/{{{DS}}}Transform"))
        uri = reference.get("URI")
        if uri == "":
            cut = transforms.cut_of(steps[0]) if steps else None
            if cut is None:
                raise UnknownTransformError
            return self._whole(cut, self._last(steps[1:], how))
        if uri is None or not uri.startswith("#"):
            raise UnknownTransformError
        target = self._by_id(uri[1:])
        if [one.get("Algorithm") for one in steps] == [_BASE64]:
            return self._decoded(target)
        return self.canonical(target, self._last(steps, how))

    def _last(self, steps: list[etree._Element], how: Canonicalization) -> Canonicalization:
        """Read how a reference is canonicalized. Never with comments: these references drop them."""
        if len(steps) > 1:
            raise UnknownTransformError
        found = transforms.canonicalization(steps[0]) if steps else how
        return Canonicalization(exclusive=found.exclusive, comments=False, prefixes=found.prefixes)

    def _by_id(self, identifier: str) -> etree._Element:
        """Find the one element with an Id, once; two would leave open which was meant."""
        if identifier not in self._found:
            found = _ID(self._signature.getroottree(), one=identifier)
            self._found[identifier] = cast("Elements", found)
        if len(self._found[identifier]) != 1:
            raise UnknownTransformError
        return self._found[identifier][0]

    def _decoded(self, target: etree._Element) -> bytes:
        """Decode the text of an element (XMLDSig §6.6.2), once."""
        if target not in self._data:
            self._data[target] = decode_base64("".join(map(str, target.itertext())))
        data = self._data[target]
        if data is None:
            raise UnknownTransformError
        return data

    def _whole(self, cut: Cut, how: Canonicalization) -> bytes:
        """Canonicalize the whole document without what is cut, from a second reading of it."""
        self._admit(how)
        if (cut, how) not in self._octets:
            every = list(parse_xml(self._raw).getroot().iter(SIGNATURE))
            place = list(self._signature.getroottree().getroot().iter(SIGNATURE)).index(self._signature)
            gone = [every[place]] if cut is Cut.OWN else transforms.outermost(every)
            self._octets[cut, how] = transforms.octets_without(gone, how)
        return self._octets[cut, how]

    def _admit(self, how: Canonicalization) -> None:
        if how not in self._ways:
            root = self._signature.getroottree().getroot()
            if len(self._ways) >= _MOST_WAYS or transforms.crowded(root, exclusive=how.exclusive):
                raise UnknownTransformError
            self._ways.add(how)
