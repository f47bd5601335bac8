"""Sign-in by a European identity wallet: a PID is asked for, and what comes back is checked.

OpenID4VP 1.0 as HAIP 1.0 §5 has it: a signed request by reference, DCQL, an answer encrypted to a key that is
made for it and forgotten with it.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, NoReturn
from urllib.parse import urlencode

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from api.identity.source import Begun
from api.identity.sources.claims import identity_from
from api.identity.sources.pid import VCT, PidAsked, presented
from api.identity.sources.pid_issuer import Issuers
from api.identity.sources.refusing import refused
from converter.strict import load_json
from schemas.errors import Malformed
from schemas.identity import Assurance, Identity, Origin
from schemas.key import Key

LEAST = ("given_name", "family_name", "birthdate")
"""Claims that every PID has (Regulation (EU) 2024/2977, annex)."""
CLAIMS = (*LEAST, "birth_family_name", "place_of_birth", "nationalities")
_QUERY, _GROUND = "pid", "consent"
_ENCRYPTIONS = ("A128GCM", "A256GCM")
_LASTS = timedelta(minutes=15)
_CITE = "OpenID4VP 1.0 §8.3"
_ISSUER_ALGORITHMS = ("ES256", "ES384", "ES512")
_HOLDER_ALGORITHMS = ("ES256", "ES384")
_LONGEST = 400 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Relying:
    """How this gateway shows itself to wallets.

    Attributes:
        name: by which the operator and its address know the source.
        key: that signs requests; its certificate is the one the wallet's authority registered.
        known_by: how the certificate names us (OpenID4VP 1.0 §5.9.3).
        claims: top-level claims that are asked for; beyond the least ones a wallet may do without.
        types: of PID that count.
        elsewhere: whether the wallet may be on another device than the browser.
        scheme: by which a device finds its wallet.
    """

    name: str
    key: Key
    known_by: Literal["x509_hash", "x509_san_dns"] = "x509_hash"
    claims: tuple[str, ...] = CLAIMS
    types: tuple[str, ...] = (VCT,)
    elsewhere: bool = False
    scheme: str = "openid4vp://"

    @property
    def client(self) -> str:
        """By which wallets know us.

        Raises:
            ValueError: it should be a name of the certificate, and that has none.
        """
        certificate = self.key.certificates[0]
        if self.known_by == "x509_hash":
            return f"x509_hash:{_b64(hashlib.sha256(certificate.public_bytes(Encoding.DER)).digest())}"
        try:
            names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
            return f"x509_san_dns:{names.get_values_for_type(x509.DNSName)[0]}"
        except (x509.ExtensionNotFound, IndexError):
            raise ValueError("the certificate has no DNS name") from None


class WalletSignIn:
    """A wallet of any maker; satisfies `api.identity.source.SignIn`."""

    source = "pid"

    def __init__(self, relying: Relying, issuers: Issuers) -> None:
        """Take who we are to wallets, and whom we believe."""
        self.relying = relying
        self._issuers = issuers

    @property
    def name(self) -> str:
        """By which its address knows it."""
        return self.relying.name

    def begin(self, back: str, *, now: datetime) -> Begun:
        """Begin a sign-in; see `api.identity.source.SignIn`."""
        state, nonce = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        ephemeral = ECKey.generate_key("P-256", {"use": "enc", "alg": "ECDH-ES", "kid": "answer"})
        asked = {
            "response_type": "vp_token",
            "response_mode": "direct_post.jwt",
            "client_id": self.relying.client,
            "response_uri": f"{back}/answer/{state}",
            "aud": "https://self-issued.me/v2",
            "nonce": nonce,
            "state": state,
            "iat": int(now.timestamp()),
            "exp": int((now + _LASTS).timestamp()),
            "dcql_query": _query(self.relying.claims, self.relying.types),
            "client_metadata": _metadata(ephemeral.as_dict(private=False)),
        }
        where = {"client_id": self.relying.client, "request_uri": f"{back}/request/{state}"}
        return Begun(
            address=f"{self.relying.scheme}?{urlencode(where)}",
            kept={"state": state, "nonce": nonce, "key": json.dumps(ephemeral.as_dict(private=True))},
            letter=state,
            request=_signed(asked, self.relying.key),
            elsewhere=self.relying.elsewhere,
        )

    def finish(self, begun: Begun, back: str, said: Mapping[str, str], *, now: datetime) -> Identity:
        """Make an identity of a wallet's answer; see `api.identity.source.SignIn`.

        Raises:
            Refused: `identity.cancelled`, `.provider`, `.pid-…` as `pid` and `pid_issuer` name them.
            Malformed: a value of the wrong kind, a BSN, or no field at all.
            Unavailable: the PID's status list does not answer.
        """
        del back  # the wallet was told where to answer in a request that we signed
        if said.get("error") == "access_denied":
            raise refused("cancelled", "The holder did not sign in, or did not agree.")
        if said.get("error") or not said.get("response"):
            raise refused("provider", "The wallet answered without saying who the holder is.", cite=_CITE)
        text = _presentation(said["response"], begun.kept)
        asked = PidAsked(
            nonce=begun.kept["nonce"],
            audience=self.relying.client,
            claims=frozenset(self.relying.claims),
            types=frozenset(self.relying.types),
        )
        pid = presented(text, asked, now=now)
        self._issuers.check_chain(pid.chain, now=now)
        self._issuers.check_status(pid.status, now=now)
        origin = Origin(source=self.source, assurance=Assurance.HIGH, at=now, ground=_GROUND)
        return identity_from(pid.claims, origin, now=now)


def _query(claims: Iterable[str], types: Iterable[str]) -> dict[str, Any]:
    """Ask for all claims, or else the least (DCQL, OpenID4VP 1.0 §6)."""
    every = list(dict.fromkeys(claims))
    sets = [every, [one for one in every if one in LEAST]]
    return {
        "credentials": [
            {
                "id": _QUERY,
                "format": "dc+sd-jwt",
                "meta": {"vct_values": list(types)},
                "claims": [{"id": one, "path": [one]} for one in every],
                "claim_sets": sets if sets[0] != sets[1] else sets[:1],
            }
        ]
    }


def _metadata(key: Mapping[str, Any]) -> dict[str, Any]:
    """Say how the answer is encrypted, and what is understood (OpenID4VP 1.0 §5.1)."""
    formats = {"sd-jwt_alg_values": _ISSUER_ALGORITHMS, "kb-jwt_alg_values": _HOLDER_ALGORITHMS}
    return {
        "jwks": {"keys": [dict(key)]},
        "encrypted_response_enc_values_supported": _ENCRYPTIONS,
        "vp_formats_supported": {"dc+sd-jwt": formats},
    }


def _signed(claims: Mapping[str, Any], key: Key) -> str:
    """Sign a request object (RFC 9101 §4); the anchor above the certificates is left to the wallet."""
    chain = [one for one in key.certificates if one.subject != one.issuer] or list(key.certificates[:1])
    ders = (base64.b64encode(one.public_bytes(Encoding.DER)).decode() for one in chain)
    header = {"alg": key.algorithm, "typ": "oauth-authz-req+jwt", "x5c": list(ders)}
    message = ".".join(_b64(json.dumps(one).encode()) for one in (header, claims))
    return f"{message}.{_b64(key.sign(message.encode()))}"


def _presentation(sealed: str, kept: Mapping[str, str]) -> str:
    """Decrypt an answer and take the one presentation out of it (OpenID4VP 1.0 §8.1, §8.3).

    Raises:
        Refused: `identity.pid-read`, or `identity.state`: it is another request's.
    """
    if len(sealed) > _LONGEST:
        _unreadable()
    try:
        key = ECKey.import_key(json.loads(kept["key"]))
        opened = jwe.decrypt_compact(sealed, key, algorithms=["ECDH-ES", *_ENCRYPTIONS])
        said = load_json(opened.plaintext or b"")
    except (JoseError, Malformed, ValueError):
        _unreadable()
    if not isinstance(said, dict) or said.get("state", kept["state"]) != kept["state"]:
        raise refused("state", "The wallet's answer is to another request.", cite=_CITE)
    given = said.get("vp_token")
    found = given.get(_QUERY) if isinstance(given, dict) and given.keys() == {_QUERY} else None
    if not isinstance(found, list) or len(found) != 1 or not isinstance(found[0], str):
        _unreadable()
    return str(found[0])


def _unreadable() -> NoReturn:
    raise refused("pid-read", "The wallet's answer cannot be read.", cite=_CITE) from None


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
