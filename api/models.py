"""The shapes of what the HTTP API answers; they document it, and tests hold real answers against them."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

OutcomeName = Literal["passed", "failed", "undecided", "not-applicable"]
VerdictName = Literal["TOTAL-PASSED", "INDETERMINATE", "TOTAL-FAILED"]
FormatName = Literal["ob2", "edci-xml", "elm-json"]
ReportedName = Literal["ob2", "edci-xml", "elm-json", "signed", "receipt"]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class FindingBody(_Body):
    """One check's word. *Passed* on a negatively named check means "not so"."""

    check: str = Field(description="Stable code; `GET /v1/checks` lists them.")
    outcome: OutcomeName
    message: str
    where: str = Field(description="JSON pointer or element path into the document; may be empty.")
    cite: str = Field(description="The clause the check implements; may be empty.")
    indication: str = Field(description="Sub-indication of ETSI EN 319 102-1; empty where it has no word.")


class VouchedBody(_Body):
    """Whose word name and date of birth were when the credential was made."""

    source: str
    loa: Literal["low", "substantial", "high"]


class MatchBody(_Body):
    """Whether a person is the one a credential names."""

    match: Literal["match", "close", "no-match", "nobody"] = Field(
        description="`nobody`: the credential names no one. `close` proves nothing by itself."
    )
    compared: list[Literal["name", "birthdate"]] = Field(
        description="What the credential says and was compared; the same for every question."
    )
    vouched: list[VouchedBody] = Field(
        description="From the record of the credential's conversion; empty where there is none that holds."
    )
    verdict: VerdictName
    attempts_left: int | None


class EdcCheckBody(_Body):
    """A check in the words of the European Digital Credentials viewer."""

    type: str = Field(description="Verification-type URI.")
    status: str = Field(description="Verification-status URI.")


class ReportBody(_Body):
    """A verification report."""

    verdict: VerdictName
    sub_indications: list[str] = Field(description="Why, in the words of ETSI EN 319 102-1 §5.1.3.")
    aspects: dict[str, OutcomeName] = Field(
        description="Cryptography, certificate path, qualification and status, each by itself."
    )
    policy: str = Field(description="What was required, and in which situation: `badge/hosted`.")
    container: str = Field(description="The outermost wrapping; `plain` where there is none.")
    containers: list[str] = Field(description="All wrappings, from the outside in.")
    format: ReportedName = Field(
        description="`signed`: a signed file that is no badge and no credential; `receipt`: a report, signed."
    )
    version: str
    subject: dict[str, Any] = Field(description="What the document says about itself; proves nothing.")
    issuer: dict[str, Any] = Field(description="What the document says about its issuer; proves nothing.")
    findings: list[FindingBody]
    edc_checks: list[EdcCheckBody]
    required: list[str] = Field(description="The codes the verdict rests on.")
    hashes: dict[str, str] = Field(description="sha-256 of each fetched document the verdict rests on.")
    proven_at: str | None = Field(
        default=None, description="When a trusted timestamp proves that the seal existed."
    )
    lists: dict[str, str] = Field(description="sha-256 of each trusted list that was used, by territory.")
    receipt: str = Field(default="", description="The report, signed, where that was asked for: a JWS.")
    evidence: dict[str, Any] = Field(
        default={}, description="With a receipt: the evidence bundle whose digest the receipt holds."
    )
    children: list[ReportBody] = Field(
        description="The report on each sealed credential inside, as on a document of its own."
    )
    originals: list[ReportBody] = Field(
        default=[], description="The report on each original that a converted document encloses, likewise."
    )


class EntryBody(_Body):
    """What became of one value."""

    source: str = Field(description="JSON pointer into the source; empty for what was added.")
    target: str = Field(description="JSON pointer into the target; empty for what was left out.")
    rule: str = Field(description="The clause, or the step, that decided.")
    note: str = Field(description="Why it is approximate, left out or added; may be empty.")


class SourceBody(_Body):
    """The verdict on a source, and what it is not carried by."""

    verdict: VerdictName
    format: FormatName
    version: str
    containers: list[str]
    failed: list[FindingBody]
    undecided: list[FindingBody]


class SealBody(_Body):
    """The seal a document got."""

    id: str = Field(description="By which it can be revoked.")
    tenant: str
    level: str = Field(description="`B`, `T`, `LT` or `LTA`; empty for a badge.")
    status: list[str] = Field(description="Where its status is told.")
    renew_by: str | None = Field(description="Until when its last timestamp must be renewed.")


class ProofBody(_Body):
    """What was proven of an identity that was given; no value."""

    proof: list[str]


class ConversionReportBody(_Body):
    """What became of every value, and what is not proven about the sources."""

    mapped: list[EntryBody]
    approximated: list[EntryBody]
    left_out: list[EntryBody]
    added: list[EntryBody]
    given_back: bool = Field(description="The document is an enclosed original, byte for byte.")
    notes: list[str]
    sources: list[SourceBody]
    identity: ProofBody | None = Field(default=None, description="Where an identity was given.")
    seal: SealBody | None = Field(default=None, description="Where a seal was asked for.")


class ConvertedBody(_Body):
    """A converted document; unsigned unless it was given back."""

    document: str = Field(description="The document: as text, or in base64 where `encoding` says so.")
    encoding: Literal["utf-8", "base64"]
    media_type: str
    file_name: str
    sha256: str = Field(description="Of the document's bytes, hex.")
    report: ConversionReportBody


class SeveralConvertedBody(_Body):
    """The documents made, where there are several."""

    documents: list[ConvertedBody]


class CheckBody(_Body):
    """One code of the catalogue."""

    code: str
    says: str = Field(description="What *passed* means.")
    cite: str
    edc_type: str


class ChecksBody(_Body):
    """The catalogue of checks, and the policies there are."""

    checks: list[CheckBody]
    policies: list[str]


class MendBody(_Body):
    """What to do about a finding, by who can do something."""

    issuer: str = ""
    holder: str = ""
    asker: str = ""


class ExplanationBody(_Body):
    """One code, explained."""

    code: str = Field(description="The code explained: the one asked for, or the nearest above it.")
    asked: str
    note: str = Field(description="Says so where another code than the one asked for is explained.")
    says: str = Field(description="What *passed* means.")
    rule: str = Field(description="What must be so, and why.")
    cite: str = Field(description="Where it is written.")
    outcomes: dict[OutcomeName, str] = Field(description="What each outcome means.")
    mend: MendBody
    edc_type: str = Field(description="The EC's verification-type URI it counts towards.")
    edc_name: str
    above: str = Field(description="The code above it; empty where there is none.")
    below: list[str]


class MappingBody(_Body):
    """A mapping table between a format and the pivot."""

    format: FormatName
    spec: str
    shapes: list[dict[str, Any]]
    choices: list[dict[str, Any]]
    gaps: list[dict[str, Any]]


class HealthBody(_Body):
    """Whether the service is up, or ready."""

    status: Literal["ok", "not-ready"]


class TrustListsBody(_Body):
    """How new the trusted lists are; all empty while there are none."""

    checked: str | None
    age_days: int | None
    next_update: str | None
    overdue: bool | None


class ReadyBody(HealthBody):
    """Whether the service is ready, and what of it is older than it should be; age alone stops nothing."""

    older: list[str] = Field(
        default=[], description="What somebody should look at; `badgepass doctor` says why."
    )
    ages: dict[str, int] = Field(default={}, description="Days since each thing was read or taken.")
    trust_lists: TrustListsBody | None = Field(
        default=None, description="How new the trusted lists are, where the operator keeps any."
    )


class ProblemBody(_Body):
    """One thing that is wrong."""

    code: str
    message: str
    where: str
    cite: str


class ProblemDetailsBody(_Body):
    """Problem details (RFC 9457), with every place that is wrong."""

    type: str
    title: str
    status: int
    detail: str
    problems: list[ProblemBody]
