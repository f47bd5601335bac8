"""Four short ways to say a finding."""

from __future__ import annotations

from verifier.finding import Finding, Outcome


def passed(check: str, message: str, where: str = "", cite: str = "") -> Finding:
    """Say that it is so."""
    return Finding(check=check, outcome=Outcome.PASSED, message=message, where=where, cite=cite)


def failed(check: str, message: str, where: str = "", cite: str = "") -> Finding:
    """Say that it is not so."""
    return Finding(check=check, outcome=Outcome.FAILED, message=message, where=where, cite=cite)


def undecided(check: str, message: str, where: str = "", cite: str = "") -> Finding:
    """Say that it is not known."""
    return Finding(check=check, outcome=Outcome.UNDECIDED, message=message, where=where, cite=cite)


def not_applicable(check: str, message: str, where: str = "", cite: str = "") -> Finding:
    """Say that the question does not arise."""
    return Finding(check=check, outcome=Outcome.NOT_APPLICABLE, message=message, where=where, cite=cite)
