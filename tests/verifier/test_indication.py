"""The same findings in ETSI's words, and the four questions that never help each other."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifier import Outcome, Verdict, catalogue
from verifier.finding import Finding
from verifier.indication import aspects, indication_of, sub_indications

ROOT = Path(__file__).resolve().parents[2]
EN_319_102_1 = frozenset(
    {
        "FORMAT_FAILURE",
        "HASH_FAILURE",
        "SIG_CRYPTO_FAILURE",
        "REVOKED",
        "EXPIRED",
        "NOT_YET_VALID",
        "SIG_CONSTRAINTS_FAILURE",
        "CHAIN_CONSTRAINTS_FAILURE",
        "CERTIFICATE_CHAIN_GENERAL_FAILURE",
        "CRYPTO_CONSTRAINTS_FAILURE",
        "POLICY_PROCESSING_ERROR",
        "SIGNATURE_POLICY_NOT_AVAILABLE",
        "TIMESTAMP_ORDER_FAILURE",
        "NO_SIGNING_CERTIFICATE_FOUND",
        "NO_CERTIFICATE_CHAIN_FOUND",
        "REVOKED_NO_POE",
        "REVOKED_CA_NO_POE",
        "OUT_OF_BOUNDS_NOT_REVOKED",
        "OUT_OF_BOUNDS_NO_POE",
        "CRYPTO_CONSTRAINTS_FAILURE_NO_POE",
        "NO_POE",
        "TRY_LATER",
        "SIGNED_DATA_NOT_FOUND",
    }
)
"""Every sub-indication of §5.1.3, table 5."""
CODES = [entry.code for entry in catalogue()]


def said(check: str, outcome: Outcome, indication: str = "") -> Finding:
    return Finding(check=check, outcome=outcome, message="…", indication=indication)


def test_the_table_uses_the_standards_own_words_for_codes_that_exist() -> None:
    table = tomllib.loads((ROOT / "verifier/etsi.toml").read_text("utf-8"))
    assert set(table["indication"]) <= set(CODES)
    for row in table["indication"].values():
        assert set(row) <= {"failed", "undecided"}
        assert set(row.values()) <= EN_319_102_1
    assert {code for codes in table["aspect"].values() for code in codes} <= set(CODES)


def test_a_finding_may_bring_its_own_word_and_else_takes_that_of_the_code_above() -> None:
    assert indication_of(said("seal.path", Outcome.UNDECIDED, "TRY_LATER")) == "TRY_LATER"
    assert indication_of(said("seal.path", Outcome.UNDECIDED)) == "NO_CERTIFICATE_CHAIN_FOUND"
    assert indication_of(said("seal.signature.digest.third", Outcome.FAILED)) == "HASH_FAILURE"
    assert indication_of(said("hosted.scope", Outcome.FAILED)) == ""


@pytest.mark.parametrize("outcome", [Outcome.PASSED, Outcome.NOT_APPLICABLE])
def test_what_is_fine_needs_no_word(outcome: Outcome) -> None:
    assert indication_of(said("seal.path", outcome, "TRY_LATER")) == ""


def test_only_what_decided_is_told_and_the_finer_word_stands_for_the_coarser() -> None:
    told = [
        said("seal.signature", Outcome.FAILED),
        said("seal.signature.digest", Outcome.FAILED),
        said("seal.path", Outcome.UNDECIDED, "OUT_OF_BOUNDS_NO_POE"),
    ]
    assert sub_indications(Verdict.TOTAL_FAILED, told) == ("HASH_FAILURE",)
    assert sub_indications(Verdict.INDETERMINATE, told) == ("OUT_OF_BOUNDS_NO_POE",)
    assert sub_indications(Verdict.TOTAL_PASSED, told) == ()


findings = st.lists(st.builds(said, st.sampled_from(CODES), st.sampled_from(Outcome)), max_size=20)


@given(findings, findings)
def test_an_aspect_hears_its_own_findings_alone(told: list[Finding], others: list[Finding]) -> None:
    before = aspects(told)
    beside = [one for one in others if not one.check.startswith("seal.path")]
    assert aspects([*told, *beside])["path"] is before["path"]
    assert set(before) == {"cryptography", "path", "qualification", "status"}


@given(findings)
def test_an_aspect_passes_only_where_something_passed_and_nothing_is_open(told: list[Finding]) -> None:
    answering = ("status.revoked", "status.suspended")  # a notice invalidates nothing (ADR 0013)
    outcomes = {one.outcome for one in told if one.check.startswith(answering)}
    passes = Outcome.PASSED in outcomes and not {Outcome.FAILED, Outcome.UNDECIDED} & outcomes
    assert (aspects(told)["status"] is Outcome.PASSED) is passes
