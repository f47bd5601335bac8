"""The pivot: one credential in ELM v3 terms, between every two formats."""

from __future__ import annotations

from schemas.pivot import agents, claims, common, credential, facts, specifications
from schemas.pivot.credential import Credential
from schemas.pivot.tree import ValueKind, field_kinds, from_tree, to_tree

__all__ = [
    "Credential",
    "ValueKind",
    "agents",
    "claims",
    "common",
    "credential",
    "facts",
    "field_kinds",
    "from_tree",
    "specifications",
    "to_tree",
]
