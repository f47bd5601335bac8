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
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import orjson

from converter.conversion import Conversion, Options, Source
from converter.convert import convert
from converter.names import may_be_same
from converter.read import read
from schemas.document import Document, Format, Tree
from schemas.errors import BadgepassError

LARGEST = 1024 * 1024
_MOST_CLASSES = 4096
_CHECKED = 1000
"""The cast of this number is held against the long way; after it one of three times as many, and so on."""
_SELDOMEST = 30_000
"""At least one of so many is, however often a mould has held."""

_ID = re.compile(r"(https?://[\w.:~/-]{1,200}/)([\w-]{8,64})", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3,6})?(Z|\+00:00)", re.ASCII)
_HASH = re.compile(r"sha256\$[0-9a-f]{64}", re.ASCII)
_SALT = re.compile(r"[0-9a-f]{16,64}", re.ASCII)
_LONGEST_NAME = 100
_ODD_IN_NAMES = re.compile(r"""[<>&"\\`*_\[\]{}#|~^=/@:;$%+!?]|  |^ | $""")
_UNSURE = 1e15  # whole numbers beyond are told from fractions by one parser of JSON and not by the other
_URL = uuid.NAMESPACE_URL.bytes
_OWN = ("given", "family", "born", "town")
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_EARLIEST = date(1850, 1, 1)
_MOMENTS = ("issuedOn", "expires", "updatedAt")  # the last is in no format, so that its order matters to none


@dataclass(frozen=True, slots=True)
class Opened:
    """A badge taken apart.

    Attributes:
        key: all that is not a learner's own, and which of a learner's own members are there.
        id: of the assertion.
        values: a learner's own, by the name of the place.
        recipient: as it stands, None where it is none.
        data: the bytes it was read from.
        shared: see `Own`; part of the key.
    """

    key: bytes
    id: str
    values: dict[str, str]
    recipient: Tree | None
    data: bytes
    shared: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """What is known of a learner beside the badge.

    Attributes:
        given, family, town: texts.
        born: a day, YYYY-MM-DD.
        shared: what many learners share, such as a country.
    """

    given: str | None = None
    family: str | None = None
    born: str | None = None
    town: str | None = None
    shared: tuple[str, ...] = ()


Fit = Callable[[Options, Own], Options]
"""Says how a badge is converted for a learner."""


def with_names(options: Options, own: Own) -> Options:
    """Have a profile name the learner."""
    return replace(options, profile=replace(options.profile, given_name=own.given, family_name=own.family))


@dataclass(slots=True)
class _First:
    """The first badge of a class, and what became of it."""

    values: dict[str, str]
    data: bytes
    made: Conversion


@dataclass(slots=True)
class _Mould:
    """What all badges of a class share, and between its pieces the places of a learner's own."""

    pieces: tuple[bytes, ...]
    places: tuple[str, ...]
    made: Conversion
    casts: int = 0
    due: int = 0

    def __post_init__(self) -> None:
        self.due = _CHECKED

    def is_due(self) -> bool:
        """Count a cast, and tell whether it is to be held against the long way."""
        self.casts += 1
        if self.casts < self.due:
            return False
        self.due += min(2 * self.due, _SELDOMEST)
        return True


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
        self._known: OrderedDict[bytes, _First | _Mould | None] = OrderedDict()
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
        return Opened(b"", identity, tree, recipient if isinstance(recipient, dict) else None, data)

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
        made_here = _filled(known, self._forms(keyed))
        if known.is_due() and not self._holds(keyed, made_here):
            self._known[keyed.key] = None
            return keyed, None
        return keyed, made_here

    def learn(self, badge: Opened, made: Conversion) -> None:
        """Keep the first badge of a class that went the long way, so that the next may be cast."""
        if badge.key and badge.key not in self._known and not made.given_back:
            self._known[badge.key] = _First(badge.values, badge.data, made)
            while len(self._known) > _MOST_CLASSES:
                self._known.popitem(last=False)

    def _made(self, badge: Opened, first: _First) -> _Mould | None:
        """Make a mould with a learner of marks, and hold it against the first badge."""
        tree = orjson.loads(badge.data)
        if _unsure(tree):
            return None
        marks = _marks(badge.values)
        data = orjson.dumps(_with(tree, marks))
        made = self._long_way(data, marks, badge.shared)
        if made is None:
            return None
        told = orjson.dumps(made.report.to_dict()).decode() + made.file_name + "".join(made.notes)
        if any(mark in told for mark in marks.values()):
            return None
        mould = _cut(made, self._forms(Opened(b"", "", marks, None, data)))
        again = _filled(mould, self._forms(Opened(b"", "", first.values, None, first.data)))
        return mould if _equal(again, first.made) else None

    def _forms(self, badge: Opened) -> dict[str, str]:
        """Return the forms in which a learner's own values stand in what is made."""
        forms = dict(badge.values)
        whole = forms.pop("prefix") + forms["id"]
        forms["uuid"] = _named(whole)
        if self._carried:
            forms["base64"] = base64.b64encode(badge.data).decode()
            forms["sha256"] = hashlib.sha256(badge.data).hexdigest()
        return forms

    def _holds(self, badge: Opened, made: Conversion) -> bool:
        again = self._long_way(badge.data, badge.values, badge.shared)
        return again is not None and _equal(again, made)

    def _long_way(self, data: bytes, values: dict[str, str], shared: tuple[str, ...]) -> Conversion | None:
        own = Own(**{name: values.get(name) for name in _OWN}, shared=shared)
        try:
            document = read(data)
            if not isinstance(document, Document):
                return None
            options = self._fit(self._options, own)
            return convert(Source(document=document), self._target, options)
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
    moments = [_moment(tree, name, values) for name in _MOMENTS]
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
    order = _order(moments[:2], now)
    key = orjson.dumps([tree, *said.values(), born, own.shared, "user" in badge.values["badge"], order])
    return Opened(key, badge.id, values, badge.recipient, badge.data, own.shared)


def _moment(tree: Tree, name: str, values: dict[str, str]) -> datetime | None:
    text = tree.get(name)
    found = _MOMENT.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        return None
    try:
        moment = datetime.fromisoformat(found[0])
    except ValueError:
        return None
    values[name] = found[0]
    tree[name] = [len(found[1] or ""), found[2]]
    return moment


def _order(moments: list[datetime | None], now: datetime) -> list[bool]:
    """Say in which order moments stand: it may matter to what is made of them."""
    said = [*(one for one in moments if one is not None), now]
    return [one < other for at, one in enumerate(said) for other in said[at + 1 :]]


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


def _marks(values: dict[str, str]) -> dict[str, str]:
    """Make up a learner who is nothing but marks, of the same shape as the values of a real one."""
    marks = {"prefix": values["prefix"], "id": "Mark0Zq7XvK3wJ9yB5tR1u"}
    given, family = (
        "Qzváxkwy'j",
        "Wvijhzqx",
    )  # an accent and an apostrophe, which formats could write otherwise
    marks |= {"given": given, "family": family, "user": f"{given} {family}"}
    marks |= {"born": "1883-11-17", "town": "Xqvówjkh'z"}
    marks["identity"] = "sha256$" + hashlib.sha256(b"mark").hexdigest()
    marks["salt"] = hashlib.sha256(b"salt").hexdigest()
    for at, name in enumerate(_MOMENTS):
        if name in values:
            marks[name] = _marked_moment(values[name], at)
    marks = {name: mark for name, mark in marks.items() if name in values}
    if "salt" in marks:
        marks["salt"] = marks["salt"][: len(values["salt"])]
    return marks


def _marked_moment(text: str, at: int) -> str:
    """Keep the day, so that moments stand in the order they stood in, and mark the time where it is told."""
    found = _MOMENT.fullmatch(text)
    fraction = found[1] if found else ""
    marked = "".join(str((int(sign) + 3 + at) % 10) for sign in (fraction or "")[1:])
    return f"{text[:17]}{17 + at:02d}{'.' + marked if marked else ''}{found[2] if found else ''}"


def _with(tree: Tree, values: dict[str, str]) -> Tree:
    """Put a learner's values into a badge."""
    whole = values["prefix"] + values["id"]
    image = tree.get("image")
    if isinstance(image, str) and image.startswith(tree["id"]):
        tree["image"] = whole + image[len(tree["id"]) :]
    tree["id"] = whole
    for name in _MOMENTS:
        if name in values:
            tree[name] = values[name]
    for name in ("identity", "salt"):
        if name in values:
            tree["recipient"][name] = values[name]
    if "user" in values:
        tree["badge"]["user"] = values["user"]
    return tree


def _cut(made: Conversion, forms: dict[str, str]) -> _Mould:
    """Cut a document at its marks, the longest first: a full name is not two names."""
    marks = {mark: name for name, mark in forms.items()}
    pattern = "|".join(re.escape(mark) for mark in sorted(marks, key=len, reverse=True))
    parts = re.split(f"({pattern})", made.document.decode())
    return _Mould(
        tuple(part.encode() for part in parts[::2]), tuple(marks[mark] for mark in parts[1::2]), made
    )


def _filled(mould: _Mould, forms: dict[str, str]) -> Conversion:
    pieces = [mould.pieces[0]]
    for name, piece in zip(mould.places, mould.pieces[1:], strict=True):
        pieces += (forms[name].encode(), piece)
    made = mould.made
    return Conversion(
        format=made.format,
        document=b"".join(pieces),
        media_type=made.media_type,
        file_name=made.file_name,
        report=made.report,
        notes=made.notes,
    )


def _equal(one: Conversion, other: Conversion) -> bool:
    return (one.document, one.report, one.notes, one.file_name) == (
        other.document,
        other.report,
        other.notes,
        other.file_name,
    )
