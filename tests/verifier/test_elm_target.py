"""Shapes without a target are satisfied by anything: such a document is never passed."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from strategies_elm import smallest

from converter.formats.elm3 import write_elm
from schemas.elm import CONTEXT_URLS
from verifier import verify
from verifier.fetch import OfflineFetcher
from verifier.finding import Finding, Outcome, Verdict
from verifier.policy import Level, Policy
from verifier.report import Report

NOW = datetime(2026, 11, 1, tzinfo=UTC)


def report_of(document: Any) -> Report:
    return verify(json.dumps(document).encode(), fetcher=OfflineFetcher(), now=NOW)


def outcomes(report: Report) -> dict[str, Outcome]:
    return {one.check: one.outcome for one in report.findings}


def good() -> dict[str, Any]:
    made: dict[str, Any] = json.loads(write_elm(smallest()).data)
    made["credentialSchema"]["id"] = "http://data.europa.eu/snb/model/ap/edc-generic-full"
    return made


def test_one_credential_is_told_and_so_are_its_profile_and_its_terms() -> None:
    told = outcomes(report_of(good()))
    assert told["format.data.target"] is Outcome.PASSED
    assert told["format.data.context"] is Outcome.PASSED
    assert told["format.profile"] is Outcome.PASSED


@pytest.mark.parametrize("types", ["VerifiableCredential", ["VerifiableCredential", "Unheard"]])
def test_nothing_to_look_at_fails_and_its_profile_is_unknown(types: Any) -> None:
    """No shape has a target here: the official ones are satisfied."""
    report = report_of({"@context": list(CONTEXT_URLS), "type": types, "credentialSubject": {"id": "urn:x"}})
    told = outcomes(report)
    assert told["format.data.target"] is Outcome.FAILED
    assert told["format.profile"] is Outcome.UNDECIDED
    assert report.verdict is Verdict.TOTAL_FAILED


def test_a_name_of_another_meaning_leaves_the_verdict_open() -> None:
    document = good()
    document["@context"].append({"legalName": "https://example.org/nickname"})
    report = report_of(document)
    assert outcomes(report)["format.data.context"] is Outcome.UNDECIDED
    assert report.verdict is not Verdict.TOTAL_PASSED


@pytest.mark.parametrize(
    ("code", "verdict"),
    [("format.data.target", Verdict.TOTAL_FAILED), ("format.data.context", Verdict.TOTAL_FAILED)],
)
def test_the_policy_rests_on_both(code: str, verdict: Verdict) -> None:
    required = ("format.profile", "format.data.context", "format.data.target")
    policy = Policy(name="x", situation="sealed", required=required, advisory=("format.data",))
    found = [Finding(check=one, outcome=Outcome.PASSED, message="…") for one in required if one != code]
    assert policy.level(code) is Level.REQUIRED
    assert policy.verdict(found) is Verdict.INDETERMINATE
    assert policy.verdict([*found, Finding(check=code, outcome=Outcome.FAILED, message="…")]) is verdict
    assert policy.verdict([*found, Finding(check=code, outcome=Outcome.PASSED, message="…")]) is (
        Verdict.TOTAL_PASSED
    )
