"""What there is to say about a receipt: who signed it, about what, and what comes out when it is repeated."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from schemas.canonical import canonical
from schemas.evidence import Trust
from schemas.receipt import Receipt
from verifier.checks.saying import failed, not_applicable, passed, undecided
from verifier.finding import Finding, Outcome, Verdict
from verifier.receipt import subject_as, with_subject
from verifier.sealing.algorithms import (
    JOSE_SCHEMES,
    KeyMismatchError,
    Scheme,
    UnsupportedKeyError,
    holds,
    weak_key,
)
from verifier.sealing.certificates import fingerprint, organisation

_JOSE = "RFC 7515 §5.2; RFC 8725 §3.1"
_CITE = "docs/adr/0014-receipts.md"
_OF_A_PERSON = "recipient.match"
_MAX_TOLD = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What the asker gave along with a receipt.

    Attributes:
        now: the moment of asking.
        trust: whose certificates the asker trusts as signers.
        document: the bytes the receipt should be about.
        bundles: digests of the evidence at hand: of the file, and of what was used of it; empty for none.
        again: the report that document and evidence give now; None where they were not both at hand.
        trust_digest: of what it was judged by now.
        about_somebody: the asker said whom it should be about.
        version: of this software.
    """

    now: datetime
    trust: Trust = field(default_factory=Trust)
    document: bytes | None = None
    bundles: frozenset[str] = frozenset()
    again: Mapping[str, Any] | None = None
    trust_digest: str = ""
    about_somebody: bool = False
    version: str = ""


def receipt_findings(receipt: Receipt, given: Given) -> Iterator[Finding]:
    """Tell everything; pure."""
    signature = _signature(receipt)
    yield signature
    yield _signer(receipt, given, holds=signature.outcome is Outcome.PASSED)
    yield _document(receipt, given)
    yield _evidence(receipt, given)
    yield _verdict(receipt, given)
    yield _stated(receipt)


def _signature(receipt: Receipt) -> Finding:
    """Verify with the certificate that the header carries and binds; the header alone gives no trust."""
    code = "receipt.signature"
    scheme = JOSE_SCHEMES.get(receipt.algorithm)
    if scheme is None:
        return failed(code, "The receipt names no algorithm that may sign one.", "alg", _JOSE)
    if not receipt.certificates or not receipt.bound:
        message = "The receipt does not carry the certificate that its header names."
        return failed(code, message, "x5c", "RFC 7515 §4.1.6, §4.1.8")
    return _cryptography(receipt, scheme)


def _cryptography(receipt: Receipt, scheme: Scheme) -> Finding:
    code, key = "receipt.signature", receipt.certificates[0].public_key()
    try:
        good = holds(scheme, key, receipt.signature, receipt.signed)
    except KeyMismatchError:
        return failed(code, "The receipt's algorithm is not one of the signer's key.", "alg", _JOSE)
    except UnsupportedKeyError:
        return undecided(code, "The signer's key is of a kind that cannot be computed with.", "x5c", _JOSE)
    if not good:
        return failed(
            code, "The signature does not hold: the receipt was changed, or is not theirs.", "", _JOSE
        )
    if weak := weak_key(key):
        return undecided(code, f"The signer's key, {weak}, is too short to count.", "x5c", _JOSE)
    return passed(
        code, f"The signature holds, with {receipt.algorithm} and the certificate it names.", "", _JOSE
    )


def _signer(receipt: Receipt, given: Given, *, holds: bool) -> Finding:
    """Tell whether the asker trusts the signer: this very key, never by the header alone."""
    code = "receipt.signer"
    if not holds:
        return undecided(code, "A signature that is not shown to hold has no signer.", "x5c", _CITE)
    certificate = receipt.certificates[0]
    named = organisation(certificate).names
    who = f'"{named[0][:80]}"' if named else "somebody whose certificate names no organisation"
    if fingerprint(certificate) in given.trust.denied:
        message = f"The receipt is signed by {who}, whose certificate you do not accept."
        return failed(code, message, "x5c", _CITE)
    if _public(certificate) not in {_public(one) for one in given.trust.anchors}:
        message = f"The receipt is signed by {who}; nothing you trust vouches for that key."
        return undecided(code, message, "x5c", _CITE)
    if not certificate.not_valid_before_utc <= given.now <= certificate.not_valid_after_utc:
        message = f"The receipt is signed by {who}, whom you trust, but the certificate is not in force now."
        return undecided(code, message, "x5c", _CITE)
    return passed(code, f"The receipt is signed by {who}, with a key that you trust.", "x5c", _CITE)


def _document(receipt: Receipt, given: Given) -> Finding:
    code = "receipt.document"
    if given.document is None:
        message = "The receipt is about a document that was not given along, so about which, is not known."
        return undecided(code, message, "/document", _CITE)
    if hashlib.sha256(given.document).hexdigest() != receipt.document:
        return failed(code, "The receipt is about another document than the one given.", "/document", _CITE)
    return passed(code, "The receipt is about the document given, byte for byte.", "/document", _CITE)


def _evidence(receipt: Receipt, given: Given) -> Finding:
    code = "receipt.evidence"
    if not given.bundles:
        message = "No evidence was given along; the verdict is the signer's word."
        return not_applicable(code, message, "/evidence", _CITE)
    if receipt.evidence not in given.bundles:
        return failed(code, "The receipt rests on other evidence than the one given.", "/evidence", _CITE)
    return passed(code, "The receipt rests on the evidence given.", "/evidence", _CITE)


def _verdict(receipt: Receipt, given: Given) -> Finding:
    """Compare the report, byte for byte, with the one that the same document and evidence give now."""
    code = "receipt.verdict"
    if given.again is None:
        message = "The verdict was not computed again; that takes the document and the evidence."
        return not_applicable(code, message, "/report", _CITE)
    again = with_subject(given.again, subject_as(receipt.report))
    if canonical(again) == canonical(receipt.report):
        message = "The same document and evidence give the same report, byte for byte."
        return passed(code, message, "/report", _CITE)
    differing = _differing(receipt.report, again)
    where = ", ".join(differing[:_MAX_TOLD])
    if differing == [_OF_A_PERSON] and not given.about_somebody:
        message = "The receipt was also asked whom the document is about; ask the same again."
    elif receipt.trust != given.trust_digest:
        message = (
            f"The receipt was judged by other anchors, lists or registers than yours; it differs in: {where}."
        )
    elif receipt.gateway[1] != given.version:
        message = f"The receipt was made by another version of this software; it differs in: {where}."
    else:
        message = f"The same document and evidence give another report; it differs in: {where}."
        return failed(code, message, "/report", _CITE)
    return undecided(code, message, "/report", _CITE)


def _stated(receipt: Receipt) -> Finding:
    code, said = "receipt.stated", f"The receipt states the verdict {receipt.verdict[:20]}."
    if receipt.verdict == Verdict.TOTAL_PASSED:
        return passed(code, said, "/report/verdict", _CITE)
    if receipt.verdict == Verdict.INDETERMINATE:
        return undecided(code, said, "/report/verdict", _CITE)
    return failed(code, said, "/report/verdict", _CITE)


def _differing(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """Name the checks whose findings differ; else the members of the report that do."""
    mine, theirs = _by_check(one), _by_check(other)
    codes = sorted(code for code in mine.keys() | theirs.keys() if mine.get(code) != theirs.get(code))
    members = sorted(key for key in one.keys() | other.keys() if one.get(key) != other.get(key))
    return codes or [key for key in members if key != "findings"] or ["the order of the findings"]


def _by_check(report: Mapping[str, Any]) -> dict[str, list[Any]]:
    by_check: dict[str, list[Any]] = {}
    findings = report.get("findings")
    for finding in findings if isinstance(findings, list) else []:
        check = finding.get("check") if isinstance(finding, Mapping) else None
        by_check.setdefault(str(check)[:80], []).append(finding)
    return by_check


def _public(certificate: x509.Certificate) -> bytes:
    return certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
