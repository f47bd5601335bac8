"""Whether all is at hand that replayed evidence refers to."""

from __future__ import annotations

from collections.abc import Iterator

from schemas.evidence import Evidence
from verifier.checks.saying import undecided
from verifier.finding import Check, Finding


def evidence_complete(evidence: Evidence) -> Iterator[Finding]:
    """Name each anchor and list that the bundle was recorded with and the asker did not bring."""
    for one in evidence.trust.missing:
        message = f"The evidence was recorded with {one}, which is not at hand."
        yield undecided("evidence.complete", message, cite="ETSI EN 319 102-1 §5.1.4")


COMPLETENESS_CHECKS: tuple[Check, ...] = (evidence_complete,)
