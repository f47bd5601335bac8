"""`/v1/deliveries`: a sealed credential into a Europass wallet."""

from __future__ import annotations

import hashlib
import time
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query
from pydantic import BaseModel, Field

from api.authorising import Called
from api.documentation import body, errors
from api.gateway.asking import asked_recipients
from api.problems import NotFound
from api.routes.verify import Running
from api.storage.deliveries import DeliveryRecord, delivery, keep_delivery, new_name
from api.submission import Submission, submitted
from api.tenants import Scope
from api.wallet import Deposit, deposit

router = APIRouter(prefix="/v1/deliveries", tags=["deliveries"])


class DeliveryBody(BaseModel):
    """What became of a delivery; to whom it went is not kept."""

    id: str
    state: str = Field(description="`delivered`, `already there` or `failed`.")
    answer: str
    attempts: int
    sha256: str
    made: datetime
    viewer: str = Field(default="", description="Where the wallet shows it; told once.")

    @classmethod
    def of(cls, record: DeliveryRecord, viewer: str = "") -> DeliveryBody:
        """Show a record."""
        known: dict[str, Any] = {name: getattr(record, name) for name in cls.model_fields if name != "viewer"}
        return cls(**known, viewer=viewer)


@router.post(
    "",
    summary="Deposit a sealed credential in the tenant's Europass wallet",
    responses=errors(400, 401, 403, 409, 413, 415, 422, 500, 502),
    openapi_extra=body(several=False, profile=False),
)
def deliver(
    running: Running,
    called: Called,
    submission: Annotated[Submission, Depends(submitted)],
    locale: Annotated[str, Query(pattern="^[a-z]{0,2}$", description="Of the wallet's message.")] = "",
) -> DeliveryBody:
    """Deposit one credential; a wallet that does not answer is asked five times within 15 seconds.

    A form: `document`, and as `recipient` the learner's `email=…` or `id=…` of the wallet's user;
    never in the address, which others may log.
    """
    called.may(Scope.DELIVER)
    tenant = called.tenant
    sealers = running.sealers
    wallet = sealers.wallet_of(tenant)
    data = submission.only()
    to = _whose(submission.recipients, locale)
    made = deposit(data, to, wallet, sealers.exchange, wait=time.sleep)
    record = DeliveryRecord(
        id=new_name(),
        tenant=tenant.name,
        sha256=hashlib.sha256(data).hexdigest(),
        state=made.state,
        answer=made.answer,
        attempts=made.attempts,
        made=running.clock(),
    )
    keep_delivery(sealers.store, record, actor=called.name)
    return DeliveryBody.of(record, made.viewer)


def _whose(recipients: tuple[str, ...], locale: str) -> Deposit:
    """Read whose wallet is meant; nobody where that is not said, which the deposit refuses."""
    named = {one.kind: one.value for one in asked_recipients(list(recipients), "recipient")}
    return Deposit(user=named.get("id", ""), email=named.get("email", ""), locale=locale)


@router.get("/{name}", summary="What became of a delivery", responses=errors(400, 401, 403, 404, 500, 502))
def delivered(running: Running, called: Called, name: Annotated[str, Path(max_length=64)]) -> DeliveryBody:
    """Return what became of a delivery of the caller's tenant."""
    found = delivery(running.sealers.store, name)
    if found is None or found.tenant != called.tenant.name:
        raise NotFound("There is no delivery of that id.")
    return DeliveryBody.of(found)
