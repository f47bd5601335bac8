"""Badges of one class, converted once and then cast: what is a learner's own is put into what all share.

An export has thousands of learners for each badge class. The long way, through the tables, is gone twice for
a class: for the first of its badges, and for one of our own making, whose learner is nothing but marks. Where
the marks stand in what comes out is where a learner's values belong; that this is so, and all of it, is held
against the first badge before any other is cast. A badge that is odd in any way goes the long way.
"""

from __future__ import annotations

import base64
import hashlib
import re
import unicodedata
import uuid
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

import orjson

from converter.conversion import Conversion, Options, Source
from converter.convert import convert
from converter.mould_cutting import Mould, cut, equal, filled
from converter.mould_marks import HOSTED, MOMENT, MOMENTS, SLOTS, marks_of, moment_of, order_of, with_values
from converter.names import may_be_same
from converter.read import read
from schemas.document import Document, Format, Tree
from schemas.errors import BadgepassError
from schemas.evidence import Resource

LARGEST = 1024 * 1024
_MOST_CLASSES = 4096
_ID = re.compile(r"(https?://[\w.:~/-]{1,200}/)([\w-]{8,64})", re.ASCII)
_HASH = re.compile(r"sha256\$[0-9a-f]{64}", re.ASCII)
_SALT = re.compile(r"[0-9a-f]{16,64}", re.ASCII)
_LONGEST_NAME = 100
_ODD_IN_NAMES = re.compile(r"""[<>&"\\`*_\[\]{}#|~^=/@:;$%+!?]|  |^ | $""")
_UNSURE = 1e15  # whole numbers beyond are told from fractions by one parser of JSON and not by the other
_URL = uuid.NAMESPACE_URL.bytes
_OWN = ("given", "family", "born", "town")
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_EARLIEST = date(1850, 1, 1)


@dataclass(frozen=True, slots=True)
class Opened:
    """A badge taken apart.

    Attributes:
        key: all that is not a learner's own, and which of a learner's own members are there.
        id: of the assertion.
        values: a learner's own, by the name of the place.
        recipient: as it stands, None where it is none.
        data: the bytes it was read from.
        own: what is known of the learner beside it; `shared` is part of the key.
    """

    key: bytes
    id: str
    values: dict[str, str]
    recipient: Tree | None
    data: bytes
    own: Own


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """What is known of a learner beside the badge.

    Attributes:
        given, family, town: texts.
        born: a day, YYYY-MM-DD.
        shared: what many learners share, such as a country; says of `answers` what they are.
        slots: what sealing says of this one: `at` (the moment, to the second), `judged` and `place`; and
            `hosted`, the digest of what its host answers.
        answers: of other addresses, such as the class's.
        hosted: what its host answers.
    """

    given: str | None = None
    family: str | None = None
    born: str | None = None
    town: str | None = None
    shared: tuple[str, ...] = ()
    slots: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, Resource] = field(default_factory=dict)
    hosted: bytes = b""


Fit = Callable[[Options, Own], Options]
"""Says how a badge is converted for a learner."""


def with_names(options: Options, own: Own) -> Options:
    """Have a profile name the learner."""
    return replace(options, profile=replace(options.profile, given_name=own.given, family_name=own.family))


@dataclass(slots=True)
class _First:
    """The first badge of a class, and what became of it."""

    badge: Opened
    made: Conversion


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
        # A page of EDCI XML shows the learner and is set for each; nothing of it can be cast.
        self.useful = target is Format.ELM or (target is Format.EDCI and not self._carried)
        if not options.class_pages and target is Format.ELM:
            self.useful = False

    def opened(self, data: bytes) -> Opened | None:
        """Take a badge apart; None where it is anything but one plain expanded assertion."""
        if not self.useful or data[:1] != b"{" or len(data) > LARGEST:
            return None
        try:
            tree = orjson.loads(data)
        except orjson.JSONDecodeError:
            return None
        identity = tree.get("id")
        if not isinstance(identity, str) or not isinstance(tree.get("badge"), dict):
            return None
        if _quotes(orjson.dumps(tree)) != _quotes(data):
            return None  # a member twice: the strict reader says so
        recipient = tree.get("recipient")
        return Opened(b"", identity, tree, recipient if isinstance(recipient, dict) else None, data, Own())

    def cast(self, badge: Opened, own: Own) -> tuple[Opened, Conversion | None]:
        """Cast a badge where its class is known.

        Returns:
            The badge with its key, to be learnt from where there is no conversion yet; and the conversion.
        """
        keyed = _keyed(badge, own, self._options.now)
        known = self._known.get(keyed.key)
        if known is None:
            return keyed, None
        self._known.move_to_end(keyed.key)
        if isinstance(known, _First):
            made = self._made(keyed, known)
            self._known[keyed.key] = made
            if made is None:
                return keyed, None
            known = made
        if not _same_person(keyed.values, exact=self._exact):
            return keyed, None  # the long way refuses it in its own words
        made_here = filled(known, self._forms(keyed))
        if known.is_due() and not self._holds(keyed, made_here):
            self._known[keyed.key] = None
            return keyed, None
        return keyed, made_here

    def learn(self, badge: Opened, made: Conversion) -> None:
        """Keep the first badge of a class that went the long way, so that the next may be cast."""
        if badge.key and badge.key not in self._known and not made.given_back:
            self._known[badge.key] = _First(badge, made)
            while len(self._known) > _MOST_CLASSES:
                self._known.popitem(last=False)

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
        mould = cut(made, self._forms(marked))
        again = filled(mould, self._forms(first.badge))
        return mould if equal(again, first.made) else None

    def _forms(self, badge: Opened) -> dict[str, str]:
        """Return the forms in which a learner's own values stand in what is made."""
        forms = dict(badge.values)
        whole = forms.pop("prefix") + forms["id"]
        forms["uuid"] = _named(whole)
        if self._carried:
            forms["base64"] = base64.b64encode(badge.data).decode()
        if self._carried or "at" in forms:
            forms["sha256"] = hashlib.sha256(badge.data).hexdigest()
        return forms

    def _holds(self, badge: Opened, made: Conversion) -> bool:
        again = self._long_way(badge)
        return again is not None and equal(again, made)

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


def _named(url: str) -> str:
    """Return the UUID of an address (RFC 9562 §5.5), as `uuid.uuid5` does in five times the time."""
    digest = bytearray(hashlib.sha1(_URL + url.encode(), usedforsecurity=False).digest()[:16])
    digest[6] = digest[6] & 0x0F | 0x50
    digest[8] = digest[8] & 0x3F | 0x80
    said = digest.hex()
    return f"{said[:8]}-{said[8:12]}-{said[12:16]}-{said[16:20]}-{said[20:]}"


def _quotes(data: bytes) -> int:
    """Count the quotes that open or close a text; a member that is told twice has two more than are kept.

    An escape that hides a quote or a backslash can only raise the count of what was read, never lower it.
    """
    return data.count(b'"') - data.count(b'\\"')


def _keyed(badge: Opened, own: Own, now: datetime) -> Opened:
    """Put aside what is a learner's own; whatever else differs, and how, makes another key."""
    tree: Tree = dict(badge.values)
    values: dict[str, str] = {}
    found = _ID.fullmatch(badge.id)
    if found is None:
        return replace(badge, values=values)
    values["prefix"], values["id"] = found.groups()
    image = tree.get("image")
    tree["id"] = values["prefix"]
    if isinstance(image, str) and image.startswith(badge.id):
        tree["image"] = ["", image[len(badge.id) :]]
    moments = [_moment(tree, name, values) for name in MOMENTS]
    recipient = badge.recipient
    if recipient is not None:
        tree["recipient"] = recipient = dict(recipient)
        _own(recipient, "identity", values, _HASH)
        _own(recipient, "salt", values, _SALT)
    kind = tree["badge"] = dict(tree["badge"])
    said = {"user": kind.get("user"), "given": own.given, "family": own.family, "town": own.town}
    for name, text in said.items():
        if isinstance(text, str) and _is_plain(text):
            values[name] = text
            said[name] = True
    kind["user"] = said.pop("user")
    born: Any = own.born
    if born is not None and _is_day(born, now):
        values["born"], born = born, True
    if own.slots:
        values |= own.slots
        now = datetime.fromisoformat(f"{own.slots['at']}+00:00")
    order = [own.slots.get("at", "")[:10], *order_of(moments[:2], now)]
    key = orjson.dumps([tree, *said.values(), born, own.shared, "user" in badge.values["badge"], order])
    return Opened(key, badge.id, values, badge.recipient, badge.data, own)


def _moment(tree: Tree, name: str, values: dict[str, str]) -> datetime | None:
    text = tree.get(name)
    moment = moment_of(text)
    if moment is not None and isinstance(text, str):
        found = MOMENT.fullmatch(text)
        values[name] = text
        tree[name] = [len(found[1] or ""), found[2]] if found else None
    return moment


def _own(node: Tree, name: str, values: dict[str, str], pattern: re.Pattern[str]) -> None:
    text = node.get(name)
    if isinstance(text, str) and pattern.fullmatch(text):
        values[name] = text
        node[name] = len(text)


def _is_plain(text: str) -> bool:
    """Tell a name that every format writes as it stands."""
    return (
        0 < len(text) <= _LONGEST_NAME
        and text.isprintable()
        and not _ODD_IN_NAMES.search(text)
        and (text.isascii() or unicodedata.is_normalized("NFC", text))
    )


def _is_day(text: str, now: datetime) -> bool:
    """Tell a day of birth that every format writes as it stands: one that was, and not out of all bounds."""
    if not _DAY.fullmatch(text):
        return False
    try:
        return _EARLIEST <= date.fromisoformat(text) < now.date()
    except ValueError:
        return False


def _same_person(values: dict[str, str], *, exact: bool) -> bool:
    user, given, family = values.get("user"), values.get("given"), values.get("family")
    if user is None or user == f"{given} {family}":
        return True
    return not exact and all(text is None or may_be_same(text, (user,)) for text in (given, family))


def _unsure(tree: Any) -> bool:  # noqa: ANN401 - JSON
    if isinstance(tree, dict):
        return any(map(_unsure, tree.values()))
    if isinstance(tree, list):
        return any(map(_unsure, tree))
    return isinstance(tree, int | float) and not -_UNSURE < tree < _UNSURE
