"""What jwcrypto says: the mathematics alone, with the key of the first certificate of `x5c`."""

from __future__ import annotations

import base64
import json
from typing import Any

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from interop.cases import Case
from interop.opinions import Crypto, Opinion
from jwcrypto import common, jwk, jws

_KNOWN = {
    name: jws.JWSEHeaderParameter(name, False, True, None)  # noqa: FBT003 - jwcrypto's own signature
    for name in ("sigT", "adoTst", "sigD", "sigPl", "srCms", "srAts", "sigPId", "sigX5ts", "x5t#o")
}
_ALGORITHMS = [*(f"{family}{bits}" for family in ("RS", "PS", "ES") for bits in (256, 384, 512)), "EdDSA"]


def jwcrypto_opinion(case: Case) -> Opinion:
    """Ask jwcrypto, with the key of the first certificate of `x5c`."""
    raw = case.path.read_bytes()
    try:
        header = _protected(raw)
        der = base64.b64decode(header["x5c"][0], validate=True)
        public = x509.load_der_x509_certificate(der).public_key()
        key = jwk.JWK.from_pem(public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    except (KeyError, TypeError, IndexError, ValueError, RecursionError, UnsupportedAlgorithm):
        return Opinion()
    if "sigD" in header or header.get("alg") not in _ALGORITHMS:
        return Opinion()
    token = jws.JWS(header_registry=_KNOWN)
    token.allowed_algs = _ALGORITHMS
    try:
        token.deserialize(raw.decode().strip(), key)
    except (common.JWException, ValueError, TypeError, KeyError, RecursionError):
        return Opinion(crypto=Crypto.BROKEN)
    return Opinion(crypto=Crypto.HOLDS)


def _protected(raw: bytes) -> dict[str, Any]:
    """Read the one protected header.

    Raises:
        KeyError, TypeError, IndexError, ValueError: there is none, or there are several.
    """
    text = raw.decode().strip()
    if not text.startswith("{"):
        protected = text.split(".")[0]
    else:
        members = json.loads(text)
        (one,) = members.get("signatures", [members])
        protected = one["protected"]
    header = json.loads(base64.urlsafe_b64decode(protected + "=="))
    if not isinstance(header, dict):
        raise TypeError
    return header
