"""Judging: which findings a verdict rests on, and what they come to."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from schemas.document import Format
from schemas.evidence import Evidence
from verifier.badge import is_badge, is_signed
from verifier.finding import Finding, Outcome, Verdict

AUTO = "auto"
OFFLINE = "offline"
RECEIPT = "receipt"
GENERAL = "general"
"""The one policy under which a file need be no credential (ADR 0012)."""
BROKEN = "internal.error"


class Level(StrEnum):
    """How much a finding counts."""

    REQUIRED = "required"
    ADVISORY = "advisory"


class UnknownPolicy(ValueError):  # noqa: N818 - reads as a sentence
    """No policy goes by that name; the message lists those that do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The codes a verdict rests on, for one way of being proven.

    Attributes:
        name: as asked for.
        situation: `hosted` or `signed` for a badge, `sealed` for a credential, `signed` for any signed file.
        required: a verdict needs a word on each; never empty.
        advisory: told, and change nothing.
        heeded: count like those required where they are told, and may be silent.
    """

    name: str
    situation: str
    required: tuple[str, ...]
    advisory: tuple[str, ...] = ()
    heeded: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a policy that requires nothing, for it would pass everything."""
        if not self.required:
            raise ValueError(f"The policy {self.name!r} requires nothing.")
        counting = {*self.required, *self.heeded}
        twice = (counting & set(self.advisory)) | (set(self.required) & set(self.heeded))
        if twice:
            raise ValueError(f"The policy {self.name!r} lists {sorted(twice)} twice.")

    def level(self, code: str) -> Level:
        """Return how much a code counts: as the nearest code at or above it that the policy names."""
        if code == BROKEN:
            return Level.REQUIRED
        here = code
        while here:
            if here in self.required or here in self.heeded:
                return Level.REQUIRED
            if here in self.advisory:
                return Level.ADVISORY
            here = here.rpartition(".")[0]
        return Level.ADVISORY

    def verdict(self, findings: Iterable[Finding]) -> Verdict:
        """Judge: failed outweighs undecided, and undecided passed (ETSI EN 319 102-1 §5.1.3).

        A required code that no finding speaks of is undecided. Not-applicable never hinders.
        """
        told = list(findings)
        heeded = {finding.outcome for finding in told if self.level(finding.check) is Level.REQUIRED}
        if Outcome.FAILED in heeded:
            return Verdict.TOTAL_FAILED
        if Outcome.UNDECIDED in heeded or self.silent(told):
            return Verdict.INDETERMINATE
        return Verdict.TOTAL_PASSED

    def silent(self, findings: Iterable[Finding]) -> tuple[str, ...]:
        """List the required codes that no finding speaks of."""
        spoken = {finding.check for finding in findings}
        for code in tuple(spoken):
            here = code
            while here := here.rpartition(".")[0]:
                spoken.add(here)
        return tuple(code for code in self.required if code not in spoken)


@cache
def _data() -> Mapping[str, Any]:
    return tomllib.loads((files("verifier") / "policies.toml").read_text(encoding="utf-8"))


def policy_names() -> tuple[str, ...]:
    """List the names a policy may be asked by; receipts have their own, which is not asked for."""
    return (AUTO, *(name for name in _data() if name != RECEIPT))


def known_policy(name: str) -> None:
    """Refuse a policy name before anything is asked.

    Raises:
        UnknownPolicy: there is none by that name.
    """
    if name not in policy_names():
        raise UnknownPolicy(f"There is no policy {name!r}; there are: {', '.join(policy_names())}.")


def policy_for(name: str, evidence: Evidence) -> Policy:
    """Choose the policy: by name, or by the document's format when it is `auto`.

    Raises:
        UnknownPolicy: there is none by that name.
    """
    known_policy(name)
    if name == AUTO:
        name = "badge" if evidence.document.format is Format.OB2 else "standard"
    situations: Mapping[str, Any] = {
        key: value for key, value in _data()[name].items() if isinstance(value, dict)
    }
    wanted = _situation(evidence)
    situation = wanted if wanted in situations else next(iter(situations))
    return _policy(name, situation, situations[situation])


def policy_called(name: str) -> Policy:
    """Return the policy a report was judged by, by the name the report gives: `badge/hosted`.

    Raises:
        KeyError: there is no such policy.
    """
    said, _, situation = name.partition("/")
    return _policy(said, situation, _data()[said][situation])


def _policy(name: str, situation: str, chosen: Mapping[str, Any]) -> Policy:
    required, heeded, advisory = _lists(chosen)
    return Policy(name=name, situation=situation, required=required, advisory=advisory, heeded=heeded)


Codes = tuple[str, ...]


def _lists(chosen: Mapping[str, Any]) -> tuple[Codes, Codes, Codes]:
    """Read what is required, heeded, advisory; `like` another, with `also` and `without` on top."""
    if "like" not in chosen:
        return tuple(chosen["required"]), tuple(chosen.get("heeded", ())), tuple(chosen.get("advisory", ()))
    name, _, situation = chosen["like"].partition(".")
    required, heeded, advisory = _lists(_data()[name][situation])
    also, without = chosen.get("also", []), chosen.get("without", [])
    return (
        tuple(dict.fromkeys(one for one in (*required, *also) if one not in without)),
        tuple(one for one in heeded if one not in without),
        tuple(dict.fromkeys(one for one in (*advisory, *without) if one not in also)),
    )


def receipt_policy() -> Policy:
    """Return the policy that receipts are judged by."""
    return Policy(name=RECEIPT, situation="signed", required=tuple(_data()[RECEIPT]["required"]))


def _situation(evidence: Evidence) -> str:
    if not is_badge(evidence):
        return "sealed"
    return "signed" if is_signed(evidence) else "hosted"
