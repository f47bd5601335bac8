"""Looking up what a badge says, in a tree that JSON-LD lets be written in more than one way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from converter.formats.ob2 import upgrade
from converter.formats.ob2_assemble import bare_id, reference
from converter.formats.ob2_upgrade import types_of, version_of
from converter.paths import escape
from schemas.document import Format, SealKind, Tree
from schemas.evidence import Evidence, Resource
from schemas.ob2.extensions import extension_name
from verifier.address import without_fragment
from verifier.asked import Answer, is_web, json_object

HOSTED = "HostedBadge"
SIGNED = "SignedBadge"
Node = Mapping[str, Any]


def is_badge(evidence: Evidence) -> bool:
    """Tell whether the document is an Open Badge."""
    return evidence.document.format is Format.OB2


def many(value: object) -> list[Any]:
    """Return one or many as a list; null is nothing."""
    if value is None:
        return []
    return [item for item in value if item is not None] if isinstance(value, list) else [value]


def one(value: object) -> Any:  # noqa: ANN401 - JSON is any value
    """Return the value itself where JSON-LD wrapped it in a list of one or a value object."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, dict) and "@value" in value:
        value = value["@value"]
    return value


def text(value: object) -> str:
    """Return a string value, else an empty string."""
    plain = one(value)
    return plain if isinstance(plain, str) else ""


def node(value: object) -> Node:
    """Return an object value, else an empty one."""
    plain = one(value)
    return plain if isinstance(plain, dict) else {}


def link(value: object) -> str:
    """Return the id a value names or embeds, its fragment kept; empty when there is none."""
    return reference(one(value))


def verification_kind(assertion: Node) -> str:
    """Return `HostedBadge` or `SignedBadge`; empty when the assertion names neither."""
    kinds = types_of(dict(node(assertion.get("verification"))))
    return next((kind for kind in (SIGNED, HOSTED) if kind in kinds), "")


def carries_jws(evidence: Evidence) -> bool:
    """Tell whether the badge came with a signature."""
    seal = evidence.document.seal
    return seal is not None and seal.kind is SealKind.JWS


def is_signed(evidence: Evidence) -> bool:
    """Tell whether the badge is to be proven by a signature, by its own word."""
    return verification_kind(evidence.document.tree) == SIGNED


def truth(evidence: Evidence) -> Node:
    """Return the assertion that counts: what its host answers, or what its signature covers.

    While a hosted badge cannot be had, the copy handed in stands in, so that its form can be told; the
    checks of proof look at `evidence.hosted` themselves.
    """
    return evidence.hosted if evidence.hosted is not None else evidence.document.tree


def revoked_body(assertion: Node) -> bool:
    """Tell whether an assertion says that it is revoked (Open Badges 2.0, Assertion: `revoked`)."""
    said = one(assertion.get("revoked"))
    return said is True or (isinstance(said, str) and said.lower() == "true") or said == 1


def fetched(resources: Mapping[str, Answer], url: str, version: str = "") -> Tree | None:
    """Return the node a URL answered, in 2.0 terms.

    Only what a 1.0 badge leads to may do without context and type, and take its address for its id.
    """
    answer = json_object(resources.get(without_fragment(url)))
    if answer is None:
        return None
    bare = version_of(answer) == "1.0"
    return upgrade(answer, url=url, version=(version or "2.0") if bare else "")


_HOLDERS = frozenset({"recipient", "verification", "evidence", "criteria", "image", "alignment"})
"""Nodes inside a node that may be extended too; class, issuer and endorsements speak for themselves."""


def extensions(at: Node, where: str) -> Iterator[tuple[str, Node, str]]:
    """Yield every extension of a node and of what stands inside it: the key, the extension, and its place.

    An extension is known by a key of the extensions vocabulary or by its type. A node that is itself of type
    Extension comes without a key; what stands under an extension's key and is no node, as an empty node.
    """
    if "Extension" in types_of(dict(at)):
        yield "", at, where
    for key, value in at.items():
        by_key = key.startswith("extensions:") or extension_name(key) != key
        for index, item in enumerate(many(value)):
            place = f"{where}/{escape(key)}" + (f"/{index}" if isinstance(value, list) else "")
            if by_key or (key not in _HOLDERS and _is_extension(item)):
                yield from _extension(key, node(item), place)
            elif key in _HOLDERS and isinstance(item, dict):
                yield from extensions(item, place)


def _is_extension(value: object) -> bool:
    return isinstance(value, dict) and "Extension" in types_of(value)


def _extension(key: str, found: Node, place: str) -> Iterator[tuple[str, Node, str]]:
    yield key, found, place
    yield from (inner for inner in extensions(found, place) if inner[2] != place)


def embeds(value: object) -> bool:
    """Tell whether a value gives a node's content, and not only its id and type."""
    return bool(node(value).keys() - {"id", "@id", "type", "@type", "@context"})


def inside(parent: Node, value: object) -> bool:
    """Tell whether an embedded node's id is a fragment of its parent's: then the parent is where it lives."""
    place, home = link(value), link(parent.get("id"))
    return bool(node(value)) and "#" in place and without_fragment(place) == without_fragment(home)


def nodes(evidence: Evidence) -> Iterator[tuple[Node, str]]:
    """Yield the assertion, badge class and issuer that count, each with its place."""
    yield truth(evidence), ""
    if evidence.badge_class is not None:
        yield evidence.badge_class, "/badge"
    if evidence.issuer is not None:
        yield evidence.issuer, "/badge/issuer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """Where following an id through what was answered leads.

    Attributes:
        url: the last id followed.
        answer: what it answered; None when it was not asked yet.
        node: the node found there, in 2.0 terms, declaring the id it was followed by; else None.
        moved: a first answer declared another id, and that one was followed.
        declared: the id the last answer declares.
    """

    url: str
    answer: Answer | None
    node: Tree | None = None
    moved: bool = False
    declared: str = ""


def follow(resources: Mapping[str, Answer], url: str, version: str = "") -> Followed:
    """Follow an id: what it answers counts only if it declares that id, or the one it was redirected to.

    An answer that declares another id is a pointer to that id, which is followed once and no further.
    """
    first = _step(resources, url, version)
    if first.node is not None or not is_web(first.declared) or first.declared == url:
        return first
    return replace(_step(resources, first.declared, version), moved=True)


def _step(resources: Mapping[str, Answer], url: str, version: str) -> Followed:
    answer = resources.get(without_fragment(url))
    found = fetched(resources, url, version)
    if found is None:
        return Followed(url=url, answer=answer)
    declared = link(found.get("id"))
    final = bare_id(answer.location) if isinstance(answer, Resource) else ""
    good = declared == url or (bool(final) and declared in {final, without_fragment(url)})
    return Followed(url=url, answer=answer, node=found if good else None, declared=declared)


def key_addresses(evidence_issuer: Node | None) -> list[str]:
    """List the keys an issuer's profile names (Open Badges 2.0, Profile: `publicKey`)."""
    return [link(key) for key in many((evidence_issuer or {}).get("publicKey")) if link(key)]


def creator(assertion: Node) -> str:
    """Return the key a signed assertion says it was signed with; empty when it does not say."""
    return link(node(assertion.get("verification")).get("creator"))


def type_names(at: Node) -> tuple[str, ...]:
    """List the types of a node by their short names."""
    return types_of(dict(at))
