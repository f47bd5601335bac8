"""The original travels along: byte for byte, with its media type, its digest and where it came from."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace

from converter.carrier import enclose_pdf
from converter.enrich.concepts import concept
from converter.enrich.draft import Draft, Enclosure, Node, Request
from converter.enrich.pictures import badge_picture
from converter.enrich.presentation import page_of
from converter.lists import BASE64, CONVERSION, PDF
from schemas import vocabulary
from schemas.document import Format
from schemas.pivot import Credential, from_tree

RULE = "carrier"
WHY = "The original, byte for byte, so that anyone can trace the conversion back."
EXTENSION = "extensions:EuropassCredentialExtension"
EXTENSION_CONTEXT = "https://w3id.org/badgepass/extensions/EuropassCredentialExtension/context.json"


def carry(draft: Draft, request: Request) -> None:
    """Enclose each original where the target has a place for it; for a badge see `extension`."""
    for enclosure in request.enclosures:
        if request.target is Format.ELM:
            _as_evidence(draft, enclosure)
        elif request.target is Format.EDCI:
            _as_attachment(draft, request, enclosure)


def _as_evidence(draft: Draft, enclosure: Enclosure) -> None:
    """EDC-AP converted: Evidence of type conversion with the original as embedded evidence."""
    media: Node = {
        "type": "MediaObject",
        "title": {"en": enclosure.name},
        "description": {"en": f"{enclosure.media_type}; sha-256={digest(enclosure.data)}"},
        "content": base64.b64encode(enclosure.data).decode(),
        "content_encoding": concept(BASE64),
        "content_type": concept(vocabulary.file_type(enclosure.media_type).uri),
    }
    if enclosure.source_url:
        media["content_url"] = enclosure.source_url
    evidence = {"type": "Evidence", "dc_type": concept(CONVERSION), "embedded_evidence": [media]}
    draft.append("", draft.tree, "evidence", evidence, rule=RULE, why=WHY)


def _as_attachment(draft: Draft, request: Request, enclosure: Enclosure) -> None:
    """EDCI XML names PDF, JPEG and PNG for attachments: a page that shows the badge and holds the rest."""
    shown = page_of(from_tree(Credential, draft.tree), request.language, request)
    page = replace(shown, image=badge_picture(draft.tree, request))
    pdf = enclose_pdf(
        enclosure.data,
        media_type=enclosure.media_type,
        file_name=enclosure.name,
        page=page,
        source_url=enclosure.source_url,
        made_at=request.now.replace(microsecond=0),
    )
    media = {
        "type": "MediaObject",
        "content": base64.b64encode(pdf).decode(),
        "content_encoding": concept(BASE64),
        "content_type": concept(PDF),
    }
    draft.append("", draft.tree, "attachment", media, rule=RULE, why=WHY)


def extension(enclosures: tuple[Enclosure, ...]) -> Node:
    """Make the badge extension that holds the original Europass credential."""
    first, *_ = enclosures
    return {
        "@context": EXTENSION_CONTEXT,
        "type": ["Extension", EXTENSION],
        "mediaType": first.media_type,
        "fileName": first.name,
        "sha256": digest(first.data),
        "content": base64.b64encode(first.data).decode(),
        **({"sourceUrl": first.source_url} if first.source_url else {}),
    }


def digest(data: bytes) -> str:
    """Return the sha-256 of the bytes, hex, as every carrier states it."""
    return hashlib.sha256(data).hexdigest()
