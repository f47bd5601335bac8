"""Many credentials sealed together: their places kept in one step, and all of them completed in one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select, update

from api.storage.audit import Deed, append
from api.storage.credentials import given_up, let_go, sealed_deed, sealed_values
from api.storage.hosted import put
from api.storage.places import keep_places
from api.storage.records import Origin, Reservation, Sealed, State
from api.storage.store import Store
from api.storage.tables import credentials
from converter.hosting import PublicDocument

_AT_ONCE = 500
"""Ids in one question: a database takes only so many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """One credential that was sealed.

    Attributes:
        origin: known since its source was examined.
        documents: what stands in public of it.
    """

    kept: Reservation
    origin: Origin
    sealed: Sealed
    documents: tuple[PublicDocument, ...] = ()


def reserve_many(
    store: Store, origin: Origin, count: int, *, now: datetime, actor: str
) -> tuple[Reservation, ...]:
    """Keep records and places for so many credentials of one tenant.

    Raises:
        Unavailable: the database does not answer.
    """
    with store.writing() as connection:
        kept = keep_places(connection, origin, count, now)
        details = {"count": count, "target": origin.target}
        deed = Deed(
            at=now,
            tenant=origin.tenant,
            actor=actor,
            action="credentials.reserved",
            subject=kept[0].id if kept else "",
            details=details,
        )
        append(connection, deed)
    return kept


def complete_many(
    store: Store,
    completions: Iterable[Completion],
    unused: Iterable[Reservation],
    *,
    now: datetime,
    actor: str,
) -> None:
    """Complete all of them, or none; places that were kept in vain are given up in the same step.

    Raises:
        Refused: a reservation was given up meanwhile, so nothing of this may be given out.
        Unavailable: the database does not answer.
    """
    done = tuple(completions)
    with store.writing() as connection:
        _refuse_given_up(connection, [one.kept.id for one in done])
        if done:
            mine = credentials.c.id == bindparam("mine")
            values = [{"mine": one.kept.id, **sealed_values(one.sealed, now, one.origin)} for one in done]
            connection.execute(update(credentials).where(mine), values)
        for one in done:
            put(connection, one.kept, one.documents, now=now)
        deeds = (sealed_deed(one.kept, one.sealed, now=now, actor=actor, origin=one.origin) for one in done)
        append(connection, *deeds)
        for kept in unused:
            let_go(connection, kept, now=now, actor=actor)


def _refuse_given_up(connection: Connection, names: Sequence[str]) -> None:
    """See that all of these are still reserved, and hold them so until the step ends."""
    for at in range(0, len(names), _AT_ONCE):
        some = names[at : at + _AT_ONCE]
        asked = select(credentials.c.id).where(
            credentials.c.id.in_(some), credentials.c.state == State.RESERVED
        )
        if len(connection.execute(asked.with_for_update()).all()) != len(some):
            raise given_up()


def all_completed(store: Store, names: Sequence[str]) -> bool:
    """Tell whether each of these was sealed, whatever became of it since."""
    over = (State.RESERVED, State.ABANDONED)
    with store.reading() as connection:
        for at in range(0, len(names), _AT_ONCE):
            some = names[at : at + _AT_ONCE]
            asked = select(func.count()).where(credentials.c.id.in_(some), credentials.c.state.not_in(over))
            if connection.execute(asked).scalar_one() != len(some):
                return False
    return True
