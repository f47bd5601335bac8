"""A JAdES seal and what it carries: whatever is done to one, it holds for no other content.

An input is a seal, or the parts of one between zero bytes: protected header, payload, unprotected
components, each as JSON, so that base64url is no wall.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from functools import cache

from fuzz_targets import first, kept, repeatable
from samples import seals, timestamps

from schemas.errors import DocumentError
from verifier.sealing import examine_jades
from verifier.sealing.certificates import organisation
from verifier.trust.jades_stamps import carried_by_jades

WORDS = (
    b'"crit"',
    b'"b64":false',
    b'"sigD"',
    b'"x5t#S256"',
    b'"x5c"',
    b'"etsiU"',
    b'"sigTst"',
    b'"arcTst"',
    b'"tstTokens"',
    b'"rVals"',
    b'"signatures"',
    b'"payload"',
    b'"alg":"ES256"',
    b"\0",
)
LONGEST = 16_000


def seeds() -> tuple[bytes, ...]:
    return first("jades", _made)


def _made() -> tuple[bytes, ...]:
    sealed = seals.seal_json()
    return (
        sealed,
        seals.seal_json(form="flattened"),
        seals.seal_json(kind="p256", header=seals.protected("p256", "ES256")),
        seals.seal_json(form="compact", header=seals.protected(b64=None, crit=["sigT"])),
        timestamps.over_json_value(sealed),
        timestamps.over_json_everything(sealed),
        json.dumps(seals.protected()).encode() + b"\0" + seals.PAYLOAD + b'\0[{"sigTst": {"tstTokens": []}}]',
    )


def run(data: bytes) -> None:
    sealed = _sealed(data)
    with contextlib.suppress(DocumentError):
        seal = repeatable(sealed, examine_jades)
        assert seal.intact in {True, False, None}
        assert seal.intact is not True or not seal.faults
        for certificate in seal.certificates:
            organisation(certificate)
        assert seal.intact is not True or _covered(sealed) in _known(), "a seal holds for what nobody sealed"
    with contextlib.suppress(DocumentError):
        carried_by_jades(sealed)


def _sealed(data: bytes) -> bytes:
    if b"\0" not in data:
        return data
    header, payload, *rest = data.split(b"\0")
    one: dict[str, object] = {
        "protected": seals.b64url(header),
        "signature": seals.b64url(b"".join(rest[1:])),
    }
    if rest:
        with contextlib.suppress(ValueError, RecursionError):
            one["header"] = {"etsiU": json.loads(rest[0])}
    try:
        return json.dumps({"payload": payload.decode(), "signatures": [one]}).encode()
    except (UnicodeError, RecursionError):
        return data


def _covered(data: bytes) -> bytes:
    seal = examine_jades(data)
    return hashlib.sha256(seal.signed or b"").digest()


@cache
def _known() -> frozenset[bytes]:
    found = set()
    for data in (*seeds(), *kept("jades").values()):
        with contextlib.suppress(DocumentError):
            if examine_jades(_sealed(data)).intact:
                found.add(_covered(_sealed(data)))
    return frozenset(found)
