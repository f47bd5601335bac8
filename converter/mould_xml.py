"""How EDCI XML of one class is written, byte for byte, and where a learner's own stands in it.

A learner's own are the credential's id, its identifiers and moments, and what the subject says of the person.
What stands in such a place is text without a sign that means anything to XML, so it cannot end the place; and
that the places are what they seem is seen with a learner of marks (`mould_back`).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations, permutations

from converter.mould_marks import turned, url_named
from converter.mould_places import FORMS, MOMENT, OF_PERSONS, places_of
from converter.mould_root import root_id
from converter.mould_taking import is_plain
from converter.mould_written import Rest, beginning, values_between

HERE = b"<achievements>"
"""By what follows the shape of a document may be known."""


@dataclass(frozen=True, slots=True)
class XmlShape:
    """How EDCI XML of one class is written.

    Attributes:
        first: the bytes up to the first place.
        rest: for each place its name, the byte behind it, and the bytes up to the next.
        kinds: of the places, by name and in order.
        forms: what may stand in them, one to a line.
        heads: what stands before each place in the same value, such as the address before its last part.
    """

    first: bytes
    rest: Rest
    kinds: Mapping[str, str]
    forms: re.Pattern[str]
    heads: Mapping[str, str]

    def taken(self, data: bytes) -> dict[str, str] | None:
        """Take a document apart that is written so; None where it is not."""
        values = values_between(data, self.first, self.rest, self.kinds, self.forms)
        if values is None:
            return None
        plain = all(is_plain(values[name]) for name, kind in self.kinds.items() if kind in OF_PERSONS)
        return values if plain else None

    @property
    def named(self) -> tuple[str, ...]:
        """The places of names."""
        return tuple(name for name, kind in self.kinds.items() if kind == "name")

    def filled(self, values: Mapping[str, str]) -> bytes:
        """Put values in."""
        return self.first + b"".join(values[name].encode() + piece for name, _, piece in self.rest)

    def moments(self, values: Mapping[str, str]) -> list[datetime | None]:
        """Read the moments; None for one that never was."""
        return [_moment_of(values[name]) for name, kind in self.kinds.items() if kind == "moment"]


def shape_of(data: bytes) -> tuple[bytes, XmlShape] | None:
    """Cut a document at what is its learner's own; None where its achievements hold too much of that."""
    places = list(places_of(data))
    if not any(place.name == "id" for place in places) or len({one.name for one in places}) != len(places):
        return None
    ends = [*(place.start for place in places[1:]), len(data)]
    pieces = [data[place.end : end] for place, end in zip(places, ends, strict=True)]
    if not all(pieces):
        return None
    here = data.find(HERE)
    free = min((place.start for place in places if place.start > here), default=len(data))
    start = beginning(data, HERE, free)
    if not start:
        return None
    texts = {place.name: data[place.start : place.end].decode() for place in places}
    kinds = {place.name: place.kind for place in places}
    forms = "\n".join(_form(kinds[name], text) for name, text in texts.items())
    heads = {place.name: place.head for place in places}
    if heads["id"] + texts["id"] != root_id(data):
        return None
    rest = tuple(zip(kinds, (piece[:1] for piece in pieces), pieces, strict=True))
    shape = XmlShape(data[: places[0].start], rest, kinds, re.compile(forms, re.ASCII), heads)
    return start, shape


def marked(shape: XmlShape, values: Mapping[str, str]) -> dict[str, str]:
    """Make up a learner who is nothing but marks, of the shape of a real one."""
    marks = {
        name: _mark(kind, values[name], number) for number, (name, kind) in enumerate(shape.kinds.items())
    }
    for whole, *parts in relations(shape, values):
        if whole == "id":
            marks[whole] = named_after(shape, marks, parts[0])
        else:
            marks[whole] = " ".join(marks[part] for part in parts)
    return marks


def named_after(shape: XmlShape, values: Mapping[str, str], name: str) -> str:
    """Return the UUID that an address of the document gives (RFC 9562 §5.5)."""
    return url_named((shape.heads[name] + values[name]).encode()).decode()


def relations(shape: XmlShape, values: Mapping[str, str]) -> tuple[tuple[str, ...], ...]:
    """Say which names are others put together, or values another over again: what is made may depend on it.

    The credential's own id may be another address over again: ours are.
    """
    names = shape.named
    found = [
        told for told in permutations(names, 3) if values[told[0]] == f"{values[told[1]]} {values[told[2]]}"
    ]
    moments = tuple(name for name, kind in shape.kinds.items() if kind == "moment")
    alike = [
        (later, earlier)
        for group in (names, moments)
        for earlier, later in combinations(group, 2)
        if values[earlier] == values[later]
    ]
    named = [
        ("id", name)
        for name, kind in shape.kinds.items()
        if kind == "entity" and named_after(shape, values, name) == values["id"]
    ]
    return (*found, *alike, *named)


def _form(kind: str, text: str) -> str:
    """Return the pattern of what may stand in a place: as long as here, where a class has one length."""
    if kind in OF_PERSONS:
        return r"[^\n]+"
    own = {"hex": f"[0-9a-f]{{{len(text)}}}", "moment": _form_of_moment(text)}
    return own.get(kind, FORMS[kind])


def _mark(kind: str, text: str, number: int) -> str:
    """Mark a value; a moment keeps its day, so that moments stand in the order they stood in."""
    digest = hashlib.sha256(f"mark {number}".encode()).hexdigest()
    return {
        "uuid": f"{digest[:8]}-4d61-4b5a-8f71-{digest[8:20]}",
        "entity": f"Mark{number}Zq7XvK3wJ9yB5tR1u",
        "hex": digest[: len(text)],
        "day": f"1883-11-{11 + number % 18:02d}",
        "mail": f"qz{number}vx@mark.example",
        "name": f"Qz{'bcdfghjklmnpqrstvw'[number % 18]}váxkwy'j",
        "words": f"Xq{digest[:12]}wóxk 'z",
    }.get(kind) or _marked_moment(text, number)


def _marked_moment(text: str, number: int) -> str:
    found = MOMENT.fullmatch(text)
    if found is None:
        raise ValueError("not a moment")
    start, second, fraction, zone = found.groups()
    marked = (17 + number) % 60
    if marked == int(second):
        marked = (marked + 29) % 60  # a mark that is the real one proves nothing
    return f"{start}:{marked:02d}{fraction[:1]}{turned(fraction[1:], number)}{zone}"


def _form_of_moment(text: str) -> str:
    """Leave the zone as it is: a class of documents has one or two."""
    zone = len(text) - (1 if text.endswith("Z") else len("+00:00"))
    return re.sub("[0-9]", "[0-9]", re.escape(text[:zone])) + re.escape(text[zone:])


def _moment_of(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
