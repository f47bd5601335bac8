"""What goes into a conversion and what comes out."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from converter.carrier import Blank, blank_carrier
from converter.class_carrier import ClassCarrier
from converter.display import DisplayPage, render_page
from converter.lists import EXTENSIONS, MEDIA_TYPES
from converter.mapping import Moved
from converter.report import MappingReport
from converter.writing import Written
from schemas.custody import Custody
from schemas.document import Document, Format, Tree
from schemas.evidence import Missing, Resource
from schemas.identity import Proven
from schemas.institution import InstitutionProfile
from schemas.sealing import Sealing


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A document to convert, with what was gathered about it.

    Attributes:
        resources: what its URLs answered; a badge is assembled from them.
        revoked: its issuer is known to have revoked it.
    """

    document: Document
    resources: Mapping[str, Resource | Missing] = field(default_factory=dict)
    revoked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How to convert.

    Attributes:
        now: the moment of conversion, timezone-aware.
        profile: what the institution says.
        strict: refuse when something would be left out.
        enclose: carry the `document`, or the whole file it came in (`original`), or `nothing`.
        use_carrier: give back the original a converted document carries, where there is one.
        recipient: kind and value of a badge's recipient.
        draw: draws a page; whoever converts many keeps those already drawn.
        blank: sets the page of a class, behind which originals are put; likewise.
        class_pages: pages show what all learners of a badge class share: neither learner nor date.
        custody: have the record of the conversion travel along; without it none is written.
        sealing: what goes into the document because it will be sealed.
        identity: the learner's, proven; never written into a badge.
    """

    now: datetime
    profile: InstitutionProfile = field(default_factory=InstitutionProfile)
    strict: bool = False
    enclose: str = "document"
    use_carrier: bool = True
    recipient: tuple[str, str] | None = None
    draw: Callable[[DisplayPage], bytes] = render_page
    blank: Callable[[Blank], ClassCarrier] = blank_carrier
    class_pages: bool = False
    custody: Custody | None = None
    sealing: Sealing | None = None
    identity: Proven | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """A converted document; unsigned unless it is an original given back.

    Attributes:
        document: the bytes.
        report: the four lists.
        given_back: these are the original's own bytes, so its signature still holds.
        notes: what the writer had to settle, a sentence each.
    """

    format: Format
    document: bytes
    media_type: str
    file_name: str
    report: MappingReport
    given_back: bool = False
    notes: tuple[str, ...] = ()

    @property
    def sha256(self) -> str:
        """The digest of the document, hex."""
        return hashlib.sha256(self.document).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifted:
    """A source on the pivot, with the language its bare texts were taken to be in.

    Attributes:
        place: says where a value of the lifted tree's source stands in the document as it was read.
    """

    moved: Moved
    language: str
    place: Callable[[str], str]


def conversion_of(fmt: Format, out: Written, report: MappingReport, pivot: Tree) -> Conversion:
    """Put a conversion together; the file is named after the credential's title."""
    return Conversion(
        format=fmt,
        document=out.data,
        media_type=MEDIA_TYPES[fmt],
        file_name=f"{_slug(pivot)}.{EXTENSIONS[fmt]}",
        report=report,
        notes=out.notes,
    )


def _slug(tree: dict[str, Any]) -> str:
    title = next(iter(((tree.get("display_parameter") or {}).get("title") or {"": "credential"}).values()))
    text = title if isinstance(title, str) else title[0]
    return re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-")[:60] or "credential"
