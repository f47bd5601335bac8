"""Deliveries into wallets: what was sent, and what became of it; never to whom."""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass, fields
from datetime import datetime

from sqlalchemy import insert, select

from api.storage.audit import Deed, append
from api.storage.store import Store
from api.storage.tables import deliveries


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryRecord:
    """All that is kept of a delivery."""

    id: str
    tenant: str
    sha256: str
    state: str
    answer: str
    attempts: int
    made: datetime


_KEPT = [deliveries.c[one.name] for one in fields(DeliveryRecord)]


def keep_delivery(store: Store, record: DeliveryRecord, *, actor: str) -> None:
    """Keep what became of a delivery."""
    with store.writing() as connection:
        connection.execute(insert(deliveries).values(**asdict(record), changed=record.made))
        deed = Deed(
            at=record.made,
            tenant=record.tenant,
            actor=actor,
            action="credential.delivered" if record.state != "failed" else "credential.not-delivered",
            subject=record.id,
            details={"sha256": record.sha256, "state": record.state},
        )
        append(connection, deed)


def delivery(store: Store, name: str) -> DeliveryRecord | None:
    """Return what became of a delivery."""
    with store.reading() as connection:
        row = connection.execute(select(*_KEPT).where(deliveries.c.id == name)).mappings().first()
    return DeliveryRecord(**row) if row is not None else None


def new_name() -> str:
    """Make an id that tells nothing."""
    return secrets.token_urlsafe(16)
