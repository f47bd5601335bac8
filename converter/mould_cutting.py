"""A document cut at its marks, and filled again; what it holds in base64 is cut too, with its digest."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import orjson

from converter.class_carrier import ClassCarrier, parted
from converter.conversion import Conversion
from converter.mould_written import cut_at
from converter.report import MappingReport

CHECKED = 1000
"""The cast of this number is held against the long way; after it one of three times as many, and so on."""
SELDOMEST = 30_000
"""At least one of so many is, however often a mould has held."""
_MOST_REPORTS = 1024
_INSIDE = re.compile(r"[A-Za-z0-9+/]{200,}={0,2}", re.ASCII)


@dataclass(slots=True)
class Held:
    """What is held against the long way, ever more seldom.

    Attributes:
        casts: so many so far.
        due: the cast that is to be held against it.
    """

    casts: int = field(default=0, kw_only=True)
    due: int = field(default_factory=lambda: CHECKED, kw_only=True)

    def is_due(self) -> bool:
        """Count a cast, and tell whether it is to be held against the long way."""
        self.casts += 1
        if self.casts < self.due:
            return False
        self.due += min(max(2 * self.due, CHECKED), SELDOMEST)
        return True


@dataclass(frozen=True, slots=True)
class Pieces:
    """Bytes between which values belong.

    Attributes:
        whole: the bytes, and between each two of them nothing yet.
        places: which of `whole` is whose.
    """

    whole: tuple[bytes, ...]
    places: tuple[tuple[int, str], ...]

    @property
    def size(self) -> int:
        """How many bytes it keeps."""
        return sum(map(len, self.whole))

    @classmethod
    def of(cls, text: str, marks: Mapping[str, str]) -> Pieces:
        """Cut a text at its marks."""
        parts = cut_at(text, marks)
        whole = tuple(b"" if at % 2 else part.encode() for at, part in enumerate(parts))
        places = tuple((at, marks[part]) for at, part in enumerate(parts) if at % 2)
        return cls(whole, places)

    def filled(self, forms: Mapping[str, bytes]) -> bytes:
        """Put values in."""
        pieces = list(self.whole)
        for at, name in self.places:
            pieces[at] = forms[name]
        return b"".join(pieces)

    def escaped(self) -> Pieces:
        """Return the bytes as they stand in a text of JSON; no value needs an escape there."""
        return replace(self, whole=tuple(_escaped(piece) for piece in self.whole))


@dataclass(frozen=True, slots=True)
class _Carrier:
    """A carrier of a class in base64: what stands in the file attached, and in where it came from."""

    carrier: ClassCarrier
    pieces: Pieces
    source_url: Pieces

    @property
    def size(self) -> int:
        return len(self.carrier.head) + self.pieces.size

    def filled(self, forms: Mapping[str, bytes]) -> bytes:
        return self.carrier.holding(self.pieces.filled(forms), self.source_url.filled(forms))


@dataclass(frozen=True, slots=True)
class Quoted:
    """A document as it stands within a text of JSON.

    Attributes:
        text: between the quotes.
        size: of the document itself, in bytes.
        like: a conversion that differs in the learner alone: its document is another's.
    """

    text: bytes
    size: int
    like: Conversion


@dataclass(slots=True)
class Mould(Held):
    """What all badges of a class share, and between its pieces the places of a learner's own.

    Attributes:
        pieces: of the document; `quoted`: of the same within a text of JSON.
        inside: what the document holds in base64, in which a learner's own stands as well.
        made: what else was made; its document is left out, for there are thousands of classes.
        lessons: how often a badge of the class was looked at for how it is written.
    """

    pieces: Pieces
    quoted: Pieces
    inside: tuple[Pieces | _Carrier, ...]
    made: Conversion
    lessons: int = 0

    @property
    def size(self) -> int:
        """How many bytes it keeps, but for what many share."""
        return self.pieces.size + self.quoted.size + sum(one.size for one in self.inside)


class Reports:
    """The four lists of what was made: many classes share them, and each is large, so each is kept once."""

    def __init__(self) -> None:
        """Know none yet."""
        self._known: dict[MappingReport, MappingReport] = {}

    def shared(self, made: Conversion) -> Conversion:
        """Return a conversion with its lists as they are kept."""
        if len(self._known) > _MOST_REPORTS:
            self._known.clear()
        return replace(made, report=self._known.setdefault(made.report, made.report))


def cut(made: Conversion, forms: Mapping[str, bytes]) -> Mould:
    """Cut a document at the forms in which marks stand in it."""
    marks = {mark.decode(): name for name, mark in forms.items()}
    text = made.document.decode()
    inside: list[Pieces | _Carrier] = []
    for found in dict.fromkeys(_INSIDE.findall(text)):
        held = None if found in marks else _decoded(found)
        cut_up = _cut_up(held, marks) if held is not None else None
        if held is None or cut_up is None:
            continue
        at = len(inside)
        inside.append(cut_up)
        marks[found] = f"base64 {at}"
        marks[hashlib.sha256(held).hexdigest()] = f"sha256 {at}"
    pieces = Pieces.of(text, marks)
    return Mould(pieces, pieces.escaped(), tuple(inside), replace(made, document=b""))


def _escaped(piece: bytes) -> bytes:
    return orjson.dumps(piece.decode())[1:-1]


def _decoded(text: str) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        return None


def _cut_up(held: bytes, marks: Mapping[str, str]) -> Pieces | _Carrier | None:
    """Cut what stands in base64; None where nothing of a learner's own stands in it."""
    carrier = parted(held) if held.startswith(b"%PDF-") else None
    try:
        texts = [one.decode() for one in (carrier[1:] if carrier is not None else (held,))]
    except UnicodeDecodeError:
        return None
    if not any(mark in text for text in texts for mark in marks):
        return None
    pieces = [Pieces.of(text, marks) for text in texts]
    return _Carrier(carrier[0], *pieces) if carrier is not None else pieces[0]


def with_inside(mould: Mould, forms: dict[str, bytes]) -> dict[str, bytes]:
    """Add the forms of what stands in base64."""
    for at, pieces in enumerate(mould.inside):
        held = pieces.filled(forms)
        forms[f"base64 {at}"] = base64.b64encode(held)
        forms[f"sha256 {at}"] = hashlib.sha256(held).hexdigest().encode()
    return forms


def filled(mould: Mould, forms: dict[str, bytes]) -> Conversion:
    """Cast a document."""
    made = mould.made
    return Conversion(
        format=made.format,
        document=mould.pieces.filled(with_inside(mould, forms)),
        media_type=made.media_type,
        file_name=made.file_name,
        report=made.report,
        notes=made.notes,
    )


def quoted(mould: Mould, forms: dict[str, bytes]) -> Quoted:
    """Cast a document as it stands within a text of JSON."""
    text = mould.quoted.filled(with_inside(mould, forms))
    more = mould.quoted.size - mould.pieces.size
    return Quoted(text, len(text) - more, mould.made)


def equal(one: Conversion, other: Conversion) -> bool:
    """Tell whether two conversions made the same, and say the same of it."""
    return (one.document, one.report, one.notes, one.file_name) == (
        other.document,
        other.report,
        other.notes,
        other.file_name,
    )


def same(one: Quoted, other: Conversion) -> bool:
    """Tell whether a quoted document is another's."""
    return one.size == len(other.document) and one.text == _escaped(other.document)
