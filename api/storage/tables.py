"""What is kept: ids, digests, states and who did what; documents only where they are hosted."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    CheckConstraint,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.types import TypeDecorator

from api.storage.records import State

METADATA = MetaData()
_IN_STATES = ", ".join(f"'{one}'" for one in State)


class Moment(TypeDecorator[datetime]):
    """A moment, always with its time zone; kept in UTC, also where the database knows no zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Write in UTC."""
        del dialect
        if value is not None and value.tzinfo is None:
            message = "a moment without a time zone is nobody's"
            raise ValueError(message)
        return value.astimezone(UTC) if value is not None else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Read as UTC."""
        del dialect
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


status_lists = Table(
    "status_lists",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("tenant", String(100), nullable=False),
    Column("size", Integer, nullable=False),
    Column("used", Integer, nullable=False),
    Column("version", Integer, nullable=False),  # grows with every change of a bit
    Column("open", Integer, nullable=False),  # 1: places of it may still be given out
    Column("unrecorded", Integer, nullable=False),  # 1: places nobody knows of count as suspended
    Column("made", Moment, nullable=False),
)

credentials = Table(
    "credentials",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("tenant", String(100), nullable=False),
    Column("target", String(20), nullable=False),
    Column("state", String(20), nullable=False),
    Column("reason", String(100), nullable=False),
    Column("list_id", ForeignKey("status_lists.id"), nullable=False),
    Column("place", Integer, nullable=False),
    Column("original_sha256", String(64), nullable=False),
    Column("source_url", Text, nullable=False),
    Column("source_verdict", String(20), nullable=False),
    Column("override", String(20), nullable=False),
    Column("sha256", String(64), nullable=False),  # of the sealed document, as given out last
    Column("certificate_sha256", String(64), nullable=False),
    Column("issuer", String(64), nullable=False),  # of a badge: the name of its issuer's document
    Column("renew_by", Moment),
    Column("reserved", Moment, nullable=False),
    Column("sealed", Moment),
    Column("changed", Moment, nullable=False),
    UniqueConstraint("list_id", "place"),
    CheckConstraint(f"state IN ({_IN_STATES})", name="state_known"),
    Index("credentials_by_certificate", "tenant", "certificate_sha256"),
    Index("credentials_by_state", "state", "renew_by"),
    Index("credentials_by_issuer", "issuer"),
)

audit = Table(
    "audit",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("tenant", String(100), nullable=False),
    Column("actor", String(100), nullable=False),
    Column("action", String(50), nullable=False),
    Column("subject", String(100), nullable=False),
    Column("details", Text, nullable=False),  # canonical JSON, no personal values
    Column("previous", String(64), nullable=False),
    Column("digest", String(64), nullable=False),
)

hosted = Table(
    "hosted",
    METADATA,
    Column("path", String(200), primary_key=True),
    Column("tenant", String(100), nullable=False),
    Column("credential_id", ForeignKey("credentials.id"), nullable=False),
    Column("media_type", String(100), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("made", Moment, nullable=False),
)

deliveries = Table(
    "deliveries",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("tenant", String(100), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("state", String(20), nullable=False),
    Column("answer", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("made", Moment, nullable=False),
    Column("changed", Moment, nullable=False),
)

source_checks = Table(
    "source_checks",
    METADATA,
    Column("credential_id", ForeignKey("credentials.id"), primary_key=True),
    Column("asked", Moment, nullable=False),
    Column("outcome", String(20), nullable=False),
    Column("failures", Integer, nullable=False),
    Column("next", Moment, nullable=False),
)

jobs = Table(
    "jobs",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("tenant", String(100), nullable=False),
    Column("actor", String(100), nullable=False),
    Column("state", String(20), nullable=False),
    Column("asked", Text, nullable=False),  # canonical JSON: what is done with each row
    Column("key", String(200)),  # the caller's own, by which asking twice begins one job
    Column("asked_sha256", String(64), nullable=False),  # of what was asked and of what came with it
    Column("counts", Text, nullable=False),
    Column("code", String(60), nullable=False),  # why it failed, and in words
    Column("why", Text, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("owner", String(64), nullable=False),  # the instance that works on it
    Column("lease", Moment),  # until when it is that instance's
    Column("made", Moment, nullable=False),
    Column("changed", Moment, nullable=False),
    Column("ended", Moment),
    UniqueConstraint("tenant", "key"),
    Index("jobs_by_state", "state", "made"),
    Index("jobs_by_tenant", "tenant", "id"),
)

messages = Table(
    "messages",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("tenant", String(100), nullable=False),
    Column("job_id", String(64), nullable=False),
    Column("body", Text, nullable=False),  # counts and an id; no personal value
    Column("state", String(20), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next", Moment, nullable=False),
    Column("made", Moment, nullable=False),
    Index("messages_by_state", "state", "next"),
    Index("messages_by_job", "job_id"),
)

api_keys = Table(
    "api_keys",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("tenant", String(100), nullable=False),
    Column("name", String(100), nullable=False),
    Column("scopes", String(200), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("made", Moment, nullable=False),
    Column("until", Moment),
    Index("api_keys_by_tenant", "tenant"),
)
