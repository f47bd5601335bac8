"""A remote signing service of our own, after the CSC API v2: one credential, one token.

It takes what the specification requires and refuses the rest, as a service would: 400 with `error`.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from answering import Answer, Asked, answering
from asn1crypto import algos
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding
from samples.authorities import Holder

TOKEN = "a-bearer-token"  # noqa: S105 - of nothing
CREDENTIAL = "GX0112348"
_HASHES: dict[str, hashes.HashAlgorithm] = {
    "2.16.840.1.101.3.4.2.1": hashes.SHA256(),
    "2.16.840.1.101.3.4.2.2": hashes.SHA384(),
    "2.16.840.1.101.3.4.2.3": hashes.SHA512(),
}
_PSS = "1.2.840.113549.1.1.10"


@dataclass(kw_only=True)
class Service:
    """What the service has, and how it behaves.

    Attributes:
        holder: the key and its certificate.
        chain: certificates above it.
        offers: `key/algo`.
        raw: gives ECDSA as r and s side by side, not as DER.
        info: members of `credentials/info` that are said instead.
        signed: what `signHash` says instead.
        asked: every request.
    """

    holder: Holder
    chain: tuple[x509.Certificate, ...]
    offers: list[str]
    raw: bool = False
    info: dict[str, Any] = field(default_factory=dict)
    signed: Answer | None = None
    asked: list[Asked] = field(default_factory=list)

    def answer(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        if asked.headers.get("authorization") != f"Bearer {TOKEN}":
            return _said(401, {"error": "invalid_token"})
        question = json.loads(asked.body)
        if asked.headers.get("content-type") != "application/json" or asked.method != "POST":
            return _said(400, {"error": "invalid_request"})
        if question.get("credentialID") != CREDENTIAL:
            return _said(400, {"error": "invalid_request", "error_description": "Invalid credentialID"})
        if asked.path == "/csc/v2/credentials/info":
            return self._info(question)
        if asked.path == "/csc/v2/signatures/signHash":
            return self.signed or self._sign(question)
        return _said(404, {"error": "unsupported"})

    def _info(self, question: dict[str, Any]) -> Answer:
        every = (self.holder.certificate, *self.chain)
        shown = {"none": 0, "single": 1, "chain": len(every)}[question.get("certificates", "single")]
        said = {
            "key": {"status": "enabled", "algo": self.offers, "len": 2048},
            "cert": {
                "status": "valid",
                "certificates": [
                    base64.b64encode(one.public_bytes(Encoding.DER)).decode() for one in every[:shown]
                ],
            },
            "auth": {"mode": "oauth2code"},
            "SCAL": "1",
            "multisign": 1,
        }
        return _said(200, said | self.info)

    def _sign(self, question: dict[str, Any]) -> Answer:
        hashed = _HASHES.get(question.get("hashAlgorithmOID", ""))
        (text,) = question["hashes"]
        digest = base64.b64decode(text, validate=True)
        if question.get("signAlgo") not in self.offers or hashed is None or len(digest) != hashed.digest_size:
            return _said(400, {"error": "invalid_request", "error_description": "Invalid signAlgo"})
        return _said(200, {"signatures": [base64.b64encode(self._value(question, digest, hashed)).decode()]})

    def _value(self, question: dict[str, Any], digest: bytes, hashed: hashes.HashAlgorithm) -> bytes:
        private = self.holder.key
        if isinstance(private, rsa.RSAPrivateKey):
            if question["signAlgo"] != _PSS:
                return private.sign(digest, padding.PKCS1v15(), Prehashed(hashed))
            told = algos.RSASSAPSSParams.load(base64.b64decode(question["signAlgoParams"])).native
            assert told["hash_algorithm"]["algorithm"] == hashed.name
            assert told["mask_gen_algorithm"]["parameters"]["algorithm"] == hashed.name
            mask = padding.MGF1(hashed)
            return private.sign(digest, padding.PSS(mask, told["salt_length"]), Prehashed(hashed))
        assert isinstance(private, ec.EllipticCurvePrivateKey)
        value = private.sign(digest, ec.ECDSA(Prehashed(hashed)))
        if not self.raw:
            return value
        size = (private.curve.key_size + 7) // 8
        r, s = decode_dss_signature(value)
        return r.to_bytes(size) + s.to_bytes(size)


def _said(status: int, members: dict[str, Any]) -> Answer:
    return status, "application/json", json.dumps(members).encode()


@contextmanager
def signing_service(service: Service) -> Iterator[str]:
    """Run it until the block ends, and say where."""
    with answering(service.answer) as base:
        yield base
