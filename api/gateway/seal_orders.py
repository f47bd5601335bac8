"""What is asked of a seal, and what an answer tells of one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from api.gateway.sealers import Sealer
from api.storage.credentials import OPERATOR

INDETERMINATE = "indeterminate"
BadgeForm = Literal["signed", "hosted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SealOrder:
    """What is asked of a seal.

    Attributes:
        sealer: whose seal.
        override: `indeterminate` to seal a source that is not proven; or empty.
        actor: who asks, as the log has it: the name of a token.
        form: of a badge.
    """

    sealer: Sealer
    override: str = ""
    actor: str = OPERATOR
    form: BadgeForm = "signed"


@dataclass(frozen=True, slots=True, kw_only=True)
class SealMade:
    """What an answer tells of a seal.

    Attributes:
        id: of the record, by which the credential can be revoked.
        level: of the seal; empty for a badge.
        status: where its status is told.
        renew_by: until when its last timestamp must be renewed.
    """

    id: str
    tenant: str
    level: str = ""
    status: tuple[str, ...] = ()
    renew_by: datetime | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return it as an answer shows it."""
        until = f"{self.renew_by:%Y-%m-%dT%H:%M:%SZ}" if self.renew_by else None
        return {
            "id": self.id,
            "tenant": self.tenant,
            "level": self.level,
            "status": list(self.status),
            "renew_by": until,
        }
