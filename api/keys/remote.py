"""A key at a remote signing service: a thin client of the Cloud Signature Consortium API v2.

The service is asked for two things: the certificate of a credential (`credentials/info`) and the signature of
a digest (`signatures/signHash`). It must let the bearer token sign by itself: who would type a PIN or a
one-time password here?
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

from asn1crypto import algos
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from api.keys.configuration import RemoteCredential
from api.keys.files import side_by_side
from api.keys.fitting import KeyFault, algorithm_for, proven_chain, signed_by
from converter.strict import load_json
from schemas.errors import Malformed, Unavailable
from schemas.evidence import Missing
from schemas.exchange import Exchange, Outgoing
from verifier.sealing.algorithms import JOSE_SCHEMES, Family

_OK = 200
_REFUSES_US = frozenset({401, 403})
_BASE = "/csc/v2"
_MOST_CERTIFICATES = 16
_RSA_ENCRYPTION, _RSA_PSS, _EC_PUBLIC_KEY = (
    "1.2.840.113549.1.1.1",
    "1.2.840.113549.1.1.10",
    "1.2.840.10045.2.1",
)
_HASHES = {
    "sha256": "2.16.840.1.101.3.4.2.1",
    "sha384": "2.16.840.1.101.3.4.2.2",
    "sha512": "2.16.840.1.101.3.4.2.3",
}
_WITH_HASH = {
    "RS256": "1.2.840.113549.1.1.11",
    "RS384": "1.2.840.113549.1.1.12",
    "RS512": "1.2.840.113549.1.1.13",
    "ES256": "1.2.840.10045.4.3.2",
    "ES384": "1.2.840.10045.4.3.3",
    "ES512": "1.2.840.10045.4.3.4",
}
_BARE = {Family.RSA: _RSA_ENCRYPTION, Family.ECDSA: _EC_PUBLIC_KEY}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Service:
    """Where the service is, and by what it knows us."""

    base: str
    credential: str
    token: str = field(repr=False)
    exchange: Exchange = field(repr=False)

    def ask(self, method: str, question: Mapping[str, Any]) -> dict[str, Any]:
        """Post a question about the credential.

        Raises:
            Unavailable: no answer, or one that is none.
        """
        request = Outgoing(
            method="POST",
            url=f"{self.base}/{method}",
            headers={
                "authorization": f"Bearer {self.token}",
                "content-type": "application/json",
                "accept": "application/json",
            },
            body=json.dumps({"credentialID": self.credential, **question}).encode(),
        )
        answer = self.exchange.send(request)
        if isinstance(answer, Missing):
            self.unavailable(answer.why)
        if answer.status in _REFUSES_US:
            self.unavailable("The signing service does not accept the token, or not for this key.")
        if answer.status != _OK:
            self.unavailable(f"The signing service answers with HTTP status {answer.status}.")
        try:
            said = load_json(answer.body)
        except Malformed:
            said = None
        if not isinstance(said, dict):
            self.unavailable("The signing service's answer is not a JSON object.")
        return said

    def unavailable(self, why: str) -> NoReturn:
        """Blame the service."""
        raise Unavailable(self.base, why) from None


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteKey:
    """A key at the service; satisfies `schemas.key.Key`.

    Attributes:
        sign_algorithm: OID that the service is asked to sign by.
    """

    algorithm: str
    certificates: tuple[x509.Certificate, ...]
    sign_algorithm: str
    service: _Service

    def sign(self, message: bytes) -> bytes:
        """Send the digest to be signed; what comes back must hold by the certificate.

        Raises:
            Unavailable: the service does not answer, or with something that is no signature by this key.
        """
        scheme = JOSE_SCHEMES[self.algorithm]
        digest = hashlib.new(scheme.hash_name, message).digest()
        question: dict[str, Any] = {
            "hashes": [base64.b64encode(digest).decode()],
            "hashAlgorithmOID": _HASHES[scheme.hash_name],
            "signAlgo": self.sign_algorithm,
        }
        if scheme.family is Family.PSS:
            question["signAlgoParams"] = base64.b64encode(_pss_parameters(scheme.hash_name)).decode()
        said = self.service.ask("signatures/signHash", question).get("signatures")
        value = _decoded(said[0]) if isinstance(said, list) and len(said) == 1 else None
        own = self.certificates[0]
        meant = (one for one in _spellings(value or b"", own) if signed_by(own, self.algorithm, one, message))
        found = next(meant, None)
        if found is None:
            self.service.unavailable("The signing service's answer is no signature by the key asked for.")
        return found


def open_remote(named: RemoteCredential, token: str, exchange: Exchange) -> RemoteKey:
    """Ask the service for the certificate of a credential, and let it sign once.

    Raises:
        KeyFault: the key needs somebody to confirm each signature, or cannot be used here.
        Unavailable: the service does not answer, or says that the key or its certificate is not in force.
    """
    base = named.url.rstrip("/").removesuffix(_BASE) + _BASE
    service = _Service(base=base, credential=named.credential, token=token, exchange=exchange)
    said = service.ask("credentials/info", {"certificates": "chain", "certInfo": True, "authInfo": True})
    key, auth = _part(said, "key"), _part(said, "auth")
    if auth.get("mode") == "explicit":
        raise KeyFault(
            "The signing service wants a PIN or a one-time password for each signature of this key."
        )
    if key.get("status", "enabled") != "enabled":
        service.unavailable("The signing service says that the key is disabled.")
    if _part(said, "cert").get("status", "valid") != "valid":
        service.unavailable("The signing service says that the key's certificate is not valid.")
    certificates = _certificates(_part(said, "cert").get("certificates"))
    if not certificates:
        service.unavailable("The signing service does not give the key's certificate.")
    algorithm = algorithm_for(certificates[0].public_key(), named.algorithm)
    opened = RemoteKey(
        algorithm=algorithm,
        certificates=certificates,
        sign_algorithm=_sign_algorithm(algorithm, key.get("algo")),
        service=service,
    )
    return RemoteKey(
        algorithm=algorithm,
        certificates=proven_chain(certificates, algorithm, opened.sign),
        sign_algorithm=opened.sign_algorithm,
        service=service,
    )


def _part(said: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = said.get(name)
    return part if isinstance(part, dict) else {}


def _sign_algorithm(algorithm: str, offered: object) -> str:
    """Choose an OID that the key offers: the one that tells the hash too, or the one of the key alone.

    Raises:
        KeyFault: it offers neither.
    """
    family = JOSE_SCHEMES[algorithm].family
    if family is Family.EDDSA:
        raise KeyFault("A key at a signing service signs by RSA or ECDSA here, not by Ed25519.")
    possible = [_RSA_PSS] if family is Family.PSS else [_WITH_HASH[algorithm], _BARE[family]]
    if not isinstance(offered, list) or not offered:
        return possible[0]
    found = next((one for one in possible if one in offered), None)
    if found is None:
        raise KeyFault(f"The signing service does not offer {algorithm} for this key.")
    return found


def _certificates(texts: object) -> tuple[x509.Certificate, ...]:
    found = []
    for text in texts[:_MOST_CERTIFICATES] if isinstance(texts, list) else []:
        try:
            found.append(x509.load_der_x509_certificate(_decoded(text) or b""))
        except ValueError:
            return ()
    return tuple(found)


def _decoded(text: object) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True) if isinstance(text, str) else None
    except (binascii.Error, ValueError):
        return None


def _spellings(value: bytes, certificate: x509.Certificate) -> list[bytes]:
    """Give what a value may mean: services answer ECDSA as DER, or as r and s side by side."""
    public = certificate.public_key()
    if not isinstance(public, ec.EllipticCurvePublicKey):
        return [value]
    try:
        return [value, side_by_side(value, public.curve.key_size)]
    except (ValueError, OverflowError):
        return [value]


def _pss_parameters(hash_name: str) -> bytes:
    """Write RSASSA-PSS-params as RFC 7518 §3.5 has them: one hash for all, the salt as long as it."""
    hashed = {"algorithm": hash_name}
    parameters = algos.RSASSAPSSParams(
        {
            "hash_algorithm": hashed,
            "mask_gen_algorithm": {"algorithm": "mgf1", "parameters": hashed},
            "salt_length": hashlib.new(hash_name).digest_size,
        }
    )
    written: bytes = parameters.dump()
    return written
