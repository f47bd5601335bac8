"""Access tokens of OAuth 2.0 client credentials: JWTs of an issuer that a tenant named (RFC 9068)."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from api.tenants import Scope, Tenant
from schemas.evidence import Missing
from schemas.exchange import Exchange, Outgoing

_ALGORITHMS = ["RS256", "PS256", "ES256", "ES384", "EdDSA"]
_TYPES = frozenset({"at+jwt", "application/at+jwt", "jwt", ""})
_LEEWAY = timedelta(seconds=60)
_FRESH = timedelta(minutes=10)
_SOONEST = timedelta(seconds=30)
_LONGEST = 8 * 1024
_OK = 200
_PREFIX = "badgepass:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Believed:
    """What a token says that counts.

    Attributes:
        client: for the audit.
    """

    tenant: Tenant
    client: str
    scopes: frozenset[Scope]


@dataclass(slots=True)
class _Keys:
    found: KeySet | None
    at: datetime


class AccessTokens:
    """Believes the tokens of the issuers that tenants named, by keys fetched from these alone."""

    def __init__(
        self, tenants: Iterable[Tenant], exchange: Callable[[], Exchange], clock: Callable[[], datetime]
    ) -> None:
        """Take who may have such tokens; the exchange is made when it is needed first."""
        self._tenants = tuple(one for one in tenants if one.authorization is not None)
        self._exchange = exchange
        self._clock = clock
        self._kept: dict[str, _Keys] = {}
        self._lock = threading.Lock()

    def believed(self, token: str) -> Believed | None:
        """Check a token: signature, issuer, audience, time, client; None where it is not to be believed."""
        if not self._tenants or token.count(".") != 2 or len(token) > _LONGEST:  # noqa: PLR2004 - a compact JWS
            return None
        for tenant in self._tenants:
            claims = self._claims(token, tenant)
            if claims is not None:
                client = str(claims.get("client_id") or claims.get("azp") or "")
                return Believed(tenant=tenant, client=client, scopes=_scopes(claims.get("scope")))
        return None

    def _claims(self, token: str, tenant: Tenant) -> dict[str, object] | None:
        said = tenant.authorization
        if said is None:
            return None
        for patient in (True, False):
            keys = self._keys(said.jwks, anew=not patient)
            if keys is None:
                return None
            try:
                decoded = jwt.decode(token, keys, algorithms=_ALGORITHMS)
                break
            except (JoseError, ValueError, TypeError, KeyError):
                continue  # its key may be newer than what was fetched
        else:
            return None
        kind = str(decoded.header.get("typ", "")).lower()
        claims = decoded.claims
        client = str(claims.get("client_id") or claims.get("azp") or "")
        fits = kind in _TYPES and claims.get("iss") == said.issuer and client in said.clients
        return claims if fits and self._holds(claims, said.audience) else None

    def _holds(self, claims: dict[str, object], audience: str) -> bool:
        """Check audience and time; a token without an end is none."""
        heard = claims.get("aud")
        now, leeway = self._clock().timestamp(), _LEEWAY.total_seconds()
        ends, begins = claims.get("exp"), claims.get("nbf", 0)
        if not isinstance(ends, int | float) or not isinstance(begins, int | float):
            return False
        meant = audience in heard if isinstance(heard, list) else heard == audience
        return meant and begins - leeway <= now < ends + leeway

    def _keys(self, url: str, *, anew: bool) -> KeySet | None:
        """Return an issuer's keys; fetched again after a while, and sooner where a token fits none."""
        now = self._clock()
        with self._lock:
            known = self._kept.get(url)
            if known is not None and now - known.at < (_SOONEST if anew else _FRESH):
                return None if anew else known.found
            found = self._fetched(url)
            if found is None and known is not None and known.found is not None:
                found = known.found  # it does not answer now; what it said stays true for a while
            self._kept[url] = _Keys(found, now)
            return found

    def _fetched(self, url: str) -> KeySet | None:
        answer = self._exchange().send(
            Outgoing(method="GET", url=url, headers={"accept": "application/json"})
        )
        if isinstance(answer, Missing) or answer.status != _OK:
            return None
        try:
            said = json.loads(answer.body)
            usable = [one for one in said["keys"] if one.get("kty") != "oct"]
            return KeySet.import_key_set({"keys": usable})
        except (ValueError, TypeError, KeyError, AttributeError, JoseError):
            return None


def _scopes(said: object) -> frozenset[Scope]:
    words = said.split() if isinstance(said, str) else said if isinstance(said, list) else []
    named = {str(word).removeprefix(_PREFIX) for word in words if str(word).startswith(_PREFIX)}
    return frozenset(scope for scope in Scope if scope.value in named)
