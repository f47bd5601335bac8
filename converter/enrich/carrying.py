"""The original travels along: byte for byte, with its media type, its digest and where it came from."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace

from converter.carrier import Blank, enclose_pdf
from converter.class_carrier import may_come_from
from converter.display import DisplayPage
from converter.enrich.concepts import concept
from converter.enrich.draft import Draft, Enclosure, Node, Request, items
from converter.enrich.pictures import badge_picture
from converter.enrich.presentation import page_of
from converter.lists import BASE64, CONVERSION, EXTENSION, PDF
from schemas import vocabulary
from schemas.document import Format
from schemas.pivot import Credential, from_tree

__all__ = [
    "CUSTODY",
    "EXTENSION",
    "EXTENSION_CONTEXT",
    "RECORDED",
    "RECORD_NAME",
    "RULE",
    "WHY",
    "carry",
    "digest",
    "extension",
    "record",
]
RULE = "carrier"
CUSTODY = "custody"
RECORD_NAME = "custody.json"
_JSON = "application/json"
WHY = "The original, byte for byte, so that anyone can trace the conversion back."
RECORDED = "The record of the conversion: of what, when, by which tables, and what was verified before."
_EMPTY = base64.b64encode(b"the record of this conversion").decode()
"""Keeps the place of the record until all is told that it tells."""
EXTENSION_CONTEXT = "https://w3id.org/badgepass/extensions/EuropassCredentialExtension/context.json"


def carry(draft: Draft, request: Request) -> None:
    """Enclose each original where the target has a place for it; for a badge see `extension`."""
    for enclosure in request.enclosures:
        if request.target is Format.ELM:
            _as_evidence(draft, enclosure)
        elif request.target is Format.EDCI:
            _as_attachment(draft, request, enclosure)
    if request.recorded and request.target is Format.ELM:
        _record_in_evidence(draft)
    elif request.recorded and request.target is Format.EDCI:
        draft.append("", draft.tree, "attachment", _media(_EMPTY, PDF), rule=CUSTODY, why=RECORDED)


def _as_evidence(draft: Draft, enclosure: Enclosure) -> None:
    """EDC-AP converted: Evidence of type conversion with the original as embedded evidence."""
    media: Node = {
        "title": {"en": enclosure.name},
        "description": {"en": f"{enclosure.media_type}; sha-256={digest(enclosure.data)}"},
        **_media(base64.b64encode(enclosure.data).decode(), vocabulary.file_type(enclosure.media_type).uri),
    }
    if enclosure.source_url:
        media["content_url"] = enclosure.source_url
    evidence = {"type": "Evidence", "dc_type": concept(CONVERSION), "embedded_evidence": [media]}
    draft.append("", draft.tree, "evidence", evidence, rule=RULE, why=WHY)


def _record_in_evidence(draft: Draft) -> None:
    """Keep a place for the record beside the first original, or by itself where none travels along."""
    media = {"type": "MediaObject", "title": {"en": RECORD_NAME}, "description": {"en": _EMPTY}}
    media |= _media(_EMPTY, vocabulary.file_type(_JSON).uri)
    for index, evidence in enumerate(draft.tree.get("evidence") or []):
        if evidence and (evidence.get("dc_type") or {}).get("id") == CONVERSION:
            where = f"/evidence/{index}"
            draft.append(where, evidence, "embedded_evidence", media, rule=CUSTODY, why=RECORDED)
            return
    made = {"type": "Evidence", "dc_type": concept(CONVERSION), "embedded_evidence": [media]}
    draft.append("", draft.tree, "evidence", made, rule=CUSTODY, why=RECORDED)


def record(draft: Draft, request: Request, data: bytes) -> None:
    """Put the written record where `carry` kept its place; it tells of the document that holds it."""
    if request.target is Format.EDCI:
        media = next(one for one in reversed(draft.tree["attachment"]) if one and one["content"] == _EMPTY)
        page = page_of(from_tree(Credential, draft.tree), request.language, request)
        pdf = _behind(
            page, Enclosure(data=data, media_type=_JSON, name=RECORD_NAME), request, is_source=False
        )
        media["content"] = base64.b64encode(pdf).decode()
    elif request.target is Format.ELM:
        held = (
            one for evidence in items(draft.tree, "evidence") for one in items(evidence, "embedded_evidence")
        )
        media = next(one for one in held if one.get("content") == _EMPTY)
        media["content"] = base64.b64encode(data).decode()
        media["description"] = {"en": f"{_JSON}; sha-256={digest(data)}"}


def _media(content: str, kind: str) -> Node:
    return {
        "type": "MediaObject",
        "content": content,
        "content_encoding": concept(BASE64),
        "content_type": concept(kind),
    }


def _as_attachment(draft: Draft, request: Request, enclosure: Enclosure) -> None:
    """EDCI XML names PDF, JPEG and PNG for attachments: a page that shows the badge and holds the rest."""
    shown = page_of(from_tree(Credential, draft.tree), request.language, request)
    page = replace(shown, image=badge_picture(draft.tree, request))
    pdf = _behind(page, enclosure, request, is_source=True)
    media = _media(base64.b64encode(pdf).decode(), PDF)
    draft.append("", draft.tree, "attachment", media, rule=RULE, why=WHY)


def _behind(page: DisplayPage, enclosure: Enclosure, request: Request, *, is_source: bool) -> bytes:
    """Put a file behind a page: behind its class's, where pages show what all learners share."""
    if request.class_pages and may_come_from(enclosure.source_url):
        blank = Blank(
            page=page,
            file_name=enclosure.name,
            media_type=enclosure.media_type,
            is_source=is_source,
            made_at=request.now.replace(hour=0, minute=0, second=0, microsecond=0),
        )
        return request.blank(blank).holding(enclosure.data, enclosure.source_url.encode())
    return enclose_pdf(
        enclosure.data,
        media_type=enclosure.media_type,
        file_name=enclosure.name,
        page=page,
        source_url=enclosure.source_url,
        made_at=request.now.replace(microsecond=0),
        is_source=is_source,
    )


def extension(enclosures: tuple[Enclosure, ...], record: bytes | None = None) -> Node:
    """Make the badge extension that holds the original Europass credential, the record, or both."""
    made: Node = {"@context": EXTENSION_CONTEXT, "type": ["Extension", EXTENSION]}
    if enclosures:
        first, *_ = enclosures
        made |= {
            "mediaType": first.media_type,
            "fileName": first.name,
            "sha256": digest(first.data),
            "content": base64.b64encode(first.data).decode(),
            **({"sourceUrl": first.source_url} if first.source_url else {}),
        }
    if record is not None:
        made["custody"] = base64.b64encode(record).decode()
    return made


def digest(data: bytes) -> str:
    """Return the sha-256 of the bytes, hex, as every carrier states it."""
    return hashlib.sha256(data).hexdigest()
