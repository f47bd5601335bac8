"""A verdict that was signed, so that others can check it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cryptography import x509


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A receipt taken apart; nothing is said about whether its signature holds.

    Attributes:
        report: as the report says itself, `subject` whole, as a digest, or left out.
        document: sha-256 (hex) of the bytes that were handed in.
        media_type: of them.
        evidence: sha-256 (hex) of the canonical evidence bundle.
        trust: sha-256 (hex) of what the asker trusted.
        at: the moment the verdict is about.
        policy: as it was asked for.
        gateway: name and version of what made the verdict.
        algorithm: JOSE name, as the header has it.
        certificates: as the header carries them, the signer's first; empty where it cannot be read.
        bound: whether the header's digest is that of the signer's certificate.
        signature, signed: the value, and the bytes it is over.
    """

    report: Mapping[str, Any]
    document: str
    media_type: str
    evidence: str
    trust: str
    at: datetime
    policy: str
    gateway: tuple[str, str]
    algorithm: str
    certificates: tuple[x509.Certificate, ...]
    bound: bool
    signature: bytes
    signed: bytes

    @property
    def verdict(self) -> str:
        """The verdict the report states."""
        return str(self.report.get("verdict", ""))
