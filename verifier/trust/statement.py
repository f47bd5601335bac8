"""What an authority says about one certificate's revocation, by whichever protocol."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

HOLD, REMOVED = 6, 8
"""CRLReason certificateHold and removeFromCRL (RFC 5280 §5.3.1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One CRL's or OCSP answer's word, its signature verified.

    Attributes:
        status: what it says; `unknown` where the authority does not know, `unclear` where it says something
            of the certificate that is not understood.
        issued: thisUpdate: the moment at which that was known to be so.
        until: nextUpdate; None where it does not say.
        revoked_at: when it was revoked.
        reason: CRLReason; None where it does not say.
        invalid_since: invalidityDate: since when the key is known or thought to be in other hands.
        reaches_back: it tells of certificates that expired since then, too; None where it does not say.
        whole: it is about every reason and every certificate; otherwise it can tell a revocation only.
        weak: it is signed with what no longer counts, and anybody's word may be behind it.
    """

    status: Literal["good", "revoked", "unknown", "unclear"]
    issued: datetime
    until: datetime | None = None
    revoked_at: datetime | None = None
    reason: int | None = None
    invalid_since: datetime | None = None
    reaches_back: datetime | None = None
    whole: bool = True
    weak: bool = False

    @property
    def since(self) -> datetime | None:
        """Give the earlier of revocation and invalidity (RFC 5280 §5.3.2): from then on nothing counts."""
        if self.revoked_at is None or self.invalid_since is None:
            return self.revoked_at
        return min(self.revoked_at, self.invalid_since)
