"""The originals that a converted document carries, and those carried in these in turn."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from converter.carrier import EnclosedFile, open_pdf
from converter.enrich.carrying import EXTENSION, RECORD_NAME, digest
from converter.lists import CONVERSION
from schemas import vocabulary
from schemas.document import Document, Format, Tree
from schemas.errors import DocumentError

MOST_CARRIERS = 3
"""How deep a carrier may stand in another; a badge that went through both Europass formats needs two."""
MOST_ORIGINALS = 100
_LABEL = re.compile(r"(?P<media_type>\S+); sha-256=(?P<digest>[0-9a-f]{64})")
_TEXTUAL = frozenset({"application/json", "application/ld+json", "text/plain"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """A document found in a carrier.

    Attributes:
        where: JSON pointer of the carrier in the document that was handed in.
        data: byte for byte.
        media_type: as the carrier states it, may be empty.
        name: a file name, may be empty.
    """

    where: str
    data: bytes
    media_type: str
    name: str


def originals(document: Document, target: Format, depth: int = MOST_CARRIERS) -> tuple[Original, ...]:
    """Find the originals of a format: carried by the document, or by an original it carries.

    One whose digest is not the stated one is none, and an enclosed file that is no badge or credential
    stops nothing.
    """
    from converter.read import read  # noqa: PLC0415 - the reader loads every format

    found: dict[bytes, Original] = {}
    for original in _carried(document.format, document.tree):
        try:
            inner = read(original.data)
        except DocumentError:
            continue
        if not isinstance(inner, Document):
            continue
        if inner.format is target:
            found.setdefault(original.data, original)
        elif depth > 1:
            for one in originals(inner, target, depth - 1):
                nested = Original(
                    where=original.where, data=one.data, media_type=one.media_type, name=one.name
                )
                found.setdefault(one.data, nested)
        if len(found) >= MOST_ORIGINALS:
            break
    return tuple(found.values())


def carried(document: Document) -> tuple[Original, ...]:
    """Return what the document itself carries, whatever it is, the record of its conversion left aside."""
    return tuple(_carried(document.format, document.tree))


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundRecord:
    """The record of a conversion, as it stands in the document.

    Attributes:
        where: JSON pointer.
        data: its bytes.
        whole: whether its digest is the one stated beside it; True where none is.
    """

    where: str
    data: bytes
    whole: bool = True


def records(document: Document) -> Iterator[FoundRecord]:
    """Find the record that travels with a converted document; more than one is one too many."""
    fmt, tree = document.format, document.tree
    if fmt is Format.ELM:
        for where, media in _evidence(tree):
            data = _decoded(media.get("content")) if isinstance(media, dict) else None
            if data is not None and _text(media.get("title")) == RECORD_NAME:
                label = _LABEL.fullmatch(_text(media.get("description")))
                yield FoundRecord(
                    where=where, data=data, whole=label is not None and label["digest"] == digest(data)
                )
    elif fmt is Format.EDCI:
        for index, media in enumerate(_listed(tree.get("attachmentList"))):
            for one in _in_pdf(media):
                if one.name == RECORD_NAME and not one.is_source:
                    yield FoundRecord(where=f"/attachmentList/{index}", data=one.data)
    elif fmt is Format.OB2 and isinstance(tree.get(EXTENSION), dict):
        data = _decoded(tree[EXTENSION].get("custody"))
        if data is not None:
            yield FoundRecord(where=f"/{EXTENSION}/custody", data=data)


def _in_pdf(media: Any) -> tuple[EnclosedFile, ...]:  # noqa: ANN401 - any XML
    data = _decoded(media.get("content")) if isinstance(media, dict) else None
    if data is None or not data.startswith(b"%PDF"):
        return ()
    try:
        return open_pdf(data)
    except DocumentError:
        return ()  # a PDF of somebody else's, locked or damaged, carries nothing of ours


def _carried(fmt: Format, tree: Tree) -> Iterator[Original]:
    if fmt is Format.ELM:
        for where, media in _evidence(tree):
            yield from _of_media(media, where)
    elif fmt is Format.EDCI:
        for index, media in enumerate(_listed(tree.get("attachmentList"))):
            yield from _of_attachment(media, f"/attachmentList/{index}")
    else:
        yield from _of_extension(tree.get(EXTENSION), f"/{EXTENSION}")


def _evidence(tree: Tree) -> Iterator[tuple[str, Any]]:
    """EDC-AP converted: the evidence of type conversion embeds the original."""
    for index, evidence in enumerate(_listed(tree.get("evidence"))):
        if isinstance(evidence, dict) and _id(evidence.get("dcType")) == CONVERSION:
            for at, media in enumerate(_listed(evidence.get("embeddedEvidence"))):
                yield f"/evidence/{index}/embeddedEvidence/{at}", media


def _of_media(media: Any, where: str) -> Iterator[Original]:  # noqa: ANN401 - hostile JSON
    if not isinstance(media, dict):
        return
    label = _LABEL.fullmatch(_text(media.get("description")))
    data = _decoded(media.get("content"))
    if label is not None and data is not None and digest(data) == label["digest"]:
        name = _text(media.get("title"))
        if name == RECORD_NAME:
            return
        yield Original(where=where, data=data, media_type=label["media_type"], name=name)


def _of_attachment(media: Any, where: str) -> Iterator[Original]:  # noqa: ANN401 - any XML
    """Read what a PDF attachment holds; a raw attachment of a badge or credential is read too."""
    data = _decoded(media.get("content")) if isinstance(media, dict) else None
    if data is None:
        return
    if data.startswith(b"%PDF"):
        for one in _in_pdf(media):
            if one.is_source:
                yield Original(where=where, data=one.data, media_type=one.media_type, name=one.name)
        return
    content_type = media.get("contentType")
    uri = content_type.get("@uri") if isinstance(content_type, dict) else ""
    kind = vocabulary.media_type(str(uri)) or ""
    if kind in _TEXTUAL:
        yield Original(where=where, data=data, media_type=kind, name="")


def _of_extension(node: Any, where: str) -> Iterator[Original]:  # noqa: ANN401 - hostile JSON
    data = _decoded(node.get("content")) if isinstance(node, dict) else None
    if data is not None and digest(data) == node.get("sha256"):
        said = (node.get("mediaType"), node.get("fileName"))
        media_type, name = (one if isinstance(one, str) else "" for one in said)
        yield Original(where=where, data=data, media_type=media_type, name=name)


def _listed(value: Any) -> list[Any]:  # noqa: ANN401
    return value if isinstance(value, list) else []


def _id(value: Any) -> Any:  # noqa: ANN401
    return value.get("id") if isinstance(value, dict) else None


def _text(value: Any) -> str:  # noqa: ANN401
    if isinstance(value, dict):
        value = next(iter(value.values()), "")
    if isinstance(value, list):
        value = next(iter(value), "")
    return value if isinstance(value, str) else ""


def _decoded(content: Any) -> bytes | None:  # noqa: ANN401
    if not isinstance(content, str):
        return None
    try:
        return base64.b64decode("".join(content.split()), validate=True)
    except (binascii.Error, ValueError):
        return None
