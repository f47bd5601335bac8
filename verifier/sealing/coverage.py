"""What an XML signature leaves uncovered that a reader could take for signed.

A signature that holds proves what its references reach and no more. So what stands beside that is told: the
rest of the file, an object the signature encloses and does not cover, content that only a manifest lists.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from schemas.evidence import Reach
from verifier.sealing.contents import Contents, Element
from verifier.sealing.nested import SIGNATURE
from verifier.sealing.references import Resolved
from verifier.sealing.signing_certificate import XADES
from verifier.sealing.transforms import DS

_SHOWN = 3
_OBJECT = f"{{{DS}}}Object"
_QUALIFYING = f"{{{XADES}}}QualifyingProperties"
_OF_KEYS = frozenset({DS, "http://www.w3.org/2009/xmldsig11#"})
_PLAIN_ATTRIBUTES = frozenset({"Id", "MimeType", "Encoding"})


def gaps(signature: Element, resolved: list[Resolved], contents: Contents) -> tuple[str, ...]:
    """Tell what is not covered, a sentence each."""
    return tuple(dict.fromkeys(_gaps(signature, resolved, contents)))


def _gaps(signature: Element, resolved: list[Resolved], contents: Contents) -> Iterator[str]:
    held = [one for one in resolved if one.scope.holds]
    if all(one.scope.reach is Reach.OWN for one in resolved):
        yield "The signature covers nothing but its own properties."
    if any(one.scope.listed and one.scope.holds is None for one in resolved):
        yield "The signature covers a list of content that is not at hand, so that content is not proven."
    yield from _around(signature, held, contents)
    yield from _enclosed(signature, held)
    yield from _beside_the_key(signature, held)


def _around(signature: Element, held: list[Resolved], contents: Contents) -> Iterator[str]:
    """Look at the file around the signature."""
    if any(one.scope.reach is Reach.DOCUMENT for one in held):
        return
    if contents.root is signature or _only_holds_signatures(contents.root):
        return
    names = [one.scope.name for one in held if one.scope.reach is Reach.ELEMENT]
    if names:
        shown = ", ".join(repr(name[:60]) for name in names[:_SHOWN])
        more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
        yield f"The signature covers only what has the Id {shown}{more}, and not what stands around that."
    else:
        yield "The file holds content around the signature that it does not cover."


def _only_holds_signatures(root: Element) -> bool:
    texts = [root.text, *(one.tail for one in root)]
    return not root.attrib and all(one.tag == SIGNATURE for one in root) and not any(map(_says, texts))


def _enclosed(signature: Element, held: list[Resolved]) -> Iterator[str]:
    """Look at the objects inside the signature: each is covered itself, or by what is all there is in it."""
    whole = {one.target for one in held if not one.text_only}
    texts = {one.target for one in held if one.text_only}
    for one in signature.iterchildren(_OBJECT):
        if one in whole or (one in texts and not len(one) and not set(one.attrib) - _PLAIN_ATTRIBUTES):
            continue
        children = list(one)
        alone = len(children) == 1 and not _says(one.text) and not _says(children[0].tail)
        if alone and (children[0].tag == _QUALIFYING or children[0] in whole):
            continue
        yield "The signature encloses an object that it does not cover."


def _beside_the_key(signature: Element, held: list[Resolved]) -> Iterator[str]:
    """Look into KeyInfo: what is said there of the key is a hint, anything else is content."""
    key_info = signature.find(f"{{{DS}}}KeyInfo")
    if key_info is None or any(one.target is key_info for one in held):
        return
    if any(etree.QName(one).namespace not in _OF_KEYS for one in key_info.iter("*")):
        yield "The signature holds something else than a key beside itself, which it does not cover."


def _says(text: str | None) -> bool:
    return bool(text and text.strip())
