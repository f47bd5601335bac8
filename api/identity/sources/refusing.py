"""The refusals of the sources: each has a code of its own, and none quotes a value."""

from __future__ import annotations

from schemas.errors import Problem, Refused


def refused(fact: str, message: str, *, where: str = "", cite: str = "") -> Refused:
    """Return the refusal `identity.<fact>`; the caller raises it."""
    return Refused(Problem(code=f"identity.{fact}", message=message, where=where, cite=cite))
