"""About this person? The same question to a Europass credential."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from samples import edci_documents
from strategies_elm import smallest

from converter import read
from schemas.document import Document
from schemas.evidence import Evidence, Recipient
from verifier.checks.recipient import matches
from verifier.finding import Outcome

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def _asked(subject: dict[str, Any], *recipients: tuple[str, str]) -> Outcome:
    credential = smallest("generic")
    credential["credentialSubject"] = {**credential["credentialSubject"], **subject}
    document = read(json.dumps(credential).encode())
    assert isinstance(document, Document)
    evidence = Evidence(
        document=document,
        now=NOW,
        recipients=tuple(Recipient(kind=kind, value=value) for kind, value in recipients),
    )
    (finding,) = matches(evidence)
    assert "ada" not in finding.message.casefold()
    return finding.outcome


MAILBOX = {
    "contactPoint": {
        "id": "urn:epass:contactPoint:1",
        "type": "ContactPoint",
        "emailAddress": {"id": "mailto:ada@example.org", "type": "Mailbox"},
    }
}
NUMBER = {"identifier": {"id": "urn:epass:identifier:9", "type": "Identifier", "notation": "s-123"}}


@pytest.mark.parametrize(
    ("subject", "asked", "outcome"),
    [
        (MAILBOX, [("email", "ada@example.org")], Outcome.PASSED),
        (MAILBOX, [("email", "Ada@Example.org")], Outcome.PASSED),
        (MAILBOX, [("email", "eve@example.org")], Outcome.FAILED),
        (MAILBOX, [("email", "eve@example.org"), ("email", "ada@example.org")], Outcome.PASSED),
        (MAILBOX, [("telephone", "+31201234567")], Outcome.UNDECIDED),
        (NUMBER, [("id", "s-123")], Outcome.PASSED),
        (NUMBER, [("id", "s-124")], Outcome.FAILED),
        ({}, [("email", "ada@example.org")], Outcome.UNDECIDED),
    ],
)
def test_a_learner_is_compared_by_what_the_credential_tells(
    subject: dict[str, Any], asked: list[tuple[str, str]], outcome: Outcome
) -> None:
    assert _asked(subject, *asked) is outcome


def test_a_converted_badge_still_answers_by_its_hash() -> None:
    salt = "d125a874"
    identity = "sha256$" + hashlib.sha256(f"4a2d1c3e{salt}".encode()).hexdigest()
    identifiers = [
        {"id": f"urn:epass:identifier:{n}", "type": "Identifier", "schemeName": scheme, "notation": notation}
        for n, (scheme, notation) in enumerate(
            [("Open Badges recipient", identity), ("Open Badges recipient salt", salt)], start=7
        )
    ]
    assert _asked({"identifier": identifiers}, ("id", "4A2D1C3E")) is Outcome.PASSED
    assert _asked({"identifier": identifiers}, ("id", "ffffffff")) is Outcome.FAILED


def test_nobody_asked_is_not_applicable() -> None:
    assert _asked(MAILBOX) is Outcome.NOT_APPLICABLE


def test_a_contact_point_of_which_nothing_could_be_lifted_breaks_nothing() -> None:
    credential = edci_documents.credential().replace(
        b"<givenNames>", b"<contactPoint><wallet>no address</wallet></contactPoint><givenNames>", 1
    )
    document = read(credential)
    assert isinstance(document, Document)
    asked = (Recipient(kind="email", value="noor@example.org"),)
    (finding,) = matches(Evidence(document=document, now=NOW, recipients=asked))
    assert finding.outcome is Outcome.UNDECIDED
