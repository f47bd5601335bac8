"""A signed XML file for whoever asks for octets of it: each part canonicalized once, and within bounds."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import cast
from urllib.parse import unquote

from lxml import etree

from converter.strict import MAX_BYTES, parse_xml
from verifier.sealing import algorithms, transforms
from verifier.sealing.certificates import decode_base64
from verifier.sealing.fault import broken, unsupported
from verifier.sealing.nested import MOST_SIGNATURES, SIGNATURE
from verifier.sealing.transforms import Canonicalization, Cut, NoCanonicalFormError, UnknownTransformError

_WITH_ID = etree.XPath("descendant-or-self::*[@Id or @ID or @id or @xml:id]")
_TEXT = etree.XPath("string()", smart_strings=False)
_ID_NAMES = ("Id", "ID", "id", "{http://www.w3.org/XML/1998/namespace}id")
_MOST_OCTETS = 8 * MAX_BYTES
"""Of all that is canonicalized of one file, for all its signatures."""

Element = etree._Element  # noqa: SLF001 - lxml has no public name for it


class Contents:
    """The file, its signatures, and what their references point at.

    Attributes:
        root: the document element.
        signatures: every ds:Signature, in document order.
    """

    def __init__(self, raw: bytes, at_hand: Mapping[str, bytes] | None = None) -> None:
        """Parse the file; `at_hand` is content outside it, by the address the signatures give.

        Raises:
            Malformed: not well-formed, a DOCTYPE, or too large.
            Refusal: more signatures than are looked at.
        """
        self.root: Element = parse_xml(raw).getroot()
        self.signatures = list(islice(self.root.iter(SIGNATURE), MOST_SIGNATURES + 1))
        if len(self.signatures) > MOST_SIGNATURES:
            raise unsupported("structure", f"The file holds more than {MOST_SIGNATURES} signatures.")
        self._at_hand = at_hand or {}
        self._ids: dict[str, list[Element]] | None = None
        self._octets: dict[tuple[Element, frozenset[Element], Canonicalization], bytes] = {}
        self._data: dict[Element, bytes | None] = {}
        self._digests: dict[tuple[str, int], tuple[bytes, bytes]] = {}
        self._crowded: dict[bool, bool] = {}
        self._left = _MOST_OCTETS

    def outside(self, address: str) -> bytes | None:
        """Return content that is not in the file; None where nobody brought it. It is never fetched."""
        return self._at_hand.get(address, self._at_hand.get(unquote(address)))

    def by_id(self, identifier: str) -> Element:
        """Find the one element with an Id.

        Raises:
            Refusal: there is none, or it stands there twice, so that two readers may see two things.
        """
        found = self._by_id().get(identifier, [])
        if not found:
            raise broken("structure", "The signature refers to an Id that nothing in the file has.")
        if len(found) > 1:
            raise broken("structure", "An Id that the signature refers to stands in the file twice.")
        return found[0]

    def _by_id(self) -> dict[str, list[Element]]:
        if self._ids is None:
            self._ids = {}
            for element in cast("list[Element]", _WITH_ID(self.root)):
                for value in {element.get(name) for name in _ID_NAMES}:
                    if value is not None:
                        self._ids.setdefault(value, []).append(element)
        return self._ids

    def gone(self, cuts: set[Cut], signature: Element) -> list[Element]:
        """Tell which signatures these cuts leave out, for a reference of this signature."""
        if Cut.EVERY in cuts:
            return transforms.outermost(self.signatures)
        return [signature] if cuts else []

    def octets(self, target: Element, gone: list[Element], how: Canonicalization) -> bytes:
        """Canonicalize an element, or for the document element the whole document, without these signatures.

        Comments are dropped, as they are for every reference by Id and for the empty one (XMLDSig §4.4.3.3).

        Raises:
            Refusal: it has no canonical form, or the bounds are passed.
        """
        key = (target, frozenset(gone), how)
        if key not in self._octets:
            try:
                self._octets[key] = self._canonical(target, gone, how)
            except NoCanonicalFormError:
                raise broken("structure", "What is signed has no canonical form.") from None
            except UnknownTransformError:
                raise unsupported(
                    "structure", "What is signed is of a kind that is not canonicalized here."
                ) from None
        return self._octets[key]

    def part(self, element: Element, how: Canonicalization) -> bytes:
        """Canonicalize a part of a signature as it stands, with comments if the method says so.

        Raises:
            Refusal: as `octets` says.
        """
        try:
            self._admit(how)
            return self._counted(transforms.octets_of(element, how))
        except NoCanonicalFormError:
            raise broken("structure", "What is signed has no canonical form.") from None
        except UnknownTransformError:
            raise unsupported("structure", "The signature is of a kind that is not canonicalized.") from None

    def decoded(self, target: Element) -> bytes:
        """Decode the text of an element (XMLDSig §6.6.2).

        Raises:
            Refusal: it is not base64.
        """
        if target not in self._data:
            self._data[target] = decode_base64(cast("str", _TEXT(target)))
        data = self._data[target]
        if data is None:
            raise broken("digest", "What is signed as base64 is none.")
        return data

    def digest(self, hash_name: str, octets: bytes) -> bytes:
        """Hash octets that this file gave, once: many references may be to the same. Kept, so is their id."""
        key = (hash_name, id(octets))
        if key not in self._digests:
            self._digests[key] = (algorithms.digest(hash_name, octets), octets)
        return self._digests[key][0]

    def _canonical(self, target: Element, gone: list[Element], how: Canonicalization) -> bytes:
        self._admit(how)
        plain = Canonicalization(exclusive=how.exclusive, prefixes=how.prefixes)
        with transforms.without(gone):
            if target is self.root:
                return self._counted(transforms.whole_octets(target.getroottree(), plain))
            return self._counted(transforms.octets_of(target, plain))

    def _admit(self, how: Canonicalization) -> None:
        if how.exclusive not in self._crowded:
            self._crowded[how.exclusive] = transforms.crowded(self.root, exclusive=how.exclusive)
        if self._crowded[how.exclusive] or self._left < 0:
            raise UnknownTransformError

    def _counted(self, octets: bytes) -> bytes:
        self._left -= len(octets)
        return octets
