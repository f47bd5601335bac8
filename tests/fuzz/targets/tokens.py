"""Time-stamp tokens: never an exception, and whatever is done to one, it holds for nothing else."""

from __future__ import annotations

from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from fuzz_targets import first, kept, repeatable
from samples import timestamps

from verifier.trust.tokens import Token, read_token

WORDS = (
    b"\x30\x80",
    b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01",
    b"\x31\x00",
    b"\xa0\x82",
    b"\x18\x0f",
    b"\x02\x01",
)
LONGEST = 12_000


def seeds() -> tuple[bytes, ...]:
    return first("tokens", _made)


def _made() -> tuple[bytes, ...]:
    kinds = ("p256", "rsa")
    tokens = (
        timestamps.stamp(b"content", authority=timestamps.Authority(kind=kind, carries=carries))
        for kind in kinds
        for carries in (True, False)
    )
    return (*tokens, timestamps.root().public_bytes(Encoding.DER))


def run(data: bytes) -> None:
    token = repeatable(data, lambda one: read_token(one, carried=_beside()))
    assert token.intact in {True, False, None}
    assert token.intact is not True or not token.faults
    assert token.intact is not True or _says(token) in _known(), "a timestamp says what nobody signed"


def _says(token: Token) -> tuple[object, ...]:
    return (token.moment, token.accuracy, token.hash_name, token.imprint)


@cache
def _beside() -> tuple[x509.Certificate, ...]:
    return tuple(one for data in seeds() for one in read_token(data).certificates)


@cache
def _known() -> frozenset[tuple[object, ...]]:
    tokens = (read_token(data, carried=_beside()) for data in (*seeds(), *kept("tokens").values()))
    return frozenset(_says(token) for token in tokens if token.intact)
