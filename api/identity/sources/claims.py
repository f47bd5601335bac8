"""From a source's claims to an identity; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from converter.identity_reading import identity_said
from converter.identity_table import record_from
from schemas.evidence import Recipient
from schemas.identity import Identity, Origin, holds_bsn, is_bsn


def identity_from(
    claims: Mapping[str, Any], origin: Origin, *, now: datetime, recipient: Recipient | None = None
) -> Identity:
    """Read the claims that the source's table names, and no others.

    A national number that is, or may be, a BSN is not taken over: whoever signs in with a Dutch identity has
    no other, and needs none here. A BSN anywhere else refuses the whole.

    Raises:
        Malformed: a value of the wrong kind, a BSN, or no field at all.
    """
    record = record_from(origin.source, claims)
    number = record.get("identifier", {}).get("value")
    if isinstance(number, str) and holds_bsn(number):
        del record["identifier"]
    made = identity_said(record, origin, now=now)
    return replace(made, recipient=recipient) if recipient is not None else made


def recipient_of(claims: Mapping[str, Any], claim: str) -> Recipient | None:
    """Return the value by which edubadges knows this person, where a claim has it.

    An e-mail address counts only where the source says that it is verified (OpenID Connect Core 1.0 §5.1).

    Args:
        claims: as the source signed them.
        claim: `eduid`, `email`, or empty where no claim has it.
    """
    value = claims.get(claim) if claim else None
    if not isinstance(value, str) or not value.strip() or is_bsn(value):
        return None
    if claim == "email":
        return Recipient(kind="email", value=value.strip()) if claims.get("email_verified") is True else None
    return Recipient(kind="id", value=value.strip())
