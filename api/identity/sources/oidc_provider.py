"""What a provider says of itself: its discovery document and its keys, from where the operator named."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NoReturn

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from converter.strict import load_json
from schemas.errors import Malformed, Unavailable
from schemas.evidence import Missing, Resource
from schemas.exchange import Exchange, Outgoing

_FRESH = timedelta(minutes=10)
_SOONEST = timedelta(seconds=30)
_OK = 200
_MOST_KEYS = 50
PublicKey = RSAKey | ECKey
_KINDS: dict[str, type[PublicKey]] = {"RSA": RSAKey, "EC": ECKey}


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoints:
    """Where a provider does what (OpenID Connect Discovery 1.0 §3).

    Attributes:
        userinfo: empty where it has none.
        says_iss: it names itself when the browser comes back (RFC 9207 §3).
        auth_methods: how a client may tell who it is.
    """

    authorization: str
    token: str
    jwks: str
    userinfo: str = ""
    says_iss: bool = False
    auth_methods: tuple[str, ...] = ("client_secret_basic",)


class Provider:
    """One provider, asked again after a while."""

    def __init__(self, issuer: str, exchange: Exchange) -> None:
        """Take the issuer as it names itself, without a slash that it does not write."""
        self.issuer = issuer
        self._exchange = exchange
        self._endpoints: tuple[Endpoints, datetime] | None = None
        self._keys: tuple[tuple[PublicKey, ...], datetime] | None = None
        self._lock = threading.Lock()

    def endpoints(self, *, now: datetime) -> Endpoints:
        """Return where it does what.

        Raises:
            Unavailable: it does not answer, or says that it is another.
        """
        with self._lock:
            if self._endpoints is None or not _young(self._endpoints[1], now, _FRESH):
                self._endpoints = (self._discovered(), now)
            return self._endpoints[0]

    def keys(self, *, now: datetime, anew: bool = False) -> tuple[PublicKey, ...]:
        """Return its public keys; `anew` where a token fits none of them, though not more than now and then.

        Raises:
            Unavailable: it does not answer.
        """
        jwks = self.endpoints(now=now).jwks
        with self._lock:
            if self._keys is None or not _young(self._keys[1], now, _SOONEST if anew else _FRESH):
                self._keys = (self._fetched_keys(jwks), now)
            return self._keys[0]

    def send(self, request: Outgoing) -> Resource:
        """Send a request.

        Raises:
            Unavailable: no answer.
        """
        answer = self._exchange.send(request)
        if isinstance(answer, Missing):
            self.unavailable(answer.why)
        return answer

    def unavailable(self, why: str) -> NoReturn:
        """Blame the provider."""
        raise Unavailable(self.issuer, why) from None

    def _json(self, url: str) -> Mapping[str, Any]:
        answer = self.send(Outgoing(method="GET", url=url, headers={"accept": "application/json"}))
        if answer.status != _OK:
            self.unavailable(f"The identity provider answers with HTTP status {answer.status}.")
        try:
            said = load_json(answer.body)
        except Malformed:
            said = None
        if not isinstance(said, dict):
            self.unavailable("The identity provider's answer is not a JSON object.")
        return said

    def _discovered(self) -> Endpoints:
        said = self._json(f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
        if said.get("issuer") != self.issuer:
            self.unavailable("The identity provider says that it is another one.")  # Discovery 1.0 §4.3
        places = [said.get(f"{name}_endpoint") for name in ("authorization", "token")]
        if not all(isinstance(one, str) for one in (*places, said.get("jwks_uri"))):
            self.unavailable("The identity provider does not say where its endpoints are.")
        methods = said.get("token_endpoint_auth_methods_supported")
        return Endpoints(
            authorization=str(places[0]),
            token=str(places[1]),
            jwks=str(said["jwks_uri"]),
            userinfo=str(said.get("userinfo_endpoint") or ""),
            says_iss=said.get("authorization_response_iss_parameter_supported") is True,
            auth_methods=tuple(map(str, methods)) if isinstance(methods, list) else ("client_secret_basic",),
        )

    def _fetched_keys(self, url: str) -> tuple[PublicKey, ...]:
        said = self._json(url).get("keys")
        usable = [one for one in said if isinstance(one, dict)] if isinstance(said, list) else []
        found: list[PublicKey] = []
        for one in usable[:_MOST_KEYS]:
            kind = _KINDS.get(str(one.get("kty")))
            if kind is None:  # a secret that is told is none
                continue
            try:
                found.append(kind.import_key(one))
            except (JoseError, ValueError, TypeError, KeyError):
                continue
        if not found:
            self.unavailable("The identity provider shows no key that its tokens could be checked by.")
        return tuple(found)


def _young(at: datetime, now: datetime, most: timedelta) -> bool:
    return timedelta(0) <= now - at < most
