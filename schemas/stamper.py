"""Who says when: a time-stamping authority, as those who seal see it; and how far a seal is to reach."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol


class Level(StrEnum):
    """The baseline level of a seal (EN 319 132-1 §6, TS 119 182-1 §6)."""

    B = "B"
    T = "T"
    LT = "LT"
    LTA = "LTA"


class Stamper(Protocol):
    """A time-stamping authority (RFC 3161)."""

    def stamp(self, data: bytes) -> bytes:
        """Return the time-stamp token over the data: its CMS ContentInfo, DER.

        Raises:
            Unavailable: the authority did not answer, or with something that is no token over this data.
        """
