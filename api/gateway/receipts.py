"""Receipts at the doors: the key that signs them, and a receipt with what was given along."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, NoReturn

from api.gateway.asking import not_understood
from api.gateway.verification import Question, verified
from api.keys.files import HeldKey, open_pem
from api.keys.fitting import KeyFault
from converter.custody import this_tool
from converter.strict import load_json
from schemas.canonical import NotCanonical, canonical_digest
from schemas.errors import Malformed
from schemas.evidence import Trust
from schemas.key import Key
from verifier import Report
from verifier.bundle import BundleFetcher, RecordingFetcher
from verifier.checks.receipt import Given
from verifier.receipt import Basis, SubjectAs, make_receipt, read_receipt, trust_digest
from verifier.receipt_report import receipt_report

_CODE = "request.receipt-key"
HOW_TO_MAKE_A_KEY = (
    "Make one with: openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -days 730 "
    '-subj "/C=NL/O=Your organisation/CN=Receipts" -keyout receipt-key.pem -out receipt-cert.pem; '
    "cat receipt-cert.pem >> receipt-key.pem"
)


def read_key(name: str, where: str) -> HeldKey:
    """Read a private key and its certificate from one PEM file; those above it may lie there too.

    Raises:
        NotUnderstood: the file cannot be read, or does not hold a key that can sign and its certificate.
    """
    try:
        return open_pem(Path(name))
    except KeyFault as fault:
        _refuse(f"The receipt key cannot be used. {fault} {HOW_TO_MAKE_A_KEY}", where)


def asked_key(name: str, where: str) -> HeldKey:
    """Read the key that an option or setting names; no key is ever made up.

    Raises:
        NotUnderstood: none is named, or the file cannot be used.
    """
    if not name:
        _refuse(f"There is no key to sign a receipt with. {HOW_TO_MAKE_A_KEY}", where)
    return read_key(name, where)


def receipted(
    data: bytes,
    question: Question,
    bundle: Mapping[str, Any],
    *,
    at: datetime,
    key: Key,
    subject: SubjectAs = SubjectAs.DIGEST,
) -> tuple[Report, bytes]:
    """Sign the report that an input and the evidence kept about it give.

    It is computed from the evidence alone, so that whoever has that computes the same.

    Returns:
        The report, and its receipt.
    """
    report = verified(data, question, fetcher=BundleFetcher.of(bundle), now=at)
    basis = Basis(
        document=data,
        bundle=bundle,
        at=at,
        policy=question.policy,
        trust=question.trust or Trust(),
        official=question.official,
        gateway=this_tool(),
    )
    return report, make_receipt(report, basis, key, subject=subject)


@dataclass(frozen=True, slots=True, kw_only=True)
class Along:
    """What was given along with a receipt.

    Attributes:
        document: the bytes it should be about.
        evidence: the file of an evidence bundle.
    """

    document: bytes | None = None
    evidence: Path | None = None


def receipt_verified(data: bytes, question: Question, along: Along, *, now: datetime) -> Report:
    """Check a receipt; where document and evidence are given along, compute its verdict again.

    Raises:
        NotUnderstood: the evidence cannot be read, or the receipt asks for a policy that is not known here.
        Malformed: the receipt cannot be taken apart.
    """
    receipt = read_receipt(data)
    trust = question.trust or Trust()
    believed = trust
    bundles: set[str] = set()
    again: dict[str, Any] | None = None
    if along.evidence is not None:
        bundles.add(_digest(along.evidence))
        if along.document is not None and sha256(along.document).hexdigest() == receipt.document:
            recording = RecordingFetcher(BundleFetcher.from_file(along.evidence))
            believed = recording.trust(trust)
            question = replace(question, policy=receipt.policy, trust=believed)
            again = verified(along.document, question, fetcher=recording, now=receipt.at).to_dict()
            bundles.add(canonical_digest(recording.bundle(believed)))
    given = Given(
        now=now,
        trust=trust,
        document=along.document,
        bundles=frozenset(bundles),
        again=again,
        trust_digest=trust_digest(believed, question.official),
        about_somebody=bool(question.recipients),
        version=this_tool()[1],
    )
    return receipt_report(receipt, given)


def _digest(evidence: Path) -> str:
    try:
        return canonical_digest(load_json(evidence.read_bytes()))
    except OSError as error:
        raise not_understood("request.evidence", f"The evidence cannot be read: {error.strerror}.") from None
    except (Malformed, NotCanonical):
        raise not_understood("request.evidence", "The evidence bundle is not understood.") from None


def _refuse(message: str, where: str) -> NoReturn:
    raise not_understood(_CODE, message, where)
