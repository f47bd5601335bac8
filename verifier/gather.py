"""Gathering: the one step that asks the world. Everything after it is pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from converter.read import read
from schemas.document import Document, Format
from schemas.errors import DocumentError
from schemas.evidence import Evidence, Fetcher, Recipient, SealExamination, Trust
from schemas.official import Official
from verifier.asked import Asked
from verifier.gather_badge import gather_badge
from verifier.gather_status import gather_status


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
    sealed = gather_status(_sealed(evidence), asked)
    return replace(sealed, resources=asked.resources())


def _sealed(evidence: Evidence) -> Evidence:
    """Examine a Europass seal, and read anew what it covers: only that may be believed."""
    from verifier.sealing import examine  # noqa: PLC0415 - only what is needed is loaded

    try:
        seal = examine(evidence.document)
    except DocumentError:
        return evidence  # the checks tell that it could not be examined
    return replace(evidence, seal=seal, signed_document=_signed(seal))


def _signed(seal: SealExamination | None) -> Document | None:
    if seal is None or not seal.intact or seal.signed is None:
        return None
    try:
        found = read(seal.signed)
    except DocumentError:
        return None
    return found if isinstance(found, Document) else None
