"""Messages that tell a tenant's own service of its jobs: what is sent, how often, and when next."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import insert, select, update

from api.storage.store import Store
from api.storage.tables import messages

WAITS = tuple(
    timedelta(seconds=seconds) for seconds in (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
)
"""How long is waited after each attempt that failed; after the last of them it is given up."""


class MessageState(StrEnum):
    """What has become of a message."""

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRecord:
    """A message; `body` is what is sent, byte for byte, each time."""

    id: str
    tenant: str
    job_id: str
    body: str
    state: MessageState
    attempts: int
    next: datetime
    made: datetime


_KEPT = [messages.c[one.name] for one in fields(MessageRecord)]


def new_message_id() -> str:
    """Make an id, by which the receiver knows a message it had already."""
    return f"msg_{secrets.token_urlsafe(18)}"


def keep_message(store: Store, record: MessageRecord) -> None:
    """Queue a message."""
    values = {one.name: getattr(record, one.name) for one in fields(MessageRecord)}
    with store.writing() as connection:
        connection.execute(insert(messages).values(**values))


def due(store: Store, *, now: datetime, most: int = 20) -> tuple[MessageRecord, ...]:
    """List the messages whose next attempt is due."""
    wanted = (messages.c.state == MessageState.PENDING) & (messages.c.next <= now)
    asked = select(*_KEPT).where(wanted).order_by(messages.c.next).limit(most)
    with store.reading() as connection:
        return tuple(_record(dict(row)) for row in connection.execute(asked).mappings())


def of_job(store: Store, job: str) -> tuple[MessageRecord, ...]:
    """List the messages about a job."""
    asked = select(*_KEPT).where(messages.c.job_id == job).order_by(messages.c.made, messages.c.id)
    with store.reading() as connection:
        return tuple(_record(dict(row)) for row in connection.execute(asked).mappings())


def take(store: Store, record: MessageRecord, *, now: datetime) -> bool:
    """Take the next attempt of a message for oneself; False where another instance was faster."""
    after = WAITS[min(record.attempts, len(WAITS) - 1)]
    mine = (messages.c.id == record.id) & (messages.c.attempts == record.attempts)
    with store.writing() as connection:
        done = connection.execute(
            update(messages)
            .where(mine, messages.c.state == MessageState.PENDING)
            .values(attempts=record.attempts + 1, next=now + after)
        )
        return done.rowcount == 1


def settle(store: Store, name: str, state: MessageState) -> None:
    """Say that a message arrived, or is given up."""
    with store.writing() as connection:
        connection.execute(update(messages).where(messages.c.id == name).values(state=state))


def again(store: Store, job: str, *, now: datetime) -> int:
    """Send every message about a job once more, under the ids it had; tell how many."""
    with store.writing() as connection:
        done = connection.execute(
            update(messages)
            .where(messages.c.job_id == job)
            .values(state=MessageState.PENDING, attempts=0, next=now)
        )
        return int(done.rowcount)


def _record(said: dict[str, object]) -> MessageRecord:
    return MessageRecord(**{**said, "state": MessageState(str(said["state"]))})  # type: ignore[arg-type]
