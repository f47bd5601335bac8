"""The JWS around a credential: taken apart, never judged (RFC 7515, RFC 7797, ETSI TS 119 182-1).

No key is touched here; whether the seal holds is the verifier's to say.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from converter.strict import load_json
from schemas.errors import DocumentError, Malformed, Problem

_COMPACT = re.compile(rb"\s*([A-Za-z0-9_-]+)\.(.*)\.([A-Za-z0-9_-]*)\s*\Z", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class JadesSignature:
    """One signature of the envelope.

    Attributes:
        protected: the protected header as it stands, base64url.
        header: the protected header, parsed.
        unprotected: the unprotected header (`etsiU` lives there).
        value: the signature, base64url.
    """

    protected: str
    header: Mapping[str, Any]
    unprotected: Mapping[str, Any] = field(default_factory=dict)
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Jades:
    """An envelope taken apart.

    Attributes:
        payload: the bytes of the credential.
        payload_member: the payload as the signature covers it: base64url, or the bytes (b64=false).
        signatures: every one of them; exactly one is the rule for a credential.
        form: `general`, `flattened` or `compact`.
    """

    payload: bytes
    payload_member: bytes
    signatures: tuple[JadesSignature, ...]
    form: str


def is_jades(value: Any) -> bool:  # noqa: ANN401 - any JSON
    """Tell whether parsed JSON is a JWS: a payload and at least one signature (RFC 7515 §7.2)."""
    return (
        isinstance(value, dict)
        and isinstance(value.get("payload"), str)
        and ("signatures" in value or "signature" in value)
    )


def is_compact(data: bytes) -> bool:
    """Tell whether bytes look like a compact JWS (RFC 7515 §7.1) and not like JSON."""
    return data.lstrip()[:2] == b"ey" and _COMPACT.match(data) is not None


def split_jades(data: bytes) -> Jades:
    """Take a JWS apart, in any of its three serialisations.

    Raises:
        Malformed: no JWS, a header that is no JSON, a payload that cannot be decoded, or signatures that
            disagree on whether the payload is encoded (RFC 7797 §3).
    """
    compact = _COMPACT.match(data) if is_compact(data) else None
    if compact:
        protected, payload, value = compact.groups()
        return _opened(payload, [{"protected": protected.decode(), "signature": value.decode()}], "compact")
    envelope = load_json(data)
    if not is_jades(envelope):
        raise _malformed("There is no JSON Web Signature here.")
    if "signatures" in envelope:
        return _opened(
            envelope["payload"].encode("utf-8", "surrogatepass"), envelope["signatures"], "general"
        )
    return _opened(envelope["payload"].encode("utf-8", "surrogatepass"), [envelope], "flattened")


def _opened(payload: bytes, entries: Any, form: str) -> Jades:  # noqa: ANN401
    if not isinstance(entries, list) or not entries or not all(isinstance(entry, dict) for entry in entries):
        raise _malformed("The JWS holds no list of signatures.", "/signatures")
    signatures = tuple(_signature(entry) for entry in entries)
    encoded = {signature.header.get("b64", True) is not False for signature in signatures}
    if len(encoded) > 1:
        raise _malformed("The signatures disagree on whether the payload is encoded.", "/signatures")
    plain = _decoded(payload, "/payload") if encoded == {True} else payload
    return Jades(payload=plain, payload_member=payload, signatures=signatures, form=form)


def _signature(entry: Mapping[str, Any]) -> JadesSignature:
    protected, value, header = entry.get("protected", ""), entry.get("signature"), entry.get("header", {})
    if not isinstance(protected, str) or not isinstance(value, str) or not isinstance(header, dict):
        raise _malformed("A member of the JWS signature is not of the kind it must be.", "/signatures")
    parsed: Any = {}
    if protected:
        try:
            parsed = load_json(_decoded(protected.encode("utf-8", "replace"), "/signatures/protected"))
        except DocumentError:
            raise _malformed(
                "The protected header is not JSON in base64url.", "/signatures/protected"
            ) from None
    if not isinstance(parsed, dict):
        raise _malformed("The protected header is not a JSON object.", "/signatures/protected")
    return JadesSignature(protected=protected, header=parsed, unprotected=header, value=value)


def _decoded(text: bytes, where: str) -> bytes:
    """Decode base64url without padding, strictly (RFC 7515 §2)."""
    if not re.fullmatch(rb"[A-Za-z0-9_-]*", text):
        raise _malformed("A member of the JWS is not base64url.", where)
    try:
        return base64.urlsafe_b64decode(text + b"=" * (-len(text) % 4))
    except binascii.Error:
        raise _malformed("A member of the JWS is not base64url.", where) from None


def _malformed(message: str, where: str = "") -> Malformed:
    return Malformed(Problem(code="format.read", message=message, where=where, cite="RFC 7515 §7"))
