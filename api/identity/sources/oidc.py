"""Sign-in by OpenID Connect: eduID, a broker of eIDAS and DigiD logins, a provider of verified claims.

Authorisation code with PKCE (RFC 7636, S256), `state`, `nonce`; keys come from the provider's own address,
which the operator named. What comes back is used once.
"""

from __future__ import annotations

import base64
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal
from urllib.parse import quote

from authlib.oauth2.rfc6749.parameters import (  # type: ignore[import-untyped]
    prepare_grant_uri,
    prepare_token_request,
)
from authlib.oauth2.rfc7636 import create_s256_code_challenge  # type: ignore[import-untyped]

from api.identity.source import Begun
from api.identity.sources.claims import identity_from, recipient_of
from api.identity.sources.oidc_claims import eidas_named, verified
from api.identity.sources.oidc_provider import Endpoints, Provider
from api.identity.sources.oidc_token import Expected, SignedToken, check_token
from api.identity.sources.once import Once
from api.identity.sources.refusing import refused
from converter.strict import load_json
from schemas.errors import Malformed
from schemas.exchange import Exchange, Outgoing
from schemas.identity import Assurance, Identity, Origin

Kind = Literal["eduid", "broker", "ida"]
SOURCE: dict[Kind, str] = {"eduid": "eduid", "broker": "eidas", "ida": "ida"}
GROUND = "consent"
_OK, _BAD = 200, 400
_REMEMBERED = timedelta(hours=2)
_VERIFIED = ("given_name", "family_name", "birthdate", "birth_family_name", "place_of_birth", "nationalities")


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """What the operator agreed with a provider.

    Attributes:
        name: by which the operator and its address know the source.
        kind: what its claims are called.
        issuer: as the provider names itself.
        client: our id there.
        secret: empty for a public client.
        scopes: that are asked for.
        acr: authentication contexts that are asked for, and how sure each is; may be empty for `ida`.
        recipient: claim that holds the value edubadges knows a holder by: `eduid`, `email`, or empty.
        frameworks: for `ida`: the trust frameworks that count, each with levels beside those of eIDAS.
    """

    name: str
    kind: Kind
    issuer: str
    client: str
    secret: str = field(default="", repr=False)
    scopes: tuple[str, ...] = ("openid", "profile")
    acr: Mapping[str, Assurance] = field(default_factory=dict)
    recipient: str = ""
    frameworks: Mapping[str, Mapping[str, Assurance]] = field(default_factory=dict)


class OidcSignIn:
    """One provider, as the operator configured it; satisfies `api.identity.source.SignIn`."""

    def __init__(self, client: Client, exchange: Exchange) -> None:
        """Take the configuration and the only way to the provider."""
        self.client = client
        self._provider = Provider(client.issuer, exchange)
        self._used = Once()

    @property
    def name(self) -> str:
        """By which its address knows it."""
        return self.client.name

    @property
    def source(self) -> str:
        """What its word counts as."""
        return SOURCE[self.client.kind]

    def begin(self, back: str, *, now: datetime) -> Begun:
        """Begin a sign-in; see `api.identity.source.SignIn`.

        Raises:
            Unavailable: the provider does not answer.
        """
        kept = {name: secrets.token_urlsafe(32) for name in ("state", "nonce", "verifier")}
        asked: dict[str, str] = {
            "nonce": kept["nonce"],
            "code_challenge": create_s256_code_challenge(kept["verifier"]),
            "code_challenge_method": "S256",
        }
        if self.client.acr:
            asked["acr_values"] = " ".join(self.client.acr)
        if self.client.kind == "ida":
            asked["claims"] = json.dumps(_asked_verified(self.client.frameworks))
        address = prepare_grant_uri(
            self._provider.endpoints(now=now).authorization,
            self.client.client,
            "code",
            redirect_uri=back,
            scope=" ".join(self.client.scopes),
            state=kept["state"],
            **asked,
        )
        return Begun(address=address, kept={**kept, "back": back})

    def finish(self, begun: Begun, back: str, said: Mapping[str, str], *, now: datetime) -> Identity:
        """Make an identity of what came back; see `api.identity.source.SignIn`.

        Raises:
            Refused: `identity.state`, `.cancelled`, `.provider`, `.issuer`, `.code`, `.userinfo`,
                `.verified-claims`, and what `oidc_token` names.
            Malformed: a value of the wrong kind, a BSN, or no name at all.
            Unavailable: the provider does not answer.
        """
        kept = begun.kept
        endpoints = self._provider.endpoints(now=now)
        code = self._code(kept, back, said, endpoints)
        if not self._used.first(kept["nonce"], until=now + _REMEMBERED, now=now):
            raise refused("token-replayed", "What came back for this sign-in was used before.")
        tokens = self._tokens(endpoints, code, kept)
        access = tokens.get("access_token")
        expected = Expected(
            issuer=self.client.issuer,
            audience=self.client.client,
            nonce=kept["nonce"],
            acr=frozenset(self.client.acr),
            access_token=access if isinstance(access, str) else "",
        )
        token = SignedToken.read(tokens.get("id_token"))
        claims = self._signed(token, now=now)
        acr = check_token(claims, token, expected, now=now)
        more = self._userinfo(endpoints, expected.access_token, str(claims["sub"]))
        return self._identity({**more, **claims}, acr, now=now)

    def _code(self, kept: Mapping[str, str], back: str, said: Mapping[str, str], endpoints: Endpoints) -> str:
        state = said.get("state", "")
        if not hmac.compare_digest(state.encode(), kept["state"].encode()) or back != kept["back"]:
            raise refused("state", "This sign-in was not begun here.", cite="RFC 6749 §10.12")
        issuer = said.get("iss")
        if (issuer is None and endpoints.says_iss) or issuer not in (None, self.client.issuer):
            message = "The answer is another provider's than the one that was asked."
            raise refused("issuer", message, cite="RFC 9207 §2.4")
        if said.get("error") in ("access_denied", "login_required", "interaction_required"):
            raise refused("cancelled", "The holder did not sign in, or did not agree.")
        if said.get("error") == "unmet_authentication_requirements":
            raise refused("acr", "The holder cannot sign in by one of the ways that were asked for.")
        code = said.get("code", "")
        if said.get("error") or not code:
            raise refused("provider", "The provider refused the sign-in without saying who the holder is.")
        return code

    def _tokens(self, endpoints: Endpoints, code: str, kept: Mapping[str, str]) -> Mapping[str, Any]:
        body = prepare_token_request(
            "authorization_code",
            code=code,
            redirect_uri=kept["back"],
            code_verifier=kept["verifier"],
            **self._credentials(endpoints),
        )
        headers = {"content-type": "application/x-www-form-urlencoded", "accept": "application/json"}
        if self.client.secret and "client_secret_basic" in endpoints.auth_methods:
            headers["authorization"] = _basic(self.client.client, self.client.secret)
        request = Outgoing(method="POST", url=endpoints.token, headers=headers, body=body.encode())
        answer = self._provider.send(request)
        try:
            tokens = load_json(answer.body)
        except Malformed:
            tokens = None
        if answer.status == _BAD and isinstance(tokens, dict) and tokens.get("error") == "invalid_grant":
            raise refused("code", "The provider does not accept the code: used, expired or another's.")
        if answer.status != _OK or not isinstance(tokens, dict):
            self._provider.unavailable(f"The provider gives no token: HTTP status {answer.status}.")
        return tokens

    def _credentials(self, endpoints: Endpoints) -> dict[str, str]:
        """Return what the body says of us (RFC 6749 §2.3.1): the secret only where no header can carry it."""
        if not self.client.secret:
            return {"client_id": self.client.client}
        if "client_secret_basic" in endpoints.auth_methods:
            return {}
        return {"client_id": self.client.client, "client_secret": self.client.secret}

    def _signed(self, token: SignedToken, *, now: datetime) -> dict[str, Any]:
        for anew in (False, True):
            claims = token.claims(self._provider.keys(now=now, anew=anew))
            if claims is not None:
                return claims
        message = "The ID token is not signed by a key of the provider."
        raise refused("token-forged", message, cite="OpenID Connect Core 1.0 §3.1.3.7")

    def _userinfo(self, endpoints: Endpoints, access_token: str, subject: str) -> Mapping[str, Any]:
        if not endpoints.userinfo or not access_token:
            return {}
        headers = {"authorization": f"Bearer {access_token}", "accept": "application/json"}
        answer = self._provider.send(Outgoing(method="GET", url=endpoints.userinfo, headers=headers))
        if answer.status != _OK:
            self._provider.unavailable(f"The provider tells nothing more: HTTP status {answer.status}.")
        try:
            said = load_json(answer.body)
        except Malformed:
            said = None
        if not isinstance(said, dict):
            self._provider.unavailable("What the provider tells of the holder is not a JSON object.")
        if said.get("sub") != subject:
            message = "What the provider tells is about another person than the ID token."
            raise refused("userinfo", message, cite="OpenID Connect Core 1.0 §5.3.2")
        return said

    def _identity(self, claims: Mapping[str, Any], acr: str, *, now: datetime) -> Identity:
        at, told = now, claims
        if self.client.kind == "ida":
            told, assurance, at = verified(claims, self.client.frameworks, now=now)
        else:
            assurance = self.client.acr[acr]
        if self.client.kind == "broker":
            told = eidas_named(claims)
        origin = Origin(source=self.source, assurance=assurance, at=at, ground=GROUND)
        recipient = recipient_of(claims, self.client.recipient)
        return identity_from(told, origin, now=now, recipient=recipient)


def _basic(client: str, secret: str) -> str:
    """Write the credentials as RFC 6749 §2.3.1 has them: each form-encoded first."""
    pair = f"{quote(client, safe='')}:{quote(secret, safe='')}"
    return f"Basic {base64.b64encode(pair.encode()).decode()}"


def _asked_verified(frameworks: Mapping[str, Any]) -> dict[str, Any]:
    """Ask for verified claims of any of the frameworks (OpenID Connect for IDA 1.0 §6)."""
    wanted = dict.fromkeys(_VERIFIED)
    one_of = {"values": list(frameworks)}
    verification = {"trust_framework": one_of, "assurance_level": None, "time": None}
    return {"userinfo": {"verified_claims": {"verification": verification, "claims": wanted}}}
