"""The references of an XML signature: what each is to, and whether its digest is that of what is there.

Transforms are on a list and never evaluated: the ways to leave signatures out, then one canonicalization or
base64 (XMLDSig §4.4.3, §6.6). What lies outside the file is digested only where it is at hand. A ds:Manifest
that is signed has its own references looked at too (§5.1), and vouches for nothing that was not digested.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from lxml import etree

from schemas.evidence import Reach, Scope
from verifier.sealing import algorithms, transforms
from verifier.sealing.algorithms import XML_DIGESTS
from verifier.sealing.certificates import decode_base64
from verifier.sealing.contents import Contents, Element
from verifier.sealing.fault import Refusal, broken, unsupported
from verifier.sealing.nested import SIGNATURE
from verifier.sealing.signing_certificate import XADES
from verifier.sealing.tally import Tally
from verifier.sealing.transforms import DS, Canonicalization, Cut, UnknownTransformError

SIGNED_PROPERTIES_TYPE = "http://uri.etsi.org/01903#SignedProperties"
COUNTERSIGNED_TYPE = "http://uri.etsi.org/01903#CountersignedSignature"
MOST_REFERENCES = 1024
"""Of one signature, those of its manifests included."""
_BASE64 = f"{DS}base64"
_MOST_STEPS = 4
_NOT_EVALUATED = "The signature takes its content through a transform that is not evaluated here."
_MANIFEST = f"{{{DS}}}Manifest"
_OBJECT = f"{{{DS}}}Object"
_REFERENCE = f"{{{DS}}}Reference"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """One reference, followed.

    Attributes:
        scope: what it covers, and whether that holds.
        target: the element it points at; None for what is outside.
        octets: what was digested; None where nothing was.
        text_only: only the text of the target was digested, none of its markup.
    """

    scope: Scope
    target: Element | None = None
    octets: bytes | None = None
    text_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Steps:
    cuts: frozenset[Cut]
    how: Canonicalization
    base64: bool


def references_of(
    signature: Element, signed_info: Element, contents: Contents, tally: Tally
) -> list[Resolved]:
    """Follow every reference of a signature, and take down what does not hold.

    Raises:
        Refusal: there are none, or more than are looked at.
    """
    walk = _Walk(signature, contents, tally)
    elements = list(signed_info.iterchildren(_REFERENCE))
    if not elements:
        raise broken("structure", "The signature refers to nothing.")
    for one in elements:
        walk.follow(one, listed=False)
    return walk.found


class _Walk:
    def __init__(self, signature: Element, contents: Contents, tally: Tally) -> None:
        self.found: list[Resolved] = []
        self._signature = signature
        self._contents = contents
        self._tally = tally
        self._manifests: set[Element] = set()

    def follow(self, reference: Element, *, listed: bool) -> None:
        """Follow one reference, and those of each manifest it covers."""
        if len(self.found) >= MOST_REFERENCES:
            raise unsupported("structure", f"The signature has more than {MOST_REFERENCES} references.")
        try:
            resolved = self._resolved(reference, listed=listed)
        except Refusal as refusal:
            self._tally.note(refusal)
            holds = False if refusal.broken else None
            scope = Scope(reach=Reach.ELEMENT, name=_name(reference), holds=holds, listed=listed)
            self.found.append(Resolved(scope=scope))
            return
        self.found.append(resolved)
        if resolved.scope.holds and resolved.target is not None and not resolved.text_only:
            self._manifests_in(resolved.target)

    def _manifests_in(self, target: Element) -> None:
        """Look at the manifests of this signature that a reference covers, each once."""
        if self._signature not in target.iterancestors(SIGNATURE):
            return
        for manifest in target.iter(_MANIFEST):
            if manifest not in self._manifests:
                self._manifests.add(manifest)
                for one in manifest.iterchildren(_REFERENCE):
                    self.follow(one, listed=True)

    def _resolved(self, reference: Element, *, listed: bool) -> Resolved:
        steps, hash_name, expected = self._parts(reference)
        uri = reference.get("URI")
        if uri is None or (uri and not uri.startswith("#")):
            return self._outside(reference, hash_name, expected, listed=listed)
        target = self._contents.root if not uri else self._contents.by_id(uri[1:])
        reach = self._reach(target, reference.get("Type"))
        octets = self._octets(target, steps)
        holds = hmac.compare_digest(self._contents.digest(hash_name, octets), expected)
        if not holds:
            self._tally.note(_changed(reach, target))
        return Resolved(
            scope=Scope(reach=reach, name=uri[1:], holds=holds, listed=listed),
            target=target,
            octets=octets,
            text_only=steps.base64,
        )

    def _outside(self, reference: Element, hash_name: str, expected: bytes, *, listed: bool) -> Resolved:
        """Digest what is not in the file, if it is at hand as it was; it is never fetched."""
        name = _name(reference)
        plain = not len(_steps(reference))
        octets = self._contents.outside(name) if plain else None
        scope = Scope(reach=Reach.OUTSIDE, name=name, holds=None, listed=listed)
        if octets is None:
            if not listed:
                sentence = "What was signed is not in the file, and not at hand."
                self._tally.note(unsupported("outside", sentence))
            return Resolved(scope=scope)
        holds = hmac.compare_digest(self._contents.digest(hash_name, octets), expected)
        if not holds:
            self._tally.note(broken("digest", "The content beside the file was changed after signing."))
        scope = Scope(reach=Reach.OUTSIDE, name=name, holds=holds, listed=listed)
        return Resolved(scope=scope, octets=octets)

    def _parts(self, reference: Element) -> tuple[_Steps, str, bytes]:
        """Read transforms, digest algorithm and digest; their order is the schema's (XMLDSig §4.4.3)."""
        tags = [one.tag for one in reference]
        wanted = [f"{{{DS}}}DigestMethod", f"{{{DS}}}DigestValue"]
        if tags not in (wanted, [f"{{{DS}}}Transforms", *wanted]):
            raise broken("structure", "A reference of the signature is not built as one must be.")
        algorithm = reference[-2].get("Algorithm", "")
        hash_name = XML_DIGESTS.get(algorithm)
        self._tally.use(algorithm, weak=hash_name in algorithms.WEAK_HASHES)
        if hash_name is None:
            raise unsupported("algorithm", "A digest algorithm of the signature is not supported.")
        expected = decode_base64(reference[-1].text or "")
        if expected is None:
            raise broken("digest", "A digest of the signature is not base64.")
        return _read_steps(_steps(reference)), hash_name, expected

    def _octets(self, target: Element, steps: _Steps) -> bytes:
        gone = self._contents.gone(set(steps.cuts), self._signature)
        if not {target, *target.iterancestors(SIGNATURE)}.isdisjoint(gone):
            raise broken("structure", "A reference of the signature leaves out what it points at.")
        if steps.base64:
            return self._contents.decoded(target)
        return self._contents.octets(target, gone, steps.how)

    def _reach(self, target: Element, said: str | None) -> Reach:
        """Tell what a reference is to; one that says what it is to must be to just that."""
        holder = target.getparent()
        mine = holder is not None and holder.getparent() is self._signature
        if said == SIGNED_PROPERTIES_TYPE and target is not signed_properties(self._signature):
            raise broken("properties", "The signature does not cover its own signed properties.")
        if said == f"{DS}Object" and not (target.tag == _OBJECT and holder is self._signature):
            raise broken("structure", "A reference says it is to an object of the signature, and is not.")
        if said == f"{DS}Manifest" and not (target.tag == _MANIFEST and mine):
            raise broken("structure", "A reference says it is to a manifest of the signature, and is not.")
        if target is self._contents.root:
            return Reach.DOCUMENT
        if target.tag == f"{{{DS}}}SignatureValue":
            return Reach.COUNTERSIGNED
        if self._signature not in target.iterancestors(SIGNATURE):
            return Reach.ELEMENT
        return self._inside(target)

    def _inside(self, target: Element) -> Reach:
        """Tell content that the signature encloses from a part of the signature itself."""
        lineage = [target, *target.iterancestors()]
        child = lineage[lineage.index(self._signature) - 1]
        if child.tag != _OBJECT or child.find(f"{{{XADES}}}QualifyingProperties") is not None:
            return Reach.OWN
        return Reach.OBJECT if target is child else Reach.ELEMENT


def signed_properties(signature: Element) -> Element | None:
    """Find the SignedProperties whose holder says they are this signature's (EN 319 132-1 §4.3.1)."""
    path = f"{{{DS}}}Object/{{{XADES}}}QualifyingProperties"
    holders = [one for one in signature.iterfind(path) if one.get("Target") == f"#{signature.get('Id')}"]
    return holders[0].find(f"{{{XADES}}}SignedProperties") if len(holders) == 1 else None


def _steps(reference: Element) -> list[Element]:
    return list(reference[0]) if reference[0].tag == f"{{{DS}}}Transforms" else []


def _read_steps(steps: list[Element]) -> _Steps:
    """Read the transforms: what is left out, then how the rest becomes octets."""
    cuts: set[Cut] = set()
    rest = list(steps)
    while rest and (cut := transforms.cut_of(rest[0])) is not None and len(steps) <= _MOST_STEPS:
        cuts.add(cut)
        rest = rest[1:]
    if [one.get("Algorithm") for one in rest] == [_BASE64] and not len(rest[0]) and not cuts:
        return _Steps(cuts=frozenset(cuts), how=transforms.DEFAULT, base64=True)
    if len(rest) > 1:
        raise unsupported("structure", _NOT_EVALUATED)
    try:
        how = transforms.canonicalization(rest[0]) if rest else transforms.DEFAULT
    except UnknownTransformError:
        raise unsupported("structure", _NOT_EVALUATED) from None
    return _Steps(cuts=frozenset(cuts), how=how, base64=False)


def _changed(reach: Reach, target: Element) -> Refusal:
    if reach is Reach.OWN and etree.QName(target).localname == "SignedProperties":
        return broken("properties", "The signed properties were changed after sealing.")
    return broken("digest", "The content was changed after sealing.")


def _name(reference: Element) -> str:
    return reference.get("URI") or ""
