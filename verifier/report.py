"""What a verification comes to, for people and for machines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from typing import Any, NoReturn

from schemas.errors import BadgepassError
from verifier.catalogue import EdcCheck
from verifier.finding import Finding, Outcome, Verdict
from verifier.indication import indication_of


class NotPassed(BadgepassError):  # noqa: N818 - reads as a sentence
    """The verdict is not TOTAL-PASSED; the report says why."""

    def __init__(self, report: Report) -> None:
        """Keep the report."""
        super().__init__(f"The verdict is {report.verdict}.")
        self.report = report


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The whole answer about one document.

    Attributes:
        verdict: one of three.
        policy: the policy judged by, with its situation: `badge/hosted`.
        containers: what the document was wrapped in, from the outside in.
        format: `ob2`, `edci-xml`, `elm-json`, or `signed` for a file that is none of them.
        version: of the format.
        subject: what the document says about itself and whom it is about, for display; proves nothing.
        issuer: what the document says about its issuer, for display; proves nothing.
        findings: every check's word.
        required: the codes the verdict rests on.
        hashes: sha-256 of each fetched JSON document the verdict rests on, by URL.
        edc_checks: the same in the EC's words.
        sub_indications: why the verdict is what it is, in ETSI's words.
        aspects: cryptography, path, qualification and status, each by itself.
        proven_at: the moment a trusted timestamp proves the seal existed; None where none does.
        lists: sha-256 of each trusted list that was used, by territory.
        children: the answer about each sealed credential inside this one, as about a document of its own.
        originals: the answer about each original that a converted document encloses, likewise.
    """

    verdict: Verdict
    policy: str
    containers: tuple[str, ...]
    format: str
    version: str
    subject: Mapping[str, Any]
    issuer: Mapping[str, Any]
    findings: tuple[Finding, ...]
    required: tuple[str, ...]
    hashes: Mapping[str, str]
    edc_checks: tuple[EdcCheck, ...]
    sub_indications: tuple[str, ...] = ()
    aspects: Mapping[str, Outcome] = field(default_factory=dict)
    proven_at: datetime | None = None
    lists: Mapping[str, str] = field(default_factory=dict)
    children: tuple[Report, ...] = ()
    originals: tuple[Report, ...] = ()

    def __bool__(self) -> NoReturn:
        """Refuse to be a truth value: three verdicts do not fit in two."""
        raise TypeError("A report is neither true nor false; ask its verdict.")

    def raise_unless_passed(self) -> None:
        """Raise when the verdict is anything but TOTAL-PASSED.

        Raises:
            NotPassed: carrying this report.
        """
        if self.verdict is not Verdict.TOTAL_PASSED:
            raise NotPassed(self)

    def to_dict(self) -> dict[str, Any]:
        """Return the report as JSON values: what `--json` prints and the API answers."""
        return {
            "verdict": str(self.verdict),
            "sub_indications": list(self.sub_indications),
            "aspects": {name: str(outcome) for name, outcome in self.aspects.items()},
            "policy": self.policy,
            "container": self.containers[0] if self.containers else "plain",
            "containers": list(self.containers),
            "format": self.format,
            "version": self.version,
            "subject": dict(self.subject),
            "issuer": dict(self.issuer),
            "findings": [_said(finding) for finding in self.findings],
            "edc_checks": [asdict(check) for check in self.edc_checks],
            "required": list(self.required),
            "hashes": dict(self.hashes),
            "proven_at": self.proven_at.isoformat() if self.proven_at else None,
            "lists": dict(self.lists),
            "children": [child.to_dict() for child in self.children],
            "originals": [original.to_dict() for original in self.originals],
        }


def _said(finding: Finding) -> dict[str, str]:
    said = {name: str(getattr(finding, name)) for name in _FINDING}
    return {**said, "indication": indication_of(finding)}


_FINDING = tuple(one.name for one in fields(Finding))
