"""Whether the badge is about the person the asker has in mind."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator

from schemas.evidence import Evidence, Recipient
from schemas.ob2.extensions import extension_name
from verifier.badge import Node, is_badge, node, one, text, truth, type_names
from verifier.checks.lexical import is_hash
from verifier.checks.saying import failed, not_applicable, passed, undecided
from verifier.finding import Finding

CODE = "recipient.match"
CITE = "Open Badges 2.0, IdentityObject; Verification: recipient"
_WHERE = "/recipient"
_LOCAL = ("schema:", "http://schema.org/", "https://schema.org/", "obi:", "https://w3id.org/openbadges#", "@")
_PROPERTIES = frozenset({"id", "email", "url", "telephone"})
_ALIASES = {"openbadgeid": "id", "eduid": "id", "phone": "telephone"}


def matches(evidence: Evidence) -> Iterator[Finding]:
    """One of the values asked about is the badge's recipient, in plain text or by its hash."""
    if not evidence.recipients:
        yield not_applicable(CODE, "Nobody asked whom the document is about.", _WHERE, CITE)
        return
    if not is_badge(evidence):
        from verifier.checks.learner import about  # noqa: PLC0415 - a badge does not need the mapping tables

        yield from about(evidence)
        return
    recipient = node(truth(evidence).get("recipient"))
    identity, kind = text(recipient.get("identity")), recipient_kind(recipient)
    if not identity or not kind:
        yield undecided(CODE, "The badge does not say whom it is about.", _WHERE, CITE)
        return
    alike = [asked for asked in evidence.recipients if property_name(asked.kind) == kind]
    if not alike:
        yield undecided(
            CODE, f"The badge tells its recipient by {_title(kind)}, which was not asked about.", _WHERE, CITE
        )
    elif any(is_about(recipient, asked) for asked in alike):
        yield passed(CODE, f"The badge is about the {_title(kind)} asked about.", _WHERE, CITE)
    else:
        yield failed(CODE, f"The badge is not about the {_title(kind)} asked about.", _WHERE, CITE)


def property_name(kind: str) -> str:
    """Return the property a recipient is told by, whatever its spelling: `schema:email` is `email`."""
    for prefix in _LOCAL:
        kind = kind.removeprefix(prefix)
    return _ALIASES.get(kind.lower(), kind.lower())


def recipient_kind(recipient: Node) -> str:
    """Return the one property a recipient is told by; empty where its types name none, or several.

    A word that is neither a property people are known by nor an IRI has no meaning in the context.
    """
    names = [property_name(name) for name in type_names(recipient) if extension_name(name) == name]
    kinds = {name for name in names if name in _PROPERTIES or ":" in name}
    return kinds.pop() if len(kinds) == 1 else ""


def _title(kind: str) -> str:
    return {"email": "e-mail address", "id": "identifier", "url": "web address", "telephone": "number"}.get(
        kind, "kind of identity"
    )


def is_about(recipient: Node, asked: Recipient) -> bool:
    """Compare one value with a recipient, hashed with md5 or sha-256 and a salt after it, or not hashed."""
    identity = text(recipient.get("identity")).strip()
    hashed = one(recipient.get("hashed"))
    spellings = _spellings(asked)
    if hashed is True or (hashed is None and is_hash(identity)):
        return _hash_matches(identity, text(recipient.get("salt")), spellings)
    said = _spellings(Recipient(kind=asked.kind, value=identity))
    return bool(spellings & said)


def _spellings(asked: Recipient) -> set[str]:
    """List how an issuer may have written a value before hashing it.

    Issuers lower-case e-mail addresses and eduIDs, or do not; numbers come with blanks and hyphens.
    """
    value = asked.value.strip()
    kind = property_name(asked.kind)
    spellings = {value}
    if kind in {"email", "id"}:
        spellings.add(value.lower())
    if kind == "email":
        spellings.add(value.removeprefix("mailto:"))
        local, at, domain = value.rpartition("@")
        spellings.add(f"{local}{at}{domain.lower()}")
    if kind == "telephone":
        bare = "".join(sign for sign in value.removeprefix("tel:") if sign not in " -().")
        spellings |= {bare, value.removeprefix("tel:")}
    return spellings


def _hash_matches(identity: str, salt: str, spellings: set[str]) -> bool:
    name, _, digest = identity.partition("$")
    if name.lower() not in {"sha256", "md5"}:
        return False
    return any(
        hmac.compare_digest(
            hashlib.new(name.lower(), (spelling + salt).encode("utf-8", "replace"), usedforsecurity=False)
            .hexdigest()
            .encode(),
            digest.lower().encode("utf-8", "replace"),
        )
        for spelling in sorted(spellings)
    )


RECIPIENT_CHECKS = (matches,)
