"""Who may call for a tenant: bearer tokens, known by their digests alone (RFC 6750)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from api.problems import Forbidden, Unauthorised
from api.settings import Service, service
from api.storage.keys import PREFIX, opened_by
from api.tenants import Scope, Tenant

_BEARER = HTTPBearer(auto_error=False, description="A tenant's token; needed for what a tenant does.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who calls.

    Attributes:
        name: of the token, for the log.
    """

    tenant: Tenant
    scopes: frozenset[Scope]
    name: str

    def may(self, scope: Scope, tenant: str = "") -> None:
        """Let the caller pass, or not.

        Raises:
            Forbidden: the token has not that scope, or is another tenant's.
        """
        if tenant and tenant != self.tenant.name:
            raise Forbidden("The token is another tenant's.")
        if scope not in self.scopes:
            raise Forbidden(f"The token may not {scope.value}.")


def caller(
    request: Request,
    running: Annotated[Service, Depends(service)],
    given: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)],
) -> Caller:
    """Give a route its caller.

    Raises:
        Unauthorised: there is no token, or nobody's.
    """
    found = asked_caller(request, running, given)
    if found is None:
        raise Unauthorised("This needs a tenant's token: `Authorization: Bearer …`.")
    return found


def asked_caller(
    request: Request,
    running: Annotated[Service, Depends(service)],
    given: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)],
) -> Caller | None:
    """Give a route its caller, or nobody where the request has no token.

    Raises:
        Unauthorised: there is a token, and it is nobody's.
    """
    if given is None:
        if "authorization" in request.headers:
            raise Unauthorised("The only way to call for a tenant is `Authorization: Bearer …`.")
        return None
    found = _known(running, given.credentials)
    if found is None:
        raise Unauthorised("The token is nobody's here.")
    return found


def _known(running: Service, token: str) -> Caller | None:
    """Tell whose a token is: one of the configuration, a key made since, or a tenant's own issuer's."""
    tenants = running.settings.tenants
    known = tenants.by_token(token)
    if known is not None:
        tenant, scopes, name = known
        return Caller(tenant=tenant, scopes=scopes, name=name)
    if token.startswith(PREFIX) and running.records is not None:
        key = opened_by(running.records, token, now=running.clock())
        owner = next((one for one in tenants if key is not None and one.name == key.tenant), None)
        if key is not None and owner is not None:
            return Caller(tenant=owner, scopes=key.scopes, name=key.name)
    believed = running.access_tokens.believed(token) if running.access_tokens is not None else None
    if believed is None:
        return None
    return Caller(tenant=believed.tenant, scopes=believed.scopes, name=believed.client)


Called = Annotated[Caller, Depends(caller)]
PerhapsCalled = Annotated[Caller | None, Depends(asked_caller)]
