"""Every check there is, in the order a report tells them."""

from __future__ import annotations

from verifier.checks.accreditation import ACCREDITATION_CHECKS
from verifier.checks.completeness import COMPLETENESS_CHECKS
from verifier.checks.extension import EXTENSION_CHECKS
from verifier.checks.hosted import HOSTED_CHECKS, fetched_assertion
from verifier.checks.images import IMAGE_CHECKS
from verifier.checks.issuer import ISSUER_CHECKS
from verifier.checks.jws import JWS_CHECKS
from verifier.checks.mandate import MANDATE_CHECKS
from verifier.checks.official import OFFICIAL_CHECKS
from verifier.checks.recipient import RECIPIENT_CHECKS
from verifier.checks.revocation import REVOCATION_CHECKS, hosted_revocation
from verifier.checks.seal import SEAL_CHECKS
from verifier.checks.signatures import SIGNATURE_CHECKS
from verifier.checks.status import STATUS_CHECKS
from verifier.checks.structure import STRUCTURE_CHECKS
from verifier.checks.time import TIME_CHECKS
from verifier.custody.checks import CUSTODY_CHECKS
from verifier.finding import Check

__all__ = ["CHECKS", "SIGNATURE_CHECKS", "UNANSWERED_CHECKS"]

CHECKS: tuple[Check, ...] = (
    *STRUCTURE_CHECKS,
    *OFFICIAL_CHECKS,
    *IMAGE_CHECKS,
    *HOSTED_CHECKS,
    *JWS_CHECKS,
    *SEAL_CHECKS,
    *ISSUER_CHECKS,
    *MANDATE_CHECKS,
    *ACCREDITATION_CHECKS,
    *REVOCATION_CHECKS,
    *STATUS_CHECKS,
    *TIME_CHECKS,
    *RECIPIENT_CHECKS,
    *EXTENSION_CHECKS,
    *CUSTODY_CHECKS,
    *COMPLETENESS_CHECKS,
)

UNANSWERED_CHECKS: tuple[Check, ...] = (fetched_assertion, hosted_revocation)
"""What can be said where an address answered no document at all: everything else stays unknown."""
