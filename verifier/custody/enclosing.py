"""What can be told at a glance of a document that may have been converted."""

from __future__ import annotations

import hashlib

from converter.lists import EXTENSION
from schemas.custody import Origin
from schemas.document import Document, Format

_MEMBERS = {Format.ELM: "evidence", Format.EDCI: "attachmentList", Format.OB2: EXTENSION}


def may_enclose(document: Document) -> bool:
    """Tell whether a document has the member that an original would stand in: most have not."""
    return bool(document.tree.get(_MEMBERS.get(document.format, "")))


def is_of(origin: Origin, document: Document) -> bool:
    """Tell whether a document is the original byte for byte, whole or out of what it was wrapped in."""
    return origin.sha256 in (digest(document.raw), digest(document.original))


def digest(data: bytes) -> str:
    """Return the sha-256, hex."""
    return hashlib.sha256(data).hexdigest()
