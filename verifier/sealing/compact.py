"""A JWS in compact serialisation (RFC 7515 §7.1): status lists, badges, receipts."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from schemas.canonical import canonical
from schemas.key import Key
from verifier.sealing.scheme import signed


def sign_compact(payload: bytes, key: Key, header: Mapping[str, Any]) -> str:
    """Sign a payload; `alg` is the key's own, whatever the header says.

    Raises:
        Unavailable: the key cannot sign, or signs with what is not its certificate's.
    """
    protected = encoded(canonical({**header, "alg": key.algorithm}))
    message = f"{protected}.{encoded(payload)}"
    return f"{message}.{encoded(signed(key, message.encode('ascii')))}"


def encoded(data: bytes) -> str:
    """Return base64url without padding (RFC 7515 §2)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")
