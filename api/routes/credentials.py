"""`/v1/credentials`: what a tenant sealed, and taking it back."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from api.authorising import Called, Caller
from api.documentation import errors
from api.problems import NotFound
from api.routes.verify import Running
from api.storage import Store
from api.storage.credentials import find, listed, reinstate, revoke, suspend
from api.storage.records import CredentialRecord
from api.tenants import Scope

router = APIRouter(prefix="/v1/credentials", tags=["credentials"])

_MOST = 500
_ACTIONS = {"revoke": revoke, "suspend": suspend, "reinstate": reinstate}
Name = Annotated[str, Path(max_length=64, description="The id that sealing answered.")]


class Reason(BaseModel):
    """Why."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(
        min_length=1, max_length=100, description="In words; it is published for badges, so nobody's name."
    )


class CredentialBody(BaseModel):
    """What is kept of a credential."""

    id: str
    target: str
    state: str
    reason: str
    sha256: str
    original_sha256: str
    source_url: str
    source_verdict: str
    override: str
    sealed: datetime | None
    changed: datetime
    renew_by: datetime | None

    @classmethod
    def of(cls, record: CredentialRecord) -> CredentialBody:
        """Show a record."""
        return cls(**{name: getattr(record, name) for name in cls.model_fields})


class CredentialsBody(BaseModel):
    """A page of them; `next` continues, and is empty at the end."""

    credentials: list[CredentialBody]
    next: str


@router.get("", summary="What was sealed", responses=errors(400, 401, 403, 500, 502))
def credentials(
    running: Running,
    called: Called,
    after: Annotated[str, Query(max_length=64, description="`next` of the page before.")] = "",
    limit: Annotated[int, Query(ge=1, le=_MOST)] = 100,
) -> CredentialsBody:
    """List the records of the caller's tenant, by id."""
    found = listed(running.sealers.store, called.tenant.name, after=after, most=limit)
    end = found[-1].id if len(found) == limit else ""
    return CredentialsBody(credentials=[CredentialBody.of(one) for one in found], next=end)


@router.get("/{name}", summary="One of them", responses=errors(400, 401, 403, 404, 500, 502))
def credential(running: Running, called: Called, name: Name) -> CredentialBody:
    """Return the record of one credential of the caller's tenant."""
    return CredentialBody.of(_own(running.sealers.store, called, name))


@router.post(
    "/{name}/{action}",
    summary="Revoke, suspend, or end a suspension",
    responses=errors(400, 401, 403, 404, 409, 500, 502),
)
def act(
    running: Running,
    called: Called,
    name: Name,
    action: Literal["revoke", "suspend", "reinstate"],
    asked: Annotated[Reason, Body()],
) -> CredentialBody:
    """Change the status of a credential; its status list says so from the next answer on."""
    called.may(Scope.REVOKE)
    store = running.sealers.store
    _own(store, called, name)
    done: Any = _ACTIONS[action]
    return CredentialBody.of(done(store, name, asked.reason, now=running.clock(), actor=called.name))


def _own(store: Store, called: Caller, name: str) -> CredentialRecord:
    """Return a record of the caller's tenant; another's is nobody's here."""
    found = find(store, name)
    if found is None or found.tenant != called.tenant.name:
        raise NotFound("There is no credential of that id.")
    return found
