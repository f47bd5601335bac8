"""Identifiers of legal persons, compared; the reading lies where the converter may use it too."""

from __future__ import annotations

from schemas.legal_identifier import LegalIdentifier, how_same, iso, legal_identifier, plain, same_register

__all__ = ["LegalIdentifier", "how_same", "iso", "legal_identifier", "plain", "same_register"]
