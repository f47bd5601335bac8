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
    over_content = [one for one in found if not one.counters]
    trusted = {one.name: _trusted(one, evidence, asked) for one in over_content[:_MOST_ASKED]}
    signatures = tuple(trusted.get(one.name, one) if not one.counters else one for one in found)
    if len(over_content) != 1:
        return replace(evidence, signatures=signatures)
    only = trusted[over_content[0].name]
    return replace(
        evidence,
        signatures=signatures,
        seal=only.examination,
        seal_trust=only.trust,
        signed_document=signed_document(only.examination),
    )


def _trusted(one: Signature, evidence: Evidence, asked: Asked) -> Signature:
    document = replace(evidence.document, seal=one.seal)
    return replace(one, trust=gather_trust(one.examination, document, evidence, asked))
