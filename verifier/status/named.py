"""Lists that name the credentials that are taken back: 1EdTech's, and the Open Badges 2.0 RevocationList.

Neither has a seal: the credential, which is sealed, names the address, and https says who answers there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from converter.formats.ob2_assemble import bare_id
from schemas.evidence import Evidence
from verifier.badge import Node, many, one, text
from verifier.status.terms import type_names, uri_of

_REVOKED = ("revokedCredentials", "revokedCredential", "revokedAssertions")
"""1EdTech VC Revocation List v1.0, RevocationList; Open Badges 2.0, RevocationList."""


def is_named_list(found: Node) -> bool:
    """Tell whether an answer is a list of names, by its members."""
    return any(found.get(term) is not None for term in _REVOKED)


def names_credential(found: Node, evidence: Evidence) -> tuple[int | None, str]:
    """Return whether a list names the credential (1) or not (0), and why its word cannot be taken.

    None where it cannot be told: a credential without an id, entries that are none.
    """
    document = evidence.signed_document
    tree = document.tree if document is not None else {}
    name, issuer = uri_of(tree.get("id")), uri_of(tree.get("issuer"))
    if not name:
        return None, "The credential has no id by which a list could name it."
    entries = [one(entry) for term in _REVOKED for entry in many(found.get(term))]
    if not all(isinstance(entry, (str, dict)) for entry in entries):
        return None, "The revocation list holds an entry that cannot be read."
    value = int(any(revokes(entry, {levelled(name)}) for entry in entries))
    owner = uri_of(found.get("issuer"))
    if not owner or owner != issuer:
        return value, "The revocation list does not say that it is the credential's issuer's."
    if "revokedAssertions" in found and "RevocationList" not in type_names(found):
        return value, "What should be the revocation list is not of that type."
    if not value and not all(named_by(entry) for entry in entries):
        return None, "The revocation list holds an entry that does not say what it revokes."
    return value, ""


def revokes(entry: object, names: set[str]) -> bool:
    """An entry revokes unless it says that it does not (`revoked` is true by default)."""
    if isinstance(entry, Mapping) and one(entry.get("revoked", True)) is False:
        return False
    return bool(named_by(entry) & names)


def named_by(entry: Any) -> set[str]:  # noqa: ANN401 - JSON is any value
    """Return what an entry names: an id, a legacy uid, or both."""
    if isinstance(entry, Mapping):
        return {levelled(text(entry.get(term))) for term in ("id", "@id", "uid")} - {""}
    return {levelled(entry)} - {""} if isinstance(entry, str) else set()


def levelled(name: str) -> str:
    """Write one name one way: a UUID counts whatever its case (RFC 4122 §3)."""
    return name.lower() if name.lower().startswith("urn:uuid:") else bare_id(name)
