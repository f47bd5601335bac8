"""Accreditations: read from credentials and from registers, and held against what was awarded."""

from __future__ import annotations

from verifier.accreditation.sources import read_snapshot

__all__ = ["read_snapshot"]
