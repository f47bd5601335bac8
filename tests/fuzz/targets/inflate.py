"""What the guarded client unpacks: never more than its cap, whatever is behind the bytes."""

from __future__ import annotations

import gzip
import zlib

from fuzz_targets import repeatable

from verifier.sending import _bounded

_CAP = 20_000


def seeds() -> tuple[bytes, ...]:
    return (
        b"\0" + gzip.compress(b'{"b": 2}', mtime=0),
        b"\1" + gzip.compress(b"0" * 1_000_000, mtime=0),
        b"\2" + zlib.compress(b"ab" * 100),
        b"\3" + gzip.compress(b"a", mtime=0) + gzip.compress(b"b", mtime=0),
        b"\4plain",
    )


def run(data: bytes) -> None:
    encoding = (
        ("gzip", "x-gzip", "deflate", "gzip", "identity", "br", "gzip, gzip")[data[0] % 7] if data else ""
    )
    body = data[1:]
    size = max(1, len(body) // 3)
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    answer = repeatable(body, lambda _: _bounded(iter(pieces), encoding, _CAP))
    assert answer is None or len(answer) <= _CAP
