"""A badge taken apart: what is a learner's own, and what it shares with the others of its class."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import orjson

from converter.mould_marks import MOMENT, MOMENTS, moment_at, moment_of, order_of
from converter.names import may_be_same
from converter.strict import quotes
from schemas.document import Tree
from schemas.evidence import Resource

if TYPE_CHECKING:
    from converter.mould_shapes import Shape

LARGEST = 1024 * 1024
ID = re.compile(r"(https?://[\w.:~/-]{1,200}/)([\w-]{8,64})", re.ASCII)
HASH = re.compile(r"sha256\$[0-9a-f]{64}", re.ASCII)
SALT = re.compile(r"[0-9a-f]{16,64}", re.ASCII)
_LONGEST_NAME = 100
_ODD_IN_NAMES = re.compile(r"""[<>&"\\`*_\[\]{}#|~^=/@:;$%+!?]|  |^ | $""")
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_EARLIEST = date(1850, 1, 1)


@dataclass(frozen=True, slots=True)
class Opened:
    """A badge taken apart.

    Attributes:
        key: a digest of all that is not a learner's own, and of which own members are there.
        id: of the assertion.
        values: a learner's own, by the name of the place.
        recipient: as it stands, None where it is none.
        data: the bytes it was read from.
        own: what is known of the learner beside it; `shared` is part of the key.
        tree: what the bytes say; None where a shape told it.
        shape: how badges of its class are written.
        moments: when it was issued and when it ends, of those that are told.
    """

    key: bytes
    id: str
    values: dict[str, str]
    recipient: Tree | None
    data: bytes
    own: Own
    tree: Tree | None = None
    shape: Shape | None = None
    moments: tuple[datetime, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """What is known of a learner beside the badge.

    Attributes:
        given, family, town: texts.
        born: a day, YYYY-MM-DD.
        recipient: kind and value of the recipient that a badge gets.
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
    recipient: tuple[str, str] | None = None
    shared: tuple[str, ...] = ()
    slots: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, Resource] = field(default_factory=dict)
    hosted: bytes = b""


Marks = tuple[Any, ...]
"""All that a key holds beside the badge itself: which texts are there and plain, and how moments stand."""


def taken_apart(data: bytes) -> Opened | None:
    """Take a badge apart; None where it is anything but one plain expanded assertion."""
    if data[:1] != b"{" or len(data) > LARGEST:
        return None
    try:
        tree = orjson.loads(data)
    except orjson.JSONDecodeError:
        return None
    identity = tree.get("id")
    if not isinstance(identity, str) or not isinstance(tree.get("badge"), dict):
        return None
    if quotes(orjson.dumps(tree)) != quotes(data):
        return None  # a member twice: the strict reader says so
    recipient = tree.get("recipient")
    return Opened(b"", identity, {}, recipient if isinstance(recipient, dict) else None, data, Own(), tree)


def keyed(badge: Opened, own: Own, now: datetime) -> tuple[Opened, Marks]:
    """Put aside what is a learner's own; whatever else differs, and how, makes another key."""
    whole = badge.tree if badge.tree is not None else orjson.loads(badge.data)
    tree: Tree = dict(whole)
    values: dict[str, str] = {}
    found = ID.fullmatch(badge.id)
    if found is None:
        return replace(badge, values=values, own=own), ()
    values["prefix"], values["id"] = found.groups()
    image = tree.get("image")
    tree["id"] = values["prefix"]
    if isinstance(image, str) and image.startswith(badge.id):
        tree["image"] = ["", image[len(badge.id) :]]
    moments = [_moment(tree, name, values) for name in MOMENTS]
    recipient = badge.recipient
    if recipient is not None:
        tree["recipient"] = recipient = dict(recipient)
        _own(recipient, "identity", values, HASH)
        _own(recipient, "salt", values, SALT)
    kind = tree["badge"] = dict(tree["badge"])
    user = kind.get("user")
    if isinstance(user, str) and is_plain(user):
        values["user"], kind["user"] = user, True
    else:
        kind["user"] = user
    told = tuple(one for one in moments[:2] if one is not None)
    beside = marks_beside(values, own, told, now)
    key = hashlib.sha256(orjson.dumps([tree, "user" in whole["badge"], beside])).digest()
    return replace(badge, key=key, values=values, own=own, moments=told), beside


def marks_beside(values: dict[str, str], own: Own, moments: tuple[datetime, ...], now: datetime) -> Marks:
    """Put what is known beside a badge into its values; return what a key holds of that."""
    said: list[Any] = []
    for name, text in (("given", own.given), ("family", own.family), ("town", own.town)):
        if text is not None and is_plain(text):
            values[name] = text
            said.append(True)
        else:
            said.append(text)
    born: Any = own.born
    if born is not None and is_day(born, now):
        values["born"], born = born, True
    day = ""
    if own.slots:
        values |= own.slots
        day = own.slots["at"][:10]
        now = moment_at(own.slots["at"])
    return (*said, born, own.shared, day, *order_of(list(moments), now))


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


def is_plain(text: str) -> bool:
    """Tell a name that every format writes as it stands."""
    return (
        0 < len(text) <= _LONGEST_NAME
        and text.isprintable()
        and not _ODD_IN_NAMES.search(text)
        and (text.isascii() or unicodedata.is_normalized("NFC", text))
    )


def is_day(text: str, now: datetime) -> bool:
    """Tell a day of birth that every format writes as it stands: one that was, and not out of all bounds."""
    if not _DAY.fullmatch(text):
        return False
    try:
        return _EARLIEST <= date.fromisoformat(text) < now.date()
    except ValueError:
        return False


def same_person(values: dict[str, str], *, exact: bool) -> bool:
    """Tell whether the names handed in are the badge's; or may be, where spellings are held side by side."""
    user, given, family = values.get("user"), values.get("given"), values.get("family")
    if user is None or user == f"{given} {family}":
        return True
    return not exact and all(text is None or may_be_same(text, (user,)) for text in (given, family))
