"""Places in a tenant's status lists: chosen at random, kept with a record, and never given to another."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import Connection, and_, insert, select, update

from api.storage.records import Origin, Reservation, State
from api.storage.tables import credentials, status_lists
from verifier.status.bitstring import MIN_PLACES

FULL = 2
"""A list counts as full when one in so many of its places is used: so long, a random one is soon found."""
_ONE_BY_ONE = 20
"""Up to so many places are each looked for by itself; beyond it all that are taken are asked for once."""


def keep_places(connection: Connection, origin: Origin, count: int, now: datetime) -> tuple[Reservation, ...]:
    """Keep so many records with their places, in the step of whoever tells the log of it.

    Args:
        connection: of that step.
        origin: of all of them, as far as it is known.
        count: how many.
        now: timezone-aware.
    """
    kept: list[Reservation] = []
    while len(kept) < count:
        list_id, size, used = _open_list(connection, origin.tenant, now)
        wanted = min(count - len(kept), max(1, size // FULL - used))
        for place in _free(connection, list_id, size, wanted):
            # a letter first: a command line takes no id that begins with a dash
            name = f"c{secrets.token_urlsafe(24)}"
            kept.append(Reservation(id=name, tenant=origin.tenant, list_id=list_id, place=place))
        grown = status_lists.c.used + wanted
        connection.execute(update(status_lists).where(status_lists.c.id == list_id).values(used=grown))
    if kept:
        connection.execute(insert(credentials), [_record(one, origin, now) for one in kept])
    return tuple(kept)


def _record(kept: Reservation, origin: Origin, now: datetime) -> dict[str, object]:
    return {
        "id": kept.id,
        "tenant": origin.tenant,
        "target": origin.target,
        "state": State.RESERVED,
        "reason": "",
        "list_id": kept.list_id,
        "place": kept.place,
        "original_sha256": origin.original_sha256,
        "source_url": origin.source_url,
        "source_verdict": origin.source_verdict,
        "override": origin.override,
        "sha256": "",
        "certificate_sha256": "",
        "issuer": "",
        "reserved": now,
        "changed": now,
    }


def _open_list(connection: Connection, tenant: str, now: datetime) -> tuple[str, int, int]:
    """Find the tenant's open list; begin another where that one is full."""
    mine = and_(status_lists.c.tenant == tenant, status_lists.c.open == 1)
    found = connection.execute(
        select(status_lists.c.id, status_lists.c.size, status_lists.c.used).where(mine)
    ).first()
    if found is not None and found.used * FULL < found.size:
        return found.id, found.size, found.used
    if found is not None:
        connection.execute(update(status_lists).where(mine).values(open=0))
    name = secrets.token_urlsafe(12)
    connection.execute(
        insert(status_lists).values(
            id=name, tenant=tenant, size=MIN_PLACES, used=0, version=1, open=1, unrecorded=0, made=now
        )
    )
    return name, MIN_PLACES, 0


def _free(connection: Connection, list_id: str, size: int, count: int) -> list[int]:
    """Pick random places that nobody has."""
    mine = credentials.c.list_id == list_id
    all_taken: set[int] | None = None
    if count > _ONE_BY_ONE:
        all_taken = set(connection.execute(select(credentials.c.place).where(mine)).scalars())
    picked: dict[int, None] = {}
    while len(picked) < count:
        place = secrets.randbelow(size)
        if place in picked:
            continue
        if all_taken is None:
            asked = select(credentials.c.id).where(mine, credentials.c.place == place)
            taken = connection.execute(asked).first() is not None
        else:
            taken = place in all_taken
        if not taken:
            picked[place] = None
    return list(picked)
