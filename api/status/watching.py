"""Asking again after the sources of what was sealed, and doing what the tenant wants done."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

from sqlalchemy import Row, insert, or_, select, update

from api.storage.audit import Deed, append
from api.storage.credentials import revoke, suspend
from api.storage.records import CredentialRecord, State
from api.storage.store import Store
from api.storage.tables import credentials, source_checks

WATCHER = "watcher"
EVERY = timedelta(hours=24)
MOST_AT_ONCE = 200
_FIRST_WAIT = timedelta(minutes=15)
_LONGEST_WAIT = timedelta(days=7)


class SourceState(StrEnum):
    """What a source says of itself now."""

    GOOD = "good"
    REVOKED = "revoked"
    SILENT = "silent"  # it cannot be asked, or what it answers cannot be judged


WhenRevoked = Literal["revoke", "suspend", "report"]
Ask = Callable[[CredentialRecord], SourceState]


@dataclass(frozen=True, slots=True, kw_only=True)
class Noticed:
    """What was found about one credential's source.

    Attributes:
        done: `revoke`, `suspend`, or empty where nothing had to be done.
    """

    credential: CredentialRecord
    source: SourceState
    done: str = ""


def watch_once(
    store: Store,
    ask: Ask,
    policy: Callable[[str], WhenRevoked],
    *,
    now: datetime,
    every: timedelta = EVERY,
) -> tuple[Noticed, ...]:
    """Ask every source that is due, and revoke or suspend what rests on one that was revoked.

    A source that does not answer is asked again, later each time; that alone takes nothing back.

    Args:
        store: the records.
        ask: gives a source's word now; may take long, so no step of the database is open meanwhile.
        policy: by a tenant's name what is to be done.
        now: the moment.
        every: how often a source that answers is asked.
    """
    return tuple(_watched(store, one, ask, policy, now, every) for one in _due(store, now))


def _due(store: Store, now: datetime) -> Iterator[CredentialRecord]:
    with store.reading() as connection:
        rows = connection.execute(
            select(credentials)
            .outerjoin(source_checks, source_checks.c.credential_id == credentials.c.id)
            .where(
                credentials.c.state.in_((State.SEALED, State.SUSPENDED)),
                credentials.c.source_url != "",
                or_(source_checks.c.next.is_(None), source_checks.c.next <= now),
            )
            .order_by(source_checks.c.next)
            .limit(MOST_AT_ONCE)
        ).all()
    yield from map(CredentialRecord.of, rows)


def _watched(
    store: Store,
    found: CredentialRecord,
    ask: Ask,
    policy: Callable[[str], WhenRevoked],
    now: datetime,
    every: timedelta,
) -> Noticed:
    said = ask(found)
    wanted = policy(found.tenant) if said is SourceState.REVOKED else "report"
    done = ""
    if wanted == "revoke":
        revoke(store, found.id, "source revoked", now=now, actor=WATCHER)
        done = "revoke"
    elif wanted == "suspend" and found.state is State.SEALED:
        suspend(store, found.id, "source revoked", now=now, actor=WATCHER)
        done = "suspend"
    _note(store, found, said, now, every)
    return Noticed(credential=found, source=said, done=done)


def _note(store: Store, found: CredentialRecord, said: SourceState, now: datetime, every: timedelta) -> None:
    """Write down what a source said, and when to ask it again; a change of its word is logged."""
    with store.writing() as connection:
        before = connection.execute(
            select(source_checks).where(source_checks.c.credential_id == found.id)
        ).first()
        failures = (before.failures if before is not None else 0) + 1 if said is SourceState.SILENT else 0
        values = {
            "asked": now,
            "outcome": said,
            "failures": failures,
            "next": now + (_wait(failures) if failures else every),
        }
        if before is None:
            connection.execute(insert(source_checks).values(credential_id=found.id, **values))
        else:
            connection.execute(
                update(source_checks).where(source_checks.c.credential_id == found.id).values(**values)
            )
        if _outcome(before) != said:
            append(
                connection,
                Deed(
                    at=now,
                    tenant=found.tenant,
                    actor=WATCHER,
                    action="source.asked",
                    subject=found.id,
                    details={"outcome": str(said)},
                ),
            )


def _outcome(before: Row[tuple[object, ...]] | None) -> str:
    return str(before._mapping["outcome"]) if before is not None else ""  # noqa: SLF001 - its public name


def _wait(failures: int) -> timedelta:
    """Wait longer after each failure: a quarter of an hour, doubled up to a week."""
    return min(_FIRST_WAIT * (1 << min(failures - 1, 12)), _LONGEST_WAIT)
