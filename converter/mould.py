"""Badges of one class, converted once and then cast: what is a learner's own is put into what all share.

An export has thousands of learners for each badge class. The long way, through the tables, is gone twice for
a class: for the first of its badges, and for one of our own making, whose learner is nothing but marks. Where
the marks stand in what comes out is where a learner's values belong; that this is so, and all of it, is held
against the first badge before any other is cast. A badge that is odd in any way goes the long way.
"""

from __future__ import annotations

import base64
import hashlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import orjson

from converter.conversion import Conversion, Options, Source
from converter.convert import convert
from converter.mould_cutting import Mould, Quoted, Reports, cut, equal, filled, quoted, same
from converter.mould_marks import HOSTED, SLOTS, marks_of, url_named, with_values
from converter.mould_shapes import Shapes
from converter.mould_taking import Opened, Own, keyed, marks_beside, same_person, taken_apart
from converter.read import read
from schemas.document import Document, Format
from schemas.errors import BadgepassError
from schemas.evidence import Resource

__all__ = ["Fit", "Moulds", "Opened", "Own", "Quoted", "with_names"]

_MOST_CLASSES = 4096
_MOST_BYTES = 96 * 1024 * 1024
_MOST_LESSONS = 8
_UNSURE = 1e15  # whole numbers beyond are told from fractions by one parser of JSON and not by the other
_OWN = ("given", "family", "born", "town")

Fit = Callable[[Options, Own], Options]
"""Says how a badge is converted for a learner."""


def with_names(options: Options, own: Own) -> Options:
    """Have a profile name the learner."""
    return replace(options, profile=replace(options.profile, given_name=own.given, family_name=own.family))


@dataclass(slots=True)
class _First:
    """The first badge of a class, and what became of it.

    Attributes:
        badge: as it was read.
        made: what was made of it, but for the document: there are thousands of classes.
        sha256: of the document.
    """

    badge: Opened
    made: Conversion
    sha256: bytes

    @classmethod
    def of(cls, badge: Opened, made: Conversion) -> _First:
        """Keep what its class is held against."""
        return cls(badge, replace(made, document=b""), hashlib.sha256(made.document).digest())

    def is_made_by(self, mould: Mould, forms: dict[str, bytes]) -> bool:
        """Tell whether a mould makes what the long way made, as it stands and within JSON."""
        cast = filled(mould, dict(forms))
        alike = hashlib.sha256(cast.document).digest() == self.sha256
        return alike and equal(replace(cast, document=b""), self.made) and same(quoted(mould, forms), cast)


class Moulds:
    """The moulds of one order: one target, one profile. They live as long as a worker and are bounded."""

    def __init__(self, target: Format, options: Options, fit: Fit | None = None) -> None:
        """Take what is asked of every badge alike; learners come badge by badge.

        Args:
            target: the format wanted.
            options: of every badge.
            fit: what a learner changes about them; by default a profile names the learner.
        """
        self._fit = fit or with_names
        self._exact = fit is not None
        self._target = target
        self._options = options
        self._carried = options.enclose != "nothing"
        self._known: OrderedDict[bytes, _First | Mould | None] = OrderedDict()
        self._size = 0
        self._shapes = Shapes()
        self._reports = Reports()
        # A page that shows the learner is set for each; nothing of it can be cast.
        paged = target is Format.ELM or self._carried
        self.useful = target in {Format.ELM, Format.EDCI} and (options.class_pages or not paged)

    def opened(self, data: bytes) -> Opened | None:
        """Take a badge apart; None where it is anything but one plain expanded assertion."""
        return (self._shapes.taken(data) or taken_apart(data)) if self.useful else None

    def cast(self, badge: Opened, own: Own) -> tuple[Opened, Conversion | None]:
        """Cast a badge where its class is known.

        Returns:
            The badge with its key, to be learnt from where there is no conversion yet; and the conversion.
        """
        whole, mould = self._mould(badge, own)
        return whole, filled(mould, self._forms(whole)) if mould is not None else None

    def quoted(self, badge: Opened, own: Own) -> tuple[Opened, Quoted | None]:
        """Do the same, and give the document as it stands within a text of JSON."""
        whole, mould = self._mould(badge, own)
        return whole, quoted(mould, self._forms(whole)) if mould is not None else None

    def keyed(self, badge: Opened, own: Own) -> Opened:
        """Give a badge its key and a learner's own values, whether its class is known or not."""
        whole, beside = self._keyed(badge, own)
        if beside:
            self._shapes.learn(whole, beside)
        return whole

    def learn(self, badge: Opened, made: Conversion) -> Conversion:
        """Keep the first badge of a class that went the long way, so that the next may be cast.

        Returns:
            What was made of it, with its four lists as others of its class have them.
        """
        made = self._reports.shared(made)
        if badge.key and badge.key not in self._known and not made.given_back:
            self._known[badge.key] = _First.of(badge, made)
            self._forget()
        return made

    def _mould(self, badge: Opened, own: Own) -> tuple[Opened, Mould | None]:
        """Find the mould of a badge; None where it goes the long way."""
        badge, beside = self._keyed(badge, own)
        known = self._known.get(badge.key)
        if known is None:
            return badge, None
        self._known.move_to_end(badge.key)
        if isinstance(known, _First):
            made = self._made(badge, known)
            self._known[badge.key] = made
            self._size += made.size if made is not None else 0
            self._forget()
            if made is None:
                return badge, None
            known = made
        if beside and known.lessons < _MOST_LESSONS:
            known.lessons += 1
            self._shapes.learn(badge, beside)
        if not same_person(badge.values, exact=self._exact):
            return badge, None  # the long way refuses it in its own words
        if known.is_due() and not self._holds(badge, known):
            self._size -= known.size
            self._known[badge.key] = None
            return badge, None
        return badge, known

    def _forget(self) -> None:
        """Forget the classes that were not met for longest, where there are too many or too large ones."""
        while len(self._known) > _MOST_CLASSES or self._size > _MOST_BYTES:
            _, gone = self._known.popitem(last=False)
            self._size -= gone.size if isinstance(gone, Mould) else 0

    def _keyed(self, badge: Opened, own: Own) -> tuple[Opened, tuple[Any, ...]]:
        """Give a badge its key; and what there is to learn, where its shape does not tell the key yet."""
        shape = badge.shape
        if shape is None:
            return keyed(badge, own, self._options.now)
        values = dict(badge.values)
        beside = marks_beside(values, own, badge.moments, self._options.now)
        key = shape.keys.get(beside)
        if key is None:
            return keyed(badge, own, self._options.now)
        return Opened(key, badge.id, values, badge.recipient, badge.data, own), ()

    def _made(self, badge: Opened, first: _First) -> Mould | None:
        """Make a mould with a learner of marks, and hold it against the first badge."""
        tree = orjson.loads(badge.data)
        if _unsure(tree):
            return None
        marks = marks_of(badge.values)
        if marks is None:
            return None
        data = orjson.dumps(with_values(tree, marks))
        marked = Opened(b"", "", marks, None, data, replace(badge.own, hosted=HOSTED))
        made = self._long_way(marked)
        if made is None:
            return None
        told = orjson.dumps(made.report.to_dict()).decode() + made.file_name + "".join(made.notes)
        if any(mark in told for mark in marks.values()):
            return None
        mould = cut(self._reports.shared(made), self._forms(marked))
        return mould if first.is_made_by(mould, self._forms(first.badge)) else None

    def _forms(self, badge: Opened) -> dict[str, bytes]:
        """Return the forms in which a learner's own values stand in what is made."""
        forms = {name: text.encode() for name, text in badge.values.items()}
        whole = forms.pop("prefix") + forms["id"]
        forms["uuid"] = url_named(whole)
        if self._carried:
            forms["base64"] = base64.b64encode(badge.data)
            forms["whole"] = badge.data
        if self._carried or "at" in forms:
            forms["sha256"] = hashlib.sha256(badge.data).hexdigest().encode()
        return forms

    def _holds(self, badge: Opened, mould: Mould) -> bool:
        again = self._long_way(badge)
        return again is not None and _First.of(badge, again).is_made_by(mould, self._forms(badge))

    def _long_way(self, badge: Opened) -> Conversion | None:
        values, own = badge.values, badge.own
        slots = {name: values[name] for name in SLOTS if name in values}
        resources = dict(own.answers)
        if "hosted" in slots:
            url = values["prefix"] + values["id"]
            resources[url] = Resource(url=url, status=200, content_type="", body=own.hosted)
        try:
            document = read(badge.data)
            if not isinstance(document, Document):
                return None
            given, family, born, town = (values.get(name) for name in _OWN)
            own = replace(own, given=given, family=family, born=born, town=town, slots=slots)
            options = self._fit(self._options, own)
            return convert(Source(document=document, resources=resources), self._target, options)
        except BadgepassError:
            return None


def _unsure(tree: Any) -> bool:  # noqa: ANN401 - JSON
    if isinstance(tree, dict):
        return any(map(_unsure, tree.values()))
    if isinstance(tree, list):
        return any(map(_unsure, tree))
    return isinstance(tree, int | float) and not -_UNSURE < tree < _UNSURE
