"""What a document says about itself, for display. Nothing here proves anything."""

from __future__ import annotations

from typing import Any

from schemas.evidence import Evidence
from verifier.badge import Node, is_badge, link, many, node, one, text, truth
from verifier.checks.recipient import property_name


def described_subject(evidence: Evidence) -> dict[str, Any]:
    """Say what the document is and how it tells whom it is about; never the identity itself."""
    if not is_badge(evidence):
        return _credential(evidence)
    assertion = truth(evidence)
    badge_class = evidence.badge_class or node(assertion.get("badge"))
    recipient = node(assertion.get("recipient"))
    said: dict[str, Any] = {
        "id": link(assertion.get("id")),
        "title": text(badge_class.get("name")),
        "issued": text(assertion.get("issuedOn")),
        "expires": text(assertion.get("expires")),
    }
    if recipient:
        said["recipient"] = {
            "kind": property_name(text(recipient.get("type"))),
            "hashed": one(recipient.get("hashed")) is True,
        }
    return {key: value for key, value in said.items() if value}


def described_issuer(evidence: Evidence) -> dict[str, Any]:
    """Say who the document names as its issuer."""
    if is_badge(evidence):
        badge_class = evidence.badge_class or node(truth(evidence).get("badge"))
        issuer = evidence.issuer or node(badge_class.get("issuer"))
        where = link(issuer.get("id")) or link(badge_class.get("issuer"))
        shown = {"id": where, "name": text(issuer.get("name")), "url": text(issuer.get("url"))}
        return {key: value for key, value in shown.items() if value}
    issuer = node(_tree(evidence).get("issuer"))
    said: dict[str, Any] = {
        "id": _id(issuer),
        "name": _name(issuer, "legalName", "prefLabel", "preferredName"),
    }
    return {key: value for key, value in said.items() if value}


def _tree(evidence: Evidence) -> Node:
    signed = evidence.signed_document
    return signed.tree if signed is not None else evidence.document.tree


def _credential(evidence: Evidence) -> dict[str, Any]:
    tree = _tree(evidence)
    said = {
        "id": _id(tree),
        "title": _name(tree, "title") or _name(node(tree.get("displayParameter")), "title"),
        "issued": _plain(tree, "issued", "issuanceDate"),
        "expires": _plain(tree, "validUntil", "expirationDate"),
    }
    return {key: value for key, value in said.items() if value}


def _id(at: Node) -> str:
    return text(at.get("id")) or text(at.get("@id"))


def _plain(at: Node, *terms: str) -> str:
    values = (one(at.get(term)) for term in terms)
    texts = (value.get("#text") if isinstance(value, dict) else value for value in values)
    return next((value for value in texts if isinstance(value, str) and value), "")


def _name(at: Node, *terms: str) -> dict[str, str] | str:
    """Return a name by language, from ELM's language maps or EDCI's text elements."""
    for term in terms:
        texts = _texts(one(at.get(term)))
        if texts:
            return texts
    return ""


def _texts(value: object) -> dict[str, str] | str:
    if isinstance(value, str) or not isinstance(value, dict):
        return value if isinstance(value, str) else ""
    if "text" in value:
        entries = [entry for entry in many(value["text"]) if isinstance(entry, dict)]
        return {text(entry.get("@lang")): text(entry.get("#text")) for entry in entries if entry.get("#text")}
    named = {key: text(many(said)[0]) for key, said in value.items() if many(said)}
    return {key: said for key, said in named.items() if said}
