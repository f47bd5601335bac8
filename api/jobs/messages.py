"""Messages to a tenant's own service when a job is over, signed as Standard Webhooks 1.0 has it."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import logging
import threading
from collections.abc import Callable, Mapping
from datetime import datetime

from api.exchange import OperatorExchange
from api.gateway.asking import not_understood
from api.settings import Settings
from api.storage import Store
from api.storage.jobs import JobRecord
from api.storage.messages import (
    WAITS,
    MessageRecord,
    MessageState,
    due,
    keep_message,
    new_message_id,
    settle,
    take,
)
from api.tenants import Tenant
from schemas.canonical import canonical
from schemas.evidence import Missing
from schemas.exchange import Exchange, Outgoing

_LOG = logging.getLogger(__name__)
_EVERY_SECONDS = 2.0
_OK, _MULTIPLE = 200, 300
_GONE = 410
_PREFIX = "whsec_"
_LEAST_BYTES, _MOST_BYTES = 24, 64


def queue_message(store: Store, job: JobRecord, *, now: datetime) -> None:
    """Queue what tells that a job is over: its id, its state and its counts."""
    body = {
        "type": f"job.{job.state}",
        "timestamp": f"{now:%Y-%m-%dT%H:%M:%SZ}",
        "data": {"id": job.id, "state": job.state, "counts": dict(job.counts), "code": job.code},
    }
    record = MessageRecord(
        id=new_message_id(),
        tenant=job.tenant,
        job_id=job.id,
        body=canonical(body).decode(),
        state=MessageState.PENDING,
        attempts=0,
        next=now,
        made=now,
    )
    keep_message(store, record)


def headers_of(record: MessageRecord, secret: bytes, now: datetime) -> dict[str, str]:
    """Sign one attempt (Standard Webhooks 1.0, symmetric): id, moment and body."""
    moment = str(int(now.timestamp()))
    signed = f"{record.id}.{moment}.{record.body}".encode()
    value = base64.b64encode(hmac.digest(secret, signed, hashlib.sha256)).decode()
    return {
        "content-type": "application/json",
        "webhook-id": record.id,
        "webhook-timestamp": moment,
        "webhook-signature": f"v1,{value}",
    }


def secret_of(tenant: Tenant, environment: Mapping[str, str]) -> bytes:
    """Return the secret that a tenant's messages are signed with.

    Raises:
        NotUnderstood: the environment does not hold one of 24 to 64 bytes, in base64 behind `whsec_`.
    """
    name = tenant.webhook.secret if tenant.webhook is not None else ""
    try:
        secret = base64.b64decode(environment.get(name, "").removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        secret = b""
    if not _LEAST_BYTES <= len(secret) <= _MOST_BYTES:
        message = f"The environment variable {name} holds no secret: whsec_ and 24 to 64 bytes in base64."
        raise not_understood("tenant.secret", message, f"{tenant.where}/webhook/secret")
    return secret


class Messenger:
    """Sends what is due, in a thread of its own, until it is stopped."""

    def __init__(
        self,
        store: Store,
        settings: Settings,
        clock: Callable[[], datetime],
        exchange: Exchange | None = None,
    ) -> None:
        """Take what sending needs.

        Raises:
            NotUnderstood: the secret of a tenant that wants messages is none.
        """
        self._store = store
        self._clock = clock
        self._exchange: Exchange = exchange or OperatorExchange(settings.tenants.services)
        self._known = {
            one.name: (one.webhook.url, secret_of(one, settings.secrets))
            for one in settings.tenants
            if one.webhook is not None
        }
        self._over = threading.Event()
        self._woken = threading.Event()
        self._thread = threading.Thread(target=self._run, name="messages", daemon=True)

    def start(self) -> None:
        """Begin, where any tenant wants messages."""
        if self._known:
            self._thread.start()

    def stop(self) -> None:
        """End after the message that is being sent."""
        self._over.set()
        self._woken.set()

    def wake(self) -> None:
        """Look for messages at once."""
        self._woken.set()

    def once(self) -> int:
        """Send what is due; tell how many arrived.

        Raises:
            Unavailable: the database does not answer.
        """
        return sum(self._sent(one) for one in due(self._store, now=self._clock()))

    def _run(self) -> None:
        while not self._over.is_set():
            try:
                self.once()
            except Exception as error:  # noqa: BLE001 - the next round may do better
                _LOG.error("messages failed: %s", type(error).__name__)
            self._woken.wait(_EVERY_SECONDS)
            self._woken.clear()

    def _sent(self, record: MessageRecord) -> bool:
        now = self._clock()
        if not take(self._store, record, now=now):
            return False
        known = self._known.get(record.tenant)
        if known is None:
            settle(self._store, record.id, MessageState.FAILED)
            return False
        url, secret = known
        outgoing = Outgoing(
            method="POST", url=url, headers=headers_of(record, secret, now), body=record.body.encode()
        )
        answer = self._exchange.send(outgoing)
        if not isinstance(answer, Missing) and _OK <= answer.status < _MULTIPLE:
            settle(self._store, record.id, MessageState.DELIVERED)
            return True
        gone = not isinstance(answer, Missing) and answer.status == _GONE
        if gone or record.attempts + 1 >= len(WAITS):
            settle(self._store, record.id, MessageState.FAILED)
        return False
