"""What a credential says about where its status is told, and the seal of what was found there."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from schemas.evidence import SealExamination
    from schemas.seal_trust import SealTrust


class StatusKind(StrEnum):
    """Which way of telling a status an entry follows."""

    BITS = "bits"  # StatusList2021Entry, BitstringStatusListEntry
    NAMES = "names"  # 1EdTechRevocationList: a list of the credentials that are revoked
    ADDRESS = "address"  # only a URI: what it answers decides
    UNKNOWN = "unknown"  # none that is evaluated here; never asked


class Purpose(StrEnum):
    """What a status means (W3C Bitstring Status List v1.0 §2.1); issuers may use words of their own."""

    REVOCATION = "revocation"
    SUSPENSION = "suspension"
    REFRESH = "refresh"
    MESSAGE = "message"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusEntry:
    """One place where a credential says that its status is told.

    Attributes:
        kind: which way of telling.
        type: the type it names, for display; empty for a bare URI.
        address: what to ask; empty where there is nothing to ask.
        purpose: a `Purpose`, another word, or empty where it does not say.
        index: its place in a list of bits; -1 where there is none.
        size: bits of one status.
        where: its place in the document.
        fault: why the entry cannot be used, a sentence; else empty.
    """

    kind: StatusKind
    type: str = ""
    address: str = ""
    purpose: str = ""
    index: int = -1
    size: int = 1
    where: str = ""
    fault: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListSeal:
    """The seal of a status list, examined like any other.

    Attributes:
        examined: cryptography alone.
        trust: whom it leads to; None where nobody has asked.
    """

    examined: SealExamination
    trust: SealTrust | None = None
