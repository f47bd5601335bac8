"""The JSON in which edubadges lists assertions for staff: direct-award bundles and GraphQL answers.

A listing names assertions and says who they are about; the badges themselves lie at their addresses.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import IO, Any

from api.bulk.rows import Person, Row
from converter.strict import MAX_BYTES
from schemas.errors import Problem

LISTING = re.compile(rb'"(?:badge_assertions|badgeAssertions|assertions)"\s*:\s*\[')
_BLOCK = 256 * 1024
_NAME = re.compile(r"[\w-]{8,64}", re.ASCII)  # an entity id: base64url of a UUID


def listed(start: bytes, stream: IO[bytes], host: str) -> Iterator[Row]:
    """Yield a row for each assertion that a listing names, with what it says of the person."""
    for place, item in enumerate(_items(start, stream), start=1):
        yield _row(place, item, host)


def _row(place: int, item: Any, host: str) -> Row:  # noqa: ANN401 - JSON, or nothing that could be read
    said = item if isinstance(item, dict) else {}
    entity = said.get("entity_id") or said.get("entityId")
    name = entity if isinstance(entity, str) and _NAME.fullmatch(entity) else f"item {place}"
    if name != entity:
        return _faulty(place, name, "bulk.listing", "This item of the listing names no assertion.")
    if said.get("revoked") is True:
        return _faulty(place, name, "status.revoked", "The listing says that this badge is revoked.")
    return Row(place=place, name=name, data=f"{host}/public/assertions/{name}".encode(), person=_person(said))


def _person(said: dict[str, Any]) -> Person:
    """Take what proves the recipient. A full name is not taken: nobody can say which part of it is which."""
    user = said.get("user")
    email = said.get("email") or (user.get("email") if isinstance(user, dict) else None)
    number, kind = said.get("recipientIdentifier"), said.get("recipientType")
    is_number = isinstance(number, str) and kind in (None, "id", "ID")
    return Person(
        eduid=str(number) if is_number else "",
        email=email if isinstance(email, str) else "",
    )


def _items(start: bytes, stream: IO[bytes]) -> Iterator[Any]:
    """Yield the items of every array of assertions, one at a time; None for the rest where one is broken."""
    waiting = start
    reading = json.JSONDecoder()
    inside = False
    while True:
        if not inside:
            found = LISTING.search(waiting)
            if found:
                inside, waiting = True, waiting[found.end() :]
                continue
            waiting = waiting[-64:]  # a name may be cut in two
        else:
            waiting = waiting.lstrip(b" \t\r\n,")
            if waiting[:1] == b"]":
                inside, waiting = False, waiting[1:]
                continue
            taken = _first(reading, waiting)
            if taken is not None:
                item, waiting = taken
                yield item
                continue
        block = stream.read(_BLOCK) if len(waiting) <= MAX_BYTES else b""
        if not block:
            if inside:
                yield None
            return
        waiting += block


def _first(reading: json.JSONDecoder, waiting: bytes) -> tuple[Any, bytes] | None:
    """Read one JSON object off the front; None where it is not all there."""
    text = waiting.decode("utf-8", "ignore")  # the end may be half a character
    try:
        item, end = reading.raw_decode(text)
    except (ValueError, RecursionError):
        return None
    return item, waiting[len(text[:end].encode()) :]


def _faulty(place: int, name: str, code: str, message: str) -> Row:
    return Row(place=place, name=name, problem=Problem(code=code, message=message))
