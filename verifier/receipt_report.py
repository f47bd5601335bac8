"""The report on a receipt: judged as any other, by a policy of its own."""

from __future__ import annotations

from typing import Any

from schemas.receipt import Receipt
from verifier.catalogue import edc_checks
from verifier.checks.receipt import Given, receipt_findings
from verifier.policy import receipt_policy
from verifier.report import Report
from verifier.sealing.certificates import organisation
from verifier.verify import heeded


def receipt_report(receipt: Receipt, given: Given) -> Report:
    """Check a receipt and judge it; pure. The subject is the receipt, never the person behind it."""
    policy = receipt_policy()
    findings = tuple(receipt_findings(receipt, given))
    names = organisation(receipt.certificates[0]).names if receipt.certificates else ()
    issuer: dict[str, Any] = {"name": names[0]} if names else {}
    return Report(
        verdict=policy.verdict(findings),
        policy=f"{policy.name}/{policy.situation}",
        containers=("jws",),
        format="receipt",
        version="1",
        subject={
            "title": f"Receipt of a verification, {receipt.at.isoformat()}",
            "verdict": receipt.verdict[:20],
            "document": receipt.document,
        },
        issuer=issuer,
        findings=findings,
        required=policy.required,
        hashes={},
        edc_checks=edc_checks(heeded(findings, policy)),
    )
