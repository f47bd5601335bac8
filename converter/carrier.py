"""Carry an original through a format that holds only PDF, JPEG and PNG: a PDF/A-3 page with it attached.

EDCI XML's schema lets an attachment be any file, its documentation names those three; any PDF reader opens
this one and gives the original back, byte for byte.
"""

from __future__ import annotations

import hashlib
import io
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from converter.class_carrier import ClassCarrier, arranged
from converter.containers.pdf import unpack_pdf
from converter.display import ISSUER_AND_DATE, MAX_LINES, DisplayPage, draw, page_data
from converter.typeset import Unprintable, typeset
from schemas.vocabulary import file_type, media_type

if TYPE_CHECKING:
    import pikepdf

PICTURE_PPI = 150
_MEDIA_TYPE = re.compile(r"[A-Za-z0-9][\w!#$&^.+-]*/[A-Za-z0-9][\w!#$&^.+-]*", re.ASCII)  # RFC 6838 §4.2


@dataclass(frozen=True, slots=True, kw_only=True)
class EnclosedFile:
    """A file attached to a PDF.

    Attributes:
        name: its file name.
        data: its bytes.
        media_type: as the PDF states it; empty where it does not.
        source_url: where the original came from, as a carrier of ours states it; else empty.
        is_source: whether the page was made from it (`AFRelationship` Source, ISO 32000-2 §7.11.3).
    """

    name: str
    data: bytes
    media_type: str = ""
    source_url: str = ""
    is_source: bool = False


def enclose_pdf(
    original: bytes,
    *,
    media_type: str,
    file_name: str,
    page: DisplayPage,
    made_at: datetime,
    source_url: str = "",
    is_source: bool = True,
) -> bytes:
    """Make a one-page PDF/A-3 that shows the badge and holds the original, unchanged, as an attached file.

    Equal arguments give equal bytes. A page with a character that no embedded font has is shown as a picture,
    since PDF/A allows no character without a glyph (ISO 19005-3 §6.2.11.8).

    Args:
        original: the document as it was received; any bytes, none too.
        media_type: of the original, for instance `application/ld+json`; anything else counts as bytes.
        file_name: for whoever saves the attachment; path separators are taken out.
        page: what is shown; the original's source, type, size and digest are added to its lines.
        made_at: the moment stated as creation; with a zone, or it is taken as UTC.
        source_url: where the original came from, empty where it has no address.
        is_source: the page was made from it; else it only goes with the page.
    """
    name = _file_name(file_name)
    kind = media_type if _MEDIA_TYPE.fullmatch(media_type) else "application/octet-stream"
    facts = _page_lines(original, name, kind, source_url)
    moment = made_at.astimezone(UTC) if made_at.tzinfo else made_at.replace(tzinfo=UTC)
    shown = _page_pdf(page, facts, moment)
    enclosed = EnclosedFile(
        name=name, data=original, media_type=kind, source_url=source_url, is_source=is_source
    )
    return _attach(shown, enclosed, moment)


@dataclass(frozen=True, slots=True, kw_only=True)
class Blank:
    """A page that many originals stand behind: it shows what they share, and the day alone.

    Attributes:
        page: what is shown.
        file_name: of each attachment; plain.
        media_type: of each.
        is_source: the page was made from it.
        made_at: the moment stated as creation.
    """

    page: DisplayPage
    file_name: str
    media_type: str
    is_source: bool
    made_at: datetime


def blank_carrier(blank: Blank) -> ClassCarrier:
    """Set a page and lay it out so that originals can be put behind it, one after the other.

    Raises:
        RuntimeError: what sets pages lays them out in a way that is not known here.
    """
    facts = (("file", blank.file_name), ("media_type", blank.media_type))
    moment = blank.made_at.astimezone(UTC)
    shown = _page_pdf(blank.page, facts, moment)
    nothing = EnclosedFile(
        name=blank.file_name, data=b"", media_type=blank.media_type, is_source=blank.is_source
    )
    made = arranged(_attach(shown, nothing, moment, packed=False))
    if made is None:
        raise RuntimeError("a page of ours is laid out otherwise than pages were")
    return made


def open_pdf(pdf: bytes) -> tuple[EnclosedFile, ...]:
    """Take the attached files out of a PDF, whoever made it.

    Raises:
        Malformed: not a PDF that can be read, locked with a password, or beyond the bounds.
    """
    import pikepdf  # noqa: PLC0415 - 60 ms of import that only a PDF needs

    parts = unpack_pdf(pdf)
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return tuple(_described(opened.attachments[name], name, data) for name, data in parts)


def file_type_uri(media_type: str) -> str:
    """Return the EU file-type concept of a media type, for `MediaObject.contentType`."""
    return file_type(media_type).uri


def media_type_of(file_type_uri: str) -> str | None:
    """Return the usual media type of an EU file-type concept; None where it is not one we know."""
    return media_type(file_type_uri)


def _page_lines(original: bytes, name: str, kind: str, source_url: str) -> tuple[tuple[str, str], ...]:
    return (
        ("source", source_url),
        ("file", name),
        ("media_type", kind),
        ("size", str(len(original))),
        ("sha256", hashlib.sha256(original).hexdigest()),
    )


def _page_pdf(page: DisplayPage, facts: tuple[tuple[str, str], ...], moment: datetime) -> bytes:
    """Set a page that ends with what is told of the file behind it, whatever else must give way."""
    room = MAX_LINES - ISSUER_AND_DATE - len(facts)
    data = page_data(replace(page, lines=(*page.lines[:room], *facts)), note="carrier_note")
    for attempt in (data, {**data, "image": None}):
        try:
            return typeset(attempt, to="pdf", made_at=moment)
        except Unprintable:
            continue
    return typeset({**data, "picture": list(draw(data, ppi=PICTURE_PPI))}, to="pdf", made_at=moment)


def _attach(page: bytes, enclosed: EnclosedFile, moment: datetime, *, packed: bool = True) -> bytes:
    """Attach the original the way PDF/A-3 asks: file specification, relationship, type and date (§6.8)."""
    import pikepdf  # noqa: PLC0415 - as above

    stamp = moment.strftime("D:%Y%m%d%H%M%SZ")
    made = io.BytesIO()
    with pikepdf.open(io.BytesIO(page)) as pdf:
        pdf.attachments[enclosed.name] = pikepdf.AttachedFileSpec(
            pdf,
            enclosed.data,
            description=enclosed.source_url.encode("utf-8", "replace").decode(),
            filename=enclosed.name,
            mime_type=enclosed.media_type,
            creation_date=stamp,
            mod_date=stamp,
            relationship=pikepdf.Name.Source if enclosed.is_source else pikepdf.Name.Data,
        )
        pdf.save(made, deterministic_id=True, compress_streams=packed)
    return made.getvalue()


def _described(spec: pikepdf.AttachedFileSpec, name: str, data: bytes) -> EnclosedFile:
    relationship = spec.obj.get("/AFRelationship")
    kind = spec.get_file().obj.get("/Subtype")
    description = spec.description
    return EnclosedFile(
        name=spec.filename or name,
        data=data,
        media_type="" if kind is None else str(kind).removeprefix("/"),
        source_url=description if description.startswith(("https://", "http://", "urn:")) else "",
        is_source=str(relationship) == "/Source",
    )


def _file_name(name: str) -> str:
    """Keep the last part of a name, without what file systems or PDF readers stumble over."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(letter for letter in last if letter.isprintable() and letter not in '<>:"|?*')
    return kept.strip(" .")[:120] or "original"
