"""A copy to keep, and what has to be done when one is put back."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import datetime
from pathlib import Path

from sqlalchemy import select, update

from api.gateway.asking import not_understood
from api.storage.audit import Deed, append
from api.storage.credentials import OPERATOR, revoke
from api.storage.records import State
from api.storage.store import Store
from api.storage.tables import credentials, status_lists


def back_up(store: Store, path: Path) -> None:
    """Write a whole copy of an SQLite database, while it is used; PostgreSQL has `pg_dump`.

    Raises:
        NotUnderstood: the database is not SQLite, or the file is there already.
        Unavailable: the copy could not be written.
    """
    if store.dialect != "sqlite":
        message = "This database is backed up by its own tools, such as pg_dump."
        raise not_understood("request.database", message)
    if path.exists():
        raise not_understood("request.output", "There is a file of this name already.", str(path))
    part = path.with_name(f".{path.name}.{secrets.token_hex(6)}.part")
    try:
        store.copied_to(part)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def restored(store: Store, *, now: datetime, actor: str = OPERATOR) -> tuple[str, ...]:
    """Say that this database was put back from a copy, so something may have happened that it does not know.

    Lists that were begun are closed, so that no place is given out a second time. A place that no record is
    about may be that of a credential sealed since the copy was made: from now on it counts as suspended,
    for nobody here can say that it is good.

    Returns:
        The ids of the lists.
    """
    with store.writing() as connection:
        rows = connection.execute(select(status_lists.c.id, status_lists.c.tenant)).all()
        for row in rows:
            connection.execute(
                update(status_lists)
                .where(status_lists.c.id == row.id)
                .values(open=0, unrecorded=1, version=status_lists.c.version + 1)
            )
            append(
                connection,
                Deed(at=now, tenant=row.tenant, actor=actor, action="status.restored", subject=row.id),
            )
    return tuple(row.id for row in rows)


def revoked_since(
    store: Store, list_id: str, places: Collection[int], *, now: datetime, actor: str = OPERATOR
) -> tuple[str, ...]:
    """Revoke again what a list that was published after the copy was made says is revoked.

    Args:
        store: put back from the copy.
        list_id: of the list.
        places: those it says are revoked.
        now: the moment.
        actor: who says so.

    Returns:
        The ids of the credentials that were not revoked here.
    """
    with store.reading() as connection:
        rows = connection.execute(
            select(credentials.c.id, credentials.c.place).where(
                credentials.c.list_id == list_id,
                credentials.c.state.in_((State.SEALED, State.SUSPENDED)),
            )
        )
        names = tuple(row.id for row in rows if row.place in places)
    for name in names:
        revoke(store, name, "revoked before the database was put back", now=now, actor=actor)
    return names
