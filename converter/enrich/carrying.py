"""The original travels along: byte for byte, with its media type, its digest and where it came from."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from typing import Any

from converter.carrier import enclose_pdf, open_pdf
from converter.enrich.concepts import concept
from converter.enrich.draft import Draft, Enclosure, Node, Request
from converter.enrich.presentation import page_of
from converter.lists import BASE64, CONVERSION, PDF
from schemas import vocabulary
from schemas.document import Format, Tree
from schemas.errors import DocumentError
from schemas.pivot import Credential, from_tree

RULE = "carrier"
WHY = "The original, byte for byte, so that anyone can trace the conversion back."
EXTENSION = "extensions:EuropassCredentialExtension"
EXTENSION_CONTEXT = "https://w3id.org/badgepass/extensions/EuropassCredentialExtension/context.json"
_LABEL = re.compile(r"(?P<media_type>\S+); sha-256=(?P<digest>[0-9a-f]{64})")


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
        "description": {"en": f"{enclosure.media_type}; sha-256={_digest(enclosure.data)}"},
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
    page = page_of(from_tree(Credential, draft.tree), request.language, request)
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
        "sha256": _digest(first.data),
        "content": base64.b64encode(first.data).decode(),
        **({"sourceUrl": first.source_url} if first.source_url else {}),
    }


def carried(fmt: Format, tree: Tree) -> tuple[Enclosure, ...]:
    """Find the originals a converted document carries; one whose digest does not match is none."""
    if fmt is Format.ELM:
        return tuple(filter(None, (_of_media(media) for media in _evidence(tree))))
    if fmt is Format.EDCI:
        return tuple(one for media in tree.get("attachmentList") or [] for one in _of_attachment(media))
    found = _of_extension(tree.get(EXTENSION))
    return (found,) if found else ()


def _evidence(tree: Tree) -> list[Node]:
    return [
        media
        for evidence in tree.get("evidence") or []
        if isinstance(evidence, dict) and (evidence.get("dcType") or {}).get("id") == CONVERSION
        for media in evidence.get("embeddedEvidence") or []
        if isinstance(media, dict)
    ]


def _of_media(media: Node) -> Enclosure | None:
    label = _LABEL.fullmatch(_text(media.get("description")))
    data = _decoded(media.get("content"))
    if label is None or data is None or _digest(data) != label["digest"]:
        return None
    name, url = _text(media.get("title")), media.get("contentURL", "")
    return Enclosure(data=data, media_type=label["media_type"], name=name, source_url=str(url))


def _of_attachment(media: Node) -> list[Enclosure]:
    """Read what a PDF attachment holds; a raw attachment of a badge or credential is read too."""
    data = _decoded(media.get("content"))
    if data is None:
        return []
    if data.startswith(b"%PDF"):
        try:
            attached = open_pdf(data)
        except DocumentError:
            return []  # a PDF of somebody else's, locked or damaged, carries nothing of ours
        return [
            Enclosure(data=one.data, media_type=one.media_type, name=one.name, source_url=one.source_url)
            for one in attached
            if one.is_source
        ]
    kind = vocabulary.media_type(str((media.get("contentType") or {}).get("@uri", "")))
    known = kind in ("application/json", "application/ld+json", "text/plain")
    return [Enclosure(data=data, media_type=str(kind), name="original")] if known else []


def _of_extension(node: Any) -> Enclosure | None:  # noqa: ANN401 - hostile JSON
    if not isinstance(node, dict):
        return None
    data = _decoded(node.get("content"))
    if data is None or _digest(data) != node.get("sha256"):
        return None
    names = (node.get("mediaType"), node.get("fileName"), node.get("sourceUrl", ""))
    media_type, name, url = (one if isinstance(one, str) else "" for one in names)
    return Enclosure(data=data, media_type=media_type, name=name, source_url=url)


def _text(value: Any) -> str:  # noqa: ANN401
    if isinstance(value, dict):
        value = next(iter(value.values()), "")
    return value if isinstance(value, str) else ""


def _decoded(content: Any) -> bytes | None:  # noqa: ANN401
    if not isinstance(content, str):
        return None
    try:
        return base64.b64decode("".join(content.split()), validate=True)
    except (binascii.Error, ValueError):
        return None


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
