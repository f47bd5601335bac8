"""Where a hosted badge may lie, and the tricks with host names and paths."""

from __future__ import annotations

from typing import Any

import pytest
from bundles import answer, badge_web, outcomes, verified
from samples import badges

from verifier import Outcome, Report, Verdict

PASSED, FAILED, UNDECIDED = Outcome.PASSED, Outcome.FAILED, Outcome.UNDECIDED


def at(place: str, **rules: Any) -> Report:
    unit = badges.issuer(verification={"type": "VerificationObject", **rules} if rules else None)
    there = answer(badges.assertion(id=place))
    return verified(place.encode(), badge_web(issuer=unit, **{place: there}))


@pytest.mark.parametrize(
    ("place", "rules", "outcome"),
    [
        ("https://badges.example.nl/a/1", {}, PASSED),
        ("https://cdn.example/a/1", {}, FAILED),
        ("https://badges.example.nl.evil.example/a/1", {}, FAILED),
        ("https://cdn.example/a/1", {"allowedOrigins": ["badges.example.nl", "cdn.example"]}, PASSED),
        ("https://cdn.example/a/1", {"allowedOrigins": "cdn.example"}, PASSED),
        ("https://cdn.example/a/1", {"allowedOrigins": "CDN.example"}, PASSED),
        ("https://cdn.example/a/1", {"allowedOrigins": "https://cdn.example"}, PASSED),
        ("https://cdn.example.evil.example/a/1", {"allowedOrigins": "cdn.example"}, FAILED),
        ("https://evil-cdn.example/a/1", {"allowedOrigins": "cdn.example"}, FAILED),
        ("https://cdn.example/a/1", {"startsWith": "https://cdn.example/a/"}, PASSED),
        ("https://cdn.example/a/1", {"startsWith": ["https://x.example/", "https://cdn.example/a/"]}, PASSED),
        ("https://cdn.example/b/1", {"startsWith": "https://cdn.example/a/"}, FAILED),
        ("https://cdn.example.evil.example/a/1", {"startsWith": "https://cdn.example"}, FAILED),
        ("https://cdn.example/a/../b/1", {"startsWith": "https://cdn.example/a/"}, FAILED),
        ("https://cdn.example/a/%2E%2e/b/1", {"startsWith": "https://cdn.example/a/"}, FAILED),
        ("https://cdn.example/a/1", {"startsWith": "h"}, FAILED),
        (
            "https://cdn.example/a/1",
            {"startsWith": "https://cdn.example/a/", "allowedOrigins": "other.example"},
            FAILED,
        ),
    ],
)
def test_scope(place: str, rules: dict[str, Any], outcome: Outcome) -> None:
    report = at(place, **rules)
    assert outcomes(report, "hosted.scope") == {outcome}
    assert (report.verdict is Verdict.TOTAL_PASSED) is (outcome is PASSED)


def test_a_class_on_a_foreign_origin_is_not_its_issuers() -> None:
    place = "https://evil.example/badges/1"
    web = badge_web(assertion=badges.assertion(badge=place), **{place: answer(badges.badge_class(id=place))})
    report = verified(badges.ASSERTION.encode(), web)
    assert outcomes(report, "hosted.scope.class") == {FAILED}
    assert report.verdict is Verdict.TOTAL_FAILED


def test_an_issuer_that_cannot_be_had_leaves_the_scope_unknown() -> None:
    report = verified(badges.assertion(), badge_web(issuer=None))
    assert outcomes(report, "hosted.scope") == {UNDECIDED}
    assert report.verdict is Verdict.INDETERMINATE


def test_an_embedded_issuer_is_not_believed_about_itself() -> None:
    mine = "https://evil.example/a/1"
    friendly = badges.issuer(verification={"allowedOrigins": "evil.example"})
    forged = badges.assertion(id=mine, badge=badges.badge_class(issuer=friendly))
    report = verified(mine.encode(), badge_web(**{mine: answer(forged)}))
    assert outcomes(report, "hosted.scope") == {FAILED}


def test_another_id_is_followed_once_and_told() -> None:
    alias = f"{badges.HOST}/alias"
    report = verified(alias.encode(), badge_web(**{alias: answer(badges.assertion())}))
    assert report.verdict is Verdict.TOTAL_PASSED
    assert outcomes(report, "hosted.fetched.id") == {FAILED}


def test_a_chain_of_ids_ends() -> None:
    first, second = f"{badges.HOST}/1", f"{badges.HOST}/2"
    web = badge_web(
        **{
            first: answer(badges.assertion(id=second)),
            second: answer(badges.assertion(id=f"{badges.HOST}/3")),
        }
    )
    report = verified(badges.assertion(id=first), web)
    assert outcomes(report, "hosted.fetched") == {FAILED}
    assert report.verdict is Verdict.TOTAL_FAILED


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        (answer(b"<html>", media="text/html"), FAILED),
        (answer(b"{}"), FAILED),
        (answer({"detail": "Not found."}), FAILED),
        (answer(b"[1]"), FAILED),
        (answer(b"", status=500), UNDECIDED),
        (answer(b"", status=403), UNDECIDED),
        (answer(badges.assertion(), status=404), UNDECIDED),
        (answer(badges.assertion(), status=203), UNDECIDED),
        (answer(b"", status=410), FAILED),
    ],
)
def test_what_its_host_answers_decides(body: dict[str, Any], outcome: Outcome) -> None:
    report = verified(badges.assertion(), badge_web(**{badges.ASSERTION: body}))
    assert outcomes(report, "hosted.fetched") == {outcome}
    assert report.verdict is not Verdict.TOTAL_PASSED


def test_a_hosted_badge_without_a_web_address_cannot_be_verified() -> None:
    report = verified(badges.assertion(id="urn:uuid:5f0c1a52-3e0b-4c1e-9f65-6a4f7d1c2b3a"))
    assert outcomes(report, "hosted.fetched") == {FAILED}
    assert report.verdict is Verdict.TOTAL_FAILED


def test_a_host_that_says_signed_needs_the_signature() -> None:
    here = badges.assertion(verification={"type": "SignedBadge"})
    report = verified(badges.assertion(), badge_web(assertion=here))
    assert report.verdict is Verdict.INDETERMINATE


def test_the_copy_is_not_what_counts() -> None:
    copy = badges.assertion(issuedOn="2025-01-01T00:00:00Z")
    report = verified(copy)
    assert outcomes(report, "hosted.fetched.copy") == {FAILED}
    assert report.verdict is Verdict.TOTAL_PASSED
    assert report.subject["issued"] == badges.assertion()["issuedOn"]
