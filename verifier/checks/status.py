"""Status lists of Europass credentials: not asked yet, and never taken for good."""

from __future__ import annotations

from collections.abc import Iterator

from schemas.evidence import Evidence
from verifier.badge import is_badge
from verifier.checks.saying import undecided
from verifier.finding import Finding

_CITE = "ELM v3: credentialStatus; W3C Bitstring Status List v1.0"


def credential_status(evidence: Evidence) -> Iterator[Finding]:
    """Say that nobody was asked whether a credential was revoked or suspended."""
    if is_badge(evidence):
        return
    message = "The credential names no status; whether its seal was revoked is not asked yet."
    if evidence.document.tree.get("credentialStatus"):
        message = "The credential names a status that is not asked yet."
    for code in ("status.revoked", "status.suspended"):
        yield undecided(code, message, "", _CITE)


STATUS_CHECKS = (credential_status,)
