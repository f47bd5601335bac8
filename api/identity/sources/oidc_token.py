"""An ID token, taken apart and checked (OpenID Connect Core 1.0 §3.1.3.7); pure."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from api.identity.sources.refusing import refused
from converter.strict import load_json
from schemas.errors import Malformed

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
"""Public keys only: a provider's secret that we know too would let us sign for it."""
LEEWAY = timedelta(seconds=60)
LONGEST = 64 * 1024
_OLDEST = timedelta(minutes=10)
_CORE = "OpenID Connect Core 1.0 §3.1.3.7"
_LONGEST_SUBJECT = 255
_FEWEST_BITS = 2048
_TYPES = ("", "jwt", "application/jwt")


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What was asked.

    Attributes:
        issuer: the provider.
        audience: our client id there.
        nonce: as it was sent.
        acr: authentication contexts that will do; empty where the source tells its assurance otherwise.
        access_token: that came with the token.
    """

    issuer: str
    audience: str
    nonce: str = field(repr=False)
    acr: frozenset[str] = frozenset()
    access_token: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedToken:
    """A JWS in compact form with an algorithm that may be trusted; nothing of it is believed yet."""

    text: str = field(repr=False)
    algorithm: str
    kid: str

    @classmethod
    def read(cls, text: object) -> SignedToken:
        """Take a token apart.

        Raises:
            Refused: `identity.token-read`, `.token-unsigned`, `.token-algorithm`.
        """
        if not isinstance(text, str) or len(text) > LONGEST or text.count(".") != 2:  # noqa: PLR2004 - compact
            raise refused("token-read", "The provider's answer holds no ID token in compact form.")
        header = _object(text.partition(".")[0])
        if header is None:
            raise refused("token-read", "The header of the ID token cannot be read.")
        algorithm, kid = header.get("alg"), header.get("kid", "")
        if algorithm == "none" or not text.rpartition(".")[2]:
            raise refused("token-unsigned", "The ID token is not signed.", cite=_CORE)
        if algorithm not in ALGORITHMS or "crit" in header or "b64" in header:
            message = "The ID token is signed in a way that is not trusted here."
            raise refused("token-algorithm", message, cite="RFC 8725 §3.1")
        if str(header.get("typ", "")).lower() not in _TYPES:
            raise refused("token-read", "This token says that it is of another kind.", cite="RFC 8725 §3.11")
        return cls(text=text, algorithm=algorithm, kid=kid if isinstance(kid, str) else "")

    def claims(self, keys: Iterable[RSAKey | ECKey]) -> dict[str, Any] | None:
        """Return what it says where one of the keys signed it; else None.

        Raises:
            Refused: `identity.token-read`: signed, and no JSON object.
        """
        for key in keys:
            if not _fits(key, self):
                continue
            try:
                payload = jws.deserialize_compact(self.text, key, algorithms=[self.algorithm]).payload
            except (JoseError, ValueError, TypeError):
                continue
            return _claims(payload)
        return None


def check_token(claims: Mapping[str, Any], token: SignedToken, expected: Expected, *, now: datetime) -> str:
    """Hold what a signed token says against what was asked; return the `acr`, empty where none was asked.

    Raises:
        Refused: `identity.token-issuer`, `.token-audience`, `.token-expired`, `.token-early`,
            `.token-replayed`, `.token-binding`, `.token-subject`, `.acr`.
    """
    if claims.get("iss") != expected.issuer:
        raise refused("token-issuer", "The ID token is another provider's.", cite=_CORE)
    _check_audience(claims, expected.audience)
    _check_times(claims, now)
    nonce = claims.get("nonce")
    if not isinstance(nonce, str) or not hmac.compare_digest(nonce.encode(), expected.nonce.encode()):
        raise refused("token-replayed", "The ID token was not made for this sign-in.", cite=_CORE)
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= _LONGEST_SUBJECT:
        raise refused("token-subject", "The ID token does not say whom it is about.", cite=_CORE)
    told = claims.get("at_hash")
    if told is not None and told != _half_hash(expected.access_token, token.algorithm):
        message = "The access token is not the one that belongs to the ID token."
        raise refused("token-binding", message, cite="OpenID Connect Core 1.0 §3.1.3.8")
    acr = claims.get("acr")
    if expected.acr and acr not in expected.acr:
        message = "The holder did not sign in by one of the ways that were asked for."
        raise refused("acr", message, cite=_CORE)
    return str(acr) if expected.acr else ""


def _check_audience(claims: Mapping[str, Any], client: str) -> None:
    said, party = claims.get("aud"), claims.get("azp")
    heard = said if isinstance(said, list) else [said]
    if client not in heard or (party is not None and party != client) or (len(heard) > 1 and party is None):
        raise refused("token-audience", "The ID token was made for another service.", cite=_CORE)


def _check_times(claims: Mapping[str, Any], now: datetime) -> None:
    ends, made, begins = claims.get("exp"), claims.get("iat"), claims.get("nbf", 0)
    if not all(isinstance(one, int | float) and not isinstance(one, bool) for one in (ends, made, begins)):
        raise refused(
            "token-expired", "The ID token does not say from when until when it counts.", cite=_CORE
        )
    at, leeway = now.timestamp(), LEEWAY.total_seconds()
    if at >= float(ends or 0) + leeway or at - float(made or 0) > _OLDEST.total_seconds():
        raise refused("token-expired", "The ID token has expired.", cite=_CORE)
    if max(float(made or 0), float(begins or 0)) > at + leeway:
        raise refused("token-early", "The ID token does not count yet.", cite=_CORE)


def _fits(key: RSAKey | ECKey, token: SignedToken) -> bool:
    """Tell whether a key may have signed: public, of the algorithm's kind, and by its own account for it."""
    if token.kid and key.kid not in (None, token.kid):
        return False
    if key.get("use") not in (None, "sig") or key.get("alg") not in (None, token.algorithm):
        return False
    if token.algorithm.startswith("ES"):
        return isinstance(key, ECKey)
    return isinstance(key, RSAKey) and key.raw_value.key_size >= _FEWEST_BITS


def _half_hash(access_token: str, algorithm: str) -> str:
    digest = hashlib.new(f"sha{algorithm[2:]}", access_token.encode()).digest()
    return base64.urlsafe_b64encode(digest[: len(digest) // 2]).decode().rstrip("=")


def _object(part: str) -> dict[str, Any] | None:
    try:
        said = load_json(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (Malformed, binascii.Error, ValueError):
        return None
    return said if isinstance(said, dict) else None


def _claims(payload: bytes) -> dict[str, Any]:
    try:
        said = load_json(payload)
    except Malformed:
        said = None
    if not isinstance(said, dict):
        raise refused("token-read", "What the ID token says cannot be read.")
    return said
