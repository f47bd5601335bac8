"""Gathering about each sealed credential inside another, as about a document of its own (ADR 0012)."""

from __future__ import annotations

from dataclasses import replace

from schemas.document import Document, Format
from schemas.evidence import Evidence
from verifier.asked import Asked
from verifier.children import DEEPEST, MOST, read_child, sealed_children
from verifier.gather_seal import gather_seal
from verifier.gather_status import gather_status
from verifier.sealing.nested import taken_out


def with_children(evidence: Evidence, asked: Asked, depth: int = 0, *, signatures: bool = False) -> Evidence:
    """Gather about the sealed credentials inside a document, to some depth; what they name is asked too.

    Args:
        evidence: about the document.
        asked: what every URL answered so far.
        depth: documents around it.
        signatures: each is to be judged for its signatures alone, as what holds it is.
    """
    found = sealed_children(evidence.document)
    if found is None:
        return replace(evidence, more_children=True)
    looked_at = found[:MOST] if depth < DEEPEST else []
    documents = [read_child(data) for data in looked_at]
    children = tuple(
        with_children(
            _child(document, evidence, asked, signatures=signatures), asked, depth + 1, signatures=signatures
        )
        for document in documents
        if document is not None
    )
    return replace(evidence, children=children, more_children=len(children) < len(found))


def _child(document: Document, around: Evidence, asked: Asked, *, signatures: bool) -> Evidence:
    from verifier.gather_signed import gather_signatures  # noqa: PLC0415 - the two gather for each other

    alone = Evidence(document=document, now=around.now, trust=around.trust, official=around.official)
    if signatures or document.format is Format.SIGNED:
        return _as_taken_out(gather_signatures(alone, asked))
    child = gather_seal(alone, asked)
    if child.seal is not None:
        seal = taken_out(document, child.seal)
        child = replace(child, seal=seal)
        if not seal.intact:
            child = replace(child, signed_document=None, seal_trust=None)
    return replace(gather_status(child, asked), resources=asked.resources())


def _as_taken_out(child: Evidence) -> Evidence:
    seal = child.seal and taken_out(child.document, child.seal)
    signatures = tuple(
        replace(one, examination=taken_out(child.document, one.examination)) for one in child.signatures
    )
    return replace(child, seal=seal, signatures=signatures)
