"""What stands in public of a badge: its class, picture and issuer, of a hosted one the assertion too."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from api.storage.records import Reservation
from api.storage.store import Store
from api.storage.tables import hosted
from converter.hosting import PublicDocument, compact_json

ISSUERS = "issuers/"


@dataclass(frozen=True, slots=True, kw_only=True)
class HostedDocument:
    """A document as it stands in public; `credential_id` is that of the record it came with."""

    path: str
    tenant: str
    credential_id: str
    media_type: str
    body: bytes


_KEPT = [hosted.c[one.name] for one in fields(HostedDocument)]


def put(
    connection: Connection, owner: Reservation, documents: Iterable[PublicDocument], *, now: datetime
) -> None:
    """Keep documents, in the step that completes their credential.

    What several badges share is kept once; an issuer's document keeps the keys it named before, for what they
    signed is still to be verified.
    """
    for one in documents:
        row = connection.execute(select(hosted.c.body).where(hosted.c.path == one.path)).first()
        if row is None:
            connection.execute(
                insert(hosted).values(
                    path=one.path,
                    tenant=owner.tenant,
                    credential_id=owner.id,
                    media_type=one.media_type,
                    body=one.body,
                    made=now,
                )
            )
        elif one.path.startswith(ISSUERS):
            body = _with_keys(one.body, row.body)
            connection.execute(update(hosted).where(hosted.c.path == one.path).values(body=body))


def _with_keys(body: bytes, before: bytes) -> bytes:
    """Add the keys that were named before to an issuer's document."""
    tree, old = json.loads(body), json.loads(before)
    keys = list(dict.fromkeys((*_listed(tree.get("publicKey")), *_listed(old.get("publicKey")))))
    if not keys:
        return body
    tree["publicKey"] = keys[0] if len(keys) == 1 else keys
    tree.setdefault("revocationList", old.get("revocationList"))
    return compact_json(tree)


def _listed(value: object) -> list[str]:
    if value is None:
        return []
    return [str(one) for one in value] if isinstance(value, list) else [str(value)]


def at(store: Store, path: str) -> HostedDocument | None:
    """Return what stands at a path; None where nothing does."""
    with store.reading() as connection:
        row = connection.execute(select(*_KEPT).where(hosted.c.path == path)).mappings().first()
    return HostedDocument(**row) if row is not None else None
