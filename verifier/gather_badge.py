"""What a badge's verdict rests on: assertion, class, issuer, keys, revocation list, extensions."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

from converter.formats.ob2_assemble import expansion_urls
from schemas.document import Tree
from schemas.evidence import Evidence, Resource
from schemas.ob2.extensions import known_extension
from verifier.address import origin, without_fragment
from verifier.asked import IMAGES, KEYS, OK, Asked
from verifier.badge import (
    Node,
    carries_jws,
    creator,
    extensions,
    fetched,
    follow,
    inside,
    is_signed,
    key_addresses,
    link,
    many,
    node,
    nodes,
    truth,
)
from verifier.fetch import JSON
from verifier.foreign_schema import (
    MAX_EXTENSIONS,
    context_addresses,
    foreign_types,
    schema_addresses,
    small_object,
)


def gather_badge(evidence: Evidence, asked: Asked) -> Evidence:
    """Ask, in this order: the assertion and what its copy names; class; issuer; then all the rest at once."""
    document = evidence.document
    signed = is_signed(evidence)
    place = link(document.tree.get("id"))
    asked.ask_all(_first_questions(document.tree, place, signed=signed))
    hosted = None if signed else _node_at(asked, place, document.version)
    evidence = replace(evidence, hosted=hosted, resources=asked.resources())
    badge_class = _linked(asked, truth(evidence), "badge", document.version)
    issuer = _linked(asked, badge_class or {}, "issuer", document.version, embedded=not signed)
    evidence = replace(evidence, badge_class=badge_class, issuer=issuer)
    asked.ask_all(_last_questions(evidence))
    asked.ask_all(_schema_questions(evidence, asked))
    resources = asked.resources()
    return replace(evidence, resources=resources, hashes=_hashes(evidence, asked, place))


def _first_questions(tree: Tree, place: str, *, signed: bool) -> Iterator[tuple[str, str]]:
    """The copy handed in tells where to look; asking class and issuer along saves two round trips."""
    if not signed:
        yield place, JSON
        for url in expansion_urls(tree):
            yield url, JSON
    yield link(tree.get("badge")), JSON
    yield link(node(tree.get("badge")).get("issuer")), JSON


def _node_at(asked: Asked, place: str, version: str) -> Tree | None:
    """Ask an id, and once more where the answer declares another; return the node that counts."""
    asked.ask_all([(place, JSON)])
    found = follow(asked.resources(), place, version)
    if found.moved and found.answer is None:
        asked.ask_all([(found.url, JSON)])
        found = follow(asked.resources(), place, version)
    return found.node


def _linked(asked: Asked, parent: Node, term: str, version: str, *, embedded: bool = True) -> Tree | None:
    """Return the class or issuer a node links to: what its own address answers, never a copy of that.

    An embedded node without a web address of its own (a `urn:` badge class, or a fragment of its parent's
    id) counts as its parent's word; an issuer does not when keys are to be taken from it.
    """
    value = parent.get(term)
    place = link(value)
    if embedded and inside(parent, value):
        return dict(node(value))
    if place.lower().startswith(("http://", "https://")):
        return _node_at(asked, place, version)
    copy = node(value)
    return dict(copy) if copy and embedded else None


def _last_questions(evidence: Evidence) -> Iterator[tuple[str, str]]:
    if evidence.issuer is not None and carries_jws(evidence):  # first: questions are numbered
        yield from _proof_questions(evidence, evidence.issuer)
    for extension in _foreign(evidence):
        for url in context_addresses(extension):
            yield url, JSON
    for holder in (evidence.badge_class or {}, truth(evidence)):
        for image in many(holder.get("image")):
            yield link(image), IMAGES
    for at, _ in nodes(evidence):
        for endorsement in many(at.get("endorsement")):
            yield link(endorsement), JSON


def _proof_questions(evidence: Evidence, issuer: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401
    for url in key_addresses(issuer):
        yield url, KEYS
    if legacy_key(evidence):
        yield legacy_key(evidence), KEYS
    for revocations in many(issuer.get("revocationList")):
        yield link(revocations), JSON


def legacy_key(evidence: Evidence) -> str:
    """Return the key a signed 1.x assertion points at, if it lies on its issuer's own origin.

    Before 2.0 no profile listed keys: `verify.url` named a PEM file, and the origin was all that bound it.
    """
    if not evidence.document.version.startswith("1") or evidence.issuer is None:
        return ""
    place = creator(evidence.document.tree)
    home = origin(link(evidence.issuer.get("id")))
    return place if home and origin(place) == home else ""


def _schema_questions(evidence: Evidence, asked: Asked) -> Iterator[tuple[str, str]]:
    resources = asked.resources()
    for extension in _foreign(evidence):
        for url in context_addresses(extension):
            context = small_object(resources.get(without_fragment(url)))
            for schema in schema_addresses(context or {}, foreign_types(extension)):
                yield schema, JSON


def _foreign(evidence: Evidence) -> Iterator[Node]:
    """Yield the extensions that are not known, among as many as are looked at."""
    every = (found for at, where in nodes(evidence) for _, found, _ in extensions(at, where))
    for extension in islice(every, MAX_EXTENSIONS):
        if any(known_extension(name) is None for name in foreign_types(extension)):
            yield extension


def _hashes(evidence: Evidence, asked: Asked, place: str) -> dict[str, str]:
    """Hash the JSON the verdict rests on: a class may be changed by its issuer after the badge was given."""
    resources = asked.resources()
    tops = {link(at.get("id")) for at, _ in nodes(evidence)} | {place}
    tops |= set(expansion_urls(dict(truth(evidence))))
    hashes = {}
    for url in sorted(filter(None, tops)):
        answer = resources.get(without_fragment(url))
        if isinstance(answer, Resource) and answer.status == OK and fetched(resources, url) is not None:
            hashes[without_fragment(url)] = hashlib.sha256(answer.body).hexdigest()
    return hashes
