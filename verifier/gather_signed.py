"""What the verdict on a signed file rests on: each of its signatures, and whom each leads to (ADR 0012)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from schemas.document import Document
from schemas.errors import DocumentError
from schemas.evidence import Evidence, Fetcher, Signature, Trust
from verifier.asked import Asked
from verifier.gather_children import with_children
from verifier.gather_seal import gather_trust, signed_document
from verifier.sealing.general import examine_general

_MOST_ASKED = 8
"""Signatures whom anybody is asked about; a file with more is judged by its cryptography alone."""


def gather_signed(
    document: Document,
    *,
    fetcher: Fetcher | Asked,
    now: datetime,
    trust: Trust | None = None,
) -> Evidence:
    """Collect what there is to know about every signature of a file, whatever the file is about.

    Args:
        document: as `verifier.signed` reads it.
        fetcher: asks the web, replays a bundle, or answers nothing.
        now: the moment the verdict is about, timezone-aware.
        trust: what the asker trusts.
    """
    asked = fetcher if isinstance(fetcher, Asked) else Asked(fetcher)
    evidence = Evidence(document=document, now=now, trust=trust or Trust())
    evidence = with_children(gather_signatures(evidence, asked), asked, signatures=True)
    return replace(evidence, resources=asked.resources())


def gather_signatures(evidence: Evidence, asked: Asked) -> Evidence:
    """Examine every signature of a file, and find out whom those that hold lead to."""
    if evidence.document.seal is None:
        return evidence
    try:
        found = examine_general(evidence.document.seal)
    except DocumentError:
        return evidence  # the checks tell that it could not be examined
    many = sum(not one.counters for one in found) > _MOST_ASKED
    signatures = found if many else tuple(_trusted(one, evidence, asked) for one in found)
    over_content = [one for one in signatures if not one.counters]
    if len(over_content) != 1:
        return replace(evidence, signatures=signatures)
    (only,) = over_content
    return replace(
        evidence,
        signatures=signatures,
        seal=only.examination,
        seal_trust=only.trust,
        signed_document=signed_document(only.examination),
    )


def _trusted(one: Signature, evidence: Evidence, asked: Asked) -> Signature:
    if one.counters or not one.examination.intact:
        return one  # a countersignature is told by its cryptography alone
    document = replace(evidence.document, seal=one.seal)
    return replace(one, trust=gather_trust(one.examination, document, evidence, asked))
