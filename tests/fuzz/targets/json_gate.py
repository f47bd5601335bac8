"""The JSON gate: what passes is what everybody else reads too, and is shallow."""

from __future__ import annotations

import contextlib
import json

from samples import badges, elm_cases

from converter.strict import load_json, too_deep
from schemas.errors import Malformed

WORDS = (
    b"NaN",
    b"-Infinity",
    b"1e999",
    b"\\ud800",
    b"\\u0000",
    b"[[[[[[[[",
    b'{"a":',
    b"\xef\xbb\xbf",
    b"true",
)


def seeds() -> tuple[bytes, ...]:
    return (
        badges.dumped(badges.expanded()),
        elm_cases.made("references"),
        b'{"a": [1, -2.5e3, true, null, "\\ud83d\\ude00"]}',
        b'{"a": 1, "a": 2}',
        b"[" * 70 + b"]" * 70,
    )


def run(data: bytes) -> None:
    with contextlib.suppress(Malformed):
        value = load_json(data)
        assert not too_deep(value)
        assert value == json.loads(data.decode("utf-8-sig"))
        json.dumps(value, ensure_ascii=False).encode()
