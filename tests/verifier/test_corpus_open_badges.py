"""The Open Badges 2.0 corpus: every case gets the verdict it should, or a stated choice of ours."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from shared_files import SHARED

from schemas.errors import Malformed, NotRecognised
from schemas.evidence import Recipient
from verifier import Verdict, verify
from verifier.bundle import BundleFetcher
from verifier.report import Report

pytestmark = pytest.mark.shared

CORPUS = SHARED / "corpus" / "open-badges-2.0" if SHARED else Path()
CASES: list[dict[str, Any]] = json.loads((CORPUS / "index.json").read_bytes()) if SHARED else []
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)

# Where the corpus leaves it to a verifier's policy: what ours is, and why.
CHOICES = {
    "hosted-loopback-id": (False, "addresses that are not on the public internet are never asked"),
    "model-alignment-no-url": (
        False,
        "no targetUrl fails; only edubadges' null is forgiven",
    ),
    "peer-1_1-basic": (True, "a 1.1 badge may say `verification` for `verify`: the meaning is plain"),
    "v10-issuer-no-email": (False, "1.0 and 1.1 are upgraded and judged by the rules of 2.0"),
    "v11-signed-pem-url": (True, "a 1.x key is bound by lying on its issuer's own origin"),
    "jws-rs512": (True, "RS256/384/512, PS256/384/512, ES256/384/512 and EdDSA are allowed"),
    "jws-eddsa": (True, "EdDSA is allowed, with an Ed25519 key only"),
    "png-itxt-url": (True, "a URL in iTXt says where the badge is, as it does in tEXt"),
    "png-compressed-itxt": (False, "baking forbids compression: read, told, and failed"),
    "png-two-chunks": (True, "the first chunk counts, the second is told"),
}
# A `should` we do not follow would stand here with its reason; there is none.
NOT_FOLLOWED: dict[str, str] = {}


def report_of(case: dict[str, Any]) -> Report | None:
    """Verify one case; None when nothing was recognised (exit 2, no report)."""
    asked = tuple(Recipient(kind=kind, value=value) for kind, value in (case["recipient"] or {}).items())
    fetcher = BundleFetcher(case["hosted"], CORPUS)
    try:
        return verify((CORPUS / case["file"]).read_bytes(), fetcher=fetcher, now=NOW, recipients=asked)
    except (NotRecognised, Malformed):
        return None


def why(report: Report | None) -> str:
    """Return the findings that are not passed, for a failing test to show."""
    told = report.findings if report else ()
    return "; ".join(f"{f.check} {f.outcome} {f.where} {f.message}" for f in told if f.outcome != "passed")


def passes(case: dict[str, Any]) -> tuple[bool, Report | None]:
    report = report_of(case)
    return report is not None and report.verdict is Verdict.TOTAL_PASSED, report


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_verdict(case: dict[str, Any]) -> None:
    expected = case["expected"]
    wanted = expected["valid"]
    if expected["strictness"] == "policy":
        wanted, _reason = CHOICES[case["id"]]
    got, report = passes(case)
    assert got is wanted, why(report)


def test_every_policy_case_has_a_stated_choice() -> None:
    policy = {case["id"] for case in CASES if case["expected"]["strictness"] == "policy"}
    assert policy == set(CHOICES)


# What the corpus calls an error, and the code it must be told under.
CODES = {
    "recipient_mismatch": "recipient.match",
    "expired": "time.expired",
    "issued_in_future": "time.issued",
    "revoked": "status.revoked",
    "fetch_failed": "hosted.fetched",
    "outside_verification_scope": "hosted.scope",
    "signature_invalid": "seal.signature",
    "alg_not_allowed": "seal.algorithm",
    "extension_invalid": "extension.valid",
    "context_unavailable": "extension.valid",
    "key_not_authorized": "issuer.match",
    "key_unavailable": "seal.signature",
    "revocation_unavailable": "status.revoked",
    "not_verifiable": "seal.present",
    "bad_type": "format.schema",
    "missing_property": "format.schema",
    "bad_value": "format.schema",
}
TOLD = [case for case in CASES if case["expected"]["errors"] and case["id"] not in CHOICES]


@pytest.mark.parametrize("case", TOLD, ids=[case["id"] for case in TOLD])
def test_the_reason_is_told_under_its_own_code(case: dict[str, Any]) -> None:
    report = report_of(case)
    for error in case["expected"]["errors"]:
        code = CODES.get(error.partition(":")[0])
        if code is None:  # the bytes are at fault: no report at all
            assert report is None or any(f.check == "format.read" for f in report.findings)
            continue
        assert report is not None
        told = [f for f in report.findings if f.check == code or f.check.startswith(code + ".")]
        assert any(f.outcome in {"failed", "undecided"} for f in told), why(report)
        prop = error.partition(":")[2]
        assert not prop or any(f.where.endswith("/" + prop) for f in told if f.outcome == "failed"), why(
            report
        )
