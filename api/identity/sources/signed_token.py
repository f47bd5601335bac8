"""A token of a wallet's world: compact, read strictly, held against one key; pure (RFC 7515)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes

from api.identity.sources.refusing import refused
from converter.strict import load_json
from schemas.errors import Malformed
from verifier.sealing import certificates
from verifier.sealing.algorithms import JOSE_SCHEMES, KeyMismatchError, UnsupportedKeyError, holds, weak_key
from verifier.sealing.fault import Refusal
from verifier.sealing.jws import Token, decode_base64url, protected_header

_COMPACT = re.compile(r"([\w-]+)\.([\w-]+)\.([\w-]*)", re.ASCII)
_MOST_CERTIFICATES = 10
_CURVES: dict[str, ec.EllipticCurve] = {"P-256": ec.SECP256R1(), "P-384": ec.SECP384R1()}


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedText:
    """A token as it stands; nothing is believed of it yet."""

    header: Mapping[str, Any]
    payload: Mapping[str, Any] = field(repr=False)
    message: bytes = field(repr=False)
    value: bytes = field(repr=False)

    def by(self, key: CertificatePublicKeyTypes) -> bool:
        """Tell whether it is signed by a key, with an algorithm that is this key's."""
        scheme = JOSE_SCHEMES.get(str(self.header.get("alg")))
        if scheme is None or weak_key(key):
            return False
        try:
            return holds(scheme, key, self.value, self.message)
        except (KeyMismatchError, UnsupportedKeyError):
            return False

    def chain(self) -> tuple[x509.Certificate, ...]:
        """Return the certificates in `x5c` (RFC 7515 §4.1.6), the signer's first; none if one is broken."""
        said = self.header.get("x5c")
        if not isinstance(said, list) or len(said) > _MOST_CERTIFICATES:
            return ()
        ders = [certificates.decode_base64(one) if isinstance(one, str) else None for one in said]
        found = certificates.load_all(ders)
        return found if len(found) == len(said) else ()


def fail(fact: str, message: str, cite: str) -> NoReturn:
    """Raise the refusal `identity.<fact>`.

    Raises:
        Refused: always.
    """
    raise refused(fact, message, cite=cite) from None


def read_token(text: str, cite: str) -> SignedText:
    """Read a compact JWS whose payload is an object.

    Raises:
        Refused: `identity.pid-read`: it is none, or asks for what is not known here; `.pid-unsigned`.
    """
    found = _COMPACT.fullmatch(text)
    if found is None:
        fail("pid-read", "A token of the presentation cannot be read.", cite)
    protected, body, value = found.groups()
    token = Token(protected=protected, header={}, payload=body, value=value)
    try:
        header = protected_header(token)
        payload = load_json(decode_base64url(body, "The payload"))
        signature = decode_base64url(value, "The signature")
    except (Refusal, Malformed):
        fail("pid-read", "A token of the presentation cannot be read.", cite)
    if not isinstance(payload, dict) or "crit" in header or "b64" in header:
        fail("pid-read", "A token of the presentation asks for what is not known here.", cite)
    if header.get("alg") == "none" or not value:
        fail("pid-unsigned", "A token of the presentation is not signed.", cite)
    return SignedText(header=header, payload=payload, message=f"{protected}.{body}".encode(), value=signature)


def key_of(jwk: object) -> ec.EllipticCurvePublicKey | None:
    """Return the key that a JWK is (RFC 7517; RFC 7518 §6.2); None for one of another kind."""
    if not isinstance(jwk, dict) or jwk.get("kty") != "EC" or str(jwk.get("crv")) not in _CURVES:
        return None
    try:
        x, y = (int.from_bytes(decode_base64url(str(jwk.get(one)), "A key")) for one in ("x", "y"))
        return ec.EllipticCurvePublicNumbers(x, y, _CURVES[jwk["crv"]]).public_key()
    except (Refusal, ValueError):
        return None
