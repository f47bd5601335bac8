"""The JWS that a JAdES seal is: three serialisations, one strict reading (RFC 7515; RFC 7797)."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from converter.strict import load_json
from schemas.errors import Malformed
from verifier.sealing.fault import broken, unsupported

_UNDERSTOOD = frozenset({"b64", "sigT", "adoTst", "x5t#o", "sigX5ts", "sigPl", "srCms", "srAts"})
"""What `crit` may name (TS 119 182-1 §5.1.9): processed here, or a statement that asks for nothing."""
_NOT_EVALUATED = {"sigD": "content outside the document", "sigPId": "a signature policy"}
_BASE64URL = re.compile(r"[A-Za-z0-9_-]*", re.ASCII)
MOST_SIGNATURES = 64
_OUTER = frozenset({"payload", "signatures", "signature", "protected", "header"})
_KEPT = 16 * 1024
_COMPACT = re.compile(rb"\s*([^\s.]*)\.([^.]*)\.([^\s.]*)\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """One signature with its payload, whatever the serialisation was.

    Attributes:
        protected: the protected header as it stands, base64url.
        header: the unprotected header.
        payload: as it stands in the serialisation; None where it does not.
        value: the signature, base64url.
        strangers: members beside them, which nobody reads and no signature covers (RFC 7515 §7.2.1).
    """

    protected: str
    header: dict[str, Any]
    payload: str | None
    value: str
    strangers: frozenset[str] = frozenset()

    @property
    def text(self) -> str:
        """The payload where there must be one."""
        if self.payload is None:
            raise unsupported("structure", "The sealed content does not stand in the document.")
        return self.payload


def take_apart(raw: bytes, place: int | None = None) -> Token:
    """Find the one signature in any of the three serialisations (RFC 7515 §7), or the one at a place.

    Raises:
        Refusal: it is no JWS, or holds several where one is looked for.
        Malformed: the JSON cannot be taken apart.
    """
    tokens = take_all_apart(raw)
    if place is None and len(tokens) > 1:
        raise unsupported("structure", "The document holds several seals; only one can be examined.")
    if place is not None and place >= len(tokens):
        raise broken("structure", "There is no such seal in the document.")
    token = tokens[place or 0]
    if place is None and token.payload is None:
        raise unsupported("structure", "The sealed content does not stand in the document.")
    return token


def take_all_apart(raw: bytes) -> tuple[Token, ...]:
    """Find every signature in any of the three serialisations (RFC 7515 §7).

    Raises:
        Refusal: it is no JWS.
        Malformed: the JSON cannot be taken apart.
    """
    if compact := _COMPACT.fullmatch(raw):
        try:
            protected, payload, value = (part.decode("ascii") for part in compact.groups())
        except UnicodeDecodeError:
            raise broken(
                "structure", "The compact seal holds characters that may not stand in one."
            ) from None
        return (Token(protected=protected, header={}, payload=payload, value=value),)
    members = load_json(raw)
    if not isinstance(members, dict):
        raise broken("structure", "The seal is not a JSON object.")
    return tokens_of(members)


def tokens_of(members: dict[str, Any]) -> tuple[Token, ...]:
    """Take a general or flattened serialisation apart (RFC 7515 §7.2).

    Raises:
        Refusal: it is neither.
    """
    if "signatures" not in members:
        return (_token(members, members),)
    if {"signature", "protected", "header"} & members.keys():
        raise broken("structure", "The seal mixes two serialisations, so that two readers may see two seals.")
    signatures = members["signatures"]
    if not isinstance(signatures, list) or not signatures:
        raise broken("structure", "The document has a place for seals, and none in it.")
    if len(signatures) > MOST_SIGNATURES:
        raise broken("structure", f"The document holds more than {MOST_SIGNATURES} seals.")
    return tuple(_token(members, signature) for signature in signatures)


def _token(members: dict[str, Any], signature: Any) -> Token:  # noqa: ANN401 - JSON is any value
    if not isinstance(signature, dict):
        raise broken("structure", "The seal is not a JSON object.")
    protected, value = signature.get("protected"), signature.get("signature")
    header = signature.get("header", {})
    if not isinstance(protected, str) or not isinstance(value, str) or not isinstance(header, dict):
        raise broken("structure", "The seal lacks its protected header or its value.")
    payload = members.get("payload")
    if payload is not None and not isinstance(payload, str):
        raise broken("structure", "The sealed content is not a JSON string.")
    return Token(
        protected=protected,
        header=header,
        payload=payload,
        value=value,
        strangers=frozenset((members.keys() | signature.keys()) - _OUTER),
    )


def decode_base64url(text: str, what: str) -> bytes:
    """Decode base64url that could not have been written any other way (RFC 7515 §2).

    Raises:
        Refusal: padding, whitespace, or bits that say nothing.
    """
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)) if _BASE64URL.fullmatch(text) else None
    except ValueError:
        data = None
    if data is None or base64.urlsafe_b64encode(data).rstrip(b"=") != text.encode():
        raise broken("structure", f"{what} is not base64url as it must be written.")
    return data


def protected_header(token: Token) -> dict[str, Any]:
    """Read the protected header strictly (RFC 7515 §4); nobody may change what comes back."""
    read = _kept_header if len(token.protected) <= _KEPT else _header
    header = read(token.protected)
    if header.keys() & token.header.keys():
        raise broken("structure", "A header parameter stands both protected and unprotected.")
    if {"crit", "b64", "alg"} & token.header.keys():
        raise broken("structure", "A header parameter that must be protected is not.")
    return header


def _header(protected: str) -> dict[str, Any]:
    try:
        header = load_json(decode_base64url(protected, "The protected header"))
    except Malformed:
        raise broken("structure", "The protected header is not strict JSON.") from None
    if not isinstance(header, dict):
        raise broken("structure", "The protected header is not a JSON object.")
    return header


_kept_header = lru_cache(maxsize=32)(_header)  # a school seals hundreds a second with one header


def check_critical(
    header: dict[str, Any], unprotected: dict[str, Any], *, evaluated: frozenset[str] = frozenset()
) -> None:
    """Apply `crit` (RFC 7515 §4.1.11) and what RFC 7797 §6 adds for `b64`.

    `evaluated` names what the caller looks at itself: content outside, a signature policy.
    """
    critical = header.get("crit", [])
    if "crit" in header and not (
        isinstance(critical, list)
        and critical
        and all(isinstance(name, str) for name in critical)
        and len(set(critical)) == len(critical)
    ):
        raise broken("structure", "The list of critical header parameters is not one.")
    for name in critical:
        if name not in header or name in unprotected:
            raise broken("structure", "A header parameter is called critical and is not there.")
        if name not in _UNDERSTOOD and name not in _NOT_EVALUATED:
            raise broken(
                "structure", "A header parameter is called critical that may not be or is not known."
            )
    if "b64" in header and ("b64" not in critical or not isinstance(header["b64"], bool)):
        raise broken("structure", "The content's encoding is named, but not as critical.")
    for name, what in _NOT_EVALUATED.items():
        if name in evaluated:
            continue
        if name == "sigD" in header or name in critical:
            raise unsupported("structure", f"The seal depends on {what}, which is not looked at.")
