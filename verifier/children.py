"""Sealed credentials inside another document, each as a document of its own."""

from __future__ import annotations

import json
from typing import Any

from converter.formats.jades import is_compact, is_jades, split_jades
from converter.read import read
from converter.strict import load_json
from schemas.document import Container, Document, Format, SealKind
from schemas.errors import DocumentError
from verifier.signed import read_signed

MOST = 16
"""Right inside one document."""
DEEPEST = 3
"""So many documents around one."""
_PRESENTED = "verifiableCredential"


def sealed_children(document: Document) -> list[bytes] | None:
    """Take the sealed credentials inside a document out of it; None where there are more than are looked at.

    In EDCI XML: each of `childCredentials` that has a seal, and the credential of a presentation. In ELM:
    each JWS in the `verifiableCredential` of a presentation. One that is not sealed is part of what holds it.
    """
    try:
        if document.format is Format.EDCI or (document.seal and document.seal.kind is SealKind.XADES):
            return _in_xml(document.raw)
        if document.format is Format.ELM and Container.PRESENTATION in document.containers:
            return _in_json(document)
    except DocumentError:
        return None
    return []


def read_child(data: bytes) -> Document | None:
    """Read a document that was taken out of another; one that is no credential of ours is a signed file."""
    try:
        found = read(data)
        if isinstance(found, Document) and found.seal is not None:
            return found
    except DocumentError:
        pass
    try:
        return read_signed(data)
    except DocumentError:
        return None


def _in_xml(raw: bytes) -> list[bytes]:
    from verifier.sealing import inner_documents  # noqa: PLC0415 - only what is needed is loaded

    return list(inner_documents(raw))


def _in_json(document: Document) -> list[bytes]:
    said = load_json(split_jades(document.raw).payload if document.seal is not None else document.raw)
    held = said.get(_PRESENTED) if isinstance(said, dict) else None
    return [one for item in (held if isinstance(held, list) else [held]) if (one := _sealed(item))]


def _sealed(item: Any) -> bytes:  # noqa: ANN401 - JSON is any value
    if isinstance(item, str):
        return item.encode("utf-8", "replace") if is_compact(item.encode("utf-8", "replace")) else b""
    return json.dumps(item, ensure_ascii=False).encode() if is_jades(item) else b""
