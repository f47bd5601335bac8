"""The one spelling of JSON, for those who sign and compare reports; it lies where all may use it."""

from __future__ import annotations

from schemas.canonical import NotCanonical, canonical, canonical_digest

__all__ = ["NotCanonical", "canonical", "canonical_digest"]
