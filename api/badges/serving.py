"""What is answered at the public addresses of badges; HTTP itself is elsewhere."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from api.storage import Store
from api.storage.credentials import find, taken_back
from api.storage.hosted import ISSUERS, at
from api.storage.records import State
from converter.hosting import JSON, revocation_list, revoked_assertion

OK, NOT_FOUND, GONE = 200, 404, 410
REVOCATIONS = "revocations/"
_SUSPENDED = "suspended until further notice"
_GONE = frozenset({State.REVOKED, State.SUSPENDED, State.ABANDONED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """An answer.

    Attributes:
        status: 200, 404, or 410 for a badge that was taken back.
        etag: of the body, quoted.
    """

    status: int
    media_type: str = JSON
    body: bytes = b""
    etag: str = ""


def assertion_name(record: str) -> str:
    """Name a signed badge by its record: a `urn:uuid:` that is always the same."""
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'badgepass badge {record}')}"


def served(store: Store, bases: Mapping[str, str], path: str) -> Served:
    """Answer for what stands below `/badges/`.

    A badge that was revoked, or is suspended, answers 410 and says that it is revoked and why (OB 2.0,
    §Revocation of hosted badges); Open Badges 2.0 has no word for a suspension.

    Args:
        store: the records.
        bases: public address of each tenant by its name, without a slash at the end.
        path: what comes behind `/badges/`.
    """
    if path.startswith(REVOCATIONS):
        return _revocations(store, bases, path.removeprefix(REVOCATIONS))
    found = at(store, path)
    if found is None:
        return Served(status=NOT_FOUND)
    if path == found.credential_id:
        record = find(store, found.credential_id)
        if record is None or record.state in _GONE:
            reason = record.reason if record and record.state is State.REVOKED else _SUSPENDED
            return _answer(
                GONE, JSON, revoked_assertion(f"{bases.get(found.tenant, '')}/badges/{path}", reason)
            )
    return _answer(OK, found.media_type, found.body)


def _revocations(store: Store, bases: Mapping[str, str], issuer: str) -> Served:
    owner = at(store, f"{ISSUERS}{issuer}")
    if owner is None:
        return Served(status=NOT_FOUND)
    revoked = {
        assertion_name(one.id): one.reason if one.state is State.REVOKED else _SUSPENDED
        for one in taken_back(store, issuer)
    }
    here = f"{bases.get(owner.tenant, '')}/badges/"
    body = revocation_list(f"{here}{REVOCATIONS}{issuer}", f"{here}{ISSUERS}{issuer}", revoked)
    return _answer(OK, JSON, body)


def _answer(status: int, media_type: str, body: bytes) -> Served:
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    return Served(status=status, media_type=media_type, body=body, etag=etag)
