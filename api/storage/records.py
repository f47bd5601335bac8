"""What is known of one sealed credential, in values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row


class State(StrEnum):
    """What has become of a credential."""

    RESERVED = "reserved"  # it may be sealed now, or somebody was killed while sealing it
    SEALED = "sealed"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    ABANDONED = "abandoned"  # reserved and never completed; nobody was given it


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a credential that is to be sealed comes from.

    Attributes:
        tenant: whose seal it gets.
        target: the format it is sealed in.
        original_sha256: of the source's bytes, hex; empty where there is none.
        source_url: where the source is hosted; empty where it is not.
        source_verdict: on the source, before sealing; empty where there is none.
        override: what verdict was sealed on somebody's word, or empty.
    """

    tenant: str
    target: str
    original_sha256: str = ""
    source_url: str = ""
    source_verdict: str = ""
    override: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reservation:
    """A place in a status list, kept before anything is sealed.

    Attributes:
        id: of the credential's record; a random word that tells nothing.
        list_id: of the status list.
        place: in it, from zero.
    """

    id: str
    tenant: str
    list_id: str
    place: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """What was sealed.

    Attributes:
        sha256: of the document, hex.
        certificate_sha256: of the sealing certificate, hex.
        renew_by: until when its last timestamp must have been renewed; None where it has none.
        issuer: of a badge the name of its issuer's public document; else empty.
    """

    sha256: str
    certificate_sha256: str
    renew_by: datetime | None = None
    issuer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialRecord:
    """All that is kept of a credential."""

    id: str
    tenant: str
    target: str
    state: State
    reason: str
    list_id: str
    place: int
    original_sha256: str
    source_url: str
    source_verdict: str
    override: str
    sha256: str
    certificate_sha256: str
    issuer: str
    renew_by: datetime | None
    reserved: datetime
    sealed: datetime | None
    changed: datetime

    @classmethod
    def of(cls, row: Row[Any]) -> CredentialRecord:
        """Read a row."""
        values = row._mapping  # noqa: SLF001 - its public name
        return cls(**{**values, "state": State(values["state"])})
