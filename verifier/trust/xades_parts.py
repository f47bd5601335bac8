"""The parts of an XML signature as octets, each canonicalized once (XMLDSig §4.4.3; EN 319 132-1 §4.5)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from lxml import etree

from converter.strict import parse_xml
from verifier.sealing import transforms
from verifier.sealing.certificates import decode_base64
from verifier.sealing.envelope import SIGNATURE, SIGNED_PROPERTIES_TYPE, XADES
from verifier.sealing.transforms import DS, Canonicalization, UnknownTransformError

_BASE64 = f"{DS}base64"
_MOST_WAYS = 4
"""Of canonicalizing, among all timestamps of a seal; each goes through the whole document."""
_MOST_REFERENCES = 16
Elements = list[etree._Element]  # noqa: SLF001 - lxml has no public name for it
_ID = etree.XPath("//*[@Id = $one or @ID = $one or @id = $one or @xml:id = $one]")


def find_signature(tree: etree._ElementTree) -> etree._Element | None:
    """Find the one signature that is not that of a credential inside, nor a countersignature."""
    found = [one for one in tree.getroot().iter(SIGNATURE) if not _inner(one)]
    return found[0] if len(found) == 1 else None


def _inner(signature: etree._Element) -> bool:
    names = {etree.QName(ancestor).localname for ancestor in signature.iterancestors()}
    return not names.isdisjoint({"childCredential", "CounterSignature"})


class Parts:
    """One signature and its parts. Octets are kept, so that each timestamp that covers them shares them."""

    def __init__(self, raw: bytes, signature: etree._Element) -> None:
        """Take the document's bytes and the signature in its place."""
        self._raw = raw
        self._signature = signature
        self._octets: dict[tuple[etree._Element | None, Canonicalization], bytes] = {}
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
            if not steps or not transforms.leaves_signature_out(steps[0]):
                raise UnknownTransformError
            return self._whole(self._last(steps[1:], how))
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

    def _whole(self, how: Canonicalization) -> bytes:
        """Canonicalize the whole document without its signature, from a second reading of it."""
        self._admit(how)
        if (None, how) not in self._octets:
            tree = parse_xml(self._raw)
            signatures = list(tree.getroot().iter(SIGNATURE))
            if len(signatures) != 1:
                raise UnknownTransformError  # what leaves one out may or may not leave the others out
            self._octets[None, how] = transforms.octets_without(signatures[0], how)
        return self._octets[None, how]

    def _admit(self, how: Canonicalization) -> None:
        if how not in self._ways:
            root = self._signature.getroottree().getroot()
            if len(self._ways) >= _MOST_WAYS or transforms.crowded(root, exclusive=how.exclusive):
                raise UnknownTransformError
            self._ways.add(how)
