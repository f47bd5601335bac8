"""Status lists as they are published: made anew from the records, so that none can lose a revocation."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.serialization import Encoding
from sqlalchemy import Connection, select

from api.status.entries import Purpose, address
from api.storage.records import State
from api.storage.store import Store
from api.storage.tables import credentials, status_lists
from schemas.document import Tree
from schemas.errors import Problem, Refused
from schemas.key import Key
from verifier.sealing.compact import sign_compact
from verifier.status.bitstring import encoded_list

MEDIA_TYPE = "application/vc+jwt"
LASTS = timedelta(hours=24)
"""A published list counts for so long; it is signed anew when half of that is over, or a bit has changed."""
MAX_AGE = timedelta(minutes=5)
"""For so long a reader may keep a list without asking again."""
_REVOKED = frozenset({State.REVOKED, State.ABANDONED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A list as it is answered.

    Attributes:
        body: a compact JWS.
        etag: of the body, quoted.
        until: when it stops counting.
    """

    body: bytes
    etag: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Signing:
    """With what a tenant's lists are signed.

    Attributes:
        key: the tenant's.
        base: the tenant's public address, without a slash at the end.
        issuer: the URI of the issuer as the credentials have it; the address where none is known.
    """

    key: Key
    base: str
    issuer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _List:
    id: str
    size: int
    version: int
    unrecorded: int


class Lists:
    """Publishes the lists of a store; keeps what it signed as long as it is still right."""

    def __init__(self, store: Store) -> None:
        """Take the records."""
        self._store = store
        self._kept: dict[tuple[str, Purpose, str], tuple[int, datetime, Published]] = {}
        self._lock = threading.Lock()

    def tenant_of(self, list_id: str) -> str:
        """Return whose list it is; empty where there is none of this id."""
        with self._store.reading() as connection:
            row = connection.execute(
                select(status_lists.c.tenant).where(status_lists.c.id == list_id)
            ).first()
        return row.tenant if row is not None else ""

    def of_tenant(self, tenant: str) -> tuple[str, ...]:
        """List the ids of a tenant's lists."""
        with self._store.reading() as connection:
            rows = connection.execute(select(status_lists.c.id).where(status_lists.c.tenant == tenant))
            return tuple(row.id for row in rows)

    def published(self, list_id: str, purpose: Purpose, signing: Signing, *, now: datetime) -> Published:
        """Return a list as it is right now.

        Raises:
            Refused: there is none of this id.
            Unavailable: the key cannot sign, or the database does not answer.
        """
        name = (list_id, purpose, signing.base)
        with self._store.reading() as connection:  # one state of the database, for the version and the marks
            found = _list(connection, list_id)
            with self._lock:
                kept = self._kept.get(name)
            if kept is not None and kept[0] == found.version and kept[1] <= now < kept[1] + LASTS / 2:
                return kept[2]
            marked = _marked(connection, found, purpose)
        made = _signed(_credential(found, purpose, marked, signing, now), signing.key, now + LASTS)
        with self._lock:
            self._kept[name] = (found.version, now, made)
        return made


def _list(connection: Connection, list_id: str) -> _List:
    row = connection.execute(
        select(
            status_lists.c.id, status_lists.c.size, status_lists.c.version, status_lists.c.unrecorded
        ).where(status_lists.c.id == list_id)
    ).first()
    if row is None:
        raise Refused(Problem(code="status.unknown", message="There is no status list of this id."))
    return _List(id=row.id, size=row.size, version=row.version, unrecorded=row.unrecorded)


def _marked(connection: Connection, found: _List, purpose: Purpose) -> set[int]:
    """Say which places of a list are marked for a purpose."""
    rows = connection.execute(
        select(credentials.c.place, credentials.c.state).where(credentials.c.list_id == found.id)
    ).all()
    if purpose == "revocation":
        return {row.place for row in rows if State(row.state) in _REVOKED}
    marked = {row.place for row in rows if State(row.state) is State.SUSPENDED}
    if found.unrecorded:
        marked |= set(range(found.size)) - {row.place for row in rows}
    return marked


def _credential(
    found: _List,
    purpose: Purpose,
    marked: Iterable[int],
    signing: Signing,
    now: datetime,
) -> Tree:
    """Write the credential that a list stands in (W3C Bitstring Status List v1.0 §2.2)."""
    here = address(signing.base, found.id, purpose)
    return {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": here,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": signing.issuer or signing.base,
        "validFrom": f"{now:%Y-%m-%dT%H:%M:%SZ}",
        "validUntil": f"{now + LASTS:%Y-%m-%dT%H:%M:%SZ}",
        "credentialSubject": {
            "id": f"{here}#list",
            "type": "BitstringStatusList",
            "statusPurpose": purpose,
            "encodedList": encoded_list(_bits(marked, found.size)),
            "ttl": int(MAX_AGE.total_seconds() * 1000),
        },
    }


def _bits(marked: Iterable[int], size: int) -> bytes:
    """Set the bits of places; the first place is the left-most bit."""
    bits = bytearray(size // 8)
    for place in marked:
        bits[place // 8] |= 0x80 >> place % 8
    return bytes(bits)


def _signed(tree: Tree, key: Key, until: datetime) -> Published:
    """Sign as a token with its certificate in the protected header (VC-JOSE-COSE §3.1.1; RFC 7515 §4.1.6)."""
    chain = [base64.b64encode(one.public_bytes(Encoding.DER)).decode() for one in key.certificates]
    payload = json.dumps(tree, ensure_ascii=False, separators=(",", ":")).encode()
    header = {"typ": "vc+jwt", "cty": "vc", "x5c": chain}
    body = sign_compact(payload, key, header).encode()
    return Published(body=body, etag=f'"{hashlib.sha256(body).hexdigest()[:32]}"', until=until)
