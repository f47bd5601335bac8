"""What there is to say about a Europass seal: first cryptography alone, then whom it leads to.

Signed badges are checked beside their issuer's profile; here they are only told what does not apply to them.
"""

from __future__ import annotations

from collections.abc import Iterator

from schemas.document import Format, SealKind
from schemas.evidence import Evidence
from verifier.checks.saying import failed, not_applicable, passed, undecided
from verifier.checks.seal_trust import SEAL_TRUST_CHECKS
from verifier.finding import Check, Finding, Outcome

_CITE = {
    SealKind.XADES: "ETSI EN 319 132-1 §5; W3C XMLDSig §3.2",
    SealKind.JADES: "ETSI TS 119 182-1 §5; RFC 7515 §5.2",
}
_TECHNOLOGY = {SealKind.XADES: "an XAdES", SealKind.JADES: "a JAdES"}


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


def _is_badge(evidence: Evidence) -> bool:
    return evidence.document.format is Format.OB2


def _short(name: str) -> str:
    """Leave the namespace of an algorithm's URI out."""
    return name.rpartition("#")[2] or name


SEAL_CHECKS: tuple[Check, ...] = (
    seal_present,
    seal_signature,
    seal_algorithm,
    *SEAL_TRUST_CHECKS,
)
"""In the order in which they are best read."""
