"""Judge mutants of seals, and hold every acceptance against what was signed and by whom.

The oracle shares no code with the engine: what is signed is canonicalized here from lxml's own serialiser, or
is the payload string of the JSON, and the signer is known from the making.
"""

from __future__ import annotations

import base64
import copy
import json
import random
from collections import Counter
from collections.abc import Iterable
from typing import Any

from lxml import etree
from seal_damage_json import json_mutant
from seal_damage_xml import OBJECT, SIGNATURE, xml_mutant
from seal_grounds import Ground

from schemas.document import Seal, SealKind
from schemas.errors import DocumentError
from schemas.evidence import Reach, Scope, SealExamination
from verifier.sealing import examine_jades, examine_xades
from verifier.sealing.general import examine_general

XADES = "http://uri.etsi.org/01903/v1.3.2#"
IDS = ("Id", "ID", "id", "{http://www.w3.org/XML/1998/namespace}id")
CONTENT = frozenset({Reach.DOCUMENT, Reach.ELEMENT, Reach.OBJECT})


def judge(grounds: Iterable[Ground], seeds: range) -> Counter[tuple[str, bool | None]]:
    """Make a mutant of a ground for each seed, in turn, and judge it; count the answers by what was done.

    Fails at the first acceptance of what is not what was signed, by whom it was signed.
    """
    every = list(grounds)
    counted: Counter[tuple[str, bool | None]] = Counter()
    for seed in seeds:
        ground = every[seed % len(every)]
        dice = random.Random(f"seal {seed}")  # noqa: S311 - reproducible, that is the point
        done, raw = (xml_mutant if ground.is_xml else json_mutant)(ground.raw, dice)
        what = f"seed {seed}, {ground.name}, {done}"
        counted[done.partition("+")[0].partition(".")[0], _as_credential(ground, raw, what)] += 1
        _as_signed_file(ground, raw, what)
    return counted


def _as_credential(ground: Ground, raw: bytes, what: str) -> bool | None:
    if not ground.credential:
        return None
    try:
        examined = (examine_xades if ground.is_xml else examine_jades)(raw)
    except DocumentError:
        return False
    if not examined.intact:
        assert examined.signed is None, what
        return examined.intact
    _same_signer(ground, examined, what)
    if ground.is_xml:
        covered = whole_without_signatures(raw, exclusive=ground.exclusive)
        assert covered == whole_without_signatures(ground.raw, exclusive=ground.exclusive), what
        assert examined.signed == covered, what
    else:
        assert payload(raw) == payload(ground.raw), what
    return True


def _as_signed_file(ground: Ground, raw: bytes, what: str) -> None:
    kind = SealKind.XADES if ground.is_xml else SealKind.JADES
    try:
        found = examine_general(Seal(kind=kind, raw=raw), ground.at_hand)
    except DocumentError:
        return
    # where each signature over content holds and leaves no gap, nothing at all is new in the file
    passes = all(one.examination.intact and not one.examination.gaps for one in found if not one.counters)
    for one in found:
        if one.examination.intact:
            _same_signer(ground, one.examination, what)
            _same_content(ground, raw, one.examination, what, passes=passes)


def _same_signer(ground: Ground, examined: SealExamination, what: str) -> None:
    if examined.bound:
        assert examined.signer in ground.signers, what
    else:
        assert examined.signer is not None, what
        assert examined.signer.public_key() in [one.public_key() for one in ground.signers], what


def _same_content(ground: Ground, raw: bytes, examined: SealExamination, what: str, *, passes: bool) -> None:
    scopes = [scope for scope in examined.scopes if scope.reach in CONTENT]
    if not ground.is_xml:
        assert payload(raw) == payload(ground.raw), what
        return
    assert scopes, what
    for scope in scopes:
        assert content(raw, scope, ground) == content(ground.raw, scope, ground), f"{what}: {scope}"
    if passes and not ground.text:
        assert objects(raw) == objects(ground.raw), what
        if all(scope.reach is not Reach.OBJECT for scope in scopes):
            same = whole_without_signatures(raw, exclusive=ground.exclusive)
            assert same == whole_without_signatures(ground.raw, exclusive=ground.exclusive), what


def parsed(raw: bytes) -> etree._Element:
    return etree.fromstring(raw, etree.XMLParser(resolve_entities=False, huge_tree=True))


def canonical(element: etree._Element) -> bytes:
    octets: bytes = etree.tostring(
        element, method="c14n", exclusive=True, with_comments=False, with_tail=False
    )
    return octets


def whole_without_signatures(raw: bytes, *, exclusive: bool = True) -> bytes:
    """Canonicalize a document without its signatures: each is emptied of its place by an XSL-free copy."""
    root = copy.deepcopy(parsed(raw).getroottree())
    for signature in list(root.getroot().iter(SIGNATURE)):
        parent = signature.getparent()
        if parent is None:
            return b""
        before = signature.getprevious()
        if before is None:
            parent.text = (parent.text or "") + (signature.tail or "")
        else:
            before.tail = (before.tail or "") + (signature.tail or "")
        parent.remove(signature)
    return etree.tostring(root, method="c14n", exclusive=exclusive, with_comments=False)


def part(raw: bytes, identifier: str, ground: Ground) -> tuple[bytes, ...]:
    """Canonicalize every element with an Id; more than one is never right."""
    found = [one for one in parsed(raw).iter("*") if identifier in {one.get(name) for name in IDS}]
    if ground.text:
        return tuple(base64.b64decode(one.xpath("string()")) for one in found)
    return tuple(
        etree.tostring(one, method="c14n", exclusive=True, with_comments=False, with_tail=False)
        for one in found
    )


def content(raw: bytes, scope: Scope, ground: Ground) -> Any:
    """Say what a scope is about."""
    if scope.reach is Reach.DOCUMENT:
        return whole_without_signatures(raw, exclusive=ground.exclusive)
    return part(raw, scope.name, ground)


def objects(raw: bytes) -> list[bytes]:
    """Canonicalize what signatures enclose beside qualifying properties; a child's is the child's."""
    return [
        canonical(one)
        for signature in parsed(raw).iter(SIGNATURE)
        for one in signature.iterchildren(OBJECT)
        if one.find(f"{{{XADES}}}QualifyingProperties") is None
        and next(one.iterancestors("{*}childCredential"), None) is None
    ]


def payload(raw: bytes) -> str | None:
    """Take the payload of a JWS as it stands."""
    text = raw.decode("utf-8", "replace").strip()
    if text[:1] == "{":
        said: str | None = json.loads(text).get("payload")
        return said
    return text.split(".")[1]
