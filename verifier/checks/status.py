"""Whether a Europass credential was revoked or suspended by the lists it names (ADR 0013)."""

from __future__ import annotations

from collections.abc import Iterator

from schemas.document import Format, Tree
from schemas.evidence import Evidence
from schemas.status import Purpose, StatusEntry
from verifier.badge import is_badge
from verifier.checks.saying import failed, not_applicable, passed, undecided
from verifier.finding import Finding
from verifier.status.answers import StatusAnswer, answered
from verifier.status.entries import entries
from verifier.status.terms import type_names

REVOKED, SUSPENDED, NOTICE = "status.revoked", "status.suspended", "status.notice"
_CODES = (REVOKED, SUSPENDED, NOTICE)
_BY_PURPOSE = {
    Purpose.REVOCATION: (REVOKED,),
    Purpose.SUSPENSION: (SUSPENDED,),
    Purpose.REFRESH: (NOTICE,),
    "": (REVOKED, SUSPENDED),  # a bare address does not say which
}
"""Which codes a status speaks to; one of another purpose may say anything, so also that it is revoked."""
_OTHER = (REVOKED, NOTICE)
_CITE = "ELM v3: credentialStatus; W3C Bitstring Status List v1.0"
_NONE_IN_XML = (
    "EDCI XML has no status of a credential: its issuer can only have the seal's certificate revoked."
)
_NONE = "The credential names no status: its issuer can only have the seal's certificate revoked."
_NOT_NAMED = {
    REVOKED: "The credential names no list by which it could be revoked.",
    SUSPENDED: "The credential names no list by which it could be suspended.",
    NOTICE: "The credential names no list by which its issuer tells anything else.",
}
_UNSEALED = "Only sealed content says where a status is told, and no seal is shown to hold."
_NO_CREDENTIAL = "There is no credential in plain sight whose status could be asked."
_CLEAR = {
    REVOKED: "The status list does not revoke the credential.",
    SUSPENDED: "The status list does not suspend the credential.",
    NOTICE: "The status list has nothing else to tell about the credential.",
}
_SET = {
    REVOKED: "The issuer's status list says that the credential is revoked.",
    SUSPENDED: "The issuer's status list says that the credential is suspended for now.",
    NOTICE: "The issuer's status list says that a newer credential is there.",
}


def credential_status(evidence: Evidence) -> Iterator[Finding]:
    """W3C §3.2 for every status named; a code that no status speaks to does not apply.

    Passed: it is not so. A list whose word cannot be taken clears nothing and condemns nothing.
    """
    if is_badge(evidence):
        return
    why = _nothing_to_ask(evidence)
    if why:
        yield from why
        return
    document = evidence.signed_document
    assert document is not None  # noqa: S101 - else there was nothing to ask
    spoken: set[str] = set()
    for entry in entries(document.tree):
        for finding in _told(entry, answered(entry, evidence)):
            spoken.add(finding.check)
            yield finding
    for code in _CODES:
        if code not in spoken:
            yield not_applicable(code, _NOT_NAMED[code], "", _CITE)


def _nothing_to_ask(evidence: Evidence) -> list[Finding]:
    """Say why no status is asked: none can be named, none may be believed, or none is named."""
    if evidence.document.format is Format.EDCI:
        return [not_applicable(code, _NONE_IN_XML, "", "EDCI 1.2, EuropassCredential") for code in _CODES]
    document = evidence.signed_document
    if document is None:
        return [undecided(code, _UNSEALED, "", _CITE) for code in _CODES]
    if not _is_credential(document.tree):
        return [undecided(code, _NO_CREDENTIAL, "", _CITE) for code in _CODES]
    if not entries(document.tree):
        return [not_applicable(code, _NONE, "", _CITE) for code in _CODES]
    return []


def _is_credential(tree: Tree) -> bool:
    return bool({"VerifiableCredential", "EuropeanDigitalCredential"} & type_names(tree))


def _told(entry: StatusEntry, answer: StatusAnswer) -> Iterator[Finding]:
    """Tell one answer under the code of its purpose."""
    where, cite, purpose = entry.where, answer.cite, answer.purpose
    codes = _BY_PURPOSE.get(purpose, _OTHER)
    if answer.value is None:
        yield from (undecided(code, answer.doubt, where, cite) for code in codes)
    elif answer.doubt:
        says = "says something against" if answer.value else "says nothing against"
        message = f"The status list {says} the credential, but its word cannot be taken. {answer.doubt}"
        yield from (undecided(code, message, where, cite) for code in codes)
    elif answer.value == 0:
        code = codes[-1]
        yield passed(code, _CLEAR[code], where, cite)
    elif codes == _OTHER:
        message = "The issuer has put a status on the credential whose meaning the issuer alone knows."
        yield from (undecided(code, message, where, cite) for code in codes)
    else:
        yield failed(codes[0], _SET[codes[0]], where, cite)


STATUS_CHECKS = (credential_status,)
