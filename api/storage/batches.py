"""Many credentials sealed together: their places kept in one step, and all of them completed in one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from api.storage.audit import Deed, append
from api.storage.credentials import keep_place, keep_sealed, let_go
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
        kept = tuple(keep_place(connection, origin, now) for _ in range(count))
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
    with store.writing() as connection:
        for one in completions:
            keep_sealed(
                connection,
                one.kept,
                one.sealed,
                now=now,
                actor=actor,
                documents=one.documents,
                origin=one.origin,
            )
        for kept in unused:
            let_go(connection, kept, now=now, actor=actor)


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
