"""Complete a lifted credential for its target: from the request, from values at hand, never from nothing."""

from __future__ import annotations

from converter.enrich.badge import badge
from converter.enrich.carrying import carry
from converter.enrich.claims import claimed, claims
from converter.enrich.concepts import concepts
from converter.enrich.draft import Draft, Enclosure, Request
from converter.enrich.fitting import fit
from converter.enrich.header import header
from converter.enrich.holder import learner
from converter.enrich.identity import identity
from converter.enrich.organisations import organisations
from converter.enrich.pictures import logos
from converter.enrich.presentation import presentation
from converter.enrich.sealing import sealed, sealer
from schemas.document import Format

__all__ = ["Draft", "Enclosure", "Request", "complete", "complete_again"]


def complete(draft: Draft, request: Request) -> None:
    """Run every step the target needs; what nobody has given stands in `draft.missing` afterwards."""
    if request.target is Format.OB2:
        badge(draft, request)
        return
    _facts(draft, request)
    if draft.missing:
        return  # pages and carriers are dear, and the document will not be written
    presentation(draft, request)
    carry(draft, request)
    concepts(draft, request)


def complete_again(draft: Draft, request: Request) -> None:
    """Run the same steps on a draft that holds already what only the first conversion could know.

    Nothing is drawn and nothing carried; what is missing is left out.
    """
    if request.target is Format.OB2:
        badge(draft, request)
        return
    _facts(draft, request)
    presentation(draft, request, pages=False)
    concepts(draft, request)


def _facts(draft: Draft, request: Request) -> None:
    identity(draft, request)
    learner(draft, request)
    sealer(draft, request)
    organisations(draft, request)
    claims(draft, request)
    sealed(draft, request)
    logos(draft, request)
    header(draft, request)
    fit(draft, request)
    claimed(draft, request)
