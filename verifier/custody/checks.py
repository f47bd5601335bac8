"""What is told of a conversion: its record, its original, whether it is faithful, and its source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from schemas.custody import CustodyEvidence, EnclosedOriginal, Origin, Record
from schemas.document import Format
from schemas.evidence import Evidence, Missing
from verifier.badge import is_signed
from verifier.checks.hosted import fetched_assertion
from verifier.checks.revocation import hosted_revocation
from verifier.checks.saying import failed, not_applicable, passed, undecided
from verifier.custody.enclosing import is_of
from verifier.finding import Check, Finding, Outcome, Verdict
from verifier.policy import Level, Policy
from verifier.report import Report

if TYPE_CHECKING:
    from verifier.custody.comparing import Compared, Difference

RECORD, LISTS, ORIGINAL, FAITHFUL, SOURCE = (
    "custody.record",
    "custody.record.lists",
    "custody.original",
    "custody.faithful",
    "custody.source",
)
CITE = "ADR 0019, chain of custody"
_REVOKED = "REVOKED"
_LISTED = {
    "approximated": "approximated",
    "left_out": "left out",
    "added": "added",
}


def custody_record(evidence: Evidence) -> Iterator[Finding]:
    """The record can be read, and is about this document and the original it encloses."""
    custody = evidence.custody
    if custody is None:
        return
    record = custody.record
    if record is None:
        if custody.fault:
            yield failed(RECORD, custody.fault, custody.where, CITE)
        else:
            message = "The document encloses an original, and no record of how it was converted."
            yield not_applicable(RECORD, message, "", CITE)
        return
    faults = list(_faults(record, custody))
    yield from faults
    if not faults:
        yield passed(RECORD, _told(record), custody.where, CITE)


def _faults(record: Record, custody: CustodyEvidence) -> Iterator[Finding]:
    where = custody.where
    if record.target is not custody.document.format:
        yield failed(RECORD, "The record is about a document of another format.", where, CITE)
    from converter.table_versions import versions  # noqa: PLC0415 - as below

    known = {(one.format, one.sha256): one.number for one in versions()}
    for table in record.tables:
        if known.get((table.format, table.sha256), table.number) != table.number:
            message = "The record calls a mapping table by another version's number."
            yield failed(RECORD, message, where, CITE)
    if any(record.table(fmt) is None for fmt in _formats(record)):
        yield failed(RECORD, "The record does not name every mapping table it needs.", where, CITE)
    by_digest = {one.sha256: one for one in custody.originals}
    for origin in record.origins:
        yield from _of_origin(origin, by_digest.get(origin.sha256), custody)


def _formats(record: Record) -> set[Format]:
    return {record.target, *(origin.format for origin in record.origins)}


def _of_origin(origin: Origin, one: EnclosedOriginal | None, custody: CustodyEvidence) -> Iterator[Finding]:
    where = custody.where
    if one is None and custody.originals:
        yield failed(RECORD, "The enclosed original is not the one that the record names.", where, CITE)
    elif one is None:
        message = "The original does not travel along, and its address does not answer the very same."
        yield undecided(RECORD, message, where, CITE)
    elif one.document is not None and one.document.format is not origin.format:
        yield failed(RECORD, "The record calls the original by another format.", where, CITE)
    said = origin.judgement
    if said is not None and said.verdict == Verdict.TOTAL_FAILED:
        message = "By the record the original had failed its verification before it was converted."
        yield failed(RECORD, message, where, CITE)
    elif said is not None and said.verdict != Verdict.TOTAL_PASSED and not said.override:
        message = "By the record the original was not proven, and nobody took it upon them to convert it."
        yield failed(RECORD, message, where, CITE)


def _told(record: Record) -> str:
    said = [origin.judgement for origin in record.origins]
    if any(one is None for one in said):
        return "The record fits the original; it names no verification before the conversion."
    if any(one is not None and one.override for one in said):
        return "The record fits the original, which was not proven and was converted on somebody's word."
    return "The record fits the original, which was proven before the conversion."


def custody_faithful(evidence: Evidence) -> Iterator[Finding]:
    """The conversion made again comes out as the document says; each difference is told by its place."""
    custody = evidence.custody
    if custody is None:
        return
    record = custody.record
    if record is None:
        message = "Without a record of the conversion it cannot be made again."
        told = undecided if custody.fault else not_applicable
        yield told(FAITHFUL, message, custody.where, CITE)
        return
    from verifier.custody.comparing import compare  # noqa: PLC0415 - the whole converter, for few documents

    compared = compare(custody, record, evidence.resources)
    if compared.why_not:
        yield undecided(FAITHFUL, compared.why_not, custody.where, CITE)
        return
    doubt = _doubt(record, compared)
    yield from _parted(compared.differences, doubt)
    if compared.lists and not doubt:
        names = ", ".join(_LISTED[name] for name in compared.lists)
        message = f"What the record lists is not what the conversion comes to: {names}."
        yield failed(LISTS, message, custody.where, CITE)
    elif compared.lists:
        message = f"The record lists something else than the conversion comes to. {doubt}"
        yield undecided(LISTS, message, custody.where, CITE)


def _doubt(record: Record, compared: Compared) -> str:
    """Say why a difference may not be the document's fault; empty where nothing else explains it."""
    from converter.custody import this_tool  # noqa: PLC0415 - as above

    if record.tool != this_tool():
        return "Another version made the conversion, which may account for it."
    if not compared.whole:
        return "What the original was completed from is not at hand, or has changed since."
    return ""


_KINDS = {
    "other": "The document says something else here than its original.",
    "more": "The document says something here that its original does not say.",
    "less": "The document does not say here what its original says.",
}


def _parted(differences: tuple[Difference, ...], doubt: str) -> Iterator[Finding]:
    from verifier.custody.comparing import MOST  # noqa: PLC0415 - as below

    if not differences:
        message = "Made again from its original, the conversion comes out as the document has it."
        yield passed(FAITHFUL, message, "", CITE)
    for one in differences[:MOST]:
        if doubt:
            yield undecided(FAITHFUL, f"{_KINDS[one.kind]} {doubt}", one.where, CITE)
        else:
            yield failed(FAITHFUL, _KINDS[one.kind], one.where, CITE)
    if len(differences) > MOST:
        message = "There are more places where the two part; these are not listed."
        yield (undecided if doubt else failed)(FAITHFUL, message, "", CITE)


def custody_source(evidence: Evidence) -> Iterator[Finding]:
    """The address the original came from still answers it, and does not say that it is revoked."""
    custody = evidence.custody
    if custody is None:
        return
    record = custody.record
    if record is None:
        message = "Without a record of the conversion no source is named; the original speaks for itself."
        yield not_applicable(SOURCE, message, custody.where, CITE)
        return
    by_digest = {one.sha256: one for one in custody.originals}
    for origin in record.origins:
        one = by_digest.get(origin.sha256)
        if one is not None and one.evidence is not None and _is_hosted(one.evidence):
            yield from _hosted(one.evidence, one.where)
        elif origin.url:
            yield _at_address(origin, custody, evidence)
        else:
            message = "The original proves itself, and no address is named where it came from."
            yield not_applicable(SOURCE, message, custody.where, CITE)


def _is_hosted(evidence: Evidence) -> bool:
    return evidence.document.format is Format.OB2 and not is_signed(evidence)


def _hosted(evidence: Evidence, where: str) -> Iterator[Finding]:
    """A hosted badge is what its host says it is."""
    revoked = [one for one in hosted_revocation(evidence) if one.outcome is Outcome.FAILED]
    copied = [one for one in fetched_assertion(evidence) if one.outcome is Outcome.FAILED]
    if revoked:
        message = "The source says that the original was revoked."
        yield _revoked(SOURCE, message, where)
    elif evidence.hosted is None:
        yield undecided(SOURCE, "The source of the original could not be asked.", where, CITE)
    elif copied:
        message = "The source now says something else than the enclosed original."
        yield failed(SOURCE, message, where, CITE)
    else:
        yield passed(SOURCE, "The source answers the same as the enclosed original.", where, CITE)


def _at_address(origin: Origin, custody: CustodyEvidence, evidence: Evidence) -> Finding:
    where = custody.where
    answer = evidence.resources.get(origin.url)
    document = custody.sources.get(origin.url)
    if document is not None and is_of(origin, document):
        return passed(SOURCE, "The source answers the enclosed original byte for byte.", where, CITE)
    if document is not None:
        message = "The source answers another document than the enclosed original, which proves itself."
        return undecided(SOURCE, message, where, CITE)
    if answer is None or isinstance(answer, Missing):
        return undecided(SOURCE, "The source of the original could not be asked.", where, CITE)
    if answer.status == _GONE:
        return _revoked(SOURCE, "The source answers that the original is gone for good.", where)
    return undecided(SOURCE, "The source does not answer the original any more.", where, CITE)


_GONE = 410


def _revoked(code: str, message: str, where: str) -> Finding:
    return Finding(
        check=code, outcome=Outcome.FAILED, message=message, where=where, cite=CITE, indication=_REVOKED
    )


def told_of_originals(
    evidence: Evidence, reports: Iterable[tuple[Report, Policy] | None]
) -> Iterator[Finding]:
    """Tell what each enclosed original is worth now, by the report on it as on a document of its own.

    Args:
        evidence: about the document that encloses them.
        reports: in the order of the originals, each with the policy it was judged by; None where it was not.
    """
    custody = evidence.custody
    if custody is None:
        return
    for one, judged in zip(custody.originals, reports, strict=True):
        yield _told_of(one, judged, custody.record)
    if custody.more:
        message = "The document encloses more originals than are looked at."
        yield undecided(ORIGINAL, message, "", CITE)
    elif not custody.originals:
        message = "No original travels along that could be verified."
        yield undecided(ORIGINAL, message, custody.where, CITE)


def _told_of(one: EnclosedOriginal, judged: tuple[Report, Policy] | None, record: Record | None) -> Finding:
    where = one.where
    if one.document is None:
        return undecided(ORIGINAL, "The enclosed original is no document of a known kind.", where, CITE)
    if judged is None:
        message = "The enclosed original is itself a conversion of a conversion, and is followed no further."
        return undecided(ORIGINAL, message, where, CITE)
    report, policy = judged
    if report.verdict is Verdict.TOTAL_PASSED:
        return passed(ORIGINAL, "The enclosed original verifies by itself.", where, CITE)
    wanted = Outcome.FAILED if report.verdict is Verdict.TOTAL_FAILED else Outcome.UNDECIDED
    codes = [
        said.check
        for said in report.findings
        if said.outcome is wanted and policy.level(said.check) is Level.REQUIRED
    ]
    if wanted is Outcome.FAILED and any(code.startswith("status.revoked") for code in codes):
        after = " after the conversion" if record is not None else ""
        return _revoked(ORIGINAL, f"The enclosed original was revoked{after}.", where)
    names = ", ".join(dict.fromkeys(codes))
    if wanted is Outcome.FAILED:
        return failed(ORIGINAL, f"The enclosed original does not hold: {names}.", where, CITE)
    return undecided(ORIGINAL, f"The enclosed original is not proven: {names}.", where, CITE)


CUSTODY_CHECKS: tuple[Check, ...] = (custody_record, custody_faithful, custody_source)
