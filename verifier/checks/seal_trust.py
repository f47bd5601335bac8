"""Whom a seal leads to, when it was there, and whether it is qualified: four answers that stay apart."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from schemas.document import Format, SealKind
from schemas.evidence import Evidence
from schemas.seal_trust import SealTrust, TimeAnswer
from verifier.checks.saying import failed, not_applicable, passed, undecided
from verifier.finding import Check, Finding, Outcome

_PATH = "ETSI EN 319 102-1 §5.2.6; RFC 5280 §6"
_QUALIFIED = "Regulation (EU) 910/2014 Art. 38; ETSI TS 119 615 §4"
_TIME = "ETSI EN 319 102-1 §5.4; RFC 3161"
_LEVEL = {SealKind.XADES: "ETSI EN 319 132-1 §6.3", SealKind.JADES: "ETSI TS 119 182-1 §6.3"}
_NO_SEAL = "The document carries no Europass seal."
_NOT_SHOWN = "A seal that is not shown to hold leads to nobody."

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

_TIMESTAMPS = frozenset(
    {"SignatureTimeStamp", "SigAndRefsTimeStamp", "RefsOnlyTimeStamp", "ArchiveTimeStamp"}
    | {"AllDataObjectsTimeStamp", "IndividualDataObjectsTimeStamp"}
    | {"sigTst", "arcTst", "rfsTst", "sigRTst", "adoTst"}
)
_RANK = ("B", "T", "LT", "LTA")
_MARKS = {
    "T": frozenset({"SignatureTimeStamp", "sigTst"}),
    "LT": frozenset({"CertificateValues", "RevocationValues", "xVals", "rVals", "tstVD", "anyValData"}),
    "LTA": frozenset({"ArchiveTimeStamp", "arcTst"}),
}
"""What a level above B is recognised by; whether it counts is another matter."""


def seal_path(evidence: Evidence) -> Iterator[Finding]:
    """Tell whether the sealing certificate leads to a trust anchor, and held at the time that counts."""
    trust = evidence.seal_trust
    if not _sealed(evidence):
        yield not_applicable("seal.path", _NO_SEAL, cite=_PATH)
    elif trust is None:
        yield undecided("seal.path", _NOT_SHOWN, cite=_PATH)
    else:
        outcome = {True: Outcome.PASSED, False: Outcome.FAILED, None: Outcome.UNDECIDED}[trust.path.holds]
        yield Finding(
            check="seal.path",
            outcome=outcome,
            message=trust.path.sentence,
            cite=_PATH,
            indication=trust.path.indication,
        )


def seal_qualified(evidence: Evidence) -> Iterator[Finding]:
    """Tell what the trusted lists say of the certificate, and of the device its key lies in."""
    trust = evidence.seal_trust
    if not _sealed(evidence):
        yield not_applicable("seal.qualified", _NO_SEAL, cite=_QUALIFIED)
        return
    if trust is None:
        yield undecided("seal.qualified", _NOT_SHOWN, cite=_QUALIFIED)
        return
    answer = trust.qualification
    say = {True: passed, False: failed, None: undecided}
    yield say[answer.qualified]("seal.qualified", answer.sentence, cite=_QUALIFIED)
    if answer.qualified:
        sentence = {
            True: "The key lies in a qualified device, so this is a qualified electronic seal.",
            False: "The key lies in no qualified device: an advanced seal with a qualified certificate.",
            None: "Whether the key lies in a qualified device is not told.",
        }[answer.device]
        yield say[answer.device]("seal.qualified.device", sentence, cite=_QUALIFIED)


def seal_timestamp(evidence: Evidence) -> Iterator[Finding]:
    """Tell whether a trusted timestamp proves when the seal was there, and then each timestamp by itself."""
    examined, trust = evidence.seal, evidence.seal_trust
    if not _sealed(evidence):
        yield not_applicable("seal.timestamp", _NO_SEAL, cite=_TIME)
    elif trust is not None and trust.times:
        yield _proven(trust)
        yield from (_stamp(one) for one in trust.times)
    elif examined is None or not (examined.profile or examined.scopes) or examined.profile & _TIMESTAMPS:
        message = "Whether the seal has a timestamp that holds could not be looked at."
        yield undecided("seal.timestamp", message, cite=_TIME)
    else:
        yield not_applicable("seal.timestamp", "The seal carries no timestamp.", cite=_TIME)


def _proven(trust: SealTrust) -> Finding:
    if trust.proven:
        message = f"A trusted timestamp proves that the seal was there on {_day(trust.moment)}."
        return passed("seal.timestamp", message, cite=_TIME)
    if all(one.trusted is False for one in trust.times):
        return failed("seal.timestamp", "No timestamp of the seal holds.", cite=_TIME)
    message = "No timestamp of an authority you trust proves when the seal was made."
    return undecided("seal.timestamp", message, cite=_TIME)


def _stamp(one: TimeAnswer) -> Finding:
    about = {"content": "the content", "signature": "the seal", "archive": "the seal and all it carries"}
    what = f"The timestamp of {about.get(one.kind, 'the seal')}"
    when = f" says {one.moment:%Y-%m-%d %H:%M} UTC" if one.moment else " cannot be read"
    standing = {
        True: "its authority is a qualified one",
        False: "its authority is not a qualified one",
        None: "whether its authority is qualified is not known",
    }[one.qualified]
    told = f"and is trusted; {standing}." if one.trusted else f"and proves nothing: {_lower(one.sentence)}"
    say = {True: Outcome.PASSED, False: Outcome.FAILED, None: Outcome.UNDECIDED}
    return Finding(
        check="seal.timestamp.token",
        outcome=say[one.trusted],
        message=f"{what}{when} {told}",
        cite=_TIME,
        indication=one.indication,
    )


def seal_level(evidence: Evidence) -> Iterator[Finding]:
    """Name the baseline level as far as its parts validate; what is only there raises no level."""
    seal, examined, trust = evidence.document.seal, evidence.seal, evidence.seal_trust
    if not _sealed(evidence) or seal is None:
        yield not_applicable("seal.level", "Levels are told of Europass seals only.")
        return
    cite = _LEVEL.get(seal.kind, "")
    if examined is None or not examined.intact or trust is None:
        yield undecided("seal.level", "A seal that is not shown to hold has no level.", cite=cite)
        return
    if any(not (part & examined.profile) for part in _BASELINE.get(seal.kind, ())):
        message = "The seal lacks a part of the baseline: signing time, certificate reference or data format."
        yield failed("seal.level", message, cite=cite)
        return
    shown = next((one for one in reversed(_RANK) if _MARKS.get(one, frozenset()) & examined.profile), "B")
    held = trust.level or "B"
    if _RANK.index(held) >= _RANK.index(shown):
        yield passed("seal.level", f"The seal has all parts of level {held}, and each validates.", cite=cite)
    else:
        message = f"The seal holds at level {held}; the parts it has for level {shown} do not validate here."
        yield undecided("seal.level", message, cite=cite)
    if held in {"LT", "LTA"}:
        message = "The seal carries all that is needed to validate it after its certificate has ended."
        yield passed("seal.level.long-term", message, cite=cite)
    else:
        message = "Nothing the seal carries keeps it provable after its certificate has ended."
        yield undecided("seal.level.long-term", message, cite=cite)


def _sealed(evidence: Evidence) -> bool:
    return evidence.document.seal is not None and evidence.document.format is not Format.OB2


def _day(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d}"


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


SEAL_TRUST_CHECKS: tuple[Check, ...] = (seal_level, seal_path, seal_qualified, seal_timestamp)
"""In the order in which they are best read."""
