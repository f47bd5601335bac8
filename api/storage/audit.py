"""Who did what and when, each entry bound to the one before it; never with a personal value."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from api.storage.store import Store
from api.storage.tables import audit
from schemas.canonical import canonical

FIRST = "0" * 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """Something that was done.

    Attributes:
        actor: a name of a token, `operator` or `watcher`; never a person's.
        action: e.g. `credential.revoked`.
        subject: an id of ours.
        details: what else, without personal values.
    """

    at: datetime
    tenant: str
    actor: str
    action: str
    subject: str
    details: Mapping[str, Any] = field(default_factory=dict)


def append(connection: Connection, *deeds: Deed) -> None:
    """Add entries, in the step of what they tell."""
    last = connection.execute(
        select(audit.c.number, audit.c.digest).order_by(audit.c.number.desc()).limit(1)
    ).first()
    number, previous = (last.number, last.digest) if last is not None else (0, FIRST)
    entries = []
    for deed in deeds:
        number += 1
        values = {
            "number": number,
            "at": deed.at,
            "tenant": deed.tenant,
            "actor": deed.actor,
            "action": deed.action,
            "subject": deed.subject,
            "details": canonical(dict(deed.details)).decode(),
            "previous": previous,
        }
        previous = _digest(values)
        entries.append({**values, "digest": previous})
    if entries:
        connection.execute(insert(audit), entries)


def chain_fault(store: Store) -> str:
    """Say in one sentence where the chain is broken; empty where it is whole."""
    previous, number = FIRST, 0
    with store.reading() as connection:
        for row in connection.execute(select(audit).order_by(audit.c.number)):
            number += 1
            if row.number != number:
                return f"Entry {number} of the audit log is missing."
            if row.previous != previous or row.digest != _digest(_values(row)):
                return f"Entry {number} of the audit log is not what was written."
            previous = row.digest
    return ""


def _values(row: Row[Any]) -> dict[str, Any]:
    return {name: value for name, value in row._mapping.items() if name != "digest"}  # noqa: SLF001 - its public name


def _digest(values: Mapping[str, Any]) -> str:
    written = {**values, "at": f"{values['at']:%Y-%m-%dT%H:%M:%SZ}"}
    return hashlib.sha256(canonical(written)).hexdigest()
