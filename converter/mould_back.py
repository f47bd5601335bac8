"""Badges made of EDCI XML of one class: once the long way, once with a learner of marks, and then cast.

What `mould` does for badges. A document is known by how it is written and never parsed; one that is written
otherwise, is sealed, or says more of its learner than there are places for, goes the long way.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from converter.conversion import Conversion, Options, Source
from converter.convert import convert
from converter.mould import Fit
from converter.mould_cutting import Mould, Quoted, Reports, cut, equal, filled, quoted, same
from converter.mould_marks import order_of, url_named
from converter.mould_person import is_same_person
from converter.mould_root import root_id
from converter.mould_taking import Opened, Own
from converter.mould_written import beginnings
from converter.mould_xml import HERE, XmlShape, marked, relations, shape_of
from converter.read import read
from schemas.document import Document, Format
from schemas.errors import BadgepassError

_MOST_CLASSES = 4096
_MOST_ALIKE = 32
_MOST_KEYS = 64
_MOST_BYTES = 80 * 1024 * 1024
_ID = re.compile(rb"\sid=\"([\w.:/-]{1,300})\"")
_MARKED_RECIPIENT = "qzrvx@mark.example"
Key = tuple[Any, ...]


@dataclass(slots=True)
class _Known:
    """How documents of a class are written, and what becomes of them by what is known beside them.

    Attributes:
        size: of all this, in bytes.
    """

    shape: XmlShape
    size: int
    moulds: dict[Key, _Back | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Back:
    """A mould, and the ids of the class from which ids of the badge are made."""

    mould: Mould
    named_after: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Taken(Opened):
    """A document of a class that is known."""

    known: _Known


class BackMoulds:
    """The moulds of one order of badges. They live as long as a worker and are bounded."""

    def __init__(self, options: Options, fit: Fit) -> None:
        """Take what is asked of every document alike; learners come document by document.

        Args:
            options: of every document.
            fit: what a learner changes about them.
        """
        self._options, self._fit = options, fit
        self._carried = options.enclose != "nothing"
        self._known: OrderedDict[bytes, list[_Known]] = OrderedDict()
        self._size = 0
        self._reports = Reports()

    def opened(self, data: bytes) -> Opened | None:
        """Take a document apart; None where it is anything but plain EDCI XML."""
        if not self._options.class_pages or self._options.custody is not None:
            return None  # each learner has a page, or a record, of their own
        found = self._found(data)
        if found is not None:
            known, values = found
            identity = known.shape.heads["id"] + values["id"]
            return _Taken(b"", identity, values, None, data, Own(), known=known)
        said = root_id(data)
        return Opened(b"", said, {}, None, data, Own()) if said is not None else None

    def quoted(self, badge: Opened, own: Own) -> tuple[Opened, Quoted | None]:
        """Cast a badge where its class is known; the document stands as it does within a text of JSON."""
        badge = replace(badge, own=own)
        if not isinstance(badge, _Taken):
            return badge, None
        known = badge.known
        key = self._key(known.shape, badge.values, own)
        back = known.moulds.get(key) if key is not None else None
        if key is None or back is None:
            return badge, None
        forms = self._forms(known.shape, badge.values, own, badge.data, back.named_after)
        cast = quoted(back.mould, forms)
        if back.mould.is_due() and not self._holds(badge, cast, back.mould):
            known.moulds[key] = None
            self._grow(known, -back.mould.size)
            return badge, None
        return badge, cast

    def learn(self, badge: Opened, made: Conversion) -> Conversion:
        """Learn from the first document of a class how others are cast.

        Returns:
            What was made, with its four lists as others of its class have them.
        """
        made = self._reports.shared(made)
        self._learn(badge, made)
        return made

    def _learn(self, badge: Opened, made: Conversion) -> None:
        if made.given_back:
            return
        found = self._found(badge.data) or self._new(badge.data)
        if found is None:
            return
        known, values = found
        key = self._key(known.shape, values, badge.own)
        if key is None or key in known.moulds:
            return
        if len(known.moulds) >= _MOST_KEYS:
            known.moulds.clear()
            self._grow(known, len(badge.data) - known.size)
        back = known.moulds[key] = self._made(known.shape, values, badge, made)
        self._grow(known, 0 if back is None else back.mould.size)

    def _grow(self, known: _Known, size: int) -> None:
        """Keep account of what is kept, and forget what was not met for the longest time."""
        known.size += size
        self._size += size
        while len(self._known) > 1 and (self._size > _MOST_BYTES or len(self._known) > _MOST_CLASSES):
            _, gone = self._known.popitem(last=False)
            self._size -= sum(one.size for one in gone)

    def _found(self, data: bytes) -> tuple[_Known, dict[str, str]] | None:
        for start in beginnings(data, HERE):
            alike = self._known.get(start, [])
            for at, known in enumerate(alike):
                values = known.shape.taken(data)
                if values is not None:
                    if at:  # who was met last is met next, more often than not
                        alike.insert(0, alike.pop(at))
                    self._known.move_to_end(start)
                    return known, values
        return None

    def _new(self, data: bytes) -> tuple[_Known, dict[str, str]] | None:
        made = shape_of(data)
        if made is None:
            return None
        start, shape = made
        alike = self._known.setdefault(start, [])
        values = shape.taken(data)
        if values is None or len(alike) >= _MOST_ALIKE:
            return None
        known = _Known(shape, 0)
        alike.append(known)
        self._known.move_to_end(start)
        self._grow(known, len(data))
        return known, values

    def _key(self, shape: XmlShape, values: Mapping[str, str], own: Own) -> Key | None:
        """Say what becomes of a document beside how it is written; None where it goes the long way."""
        moments = shape.moments(values)
        if own.recipient is None or None in moments or not is_same_person(values, own, self._options.now):
            return None
        said = (own.recipient[0], bool(own.born), bool(own.town), *own.shared)
        return (*said, *relations(shape, values), *order_of(moments, self._options.now))

    def _made(
        self, shape: XmlShape, values: Mapping[str, str], first: Opened, made: Conversion
    ) -> _Back | None:
        """Make a mould with a learner of marks, and hold it against the first document."""
        marks = marked(shape, values)
        kind, _ = first.own.recipient or ("", "")
        own = replace(first.own, recipient=(kind, _MARKED_RECIPIENT))
        data = shape.filled(marks)
        again = self._long_way(data, own)
        if again is None or shape.taken(data) != marks:
            return None
        told = f"{again.report}{again.file_name}{again.notes}"
        if any(mark in told for mark in marks.values()) or _MARKED_RECIPIENT.encode() in again.document:
            return None
        whole = shape.heads["id"] + marks["id"]
        named_after = tuple(
            one
            for one in dict.fromkeys(found.decode() for found in _ID.findall(data))
            if url_named(f"{whole} {one}".encode()) in again.document
        )
        mould = cut(self._reports.shared(again), self._forms(shape, marks, own, data, named_after))
        mould.due = 1
        forms = self._forms(shape, values, first.own, first.data, named_after)
        if not (equal(filled(mould, forms), made) and same(quoted(mould, forms), made)):
            return None
        return _Back(mould, named_after)

    def _forms(
        self,
        shape: XmlShape,
        values: Mapping[str, str],
        own: Own,
        data: bytes,
        named_after: tuple[str, ...],
    ) -> dict[str, bytes]:
        """Return the forms in which a learner's own stands in a badge (`enrich.badge`)."""
        forms = {name: text.encode() for name, text in values.items()}
        whole = (shape.heads["id"] + values["id"]).encode()
        digest = hashlib.sha256(data).hexdigest().encode() if self._carried else whole
        salt = hashlib.sha256(b"badgepass recipient " + digest).hexdigest()[:32]
        value = own.recipient[1].lower() if own.recipient is not None else ""
        forms["salt"] = salt.encode()
        forms["recipient"] = hashlib.sha256((value + salt).encode()).hexdigest().encode()
        forms["named"] = url_named(whole)
        for number, one in enumerate(named_after):
            forms[f"named {number}"] = url_named(whole + b" " + one.encode())
        if self._carried:
            forms |= {"sha256": digest, "base64": base64.b64encode(data)}
        return forms

    def _holds(self, badge: Opened, cast: Quoted, mould: Mould) -> bool:
        again = self._long_way(badge.data, badge.own)
        return again is not None and same(cast, again) and again.report == mould.made.report

    def _long_way(self, data: bytes, own: Own) -> Conversion | None:
        try:
            document = read(data)
            if not isinstance(document, Document) or document.format is not Format.EDCI:
                return None
            options = replace(self._fit(self._options, own), recipient=own.recipient)
            return convert(Source(document=document), Format.OB2, options)
        except BadgepassError:
            return None
