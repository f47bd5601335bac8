"""How badges of a class are written, byte for byte: one so written is taken apart without being parsed.

A shape is a badge's bytes with the places of a learner's own left open. Such a place is a JSON text or a part
of one, and what may stand there cannot end it: so badges of one shape say the same but for what stands in its
places. That the places are where the badge's members are is seen with a learner of marks: filled with marks
and parsed, a shape must be the badge with the marks in its members, and nothing else.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import orjson

from converter.mould_marks import MOMENTS, OWN_OF_BADGES, marks_of, with_values
from converter.mould_taking import ID, LARGEST, Marks, Opened, Own, is_plain
from converter.mould_written import Rest, beginning, beginnings, cut_at, values_between
from schemas.document import Tree

_MOST_SHAPES = 8192
_MOST_ALIKE = 8
_MOST_KEYS = 64
_ENTITY = ID.pattern.rpartition("(")[2].rstrip(")")
_HERE = b'"badge"'


@dataclass(frozen=True, slots=True)
class Shape:
    """How badges of a class are written.

    Attributes:
        first: the bytes up to the first place.
        rest: for each place its name, the byte behind it, and the bytes up to the next.
        names: of the places, each once.
        forms: what may stand in them, one to a line.
        moments: which of them are moments; the order of the first `ordered` may matter.
        prefix: of the badge's id.
        recipient: of a badge of this shape; its hash and salt are another's.
        keys: of the moulds, by what is known beside the badge.
    """

    first: bytes
    rest: Rest
    names: tuple[str, ...]
    forms: re.Pattern[str]
    moments: tuple[str, ...]
    ordered: int
    prefix: str
    recipient: Tree | None
    keys: dict[Marks, bytes] = field(default_factory=dict)

    def taken(self, data: bytes) -> Opened | None:
        """Take a badge apart that is written so; None where it is not."""
        values = values_between(data, self.first, self.rest, self.names, self.forms)
        return self._opened(data, values) if values is not None else None

    def _opened(self, data: bytes, values: dict[str, str]) -> Opened | None:
        try:
            moments = tuple([datetime.fromisoformat(values[name]) for name in self.moments])
            if "user" in values and not _is_name(values):
                return None
        except ValueError:  # no moment that ever was, no text of JSON
            return None
        values["prefix"] = self.prefix
        recipient = self.recipient
        if recipient is not None:
            recipient = recipient | {name: values[name] for name in ("identity", "salt") if name in values}
        identity = self.prefix + values["id"]
        return Opened(b"", identity, values, recipient, data, Own(), None, self, moments[: self.ordered])


def _is_name(values: dict[str, str]) -> bool:
    """Read a name that is written with escapes; tell whether it is one that every format writes as it stands.

    Raises:
        ValueError: it is no text of JSON.
    """
    if "\\" in values["user"]:
        values["user"] = str(orjson.loads(f'"{values["user"]}"'))
    return is_plain(values["user"])


class Shapes:
    """The shapes met before, found by how the badge's class begins."""

    def __init__(self) -> None:
        """Know none yet."""
        self._known: OrderedDict[bytes, list[Shape]] = OrderedDict()

    def taken(self, data: bytes) -> Opened | None:
        """Take a badge apart whose shape is known; None for any other."""
        if len(data) > LARGEST:
            return None
        for start in beginnings(data, _HERE):
            for shape in self._known.get(start, ()):
                badge = shape.taken(data)
                if badge is not None:
                    return badge
        return None

    def learn(self, badge: Opened, beside: Marks) -> None:
        """Keep the shape of a badge whose key is known, where it has one; or one key more of its shape."""
        shape = badge.shape
        if shape is None:
            made = _shape_of(badge)
            if made is None:
                return
            start, shape = made
            alike = self._known.setdefault(start, [])
            known = next((one for one in alike if (one.first, one.rest) == (shape.first, shape.rest)), None)
            if known is not None:
                shape = known
            elif len(alike) < _MOST_ALIKE:
                alike.append(shape)
            while len(self._known) > _MOST_SHAPES:
                self._known.popitem(last=False)
        if len(shape.keys) >= _MOST_KEYS:
            shape.keys.clear()
        shape.keys[beside] = badge.key


def _shape_of(badge: Opened) -> tuple[bytes, Shape] | None:
    """Cut a badge at what is its learner's own; None where marks, put there, do not stand in its members."""
    values = {name: badge.values[name] for name in OWN_OF_BADGES if name in badge.values}
    marks = marks_of({"prefix": badge.values["prefix"], **values})
    first, rest = _cut(badge.data, values)
    if marks is None or {name for name, _, _ in rest} != set(values) or not all(one[1] for one in rest):
        return None
    filled = first + b"".join(marks[name].encode() + piece for name, _, piece in rest)
    try:
        if orjson.loads(filled) != with_values(orjson.loads(badge.data), marks):
            return None
    except orjson.JSONDecodeError:
        return None
    start = _beginning(badge.data, first, rest, values)
    if not start:
        return None
    forms = re.compile("\n".join(_form_of(name, text) for name, text in values.items()), re.ASCII)
    moments = tuple(name for name in MOMENTS if name in values)
    ordered = len([name for name in MOMENTS[:2] if name in values])
    prefix, recipient = badge.values["prefix"], badge.recipient
    return start, Shape(first, rest, tuple(values), forms, moments, ordered, prefix, recipient)


def _cut(data: bytes, values: Mapping[str, str]) -> tuple[bytes, Rest]:
    named = {text.encode(): name for name, text in values.items()}
    first, *parts = cut_at(data, named)
    rest = zip(parts[::2], parts[1::2], strict=True)
    return first, tuple((named[text], piece[:1], piece) for text, piece in rest)


def _form_of(name: str, text: str) -> str:
    """Return the pattern of what may stand in a place: as long as here, where a class has one length."""
    if name == "id":
        return _ENTITY
    if name == "user":
        return r"[^\n]+"
    if name not in MOMENTS:
        start = "sha256$" if name == "identity" else ""
        return f"{re.escape(start)}[0-9a-f]{{{len(text) - len(start)}}}"
    return re.sub("[0-9]", "[0-9]", re.escape(text))


def _beginning(data: bytes, first: bytes, rest: Rest, values: Mapping[str, str]) -> bytes:
    """Return how the badge's class begins, as far as it holds no place; empty where that is too short."""
    here = data.find(_HERE)
    at, end = 0, len(first)
    for name, _, piece in rest:
        if at <= here < end:
            break
        at = end + len(values[name].encode())
        end = at + len(piece)
    return beginning(data, _HERE, end) if at <= here < end else b""
