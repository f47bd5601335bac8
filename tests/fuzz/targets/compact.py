"""The compact JWS of a signed badge; also with its segments laid open, so that base64url is no wall."""

from __future__ import annotations

import contextlib

from fuzz_targets import repeatable
from samples import badges

from converter.containers.jws import looks_like_jws, take_apart
from converter.read import read
from schemas.errors import DocumentError

WORDS = (b'"alg"', b'"crit"', b'"b64"', b"\0", b'"none"', b'"RS256"', b".", b"=")


def seeds() -> tuple[bytes, ...]:
    return (
        badges.signed(badges.signed_assertion()),
        b'{"alg": "RS256"}\0' + badges.dumped(badges.signed_assertion()) + b"\0abc",
        b'{"alg": "none"}\0{"@context": "https://w3id.org/openbadges/v2"}\0',
    )


def run(data: bytes) -> None:
    token = b".".join(map(badges.base64url, data.split(b"\0"))) if b"\0" in data else data
    with contextlib.suppress(DocumentError):
        parts = repeatable(token, take_apart)
        assert token.startswith(parts.signed + b".")
    if looks_like_jws(token):
        with contextlib.suppress(DocumentError):
            read(token)
