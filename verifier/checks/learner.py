"""Whether a Europass credential is about the person the asker has in mind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from converter.arranging import arranged
from converter.codecs import Context
from converter.tables import mapping
from schemas.evidence import Evidence, Recipient
from verifier.checks.recipient import CODE, is_about, property_name
from verifier.checks.saying import failed, passed, undecided
from verifier.finding import Finding

CITE = "EDC-AP 1.1.0 Person; EDCI 1.2 PersonType"
WHERE = "/credentialSubject"
IDENTITY = "Open Badges recipient"
SALT = "Open Badges recipient salt"

Node = dict[str, Any]


def about(evidence: Evidence) -> Iterator[Finding]:
    """Compare what was asked with the learner's addresses and identifiers; a name proves nobody."""
    document = evidence.signed_document or evidence.document
    tree = arranged(document.format, document.tree)
    subject = mapping(document.format).lift(tree, Context()).tree.get("credential_subject") or {}
    answers = {known_by(subject, one) for one in evidence.recipients}
    if answers == {None}:
        yield undecided(CODE, "The credential names its learner in no way that was asked about.", WHERE, CITE)
    elif True in answers:
        yield passed(CODE, "The credential is about the person asked about.", WHERE, CITE)
    else:
        yield failed(CODE, "The credential is not about the person asked about.", WHERE, CITE)


def known_by(subject: Node, asked: Recipient) -> bool | None:
    """Tell whether the pivot's learner is known by a value; None where nothing can be compared with it."""
    told, hashed = _told(subject).get(property_name(asked.kind), ()), _hashed(subject)
    if not told and not hashed:
        return None
    return _same(told, asked) or _matches(hashed, asked)


def _told(subject: Node) -> dict[str, tuple[str, ...]]:
    """Gather the plain values a learner is told by, by the kind of recipient they answer."""
    points = _items(subject, "contact_point")
    mailboxes = [box.get("id", "") for point in points for box in _items(point, "email_address")]
    phones = [phone.get("phone_number", "") for point in points for phone in _items(point, "phone")]
    numbers = [
        one.get("notation", "")
        for one in (*_items(subject, "identifier"), subject.get("national_id") or {})
        if one.get("scheme_name") not in (IDENTITY, SALT)
    ]
    found = {
        "email": [box.removeprefix("mailto:") for box in mailboxes],
        "telephone": phones,
        "id": numbers,
        "url": [subject.get("id", "")],
    }
    return {kind: tuple(value for value in values if value) for kind, values in found.items()}


def _items(node: Node, field: str) -> list[Node]:
    """Return the nodes of a list; one whose every value was refused left a hole."""
    return [item for item in node.get(field, []) if item is not None]


def _hashed(subject: Node) -> tuple[Node, ...]:
    """Gather the badge recipients that a converted credential keeps, as hash and salt."""
    identifiers = _items(subject, "identifier")
    salts = [one.get("notation", "") for one in identifiers if one.get("scheme_name") == SALT]
    hashes = [one.get("notation", "") for one in identifiers if one.get("scheme_name") == IDENTITY]
    return tuple({"identity": one, "salt": salt} for one in hashes for salt in (salts or [""]))


def _same(told: tuple[str, ...], asked: Recipient) -> bool:
    return any(is_about({"identity": value, "hashed": False}, asked) for value in told)


def _matches(hashed: tuple[Node, ...], asked: Recipient) -> bool:
    return any(is_about(recipient, asked) for recipient in hashed)
