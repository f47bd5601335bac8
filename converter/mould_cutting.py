"""A document cut at its marks, and filled again; what it holds in base64 is cut too, with its digest."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import orjson

from converter.conversion import Conversion

CHECKED = 1000
"""The cast of this number is held against the long way; after it one of three times as many, and so on."""
SELDOMEST = 30_000
"""At least one of so many is, however often a mould has held."""
_INSIDE = re.compile(r"[A-Za-z0-9+/]{200,}={0,2}", re.ASCII)


@dataclass(slots=True)
class Held:
    """What is held against the long way, ever more seldom.

    Attributes:
        casts: so many so far.
        due: the cast that is to be held against it.
    """

    casts: int = field(default=0, kw_only=True)
    due: int = field(default=CHECKED, kw_only=True)

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

    @classmethod
    def of(cls, text: str, marks: Mapping[str, str]) -> Pieces:
        """Cut a text at its marks, the longest first: a full name is not two names."""
        pattern = "|".join(re.escape(mark) for mark in sorted(marks, key=len, reverse=True))
        parts = re.split(f"({pattern})", text)
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
        lessons: how often a badge of the class was looked at for how it is written.
    """

    pieces: Pieces
    quoted: Pieces
    inside: tuple[Pieces, ...]
    made: Conversion
    lessons: int = 0


def cut(made: Conversion, forms: Mapping[str, bytes]) -> Mould:
    """Cut a document at the forms in which marks stand in it."""
    marks = {mark.decode(): name for name, mark in forms.items()}
    text = made.document.decode()
    inside: list[Pieces] = []
    for found in dict.fromkeys(_INSIDE.findall(text)):
        held = None if found in marks else _decoded(found)
        if held is None or not any(mark in held for mark in marks):
            continue
        at = len(inside)
        inside.append(Pieces.of(held, dict(marks)))
        marks[found] = f"base64 {at}"
        marks[hashlib.sha256(held.encode()).hexdigest()] = f"sha256 {at}"
    pieces = Pieces.of(text, marks)
    return Mould(pieces, pieces.escaped(), tuple(inside), made)


def _escaped(piece: bytes) -> bytes:
    return orjson.dumps(piece.decode())[1:-1]


def _decoded(text: str) -> str | None:
    try:
        return base64.b64decode(text, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None


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
    more = sum(map(len, mould.quoted.whole)) - sum(map(len, mould.pieces.whole))
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
