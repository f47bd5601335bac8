"""Europass credentials as far as this release goes: whatever is good about them, trust is not yet known."""

from __future__ import annotations

from pathlib import Path

import pytest
from bundles import NOW
from shared_files import SHARED, shared_cases

from schemas.errors import Malformed, NotRecognised
from verifier import Outcome, Report, Verdict, verify
from verifier.fetch import OfflineFetcher

pytestmark = pytest.mark.shared

XML = shared_cases("samples/edci-xml/*.xml")
JSON = [*shared_cases("samples/elm-v3/*.json"), *shared_cases("samples/elm-v3/*.jsonld")]
YET_TO_COME = ("seal.path", "seal.qualified", "status.revoked", "status.suspended")


def report_of(path: Path) -> Report:
    return verify(path.read_bytes(), fetcher=OfflineFetcher(), now=NOW)


@pytest.mark.parametrize("path", [*XML, *JSON], ids=lambda path: path.name)
def test_every_sample_gets_a_report_that_claims_nothing_unproven(path: Path) -> None:
    try:
        report = report_of(path)
    except (NotRecognised, Malformed):
        return
    told = {finding.check: finding.outcome for finding in report.findings}
    assert report.policy == "standard/sealed"
    assert "internal.error" not in told
    assert report.verdict is not Verdict.TOTAL_PASSED
    assert not [code for code in YET_TO_COME if told[code] is Outcome.PASSED]


GOOD = [
    "edci-xml/17_generic_1.1_sewing_course_signed_LT.xml",
    "elm-v3/ec2023_mc_annex1_signed.jsonld",
    "elm-v3/ec2025_MC_signed.jsonld",
]


@pytest.mark.parametrize("name", GOOD)
def test_a_good_seal_ends_undecided_until_trust_is_asked(name: str) -> None:
    assert SHARED is not None
    report = report_of(SHARED / "samples" / name)
    told = {finding.check: finding.outcome for finding in report.findings}
    assert told["seal.signature"] is Outcome.PASSED
    assert told["format.schema"] is Outcome.PASSED
    assert told["time.issued"] is Outcome.PASSED
    assert report.verdict is Verdict.INDETERMINATE
    assert report.subject["title"]["en"]
    assert report.issuer["name"]["en"]
    assert report.subject["id"].startswith("urn:credential:")


def test_a_changed_credential_fails() -> None:
    assert SHARED is not None
    report = report_of(SHARED / "samples" / "edci-xml" / "24_generic_1.0_signed_reformatted_broken.xml")
    assert report.verdict is Verdict.TOTAL_FAILED
