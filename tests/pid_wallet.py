"""A holder's wallet with a PID, and the state that issues it: they can be told to misbehave in one way.

PID and disclosures are made by the `sd-jwt` library, tokens signed and encrypted by `jwcrypto`, not by our
own code. What a wallet has to check of a request, this one checks.
"""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from jwcrypto.jwe import JWE
from jwcrypto.jwk import JWK
from jwcrypto.jws import JWS
from samples.authorities import AUTHORITY_USAGE, Holder, crl, holder
from samples.usages import usage
from sd_jwt.common import SDObj
from sd_jwt.holder import SDJWTHolder
from sd_jwt.issuer import SDJWTIssuer

from schemas.evidence import Trust

VCT = "urn:eudi:pid:1"
LIST = "https://pid.example/status/7"
PLACE = {"country": "NL", "locality": "Zierikzee"}
PERSON = {
    "given_name": "Noor",
    "family_name": "de Wit",
    "birthdate": "1999-02-03",
    "birth_family_name": "Bakker",
    "place_of_birth": PLACE,
    "nationalities": ["NL", "BE"],
    "sex": 2,
    "personal_administrative_number": "123456782",
    "issuing_country": "NL",
}
Claims = dict[str, Any]
Bend = Callable[[Claims], Claims]
DIGITAL = usage("digital_signature")


def same(claims: Claims) -> Claims:
    return claims


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def jwk_of(one: Holder) -> JWK:
    pem = one.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return JWK.from_pem(pem)


def signed(key: JWK, header: Claims, payload: Claims) -> str:
    token = JWS(json.dumps(payload))
    token.add_signature(key, alg=header["alg"], protected=json.dumps(header))
    return str(token.serialize(compact=True))


def x5c(*chain: Holder) -> list[str]:
    return [base64.b64encode(one.der).decode() for one in chain]


@dataclass
class State:
    """An authority, and the issuer of PIDs below it."""

    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    anchor: Holder = field(init=False)
    issuer: Holder = field(init=False)

    def __post_init__(self) -> None:
        self.anchor = holder("PID Authority", basic=(True, None), uses=AUTHORITY_USAGE)
        self.issuer = holder("PID Issuer", self.anchor, uses=DIGITAL)

    @property
    def trust(self) -> Trust:
        return Trust(anchors=(self.anchor.certificate,), crls=(self.crl(),))

    def crl(self) -> bytes:
        return crl(self.anchor, issued=self.now - timedelta(days=1), until=self.now + timedelta(days=7))

    def status_list(self, values: bytes, *, bits: int = 1, signer: Holder | None = None, **bent: Any) -> str:
        by = signer or self.issuer
        payload = {
            "sub": LIST,
            "iat": int(self.now.timestamp()),
            "status_list": {"bits": bits, "lst": b64(zlib.compress(values, 9))},
            **bent,
        }
        header = {"alg": "ES256", "typ": "statuslist+jwt", "x5c": x5c(by)}
        return signed(jwk_of(by), header, payload)


@dataclass
class Wallet:
    """What it holds, and how it misbehaves.

    Attributes:
        state: who issued the PID.
        person: the claims in it.
        metadata: changes what stands plainly in the PID.
        header: changes the PID's header.
        disclosing: claims it discloses beyond those that are asked for.
        decoys: whether the PID has digests of nothing too.
        signer: issues the PID instead of the state's issuer.
        binding: changes the payload of the key binding.
        binding_header: changes its header.
        binder: key that makes the binding instead of its own.
        bent: changes the whole presentation.
        answering: changes the answer before it is encrypted.
        encryption: of the answer.
    """

    state: State
    person: Claims = field(default_factory=lambda: dict(PERSON))
    metadata: Bend = same
    header: Bend = same
    disclosing: tuple[str, ...] = ()
    decoys: bool = False
    signer: Holder | None = None
    binding: Bend = same
    binding_header: Bend = same
    binder: JWK | None = None
    bent: Callable[[str], str] = lambda text: text
    answering: Bend = same
    encryption: Claims = field(default_factory=lambda: {"alg": "ECDH-ES", "enc": "A256GCM"})
    key: JWK = field(default_factory=lambda: JWK.generate(kty="EC", crv="P-256"))

    def pid(self) -> str:
        """Have a PID issued: every claim is disclosed by choice."""
        at = int(self.state.now.timestamp())
        plain = {
            "iss": "https://pid.example",
            "vct": VCT,
            "iat": at - 3600,
            "exp": at + 3600,
        }
        by = self.signer or self.state.issuer
        claims: dict[Any, Any] = {SDObj(name): _hidden(one) for name, one in self.person.items()}
        header = self.header({"typ": "dc+sd-jwt", "x5c": x5c(by)})
        issuing = SDJWTIssuer(
            {**self.metadata(plain), **claims},
            jwk_of(by),
            self.key,
            sign_alg="ES256",
            add_decoy_claims=self.decoys,
            extra_header_parameters=header,
        )
        return str(issuing.sd_jwt_issuance)

    def presentation(self, wanted: list[str], nonce: str, audience: str) -> str:
        """Disclose what is wanted, and bind it to the request."""
        chosen = (*(name for name in wanted if name in self.person), *self.disclosing)
        held = SDJWTHolder(self.pid())
        held.create_presentation({name: _all(self.person.get(name)) for name in chosen})
        before = str(held.sd_jwt_presentation)
        payload = {
            "nonce": nonce,
            "aud": audience,
            "iat": int(self.state.now.timestamp()),
            "sd_hash": b64(hashlib.sha256(before.encode()).digest()),
        }
        header = self.binding_header({"alg": "ES256", "typ": "kb+jwt"})
        return self.bent(before + signed(self.binder or self.key, header, self.binding(payload)))

    def answer(self, address: str, request: str) -> tuple[str, dict[str, str]]:
        """Answer a request as it was fetched: where to, and with which form."""
        asked = checked(address, request)
        (wanted,) = asked["dcql_query"]["credentials"]
        assert wanted["format"] == "dc+sd-jwt"
        assert VCT in wanted["meta"]["vct_values"]
        paths = {one["id"]: one["path"][0] for one in wanted["claims"]}
        fitting = next(
            names for names in wanted["claim_sets"] if all(paths[one] in self.person for one in names)
        )  # the first set that can be met (OpenID4VP 1.0 §6.4.1)
        given = self.presentation([paths[one] for one in fitting], asked["nonce"], asked["client_id"])
        said = self.answering({"vp_token": {wanted["id"]: [given]}, "state": asked["state"]})
        (key,) = asked["client_metadata"]["jwks"]["keys"]
        header = {**self.encryption, "kid": key["kid"]}
        sealed = JWE(json.dumps(said).encode(), json.dumps(header))
        sealed.add_recipient(JWK(**key))
        return asked["response_uri"], {"response": sealed.serialize(compact=True)}


def checked(address: str, request: str) -> Claims:
    """Check a request as a wallet does (OpenID4VP 1.0 §5.8, §5.9.3; HAIP 1.0 §5.1), and return it."""
    query = {name: one[0] for name, one in parse_qs(urlsplit(address).query).items()}
    header = json.loads(unb64(request.partition(".")[0]))
    assert header["typ"] == "oauth-authz-req+jwt"
    leaf = x509.load_der_x509_certificate(base64.b64decode(header["x5c"][0]))
    token = JWS()
    token.deserialize(request)
    token.verify(JWK.from_pem(leaf.public_bytes(Encoding.PEM)))
    asked: Claims = json.loads(token.payload)
    assert asked["client_id"] == query["client_id"]
    kind, _, name = asked["client_id"].partition(":")
    if kind == "x509_hash":
        assert name == b64(hashlib.sha256(leaf.public_bytes(Encoding.DER)).digest())
    else:
        alternatives = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        assert name in alternatives.get_values_for_type(x509.DNSName)
    assert asked["response_mode"] == "direct_post.jwt"
    assert asked["aud"] == "https://self-issued.me/v2"
    (key,) = asked["client_metadata"]["jwks"]["keys"]
    assert "d" not in key
    return asked


def _hidden(one: Any) -> Any:
    """Hide the parts of a claim too, as PIDs do."""
    if isinstance(one, dict):
        return {SDObj(name): part for name, part in one.items()}
    if isinstance(one, list):
        return [SDObj(part) for part in one]
    return one


def _all(one: Any) -> Any:
    if isinstance(one, dict):
        return dict.fromkeys(one, True)
    return [True for _ in one] if isinstance(one, list) else True
