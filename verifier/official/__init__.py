"""The official schema files, run: lxml for XSD, pyshacl for SHACL where it is installed."""

from __future__ import annotations

from verifier.official.at_hand import AtHand

__all__ = ["AtHand"]
