"""Pictures at hand: the badge's on its page, and an organisation's logo inside the document."""

from __future__ import annotations

import base64
from collections.abc import Iterator

from converter.enrich.concepts import concept
from converter.enrich.draft import Draft, Node, Request, nodes, of_class
from converter.lists import BASE64, JPEG, PNG
from schemas.document import Format

RULE = "picture at hand"
INLINE = "data:image/png;base64,"
_STARTS = ((b"\x89PNG\r\n\x1a\n", PNG), (b"\xff\xd8\xff", JPEG))


def picture_type(data: bytes) -> str | None:
    """Tell by its first bytes which of the pictures Europass takes this is; None for anything else."""
    return next((kind for start, kind in _STARTS if data.startswith(start)), None)


def logos(draft: Draft, request: Request) -> None:
    """Put into the document each logo that it only names by an address: Europass wants the bytes."""
    if request.target is Format.OB2:
        return
    for where, node in of_class(draft.tree, "Organisation"):
        logo = node.get("logo") or {}
        data = request.images.get(str(logo.get("content_url", "")))
        kind = picture_type(data) if data else None
        if data is None or kind is None or logo.get("content"):
            continue
        why = "The picture that its address answered."
        for name, value in (
            ("content", base64.b64encode(data).decode()),
            ("content_type", concept(kind)),
            ("content_encoding", concept(BASE64)),
        ):
            logo.pop(name, None)
            draft.add(f"{where}/logo", logo, name, value, rule=RULE, why=why)


def badge_picture(tree: Node, request: Request) -> bytes | None:
    """Return the first picture of a badge that is at hand as a PNG: its class's, else the badge's own."""
    for address in _addresses(tree):
        data = _inline(address) if address.startswith(INLINE) else request.images.get(address)
        if data and picture_type(data) == PNG:
            return data
    return None


def _addresses(tree: Node) -> Iterator[str]:
    facts = [node for _, node in nodes(tree) if node["type"] == "BadgeFacts"]
    for name in ("class_image", "image"):
        yield from (str(node[name]) for node in facts if node.get(name))


def _inline(address: str) -> bytes | None:
    try:
        return base64.b64decode(address.removeprefix(INLINE), validate=True)
    except ValueError:
        return None
