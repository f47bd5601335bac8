"""JAdES seals of levels B to LTA by certificates of authorities of our own; each part can be left out."""

from __future__ import annotations

import base64
import json
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives import hashes
from samples import timestamps
from samples.authorities import Holder
from samples.seals import PAYLOAD, b64, b64url, sign
from samples.timestamps import Authority, add_to_json, stamp, token_member


def seal(
    holder: Holder,
    *,
    payload: bytes = PAYLOAD,
    chain: tuple[Holder, ...] = (),
    content_stamped: tuple[datetime, Authority] | None = None,
) -> bytes:
    """Seal a payload as JAdES baseline B, in general serialisation.

    Args:
        holder: who seals.
        payload: JSON text.
        chain: certificates beside its own.
        content_stamped: when the content was stamped before, and by whom.
    """
    header: dict[str, Any] = {
        "alg": "ES256",
        "typ": "jose+json",
        "x5t#S256": b64url(holder.certificate.fingerprint(hashes.SHA256())),
        "x5c": [b64(one.der) for one in (holder, *chain)],
        "b64": False,
        "sigT": "2026-03-02T10:00:00Z",
        "crit": ["b64", "sigT"],
    }
    if content_stamped:
        moment, authority = content_stamped
        header["adoTst"] = token_member(stamp(payload, authority=authority, moment=moment))
    protected = b64url(json.dumps(header).encode())
    value = b64url(sign(holder.key, f"{protected}.{payload.decode()}".encode()))  # type: ignore[arg-type]
    one = {"protected": protected, "signature": value}
    return json.dumps({"payload": payload.decode(), "signatures": [one]}).encode()


def stamped(sealed: bytes, moment: datetime, authority: Authority) -> bytes:
    """Add a timestamp of the seal: level T."""
    token = stamp(timestamps.over_json_value(sealed), authority=authority, moment=moment)
    return add_to_json(sealed, {"sigTst": token_member(token)})


def kept(
    sealed: bytes,
    *,
    certificates: tuple[bytes, ...] = (),
    crls: tuple[bytes, ...] = (),
    ocsps: tuple[bytes, ...] = (),
) -> bytes:
    """Add what a later reader needs: level LT."""
    values = [{"x509Cert": {"val": _text(one)}} for one in certificates]
    sealed = add_to_json(sealed, {"xVals": values})
    wrapped = {
        "crlVals": [{"val": _text(one)} for one in crls],
        "ocspVals": [{"val": _text(one)} for one in ocsps],
    }
    return add_to_json(sealed, {"rVals": {name: values for name, values in wrapped.items() if values}})


def archived(sealed: bytes, moment: datetime, authority: Authority) -> bytes:
    """Add an archive timestamp: level LTA."""
    token = stamp(timestamps.over_json_everything(sealed), authority=authority, moment=moment)
    return add_to_json(sealed, {"arcTst": token_member(token)})


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
