"""What the verdict on a Europass seal rests on: the seal, whom it leads to, and what was asked for that."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from cryptography import x509

from converter.read import read
from schemas.document import Container, Document
from schemas.errors import DocumentError
from schemas.evidence import Evidence, SealExamination
from schemas.seal_trust import SealTrust
from verifier.asked import Asked
from verifier.sealing import examine
from verifier.trust.assess import Hand, assess
from verifier.trust.carried import Revocations
from verifier.trust.questions import Question, answered, questions
from verifier.trust.times import SealTime, brought_along

_ROUNDS = 3
"""The issuer's certificate, then what its issuer says, then once more above: no real chain is longer."""
_ASKING = frozenset({"NO_CERTIFICATE_CHAIN_FOUND", "TRY_LATER"})
"""Where an answer from the web may help; every other answer stands as it is."""


def gather_seal(evidence: Evidence, asked: Asked) -> Evidence:
    """Examine a Europass seal, read anew what it covers, and find out whom it leads to.

    What the seal carries and what the asker gave is looked at first; only what that leaves open is asked.
    """
    try:
        seal = examine(evidence.document)
    except DocumentError:
        return evidence  # the checks tell that it could not be examined
    evidence = replace(evidence, seal=seal, signed_document=signed_document(seal, evidence.document))
    if seal is None:
        return evidence
    return replace(evidence, seal_trust=gather_trust(seal, evidence.document, evidence, asked))


def gather_trust(
    seal: SealExamination, document: Document | None, evidence: Evidence, asked: Asked
) -> SealTrust | None:
    """Find out whom an intact seal leads to; None where it is not intact, or no certificate is bound to it.

    Args:
        seal: as it was examined.
        document: whose seal it is, for its timestamps and what else it carries; None where that is not asked.
        evidence: for what the asker trusts, and the moment the verdict is about.
        asked: what every URL answered so far.
    """
    if not seal.intact or seal.signer is None:
        return None
    times, carried = brought_along(document) if document is not None else ((), Revocations())
    carried = with_seal(carried, seal)
    hand = Hand(trust=evidence.trust, carried=carried, fetched=Revocations(), now=evidence.now)
    return followed(seal, times, hand, asked)[0]


def with_seal(carried: Revocations, seal: SealExamination) -> Revocations:
    """Put the certificates that stand beside the signature before those a seal carries elsewhere."""
    return replace(carried, certificates=tuple(dict.fromkeys((*seal.certificates, *carried.certificates))))


def followed(
    seal: SealExamination, times: tuple[SealTime, ...], hand: Hand, asked: Asked
) -> tuple[SealTrust | None, Hand]:
    """Ask the web what a path lacks, as long as new questions arise.

    Returns:
        Whom the seal leads to, and all that was then at hand.
    """
    answer = assess(seal, times, hand)
    put: dict[Question, None] = {}
    for _ in range(_ROUNDS):
        new = [one for one in _open(seal, times, answer, hand) if one not in put]
        if not new:
            break
        put |= dict.fromkeys(new)
        asked.ask_all(new)
        hand = replace(hand, fetched=answered(asked.ask(one.url, accept=one.accept) for one in put))
        answer = assess(seal, times, hand)
    return answer, hand


def _open(
    seal: SealExamination, times: tuple[SealTime, ...], answer: SealTrust | None, hand: Hand
) -> Iterator[Question]:
    """Say what to ask about the certificates whose path lacks something."""
    if answer is None or seal.signer is None:
        return
    if answer.path.indication in _ASKING:
        yield from _about(seal.signer, hand, hand.anchors("seal", answer.moment, seal.signer))
    for time, told in zip(times, answer.times, strict=True):
        if told.indication in _ASKING and time.authority is not None:
            yield from _about(time.authority, hand, hand.anchors("timestamp", hand.now, time.authority))


def _about(
    certificate: x509.Certificate, hand: Hand, anchors: tuple[x509.Certificate, ...]
) -> Iterator[Question]:
    yield from questions(certificate, pool=hand.pool, anchors=anchors)


def signed_document(seal: SealExamination | None, read_before: Document | None = None) -> Document | None:
    """Read anew what an intact seal covers; None where that is no document.

    What was read out of the very same bytes before is not read again.
    """
    if seal is None or not seal.intact or seal.signed is None:
        return None
    known = _read_before(seal.signed, read_before)
    if known is not None:
        return known
    try:
        found = read(seal.signed)
    except DocumentError:
        return None
    return found if isinstance(found, Document) else None


def _read_before(signed: bytes, document: Document | None) -> Document | None:
    """Return what reading the signed bytes would give, where a document was read from these."""
    if document is None or document.inside != signed or document.containers[:1] != (Container.JADES,):
        return None
    return replace(
        document,
        raw=signed,
        original=signed,
        containers=document.containers[1:],
        media_type="application/ld+json",
        seal=None,
        source_url="",
        inside=None,
    )
