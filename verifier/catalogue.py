"""The catalogue of codes: what each means, where it comes from, and which EC check it counts towards."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from verifier.finding import Finding, Outcome

EC_CHECK = "http://data.europa.eu/snb/verification/"
EC_STATUS = "http://data.europa.eu/snb/verification-status/"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckEntry:
    """One code of the catalogue.

    Attributes:
        code: stable, `area.fact`, more may stand below it.
        says: what *passed* means, one sentence.
        cite: the clause.
        edc_type: URI of the EC check it counts towards.
    """

    code: str
    says: str
    cite: str
    edc_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EdcCheck:
    """One check in the EC's own words: type and status URIs."""

    type: str
    status: str


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads((files("verifier") / "catalogue.toml").read_text(encoding="utf-8"))


@cache
def catalogue() -> tuple[CheckEntry, ...]:
    """Return every code a report may hold, in the order a report tells them."""
    types = _data()["edc"]
    return tuple(
        CheckEntry(
            code=entry["code"],
            says=entry["says"],
            cite=entry["cite"],
            edc_type=EC_CHECK + types[entry["edc"]],
        )
        for entry in _data()["check"]
    )


@cache
def entry_for(code: str) -> CheckEntry | None:
    """Return the entry of a code, or of the nearest code above it."""
    known = {entry.code: entry for entry in catalogue()}
    while code:
        if code in known:
            return known[code]
        code = code.rpartition(".")[0]
    return None


def edc_name(edc_type: str) -> str:
    """Return the EC's name for one of its checks, by its URI; empty where it is none."""
    return next((name for name, last in _data()["edc"].items() if EC_CHECK + last == edc_type), "")


def edc_checks(findings: Iterable[Finding]) -> tuple[EdcCheck, ...]:
    """Say findings in the EC's words, one check for each type.

    An error outweighs the unknown and the unknown outweighs what is fine; undecided and not-applicable are
    the EC's *skipped*.
    """
    by_type: dict[str, list[Outcome]] = {entry.edc_type: [] for entry in catalogue()}
    for finding in findings:
        entry = entry_for(finding.check)
        if entry is not None:
            by_type[entry.edc_type].append(finding.outcome)
    return tuple(EdcCheck(type=type_, status=_status(outcomes)) for type_, outcomes in by_type.items())


def _status(outcomes: list[Outcome]) -> str:
    names = _data()["status"]
    if Outcome.FAILED in outcomes:
        return EC_STATUS + str(names["error"])
    if Outcome.UNDECIDED in outcomes or Outcome.PASSED not in outcomes:
        return EC_STATUS + str(names["skipped"])
    return EC_STATUS + str(names["ok"])
