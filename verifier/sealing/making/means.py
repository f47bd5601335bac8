"""What sealing takes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from schemas.evidence import Fetcher, Trust
from schemas.key import Key
from schemas.stamper import Stamper


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What sealing takes.

    Attributes:
        now: when the sealing was asked for, timezone-aware; the time the seal claims.
        stamper: who says when; needed above level B.
        fetcher: asks whether certificates were revoked; without it only what trust holds is embedded.
        trust: anchors that a reader is expected to have, and revocation data at hand. Where none of them
            is above a certificate, the highest one known is taken for the purpose of choosing what to embed.
        time_member: the member of a JAdES header that claims the time. `sigT` is what Europass readers look
            for; TS 119 182-1 v1.2.1 §6.3 wants `iat` since July 2025.
    """

    key: Key
    now: datetime
    stamper: Stamper | None = None
    fetcher: Fetcher | None = None
    trust: Trust = field(default_factory=Trust)
    time_member: Literal["sigT", "iat"] = "sigT"
