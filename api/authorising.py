"""Who may call for a tenant: bearer tokens, known by their digests alone (RFC 6750)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from api.problems import Forbidden, Unauthorised
from api.settings import Service, service
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
    known = running.settings.tenants.by_token(given.credentials)
    if known is None:
        raise Unauthorised("The token is nobody's here.")
    tenant, scopes, name = known
    return Caller(tenant=tenant, scopes=scopes, name=name)


Called = Annotated[Caller, Depends(caller)]
PerhapsCalled = Annotated[Caller | None, Depends(asked_caller)]
