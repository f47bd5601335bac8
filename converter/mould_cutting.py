"""A document cut at its marks, and filled again; what it holds in base64 is cut too, with its digest."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from converter.conversion import Conversion

CHECKED = 1000
"""The cast of this number is held against the long way; after it one of three times as many, and so on."""
SELDOMEST = 30_000
"""At least one of so many is, however often a mould has held."""
_INSIDE = re.compile(r"[A-Za-z0-9+/]{200,}={0,2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Pieces:
    """Bytes between which values belong."""

    fixed: tuple[bytes, ...]
    places: tuple[str, ...]

    @classmethod
    def of(cls, text: str, marks: Mapping[str, str]) -> _Pieces:
        """Cut a text at its marks, the longest first: a full name is not two names."""
        pattern = "|".join(re.escape(mark) for mark in sorted(marks, key=len, reverse=True))
        parts = re.split(f"({pattern})", text)
        return cls(tuple(part.encode() for part in parts[::2]), tuple(marks[mark] for mark in parts[1::2]))

    def filled(self, forms: Mapping[str, str]) -> bytes:
        """Put values in."""
        pieces = [self.fixed[0]]
        for name, piece in zip(self.places, self.fixed[1:], strict=True):
            pieces += (forms[name].encode(), piece)
        return b"".join(pieces)


@dataclass(slots=True)
class Mould:
    """What all badges of a class share, and between its pieces the places of a learner's own.

    Attributes:
        inside: what the document holds in base64, in which a learner's own stands as well.
    """

    pieces: _Pieces
    inside: tuple[_Pieces, ...]
    made: Conversion
    casts: int = 0
    due: int = 0

    def __post_init__(self) -> None:
        self.due = CHECKED

    def is_due(self) -> bool:
        """Count a cast, and tell whether it is to be held against the long way."""
        self.casts += 1
        if self.casts < self.due:
            return False
        self.due += min(2 * self.due, SELDOMEST)
        return True


def cut(made: Conversion, forms: Mapping[str, str]) -> Mould:
    """Cut a document at the forms in which marks stand in it."""
    marks = {mark: name for name, mark in forms.items()}
    text = made.document.decode()
    inside: list[_Pieces] = []
    for found in dict.fromkeys(_INSIDE.findall(text)):
        held = None if found in marks else _decoded(found)
        if held is None or not any(mark in held for mark in marks):
            continue
        at = len(inside)
        inside.append(_Pieces.of(held, dict(marks)))
        marks[found] = f"base64 {at}"
        marks[hashlib.sha256(held.encode()).hexdigest()] = f"sha256 {at}"
    return Mould(_Pieces.of(text, marks), tuple(inside), made)


def _decoded(text: str) -> str | None:
    try:
        return base64.b64decode(text, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None


def filled(mould: Mould, forms: Mapping[str, str]) -> Conversion:
    """Cast a document."""
    if mould.inside:
        forms = dict(forms)
        for at, pieces in enumerate(mould.inside):
            held = pieces.filled(forms)
            forms[f"base64 {at}"] = base64.b64encode(held).decode()
            forms[f"sha256 {at}"] = hashlib.sha256(held).hexdigest()
    made = mould.made
    return Conversion(
        format=made.format,
        document=mould.pieces.filled(forms),
        media_type=made.media_type,
        file_name=made.file_name,
        report=made.report,
        notes=made.notes,
    )


def equal(one: Conversion, other: Conversion) -> bool:
    """Tell whether two conversions made the same, and say the same of it."""
    return (one.document, one.report, one.notes, one.file_name) == (
        other.document,
        other.report,
        other.notes,
        other.file_name,
    )
