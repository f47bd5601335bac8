"""Keys by which a tenant's systems call: made and ended while the gateway runs, known by their digests."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import RowMapping, insert, select, update

from api.storage.audit import Deed, append
from api.storage.store import Store
from api.storage.tables import api_keys
from api.tenants import Scope

PREFIX = "bpk_"
"""What a key begins with, so that whoever finds one in a wrong place knows what it is."""
_LONGEST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """What is kept of a key: all but the key.

    Attributes:
        name: of the system that has it, for the audit.
        until: from then on it opens nothing; None for one without an end.
    """

    id: str
    tenant: str
    name: str
    scopes: frozenset[Scope]
    made: datetime
    until: datetime | None = None


_KEPT = [api_keys.c[one.name] for one in fields(ApiKey)]


def make_key(store: Store, key: ApiKey, *, actor: str) -> str:
    """Keep a new key, and return it; it is told this once.

    Raises:
        Unavailable: the database does not answer.
    """
    secret = secrets.token_urlsafe(32)
    whole = f"{PREFIX}{key.id}_{secret}"
    values = {one.name: getattr(key, one.name) for one in fields(ApiKey)}
    values |= {"scopes": " ".join(sorted(key.scopes)), "sha256": _digest(whole)}
    with store.writing() as connection:
        connection.execute(insert(api_keys).values(**values))
        details = {"name": key.name, "scopes": sorted(key.scopes)}
        deed = Deed(
            at=key.made, tenant=key.tenant, actor=actor, action="key.made", subject=key.id, details=details
        )
        append(connection, deed)
    return whole


def new_key_id() -> str:
    """Make an id, without the sign that parts it from the secret."""
    return secrets.token_hex(8)


def key_called(store: Store, name: str) -> ApiKey | None:
    """Return what is kept of a key, by its id."""
    with store.reading() as connection:
        row = connection.execute(select(*_KEPT).where(api_keys.c.id == name)).mappings().first()
    return _key(row) if row is not None else None


def keys_of(store: Store, tenant: str) -> tuple[ApiKey, ...]:
    """List the keys of a tenant, ended ones too."""
    asked = select(*_KEPT).where(api_keys.c.tenant == tenant).order_by(api_keys.c.made, api_keys.c.id)
    with store.reading() as connection:
        return tuple(map(_key, connection.execute(asked).mappings()))


def end_key(store: Store, name: str, *, until: datetime, now: datetime, actor: str) -> bool:
    """Let a key end at a moment, maybe while its successor takes over already; False where none is."""
    with store.writing() as connection:
        row = connection.execute(select(api_keys.c.tenant).where(api_keys.c.id == name)).first()
        if row is None:
            return False
        connection.execute(update(api_keys).where(api_keys.c.id == name).values(until=until))
        deed = Deed(at=now, tenant=row.tenant, actor=actor, action="key.ended", subject=name)
        append(connection, deed)
    return True


def opened_by(store: Store, given: str, *, now: datetime) -> ApiKey | None:
    """Return whose key this is; None where it is nobody's, or has ended."""
    name, _, secret = given.removeprefix(PREFIX).partition("_")
    if not given.startswith(PREFIX) or not secret or len(given) > _LONGEST:
        return None
    asked = select(*_KEPT, api_keys.c.sha256).where(api_keys.c.id == name)
    with store.reading() as connection:
        row = connection.execute(asked).mappings().first()
    digest = row["sha256"] if row is not None else "0" * 64
    if not hmac.compare_digest(str(digest), _digest(given)) or row is None:
        return None
    key = _key(row)
    return key if key.until is None or now < key.until else None


def _digest(whole: str) -> str:
    return hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()


def _key(row: RowMapping) -> ApiKey:
    said = {one.name: row[one.name] for one in fields(ApiKey)}
    return ApiKey(**{**said, "scopes": frozenset(map(Scope, str(said["scopes"]).split()))})
