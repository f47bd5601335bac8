"""Gathering: the one step that asks the world. Everything after it is pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from schemas.document import Document, Format
from schemas.evidence import Evidence, Fetcher, Recipient, Trust
from schemas.official import Official
from verifier.asked import Asked
from verifier.custody.enclosing import may_enclose
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
    conversions: int = 0,
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
        conversions: documents around this one, which were converted from it.
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
        return _with_custody(gather_badge(evidence, asked), asked, conversions)
    from verifier.gather_children import with_children  # noqa: PLC0415 - as below
    from verifier.gather_seal import gather_seal  # noqa: PLC0415 - only what is needed is loaded
    from verifier.gather_status import gather_status  # noqa: PLC0415 - as above

    evidence = with_children(gather_status(gather_seal(evidence, asked), asked), asked)
    evidence = replace(evidence, resources=asked.resources())
    return _with_custody(evidence, asked, conversions)


def _with_custody(evidence: Evidence, asked: Asked, conversions: int) -> Evidence:
    if not may_enclose(evidence.document):
        return evidence
    from verifier.custody.gathering import gather_custody  # noqa: PLC0415 - the two gather for each other

    return gather_custody(evidence, asked, conversions)
