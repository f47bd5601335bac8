"""What there is to say about a Europass seal without asking whom to trust: cryptography alone.

Signed badges are checked beside their issuer's profile; here they are only told what does not apply to them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeGuard

from schemas.document import Format, SealKind
from schemas.evidence import Evidence, SealExamination
from verifier.checks.saying import failed, not_applicable, passed, undecided
from verifier.finding import Check, Finding, Outcome

_CITE = {
    SealKind.XADES: "ETSI EN 319 132-1 §5; W3C XMLDSig §3.2",
    SealKind.JADES: "ETSI TS 119 182-1 §5; RFC 7515 §5.2",
}
_TECHNOLOGY = {SealKind.XADES: "an XAdES", SealKind.JADES: "a JAdES"}
_LEVEL_CITE = {SealKind.XADES: "ETSI EN 319 132-1 §6.3", SealKind.JADES: "ETSI TS 119 182-1 §6.3"}

_BASELINE: dict[SealKind, tuple[frozenset[str], ...]] = {
    SealKind.XADES: (
        frozenset({"SigningTime"}),
        frozenset({"SigningCertificateV2", "SigningCertificate"}),
        frozenset({"DataObjectFormat"}),
    ),
    SealKind.JADES: (
        frozenset({"sigT", "iat"}),
        frozenset({"x5t#S256", "x5t#o", "sigX5ts"}),
        frozenset({"x5c"}),
    ),
}
"""One of each must be there for the B level."""

_BEYOND = frozenset(
    {
        "SignatureTimeStamp",
        "SigAndRefsTimeStamp",
        "RefsOnlyTimeStamp",
        "ArchiveTimeStamp",
        "TimeStampValidationData",
    }
    | {"CertificateValues", "RevocationValues", "AttrAuthoritiesCertValues", "AttributeRevocationValues"}
    | {"CompleteCertificateRefs", "CompleteRevocationRefs", "CompleteCertificateRefsV2", "CounterSignature"}
    | {"sigTst", "xVals", "rVals", "axVals", "arVals", "anyValData", "xRefs", "rRefs", "axRefs", "arRefs"}
    | {"tstVD", "arcTst", "rfsTst", "sigRTst", "cSig", "sigPSt"}
)
"""What makes a level above B, or would if it held."""

_TIMESTAMPS = frozenset(
    {"SignatureTimeStamp", "SigAndRefsTimeStamp", "RefsOnlyTimeStamp", "ArchiveTimeStamp"}
    | {"AllDataObjectsTimeStamp", "IndividualDataObjectsTimeStamp"}
    | {"sigTst", "arcTst", "rfsTst", "sigRTst", "adoTst"}
)


def seal_present(evidence: Evidence) -> Iterator[Finding]:
    """Tell whether a Europass document carries a seal; without one nothing says who issued it."""
    seal = evidence.document.seal
    if _is_badge(evidence):
        return
    if seal is None:
        yield undecided("seal.present", "The document carries no seal, so nothing proves who issued it.")
    else:
        yield passed("seal.present", f"The document carries {_TECHNOLOGY.get(seal.kind, 'a')} seal.")


def seal_signature(evidence: Evidence) -> Iterator[Finding]:
    """Tell whether the seal's mathematics holds, and below it each part that does not."""
    if _is_badge(evidence):
        return
    seal = evidence.document.seal
    if seal is None:
        yield not_applicable("seal.signature", "The document carries no seal.")
        return
    cite = _CITE.get(seal.kind, "")
    examined = evidence.seal
    if examined is None:
        yield undecided("seal.signature", "The seal could not be examined.", cite=cite)
        return
    if examined.intact:
        message = "The seal's digests and signature hold: nothing it covers was changed."
        yield passed("seal.signature", message, cite=cite)
        return
    if examined.intact is False:
        yield failed("seal.signature", "The seal does not hold for this document.", cite=cite)
    else:
        yield undecided("seal.signature", "Whether the seal holds could not be decided.", cite=cite)
    for code, sentence in examined.faults:
        broken = examined.intact is False and code != "outside"
        outcome = Outcome.FAILED if broken else Outcome.UNDECIDED
        if code != "algorithm":
            yield Finding(check=f"seal.signature.{code}", outcome=outcome, message=sentence, cite=cite)


def seal_algorithm(evidence: Evidence) -> Iterator[Finding]:
    """Tell whether the algorithms and keys still count (ETSI TS 119 312)."""
    if _is_badge(evidence):
        return
    cite = "ETSI TS 119 312 §6-8"
    examined = evidence.seal
    if evidence.document.seal is None:
        yield not_applicable("seal.algorithm", "The document carries no seal.")
    elif examined is None or not (examined.algorithms or examined.faults):
        yield undecided("seal.algorithm", "The seal could not be examined.", cite=cite)
    elif sentences := [sentence for code, sentence in examined.faults if code == "algorithm"]:
        decided = examined.intact is False and len(sentences) == len(examined.faults)
        yield (failed if decided else undecided)("seal.algorithm", sentences[0], cite=cite)
    elif examined.weak:
        names = ", ".join(_short(name) for name in examined.weak)
        message = f"The seal rests on {names}, which no longer counts as proof by itself."
        yield undecided("seal.algorithm", message, cite=cite)
    elif not examined.algorithms:
        message = "The seal was refused before its algorithms were looked at."
        yield undecided("seal.algorithm", message, cite=cite)
    else:
        names = ", ".join(_short(name) for name in examined.algorithms)
        yield passed("seal.algorithm", f"The seal's algorithms still count: {names}.", cite=cite)


def seal_level(evidence: Evidence) -> Iterator[Finding]:
    """Name the baseline level as far as its parts were validated; what is only there raises no level."""
    seal, examined = evidence.document.seal, evidence.seal
    if _is_badge(evidence) or seal is None:
        yield not_applicable("seal.level", "Levels are told of Europass seals only.")
        return
    cite = _LEVEL_CITE.get(seal.kind, "")
    if examined is None or not examined.intact:
        yield undecided("seal.level", "A seal that is not shown to hold has no level.", cite=cite)
        return
    if any(not (part & examined.profile) for part in _BASELINE.get(seal.kind, ())):
        message = "The seal lacks a part of the baseline: signing time, certificate reference or data format."
        yield failed("seal.level", message, cite=cite)
        return
    beyond = sorted(_BEYOND & examined.profile)
    if beyond:
        message = f"The seal holds at level B; what would raise it is not yet validated: {', '.join(beyond)}."
        yield undecided("seal.level", message, cite=cite)
    else:
        yield passed("seal.level", "The seal has all parts of baseline level B.", cite=cite)


def seal_path(evidence: Evidence) -> Iterator[Finding]:
    """Say that the certificate's chain is not looked at yet: a seal that holds may be anyone's."""
    cite = "ETSI EN 319 102-1 §5.2.6"
    if _sealed(evidence):
        message = "Not yet checked: whether the sealing certificate leads to anyone you trust."
        yield undecided("seal.path", message, cite=cite)
    else:
        yield not_applicable("seal.path", "The document carries no Europass seal.", cite=cite)


def seal_qualified(evidence: Evidence) -> Iterator[Finding]:
    """Say that the trusted lists are not asked yet."""
    cite = "Regulation (EU) 910/2014 Art. 38; ETSI TS 119 615 §4"
    if _sealed(evidence):
        message = "Not yet checked: whether the seal is qualified by a trusted list."
        yield undecided("seal.qualified", message, cite=cite)
    else:
        yield not_applicable("seal.qualified", "The document carries no Europass seal.", cite=cite)


def seal_timestamp(evidence: Evidence) -> Iterator[Finding]:
    """Say that timestamps are not validated yet; the claimed time proves nothing."""
    cite = "ETSI EN 319 102-1 §5.4; RFC 3161"
    examined = evidence.seal
    if not _sealed(evidence):
        yield not_applicable("seal.timestamp", "The document carries no Europass seal.", cite=cite)
    elif _known(examined) and not (examined.profile & _TIMESTAMPS):
        yield not_applicable("seal.timestamp", "The seal carries no timestamp.", cite=cite)
    else:
        message = "Not yet checked: whether the seal's timestamps hold and who made them."
        yield undecided("seal.timestamp", message, cite=cite)


def _known(examined: SealExamination | None) -> TypeGuard[SealExamination]:
    return examined is not None and bool(examined.profile)


def _is_badge(evidence: Evidence) -> bool:
    return evidence.document.format is Format.OB2


def _sealed(evidence: Evidence) -> bool:
    return evidence.document.seal is not None and not _is_badge(evidence)


def _short(name: str) -> str:
    """Leave the namespace of an algorithm's URI out."""
    return name.rpartition("#")[2] or name


SEAL_CHECKS: tuple[Check, ...] = (
    seal_present,
    seal_signature,
    seal_algorithm,
    seal_level,
    seal_path,
    seal_qualified,
    seal_timestamp,
)
"""In the order in which they are best read."""
