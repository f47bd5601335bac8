"""Gathering: the one step that asks the world. Everything after it is pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from schemas.document import Document, Format
from schemas.errors import DocumentError
from schemas.evidence import Evidence, Fetcher, Recipient, Signature, Trust
from schemas.official import Official
from schemas.seal_trust import SealTrust
from verifier.asked import Asked
from verifier.children import DEEPEST, MOST, read_child, sealed_children
from verifier.gather_badge import gather_badge


def gather(
    document: Document,
    *,
    fetcher: Fetcher | Asked,
    now: datetime,
    requested: str = "",
    recipients: tuple[Recipient, ...] = (),
    trust: Trust | None = None,
    official: Official | None = None,
) -> Evidence:
    """Collect all that the checks may look at; a URL that fails becomes part of the evidence.

    Args:
        document: as handed in, and read.
        fetcher: asks the web, replays a bundle, or answers nothing.
        now: the moment the verdict is about, timezone-aware.
        requested: the URL the document was asked by, if it was.
        recipients: who the asker says it is about.
        trust: what the asker trusts.
        official: the official schema files that are at hand.
    """
    asked = fetcher if isinstance(fetcher, Asked) else Asked(fetcher)
    evidence = Evidence(
        document=document,
        now=now,
        requested=requested,
        recipients=recipients,
        trust=trust or Trust(),
        official=official,
    )
    if document.format is Format.OB2:
        return gather_badge(evidence, asked)
    from verifier.gather_seal import gather_seal  # noqa: PLC0415 - only what is needed is loaded
    from verifier.gather_status import gather_status  # noqa: PLC0415 - as above

    evidence = gather_status(gather_seal(evidence, asked), asked)
    return replace(_with_children(evidence, asked), resources=asked.resources())


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
    return replace(_with_children(_examined(evidence, asked), asked), resources=asked.resources())


def _examined(evidence: Evidence, asked: Asked) -> Evidence:
    from verifier.gather_seal import signed_by  # noqa: PLC0415 - only what is needed is loaded
    from verifier.sealing.general import examine_general  # noqa: PLC0415 - as above

    if evidence.document.seal is None:
        return evidence
    try:
        found = examine_general(evidence.document.seal)
    except DocumentError:
        return evidence  # the checks tell that it could not be examined
    signatures = tuple(
        one if one.counters else replace(one, trust=_whom(one, evidence, asked)) for one in found
    )
    over_content = [one for one in signatures if not one.counters]
    if len(over_content) != 1:
        return replace(evidence, signatures=signatures)
    (only,) = over_content
    return replace(
        evidence,
        signatures=signatures,
        seal=only.examination,
        seal_trust=only.trust,
        signed_document=signed_by(only.examination),
    )


def _whom(one: Signature, evidence: Evidence, asked: Asked) -> SealTrust | None:
    from verifier.gather_seal import gather_trust  # noqa: PLC0415 - only what is needed is loaded

    return gather_trust(one.examination, replace(evidence.document, seal=one.seal), evidence, asked)


def _with_children(evidence: Evidence, asked: Asked, depth: int = 0) -> Evidence:
    """Gather about each sealed credential inside, as about a document of its own; only seals are looked at.

    What such a credential links to is asked when it is handed in by itself.
    """
    found = sealed_children(evidence.document)
    looked_at = found[:MOST] if depth < DEEPEST else []
    documents = [read_child(data) for data in looked_at]
    children = tuple(
        _with_children(_child(replace(evidence, document=one), asked), asked, depth + 1)
        for one in documents
        if one is not None
    )
    return replace(evidence, children=children, more_children=len(children) < len(found))


def _child(around: Evidence, asked: Asked) -> Evidence:
    from verifier.gather_seal import gather_seal  # noqa: PLC0415 - only what is needed is loaded
    from verifier.sealing import taken_out  # noqa: PLC0415 - as above

    document = around.document
    alone = Evidence(document=document, now=around.now, trust=around.trust, official=around.official)
    if document.format is Format.SIGNED:
        return _examined(alone, asked)
    child = gather_seal(alone, asked)
    if child.seal is None:
        return child
    seal = taken_out(document, child.seal)
    if seal.intact:
        return replace(child, seal=seal)
    return replace(child, seal=seal, signed_document=None, seal_trust=None)
