"""What the log holds of an identity: who, when, which fields, whose word, which ground; never a value."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from api.gateway.seal_orders import SealOrder
from api.storage.audit import Deed, append
from api.storage.store import Store
from converter.conversion import Source
from schemas.document import Format
from schemas.identity import Identity, Proven

NOBODY = "-"
"""The tenant of what a holder does without one."""
HOLDER = "holder"


def used_for_seal(proven: Proven, source: Source, order: SealOrder, *, target: Format, at: datetime) -> None:
    """Log that a tenant has an identity written into what it seals, before it is written.

    Raises:
        Unavailable: the database does not answer; then nothing is sealed.
    """
    deed = Deed(
        at=at,
        tenant=order.sealer.tenant.name,
        actor=order.actor,
        action="identity.used",
        subject=hashlib.sha256(source.document.raw).hexdigest(),
        details={
            "fields": described(proven.identity) if target is not Format.OB2 else [],
            "left_out": sorted(name for name, _ in proven.left_out),
            "proof": list(proven.how),
        },
    )
    log(order.sealer.store, deed)


def asked_register(store: Store, register: str, tenant: str, actor: str, *, at: datetime) -> None:
    """Log that a register is asked for a tenant, before it is asked; about whom is not written.

    Raises:
        Unavailable: the database does not answer; then nobody is asked.
    """
    deed = Deed(
        at=at,
        tenant=tenant,
        actor=actor,
        action="identity.register",
        subject=register,
        details={},
    )
    log(store, deed)


def log(store: Store, deed: Deed) -> None:
    """Add one entry to the chain.

    Raises:
        Unavailable: the database does not answer.
    """
    with store.writing() as connection:
        append(connection, deed)


def described(identity: Identity, names: Iterable[str] | None = None) -> list[dict[str, Any]]:
    """Describe fields by name and origin.

    Args:
        identity: whose fields.
        names: only these; None takes all that are said.
    """
    wanted = identity.said() if names is None else tuple(names)
    return [
        {
            "field": name,
            "source": origin.source,
            "assurance": str(origin.assurance),
            "ground": origin.ground,
        }
        for name, origin in identity.origins
        if name in wanted
    ]
