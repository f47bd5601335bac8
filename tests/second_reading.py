"""What the second reading of the badge verifier shares: one case in one line."""

from __future__ import annotations

from typing import Any

from bundles import PNG, answer, badge_web, verified
from samples import badges

from schemas.evidence import Recipient
from verifier import Outcome, Report, Verdict

__all__ = ["ABSENT", "PNG", "Told", "answer", "badge_web", "badges", "hosted", "redirect", "says", "verified"]

ABSENT = object()
"""A change that takes a member away."""

Told = tuple[str, str]
"""A code and the outcome that must be told under exactly that code; two empty strings where all is well."""

_VERDICTS = {
    "pass": Verdict.TOTAL_PASSED,
    "fail": Verdict.TOTAL_FAILED,
    "open": Verdict.INDETERMINATE,
}


def without(tree: dict[str, Any]) -> dict[str, Any]:
    """Take the absent members away."""
    return {key: value for key, value in tree.items() if value is not ABSENT}


def hosted(**changes: Any) -> Report:
    """Verify the sample badge by its URL after changes: `assertion`, `badge_class`, `issuer` take members.

    `recipients` is who is asked about; any other name is a URL and what it answers.
    """
    recipients: tuple[Recipient, ...] = changes.pop("recipients", ())
    nodes = {
        "assertion": without(badges.assertion(**changes.pop("assertion", {}))),
        "badge_class": without(badges.badge_class(**changes.pop("badge_class", {}))),
        "issuer": without(badges.issuer(publicKey=badges.KEY, **changes.pop("issuer", {}))),
    }
    return verified(badges.ASSERTION.encode(), badge_web(**nodes, **changes), recipients=recipients)


def redirect(target: str, status: int = 302) -> dict[str, Any]:
    """Build an answer that points elsewhere."""
    return {"status": status, "location": target, "content_type": "text/html"}


def says(report: Report, verdict: str, code: str = "", outcome: str = "failed") -> None:
    """Hold a report to its verdict, and to the finding that must carry it."""
    said = [f"{f.check} {f.outcome} {f.where} {f.message}" for f in report.findings if f.outcome != "passed"]
    assert report.verdict is _VERDICTS[verdict], said
    if code:
        told = {finding.outcome for finding in report.findings if finding.check == code}
        assert Outcome(outcome) in told, said
    assert not any(finding.check == "internal.error" for finding in report.findings), said
