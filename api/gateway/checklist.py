"""The catalogue of checks, as every door prints it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from verifier import catalogue, policy_names


def checklist() -> dict[str, Any]:
    """Return every code a report may hold, and the policies a verdict may be asked by."""
    return {"checks": [asdict(entry) for entry in catalogue()], "policies": list(policy_names())}
