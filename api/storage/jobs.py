"""Jobs: who asked for what, how far it is, and which instance works on it; the rows lie in files."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, func, insert, or_, select, update

from api.storage.audit import Deed, append
from api.storage.store import Store
from api.storage.tables import jobs
from schemas.canonical import canonical

ATTEMPTS = 5
"""So many instances may be lost on one job before it is given up."""


class JobState(StrEnum):
    """What has become of a job."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


OVER = frozenset({JobState.DONE, JobState.FAILED, JobState.CANCELLED})


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRecord:
    """What is kept of a job.

    Attributes:
        tenant: whose it is; empty where no tenants are configured.
        asked: what is done with each row; no personal value.
        key: by which the caller asks once, however often the request is sent.
        asked_sha256: of all that was asked, so that one key is not used for two things.
        counts: of rows, as `Counts` tells them.
        code, why: of a job that failed.
        attempt: how often an instance began it.
    """

    id: str
    tenant: str
    actor: str
    state: JobState
    asked: Mapping[str, Any]
    asked_sha256: str
    made: datetime
    changed: datetime
    key: str | None = None
    counts: Mapping[str, Any] = field(default_factory=dict)
    code: str = ""
    why: str = ""
    attempt: int = 0
    ended: datetime | None = None

    @property
    def over(self) -> bool:
        """Nothing will come any more."""
        return self.state in OVER


_KEPT = [jobs.c[one.name] for one in fields(JobRecord)]


class KeyTaken(Exception):  # noqa: N818 - reads as a sentence
    """The caller's key belongs to another job; it is named."""

    def __init__(self, record: JobRecord) -> None:
        """Carry that job."""
        super().__init__("the key belongs to another job")
        self.record = record


def new_job_id(now: datetime) -> str:
    """Make an id that tells nothing but when, so that later ones come later in a list."""
    return f"job_{int(now.timestamp() * 1000):012x}{secrets.token_hex(8)}"


def create(store: Store, record: JobRecord) -> None:
    """Queue a job.

    Raises:
        KeyTaken: the caller used its key before.
        Unavailable: the database does not answer.
    """
    values = {
        **{one.name: getattr(record, one.name) for one in fields(JobRecord)},
        "asked": canonical(dict(record.asked)).decode(),
        "counts": "{}",
        "owner": "",
        "lease": None,
    }
    with store.writing() as connection:
        known = _by_key(connection, record.tenant, record.key)
        if known is not None:
            raise KeyTaken(known)
        connection.execute(insert(jobs).values(**values))
        details = {name: record.asked[name] for name in ("to", "seal") if record.asked.get(name)}
        _told(connection, record, "job.queued", record.made, record.actor, details)


def by_key(store: Store, tenant: str, key: str) -> JobRecord | None:
    """Return the job that a tenant's key began."""
    with store.reading() as connection:
        return _by_key(connection, tenant, key)


def find(store: Store, name: str) -> JobRecord | None:
    """Return a job."""
    with store.reading() as connection:
        return _first(connection, jobs.c.id == name)


def listed(store: Store, tenant: str, *, before: str = "", most: int = 50) -> tuple[JobRecord, ...]:
    """List a tenant's jobs, the latest first, from one on."""
    wanted = and_(jobs.c.tenant == tenant, jobs.c.id < before) if before else jobs.c.tenant == tenant
    asked = select(*_KEPT).where(wanted).order_by(jobs.c.id.desc()).limit(most)
    with store.reading() as connection:
        return tuple(map(_record, connection.execute(asked).mappings()))


def waiting(store: Store, tenant: str) -> int:
    """Count the jobs of a tenant that are not over."""
    wanted = and_(jobs.c.tenant == tenant, jobs.c.state.in_((JobState.QUEUED, JobState.RUNNING)))
    with store.reading() as connection:
        return int(connection.execute(select(func.count()).where(wanted)).scalar_one())


def claim(store: Store, owner: str, *, now: datetime, lease: timedelta) -> JobRecord | None:
    """Take the oldest job that nobody works on: a queued one, or one whose instance is not heard of.

    It stays the owner's until the lease is over, and longer where that is renewed (`stay`). A job on which
    too many instances were lost is given up.
    """
    free = or_(
        jobs.c.state == JobState.QUEUED,
        and_(jobs.c.state == JobState.RUNNING, jobs.c.lease < now),
    )
    with store.writing() as connection:
        while True:
            asked = select(*_KEPT).where(free).order_by(jobs.c.made, jobs.c.id).limit(1)
            row = connection.execute(asked).mappings().first()
            if row is None:
                return None
            found = _record(row)
            if found.attempt < ATTEMPTS:
                break
            why = "The service was lost on this job too often."
            _end(connection, found, JobState.FAILED, now, code="job.lost", why=why)
        connection.execute(
            update(jobs)
            .where(jobs.c.id == found.id)
            .values(
                state=JobState.RUNNING,
                owner=owner,
                lease=now + lease,
                attempt=found.attempt + 1,
                changed=now,
            )
        )
        return _first(connection, jobs.c.id == found.id)


def stay(
    store: Store,
    name: str,
    owner: str,
    *,
    now: datetime,
    lease: timedelta,
    counts: Mapping[str, Any] | None = None,
) -> bool:
    """Renew the lease, and tell how far it is; False where the job is another's or nobody's any more."""
    values: dict[str, Any] = {"lease": now + lease}
    if counts is not None:
        values |= {"counts": json.dumps(dict(counts)), "changed": now}
    with store.writing() as connection:
        done = connection.execute(update(jobs).where(_mine(name, owner)).values(**values))
        return done.rowcount == 1


def finish(
    store: Store,
    name: str,
    owner: str,
    state: JobState,
    *,
    now: datetime,
    counts: Mapping[str, Any] | None = None,
    code: str = "",
    why: str = "",
) -> JobRecord | None:
    """End a job of one's own; None where it is another's or nobody's any more."""
    with store.writing() as connection:
        found = _first(connection, _mine(name, owner))
        if found is None:
            return None
        _end(connection, found, state, now, counts=counts, code=code, why=why)
        return _first(connection, jobs.c.id == name)


def release(store: Store, name: str, owner: str, *, now: datetime) -> None:
    """Give a job back to the queue, for the service is stopped in an orderly way."""
    with store.writing() as connection:
        connection.execute(
            update(jobs)
            .where(_mine(name, owner))
            .values(state=JobState.QUEUED, owner="", lease=None, attempt=jobs.c.attempt - 1, changed=now)
        )


def cancel(store: Store, name: str, *, now: datetime, actor: str) -> JobRecord | None:
    """Cancel a job, or have what is left of a finished one forgotten; whoever works on it finds out."""
    with store.writing() as connection:
        found = _first(connection, jobs.c.id == name)
        if found is None or found.state is JobState.CANCELLED:
            return found
        _end(connection, found, JobState.CANCELLED, now, actor=actor)
        return _first(connection, jobs.c.id == name)


def ended_before(store: Store, moment: datetime) -> tuple[str, ...]:
    """Name the jobs that ended before a moment."""
    with store.reading() as connection:
        return tuple(connection.execute(select(jobs.c.id).where(jobs.c.ended < moment)).scalars())


def _mine(name: str, owner: str) -> ColumnElement[bool]:
    return and_(jobs.c.id == name, jobs.c.owner == owner, jobs.c.state == JobState.RUNNING)


def _end(
    connection: Connection,
    found: JobRecord,
    state: JobState,
    now: datetime,
    *,
    counts: Mapping[str, Any] | None = None,
    code: str = "",
    why: str = "",
    actor: str = "",
) -> None:
    values: dict[str, Any] = {"state": state, "code": code, "why": why, "owner": "", "lease": None}
    values |= {"ended": now, "changed": now}
    if counts is not None:
        values["counts"] = json.dumps(dict(counts))
    connection.execute(update(jobs).where(jobs.c.id == found.id).values(**values))
    told = {name: counts[name] for name in ("rows", "made") if counts and name in counts}
    _told(connection, found, f"job.{state}", now, actor or "jobs", told | ({"code": code} if code else {}))


def _told(
    connection: Connection,
    record: JobRecord,
    action: str,
    now: datetime,
    actor: str,
    details: Mapping[str, Any],
) -> None:
    deed = Deed(
        at=now, tenant=record.tenant, actor=actor, action=action, subject=record.id, details=dict(details)
    )
    append(connection, deed)


def _by_key(connection: Connection, tenant: str, key: str | None) -> JobRecord | None:
    if key is None:
        return None
    return _first(connection, and_(jobs.c.tenant == tenant, jobs.c.key == key))


def _first(connection: Connection, wanted: ColumnElement[bool]) -> JobRecord | None:
    row = connection.execute(select(*_KEPT).where(wanted)).mappings().first()
    return _record(row) if row is not None else None


def _record(row: RowMapping) -> JobRecord:
    said = dict(row)
    said["asked"], said["counts"] = json.loads(said["asked"]), json.loads(said["counts"])
    said["state"] = JobState(said["state"])
    return JobRecord(**said)
