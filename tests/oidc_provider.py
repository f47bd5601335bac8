"""An identity provider of our own, that can be told to misbehave in one way at a time.

It knows one client and one holder, demands what OpenID Connect demands (PKCE with S256, the redirect address
as it was, each code once), and signs as it is told.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

from answering import Answer, Asked, answering
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

CLIENT, SECRET = "badgepass", "a secret: of nothing"
SUBJECT = "f3b1c2"
ACR = "https://eduid.nl/trust/validate-names"
HOLDER = {"given_name": "Noor", "family_name": "de Wit", "birthdate": "1999-02-03"}
Claims = dict[str, Any]


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def parts(header: Claims, claims: Claims) -> str:
    return ".".join(b64(json.dumps(one).encode()) for one in (header, claims))


@dataclass
class OwnProvider:
    """What it says, and how it misbehaves.

    Attributes:
        claims: of the holder.
        bent: changes what the ID token says.
        token: makes the ID token instead.
        userinfo: says this instead of the claims.
        discovery: members said instead.
        codes: under way, each with its request.
        asked: every request.
    """

    claims: Claims = field(default_factory=lambda: {**HOLDER, "acr": ACR})
    bent: Callable[[Claims], Claims] = lambda claims: claims
    token: Callable[[OwnProvider, Claims], str] | None = None
    userinfo: Claims | None = None
    discovery: Claims = field(default_factory=dict)
    key: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))
    kid: str = "first"
    base: str = ""
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    def answer(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        path = urlsplit(asked.path).path
        return {
            "/.well-known/openid-configuration": self._discovery,
            "/jwks": self._jwks,
            "/token": self._token,
            "/userinfo": self._userinfo,
        }.get(path, _nothing)(asked)

    def signed_in(self, address: str) -> dict[str, str]:
        """Sign the holder in, as a browser at that address would; return what the browser comes back with."""
        asked = dict(parse_qsl(urlsplit(address).query))
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT
        assert asked["code_challenge_method"] == "S256"
        assert "openid" in asked["scope"].split()
        code = secrets.token_urlsafe(12)
        self.codes[code] = asked
        return {"code": code, "state": asked["state"]}

    def rolled(self) -> None:
        """Take another key."""
        self.key, self.kid = rsa.generate_private_key(65537, 2048), "second"

    def rs256(self, claims: Claims, *, key: rsa.RSAPrivateKey | None = None) -> str:
        text = parts({"alg": "RS256", "kid": self.kid, "typ": "JWT"}, claims)
        made = (key or self.key).sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())
        return f"{text}.{b64(made)}"

    def hs256_with_the_public_key(self, claims: Claims) -> str:
        text = parts({"alg": "HS256", "kid": self.kid, "typ": "JWT"}, claims)
        public = self.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        code = hmac.HMAC(public, hashes.SHA256())
        code.update(text.encode())
        return f"{text}.{b64(code.finalize())}"

    def _discovery(self, _: Asked) -> Answer:
        return _said(
            {
                "issuer": self.base,
                "authorization_endpoint": f"{self.base}/authorize",
                "token_endpoint": f"{self.base}/token",
                "userinfo_endpoint": f"{self.base}/userinfo",
                "jwks_uri": f"{self.base}/jwks",
                **self.discovery,
            }
        )

    def _jwks(self, _: Asked) -> Answer:
        numbers = self.key.public_key().public_numbers()
        n = b64(numbers.n.to_bytes(256))
        key = {"kty": "RSA", "kid": self.kid, "use": "sig", "n": n, "e": b64(numbers.e.to_bytes(3))}
        shared = {"kty": "oct", "kid": self.kid, "k": b64(b"anybody knows this")}
        return _said({"keys": [shared, key]})

    def _token(self, asked: Asked) -> Answer:
        given = {name: one for name, (one,) in parse_qs(asked.body.decode()).items()}
        basic = base64.b64encode(f"{CLIENT}:a%20secret%3A%20of%20nothing".encode()).decode()
        if asked.headers.get("authorization") != f"Basic {basic}":
            return _said({"error": "invalid_client"}, 401)
        known = self.codes.pop(given.get("code", ""), None)
        proof = b64(hashlib.sha256(given.get("code_verifier", "").encode()).digest())
        if (
            known is None
            or proof != known["code_challenge"]
            or given["redirect_uri"] != known["redirect_uri"]
        ):
            return _said({"error": "invalid_grant"}, 400)
        now = int(time.time())
        claims = {"iss": self.base, "sub": SUBJECT, "aud": CLIENT, "iat": now, "exp": now + 300}
        claims = self.bent({**claims, "nonce": known["nonce"], **self.claims})
        made = self.token(self, claims) if self.token else self.rs256(claims)
        return _said({"access_token": "an-access-token", "token_type": "Bearer", "id_token": made})

    def _userinfo(self, asked: Asked) -> Answer:
        if asked.headers.get("authorization") != "Bearer an-access-token":
            return _said({"error": "invalid_token"}, 401)
        return _said(self.userinfo or {"sub": SUBJECT, **self.claims})


def _nothing(_: Asked) -> Answer:
    return _said({}, 404)


def _said(members: Claims, status: int = 200) -> Answer:
    return status, "application/json", json.dumps(members).encode()


@contextmanager
def own_provider(provider: OwnProvider) -> Iterator[OwnProvider]:
    """Run it until the block ends."""
    with answering(provider.answer) as base:
        provider.base = base
        yield provider
