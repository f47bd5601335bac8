"""Judges documents: gather, check, judge."""

from __future__ import annotations

from verifier.catalogue import CheckEntry, catalogue
from verifier.finding import Finding, Outcome, Verdict
from verifier.policy import Policy, UnknownPolicy, policy_names
from verifier.report import NotPassed, Report
from verifier.verify import verify

__all__ = [
    "CheckEntry",
    "Finding",
    "NotPassed",
    "Outcome",
    "Policy",
    "Report",
    "UnknownPolicy",
    "Verdict",
    "catalogue",
    "policy_names",
    "verify",
]
