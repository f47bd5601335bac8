"""A learner who is nothing but marks, of the shape of a real one: where they stand is where values belong."""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache

from schemas.document import Tree

_URL = uuid.NAMESPACE_URL.bytes
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3,6})?(Z|\+00:00)", re.ASCII)
MOMENTS = ("issuedOn", "expires", "updatedAt")  # the last is in no format, so that its order matters to none
OWN_OF_BADGES = ("id", *MOMENTS, "identity", "salt", "user")
_TIMES = ("03:17:43", "13:27:43", "23:37:43")
SLOTS = ("at", "judged", "place", "hosted")
HOSTED = b"what the host of a badge of marks answers"
_SLOT_MARKS = {"judged": hashlib.sha256(b"judged").hexdigest(), "place": "90817263544"} | {
    "hosted": hashlib.sha256(HOSTED).hexdigest()
}


def order_of(moments: list[datetime | None], now: datetime) -> list[bool]:
    """Say in which order moments stand: it may matter to what is made of them."""
    said = [*(one for one in moments if one is not None), now]
    return [one < other for at, one in enumerate(said) for other in said[at + 1 :]]


def moment_of(text: object) -> datetime | None:
    """Read a moment of a badge that is written the usual way; None for any other."""
    found = MOMENT.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        return None
    try:
        return datetime.fromisoformat(found[0])
    except ValueError:
        return None


@lru_cache(maxsize=64)  # rows of one second, several times each
def slot_of(moment: datetime) -> str:
    """Write a moment in UTC as a slot has it: to the second."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}"


def moment_at(slot: str) -> datetime:
    """Read a moment as a slot has it."""
    return datetime.fromisoformat(f"{slot}+00:00")


def marks_of(values: Mapping[str, str]) -> dict[str, str] | None:
    """Make up a learner who is nothing but marks; None where no marked time stands as the real one does."""
    marks = {"prefix": values["prefix"], "id": "Mark0Zq7XvK3wJ9yB5tR1u"}
    given, family = (
        "Qzváxkwy'j",
        "Wvijhzqx",
    )  # an accent and an apostrophe, which formats could write otherwise
    marks |= {"given": given, "family": family, "user": f"{given} {family}"}
    marks |= {"born": "1883-11-17", "town": "Xqvówjkh'z"}
    marks["identity"] = "sha256$" + hashlib.sha256(b"mark").hexdigest()
    marks["salt"] = hashlib.sha256(b"salt").hexdigest()
    for at, name in enumerate(MOMENTS):
        if name in values:
            marks[name] = _marked_moment(values[name], at)
    if "at" in values:
        marked = _marked_time(values)
        if marked is None:
            return None
        marks["at"] = marked
    marks = {name: mark for name, mark in (marks | _SLOT_MARKS).items() if name in values}
    if "salt" in marks:
        marks["salt"] = marks["salt"][: len(values["salt"])]
    return marks


def _marked_moment(text: str, at: int) -> str:
    """Keep the day, so that moments stand in the order they stood in, and mark the time where it is told."""
    found = MOMENT.fullmatch(text)
    fraction = found[1] if found else ""
    marked = turned((fraction or "")[1:], at)
    return f"{text[:17]}{17 + at:02d}{'.' + marked if marked else ''}{found[2] if found else ''}"


def turned(digits: str, at: int) -> str:
    """Write other digits for these, and others for each place."""
    return "".join(str((int(one) + 3 + at) % 10) for one in digits)


def _marked_time(values: Mapping[str, str]) -> str | None:
    """Find a time of the same day that stands to the badge's moments as the real one does."""
    moments = [moment_of(values.get(name)) for name in MOMENTS[:2]]
    real = moment_at(values["at"])
    for time in _TIMES:
        marked = f"{values['at'][:11]}{time}"
        at = moment_at(marked)
        if marked != values["at"] and order_of(moments, at) == order_of(moments, real):
            return marked
    return None


def with_values(tree: Tree, values: dict[str, str]) -> Tree:
    """Put a learner's values into a badge."""
    whole = values["prefix"] + values["id"]
    image = tree.get("image")
    if isinstance(image, str) and image.startswith(tree["id"]):
        tree["image"] = whole + image[len(tree["id"]) :]
    tree["id"] = whole
    for name in MOMENTS:
        if name in values:
            tree[name] = values[name]
    for name in ("identity", "salt"):
        if name in values:
            tree["recipient"][name] = values[name]
    if "user" in values:
        tree["badge"]["user"] = values["user"]
    return tree


def url_named(url: bytes) -> bytes:
    """Return the UUID of an address (RFC 9562 §5.5), as `uuid.uuid5` does in five times the time."""
    digest = bytearray(hashlib.sha1(_URL + url, usedforsecurity=False).digest()[:16])
    digest[6] = digest[6] & 0x0F | 0x50
    digest[8] = digest[8] & 0x3F | 0x80
    said = digest.hex()
    return f"{said[:8]}-{said[8:12]}-{said[12:16]}-{said[16:20]}-{said[20:]}".encode()
