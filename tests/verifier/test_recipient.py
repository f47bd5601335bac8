"""Whom a badge is about: every kind of identity, hashed or not."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from bundles import badge_web, outcomes, verified
from hypothesis import given
from hypothesis import strategies as st
from samples import badges

from schemas.evidence import Recipient
from verifier import Outcome
from verifier.checks.recipient import is_about, property_name

PASSED, FAILED, UNDECIDED = Outcome.PASSED, Outcome.FAILED, Outcome.UNDECIDED


def hashed(
    value: str, kind: str = "email", *, algorithm: str = "sha256", salt: str | None = None
) -> dict[str, Any]:
    digest = hashlib.new(algorithm, (value + (salt or "")).encode()).hexdigest()
    node = {"type": kind, "hashed": True, "identity": f"{algorithm}${digest}"}
    return {**node, "salt": salt} if salt is not None else node


def plain(value: str, kind: str = "email") -> dict[str, Any]:
    return {"type": kind, "hashed": False, "identity": value}


ASKED = [
    (hashed("noor@example.nl"), "email", "noor@example.nl", True),
    (hashed("noor@example.nl"), "email", "Noor@Example.NL", True),
    (hashed("Noor@example.nl"), "email", "Noor@EXAMPLE.nl", True),
    (hashed("noor@example.nl"), "email", "mailto:noor@example.nl", True),
    (hashed("noor@example.nl", salt="s"), "email", "noor@example.nl", True),
    (hashed("noor@example.nl", algorithm="md5", salt="s"), "email", "noor@example.nl", True),
    (hashed("noor@example.nl", salt=""), "email", "noor@example.nl", True),
    ({**hashed("noor@example.nl", salt="s"), "salt": "t"}, "email", "noor@example.nl", False),
    (hashed("noor@example.nl"), "email", "other@example.nl", False),
    (plain("Noor@example.nl"), "email", "noor@example.nl", True),
    (plain("noor@example.nl"), "email", "other@example.nl", False),
    (plain("+31201234567", "telephone"), "telephone", "+31 20 123-45.67", True),
    (hashed("+31201234567", "telephone"), "telephone", "tel:+31201234567", True),
    (hashed("+31201234567", "telephone"), "telephone", "+31201234568", False),
    (plain("https://noor.example", "url"), "url", "https://noor.example", True),
    (hashed("https://noor.example/", "url"), "url", "https://noor.example", False),
    (plain("", "email"), "email", "", True),
]


@pytest.mark.parametrize(("recipient", "kind", "value", "expected"), ASKED)
def test_who_it_is_about(recipient: dict[str, Any], kind: str, value: str, *, expected: bool) -> None:
    assert is_about(recipient, Recipient(kind=kind, value=value)) is expected


@pytest.mark.parametrize("case", ["upper", "lower", "title"])
def test_the_case_of_the_digest_does_not_matter(case: str) -> None:
    node = hashed("noor@example.nl")
    name, _, digest = node["identity"].partition("$")
    spelt = {**node, "identity": f"{name}${getattr(digest, case)()}"}
    assert is_about(spelt, Recipient(kind="email", value="noor@example.nl"))


@given(st.emails(), st.text(max_size=20), st.sampled_from(["sha256", "md5"]))
def test_what_an_issuer_hashed_is_found_again(value: str, salt: str, algorithm: str) -> None:
    node = hashed(value.lower(), algorithm=algorithm, salt=salt)
    assert is_about(node, Recipient(kind="email", value=value))
    assert not is_about(node, Recipient(kind="email", value="x" + value))


@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=40))
def test_no_text_breaks_the_comparison(identity: str, salt: str, value: str) -> None:
    for node in ({"identity": identity, "hashed": True, "salt": salt}, {"identity": identity}):
        assert is_about(node, Recipient(kind="email", value=value)) in {True, False}


@pytest.mark.parametrize("kind", ["email", "schema:email", "http://schema.org/email", "EMAIL"])
def test_a_property_is_known_by_any_of_its_names(kind: str) -> None:
    web = badge_web(assertion=badges.assertion(recipient=hashed("noor@example.nl", kind)))
    report = verified(
        badges.ASSERTION.encode(), web, recipients=(Recipient(kind="email", value="noor@example.nl"),)
    )
    assert outcomes(report, "recipient.match") == {PASSED}


def test_names_of_properties() -> None:
    assert property_name("openBadgeId") == property_name("eduID") == property_name("@id") == "id"


def test_a_plain_badge_about_another_fails() -> None:
    web = badge_web(assertion=badges.assertion(recipient=plain("noor@example.nl")))
    report = verified(
        badges.ASSERTION.encode(), web, recipients=(Recipient(kind="email", value="jan@example.nl"),)
    )
    assert outcomes(report, "recipient.match") == {FAILED}
    assert "noor@example.nl" not in str(report.to_dict())
    assert "jan@example.nl" not in str(report.to_dict())
