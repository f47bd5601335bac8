"""JWS compact serialisation (RFC 7515 §7.1), taken apart; whether it holds is not asked here."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass

from converter.containers.enclosed import malformed
from converter.strict import load_json
from schemas.document import Tree
from schemas.errors import Malformed

CITE = "RFC 7515 §7.1"
_ALPHABET = re.compile(rb"[A-Za-z0-9_-]*")
_SEGMENTS = 3
_LIKENESS = re.compile(rb"(?:ey[AIJ]|ew[0o])[A-Za-z0-9_+/=\s-]+\.")
"""What an opening brace, and then white space or a quote, look like in base64url."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """The parts of a compact JWS.

    Attributes:
        header: the protected header.
        payload: decoded.
        signature: decoded.
        signed: the bytes the signature covers: header, dot, payload, as sent.
    """

    header: Tree
    payload: bytes
    signature: bytes
    signed: bytes


def looks_like_jws(data: bytes) -> bool:
    """Tell whether text claims to be a compact JWS, sound or not."""
    return _LIKENESS.match(data) is not None


def base64url(segment: bytes, name: str) -> bytes:
    """Decode base64url as RFC 7515 §2 has it: no padding, nothing left over, one spelling only.

    Raises:
        Malformed: naming the segment.
    """
    if not _ALPHABET.fullmatch(segment):
        malformed(f"The {name} of the signed badge is not base64url.", name, "RFC 7515 §2")
    try:
        decoded = base64.urlsafe_b64decode(segment + b"=" * (-len(segment) % 4))
    except (binascii.Error, ValueError):
        malformed(f"The {name} of the signed badge is not base64url.", name, "RFC 7515 §2")
    if base64.urlsafe_b64encode(decoded).rstrip(b"=") != segment:
        malformed(f"The {name} of the signed badge has more than one spelling.", name, "RFC 4648 §3.5")
    return decoded


def take_apart(token: bytes) -> Token:
    """Split a compact JWS into its three parts.

    Raises:
        Malformed: not three segments, not base64url, or a header that is no JSON object.
    """
    segments = token.split(b".")
    if len(segments) != _SEGMENTS:
        malformed(f"The signed badge has {len(segments)} segments where a JWS has three.", "", CITE)
    header = _object(base64url(segments[0], "header"))
    return Token(
        header=header,
        payload=base64url(segments[1], "payload"),
        signature=base64url(segments[2], "signature"),
        signed=segments[0] + b"." + segments[1],
    )


def _object(data: bytes) -> Tree:
    try:
        value = load_json(data)
    except Malformed:
        malformed("The header of the signed badge is not JSON.", "header", CITE)
    if not isinstance(value, dict):
        malformed("The header of the signed badge is not a JSON object.", "header", CITE)
    return value
